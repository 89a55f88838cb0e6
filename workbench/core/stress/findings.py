"""What a stress test found, and the rule by which it is judged. No NumPy at import: the window reads it."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from workbench.core.files import read_json, write_json
from workbench.core.messages import Message
from workbench.core.models.archive import stated_digest
from workbench.core.project.runs import model_in
from workbench.core.results.comparison import LEVEL, Comparison
from workbench.core.results.estimate import FEW_SAMPLES, Estimate, How
from workbench.core.stress.disturbances import ATTACKS, DISTURBANCES, Disturbance, row_of

MINIMUM = FEW_SAMPLES
"""With fewer different photos nothing is said about where a model fails."""
DROP = 0.05
"""A model that loses fewer than five photos of a hundred is not said to fail, however sure that is."""

Kind = Literal["disturbances", "attacks"]
Code = Literal["too_few", "too_weak", "fails", "unclear", "holds"]
"""In the order in which they are asked. Too few different photos to say. Undisturbed, it is not shown to be
better than always naming the largest class. At some strength it is clearly worse than undisturbed. At some it
looks worse by `DROP`, which may be chance. None of these."""

FILES: Mapping[Kind, str] = {"disturbances": "stress.json", "attacks": "attacks.json"}
"""Beside the model in the folder of its run."""
_VERSION = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Point:
    """How a model does at one strength.

    Attributes:
        strength: In the unit of the row; 0 for the photos as they are.
        accuracy: Share of right answers, 0 to 1; photos that belong together count once.
        low, high: Between these the true share lies 95 times in 100.
        put_right, spoiled: How many photos are right only when disturbed, and only undisturbed.
        p_value: How often two equally good models would differ so much or more (McNemar's exact test).
        picture: One photo at this strength, a small JPEG file; the same photo for all strengths. Empty where
            there is none.
    """

    strength: float
    accuracy: float
    low: float
    high: float
    put_right: int = 0
    spoiled: int = 0
    p_value: float = 1.0
    picture: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, strength: float, estimate: Estimate, compared: Comparison | None = None) -> Point:
        """From what was measured; compared with the photos as they are."""
        found = cls(strength, estimate.accuracy, estimate.low, estimate.high)
        if compared is None:
            return found
        return replace(
            found, put_right=compared.put_right, spoiled=compared.spoiled, p_value=compared.p_value
        )


@dataclass(frozen=True)
class Verdict:
    """How far a model holds.

    Attributes:
        code: See `Code`.
        at: The strength that it is about: the mildest at which it fails; the one at which it looks worst;
            the strongest that was tried. None where nothing can be said.
        before: The next milder strength that was tried; None where `at` is the mildest or nothing failed.
        onwards: Whether it fails at every stronger one as well.
    """

    code: Code
    at: float | None = None
    before: float | None = None
    onwards: bool = True


def judged(undisturbed: Point, points: Sequence[Point], *, different: int, baseline: float) -> Verdict:
    """The rule.

    A model fails at a strength where it is right for at least `DROP` fewer photos than undisturbed and that
    is more than chance: McNemar's exact test of the same photos at the level of `comparison.LEVEL`, divided
    by the number of strengths (Bonferroni), so that of twenty rows without effect at most one is said to
    fail.

    Args:
        points: The mildest first, one or more.
        different: How many photos that do not belong together were tested.
        baseline: What always naming the largest class gets right, 0 to 1.
    """
    if different < MINIMUM:
        return Verdict("too_few")
    if undisturbed.low <= baseline:
        return Verdict("too_weak")
    drops = [undisturbed.accuracy - point.accuracy >= DROP - 1e-9 for point in points]
    fails = [
        drop and point.spoiled > point.put_right and point.p_value < LEVEL / len(points)
        for drop, point in zip(drops, points, strict=True)
    ]
    if any(fails):
        first = fails.index(True)
        before = points[first - 1].strength if first else None
        return Verdict("fails", points[first].strength, before, all(fails[first:]))
    if any(drops):
        return Verdict("unclear", min(points, key=lambda point: point.accuracy).strength)
    return Verdict("holds", points[-1].strength)


@dataclass(frozen=True)
class RowFound:
    """What one disturbance, or one attack, does to a model.

    Attributes:
        key: Of the row.
        undisturbed: The same photos as they are.
        points: A point for each strength, the mildest first.
        verdict: How far it holds.
    """

    key: str
    undisturbed: Point
    points: tuple[Point, ...]
    verdict: Verdict

    @property
    def row(self) -> Disturbance:
        """The row of the registry."""
        return row_of(self.key)

    @property
    def lost(self) -> float:
        """By how much less often it is right where the verdict is about, of 1; 0 where that says nothing."""
        if self.verdict.at is None:
            return 0.0
        return self.undisturbed.accuracy - self.at(self.verdict.at).accuracy

    def at(self, strength: float) -> Point:
        """The point of a strength that was tried."""
        return next(point for point in self.points if point.strength == strength)


@dataclass(frozen=True)
class PhotosTested:
    """Which photos a stress test was made on, and what they are held against.

    Attributes:
        how: From which set; `cross_validated`: the model itself has learned all photos, so that each was
            shown to another model of the same kind that had not learned it.
        photos: How many were tested; of those that belong together only one.
        available: How many could have been.
        baseline: What always naming the largest class would get right of them, 0 to 1.
        baseline_class: That class.
        notes: What makes the numbers worth less than they look.
    """

    how: How
    photos: int
    available: int
    baseline: float
    baseline_class: str
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class StressFound:
    """What a stress test found.

    Attributes:
        kind: `disturbances`, or `attacks` that know the model.
        tested: On which photos.
        rows: In the order of the registry.
        model: Digest of the model file.
        seconds: How long it took.
        stopped: Whether it was ended early, so that rows are missing.
    """

    kind: Kind
    tested: PhotosTested
    rows: tuple[RowFound, ...]
    model: str = ""
    seconds: float = 0.0
    stopped: bool = False


def to_json(found: StressFound) -> dict[str, Any]:
    """Plain JSON values of it, pictures as base64."""
    values = asdict(found)
    for row in values["rows"]:
        for point in (row["undisturbed"], *row["points"]):
            point["picture"] = base64.b64encode(point["picture"]).decode()
    return {"schema_version": _VERSION, **values}


def from_json(values: Mapping[str, Any]) -> StressFound:
    """Reads what `to_json` made; rows that this version does not have are left out.

    Raises:
        ValueError, KeyError, TypeError: It is anything else, or of a newer version.
    """
    if int(values["schema_version"]) > _VERSION:
        raise ValueError(f"version {values['schema_version']}")
    if values["kind"] not in FILES or values["tested"]["how"] not in get_args(How):
        raise ValueError("of an unknown kind")
    rows = tuple(_row(row) for row in values["rows"] if _is_known(row))
    notes = tuple(Message.read(note) for note in values["tested"]["notes"])
    tested = PhotosTested(**{**values["tested"], "notes": notes})
    rest = {name: values[name] for name in ("kind", "model", "seconds", "stopped")}
    return StressFound(tested=tested, rows=rows, **rest)


def save_found(run: Path, found: StressFound) -> None:
    """Keeps it beside the other files of a run.

    Raises:
        ResourceError: The disk is full or the folder cannot be written to.
    """
    write_json(run / FILES[found.kind], to_json(found), indent=None)


def load_found(run: Path, kind: Kind, model: str) -> StressFound | None:
    """What was kept of a model; None where there is nothing, or it is of another model, or damaged.

    Args:
        model: Digest of the model file (`archive.stated_digest`).
    """
    try:
        found = from_json(read_json(run / FILES[kind]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:  # it can be made again
        _log.info("the stress test in %s is not shown: %r", run, error)
        return None
    return found if found.model == model and found.kind == kind else None


def kept_of(model: Path) -> tuple[StressFound, ...]:
    """All that is kept of a model in the folder of its run.

    Args:
        model: The file, or the folder of a run.
    """
    file = model_in(model)
    found = (load_found(file.parent, kind, stated_digest(file)) for kind in FILES)
    return tuple(each for each in found if each is not None)


def _is_known(row: Mapping[str, Any]) -> bool:
    return row["key"] in DISTURBANCES or row["key"] in ATTACKS


def _row(values: Mapping[str, Any]) -> RowFound:
    points = tuple(_point(point) for point in values["points"])
    return RowFound(values["key"], _point(values["undisturbed"]), points, Verdict(**values["verdict"]))


def _point(values: Mapping[str, Any]) -> Point:
    return Point(**{**values, "picture": base64.b64decode(values["picture"])})
