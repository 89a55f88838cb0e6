"""How a run goes while it learns and how it ended, in words. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.core.config.methods import method_of
from workbench.core.events import StepDone
from workbench.core.project.runs import RunSummary
from workbench.core.results.measures import Measures
from workbench.ui.words.outcome import which_was_kept
from workbench.ui.words.times import in_words, left_in_words


def counts_rounds(run: RunSummary) -> bool:
    """Whether a run practises in rounds, each without a part of the photos, and not in epochs."""
    return method_of(run.config).counts == "round"


def headline(run: RunSummary, step: StepDone | None, doing: str) -> str:
    """Where a run stands, in a few words.

    Args:
        run: The run.
        step: Its newest step.
        doing: What it does between steps (reading photos, saving), empty while it learns.
    """
    if run.state == "training":
        waiting = _tr("Learning from your photos…") if run.is_instant else _tr("Getting ready…")
        return how_far(run, step) or doing or waiting
    if run.result is None:
        return _interrupted(run)
    if kept := which_was_kept(run):
        return kept
    if run.is_instant or counts_rounds(run):
        first = _tr("Stopped early: you keep the first model")
        return first if run.result.stopped else _tr("Finished: the model is ready")
    if run.result.best_epoch is None:
        return _tr("Stopped in the first epoch: you keep what it had learned by then")
    if run.result.stopped:
        text = _tr("Stopped early: you keep the best so far, from epoch {best}")
    else:
        text = _tr("Finished: you keep the best of {epochs} epochs, number {best}")
    return text.format(best=run.result.best_epoch, epochs=run.result.epochs)


def how_far(run: RunSummary, step: StepDone | None) -> str:
    """The epoch or round that a run under way is in; empty before the first."""
    if step is None or run.started is None or not run.started.epochs:
        return ""
    rounds, epochs = _tr("Practising: round {number} of {all}"), _tr("Learning: epoch {number} of {all}")
    text = rounds if counts_rounds(run) else epochs
    return text.format(number=step.epoch, all=run.started.epochs)


def time_of(run: RunSummary, left: float, soonest: float) -> str:
    """How long a run still takes, as `left_in_words` says it ("" where `left` is negative), or took."""
    if run.state == "training":
        return left_in_words(left, soonest) if left >= 0 else ""
    if run.result is None or not run.result.seconds.get("total"):
        return ""
    return _tr("It took {time}").format(time=in_words(run.result.seconds["total"]))


def machine_facts(run: RunSummary, step: StepDone | None) -> str:
    """What an expert asks about: photos a second, what computes, learning rate; `step` is its newest."""
    parts = []
    step = step if run.state == "training" else None
    speed = step.samples_per_second if step else run.result.samples_per_second if run.result else 0.0
    if speed > 0:
        shown = f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}"
        parts.append(_tr("{speed} photos a second").format(speed=shown))
    if run.started is not None:
        parts.append(run.started.device)
    if run.result is not None and run.result.runtime:
        parts.append(run.result.runtime)
    if step is not None:
        parts.append(_tr("learning rate {rate}").format(rate=f"{step.learning_rate:.2g}"))
    return " · ".join(parts)


def newest_measures(run: RunSummary) -> tuple[Measures | None, str]:
    """The newest answers that a run has given, and which photos they are for; the fairest ones at its end."""
    fitted = run.fitted.cross_validated if run.fitted is not None else None
    fair = run.result.cross_validated if run.result is not None else None
    if fair is None and run.history:
        return _newest(run)
    measures = fair or fitted
    if measures is None:
        return None, ""
    text = _tr("Answers for {photos} photos, each from a model that hadn't learned from it")
    return measures, text.format(photos=_count(measures))


def _newest(run: RunSummary) -> tuple[Measures, str]:
    checked = [done for done in run.history if done.validation is not None]
    if counts_rounds(run):
        text = _tr("Answers after round {number}, for the {photos} photos that it practised without")
    elif checked:
        text = _tr("Answers after epoch {number}, for the {photos} photos kept for checking")
    else:
        text = _tr(
            "Answers after epoch {number}, for the {photos} photos that it learns from; "
            "none were kept for checking"
        )
    told = checked or run.history
    counted = [done for done in told if (done.validation or done.training).confusion is not None]
    last = (counted or told)[-1]  # of a run that has been read from its folder, the best one alone is counted
    measures = last.validation or last.training
    return measures, text.format(number=last.epoch, photos=_count(measures))


def _interrupted(run: RunSummary) -> str:
    if not run.history:
        return _tr("Interrupted before it was done")
    rounds, epochs = _tr("Interrupted after round {number}"), _tr("Interrupted after epoch {number}")
    return (rounds if counts_rounds(run) else epochs).format(number=run.history[-1].epoch)


def _count(measures: Measures) -> str:
    return f"{measures.samples:,}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Learning", text)
