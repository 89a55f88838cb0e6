"""What is done with the photos that are selected in the gallery: keys, menus, drops and the line below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QWidget

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.class_list import ClassList, ClassRow
from workbench.ui.parts.gallery import Gallery
from workbench.ui.parts.photo_editing import PhotoEditing
from workbench.ui.parts.selection_bar import SelectionBar
from workbench.ui.session.session import Session

if TYPE_CHECKING:  # NumPy is loaded with the first model
    from workbench.core.health.wrong_class import Suggestion


class SelectedPhotos(QObject):
    """Turns what a person does in the gallery, the class list and the line below into edits.

    Attributes:
        editing: What makes the edits.
        bar: The line below the gallery.
    """

    def __init__(self, session: Session, window: QWidget, gallery: Gallery, classes: ClassList) -> None:
        super().__init__(window)
        self._gallery, self._classes = gallery, classes
        self._catalog: Catalog | None = None
        self._suggested: Mapping[str, Suggestion] = {}
        self.editing, self.bar = PhotoEditing(session, window), SelectionBar()
        gallery.selected.connect(self._count)
        gallery.keyed.connect(self._put_by_key)
        gallery.deleted.connect(self._leave_out)
        gallery.accepted.connect(self._accept)
        gallery.customContextMenuRequested.connect(self._menu_of_photos)
        classes.dropped.connect(self._dropped)
        classes.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        classes.customContextMenuRequested.connect(self._menu_of_class)
        self.bar.put.connect(self._menu_at)
        self.bar.left_out.connect(self._leave_out)
        self.bar.brought_back.connect(self._bring_back)
        self.bar.accepted.connect(self._accept)
        self.bar.confirmed.connect(self._confirm)
        self.bar.undo.connect(session.edits.undo)
        self.bar.redo.connect(session.edits.redo)

    def show_catalog(self, catalog: Catalog, suggested: Mapping[str, Suggestion]) -> None:
        """Takes the photos as they are now, and what is suggested for some of them, by their ids."""
        self._catalog, self._suggested = catalog, suggested
        self._count()

    @Slot()
    def _count(self) -> None:
        chosen = self._gallery.selection()
        out = {sample.id for sample in self._catalog.excluded} if self._catalog is not None else set()
        left_out = sum(sample.id in out for sample in chosen)
        self._classes.show_keys(bool(chosen) and self.editing.possible)
        doubted = [sample for sample in chosen if sample.id in self._suggested]
        self.bar.show_selection(len(chosen) - left_out, left_out, len(self._gallery.rows))
        self.bar.show_doubts(len(doubted), sum(sample.class_id is not None for sample in doubted))

    @Slot(str)
    def _put_by_key(self, key: str) -> None:
        self.editing.put_by_key(self._gallery.selection(), key)

    @Slot()
    def _leave_out(self) -> None:
        self.editing.leave_out(self._gallery.selection())

    @Slot()
    def _accept(self) -> None:
        self.editing.accept(self._gallery.selection(), self._suggested)

    @Slot()
    def _confirm(self) -> None:
        self.editing.confirm(self._gallery.selection())

    @Slot()
    def _bring_back(self) -> None:
        self.editing.bring_back(self._gallery.selection())

    @Slot(object)
    def _dropped(self, onto: ClassRow) -> None:
        self.editing.put_into_row(self._gallery.selection(), onto)

    @Slot(QPoint)
    def _menu_at(self, at: QPoint) -> None:
        self.editing.menu_of_classes(self._gallery.selection(), at)

    @Slot(QPoint)
    def _menu_of_photos(self, at: QPoint) -> None:
        self.editing.menu_of_photos(self._gallery.selection(), self._gallery.viewport().mapToGlobal(at))

    @Slot(QPoint)
    def _menu_of_class(self, at: QPoint) -> None:
        index = self._classes.indexAt(at)
        if index.isValid():
            chosen = self._classes.rows[index.row()]
            self.editing.menu_of_class(chosen, self._classes.viewport().mapToGlobal(at))
