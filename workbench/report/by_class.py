"""The numbers of each class, their means, and which classes are mixed up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.core.report.facts import Report, Tested
from workbench.core.results.metrics import metrics_of_measures
from workbench.report.charts import heat_map
from workbench.report.markup import Child, Html, el, joined
from workbench.report.medium import Web, digits, percent, whole
from workbench.words.report_text import report_text as said

_WHOLE = 60
_WORST = 10
_CELLS = 25
"""So many classes have a matrix with a number in each cell; more are a picture."""
_PAIRS, _MOST_PAIRS = 10, 5000
_COLUMNS = ("recall", "precision", "f1", "iou", "average_precision", "roc_auc")


def classes(report: Report, medium: Web) -> Html | None:
    """The table of all classes; of many, the worst and the best, and the whole folded away."""
    if report.tested is None:
        return None
    tested = report.tested
    count = len(tested.numbers.classes)
    lead = el("p", said("classes.lead"), class_="muted")
    if count <= _WHOLE:
        return joined(
            [lead, _table(tested, medium, range(count), said("classes.table")), _means(tested, medium)]
        )
    f1 = tested.numbers.by_class.f1
    known = np.flatnonzero(np.isfinite(f1))
    order = known[np.lexsort((known, f1[known]))].tolist()

    def every() -> Html:
        return _table(tested, medium, range(count), said("classes.table"))

    return joined(
        [
            lead,
            _means(tested, medium),
            _table(tested, medium, order[:_WORST], said("classes.worst")),
            _table(tested, medium, order[::-1][:_WORST], said("classes.best")),
            medium.fold(said("classes.whole", count=count), every, said("classes.not_here", count=count)),
        ]
    )


def _table(tested: Tested, medium: Web, places: range | list[int], caption: str) -> Html:
    found, names = tested.numbers.by_class, tested.numbers.classes
    rows: list[list[Child]] = []
    for place in places:
        name, other = names[place], int(found.confused_with[place])
        confused = f"{names[other]} ({int(found.confused[place]):,})" if other >= 0 else "–"
        cells = [
            medium.number(("classes", name, key), float(getattr(found, key)[place]), digits)
            for key in _COLUMNS
        ]
        samples = medium.number(("classes", name, "samples"), float(found.samples[place]), whole)
        rows.append([name, samples, *cells, confused])
    heads = [said(f"head.{key}") for key in ("class", "photos", *_COLUMNS, "confused")]
    return medium.table(heads, rows, caption, "numbers")


def _means(tested: Tested, medium: Web) -> Html:
    found = tested.numbers.by_class
    rows: list[list[Child]] = []
    for how in ("macro", "weighted"):
        means = getattr(found, how)
        cells = [medium.number((how, key), getattr(means, key), digits) for key in _COLUMNS]
        rows.append([said(f"mean.{how}"), *cells])
    heads = [said(f"head.{key}") for key in ("mean", *_COLUMNS)]
    count = int((found.samples > 0).sum())
    lead = el("p", said("means.lead", count=count), class_="muted")
    return joined([medium.table(heads, rows, said("means"), "numbers"), lead])


def matrix(report: Report, medium: Web) -> Html | None:
    """The confusion matrix."""
    if report.tested is None or (metrics := metrics_of_measures(report.tested.measures)) is None:
        return None
    confusion, names = metrics.confusion, report.tested.numbers.classes
    lead = el("p", said("matrix.lead"), class_="muted")
    if len(names) <= _CELLS:
        return joined([lead, _cells(confusion, names, medium), _pairs(confusion, names, medium)])
    content, side, alt = heat_map(confusion, said("matrix.alt", count=len(names)))
    width = min(side, 720 if medium.folds else 460)
    picture = medium.picture(content, "png", alt, width)
    return joined([lead, el("p", picture), _pairs(confusion, names, medium)])


def _cells(confusion: NDArray[np.int64], names: tuple[str, ...], medium: Web) -> Html:
    head = el("tr", el("th", said("matrix.corner")), *(el("th", name, scope="col") for name in names))
    totals, rows = confusion.sum(axis=1).tolist(), [head]
    for row, (name, counts) in enumerate(zip(names, confusion.tolist(), strict=True)):
        cells = (
            medium.cell(
                medium.number(("confusion", row, column), float(count), whole),
                count / max(1, totals[row]),
                empty=not count,
            )
            for column, count in enumerate(counts)
        )
        rows.append(el("tr", el("th", name, scope="row"), *cells))
    return medium.matrix(rows, said("matrix.table"))


def _pairs(confusion: NDArray[np.int64], names: tuple[str, ...], medium: Web) -> Html:
    """The pairs that were mixed up, the most frequent first."""
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    rows, columns = np.nonzero(wrong)
    if not len(rows):
        return el("p", said("matrix.none"))
    counts = wrong[rows, columns]
    order = np.lexsort((columns, rows, -counts))
    totals = np.maximum(confusion.sum(axis=1), 1)

    def table(most: int, caption: str) -> Html:
        made: list[list[Child]] = [
            [
                names[rows[place]],
                names[columns[place]],
                whole(float(counts[place])),
                percent(float(counts[place] / totals[rows[place]])),
            ]
            for place in order[:most].tolist()
        ]
        heads = [said("head.true"), said("head.predicted"), said("head.photos"), said("matrix.share")]
        left = len(order) - most
        more = el("p", said("matrix.more", count=left), class_="muted") if left > 0 else None
        return joined([medium.table(heads, made, caption, "numbers"), more])

    if len(order) <= _PAIRS:
        return table(_PAIRS, said("matrix.pairs"))
    every = medium.fold(
        said("matrix.pairs"), lambda: table(_MOST_PAIRS, said("matrix.pairs")), said("matrix.not_here")
    )
    return joined([table(_PAIRS, said("matrix.most")), every])
