"""A report as a PDF: Qt sets the text, with the fonts of this computer, so that every script can be read.

Needs Qt, which the rest of this package does without. Where no application runs, one without a window is
made.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtSvg import QSvgRenderer

from workbench.core.report.facts import Report
from workbench.report.charts import Chart
from workbench.report.colours import LIGHT
from workbench.report.found import Found
from workbench.report.markup import el, joined
from workbench.report.medium import Paper
from workbench.report.page import NOTHING, sections, written
from workbench.words.report_text import report_text as said

_FINER = 4
"""So many pixels a px of a chart, and a dot of paper is no larger."""
_MARGIN_MM, _POINTS = 14.0, 9
_SVG = 'xmlns="http://www.w3.org/2000/svg"'
_application: QGuiApplication | None = None


def pdf(report: Report, more: Found = NOTHING) -> bytes:
    """The report as a PDF file, A4."""
    _ensure_application()
    medium = Paper()
    parts = sections(report, medium, more)
    body = joined(
        [
            el("p", said("kind"), class_="muted"),
            el("h1", said("title", name=report.name)),
            el("p", written(report), class_="muted"),
            *(joined([el("h2", said(key)), content]) for key, content in parts.items()),
        ]
    )
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF())
    writer.setResolution(300)
    writer.setTitle(said("title", name=report.name))
    document = QTextDocument()
    for name, image in medium.images.items():
        drawn = _drawn(image) if isinstance(image, Chart) else QImage.fromData(image)
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), drawn)
    document.setDefaultFont(_font())
    document.setDefaultStyleSheet(_STYLE)
    document.setHtml(f"<html><body>{body}</body></html>")
    _print(document, writer)
    buffer.close()
    return bytes(content.data())


def _print(document: QTextDocument, writer: QPdfWriter) -> None:
    """Page by page, each with its number."""
    dots = writer.resolution() / 25.4
    margin = _MARGIN_MM * dots
    page = QSizeF(writer.width() - 2 * margin, writer.height() - 2 * margin - 8 * dots)
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setPageSize(page)
    pages = document.pageCount()
    painter = QPainter(writer)
    for number in range(pages):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(margin, margin - number * page.height())
        document.drawContents(painter, _place(page, number))
        painter.restore()
        painter.setFont(_font(_POINTS - 1))
        foot = _place(QSizeF(page.width(), 8 * dots), 0).translated(margin, margin + page.height())
        painter.drawText(
            foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, f"{number + 1} / {pages}"
        )
    painter.end()


def _place(page: QSizeF, number: int) -> QRectF:
    return QRectF(0, number * page.height(), page.width(), page.height())


def _drawn(chart: Chart) -> QImage:
    """A chart in so many pixels that none can be seen on paper."""
    image = QImage(chart.width * _FINER, chart.height * _FINER, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    family = _font().family()
    svg = chart.svg.replace("<svg ", f"<svg {_SVG} ", 1)
    start = svg.index('font-family="')
    end = svg.index('"', start + 13)
    svg = f'{svg[:start]}font-family="{family}{svg[end:]}'
    painter = QPainter(image)
    QSvgRenderer(svg.encode()).render(painter)
    painter.end()
    return image


def _font(points: int = _POINTS) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPointSize(points)
    return font


def _ensure_application() -> None:
    global _application  # Qt has one, which must outlive what is drawn
    if QGuiApplication.instance() is None:
        options = ["-platform", "offscreen"] if sys.platform == "linux" else []
        _application = QGuiApplication(["workbench", *options])


_STYLE = f"""
body{{color:{LIGHT["text"]}}} h1{{font-size:20pt}} h2{{font-size:14pt;margin-top:18px}} h3{{font-size:11pt}}
.muted{{color:{LIGHT["muted"]}}} .small{{font-size:7pt;margin-top:0;margin-bottom:0}}
.number{{font-size:28pt;font-weight:600}} .lead{{font-size:12pt;font-weight:600}}
.good{{color:{LIGHT["good"]}}} .warn{{color:{LIGHT["warn"]}}} .bad{{color:{LIGHT["bad"]}}}
.grid{{border-collapse:collapse;border-color:{LIGHT["line"]}}}
th{{color:{LIGHT["muted"]};font-weight:600}} pre{{font-size:8pt}}
"""
