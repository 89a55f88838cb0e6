"""The classes on the Results page: a table with a search, that can be copied and saved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from workbench.core.files import atomic_write
from workbench.core.results.by_class import ByClass
from workbench.core.results.class_csv import class_csv
from workbench.core.results.metrics import Metrics
from workbench.ui.parts.class_table import ClassTable
from workbench.ui.parts.desktop import begin_at
from workbench.ui.parts.widgets import Button, SectionHead, column, label, row
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.words.curves import averages

_FIND_WIDTH = 200


class ClassSection(QWidget):
    """The table with its head, a field to find classes by name, and a button that saves it.

    Signals:
        class_chosen: The number of the class whose row became the current one.
    """

    class_chosen = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._classes: tuple[str, ...] = ()
        self.table = ClassTable()
        self.table.class_chosen.connect(self.class_chosen)
        self.head = SectionHead(self.tr("Class by class"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find a class"))
        self.search.setAccessibleName(self.tr("Find classes by name"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(theme.px(_FIND_WIDTH))
        self.search.textChanged.connect(self.table.show_only)
        self.save = Button(self.tr("Save as CSV…"), self._choose_place)
        self.status = label("", "muted")
        line = row(self.search, self.status, -1, self.save)
        self.setLayout(column(self.head, line, self.table))

    def show_metrics(self, classes: tuple[str, ...], metrics: Metrics, average: str) -> None:
        """Shows what a matrix tells, with a sentence on all classes together."""
        if classes != self._classes:
            self.search.clear()
            self.status.setText("")
        self._classes = classes
        self.head.set_text(average)
        self.table.show_metrics(classes, metrics)

    def show_numbers(self, numbers: ByClass) -> None:
        """Adds what only the predictions tell."""
        self.head.set_text(averages(numbers.macro, numbers.weighted))
        self.table.show_numbers(self._classes, numbers)

    @Slot()
    def _choose_place(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the table"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Table (*.csv)"))
        dialog.setDefaultSuffix("csv")
        begin_at(dialog, self._session.preferences, "table", Path.home())
        dialog.selectFile(self.tr("classes") + ".csv")
        dialog.fileSelected.connect(self.save_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def save_to(self, place: str) -> None:
        """Saves the table of all classes as a file of that path."""
        job = _Save(Path(place), self._classes, self.table.numbers)
        self._session.work.run_in_thread(job, self._saved, self._session.work.report)

    @Slot(object)
    def _saved(self, place: Path) -> None:
        self.status.setText(self.tr("Saved as {name}").format(name=place.name))


@dataclass(frozen=True)
class _Save:
    """Writes the table so that a crash or a full disk leaves no half of it."""

    place: Path
    classes: tuple[str, ...]
    numbers: ByClass

    def __call__(self) -> Path:
        # With the first table: it imports Pillow, and the page shows before that.
        from workbench.core.outputs import CLASS_TABLE, check_output

        check_output(self.place, CLASS_TABLE)
        with atomic_write(self.place) as out:
            # With a byte order mark, without which spreadsheets take umlauts for something else.
            text = class_csv(self.classes, self.numbers)
            out.write(text.encode("utf-8-sig", errors="backslashreplace"))
        return self.place
