"""Charts as SVG that browsers and Qt draw alike: no style sheet, no script, every colour an attribute."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.results.calibration import Reliability
from workbench.core.results.curves import Curve
from workbench.report.colours import CIVIDIS
from workbench.report.markup import Html, el

Palette = Mapping[str, str]
WIDTH, _LEFT, _TOP, _RIGHT, _BELOW, _ROW = 360, 46, 12, 14, 44, 18
_PLOT = WIDTH - _LEFT - _RIGHT
_POINTS = 200
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
DASHES = ("", "6 3", "2 3", "8 3 2 3", "10 4", "4 4", "1 3")
HUES = ("accent", "second", "good", "bad", "warn", "muted", "text")


@dataclass(frozen=True)
class Chart:
    """An SVG with what it shows in words.

    Attributes:
        svg: It.
        alt: What somebody reads who does not see it.
        width, height: In px.
    """

    svg: Html
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Line:
    """One line of a chart.

    Attributes:
        name: For the legend.
        points: (x, y) each 0 to 1 of the axes.
        colour: A name of the palette.
        dash: As SVG has it; "" for none.
        marks: Of points that are marked, the share of the photos that each stands for: larger is more.
    """

    name: str
    points: Sequence[tuple[float, float]]
    colour: str
    dash: str = ""
    marks: Sequence[float] = ()


def plot(
    lines: Sequence[Line],
    palette: Palette,
    captions: tuple[str, str],
    alt: str,
    *,
    diagonal: bool = False,
    lowest: float = 0.0,
) -> Chart:
    """Lines over axes from 0 to 1, with a legend below.

    Args:
        captions: Of the horizontal and the vertical axis.
        diagonal: Whether x = y is drawn, dashed.
        lowest: Where the vertical axis begins, 0 to below 1.
    """
    height = _TOP + _PLOT + _BELOW + _ROW * len(lines)

    def x_at(value: float) -> float:
        return round(_LEFT + _PLOT * value, 1)

    def y_at(value: float) -> float:
        return round(_TOP + _PLOT * (1 - (value - lowest) / (1 - lowest)), 1)

    parts: list[Html] = []
    for tick in np.linspace(0, 1, 5).tolist():
        parts += _tick(x_at(tick), y_at(lowest), tick, palette, across=False)
        parts += _tick(
            _LEFT, y_at(lowest + tick * (1 - lowest)), lowest + tick * (1 - lowest), palette, across=True
        )
    parts.append(_words(_LEFT + _PLOT / 2, _TOP + _PLOT + 36, captions[0], palette["muted"]))
    turned = f"rotate(-90 11 {_TOP + _PLOT / 2})"
    parts.append(_words(11, _TOP + _PLOT / 2, captions[1], palette["muted"], transform=turned))
    if diagonal:
        ends = [(max(0.0, lowest), max(0.0, lowest)), (1.0, 1.0)]
        parts.append(_path([(x_at(x), y_at(y)) for x, y in ends], palette["muted"], "4 4", 1))
    for number, line in enumerate(lines):
        colour = palette[line.colour]
        inside = [(x_at(x), y_at(max(y, lowest))) for x, y in line.points]
        parts.append(_path(inside, colour, line.dash, 2))
        parts += [
            el("circle", cx=f"{x}", cy=f"{y}", r=f"{2 + 6 * share**0.5:.1f}", fill=colour)
            for (x, y), share in zip(inside, line.marks, strict=False)
        ]
        row = _TOP + _PLOT + _BELOW + _ROW * number + 6
        parts.append(_path([(_LEFT, row), (_LEFT + 28, row)], colour, line.dash, 2))
        parts.append(_words(_LEFT + 36, row + 4, _short(line.name), palette["text"], anchor="start"))
    return _svg(parts, alt, WIDTH, height)


def steps(curve: Curve) -> list[tuple[float, float]]:
    """The points of a precision-recall curve: as its area is counted, in steps."""
    thin = curve.thinned(_POINTS)
    points, before = [], 0.0
    for x, y in zip(thin.x.tolist(), thin.y.tolist(), strict=True):
        points += [(before, y), (x, y)]
        before = x
    return points


def straight(curve: Curve, first: tuple[float, float] | None = None) -> list[tuple[float, float]]:
    """The points of a curve as they are."""
    thin = curve.thinned(_POINTS)
    points = list(zip(thin.x.tolist(), thin.y.tolist(), strict=True))
    return [first, *points] if first is not None and points else points


def bins_of(found: Reliability) -> list[tuple[float, float]]:
    """The bins of a reliability diagram that have predictions."""
    full = found.counts > 0
    return list(zip(found.probability[full].tolist(), found.share[full].tolist(), strict=True))


def shares_of(found: Reliability) -> list[float]:
    """The share of all predictions that each of these bins has."""
    counts = found.counts[found.counts > 0]
    shares: list[float] = (counts / counts.sum()).tolist()
    return shares


def scale(
    low: float, high: float, share: float, mark: float | None, mark_name: str, palette: Palette, alt: str
) -> Chart:
    """An interval on a scale from 0 to 100, with the measured share and a mark to hold it against."""
    width, left, length, y = 520, 16, 488, 26

    def at(value: float) -> float:
        return round(left + length * value, 1)

    parts = [
        _path([(at(0), y), (at(1), y)], palette["line"], "", 8),
        _path([(at(low), y), (at(high), y)], palette["accent"], "", 14),
        el(
            "circle", cx=f"{at(share)}", cy=f"{y}", r="4", fill=palette["surface"], stroke=palette["accent"],
            stroke_width="2",
        ),
    ]  # fmt: skip
    for tick in range(0, 101, 20):
        parts.append(_words(at(tick / 100), y + 24, str(tick), palette["muted"]))
    if mark is not None:
        parts.append(_path([(at(mark), y - 14), (at(mark), y + 8)], palette["text"], "3 2", 2))
        anchor = "end" if mark > 0.6 else "start"
        place = at(mark) + (-5 if mark > 0.6 else 5)
        parts.append(_words(place, y - 11, mark_name, palette["muted"], anchor=anchor))
    return _svg(parts, alt, width, 58)


def heat_map(confusion: NDArray[np.int64], alt: str, *, side: int = 720) -> tuple[bytes, int, str]:
    """A confusion matrix as a PNG, a square of pixels for each cell; white where nothing is counted.

    Args:
        confusion: (classes, classes), row = true class.
        side: About so many px a side; more where there are more classes.

    Returns:
        The file, its side in px, and `alt`.
    """
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    colours = np.array([[int(c[p : p + 2], 16) for p in (1, 3, 5)] for c in CIVIDIS], np.uint8)
    pixels = colours[::-1][np.rint(shares * (len(colours) - 1)).astype(np.int64)]
    pixels[confusion == 0] = 255
    each = max(1, side // max(1, len(confusion)))
    big = np.repeat(np.repeat(pixels, each, axis=0), each, axis=1)
    content = io.BytesIO()
    Image.fromarray(big).save(content, "PNG", optimize=True)
    return content.getvalue(), len(big), alt


def data_url(content: bytes, kind: str) -> str:
    """An image as its own address."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def coloured(lines: Sequence[Line]) -> list[Line]:
    """The same lines, each in a colour and a dash of its own."""
    return [
        replace(line, colour=HUES[number % len(HUES)], dash=DASHES[number % len(DASHES)])
        for number, line in enumerate(lines)
    ]


