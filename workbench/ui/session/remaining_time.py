"""How long work still takes, from how fast it has been so far."""

from __future__ import annotations

import time

from workbench.core.events import Progress
from workbench.ui.words.times import seconds_left


class RemainingTime:
    """Notes when each kind of work began its phase."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[str, float]] = {}

    def left(self, work: str, progress: Progress | None) -> dict[str, float]:
        """Seconds that a kind of work still takes, under its name; nothing where that cannot be told."""
        if progress is None or not progress.total:
            self._since.pop(work, None)
            return {}
        phase, since = self._since.setdefault(work, (progress.phase, time.monotonic()))
        if phase != progress.phase:
            self._since[work] = (progress.phase, time.monotonic())
            return {}
        seconds = seconds_left(time.monotonic() - since, progress.done, progress.total)
        return {work: seconds} if seconds >= 0 else {}
