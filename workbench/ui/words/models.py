"""Which model it is, how good, and what becomes of it, in words. No widgets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from workbench.core.config.methods import method_of
from workbench.core.events import FirstModel
from workbench.core.project.runs import RunSummary
from workbench.core.results.estimate import Estimate
from workbench.ui.words.outcome import run_mode, run_title


def model_name(run: RunSummary | None, file: Path) -> str:
    """What a model is called: how it was made and when, or its file where no run of the folder made it."""
    return run_name(run) if run is not None else file.name


def run_name(run: RunSummary) -> str:
    """What a person calls a run, else how it learned and when it began."""
    if run.about.name:
        return run.about.name
    return _tr("{how}, {when}").format(how=run_mode(run), when=run_title(run))


def model_line(run: RunSummary | None, file: Path, estimate: Estimate | None) -> str:
    """A model and its number, in one line."""
    name = model_name(run, file)
    if estimate is None:
        return _tr("Model: {name}").format(name=name)
    return _tr("Model: {name} · {percent} right").format(name=name, percent=percent_right(estimate))


def first_model_line(first: FirstModel) -> str:
    """A model of a handful of photos of a large folder, in one line."""
    text = _tr("First model, from {samples:,} of {all:,} photos")
    line = text.format(samples=first.samples, all=first.of)
    right = _right(first)
    return f"{line} · {right}" if right else line


def first_model_sentence(first: FirstModel) -> str:
    """That there is one, and how good it is."""
    text = _tr("A first model is ready, from {samples:,} of {all:,} photos")
    line = text.format(samples=first.samples, all=first.of)
    right = _right(first)
    return f"{line}: {right}." if right else f"{line}."


def _right(first: FirstModel) -> str:
    if first.estimate is None:
        return ""
    low, high = first.estimate.of_100
    return _tr("right for {low} to {high} of 100").format(low=low, high=high)


def percent_right(estimate: Estimate) -> str:
    """The share of right answers. All right is only said where all were right."""
    percent = round(estimate.accuracy * 100)
    return f"{min(max(percent, 1), 99) if 0 < estimate.accuracy < 1 else percent} %"


def news_title(run: RunSummary, in_use: RunSummary | None, *, first: bool) -> str:
    """What is said when a run has ended well.

    Args:
        run: It.
        in_use: The run whose model is in use now.
        first: Whether it is the first of a folder, which began by itself.
    """
    if first:
        return _tr("Your first model is ready.")
    if run.result is not None and run.result.kept not in (None, "improved") and not run.result.look:
        return _tr("Practising did not make the model better.")
    if in_use is None or in_use.folder != run.folder:
        return _tr("The new model is not better, so the one in use stays.")
    return _tr("The new model is in use now.")


def use_of(run: RunSummary, in_use: RunSummary | None) -> str:
    """Whether a run's model is the one in use, and which one is where it is not; "" without a model."""
    if not run.model or run.state == "training" or in_use is None:
        return ""
    if in_use.folder == run.folder:
        return _tr("In use: Try it and Share take this model.")
    if in_use.estimate is None:
        return _tr("Not in use. In use is: {name}.").format(name=run_name(in_use))
    text = _tr("Not in use. In use is: {name}, {percent} right.")
    return text.format(name=run_name(in_use), percent=percent_right(in_use.estimate))


def what_stays(run: RunSummary | None) -> str:
    """What is on the disk of a run under way once it is stopped, and how it would go on."""
    rounds_count = run is not None and method_of(run.config).counts == "round"
    if run is None or not (run.model or (run.started is not None and not rounds_count)):
        return _tr("It is still getting ready, so there is nothing to keep yet.")
    if not rounds_count:
        return _tr("What it has learned so far is saved, and you can go on later.")
    if not run.history:
        return _tr(
            "The first round isn't finished, so only the instant model is kept. "
            "You can go on later; the round then begins again."
        )
    rounds = len(run.history)
    text = (
        _tr("The finished round is saved, and you can go on after it.")
        if rounds == 1
        else _tr("The {count} finished rounds are saved, and you can go on after them.").format(count=rounds)
    )
    return text + " " + _tr("The round under way then begins again.")


def stop_words(run: RunSummary | None) -> str:
    """What the button says that ends a run early."""
    if run is not None and run.history and method_of(run.config).counts == "epoch":
        return _tr("Keep the best so far and stop")
    return _tr("Stop")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Models", text)
