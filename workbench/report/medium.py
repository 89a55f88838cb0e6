"""What a web page and paper do differently: pictures, what is folded away, what stands side by side."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence

from workbench.report.charts import WIDTH as PLOT
from workbench.report.charts import Chart, data_url
from workbench.report.colours import CIVIDIS, LIGHT, VARIABLES, on, step_of
from workbench.report.markup import Child, Html, el, joined

Key = tuple[str | int, ...]
"""Where a number stands in what `workbench evaluate --json` prints: keys and places, from the outside in."""


_PERCENT = "\u00a0%"  # stays beside its number


def percent(value: float) -> str:
    """A share of 0 to 1 as “20.6 %”; 100 and 0 only where it is all or nothing."""
    if not 0 < value < 1:
        return f"{100 * value:.0f}{_PERCENT}"
    return f"{min(max(round(100 * value, 1), 0.1), 99.9):.1f}{_PERCENT}"


def digits(value: float) -> str:
    """A number that is no share of photos, in three digits behind the point."""
    return f"{value:.3f}"


def whole(value: float) -> str:
    """A count."""
    return f"{value:,.0f}"


_PLOT_WIDTH = 324
"""Of a plot on paper, px: two fit side by side."""


class Web:
    """A web page: charts are SVG, long lists are folded away, the style sheet has the colours."""

    palette = VARIABLES
    folds = True

    def number(self, key: Key, value: float | None, shown: Callable[[float], str] = percent) -> Html:
        """A number that a program can find again, at full precision; a dash where there is none."""
        if value is None or math.isnan(value):
            return el("data", "–", value="", data_key=json.dumps(key))
        return el("data", shown(value), value=repr(value), data_key=json.dumps(key))

    def figure(self, chart: Chart, caption: str = "") -> Html:
        """A chart."""
        return el("figure", chart.svg, el("figcaption", caption) if caption else None)

    def picture(self, content: bytes, kind: str, alt: str, width: int) -> Html:
        """A picture of pixels."""
        return el("img", src=data_url(content, kind), alt=alt, width=width, class_="pixels")

    def beside(self, pieces: Sequence[Html]) -> Html:
        """Pieces side by side where there is room."""
        return el("div", *pieces, class_="beside")

    def fold(self, summary: str, content: Callable[[], Html], instead: str = "") -> Html:
        """What is folded away; on paper `instead` stands for it."""
        return el("details", el("summary", summary), content())

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[Child]], caption: str, class_: str = ""
    ) -> Html:
        """A table; the first cell of a row is its head."""
        head = el("tr", *(el("th", each, scope="col") for each in heads))
        body = (
            el("tr", el("th", row[0], scope="row"), *(el("td", each) for each in row[1:])) for row in rows
        )
        made = el(
            "table", el("caption", caption), el("thead", head), el("tbody", *body), class_=class_ or None
        )
        return el("div", made, class_="wide")

    def cell(self, count: Html, share: float, *, empty: bool) -> Html:
        """A cell of a matrix."""
        return el("td", count, class_="e" if empty else f"m{step_of(share)}")

    def matrix(self, rows: Sequence[Html], caption: str) -> Html:
        """A matrix of cells."""
        return el("div", el("table", el("caption", caption), *rows, class_="matrix"), class_="wide")


class Paper(Web):
    """For `QTextDocument`, which knows no style sheet with variables and no SVG in the text.

    Attributes:
        images: What the text refers to by name: charts, and pictures of pixels.
    """

    palette = LIGHT
    folds = False

    def __init__(self) -> None:
        self.images: dict[str, Chart | bytes] = {}

    def number(self, key: Key, value: float | None, shown: Callable[[float], str] = percent) -> Html:
        """A number."""
        return joined(["–" if value is None or math.isnan(value) else shown(value)])

    def figure(self, chart: Chart, caption: str = "") -> Html:
        """A chart."""
        made = el(
            "img",
            src=self._keep(chart),
            width=_PLOT_WIDTH if chart.width == PLOT else chart.width,
        )
        return joined([el("p", made), el("p", caption, class_="muted") if caption else None])

    def picture(self, content: bytes, kind: str, alt: str, width: int) -> Html:
        """A picture of pixels."""
        return el("img", src=self._keep(content), width=width)

    def beside(self, pieces: Sequence[Html]) -> Html:
        """Two pieces in a row."""
        pairs = [pieces[place : place + 2] for place in range(0, len(pieces), 2)]
        rows = (el("tr", *(el("td", each, width="50%") for each in pair)) for pair in pairs)
        return el("table", *rows, width="100%", border=0, cellpadding=4)

    def fold(self, summary: str, content: Callable[[], Html], instead: str = "") -> Html:
        """The sentence that stands for it."""
        return el("p", instead, class_="muted") if instead else Html("")

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[Child]], caption: str, class_: str = ""
    ) -> Html:
        """A table whose heads are repeated on each page."""
        top = el("tr", el("th", caption, colspan=len(heads), align="left"))
        head = el("tr", *(el("th", each, align="left") for each in heads))
        body = (el("tr", *(el("td", each) for each in row)) for row in rows)
        made = el(
            "table", el("thead", top, head), *body, border=1, cellspacing=0, cellpadding=4, class_="grid"
        )
        return joined([el("p"), made])

    def cell(self, count: Html, share: float, *, empty: bool) -> Html:
        """A cell of a matrix."""
        if empty:
            return el("td", count, align="right")
        colour = CIVIDIS[::-1][step_of(share)]
        return el("td", el("span", count, style=f"color:{on(colour)}"), bgcolor=colour, align="right")

    def matrix(self, rows: Sequence[Html], caption: str) -> Html:
        """A matrix of cells."""
        made = el("table", *rows, border=1, cellspacing=0, cellpadding=4, class_="grid")
        return joined([el("p", caption, class_="muted"), made])

    def _keep(self, image: Chart | bytes) -> str:
        name = f"report:{len(self.images)}"
        self.images[name] = image
        return name
