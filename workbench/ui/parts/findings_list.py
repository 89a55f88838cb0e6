"""The findings of a folder as a list of cards."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.thumbnail_row import ThumbnailRow
from workbench.ui.parts.widgets import Button, Card, Elided, clear, column, label, row, scrolled
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.findings import Finding

_MOST_ROWS, _PICTURES = 30, 12


class FindingsList(QWidget):
    """One card for each kind of finding; each row says what is wrong and where.

    Signals:
        wants_photos: The `Finding` whose photos the person wants to see.
        wants_out: The `Finding` whose photos are to be left out.
    """

    wants_photos = Signal(object)
    wants_out = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        inner = QWidget()
        self._cards = QVBoxLayout(inner)
        self._cards.setContentsMargins(0, 0, theme.M, theme.M)
        self._cards.setSpacing(theme.M)
        self.setLayout(column(scrolled(inner)))

    def show_findings(self, findings: list[Finding], catalog: Catalog) -> None:
        """Shows other findings."""
        clear(self._cards)
        by_id = {sample.id: sample for sample in catalog.samples}
        for finding in findings:
            some = [by_id[sample] for sample in finding.samples[:_PICTURES] if sample in by_id]
            self._cards.addWidget(self._card(finding, [PhotoKey.of(catalog, each) for each in some]))
        self._cards.addStretch(1)

    def _card(self, finding: Finding, photos: list[PhotoKey]) -> Card:
        sign = label()
        name, colour = ("ph.warning", "warn") if finding.left_out else ("ph.info", "accent")
        sign.setPixmap(icon(name, colour).pixmap(18, 18))
        count = self.tr("{count:,} left out") if finding.left_out else ""  # there, each sentence has its own
        card = Card(
            row(
                sign,
                label(finding.title, "section"),
                -1,
                label(count.format(count=len(finding.items)), "muted"),
            )
        )
        for path, sentence in finding.items[:_MOST_ROWS]:
            if finding.left_out:
                card.body.addLayout(self._row(path, sentence))
            else:
                card.body.addWidget(label(sentence, wrap=True))
        if len(finding.items) > _MOST_ROWS:
            more = self.tr("and {count:,} more").format(count=len(finding.items) - _MOST_ROWS)
            card.body.addWidget(label(more, "muted"))
        if finding.samples:
            card.body.addWidget(ThumbnailRow(self._session, photos))
            words = self.tr("Show these photos ({count:,})").format(count=len(finding.samples))
            line = row(Button(words, lambda: self.wants_photos.emit(finding)))
            if finding.remedy == "leave_out":
                line.addWidget(Button(self.tr("Leave them out"), lambda: self.wants_out.emit(finding)))
            line.addStretch(1)
            card.body.addLayout(line)
        return card

    def _row(self, path: str, sentence: str) -> QVBoxLayout:
        folder = str(PurePath(path).parent)
        where = Elided(self.tr("in {folder}").format(folder=folder) if folder != "." else path, "caption")
        return column(Elided(sentence), where, space=0)
