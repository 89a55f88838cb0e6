"""What runs were tested on, read once for as long as their files stay as they are."""

from __future__ import annotations

from pathlib import Path

from workbench.core.files import stamp_of
from workbench.core.project.run_predictions import held_out
from workbench.core.project.runs import PREDICTIONS, SPLIT, RunSummary
from workbench.core.results.held_out import HeldOut

_MOST = 40


class HeldOutCache:
    """Asked on threads; two that ask at once read twice and keep one."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, str, str], HeldOut] = {}

    def of(self, run: RunSummary) -> HeldOut:
        """What a run was tested on.

        Raises:
            InputError: Nothing yet, or that cannot be read.
        """
        key = run.folder, stamp_of(run.folder / PREDICTIONS), stamp_of(run.folder / SPLIT)
        found = self._kept.get(key)
        if found is None:
            found = held_out(run)
            while len(self._kept) >= _MOST:
                self._kept.pop(next(iter(self._kept)), None)
            self._kept[key] = found
        return found
