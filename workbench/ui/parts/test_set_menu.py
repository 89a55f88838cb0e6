"""The menu of the test set: keep a share of the photos for it, see how many they are, let it go."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.widgets import Button, PrimaryButton, column, label, row
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.words.test_set import test_set_sentence

_SHARES = (0.1, 0.2, 0.3)
_WIDTH = 460


class MenuOfTestSet(QMenu):
    """Offers what can be done with the test set of the open folder.

    Args:
        session: Whose folder is open.
        parent: The menu that it is in.
        window: What its question belongs to.
    """

    def __init__(self, session: Session, parent: QMenu, window: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Test set"))
        self._session, self._window = session, window
        actions = enabled_actions(session.state)
        catalog = session.state.folders.catalog
        self.menuAction().setEnabled(catalog is not None and bool(catalog.classes))
        if catalog is not None and (said := test_set_sentence(catalog)):
            self.addAction(said).setEnabled(False)
            go = self.addAction(self.tr("Let it go…"), self._ask)
            go.setEnabled("forget_test_set" in actions)
            go.setVisible(catalog.test_asked > 0)
            return
        for share in _SHARES:
            entry = self.addAction(
                self.tr("Keep {percent} % for a last test").format(percent=round(100 * share))
            )
            entry.setData(share)
            entry.setEnabled("draw_test_set" in actions)
        self.triggered.connect(self._draw)

    @Slot(QAction)
    def _draw(self, entry: QAction) -> None:
        config = self._session.state.preferences.config
        self._session.edits.draw_test_set(
            entry.data(), seed=config.seed, subfolders=config.subfolders_together
        )

    @Slot()
    def _ask(self) -> None:
        catalog = self._session.state.folders.catalog
        if catalog is not None:
            question = LettingGo(self._window, catalog)
            question.go.connect(self._session.edits.let_test_set_go)
            question.open()


class LettingGo(QDialog):
    """Says what it means to let a test set go, and asks.

    Signals:
        go: The person wants that.
    """

    go = Signal()

    def __init__(self, parent: QWidget, catalog: Catalog) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Test set"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        photos, _ = catalog.test_share
        text = self.tr(
            "From now on, models learn from its {photos:,} photos as from any others. The models that you"
            " have keep the numbers that were measured with it. Another test set can be drawn then, but"
            " photos in it have been learned from by models that you have: it tests only models that are made"
            " later."
        ).format(photos=photos)
        self.text = label(text, "muted", wrap=True)
        self.keep = PrimaryButton(self.tr("Keep it"), self.reject)
        self.let_go = Button(self.tr("Let it go"), self._go)
        self.keep.setDefault(True)
        title = label(self.tr("Let the test set go?"), "section")
        layout = column(title, self.text, theme.S, row(-1, self.let_go, self.keep))
        layout.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        self.setLayout(layout)
        width = theme.px(_WIDTH)
        self.setFixedWidth(width)
        self.text.setMinimumHeight(self.text.heightForWidth(width - 2 * theme.L))  # a dialog reserves less

    @Slot()
    def _go(self) -> None:
        self.accept()
        self.go.emit()
