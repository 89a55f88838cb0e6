"""What the numbers of a run mean, in words. No widgets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from workbench.core.architectures.architecture_rows import ARCHITECTURES, architecture_of
from workbench.core.config.methods import METHODS, method_of
from workbench.core.project.runs import RunSummary
from workbench.core.results import cautions as results
from workbench.core.results.comparison import FEWEST
from workbench.core.results.estimate import FEW_SAMPLES, Estimate
from workbench.core.results.measures import Measures

if TYPE_CHECKING:  # NumPy is loaded when the first numbers are shown
    from workbench.core.results.metrics import Metrics


@dataclass(frozen=True)
class Outcome:
    """How good a run is, and how that is known.

    Attributes:
        chose: What the same photos also chose, which makes the number a little too good: the best `epoch`,
            or the improved `model`; None where they chose nothing.
        classes: Names in the order of the matrix.
        of: How many photos there are, where the model has learned from the first of them alone; else 0.
    """

    measures: Measures
    estimate: Estimate
    chose: Literal["epoch", "model"] | None
    classes: tuple[str, ...] = ()
    of: int = 0

    @cached_property
    def metrics(self) -> Metrics | None:
        """The measures class by class, None where what was predicted for each photo is lost."""
        from workbench.core.results.metrics import metrics_of_measures  # NumPy: with the first numbers

        return metrics_of_measures(self.measures)

    @cached_property
    def mean_recall(self) -> float | None:
        """Mean recall of the classes that were tested, 0 to 1: each class counts the same."""
        return None if self.metrics is None else self.metrics.mean_recall


def outcome_of(run: RunSummary) -> Outcome | None:
    """The most honest numbers that a run has; None before its first, or without photos to check with."""
    if run.fairest is None:
        return None
    (how, measures), result = run.fairest, run.result
    chose: Literal["epoch", "model"] | None = None
    if how == "validation" and (result is None or result.best_epoch is not None):
        chose = "epoch"
    elif how == "cross_validated" and result is not None:
        chose = "model" if result.kept == "improved" or result.look else None
    classes = run.started.classes if run.started is not None else ()
    some = how == "cross_validated" and run.fitted is not None and run.fitted.is_of_some
    of = run.fitted.of if some and run.fitted is not None else 0
    return Outcome(measures, Estimate.of(how, measures), chose, classes, of)


def number(outcome: Outcome) -> str:
    """The one number: the share of right answers. All right is only said where all were right."""
    percent = round(outcome.estimate.accuracy * 100)
    return (
        f"{min(max(percent, 1), 99) if 0 < outcome.measures.right < outcome.measures.samples else percent} %"
    )


def meaning(outcome: Outcome) -> str:
    """What the number says about other photos."""
    estimate = outcome.estimate
    low, high = estimate.of_100
    photos = _photos(estimate.samples)
    if outcome.measures.only_learned:
        text = _tr("Right for {low} to {high} of 100 photos, tested on {photos} that it learned from.")
        return text.format(low=low, high=high, photos=photos)
    if outcome.of:
        text = _tr(
            "Right for {low} to {high} of 100 photos, from the first {seen} of {photos}; "
            "each of these was tested by a model that hadn't learned from it."
        )
        return text.format(low=low, high=high, seen=f"{estimate.samples:,}", photos=_photos(outcome.of))
    text = {
        "test": _tr("Right for {low} to {high} of 100 photos, tested on {photos} it had never seen."),
        "validation": _tr(
            "Right for {low} to {high} of 100 photos, checked on {photos} it didn't learn from."
        ),
        "cross_validated": _tr(
            "Right for {low} to {high} of 100 photos; "
            "every photo was tested by a model that hadn't learned from it."
        ),
    }[estimate.how]
    return text.format(low=low, high=high, photos=photos)


def cautions(outcome: Outcome) -> list[str]:
    """What makes the number worth less than it looks, a sentence each."""
    sentences = []
    if outcome.measures.different < FEW_SAMPLES:
        text = _tr("Only {photos} could be used for this. Add photos, and the number will mean more.")
        sentences.append(text.format(photos=_photos(outcome.measures.different)))
    told = results.cautions(outcome.measures, outcome.classes)
    return [*sentences, *(each.title for each in told)]


def caveat(outcome: Outcome) -> str:
    """Where the number comes from, if that is not quite fair; empty where it is."""
    if outcome.chose == "model":
        return _tr(
            "Both models were tested on the same {photos}, and neither had learned from them. These photos "
            "also decided for this model, so the number may flatter a little."
        ).format(photos=_photos(outcome.measures.samples))
    if outcome.estimate.how == "cross_validated":
        text = _tr(
            "{photos} took turns: each was tested by a model that learned from the others. The model that "
            "you keep learned from all of them, so it should be at least as good."
        )
        return text.format(photos=_photos(outcome.measures.samples))
    if outcome.chose == "epoch":
        return _tr(
            "The same photos also decided which epoch is the best, so the number may flatter a little. "
            "For a fair number, keep some photos in a folder “test” beside the others."
        )
    return ""


def about_matrix(outcome: Outcome | None) -> str:
    """Which photos a confusion matrix counts."""
    return {
        None: _tr("These are photos that it learned from."),
        "test": _tr("These are the photos of the test set, which it had never seen."),
        "validation": _tr("These are the photos of the validation set, kept for checking."),
        "cross_validated": _tr("Every photo was tested by a model that hadn't learned from it."),
    }[outcome.estimate.how if outcome is not None else None]


def _look(key: str, architecture: str) -> str:
    text = {
        "two_networks": _tr("Two networks look now: together they are right more often than one."),
        "small_objects": _tr("It looks closely for small things now: so it is right more often."),
    }[key]
    if not architecture:  # of an earlier version
        return text
    usual = architecture_of(METHODS.of("instant").architecture)
    times = architecture_of(architecture).multiply_adds / usual.multiply_adds
    price = _tr("Each photo takes about {times} times as long as with the usual network.")
    return f"{text} {price.format(times=QLocale().toString(times, 'g', 2))}"


def which_was_kept(run: RunSummary) -> str:
    """In mode *improve*, which model stays and why; empty in other modes and before the end."""
    result = run.result
    if result is None or result.kept is None:
        return ""
    if result.look:
        text = _look(result.look, result.architecture)
        added = _tr("Practising added nothing to that.") if result.comparison is not None else ""
        return f"{text} {added}".rstrip() if not result.stopped else _tr("Stopped early.") + f" {text}"
    if result.kept != "improved":
        if not result.stopped and result.comparison is None and result.cross_validated is None:
            return _tr("The instant model stays: there are too few different photos to test another.")
        if not result.stopped and result.comparison is None:
            return _tr(
                "The instant model stays: it makes too few mistakes for practising to show that it helps."
            )
        if not result.stopped:
            return _tr("The instant model stays: practising didn't make it better.")
        if result.comparison is None:
            return _tr("Stopped before the first round was finished: the instant model stays.")
        return _tr("Stopped early: so far, practising hasn't made the instant model better, so it stays.")
    if result.cross_validated is not None and result.accuracy_before is not None:
        after, before = (
            round(share * 100) for share in (result.cross_validated.accuracy, result.accuracy_before)
        )
        if after > before:
            text = _tr("The improved model is better: right for {after} of 100 photos instead of {before}.")
            if result.stopped:
                text = _tr(
                    "Stopped early: the improved model is already better, "
                    "right for {after} of 100 photos instead of {before}."
                )
            return text.format(after=after, before=before)
    if result.stopped:
        return _tr("Stopped early: the improved model is already better.")
    return _tr("The improved model is better.")


def few_mistakes(run: RunSummary | None) -> int | None:
    """How many photos an instant model is wrong about, where too few to show that another is better."""
    if run is None or not run.is_instant or run.fairest is None or run.fairest[0] != "cross_validated":
        return None
    wrong = run.fairest[1].samples - run.fairest[1].right
    return wrong if wrong < FEWEST else None


def on_average(outcome: Outcome) -> str:
    """The classes taken together, each counting the same."""
    if outcome.mean_recall is None:
        return ""
    text = _tr("With every class counting the same: {found} recognised, {both} overall (F1).")
    return text.format(found=share(outcome.mean_recall), both=share(outcome.measures.macro_f1))


def no_result(run: RunSummary) -> str:
    """Why there is no number."""
    if run.history:
        return _tr("No number: it could not be tested.")
    learning, rounds = run.state == "training", method_of(run.config).counts == "round"
    if learning:
        return (
            _tr("No result yet: the first round isn't finished.")
            if rounds
            else _tr("No result yet: the first epoch isn't finished.")
        )
    return (
        _tr("No result: it ended before the first round was finished.")
        if rounds
        else _tr("No result: it ended before the first epoch was finished.")
    )


def mistakes(classes: tuple[str, ...], metrics: Metrics, most: int = 5) -> list[tuple[int, int]]:
    """The cells (true, predicted) with the most wrong answers, the worst first."""
    wrong = metrics.confusion.copy()
    wrong[range(len(wrong)), range(len(wrong))] = 0
    order = (-wrong).argsort(axis=None, kind="stable")[:most]
    cells = [divmod(int(place), len(classes)) for place in order]
    return [cell for cell in cells if wrong[cell] > 0]


def run_title(run: RunSummary) -> str:
    """When a run was started, in the person's own way to write it."""
    begun = QDateTime.fromString(run.folder.name[:19], "yyyy-MM-dd_HH-mm-ss")
    if not begun.isValid():
        return run.folder.name
    return QLocale().toString(begun, "d MMM yyyy, hh:mm")


def run_network(run: RunSummary) -> str:
    """The network of a run's model; before there is one, that which was asked for."""
    found = [run.result.architecture if run.result is not None else ""]
    found += [run.started.architecture if run.started is not None else ""]
    key = next((each for each in found if each), str(run.config.get("architecture", "")))
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
