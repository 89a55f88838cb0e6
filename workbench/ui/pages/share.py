"""The Share page: where the model is, and how to take it along."""

from __future__ import annotations

import itertools
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from workbench.core.errors import ErrorReport, InputError
from workbench.core.files import atomic_write, sha256_of
from workbench.ui.pages.page import Page
from workbench.ui.parts.desktop import begin_at, show_folder
from workbench.ui.parts.model_bar import ModelBar
from workbench.ui.parts.report_card import ReportCard
from workbench.ui.parts.widgets import Button, Card, Elided, PrimaryButton, SectionHead, label
from workbench.ui.parts.wrapping import Wrapped
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.state import Folders, Model, Opened, Runs, State, Work, model_in_use
from workbench.ui.style import theme


class SharePage(Page):
    """One card for each way to take the model along."""

    shows = (Folders, Runs, Opened, Work)

    def __init__(self, session: Session) -> None:
        super().__init__(session, self.tr("Share"))
        self._model: Model | None = None
        self.model = ModelBar(session)
        self.path_line = Elided()
        self.path_line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts = label("", "muted")
        self.status = label("", "muted")
        self.save = PrimaryButton(self.tr("Save a copy…"), self._choose_place, icon_name="ph.download-simple")
        self.copy = Button(self.tr("Copy its path"), self._copy_path, icon_name="ph.copy")
        self.open = Button(self.tr("Open its folder"), self._open_folder, icon_name="ph.folder-open")
        head = SectionHead(
            self.tr("This model as a file"),
            self.tr(
                "One file with everything it needs to answer. On another computer with this program, "
                "drop it on the window; the photos are not needed."
            ),
        )
        card = Card(
            head, theme.S, self.model, self.path_line, self._facts, theme.S,
            Wrapped(self.save, self.copy, self.open, space=theme.S), self.status, margin=theme.L,
        )  # fmt: skip
        card.setMaximumWidth(theme.px(760))
        self.body.addWidget(card)
        self.report = ReportCard(session)
        self.report.setMaximumWidth(theme.px(760))
        self.body.addWidget(self.report)
        self.body.addStretch(1)

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        actions, model = enabled_actions(state), model_in_use(state)
        self.model.show_state(state)
        self.report.show_state(state)
        if model is None:
            self.subtitle.setText(self.tr("Take your model along."))
            title = self.tr("There is no model yet")
            if state.folders.catalog is None:
                text = self.tr(
                    "Begin with a folder of photos and train a model on it. You then find it here."
                )
                self.need(title, text, self.tr("Go to images"), self._go_to_images)
            else:
                text = self.tr("Train a model on your photos. You then find it here.")
                self.need(title, text, self.tr("Go to training"), self._go_to_training)
            return
        self.ready()
        self.save.setEnabled("use_model" in actions)
        self.open.setEnabled("use_model" in actions)
        self.copy.setEnabled("copy_model_path" in actions)
        shown = self._model
        if shown is None or model.file != shown.file or model.run is not shown.run:
            self._show_model(model)

    def _show_model(self, model: Model) -> None:
        if self._model is None or model.file != self._model.file:
            self.status.setText("")
        self._model, file = model, model.file
        self.subtitle.setText(self.tr("This is the model in use. To take another one, choose it on Results."))
        if model.first is not None:
            self.subtitle.setText(
                self.tr("This is a first model. A better one follows once all photos are read.")
            )
        elif model.run is None:
            self.subtitle.setText(self.tr("This is the model file that you opened."))
        self.path_line.set_whole(str(file))
        self._show_file()

    def _show_file(self) -> None:
        """Says what the model file is, or that it has gone."""
        assert self._model is not None
        try:
            size = self._file.stat().st_size
        except OSError:
            self._facts.setText(self.tr("This file is not there any more. Train again, or put it back."))
            return
        classes = len(self._model.classes)
        text = self.locale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        self._facts.setText(self.tr("{classes:,} classes · {size}").format(classes=classes, size=text))

    @property
    def _file(self) -> Path:
        assert self._model is not None
        return self._model.file

    @Slot()
    def _choose_place(self) -> None:
        assert self._model is not None
        dialog = QFileDialog(self, self.tr("Save a copy of the model"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        file = self._file
        dialog.setDefaultSuffix(file.suffix.removeprefix("."))
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing is overwritten, and we say so
        begin_at(dialog, self.session.preferences, "model", Path.home())
        run = self._model.run
        name = run.image_folder.name if run is not None else file.stem
        dialog.selectFile(_free_name(Path(dialog.directory().path()), name))
        dialog.fileSelected.connect(self.save_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def save_to(self, place: str) -> None:
        """Saves a copy of the model as a file of that path."""
        self.status.setText(self.tr("Saving…"))
        self.session.work.run_in_thread(_Copy(self._file, Path(place)), self._saved, self._not_saved)

    @Slot(object)
    def _saved(self, place: Path) -> None:
        self.status.setText(self.tr("Saved as {name}").format(name=place.name))

    @Slot(object)
    def _not_saved(self, error: ErrorReport) -> None:
        self.status.setText("")
        self.session.work.report(error)
        self._show_file()

    @Slot()
    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(str(self._file))
        self.status.setText(self.tr("Copied"))

    @Slot()
    def _open_folder(self) -> None:
        show_folder(self.session, self._file.parent)

    def _go_to_images(self) -> None:
        self.wants_page.emit("images")

    def _go_to_training(self) -> None:
        self.wants_page.emit("train")


@dataclass(frozen=True)
class _Copy:
    """Copies a file so that a crash or a full disk leaves no half of it."""

    source: Path
    target: Path

    def __call__(self) -> Path:
        # With the first copy: it imports Pillow, and the window paints before that.
        from workbench.core.outputs import MODEL_FILE, check_output

        if not self.source.is_file():
            raise InputError("model_missing", path=str(self.source))
        check_output(self.target, MODEL_FILE, [self.source], same_as=sha256_of(self.source))
        with self.source.open("rb") as source, atomic_write(self.target) as target:
            shutil.copyfileobj(source, target)
        return self.target


def _free_name(folder: Path, name: str) -> str:
    """A name for a model file that nothing in a folder has yet."""
    names = (f"{name}{f' {number}' if number > 1 else ''}.checkpoint" for number in itertools.count(1))
    return next(each for each in names if not os.path.lexists(folder / each))
