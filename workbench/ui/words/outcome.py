"""What the numbers of a run mean, in words. No widgets."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.core.architectures.architecture_rows import ARCHITECTURES
from workbench.core.config.methods import method_of
from workbench.core.events import Metrics
from workbench.core.project.runs import RunSummary
from workbench.core.results.intervals import FEW_SAMPLES, wilson_interval

_LOPSIDED = 0.1
"""From this difference between all photos and all classes on, the accuracy alone misleads."""


TestedOn = Literal["test", "validation", "cross_validated"]


@dataclass(frozen=True)
class Outcome:
    """How good a run is, and how that is known.

    Attributes:
        tested_on: `test` photos it never saw, `validation` photos kept for checking, or `cross_validated`:
            all photos in turn, each answered by a model that had not learned it.
        right, tested: Numbers of photos.
        chose: Whether the same photos also chose the best epoch.
    """

    tested_on: TestedOn
    metrics: Metrics
    right: int
    tested: int
    chose: bool

    @property
    def interval(self) -> tuple[float, float]:
        """Between what shares the true one lies, 95 times in 100."""
        return wilson_interval(self.right, self.tested)

    @property
    def found(self) -> float:
        """Mean recall of the classes that were tested, 0 to 1: each class counts the same."""
        return float(self.metrics.recall[self.metrics.confusion.sum(axis=1) > 0].mean())


def outcome_of(run: RunSummary) -> Outcome | None:
    """The most honest numbers that a run has; None before its first, or without photos to check with."""
    result, best = run.result, run.best
    found: list[tuple[TestedOn, Metrics | None]] = []
    if result is not None:
        found += [("test", result.test), ("validation", result.validation)]
        found += [("cross_validated", result.cross_validated)]
    else:
        found += [("cross_validated", run.fitted.cross_validated if run.fitted is not None else None)]
        found += [("validation", best.validation if best is not None else None)]
    for tested_on, metrics in found:
        if metrics is not None:
            right, tested = int(metrics.confusion.trace()), int(metrics.confusion.sum())
            counted_epochs = result is None or result.best_epoch > 0
            chose = tested_on == "validation" and counted_epochs
            return Outcome(tested_on, metrics, right, tested, chose)
    return None


def number(outcome: Outcome) -> str:
    """The one number: the share of right answers. All right is only said where all were right."""
    if 0 < outcome.right < outcome.tested:
        return f"{min(max(round(outcome.metrics.accuracy * 100), 1), 99)} %"
    return f"{round(outcome.metrics.accuracy * 100)} %"


def meaning(outcome: Outcome) -> str:
    """What the number says about other photos."""
    low, high = (round(bound * 100) for bound in outcome.interval)
    photos = _photos(outcome.tested)
    text = {
        "test": _tr("Right for {low} to {high} of 100 photos, tested on {photos} it never saw."),
        "validation": _tr(
            "Right for {low} to {high} of 100 photos, checked on {photos} it did not learn from."
        ),
        "cross_validated": _tr(
            "Right for {low} to {high} of 100 photos; "
            "every photo was answered by a model that had not seen it."
        ),
    }[outcome.tested_on]
    return text.format(low=low, high=high, photos=photos)


def cautions(outcome: Outcome) -> list[str]:
    """What makes the number worth less than it looks, a sentence each."""
    sentences = []
    if outcome.tested < FEW_SAMPLES:
        text = _tr("Only {photos} could be used for this: add photos, and the number will mean more.")
        sentences.append(text.format(photos=_photos(outcome.tested)))
    if outcome.metrics.accuracy - outcome.found > _LOPSIDED:
        text = _tr(
            "Classes with many photos make the number look good: taken class by class, "
            "it finds {found} of 100 photos."
        )
        sentences.append(text.format(found=round(outcome.found * 100)))
    return sentences


def honesty(outcome: Outcome) -> str:
    """Where the number comes from, if that is not quite fair; empty where it is."""
    if outcome.tested_on == "cross_validated":
        text = _tr(
            "{photos} took turns: models that learned from the others answered for them. The model that you "
            "keep learned from all of them, so it should be at least as good."
        )
        return text.format(photos=_photos(outcome.tested))
    if outcome.chose:
        return _tr(
            "The same photos also chose the best epoch, so the number may flatter a little. "
            "A folder “test” beside the others, with photos for the end only, makes it fair."
        )
    return ""


def about_matrix(outcome: Outcome | None) -> str:
    """Which photos a confusion matrix counts."""
    return {
        None: _tr("Photos that it learnt from."),
        "test": _tr("Photos of the test set, which it never saw."),
        "validation": _tr("Photos of the validation set, kept for checking."),
        "cross_validated": _tr("Each photo as a model answered that had not seen it."),
    }[outcome.tested_on if outcome is not None else None]


def which_was_kept(run: RunSummary) -> str:
    """In mode *improve*, whether that was worth it; empty in other modes and before the end."""
    result = run.result
    if result is None or not result.kept:
        return ""
    if result.stopped:
        return _tr("Stopped early: the instant model stays.")
    if result.kept != "improved":
        return _tr("The instant model stays: improving did not help.")
    if result.cross_validated is not None and result.accuracy_before is not None:
        after, before = (
            round(share * 100) for share in (result.cross_validated.accuracy, result.accuracy_before)
        )
        if after > before:
            text = _tr("The improved model is better: {after} instead of {before} of 100.")
            return text.format(after=after, before=before)
    return _tr("The improved model is better, and was kept.")


def on_average(outcome: Outcome) -> str:
    """The classes taken together, each counting the same."""
    text = _tr("Each class counted the same: {found} found, {both} both in one (macro F1).")
    return text.format(found=share(outcome.found), both=share(outcome.metrics.macro_f1))


def mistakes(classes: tuple[str, ...], metrics: Metrics, most: int = 5) -> list[tuple[int, int]]:
    """The cells (true, predicted) with the most wrong answers, the worst first."""
    wrong = metrics.confusion.copy()
    wrong[range(len(wrong)), range(len(wrong))] = 0
    order = (-wrong).argsort(axis=None, kind="stable")[:most]
    cells = [divmod(int(place), len(classes)) for place in order]
    return [cell for cell in cells if wrong[cell] > 0]


def run_title(run: RunSummary) -> str:
    """When a run was started, in the person's own way to write it."""
    try:
        begun = datetime.datetime.strptime(run.folder.name[:19], "%Y-%m-%d_%H-%M-%S")
    except ValueError:
        return run.folder.name
    return QLocale().toString(begun, "d MMM yyyy, hh:mm")


