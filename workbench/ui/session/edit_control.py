"""Changing the photos of the open folder: their classes, what is left out; undo and redo.

The files stay as they are: what a person does is kept in the folder's project (`core.project.store`).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.core.data.catalog import Catalog
from workbench.core.errors import ErrorReport, InputError, ResourceError, WorkbenchError
from workbench.core.messages import Message
from workbench.core.project.outside import Outside
from workbench.core.project.projects import Project
from workbench.core.project.store import ProjectStore
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.state import Edits, Health
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl

Edit = Callable[[Catalog], Catalog]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Opened:
    """A folder with its project; without one where that cannot be written."""

    catalog: Catalog
    project: ProjectStore | None
    edits: Edits
    told: ErrorReport | None


@dataclass(frozen=True)
class _Edited:
    project: ProjectStore
    catalog: Catalog
    can_undo: Message | None
    can_redo: Message | None


class EditControl(QObject):
    """Changes the slice `edits`, and the catalog with every edit.

    Edits are made one after the other in a thread, and shown once they are on the disk.

    Signals:
        edited: The new catalog.
    """

    edited = Signal(object)

    def __init__(self, store: Store, work: WorkControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._work = store, work
        self._project: ProjectStore | None = None
        self._to_open: tuple[Catalog, Path | None] | None = None
        self._opening: list[ProjectStore] = []
        self._openings = 0
        self._waiting: deque[Callable[[ProjectStore], Catalog]] = deque()
        self._under_way = False
        self._then: Callable[[Catalog], None] = _nothing
        self._else: Callable[[], None] = _nothing

    @property
    def project(self) -> ProjectStore | None:
        """The project that is open; None where there is none, or it cannot be written."""
        return self._project

    def open(
        self,
        read: Catalog,
        then: Callable[[Catalog], None],
        otherwise: Callable[[], None],
        chosen: Path | None = None,
    ) -> None:
        """Opens the project of a folder that was read, once the edits that wait are made.

        Args:
            then: Told the folder's photos as the person has put them.
            otherwise: Told where the folder cannot be used: another window has it open.
            chosen: The folder of the project that is meant, where the photos have several; see `Project.of`.
        """
        self._then, self._else, self._to_open = then, otherwise, (read, chosen)
        self._next()

    @Slot(object)
    def _opened(self, found: _Opened) -> None:
        self._under_way = False
        if self._project is not None and self._project is not found.project:
            self._project.close()
        self._project = found.project
        self._opening.clear()
        self._openings += 1
        self._store.put(replace(found.edits, opening=self._openings), Health())
        if found.told is not None:
            self._work.report(found.told)
        self._then(found.catalog)
        self._next()

    @Slot(object)
    def _not_opened(self, error: ErrorReport) -> None:
        self._under_way = False
        self._opening.clear()
        self._work.report(error)
        self._else()
        self._next()

    def edit(self, told: Message, edit: Edit) -> None:
        """Makes an edit.

        Args:
            told: What is done, for the menu.
            edit: From the catalog to the next; see `core.data.edits`.
        """
        self._ask(lambda project: project.edit(told, edit))

    @Slot()
    def undo(self) -> None:
        """Takes back the last edit."""
        self._ask(ProjectStore.undo)

    @Slot()
    def redo(self) -> None:
        """Makes the edit again that was undone last."""
        self._ask(ProjectStore.redo)

    def draw_test_set(self, asked: float, *, seed: int, subfolders: bool) -> None:
        """Keeps a share of the photos for a test, from now on: no edit that could be undone."""
        self._ask(lambda project: project.draw_test_set(asked, seed=seed, subfolders=subfolders))

    def let_test_set_go(self) -> None:
        """Learns from the photos of the test set like from any other, from now on."""
        self._ask(ProjectStore.let_test_set_go)

    @Slot()
    def take_test_set(self) -> None:
        """Shows the test set that a run may have drawn."""
        if self._store.state.preferences.config.test_fraction:
            self._ask(ProjectStore.take_test_set)

    def join(self, pictures: Mapping[str, str]) -> Catalog | None:
        """Takes which photos show one picture, by ids; None where no project is open."""
        return self._project.join(pictures) if self._project is not None else None

    def forget_outside(self) -> None:
        """Somebody has seen what has changed in the folder."""
        self._store.put(replace(self._store.state.edits, outside=Outside()))

    def close(self) -> None:
        """Makes the edits that still wait, and lets go of the project."""
        try:
            while self._waiting and self._project is not None:
                self._waiting.popleft()(self._project)
        except WorkbenchError as error:  # there is no window left to say it in
            _log.warning("an edit was not kept: %s", error)
        for project in (self._project, *self._opening):  # one may just be being opened
            if project is not None:
                project.close()
        self._project = None

    def _ask(self, edit: Callable[[ProjectStore], Catalog]) -> None:
        if "edit_photos" in enabled_actions(self._store.state):
            self._waiting.append(edit)
            self._next()

    def _next(self) -> None:
        """Begins what comes next: an edit, and when there is none, another folder."""
        if self._under_way:
            return
        if self._waiting and self._project is not None:
            self._under_way = True
            made = partial(_made, self._project, self._waiting.popleft())
            self._work.run_in_thread(made, self._made, self._failed)
        elif self._to_open is not None:
            self._under_way = True
            opened = partial(_open, *self._to_open, self._project, self._opening)
            self._to_open = None
            self._work.run_in_thread(opened, self._opened, self._not_opened)

    @Slot(object)
    def _made(self, edited: _Edited) -> None:
        state = self._store.state
        self._under_way = False
        if edited.project is not self._project:
            self._next()
            return
        changed = edited.catalog is not state.folders.catalog
        self._store.put(replace(state.folders, catalog=edited.catalog))
        self._store.put(replace(state.edits, can_undo=edited.can_undo, can_redo=edited.can_redo))
        if changed:
            self.edited.emit(edited.catalog)
        self._next()

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._under_way = False
        self._work.report(error)
        self._next()


def _open(
    read: Catalog, chosen: Path | None, current: ProjectStore | None, opening: list[ProjectStore]
) -> _Opened:
    """The project of a folder, which takes in what the folder holds now.

    Args:
        opening: Takes a project that is opened, as soon as it is.

    Raises:
        InputError: Another window has it open.
    """
    edits = Edits()
    try:
        found = Project.of(read.folder, read, chosen)
        edits = Edits(project=found)
        project = current if current is not None and current.folder == found.folder else None
        if project is None:
            project = ProjectStore(found.folder)
            opening.append(project)
        outside = project.outside(read) if project.catalog is not None else Outside()
        catalog = project.begin(read)
    except (ResourceError, InputError) as error:
        if error.message.code == "project_in_use":
            raise
        while opening:  # photos can be looked at and learned all the same
            opening.pop().close()
        return _Opened(read, None, edits, ErrorReport.of(error))
    told = ErrorReport.of(ResourceError("project_restored")) if project.restored else None
    edits = Edits(0, found, True, project.can_undo, project.can_redo, outside)
    return _Opened(catalog, project, edits, told)


def _made(project: ProjectStore, edit: Callable[[ProjectStore], Catalog]) -> _Edited:
    catalog = edit(project)
    return _Edited(project, catalog, project.can_undo, project.can_redo)


def _nothing(*_: object) -> None:
    """What is done before a folder was opened."""
