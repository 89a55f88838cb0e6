"""Curves, calibration, and what it costs to say nothing."""

from __future__ import annotations

import numpy as np

from workbench.core.report.facts import Report, Tested
from workbench.core.results.calibration import Calibration
from workbench.core.results.curves import Curve, coverage_accuracy
from workbench.core.results.reject import CAUTIONS, USUAL
from workbench.report.charts import Line, bins_of, coloured, plot, shares_of, steps, straight
from workbench.report.markup import Child, Html, el, joined
from workbench.report.medium import Web, digits, percent
from workbench.words.report_text import report_text as said

_CLASSES = 5
"""So many classes have curves of their own: the hardest ones."""
_COVERAGES = (1.0, 0.9, 0.8, 0.5)


def curves(report: Report, medium: Web) -> Html | None:
    """Precision-recall and ROC: all classes together, and the hardest of them."""
    if report.tested is None:
        return None
    numbers = report.tested.numbers
    overall = numbers.overall
    precision = [(said("curve.all"), steps(overall.precision_recall), overall.precision_recall.area)]
    under = [(said("curve.all"), straight(overall.roc, (0.0, 0.0)), overall.roc.area)]
    areas = numbers.by_class.average_precision
    known = np.flatnonzero(np.isfinite(areas) & np.isfinite(numbers.by_class.roc_auc))
    hardest = known[np.lexsort((known, areas[known]))][:_CLASSES].tolist()
    for number in hardest:
        found, name = numbers.of_class(number), numbers.classes[number]
        precision.append((name, steps(found.precision_recall), found.precision_recall.area))
        under.append((name, straight(found.roc, (0.0, 0.0)), found.roc.area))
    charts = [
        _chart(medium, precision, "precision_recall", ("recall", "precision"), diagonal=False),
        _chart(medium, under, "roc", ("false", "true"), diagonal=True),
    ]
    micro: list[list[Child]] = [
        [
            said("curve.all"),
            medium.number(("micro", "average_precision"), overall.precision_recall.area, digits),
            medium.number(("micro", "roc_auc"), overall.roc.area, digits),
        ]
    ]
    heads = [said(f"head.{key}") for key in ("class", "average_precision", "roc_auc")]
    return joined(
        [
            el("p", said("curves.lead"), class_="muted"),
            el("p", said("curves.some", count=len(hardest)), class_="muted"),
            medium.beside(charts),
            medium.table(heads, micro, said("curve.all"), "numbers"),
        ]
    )


Named = tuple[str, list[tuple[float, float]], float]


def _chart(medium: Web, found: list[Named], title: str, axes: tuple[str, str], *, diagonal: bool) -> Html:
    lines = coloured([Line(f"{name}: {digits(area)}", points, "accent") for name, points, area in found])
    areas = ", ".join(f"{name} {digits(area)}" for name, _, area in found)
    alt = said("curve.alt", title=said(f"curve.{title}"), areas=areas)
    captions = (said(f"axis.{axes[0]}"), said(f"axis.{axes[1]}"))
    chart = plot(lines, medium.palette, captions, alt, diagonal=diagonal)
    return medium.figure(chart, said(f"curve.{title}"))


def calibration(report: Report, medium: Web) -> Html | None:
    """The reliability diagram before and after temperature scaling."""
    if report.tested is None:
        return None
    found = report.tested.numbers.calibration
    before = f"{said('calibration.before')}: {digits(found.before.error)}"
    lines = [Line(before, bins_of(found.before), "accent", marks=shares_of(found.before))]
    after = "–"
    if found.after is not None:
        after = digits(found.after.error)
        name = f"{said('calibration.after')}: {after}"
        after_marks = shares_of(found.after)
        lines.append(Line(name, bins_of(found.after), "second", "6 3", marks=after_marks))
    alt = said("calibration.alt", before=digits(found.before.error), after=after)
    chart = plot(lines, medium.palette, (said("axis.said"), said("axis.right")), alt, diagonal=True)
    return joined(
        [
            el("p", said("calibration.lead"), class_="muted"),
            medium.figure(chart),
            _calibration_table(found, medium),
            el("p", said("calibration.not_after")) if found.after is None else None,
        ]
    )


