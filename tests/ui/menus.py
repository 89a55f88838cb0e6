"""Menus and small dialogs, as a person uses them."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu
from pytestqt.qtbot import QtBot


def choose(menu_words: str, *more: str) -> None:
    """Chooses an entry of the menu that is shown."""
    (menu,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
    action = entry(menu, menu_words)
    for words in more:
        inner = action.menu()
        assert isinstance(inner, QMenu)
        action = entry(inner, words)
    menu.close()
    action.trigger()


def entry(menu: QMenu, words: str) -> QAction:
    return next(action for action in menu.actions() if action.text().partition("\t")[0] == words)


def answer(qtbot: QtBot, text: str) -> None:
    """Types a name into the dialog that asks for it."""
    dialogs: list[QInputDialog] = []

    def there() -> bool:
        dialogs[:] = [
            w for w in QApplication.topLevelWidgets() if isinstance(w, QInputDialog) and w.isVisible()
        ]
        return bool(dialogs)

    qtbot.waitUntil(there)
    dialogs[0].setTextValue(text)
    dialogs[0].accept()