def _svg(parts: Sequence[Html], alt: str, width: int, height: int) -> Chart:
    svg = el(
        "svg", el("title", alt), *parts, viewBox=f"0 0 {width} {height}",
        width=width, height=height, role="img", font_family=_FONT, font_size="12",
    )  # fmt: skip
    return Chart(svg, alt, width, height)


def _tick(x: float, y: float, value: float, palette: Palette, *, across: bool) -> list[Html]:
    label = f"{round(100 * value, 1):g}"
    if across:
        line = _path([(x, y), (x + _PLOT, y)], palette["line"], "", 1)
        return [line, _words(x - 6, y + 4, label, palette["muted"], anchor="end")]
    line = _path([(x, y), (x, y - _PLOT)], palette["line"], "", 1)
    return [line, _words(x, y + 16, label, palette["muted"])]


def _path(points: Sequence[tuple[float, float]], colour: str, dash: str, width: int) -> Html:
    if len(points) < 2:
        return Html("")
    way = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    return el(
        "path", d=way, fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dash or None,
        stroke_linejoin="round",
    )  # fmt: skip


def _words(
    x: float, y: float, words: str, colour: str, *, anchor: str = "middle", transform: str | None = None
) -> Html:
    return el("text", words, x=f"{x:g}", y=f"{y:g}", fill=colour, text_anchor=anchor, transform=transform)


def _short(name: str, most: int = 44) -> str:
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-most // 2 + 1 :]}"
