"""What was found by work of its own, as a report shows it: kinds of photos, and the stress test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbench.core.report.facts import Report
from workbench.core.results.slices import Slices
from workbench.core.stress.disturbances import at_strength
from workbench.core.stress.findings import Point, RowFound, StressFound
from workbench.report.markup import Child, Html, el, joined
from workbench.report.medium import Web, percent
from workbench.words.report_text import report_text as said
from workbench.words.slices import kind_of, name_of
from workbench.words.stress import on_which, told

_PICTURE = 96


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Found:
    """All of these; None where that was not looked for.

    Attributes:
        stress: Disturbances, and attacks.
        kinds: Kinds of photos.
        paths: Of the photos, by the ids of their samples.
        elsewhere: Whether the report is of other photos than those of the model's own run.
    """

    stress: tuple[StressFound, ...] = ()
    kinds: Slices | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    elsewhere: bool = False


def stress(report: Report, found: Found, medium: Web) -> Html | None:
    """The stress test; of photos that were tested it is said where there was none."""
    if not found.stress:
        return el("p", said("stress.none"), class_="muted") if report.tested is not None else None
    return joined(
        [part for each in found.stress for part in _stress(each, medium, elsewhere=found.elsewhere)]
    )


def _stress(found: StressFound, medium: Web, *, elsewhere: bool) -> list[Html]:
    rows: list[Sequence[Child]] = []
    for row in found.rows:
        points = joined([_point(row, point, medium) for point in row.points])
        rows.append([row.row.name, percent(row.undisturbed.accuracy), points, told(row, found.tested)])
    heads = [said(f"stress.{key}") for key in ("disturbance", "undisturbed", "strengths", "verdict")]
    return [
        el("p", said("stress.of_run"), class_="muted") if elsewhere else Html(""),
        el("p", on_which(found), class_="muted"),
        medium.table(heads, rows, said(f"stress.{found.kind}")),
    ]


def _point(row: RowFound, point: Point, medium: Web) -> Html:
    strength = at_strength(row.row.amount, point.strength)
    alt = f"{strength}: {percent(point.accuracy)} ({percent(point.low)} – {percent(point.high)})"
    picture = medium.picture(point.picture, "jpeg", alt, _PICTURE) if point.picture else None
    return el("div", picture, el("div", alt), class_="point")


def kinds(report: Report, found: Found, medium: Web) -> Html | None:
    """Kinds of photos; of photos that were tested it is said where nobody has looked."""
    if found.kinds is None:
        return el("p", said("groups.none"), class_="muted") if report.tested is not None else None
    lead = el("p", said("groups.lead"), class_="muted")
    if not found.kinds.found:
        return joined([lead, el("p", said("found.none"))])
    rows = [
        [
            f"{kind_of(each.by, each.name)}: {name_of(each.by, each.value, found.paths)}",
            f"{each.samples:,}",
            f"{percent(each.accuracy)} ({percent(each.low)} – {percent(each.high)})",
            percent(each.rest),
            f"⚠ {said('yes')}" if each.stands_out else said("no"),
        ]
        for each in found.kinds.found
    ]
    heads = [
        said("groups.kind"),
        said("head.photos"),
        *(said(f"groups.{k}") for k in ("accuracy", "rest", "stands_out")),
    ]
    return joined([lead, medium.table(heads, rows, said("groups"), "numbers")])
