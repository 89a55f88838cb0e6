"""What a benchmark is: contestants that run in turn, and figures that are made from their results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Contestant:
    """One who runs: a function that is called in a fresh process and returns a dictionary of results.

    Attributes:
        name: As it stands in the table.
        function: `package.module:function`; importing the module is timed on its own.
        arguments: Its keyword arguments, besides those that `Benchmark.prepare` gives to all; plain JSON.
        is_ready: Whether the program's profile is one in which this computer has been got ready once.
    """

    name: str
    function: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    is_ready: bool = False


@dataclass(frozen=True)
class Measured:
    """Everything that the contestants returned: by contestant, one dictionary a run."""

    runs: Mapping[str, Sequence[Mapping[str, Any]]]

    def has(self, *names: str) -> bool:
        """Whether all of these contestants ran."""
        return all(self.runs.get(name) for name in names)

    def median(self, name: str, key: str = "seconds") -> float:
        """The median of a value over a contestant's runs.

        Raises:
            KeyError: It did not run, or does not return this value.
        """
        return median(float(run[key]) for run in self.runs[name])

    def best(self, names: Sequence[str], key: str = "seconds") -> str:
        """Who of those that ran has the smallest median."""
        return min((name for name in names if self.runs.get(name)), key=lambda name: self.median(name, key))

    def seconds_until(self, name: str, accuracy: float) -> float | None:
        """Median seconds until a contestant's marks reach an accuracy; None where some run never does."""
        reached = []
        for run in self.runs[name]:
            times = [mark["seconds"] for mark in run["marks"] if (mark["accuracy"] or 0.0) >= accuracy]
            if not times:
                return None
            reached.append(times[0])
        return median(reached)


@dataclass(frozen=True)
class Figure:
    """One figure beside its target.

    Attributes:
        what: What it says, in words.
        value: None where it was never reached ("not reached" is then what is shown).
        unit: Stands behind the number: "×", " s", " %", " MB".
        at_least, at_most: The target, where there is one.
        digits: After the point.
        note: A sentence that the reader needs.
    """

    what: str
    value: float | None
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    digits: int = 2
    note: str = ""

    @property
    def target(self) -> str:
        """The target in words, "" where there is none."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{self.unit}"
        return "" if self.at_most is None else f"≤ {self.at_most:g}{self.unit}"

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if not self.target:
            return None
        if self.value is None:
            return False
        return self.value >= self.at_least if self.at_least is not None else self.value <= self.at_most

    @property
    def shown(self) -> str:
        """The value in words."""
        return "not reached" if self.value is None else f"{self.value:,.{self.digits}f}{self.unit}"


def _nothing_to_prepare(data: Path, scratch: Path) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Benchmark:
    """One row of the registry.

    Attributes:
        name: What one types; `first_model.ants_bees` also answers to `first_model`.
        sentence: What is measured, in words for the page of results.
        contestants: Who runs, in this order, again and again.
        figures: Makes the figures from what was measured; contestants may be missing.
        prepare: Takes the data folder and an empty folder, and returns arguments for every contestant.
        runs: How often each contestant runs, where the caller does not say.
        needs_data: Whether it needs the data folder.
    """

    name: str
    sentence: str
    contestants: tuple[Contestant, ...]
    figures: Callable[[Measured], list[Figure]]
    prepare: Callable[[Path, Path], dict[str, Any]] = _nothing_to_prepare
    runs: int = 3
    needs_data: bool = True
