"""Two runs beside each other, and all runs by one yardstick, in words. No widgets, no NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from workbench.core.data.catalog import Catalog
from workbench.core.project.runs import RunSummary
from workbench.ui.words.outcome import run_mode, run_title
from workbench.ui.words.probability import percent as certain

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    from workbench.core.project.run_differences import RunFacts
    from workbench.core.project.run_photos import Answer
    from workbench.core.results.yardstick import OnTheSame


def in_full(run: RunSummary) -> str:
    """Its own name, how it learned and when."""
    plain = _tr("{how}, {when}").format(how=run_mode(run), when=run_title(run))
    return f"{run.about.name} · {plain}" if run.about.name else plain


def yardstick_line(photos: int) -> str:
    """What the numbers in a list of runs are of."""
    text = _tr(
        "Numbers on the same {photos}: those that the run shown was tested on. "
        "Grey ones can't be held against these; why stands below each."
    )
    return text.format(photos=_photos(photos))


def why_grey(run: RunSummary, found: OnTheSame | None) -> str:
    """Why a run's own number cannot be held against that of the run shown; "" where it can."""
    if run.state == "training":
        return _tr("still learning")
    if found is None:
        return _tr("of other photos")
    if found.accuracy is not None:
        return ""
    if found.learned:
        return _tr("it learned from {count} of these").format(count=f"{found.learned:,}")
    return _tr("tested on {count} of these").format(count=f"{found.tested:,}")


def share_on(found: OnTheSame) -> str:
    """The share of right answers. All right is only said where all were right."""
    if found.accuracy is None:
        return "–"
    return percent(found.accuracy)


def percent(share: float) -> str:
    """A share of 0 to 1 in per cent; 0 and 100 only where it is."""
    return f"{min(max(round(100 * share), 1), 99) if 0 < share < 1 else round(100 * share)} %"


def on_the_same(photos: int) -> str:
    """Which photos two numbers are of."""
    if photos == 1:
        return _tr("right, on the one photo that both were tested on and neither had learned from")
    text = _tr("right, on the same {photos} that both were tested on and neither had learned from")
    return text.format(photos=_photos(photos))


def fixed_head(photos: int) -> str:
    """The head above the photos that only B is right about."""
    return _tr("Only B is right: {photos}").format(photos=_photos(photos))


def broken_head(photos: int) -> str:
    """The head above the photos that only A is right about."""
    return _tr("Only A is right: {photos}").format(photos=_photos(photos))


def true_line(catalog: Catalog, answer: Answer) -> str:
    """The class of a photo when both were tested."""
    return _tr("Class {name}").format(name=catalog.name_of(answer.true) or answer.true)


def answer_line(who: str, catalog: Catalog, answer: Answer) -> str:
    """What one of the two took a photo for: “A: bees · 86 %”."""
    name = catalog.name_of(answer.predicted) or answer.predicted
    return _tr("{who}: {name} · {percent}").format(who=who, name=name, percent=certain(answer.probability))


def learned_words(facts: RunFacts) -> str:
    """How many photos a run learned from, and was tested with."""
    if facts.learned is None:
        return "–"
    parts = [_tr("learned from {count}").format(count=f"{facts.learned:,}")]
    if facts.validation:
        parts.append(_tr("validation {count}").format(count=f"{facts.validation:,}"))
    if facts.test:
        parts.append(_tr("test {count}").format(count=f"{facts.test:,}"))
    return ", ".join(parts)


def _photos(count: int) -> str:
    return _tr("1 photo") if count == 1 else _tr("{count} photos").format(count=f"{count:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Comparing", text)
