"""Adding photos to the open folder, whose files stay as they are: copies go into its project."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal, Slot
from PySide6.QtGui import QImage

from workbench.core.data.added import Added, folder_of_added, keep_content
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import added
from workbench.core.errors import ErrorReport, ResourceError, WorkbenchError
from workbench.core.events import Progress
from workbench.core.messages import Message
from workbench.engine.requests import Add
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.edit_control import EditControl
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl
from workbench.ui.words.adding import cannot_add, not_added

_QUALITY = 95
"""Of JPEGs of the camera's pictures, which were compressed on their way already."""
_AT_ONCE = 50
"""After so many shots those of a long burst are added."""


@dataclass
class _Burst:
    """Shots of one press of the button.

    Attributes:
        group: `Sample.group` of all of them.
        files: What was written and is not handed over yet.
        writing: How many are being written.
        ended: Whether the button was let go.
    """

    class_id: str | None
    folder: Path
    group: str = field(default_factory=lambda: f"camera/{uuid4().hex}")
    files: list[Path] = field(default_factory=list)
    writing: int = 0
    ended: bool = False


@dataclass(frozen=True)
class _Shot:
    """What became of a picture of the camera: a file, or an error."""

    burst: _Burst
    file: Path | None = None
    error: ErrorReport | None = None


@dataclass(frozen=True)
class _Pasted:
    file: Path
    class_id: str | None


class AddControl(QObject):
    """Adds files, pictures and shots of a camera.

    The service engine copies and reads them; the edit that follows can be undone.

    Signals:
        done: Photos were added, which is on the disk: how many, and to which class (an id or None).
    """

    done = Signal(int, object)

    def __init__(
        self,
        store: Store,
        service: ServiceEngine,
        work: WorkControl,
        edits: EditControl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._service, self._work, self._edits = store, service, work, edits
        self._burst: _Burst | None = None
        self._waiting: list[tuple[frozenset[str], str | None]] = []
        edits.edited.connect(self._edited)

    @property
    def folder(self) -> Path | None:
        """Where added photos are kept; None where none can be added now."""
        state = self._store.state
        if "edit_photos" not in enabled_actions(state) or state.edits.project is None:
            return None
        return folder_of_added(state.edits.project.folder)

    def add(self, paths: Sequence[Path], class_id: str | None, group: str = "") -> None:
        """Adds files, and the photos in folders, to a class; None puts them into none."""
        folder, catalog = self.folder, self._store.state.folders.catalog
        if folder is None or catalog is None:
            self._work.report(cannot_add())
            return
        self._work.dismiss_error()
        begin = Progress("add", 0, 0, Message("adding_photos"))
        request = Add(catalog, tuple(paths), folder, group)
        came = partial(self._came, class_id, self._store.state.edits.opening)
        self._service.submit(request, "add", begin=begin, completed=came)

    def add_image(self, image: QImage, class_id: str | None) -> None:
        """Adds a picture that is in no file yet, as it is."""
        if (folder := self.folder) is None:
            self._work.report(cannot_add())
            return
        name = f"{self.tr('pasted')} {_now()}.png"
        self._work.run_in_thread(partial(_pasted, image, name, folder, class_id), self._add_pasted)

    @Slot(object)
    def _add_pasted(self, pasted: _Pasted) -> None:
        self.add([pasted.file], pasted.class_id)

    def stop(self) -> None:
        """Stops adding; what has come so far is added."""
        self._work.note_stopping("add")
        self._service.stop("add")

    def _came(self, class_id: str | None, opening: int, found: Added) -> None:
        state = self._store.state
        if opening != state.edits.opening or state.folders.catalog is None or (folder := self.folder) is None:
            return
        if (error := not_added(found)) is not None:
            self._work.report(error)
        if not found.samples:
            return
        name, count = state.folders.catalog.name_of(class_id), len(found.samples)
        told = Message("edit.added", {"count": count, "class_name": name})
        if not name:
            told = Message("edit.added.unclassed", {"count": count})
        self._waiting.append((frozenset(sample.id for sample in found.samples), class_id))
        self._edits.edit(told, partial(_with, found, class_id if name else None, folder))

    @Slot(object)
    def _edited(self, catalog: Catalog) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        there = {sample.id for sample in catalog.samples}
        for ids, class_id in waiting:
            if ids <= there:
                self.done.emit(len(ids), class_id)
            else:
                self._waiting.append((ids, class_id))

    # A camera

    def begin_burst(self, class_id: str | None) -> None:
        """Shots that come from now on belong together, and to a class."""
        self.end_burst()
        folder = self.folder
        if folder is None:
            self._work.report(cannot_add())
        else:
            self._burst = _Burst(class_id, folder)

    def shoot(self, image: QImage) -> bool:
        """Keeps a picture of the camera; whether a burst is under way."""
        burst = self._burst
        if burst is None:
            return False
        burst.writing += 1
        name = f"{self.tr('camera')} {_now()}.jpg"
        self._work.run_in_thread(partial(_shot, image, name, burst), self._shot)
        return True

    @Slot()
    def end_burst(self) -> None:
        """The shots are added, once they are written."""
        if self._burst is not None:
            burst, self._burst = self._burst, None
            burst.ended = True
            self._hand_over(burst)

    @Slot(object)
    def _shot(self, shot: _Shot) -> None:
        burst = shot.burst
        burst.writing -= 1
        if shot.file is not None:
            burst.files.append(shot.file)
        elif shot.error is not None:
            self._work.report(shot.error)
            if self._burst is burst:  # the next ones would fail as well
                self.end_burst()
        self._hand_over(burst)

    def _hand_over(self, burst: _Burst) -> None:
        if burst.files and ((burst.ended and not burst.writing) or len(burst.files) >= _AT_ONCE):
            files, burst.files = burst.files, []
            self.add(files, burst.class_id, burst.group)


def _with(found: Added, class_id: str | None, folder: Path, catalog: Catalog) -> Catalog:
    return added(catalog, found.samples, class_id, folder, found.pictures)


def _pasted(image: QImage, name: str, folder: Path, class_id: str | None) -> _Pasted:
    return _Pasted(_written(image, "png", name, folder), class_id)


def _shot(image: QImage, name: str, burst: _Burst) -> _Shot:
    try:
        return _Shot(burst, _written(image, "jpg", name, burst.folder))
    except WorkbenchError as error:
        return _Shot(burst, error=ErrorReport.of(error))


def _written(image: QImage, kind: str, name: str, folder: Path) -> Path:
    """Writes a picture into the folder of added photos.

    Raises:
        ResourceError: The disk is full or may not be written to, or there is too little memory.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, kind, _QUALITY if kind == "jpg" else -1):  # type: ignore[call-overload]
        raise ResourceError("not_saved", "", name=name, folder=str(folder))
    return keep_content(bytes(buffer.data().data()), name, folder)


def _now() -> str:
    """A name for a file of this moment."""
    now = time.time()
    return time.strftime("%Y-%m-%d %H-%M-%S", time.localtime(now)) + f"-{int(now * 1000) % 1000:03}"
