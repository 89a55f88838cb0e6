"""A page that takes drops anywhere on it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

from workbench.ui.pages.page import Page
from workbench.ui.session.session import Session


class DropPage(Page):
    """Base of the pages that photos or folders are dropped on."""

    def __init__(self, session: Session, title: str) -> None:
        super().__init__(session, title)
        self.setAcceptDrops(True)

    def show_over(self, over: bool) -> None:
        """Shows that something hovers over the page, or no longer does."""
        raise NotImplementedError

    def take(self, mime: QMimeData) -> None:
        """Takes what was dropped or pasted."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcomes whatever could hold a photo; a drop that does not is answered by a sentence."""
        event.acceptProposedAction()
        self.show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forgets about it."""
        self.show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Takes it."""
        self.show_over(False)
        event.acceptProposedAction()
        self.take(event.mimeData())