def _calibration_table(found: Calibration, medium: Web) -> Html:
    after = found.after.error if found.after is not None else None
    rows: list[list[Child]] = [
        [
            said("calibration.error"),
            medium.number(("calibration", "error"), found.before.error, digits),
            medium.number(("calibration", "error_after"), after, digits),
        ],
        [
            said("overall.loss"),
            medium.number(("log_loss",), found.log_loss, digits),
            medium.number(("calibration", "log_loss_after"), found.log_loss_after, digits),
        ],
        [
            said("overall.brier"),
            medium.number(("brier",), found.brier, digits),
            medium.number(("calibration", "brier_after"), found.brier_after, digits),
        ],
        [
            said("calibration.temperature"),
            "",
            medium.number(("calibration", "temperature"), found.temperature, digits),
        ],
    ]
    heads = [said("overall.number"), said("calibration.before"), said("calibration.after")]
    return medium.table(heads, rows, said("calibration"), "numbers")


def coverage(report: Report, medium: Web) -> Html | None:
    """Accuracy against coverage, and the model's own rule with its prices."""
    tested = report.tested
    return joined([_coverage(tested, medium) if tested is not None else None, _rule(report, medium)])


def _coverage(tested: Tested, medium: Web) -> Html:
    numbers = tested.numbers
    right = numbers.probabilities.argmax(axis=1) == numbers.targets
    curve = coverage_accuracy(numbers.probabilities.max(axis=1), right)
    rows = [
        [percent(share), percent(accuracy), digits(least)]
        for share, accuracy, least in (_at(curve, asked) for asked in _COVERAGES)
    ]
    points = "; ".join(said("coverage.point", coverage=row[0], accuracy=row[1]) for row in rows)
    lowest = max(0.0, np.floor(10 * float(curve.y.min()) - 1e-9) / 10) if len(curve.y) else 0.0
    chart = plot(
        [Line(said("coverage.line"), straight(curve), "accent")],
        medium.palette,
        (said("axis.coverage"), said("axis.right")),
        said("coverage.alt", points=points),
        lowest=float(min(lowest, 0.9)),
    )
    heads = [said("axis.coverage"), said("axis.right"), said("reject.probability")]
    mean = numbers.overall.coverage.area
    return joined(
        [
            el("p", said("coverage.lead"), class_="muted"),
            medium.figure(chart),
            medium.table(heads, rows, said("coverage"), "numbers"),
            el("p", said("coverage.mean"), ": ", medium.number(("coverage", "mean_accuracy"), mean, digits)),
        ]
    )


def _at(curve: Curve, asked: float) -> tuple[float, float, float]:
    """The first point at which at least so large a share is answered: its coverage, accuracy, probability."""
    place = min(int(np.searchsorted(curve.x, asked - 1e-12)), len(curve.x) - 1)
    return float(curve.x[place]), float(curve.y[place]), float(curve.thresholds[place])


def _rule(report: Report, medium: Web) -> Html:
    rule = report.model.rule
    head = el("h3", said("reject"))
    if rule is None:
        return joined([head, el("p", said("reject.none"))])
    rows: list[list[Child]] = []
    for caution in CAUTIONS:
        found = rule.of(caution)
        distance = "–" if found.distance is None else digits(found.distance)
        numbers = [percent(found.silent), percent(found.right), digits(found.probability), distance]
        rows.append([said(f"reject.{caution}"), *numbers])
    heads = [said(f"reject.{key}") for key in ("setting", "silent", "right", "probability", "distance")]
    lead = said("reject.lead", count=rule.samples, usual=said(f"reject.{USUAL}"))
    return joined([head, el("p", lead, class_="muted"), medium.table(heads, rows, said("reject"), "numbers")])
