"""What an instant run does one after the other, in words. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from workbench.core.events import HeadFitted
from workbench.core.project.runs import RunSummary
from workbench.core.results.estimate import Estimate
from workbench.core.results.measures import Measures

Reached = Literal["done", "now", "next"]


@dataclass(frozen=True)
class Stage:
    """One stage of an instant run.

    Attributes:
        name: What is done in it.
        text: What came of it, or how far it is; may be empty.
        share: How far it is, 0 to 1; negative where that is not known or it is not under way.
    """

    name: str
    text: str
    reached: Reached
    share: float = -1.0


def stages_of(
    run: RunSummary, heads: Sequence[HeadFitted], progress: tuple[int, int, str] | None = None
) -> list[Stage]:
    """The four stages of an instant run. The first model grows while the rest is looked at.

    Args:
        heads: The heads that it has fitted so far, in order.
        progress: Done, total (0 = unknown) and sentence of what it does now.
    """
    done, total, text = progress or (0, 0, "")
    now = _tr("{done} of {total} photos").format(done=f"{done:,}", total=f"{total:,}") if total else text
    share = done / total if total else -1.0
    result, learning = run.result, run.state == "training"
    last = result.cross_validated if result is not None else None
    final = next((head for head in heads if head.is_final), None)
    if last is None and final is not None:
        last = final.cross_validated
    cut_short = not learning and (result is None or result.stopped) and final is None
    settled = not learning and not cut_short
    newest = heads[-1] if heads else None

    def stage(name: str, *, over: bool, begun: bool, outcome: str = "") -> Stage:
        if over:
            return Stage(name, outcome, "done")
        return Stage(name, now, "now", share) if begun and learning else Stage(name, "", "next")

    # Beside the final model's figure this one would look like a race between two estimates.
    first = _good(newest) if newest is not None and not settled else ""
    looked = settled or final is not None or (bool(heads) and 0 < total <= done)
    stages = [
        Stage(_tr("Photos read"), _photos(run), "done"),
        stage(_tr("First model"), over=bool(heads) or settled, begun=True, outcome=first),
        stage(_tr("Every photo looked at"), over=looked, begun=bool(heads)),
        stage(
            _tr("Final model"),
            over=settled,
            begun=looked,
            outcome=right_for(last) if last is not None else "",
        ),
    ]
    if cut_short and heads:
        stages[-1] = Stage(stages[-1].name, _tr("not made: you keep the first one"), "next")
    return stages


def _good(head: HeadFitted) -> str:
    text = right_for(head.cross_validated)
    return ", ".join(part for part in (text, learned_from(head)) if part)


def learned_from(head: HeadFitted) -> str:
    """What a model on the way has learned from; empty where that is all photos."""
    if not head.is_of_some:
        return ""
    return _tr("from the first {seen} of {all} photos").format(seen=f"{head.samples:,}", all=f"{head.of:,}")


def right_for(measures: Measures | None) -> str:
    """How often a model is right, on photos that it had not seen; empty where that is not known."""
    if measures is None:
        return ""
    found = Estimate.of("cross_validated", measures)  # copies count once here, too, as on Results
    return _tr("right for {count} of 100 photos").format(count=round(found.accuracy * 100))


def _photos(run: RunSummary) -> str:
    if run.started is None:
        return ""
    count = run.started.training_samples + run.started.validation_samples + run.started.test_samples
    text = _tr("{photos} photos in {classes} classes")
    return text.format(photos=f"{count:,}", classes=f"{len(run.started.classes):,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Stages", text)
