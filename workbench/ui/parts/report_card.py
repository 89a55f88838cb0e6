"""The card *A report*: writes what is known of a model as a web page or a PDF."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog

from workbench.core.data.catalog import Roots
from workbench.core.errors import ErrorReport
from workbench.ui.parts.desktop import begin_at
from workbench.ui.parts.widgets import Button, Card, SectionHead, column, label
from workbench.ui.parts.wrapping import Wrapped
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.kinds import Kinds
from workbench.ui.session.session import Session
from workbench.ui.session.state import Model, State, model_in_use
from workbench.ui.style import theme

_WEB, _PDF = ".html", ".pdf"


class ReportCard(Card):
    """One sentence, what will be in it, and one button."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._model: Model | None = None
        self._roots: Roots | None = None
        self._writing = False
        self._dialog: QFileDialog | None = None
        super().__init__(margin=theme.L)
        head = SectionHead(
            self.tr("A report"),
            self.tr(
                "One page for others: how good the model is, what it learned from, its worst mistakes, "
                "and how to make it again. Small pictures of the mistakes go in; where photos were taken "
                "does not."
            ),
        )
        self.state_line = label("", "muted", wrap=True)
        self.save = Button(self.tr("Save a report…"), self._choose_place, icon_name="ph.file-text")
        self.status = label("", "muted")
        words = column(
            head,
            theme.S,
            self.state_line,
            theme.S,
            Wrapped(self.save, space=theme.S),
            self.status,
            space=theme.S,
        )
        self.body.addLayout(words)

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        model, catalog = model_in_use(state), state.folders.catalog
        if model is None or self._model is None or model.file != self._model.file:
            self.status.setText("")
        self._model = model
        is_own = model is not None and model.run is not None and catalog is not None
        self._roots = catalog.roots if is_own and catalog is not None else None
        self.save.setEnabled("use_model" in enabled_actions(state) and not self._writing)
        if model is not None:
            self.state_line.setText(self._told(model))

    def _told(self, model: Model) -> str:
        if model.run is None:
            return self.tr("Of a file opened by itself: what it is, without a test.")
        if model.run.state == "training":
            return self.tr("It is still learning: the report tells what is known by now.")
        if model.estimate is None:
            return self.tr("How good it is was not measured, and the report says so.")
        return self.tr("Tells of {count:,} photos tested.").format(count=model.estimate.samples)

    @Slot()
    def _choose_place(self) -> None:
        assert self._model is not None
        dialog = QFileDialog(self, self.tr("Save a report"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Web page (*.html)"), self.tr("PDF (*.pdf)")])
        dialog.setDefaultSuffix(_WEB.removeprefix("."))
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # only reports are, and only unchanged ones
        begin_at(dialog, self._session.preferences, "report", Path.home())
        run = self._model.run
        name = self.tr("{name} report").format(name=run.image_folder.name if run else self._model.file.stem)
        dialog.selectFile(_free_name(Path(dialog.directory().path()), name, _WEB))
        self._dialog = dialog
        dialog.filterSelected.connect(self._take_kind)
        dialog.fileSelected.connect(self.save_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._dialog_over)
        dialog.open()

    @Slot(str)
    def _take_kind(self, chosen: str) -> None:
        """Has the name end in what the kind of file asks for."""
        if self._dialog is None:
            return
        suffix = _PDF if _PDF in chosen else _WEB
        self._dialog.setDefaultSuffix(suffix.removeprefix("."))
        for file in self._dialog.selectedFiles()[:1]:
            if Path(file).suffix.lower() in (_WEB, _PDF):
                self._dialog.selectFile(Path(file).with_suffix(suffix).name)

    @Slot()
    def _dialog_over(self) -> None:
        self._dialog = None

    @Slot(str)
    def save_to(self, place: str) -> None:
        """Writes a report as a file of that path, a web page or a PDF as its name ends."""
        assert self._model is not None
        self._writing = True
        self.save.setEnabled(False)
        self.status.setText(self.tr("Writing…"))
        run = self._model.run
        kinds = self._session.kinds.of(run.folder) if run is not None else None
        work = _Write(self._model.file, Path(place), self._roots, kinds)
        self._session.work.run_in_thread(work, self._saved, self._not_saved)

    @Slot(object)
    def _saved(self, place: Path) -> None:
        self._over(self.tr("Saved as {name}").format(name=place.name))

    @Slot(object)
    def _not_saved(self, error: ErrorReport) -> None:
        self._over("")
        self._session.work.report(error)

    def _over(self, said: str) -> None:
        self._writing = False
        self.status.setText(said)
        self.save.setEnabled("use_model" in enabled_actions(self._session.state))


@dataclass(frozen=True)
class _Write:
    """Gathers a report and writes it."""

    model: Path
    target: Path
    roots: Roots | None
    kinds: Kinds | None

    def __call__(self) -> Path:
        # With the first report: these import NumPy and Pillow, and the window paints before that.
        from workbench.core.report.gather import report_of_model
        from workbench.core.stress.findings import kept_of  # as above
        from workbench.report.found import Found  # as above
        from workbench.report.writing import check_report, write_report  # as above

        check_report(self.target, [self.model])
        found = Found(kept_of(self.model))
        if self.kinds is not None:
            found = replace(found, kinds=self.kinds.found, paths=self.kinds.paths)
        write_report(report_of_model(self.model, self.roots), self.target, found)
        return self.target


def _free_name(folder: Path, name: str, suffix: str) -> str:
    """A name that nothing in a folder has yet."""
    plain = name.replace("/", "-")
    names = (f"{plain}{f' {number}' if number > 1 else ''}{suffix}" for number in itertools.count(1))
    return next(each for each in names if not os.path.lexists(folder / each))
