"""What was found by work of its own, as a report shows it: the stress test, and kinds of photos.

Whoever has such findings turns them into these rows; a report without them leaves the sections out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.report.markup import Child, Html, el, joined
from workbench.report.medium import Web, percent
from workbench.words.report_text import report_text as said

_PICTURE = 96


@dataclass(frozen=True)
class StressPoint:
    """A model at one strength of a disturbance.

    Attributes:
        strength: In words (“15°”).
        accuracy, low, high: The share of right answers with its 95 % interval, each 0 to 1.
        picture: One photo so disturbed, a JPEG file; empty where there is none.
    """

    strength: str
    accuracy: float
    low: float
    high: float
    picture: bytes = b""


@dataclass(frozen=True)
class StressRow:
    """What one disturbance does: its name, the verdict as a sentence, and a point for each strength."""

    name: str
    verdict: str
    undisturbed: StressPoint
    points: tuple[StressPoint, ...]


@dataclass(frozen=True)
class Kind:
    """One kind of photos.

    Attributes:
        name: In words (“camera B”).
        samples: How many there are.
        accuracy, low, high: The share of right answers with its 95 % interval, each 0 to 1.
        rest: The share on all others.
        stands_out: Whether the model is much worse here than luck would bring about.
    """

    name: str
    samples: int
    accuracy: float
    low: float
    high: float
    rest: float
    stands_out: bool


@dataclass(frozen=True)
class Found:
    """All of these; None where that was not looked for.

    Attributes:
        stress, stress_note: The rows, and on which photos they were made.
        kinds, kinds_note: The same of kinds of photos.
    """

    stress: tuple[StressRow, ...] | None = None
    stress_note: str = ""
    kinds: tuple[Kind, ...] | None = None
    kinds_note: str = ""


def stress(found: Found, medium: Web) -> Html | None:
    """The stress test."""
    if found.stress is None:
        return None
    rows: list[Sequence[Child]] = []
    for row in found.stress:
        points = joined([_point(point, medium) for point in row.points])
        rows.append([row.name, percent(row.undisturbed.accuracy), points, row.verdict])
    heads = [said(f"stress.{key}") for key in ("disturbance", "undisturbed", "strengths", "verdict")]
    note = el("p", found.stress_note, class_="muted") if found.stress_note else None
    return joined([note, medium.table(heads, rows, said("stress"))])


def _point(point: StressPoint, medium: Web) -> Html:
    interval = f"{percent(point.low)} – {percent(point.high)}"
    alt = f"{point.strength}: {percent(point.accuracy)} ({interval})"
    picture = medium.picture(point.picture, "jpeg", alt, _PICTURE) if point.picture else None
    return el("div", picture, el("div", alt), class_="point")


def kinds(found: Found, medium: Web) -> Html | None:
    """Kinds of photos."""
    if found.kinds is None:
        return None
    lead = el("p", f"{said('groups.lead')} {found.kinds_note}".strip(), class_="muted")
    if not found.kinds:
        return joined([lead, el("p", said("found.none"))])
    rows = [
        [
            each.name,
            f"{each.samples:,}",
            f"{percent(each.accuracy)} ({percent(each.low)} – {percent(each.high)})",
            percent(each.rest),
            f"⚠ {said('yes')}" if each.stands_out else said("no"),
        ]
        for each in found.kinds
    ]
    heads = [
        said("groups.kind"),
        said("head.photos"),
        *(said(f"groups.{k}") for k in ("accuracy", "rest", "stands_out")),
    ]
    return joined([lead, medium.table(heads, rows, said("groups"), "numbers")])
