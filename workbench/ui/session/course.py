"""How far a whole run has come and how long it still takes: one share and one time over all of its stages.

A plan says what is done one after the other and about how long each part takes. What happens corrects it: a
stage whose photos are counted goes by its own pace, and those to come by how the ones before compare to the
plan. No Qt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.core.durations import Stage
from workbench.core.events import EpochDone, HeadFitted, Progress, StepDone, TrainingStarted

_SURE = 0.08
"""From this share of a stage on, its own pace says how long the rest takes."""
_WHOLE = 0.999
_PACES = 0.1, 20.0
_LEAST_LEFT = 0.1
"""A stage that takes longer than planned, and does not say how far it is, still takes this share of it."""


@dataclass(frozen=True)
class Reached:
    """Where a run stands.

    Attributes:
        share: How much of it is done, 0 to 1; never less than before.
        left: Seconds that it still takes; negative while that cannot be told.
        soonest: Seconds until it may be over already, because more would hardly help; negative where it
            always goes on.
    """

    share: float
    left: float
    soonest: float = -1.0


class Course:
    """Follows one run by its events.

    Args:
        plan: What is done, in order; none where that is not known.
        now: A time in seconds.
    """

    def __init__(self, plan: Sequence[Stage], now: float) -> None:
        self._plan, self._at = list(plan), 0
        self._begun = self._since = now
        self._share = -1.0  # of the stage under way; negative where that is not known
        self._heard = 0.0  # its share when it was first heard of, at `since`
        self._shown = 0.0
        self._took = self._planned = 0.0  # of the stages that are over
        self._steps = 0
        self._eta = -1.0
        self._eta_at = now

    def after(self, event: Any, now: float) -> None:
        """Takes what a run reports."""
        match event:
            case Progress():
                key = event.message.code if event.message is not None else event.phase
                if key == "checking" and self._key == "learning" and self._share < _WHOLE:
                    return  # between two epochs
                self._enter(key, now)
                if self._key == key:
                    share = event.done / event.total if event.total else -1.0
                    if self._share < 0 <= share:  # what went before it is no part of its pace
                        self._since, self._heard = now, share
                    self._share = share
                    if event.total and event.done >= event.total:
                        self._next(now)
            case HeadFitted() if event.is_final:
                self._leave("fitting", now)
            case TrainingStarted():
                self._steps = event.epochs * event.steps_per_epoch
            case StepDone():
                self._enter("learning", now)
                if self._key == "learning" and self._steps:
                    self._share = min(event.step / self._steps, 1.0)
                    self._eta, self._eta_at = event.eta_seconds, now
            case EpochDone():
                self._enter("learning", now)

    def reached(self, now: float) -> Reached:
        """Where the run stands at a time."""
        if not self._plan:
            return Reached(-1.0, -1.0)
        lefts = self._lefts(now)
        left, elapsed = sum(lefts), now - self._begun
        self._shown = max(self._shown, min(elapsed / (elapsed + left), 0.995) if elapsed + left > 0 else 0.0)
        return Reached(self._shown, left, self._soonest(lefts))

    @property
    def _key(self) -> str:
        return self._plan[self._at].key if self._at < len(self._plan) else ""

    @property
    def _measured(self) -> float:
        """The share of the stage under way that was done since it was first heard of."""
        return self._share - self._heard

    def _pace(self, now: float) -> float:
        """How many times as long as planned things take here, by the stages so far and the one under way."""
        took, planned = self._took, self._planned
        if self._at < len(self._plan) and self._plan[self._at].counts and self._measured >= _SURE:
            took += (now - self._since) / self._measured
            planned += self._plan[self._at].seconds
        return min(max(took / planned, _PACES[0]), _PACES[1]) if planned else 1.0

    def _lefts(self, now: float) -> list[float]:
        """Seconds that the stage under way and each of those to come still take."""
        pace = self._pace(now)
        lefts = [stage.seconds * (pace if stage.counts else 1) for stage in self._plan[self._at :]]
        if lefts:
            lefts[0] = self._left_under_way(now, lefts[0])
        return lefts

    def _left_under_way(self, now: float, planned: float) -> float:
        if self._key == "learning" and self._eta >= 0:
            return max(self._eta - (now - self._eta_at), 0.0)
        if self._measured >= _SURE:
            return (now - self._since) * (1 - self._share) / self._measured
        return max(planned - (now - self._since), _LEAST_LEFT * planned)

    def _soonest(self, lefts: Sequence[float]) -> float:
        """Seconds until the run may be over, where that is before its end; else -1."""
        ahead = self._plan[self._at :]
        place = next((place for place, stage in enumerate(ahead) if stage.part < 1), None)
        if place is None:
            return -1.0
        part, done = ahead[place].part, max(self._share, 0.0) if place == 0 else 0.0
        end = part * (math.floor(done / part + 1e-9) + 1)
        if end > 1 - part / 2:
            return -1.0
        return sum(lefts[:place]) + lefts[place] * (end - done) / (1 - done)

    def _enter(self, key: str, now: float) -> None:
        """Goes on to a stage, where it is one that is still to come."""
        ahead = [stage.key for stage in self._plan[self._at :]]
        if key not in ahead or ahead[0] == key:
            return
        for _ in range(ahead.index(key)):
            self._next(now)

    def _leave(self, key: str, now: float) -> None:
        self._enter(key, now)
        if self._key == key:
            self._next(now)

    def _next(self, now: float) -> None:
        stage = self._plan[self._at] if self._at < len(self._plan) else None
        if stage is not None and stage.counts and now > self._since:
            self._took += now - self._since
            self._planned += stage.seconds * (1 - self._heard)
        self._at, self._since, self._share, self._heard = self._at + 1, now, -1.0, 0.0
