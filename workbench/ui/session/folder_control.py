"""Opening an image folder, one's own or the sample."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core import paths
from workbench.core.data.added import ADDED
from workbench.core.data.catalog import LOOSE, WITHOUT_CLASSES, Catalog, ReadingKey, Unclear
from workbench.core.errors import ErrorReport
from workbench.core.events import FirstModel, Progress
from workbench.core.messages import Message
from workbench.core.project.copies import Imported
from workbench.engine.requests import DrawSample, FetchLesson, Join, OpenZip, Scan
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.edit_control import EditControl
from workbench.ui.session.preference_control import PreferenceControl
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import Folders
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl
from workbench.ui.words.refusals import ANOTHER_FOLDER, photos_not_here


def _reading_of(folder: Path) -> str:
    """The key under which is remembered how a folder is read."""
    return "reading/" + hashlib.sha256(os.fsencode(os.path.abspath(folder))).hexdigest()[:24]


class FolderControl(QObject):
    """Changes the slice `folders`.

    Signals:
        opening: A folder is about to be read; an instant run under way gives way.
        opened: Its `Catalog`, and whether it is another folder, or project, than the one that was open.
        first_changed: There is a first model of a folder that is being read, or it has had its time.
    """

    opening = Signal()
    opened = Signal(object, bool)
    first_changed = Signal()

    def __init__(
        self,
        store: Store,
        service: ServiceEngine,
        work: WorkControl,
        preferences: PreferenceControl,
        edits: EditControl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._service, self._work, self._preferences = store, service, work, preferences
        self._edits = edits
        self._asked: Path | None = None
        self._project: Path | None = None
        self._shown: Path | None = None

    def open(self, folder: Path, reading: str = "", project: Path | None = None) -> None:
        """Looks through an image folder and makes it the open one, or asks how it is meant.

        Args:
            folder: A folder, or a ZIP file, which is unpacked first.
            reading: Key of the reading that the person chose, which is remembered; "" takes the one that
                was chosen before, if any.
            project: The program's own folder of the project to open it with; None takes the one used last.
        """
        if "choose_folder" not in enabled_actions(self._store.state):
            self._work.report(ANOTHER_FOLDER)
            return
        self.opening.emit()
        self._work.dismiss_error()
        if self._store.state.folders.without_classes is not None:
            self._store.put(replace(self._store.state.folders, without_classes=None))
        self._asked, self._project = folder, project
        if folder.suffix.lower() == ".zip" and not folder.is_dir():
            begin = Progress("unpack", 0, 0, Message.said(self.tr("Looking into the ZIP file…")))
            self._service.submit(OpenZip(folder), "scan", begin=begin, completed=self._zip_opened)
            return
        if reading and reading != LOOSE:
            self._preferences.remember(_reading_of(folder), reading)
        reading = reading or self._is_sorted_here(folder) or self._preferences.recall(_reading_of(folder), "")
        begin = Progress("scan", 0, 0, Message.said(self.tr("Looking through the folder…")))
        request = Scan(folder, reading, first_model=self._preferences.train_on_opening)
        self._put_first(None)
        self._service.submit(
            request,
            "scan",
            begin=begin,
            event=self._put_first,
            completed=self._scanned,
            failed=self._not_scanned,
        )

    def sort_here(self) -> None:
        """Opens the folder that was refused because nothing says what its photos show, with no classes."""
        if (folder := self._store.state.folders.without_classes) is not None:
            self.open(folder, LOOSE)

    def _is_sorted_here(self, folder: Path) -> ReadingKey:
        """The reading of the open folder where its photos are sorted in the window; "" where not."""
        catalog = self._store.state.folders.catalog
        if catalog is None or catalog.reading is None or catalog.folder != Path(os.path.abspath(folder)):
            return ""
        return LOOSE if catalog.reading.key == LOOSE else ""

    def _not_scanned(self, error: ErrorReport) -> None:
        if error.message.code in WITHOUT_CLASSES:
            self._store.put(replace(self._store.state.folders, without_classes=self._asked))
        self._work.report(error)

    def _zip_opened(self, found: Path | Imported) -> None:
        if isinstance(found, Path):
            self.open(found)
        elif found.image_folder is not None:
            self.open(found.image_folder, project=found.project)
        else:
            self._work.report(photos_not_here(found.name))

    def read_again(self) -> None:
        """Reads the open folder again: something may have changed in it."""
        state = self._store.state
        if state.folders.catalog is not None:
            project = state.edits.project
            self.open(state.folders.catalog.folder, project=project.folder if project is not None else None)

    def forget_first(self) -> None:
        """The folder has a model of more photos than the first one."""
        self._put_first(None)

    def _put_first(self, first: FirstModel | None) -> None:
        if self._store.state.folders.first_model is not first:
            self._store.put(replace(self._store.state.folders, first_model=first))
            self.first_changed.emit()

    def ask_again(self) -> None:
        """Asks once more how the open folder is meant, where it can be read in several ways."""
        catalog = self._store.state.folders.catalog
        if catalog is not None and catalog.reading is not None and catalog.other_readings:
            question = Unclear(catalog.folder, (catalog.reading, catalog.other_readings[0]))
            self._store.put(replace(self._store.state.folders, question=question))

    def forget_question(self) -> None:
        """Leaves a folder that was asked about alone."""
        self._store.put(replace(self._store.state.folders, question=None))

    def stop(self) -> None:
        """Stops looking through a folder, or drawing the sample."""
        self._work.note_stopping("scan", "sample")
        self._service.stop("scan", "sample")

    def make_sample(self) -> None:
        """Draws the sample photos, once, and opens them."""
        if "make_sample" not in enabled_actions(self._store.state):
            self._work.report(ANOTHER_FOLDER)
            return
        folder = paths.sample_folder()
        if folder.is_dir() and any(folder.iterdir()):
            self.open(folder)
            return
        begin = Progress("sample", 0, 0, Message.said(self.tr("Drawing the sample photos…")))
        self._service.submit(DrawSample(folder), "sample", begin=begin, completed=self.open)

    def fetch_lesson(self, key: str) -> None:
        """Fetches public photos, once, and opens them."""
        if "make_sample" not in enabled_actions(self._store.state):
            self._work.report(ANOTHER_FOLDER)
            return
        begin = Progress("download", 0, 0, Message.said(self.tr("Looking for the photos…")))
        self._service.submit(FetchLesson(key), "scan", begin=begin, completed=self.open)

    def _scanned(self, catalog: Catalog | Unclear) -> None:
        if isinstance(catalog, Unclear):
            self._store.put(Folders(self._store.state.folders.catalog, catalog))
            return
        self._work.dismiss_error()
        self._work.note("scan", None)
        self._edits.open(catalog, self._project_opened, self._read, self._project)

    def _project_opened(self, catalog: Catalog) -> None:
        """Shows the photos, once those that were added are compared with those of the folder."""
        if any(sample.root == ADDED for sample in catalog.samples):
            joined, apart = partial(self._joined, catalog), partial(self._not_joined, catalog)
            self._service.submit(Join(catalog), "scan", completed=joined, failed=apart)
        else:
            self._show(catalog)

    def _joined(self, catalog: Catalog, pictures: Mapping[str, str]) -> None:
        self._show(self._edits.join(pictures) or catalog)

    def _not_joined(self, catalog: Catalog, error: ErrorReport) -> None:
        self._work.report(error)
        self._show(catalog)

    def _show(self, catalog: Catalog) -> None:
        before, project = self._store.state.folders.catalog, self._store.state.edits.project
        own = project.folder if project is not None else None
        another = before is None or before.folder != catalog.folder or own != self._shown
        self._shown = own
        self._store.put(Folders(catalog, first_model=self._store.state.folders.first_model))
        self._read()
        self.opened.emit(catalog, another)

    def _read(self) -> None:
        self._work.end("scan")
