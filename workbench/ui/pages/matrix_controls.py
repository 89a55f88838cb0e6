"""What is chosen above the confusion matrix: what cells say, the order of classes, a class to go to."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from workbench.core.names import one_form
from workbench.ui.parts.editors import ChoiceEdit
from workbench.ui.parts.widgets import row
from workbench.ui.style import theme

_FIND_WIDTH, _LEAST_WIDTH = 200, 96
MANY = 20
"""From so many classes on, one is found by its name rather than by looking for it."""


class MatrixControls(QWidget):
    """Two choices, and with many classes a field that goes to one of them.

    Signals:
        percent_chosen: Whether cells say shares of their row.
        similar_chosen: Whether classes that are mixed up stand beside each other.
        class_found: The number of the class that was looked for.
    """

    percent_chosen = Signal(object)
    similar_chosen = Signal(object)
    class_found = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._classes: tuple[str, ...] = ()
        self.says = ChoiceEdit({False: self.tr("Number of photos"), True: self.tr("Share of the class")})
        self.says.setAccessibleName(self.tr("What the squares say"))
        self.says.edited.connect(self.percent_chosen)
        self.order = ChoiceEdit(
            {False: self.tr("Order of the folder"), True: self.tr("Similar ones together")}
        )
        self.order.setAccessibleName(self.tr("Order of the classes"))
        self.order.setToolTip(self.tr("Puts classes that are mixed up beside each other."))
        self.order.edited.connect(self.similar_chosen)
        for choice in (self.says, self.order):
            choice.setMinimumContentsLength(max(map(len, _texts(choice))))
            choice.setMinimumWidth(theme.px(_LEAST_WIDTH))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Go to a class"))
        self.search.setAccessibleName(self.tr("Go to a class by its name"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(theme.px(_LEAST_WIDTH))
        self.search.setMaximumWidth(theme.px(_FIND_WIDTH))
        self._names = QStringListModel(self)
        offered = QCompleter(self._names, self)
        offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offered.setFilterMode(Qt.MatchFlag.MatchContains)
        offered.activated.connect(self._go)
        self.search.setCompleter(offered)
        self.search.returnPressed.connect(self._go_to_typed)
        self.setLayout(row(self.says, self.order, self.search, -1))

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """Offers other classes."""
        if classes != self._classes:
            self._classes = classes
            self._names.setStringList(list(classes))
            self.search.clear()
        self.search.setVisible(len(classes) > MANY)

    @Slot()
    def _go_to_typed(self) -> None:
        self._go(self.search.text())

    @Slot(str)
    def _go(self, text: str) -> None:
        """Goes to the class of that name, else to the first whose name contains it."""
        wanted = one_form(text.strip()).casefold()
        if not wanted:
            return
        names = [one_form(name).casefold() for name in self._classes]
        whole = [number for number, name in enumerate(names) if name == wanted]
        part = [number for number, name in enumerate(names) if wanted in name]
        if found := [number for number in whole if self._classes[number] == text] or whole or part:
            self.class_found.emit(found[0])


def _texts(choice: ChoiceEdit) -> list[str]:
    return [choice.itemText(number) for number in range(choice.count())]
