"""The findings of a stress test in words."""

from __future__ import annotations

from collections.abc import Callable

from workbench.core.stress.disturbances import at_strength
from workbench.core.stress.findings import MINIMUM, PhotosTested, Point, RowFound, StressFound
from workbench.words.about_stress import VERDICTS
from workbench.words.fill import filled


def told(found: RowFound, tested: PhotosTested, translate: Callable[[str], str] = str) -> str:
    """What a row's verdict is: no more than was measured.

    Args:
        found: The row.
        tested: On which photos.
        translate: From an English template of the row to the person's language.
    """
    verdict, row = found.verdict, found.row
    if verdict.code == "too_few":
        return filled(VERDICTS["too_few"], {"photos": tested.photos, "minimum": MINIMUM})
    if verdict.code == "too_weak":
        return filled(VERDICTS["too_weak"], {"name": tested.baseline_class})
    assert verdict.at is not None

    def when(strength: float) -> str:
        return at_strength(translate(row.when), strength)

    values = {
        "when": when(verdict.at),
        "right": of_100(found.at(verdict.at)),
        "undisturbed": of_100(found.undisturbed),
    }
    if verdict.code != "fails":
        return filled(VERDICTS[verdict.code], values)
    if verdict.before is None:
        sentence = filled(VERDICTS["fails_at_once"], values)
    else:
        sentence = filled(VERDICTS["fails"], {**values, "before": when(verdict.before)})
    return sentence if verdict.onwards else f"{sentence} {filled(VERDICTS['not_onwards'], {})}"


def on_which(found: StressFound) -> str:
    """On which photos it was made, and what of it is missing."""
    tested = found.tested
    values = {"photos": tested.photos, "available": tested.available}
    said = [filled(VERDICTS[f"on.{tested.how}"], values), *map(str, tested.notes)]
    if found.stopped:
        said.append(filled(VERDICTS["stopped"], {}))
    return " ".join(said)


def of_100(point: Point) -> int:
    """The right ones of a hundred; 100 and 0 only where all, or none, are."""
    if point.accuracy in (0.0, 1.0):
        return round(100 * point.accuracy)
    return min(99, max(1, round(100 * point.accuracy)))
