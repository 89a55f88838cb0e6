"""The Images page: choose a folder, and see what is in it and what was left out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from workbench.core.data.catalog import Catalog
from workbench.core.data.file_kinds import may_be_photo
from workbench.core.errors import ErrorReport
from workbench.core.project.projects import Project
from workbench.ui.pages.drop_page import DropPage
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.parts.desktop import begin_at
from workbench.ui.parts.drop_target import DropTarget
from workbench.ui.parts.dropped import Dropped
from workbench.ui.parts.folder_menu import FolderMenu
from workbench.ui.parts.mime import Given, local_paths
from workbench.ui.parts.reading_choice import ReadingChoice
from workbench.ui.parts.widgets import Bar, Button, PrimaryButton, as_tip, column, label, row
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.state import Edits, Folders, Health, Runs, State, Work
from workbench.ui.style import theme
from workbench.ui.words.models import first_model_sentence
from workbench.ui.words.test_set import test_set_sentence
from workbench.ui.words.times import left_in_words
from workbench.words.fill import quoted


class ImagesPage(DropPage):
    """A drop target while no folder is open, then classes, gallery and findings."""

    name = "images"
    shows = (Folders, Edits, Health, Runs, Work)

    def __init__(self, session: Session) -> None:
        super().__init__(session, self.tr("Images"))
        self._catalog: Catalog | None = None
        self.target = DropTarget()
        self.target.choose.connect(self.choose_folder)
        self.target.sample.connect(session.folders.make_sample)
        self.target.recent.connect(self._open)
        self.reading = _Reading(session)
        self.reading.wants_try_it.connect(self._go_to_try_it)
        self.folder_view = FolderView(session)
        self._views = QStackedWidget()
        self.question = ReadingChoice()
        self.question.chosen.connect(self._read_as)
        self.question.cancelled.connect(self.choose_folder)
        for view in (self.target, self.reading, self.question, self.folder_view):
            self._views.addWidget(view)
        self.body.addWidget(self._views)
        self.menu = FolderMenu(session)
        self.menu.wants_folder.connect(self.choose_folder)
        self._train = PrimaryButton(self.tr("Go to training"), self._go_to_training)
        self.add_action(self.menu, self._train)

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        catalog = state.folders.catalog
        reading, question = bool(state.work.working & {"scan", "sample"}), state.folders.question
        asking = question is not None and not reading
        self.menu.setVisible(not reading and not asking)
        self._train.setVisible(catalog is not None and not reading and not asking)
        if reading:
            drawing = self.tr("They are drawn on this computer, just once.")
            scanning = self.tr("Every photo is opened once to see whether it is damaged.")
            self.subtitle.setText(drawing if "sample" in state.work.working else scanning)
            self.subtitle.setToolTip("")
            self.reading.show_state(state)
            self._views.setCurrentWidget(self.reading)
        elif question is not None:
            self.subtitle.setText(question.folder.name)
            self.subtitle.setToolTip(as_tip(str(question.folder)))
            self.question.show_question(question)
            self._views.setCurrentWidget(self.question)
        elif catalog is None:
            self.subtitle.setText(
                self.tr("Begin with your photos. They stay on this computer and are never changed.")
            )
            self.target.show_state(state)
            if self.target.isHidden() or not self.target.recent_known:
                self.target.show_recent(list(dict.fromkeys(each.image_folder for each in Project.recent())))
            self._views.setCurrentWidget(self.target)
        else:
            self._show_catalog(catalog)
            self.folder_view.show_state(state)
            self._views.setCurrentWidget(self.folder_view)

    def show_photos(self, samples: tuple[str, ...], title: str) -> None:
        """As the interface says."""
        self.folder_view.show_only(samples, title)

    def _show_catalog(self, catalog: Catalog) -> None:
        self._say_what_is_open(catalog)
        if catalog is not self._catalog:
            self._catalog = catalog
            self.folder_view.show_catalog(catalog)

    def _say_what_is_open(self, catalog: Catalog) -> None:
        text = self.tr("{folder}: {photos:,} photos in {classes:,} classes").format(
            folder=self._called(catalog), photos=len(catalog.samples), classes=len(catalog.classes)
        )
        if not catalog.classes:
            text = self.tr(
                "{folder}: {photos:,} photos without classes. Make classes, put a few photos into each by"
                " key or drag, and the others get theirs suggested."
            ).format(folder=self._called(catalog), photos=len(catalog.samples))
        if catalog.empty_classes:
            text += " · " + self.tr("left out: {names}").format(names=quoted(catalog.empty_classes))
        if said := test_set_sentence(catalog):
            text += f" · {said}"
        self.subtitle.setText(text)
        self.subtitle.setToolTip(as_tip(str(catalog.folder)))

    def _called(self, catalog: Catalog) -> str:
        """The open folder's name, with that of its project where the person has given it one."""
        project = self.session.state.edits.project
        name = catalog.folder.name
        return f"{project.name} ({name})" if project is not None and project.name else name

    # Choosing a folder

    @Slot()
    def choose_folder(self) -> None:
        """Lets the person choose a folder."""
        dialog = QFileDialog(self, self.tr("Choose a folder of photos"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        usual = self._catalog.folder.parent if self._catalog is not None else None
        begin_at(dialog, self.session.preferences, "folder", usual)
        dialog.fileSelected.connect(self._open)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _open(self, folder: str) -> None:
        self.session.folders.open(Path(folder))

    @Slot(str, str)
    def _read_as(self, folder: str, reading: str) -> None:
        self.session.folders.open(Path(folder), reading)

    @Slot()
    def _go_to_try_it(self) -> None:
        self.wants_page.emit("try_it")

    @Slot()
    def _go_to_training(self) -> None:
        self.wants_page.emit("train")

    def promise(self, dropped: Dropped) -> str:
        """What will happen: photos are added to the class that is shown."""
        if not self._adds(dropped):
            return super().promise(dropped)
        name, one = self.folder_view.adding.class_name, len(dropped.paths) < 2
        if name:
            text = self.tr("Drop to add it to “{name}”") if one else self.tr("Drop to add them to “{name}”")
            return text.format(name=name)
        what = (
            self.tr("Drop to add it without a class,")
            if one
            else self.tr("Drop to add them without a class,")
        )
        return what + "\n" + self.tr("or drop onto a class at the left")

    def _adds(self, dropped: Dropped) -> bool:
        """Whether what was dropped is added to the open folder, rather than opened."""
        if not (self._views.currentWidget() is self.folder_view and self.folder_view.editing.possible):
            return False
        alone = dropped.kind == "photos" and len(dropped.paths) == 1
        return dropped.kind in ("photos", "picture") and not (
            alone and not may_be_photo(dropped.paths[0].name)
        )

    def take(self, mime: QMimeData) -> None:
        """Opens a dropped folder, adds photos to the open one, or says what to drop instead."""
        if self._adds(Dropped.of(mime)):
            self.folder_view.adding.take(Given.of(mime))
            return
        paths = local_paths(mime)
        folders = [path for path in paths if path.is_dir()]
        if len(paths) == 1:
            self.session.folders.open(paths[0])  # a file is refused by what it is
        elif not paths:
            self._say(
                self.tr("That is not a folder on this computer."),
                self.tr("Save the photos in a folder on this computer and drop that folder."),
            )
        elif folders:
            parent = paths[0].parent
            self._say(
                self.tr("Several things were dropped at once."),
                self.tr("Drop just the folder that they are in: “{name}”.").format(
                    name=parent.name or parent
                ),
            )
        else:
            self._say(
                self.tr("These are single files, and this page needs a folder."),
                self.tr("Drop the folder that holds your class folders. To ask about a photo, go to Try it."),
            )

    def _say(self, title: str, hint: str) -> None:
        self.session.work.report(ErrorReport.said(title, hint, "", is_input=True))


class _Reading(QWidget):
    """What is seen while a folder is read for the first time.

    Signals:
        wants_try_it: The person wants to ask the first model.
    """

    wants_try_it = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._text, self.count = label("", "section"), label("", "muted")
        self.bar = Bar()
        self._stop = Button(self.tr("Stop"), session.folders.stop)
        self.first = label("", "muted")
        self.first.setWordWrap(True)
        self.try_it = Button(self.tr("Try it now"), self.wants_try_it.emit)
        self.try_it.hide()
        middle = QWidget()
        middle.setFixedWidth(theme.px(360))
        early = column(self.first, row(self.try_it, -1), space=theme.S)
        middle.setLayout(column(self._text, self.bar, row(self.count, -1, self._stop), early, space=12))
        layout = row(-1, column(-1, middle, -1, -1), -1)
        self.setLayout(layout)

    def show_state(self, state: State) -> None:
        work = "sample" if "sample" in state.work.working else "scan"
        done, total, text = state.work.progress.get(work, (0, 0, ""))
        self._text.setText(text)
        self.bar.set_share(done / total if total else 0.0)
        count = self.tr("{done:,} of {total:,}").format(done=done, total=total) if total else ""
        if (left := state.work.left.get(work, -1.0)) >= 0:
            count += " · " + left_in_words(left)
        self.count.setText(count or (f"{done:,}" if done else ""))
        self._stop.setEnabled("stop_scan" in enabled_actions(state))
        first = state.folders.first_model
        self.first.setText(first_model_sentence(first) if first is not None else "")
        self.try_it.setVisible(first is not None)