def run_network(run: RunSummary) -> str:
    """The network of a run."""
    key = str(run.config.get("architecture", ""))
    return {row.key: row.name for row in ARCHITECTURES}.get(key, key)


def run_mode(run: RunSummary) -> str:
    """How a run learns; an improved model by how much it was improved."""
    choices = method_of(run.config).choices
    fits = (all(run.config.get(name) == value for name, value in each.settings.items()) for each in choices)
    name = next((each.name for each, same in zip(choices, fits, strict=True) if same), "")
    return QCoreApplication.translate("settings", name)


def run_state(run: RunSummary) -> str:
    """How a run ended, or that it has not."""
    return {
        "training": _tr("learning now"),
        "finished": _tr("finished"),
        "stopped": _tr("stopped early"),
        "interrupted": _tr("interrupted"),
    }[run.state]


def run_accuracy(run: RunSummary) -> str:
    """The number of a run, a dash where there is none."""
    outcome = outcome_of(run)
    return number(outcome) if outcome is not None else "–"


def share(value: float) -> str:
    """A share of 0 to 1 in per cent, a dash where it is not defined."""
    return f"{value * 100:.0f} %" if math.isfinite(value) else "–"


def _photos(count: int) -> str:
    return _tr("1 photo") if count == 1 else _tr("{count} photos").format(count=f"{count:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Outcome", text)
