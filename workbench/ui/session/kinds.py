"""What was found about kinds of photos, by run, for whoever tells of that run later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    from workbench.core.results.slices import Slices


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Kinds:
    """What was found for a run.

    Attributes:
        found: The kinds of its photos.
        paths: Of these photos, by the ids of their samples.
    """

    found: Slices
    paths: Mapping[str, str]


class KindsFound:
    """The newest of each run, while the window is open."""

    def __init__(self) -> None:
        self._by_run: dict[Path, Kinds] = {}

    def note(self, run: Path, kinds: Kinds) -> None:
        """Keeps what was found for the run in a folder."""
        self._by_run[run] = kinds

    def of(self, run: Path) -> Kinds | None:
        """What was found for the run in a folder; None where nobody has looked."""
        return self._by_run.get(run)
