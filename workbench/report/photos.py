"""The worst mistakes with their pictures, and what could have flattered the number."""

from __future__ import annotations

from workbench.core.report.facts import Mistake, Report, Tested
from workbench.report.markup import Html, el, joined
from workbench.report.medium import Paper, Web, percent
from workbench.words.report_text import report_text as said

_PAPER_WIDTH, _IN_ROW = 130, 4


def mistakes(report: Report, medium: Web) -> Html | None:
    """The mistakes that it was surest of."""
    if report.tested is None:
        return None
    tested = report.tested
    if not tested.wrong:
        return el("p", said("mistakes.none"))
    lead = el("p", said("mistakes.lead", shown=len(tested.mistakes), count=tested.wrong), class_="muted")
    made = [_mistake(each, medium) for each in tested.mistakes]
    if not isinstance(medium, Paper):
        return joined([lead, el("div", *made, class_="gallery")])
    rows = [made[place : place + _IN_ROW] for place in range(0, len(made), _IN_ROW)]
    cells = (el("tr", *(el("td", each, width="25%", valign="top") for each in row)) for row in rows)
    return joined([lead, el("table", *cells, width="100%", border=0, cellpadding=4)])


def _mistake(found: Mistake, medium: Web) -> Html:
    caption = said(
        "mistakes.caption",
        true=found.true,
        predicted=found.predicted,
        probability=percent(found.probability),
    )
    on_paper = isinstance(medium, Paper)
    picture = (
        medium.picture(found.thumbnail, "jpeg", caption, _PAPER_WIDTH if on_paper else 176)
        if found.thumbnail
        else el("span", said("mistakes.gone"), class_="gone")
    )
    if on_paper:
        return joined(
            [el("p", picture), el("p", caption, class_="small"), el("p", found.path, class_="small")]
        )
    below = el("figcaption", caption, el("br"), el("span", found.path, class_="muted"))
    return el("figure", picture, below)


def leaks(report: Report, medium: Web) -> Html | None:
    """What could have flattered the number, and what was done about it."""
    if report.tested is None:
        return None
    tested, measures = report.tested, report.tested.measures
    sentences = [*_learned(tested)]
    values = {"groups": measures.different, "samples": measures.samples}
    if tested.crossing:
        sentences.append(said("leaks.crossing", count=tested.crossing))
    elif tested.crossing is not None:
        sentences.append(said("leaks.split", **values))
    if measures.unchecked:
        sentences.append(said("leaks.unchecked", count=measures.unchecked))
    if tested.skipped:
        sentences.append(said("leaks.skipped", count=tested.skipped))
    rows = []
    for key, value in (("without", measures.accuracy_with_learned), ("apart", measures.accuracy_apart)):
        if value is not None:
            path = ("learned_from", "accuracy_with_them") if key == "without" else ("accuracy_apart",)
            rows.append([said(f"leaks.{key}"), medium.number(path, value)])
    table = (
        medium.table([said("overall.measure"), said("overall.number")], rows, said("leaks")) if rows else None
    )
    lead = el("p", said("leaks.lead"), class_="muted")
    return joined([lead, el("ul", *(el("li", each) for each in sentences)), table])


def _learned(tested: Tested) -> list[str]:
    if tested.on == "run":
        return []
    if tested.same is None or tested.nearly is None:
        return [said("leaks.unknown")]
    if not (tested.same or tested.nearly):
        return [said("leaks.none")]
    found = [said("leaks.same", same=tested.same, nearly=tested.nearly)]
    return found if tested.measures.only_learned else [*found, said("leaks.kept_out")]
