"""How photos come to the open folder from elsewhere: drops, the clipboard, a dialog, the camera."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.camera_panel import CameraPanel
from workbench.ui.parts.class_list import ClassList, ClassRow
from workbench.ui.parts.desktop import begin_at, photo_filters
from workbench.ui.parts.mime import Given
from workbench.ui.session.session import Session
from workbench.ui.words.adding import nothing_to_add


class Adding(QObject):
    """Turns what a person drops, pastes or photographs into photos of a class.

    Args:
        window: What dialogs belong to.
        classes: Where things may be dropped.

    Attributes:
        camera: The panel that takes photos.
    """

    def __init__(self, session: Session, window: QWidget, classes: ClassList) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._catalog: Catalog | None = None
        self._class_id: str | None = None
        self._asked: str | None = None
        self.camera = CameraPanel(session.adding)
        classes.given.connect(self._dropped)
        self.camera.closed.connect(self.camera.hide)

    def show_class(self, catalog: Catalog, class_id: str | None) -> None:
        """Takes which class is shown; what comes without a class named goes there."""
        self._catalog, self._class_id = catalog, class_id
        self.camera.show_class(class_id, catalog.name_of(class_id))

    @property
    def class_name(self) -> str:
        """The class that is shown; "" where none is."""
        return self._catalog.name_of(self._class_id) if self._catalog is not None else ""

    def take(self, given: Given) -> None:
        """Adds what was given to the class that is shown; to none where none is."""
        self._add(given, self._class_id)

    @Slot()
    def paste(self) -> None:
        """Adds what is on the clipboard to the class that is shown."""
        self.take(Given.of(QGuiApplication.clipboard().mimeData()))

    def choose(self, row: ClassRow) -> None:
        """Lets the person choose photos for a class."""
        self._asked = row.class_id or None
        dialog = QFileDialog(self._window, self.tr("Add photos"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(photo_filters())
        begin_at(dialog, self._session.preferences, "added")
        dialog.filesSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(list)
    def _chosen(self, files: list[str]) -> None:
        self._session.adding.add([Path(file) for file in files], self._asked)

    @Slot(object, object)
    def _dropped(self, row: ClassRow, given: Given) -> None:
        self._add(given, row.class_id or None)

    def _add(self, given: Given, class_id: str | None) -> None:
        if given.paths:
            self._session.adding.add(given.paths, class_id)
        elif given.image is not None:
            self._session.adding.add_image(given.image, class_id)
        else:
            self._session.work.report(nothing_to_add())
