"""The details of one photo, shown at the right only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.events import Followed
from workbench.ui.parts.desktop import show_folder
from workbench.ui.parts.picture_view import PictureView
from workbench.ui.parts.seen_view import SeenView
from workbench.ui.parts.widgets import Button, Card, Elided, IconButton, column, label, row, scrolled
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.words.findings import Finding
from workbench.ui.words.photo_facts import camera_lines, position_words, size_words

if TYPE_CHECKING:  # NumPy is loaded with the first photo
    from workbench.core.images.facts import Inspected

_WIDTH = 312


class PhotoDetails(Card):
    """A larger picture of a photo, what is known of it, and what a model sees of it.

    Args:
        more: What belongs below its class and answer.

    Signals:
        closed: The person wants it gone.
    """

    closed = Signal()

    def __init__(self, session: Session, more: QWidget | None = None) -> None:
        super().__init__()
        self._session = session
        self._picture = PictureView(session)
        self.name, self._place = Elided("", "strong"), Elided("", "caption")
        self.class_line, self._set = Elided(), label("", "muted")
        self.measures, self.said = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.problems, self.camera = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.where = Button(self.tr("Where it was taken"))
        self.where.setCheckable(True)
        self.where.toggled.connect(self._show_position)
        self.position = label("", "muted", wrap=True)
        self.seen = SeenView(session)
        self._shown: tuple[Catalog, Sample] | None = None
        self._asked: tuple[object, ...] = ()
        self._inspected: Inspected | None = None
        self._followed: Followed | None = None
        self._found: Sequence[Finding] = ()
        self._path = Path()
        close = IconButton("ph.x", self.tr("Close the details"), self.closed.emit)
        self.body.addLayout(row(self.name, close))
        inner = QWidget()
        layout = column(
            self._picture, self.class_line, self.said, *([more] if more is not None else []), self.problems,
            self.measures, self._set, self.camera, row(self.where, -1), self.position, self._place,
            row(self._reveal_button(), -1), self.seen, -1,
        )  # fmt: skip
        layout.setContentsMargins(0, 0, theme.S, 0)
        inner.setLayout(layout)
        self.body.addWidget(scrolled(inner))
        self.setFixedWidth(_WIDTH)
        session.inspection.inspected.connect(self._take)

    def _reveal_button(self) -> Button:
        return Button(self.tr("Show in its folder"), self._reveal)

    def show_known(self, followed: Followed | None, found: Sequence[Finding]) -> None:
        """Takes what a model says of the photos, and what there is to look at."""
        self._followed, self._found = followed, found
        if self._shown is not None and not self.isHidden():
            self._show_known(*self._shown)

    def show_sample(self, catalog: Catalog, sample: Sample) -> None:
        """Shows another photo."""
        self._shown = (catalog, sample)
        self._path = catalog.roots.locate(sample)
        self.name.set_whole(self._path.name)
        self._picture.show_picture(PhotoKey.of(catalog, sample))
        room = _WIDTH - 2 * theme.M - theme.XL
        self._picture.setFixedHeight(min(room, max(96, room * sample.height // max(1, sample.width))))
        sets = {
            "training": self.tr("Training set"),
            "validation": self.tr("Validation set"),
            "test": self.tr("Test set"),
        }
        self._set.setText(sets.get(sample.subset, ""))
        self._set.setVisible(bool(sample.subset))
        self._place.set_whole(str(self._path.parent))
        self._show_known(catalog, sample)
        asked = (sample.id, sample.digest, self._session.state.runs.in_use, self._session.state.opened.model)
        if asked != self._asked:
            self._asked, self._inspected = asked, None
            self.where.setChecked(False)
            self._session.inspection.inspect(catalog, sample, self._session.state)
            self._show_inspected(catalog, sample)

    def _show_known(self, catalog: Catalog, sample: Sample) -> None:
        name = catalog.name_of(sample.class_id)
        none = self.tr("Not classed")
        self.class_line.set_whole(self.tr("Class: {name}").format(name=name) if name else none)
        said = self._said(catalog, sample)
        self.said.setText(said)
        self.said.setVisible(bool(said))
        titles = [each.title for each in self._found if sample.id in each.samples]
        self.problems.setText(self.tr("To look at: {what}").format(what=", ".join(titles)))
        self.problems.setVisible(bool(titles))

    def _said(self, catalog: Catalog, sample: Sample) -> str:
        found = self._followed
        if found is None or sample.id not in found.samples:
            return ""
        place = found.samples.index(sample.id)
        name = catalog.name_of(found.classes[found.said[place]])
        percent = round(100 * float(found.probability[place]))
        words = self.tr("The model says: {name} ({percent} %)")
        if sample.class_id is not None:
            words = self.tr("A model that has not learned from it says: {name} ({percent} %)")
        return words.format(name=name, percent=percent) if name else ""

    @Slot(str, object)
    def _take(self, sample: str, found: Inspected | None) -> None:
        if self._shown is not None and self._shown[1].id == sample:
            self._inspected = found
            self._show_inspected(*self._shown)

    def _show_inspected(self, catalog: Catalog, sample: Sample) -> None:
        facts = self._inspected.facts if self._inspected is not None else None
        self.measures.setText(size_words(sample.width, sample.height, facts))
        lines = camera_lines(facts) if facts is not None else []
        self.camera.setText("\n".join(lines))
        self.camera.setVisible(bool(lines))
        position = facts.position if facts is not None else None
        self.where.setVisible(position is not None)
        self.position.setText(position_words(position) if position is not None else "")
        self.position.setVisible(position is not None and self.where.isChecked())
        self.seen.show_sample(catalog, sample, self._inspected)

    @Slot(bool)
    def _show_position(self, shown: bool) -> None:
        self.position.setVisible(shown and bool(self.position.text()))

    @Slot()
    def _reveal(self) -> None:
        show_folder(self._session, self._path.parent)
