"""The line above the gallery: part of a name, one of the folder's sets, the order."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from workbench.core.data.catalog import Catalog
from workbench.ui.parts.widgets import row
from workbench.ui.session.showing import Showing
from workbench.ui.style import theme

_TYPING_MS = 150
_NARROW, _WIDE = 130, 200


class GalleryFilter(QWidget):
    """Narrows what the gallery shows.

    Signals:
        changed: Something else is asked for; `apply` says what.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Find by name"))
        self.text.setAccessibleName(self.tr("Find photos by name"))
        self.text.setClearButtonEnabled(True)
        self.text.setMaximumWidth(theme.px(_WIDE))
        self.subset, self.order = QComboBox(), QComboBox()
        self.subset.setAccessibleName(self.tr("Which set"))
        self.order.setAccessibleName(self.tr("Order of the photos"))
        for words, order in (
            (self.tr("As in the folder"), "folder"),
            (self.tr("By name"), "name"),
            (self.tr("Largest first"), "largest"),
            (self.tr("Smallest first"), "smallest"),
        ):
            self.order.addItem(words, order)
        for box in (self.subset, self.order):
            box.setMinimumWidth(theme.px(_NARROW))
        self._soon = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._soon.timeout.connect(self.changed)
        self.text.textChanged.connect(self._typed)
        self.subset.activated.connect(self._chosen)
        self.order.activated.connect(self._chosen)
        line = row(self.text, self.subset, self.order)
        line.setStretch(0, 1)
        self.setLayout(line)

    def show_catalog(self, catalog: Catalog) -> None:
        """Offers the sets of a folder; where it has none, no choice."""
        words = {
            "": self.tr("All sets"),
            "training": self.tr("Training set"),
            "validation": self.tr("Validation set"),
            "test": self.tr("Test set"),
        }
        sets = [key for key in words if not key or key in catalog.subsets]
        now = self.subset.currentData()
        self.subset.clear()
        for key in sets:
            self.subset.addItem(words[key], key)
        self.subset.setCurrentIndex(max(0, self.subset.findData(now)))
        self.subset.setVisible(len(sets) > 1)

    def apply(self, showing: Showing) -> Showing:
        """The same, narrowed as the line says."""
        return replace(
            showing,
            text=self.text.text(),
            subset=self.subset.currentData() or "",
            order=self.order.currentData(),
        )

    def reset(self) -> None:
        """Asks for everything."""
        self.text.clear()
        self.subset.setCurrentIndex(0)
        self.order.setCurrentIndex(0)

    @Slot()
    def _typed(self) -> None:
        self._soon.start()

    @Slot()
    def _chosen(self) -> None:
        self.changed.emit()
