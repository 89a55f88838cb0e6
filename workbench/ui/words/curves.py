"""What curves and averages say, in plain words with the field's term beside them. No widgets, no NumPy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from workbench.ui.words.outcome import share

if TYPE_CHECKING:  # NumPy is loaded when the first numbers are shown
    from workbench.core.results.by_class import Means
    from workbench.core.results.calibration import Reliability
    from workbench.core.results.curves import Curve

Kind = Literal["precision_recall", "roc", "calibration", "coverage"]
KINDS: tuple[Kind, ...] = ("precision_recall", "calibration", "coverage", "roc")


def title(kind: Kind) -> str:
    """The head of a plot."""
    return {
        "precision_recall": _tr("Finding them all against being right (precision-recall)"),
        "roc": _tr("Right alarms against false alarms (ROC)"),
        "calibration": _tr("What it says against what is true (calibration)"),
        "coverage": _tr("Answering less, being right more often (coverage)"),
    }[kind]


def axes(kind: Kind) -> tuple[str, str]:
    """What runs across and what runs up."""
    return {
        "precision_recall": (_tr("Recognised (recall)"), _tr("Right when it says so (precision)")),
        "roc": (_tr("False alarms"), _tr("Recognised (recall)")),
        "calibration": (_tr("Probability that it says"), _tr("Share that is true")),
        "coverage": (_tr("Photos it answers"), _tr("Right among these")),
    }[kind]


def summary(kind: Kind, area: float) -> str:
    """What a curve comes to."""
    if not math.isfinite(area):
        if kind == "coverage":
            return _tr("None of the photos tested was taken for this class.")
        return _tr("None of the photos tested shows this class, or all of them do.")
    text = {
        "precision_recall": _tr("Average precision {area}: at 1, it puts every photo of the class first."),
        "roc": _tr("Area {area}: how often a photo of the class comes before another one. 0.5 is chance."),
        "coverage": _tr("{area} right on average, if you only take the answers that it is surest of."),
        "calibration": "",
    }[kind]
    return text.format(area=share(area) if kind == "coverage" else f"{area:.3f}")


def about_calibration(before: Reliability, after: Reliability | None, temperature: float | None) -> str:
    """How honest probabilities are, and whether temperature scaling would help."""
    if not math.isfinite(before.error):
        return _tr("There are no photos to tell by.")
    text = _tr("Off by {error} points on average (ECE).").format(error=f"{100 * before.error:.1f}")
    if after is None or not math.isfinite(after.error):
        return text
    then = _tr("After temperature scaling, judged on other photos than it was found from: {error}.")
    text = f"{text} {then.format(error=f'{100 * after.error:.1f}')}"
    if temperature is None:
        return text
    return f"{text} {_tr('Temperature {value}.').format(value=f'{temperature:.2f}')}"


def point(kind: Kind, curve: Curve, number: int) -> str:
    """A point of a curve."""
    x, y = share(float(curve.x[number])), share(float(curve.y[number]))
    threshold = float(curve.thresholds[number])
    text = {
        "precision_recall": _tr("{x} recognised, right in {y} of what it says"),
        "roc": _tr("{y} recognised, at {x} false alarms"),
        "coverage": _tr("Answers {x} of the photos, {y} of these right"),
        "calibration": "",
    }[kind].format(x=x, y=y)
    if not math.isfinite(threshold):
        return text
    return _tr("{text}: from a probability of {from_}").format(text=text, from_=share(threshold))


def bin_point(found: Reliability, number: int) -> str:
    """A bin of a reliability diagram."""
    text = _tr("It says {said}, {true} are true ({photos})")
    count = int(found.counts[number])
    photos = _tr("1 photo") if count == 1 else _tr("{count} photos").format(count=f"{count:,}")
    said, true = share(float(found.probability[number])), share(float(found.share[number]))
    return text.format(said=said, true=true, photos=photos)


def averages(macro: Means, weighted: Means) -> str:
    """All classes taken together: a line where each counts the same, and one where each photo does."""
    text = _tr(
        "{how}: {recall} recognised, {precision} right when it says so, {f1} overall (F1), "
        "{iou} overlap (IoU), {ranking} ranking (mAP)."
    )
    hows = (_tr("With every class counting the same"), _tr("With every photo counting the same"))
    return "\n".join(
        text.format(
            how=how,
            recall=share(means.recall),
            precision=share(means.precision),
            f1=share(means.f1),
            iou=share(means.iou),
            ranking=share(means.average_precision),
        )
        for how, means in zip(hows, (macro, weighted), strict=True)
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Curves", text)
