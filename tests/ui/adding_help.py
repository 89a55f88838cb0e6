"""What the tests of adding photos share: drops on classes, and what came of them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
)
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.core.data.added import ADDED
from workbench.core.data.catalog import Sample
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.parts.class_list import ClassList

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def drop_on(classes: ClassList, number: int, mime: QMimeData) -> bool:
    """Drops something on a row of the class list, as the window system would; whether it is taken."""
    at = classes.visualRect(classes.model().index(number, 0)).center()
    button = Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, button, NONE)
    QApplication.sendEvent(classes.viewport(), enter)
    move = QDragMoveEvent(at, Qt.DropAction.CopyAction, mime, button, NONE)
    QApplication.sendEvent(classes.viewport(), move)
    drop = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, mime, button, NONE)
    QApplication.sendEvent(classes.viewport(), drop)
    return move.isAccepted() and drop.isAccepted()


def added(view: FolderView) -> list[Sample]:
    """The samples that were added."""
    catalog = view._session.state.folders.catalog
    assert catalog is not None
    return [sample for sample in catalog.samples if sample.root == ADDED]


def title(view: FolderView) -> str:
    """What the message says; "" where there is none."""
    error = view._session.state.work.error
    return error.title if error is not None else ""


def click(view: FolderView, number: int, qtbot: QtBot) -> None:
    """Chooses a row of the class list."""
    place = view.classes.visualRect(view.classes.model().index(number, 0)).center()
    qtbot.mouseClick(view.classes.viewport(), Qt.MouseButton.LeftButton, pos=place)


def page_of(view: FolderView) -> ImagesPage:
    """The page that a folder view is on."""
    page = view.parent()
    while not isinstance(page, ImagesPage):
        assert page is not None
        page = page.parent()
    return page
