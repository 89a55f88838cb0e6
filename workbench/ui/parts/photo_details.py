"""The details of one photo, shown at the right only when asked for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot

from workbench.core.data.catalog import Catalog, Sample
from workbench.ui.parts.desktop import show_folder
from workbench.ui.parts.picture_view import PictureView
from workbench.ui.parts.widgets import Button, Card, Elided, IconButton, label, row
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.style import theme

_WIDTH = 280


class PhotoDetails(Card):
    """A larger picture of a photo, with its name, class, size and place.

    Signals:
        closed: The person wants it gone.
    """

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._picture = PictureView(session)
        self.name, self._place = Elided("", "strong"), Elided("", "caption")
        self.class_line, self._size, self._set = Elided(), label("", "muted"), label("", "muted")
        self._path = Path()
        close = IconButton("ph.x", self.tr("Close the details"), self.closed.emit)
        self.body.addLayout(row(self.name, close))
        for widget in (self._picture, self.class_line, self._size, self._set, self._place):
            self.body.addWidget(widget)
        self.body.addWidget(Button(self.tr("Show in its folder"), self._reveal))
        self.body.addStretch(1)
        self.setFixedWidth(_WIDTH)

    def show_sample(self, catalog: Catalog, sample: Sample) -> None:
        """Shows another photo."""
        self._path = catalog.roots.locate(sample)
        self.name.set_whole(self._path.name)
        self._picture.show_picture(PhotoKey.of(catalog, sample))
        room = _WIDTH - 2 * theme.M
        self._picture.setFixedHeight(min(room, max(96, room * sample.height // max(1, sample.width))))
        self.class_line.set_whole(self.tr("Class: {name}").format(name=catalog.name_of(sample.class_id)))
        self._size.setText(
            self.tr("{width:,} × {height:,} px").format(width=sample.width, height=sample.height)
        )
        sets = {
            "training": self.tr("Training set"),
            "validation": self.tr("Validation set"),
            "test": self.tr("Test set"),
        }
        self._set.setText(sets.get(sample.subset, ""))
        self._set.setVisible(bool(sample.subset))
        self._place.set_whole(str(self._path.parent))

    @Slot()
    def _reveal(self) -> None:
        show_folder(self._session, self._path.parent)
