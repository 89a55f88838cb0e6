"""Projects as a whole: copied, begun anew, exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from workbench.core.errors import ErrorReport
from workbench.core.events import Progress
from workbench.core.messages import Message
from workbench.core.project.copies import Exported, copy_database, duplicate, new_project
from workbench.core.project.projects import Project
from workbench.core.project.store import ProjectStore
from workbench.engine.requests import ExportProject
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.edit_control import EditControl
from workbench.ui.session.folder_control import FolderControl
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.store import Store
from workbench.ui.session.work_control import WorkControl

_EDITS_TO_EXPORT = "export.db"


class ProjectControl(QObject):
    """Makes other projects of the open one; what comes of it is opened by `FolderControl`."""

    def __init__(
        self,
        store: Store,
        service: ServiceEngine,
        work: WorkControl,
        edits: EditControl,
        folders: FolderControl,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._service, self._work = store, service, work
        self._edits, self._folders = edits, folders
        self._asked: ExportProject | None = None

    def duplicate(self, name: str) -> None:
        """Copies the open project, with its edits and runs, and opens the copy."""
        store = self._edits.project
        self._make(lambda project: duplicate(project, name, store))

    def begin(self, name: str) -> None:
        """Begins another project about the open folder, in which nothing was done yet, and opens it."""
        self._make(lambda project: new_project(project, name))

    def _make(self, make: Callable[[Project], Project]) -> None:
        project = self._store.state.edits.project
        if project is not None and "copy_project" in enabled_actions(self._store.state):
            self._work.run_in_thread(partial(make, project), self._made)

    @Slot(object)
    def _made(self, project: Project) -> None:
        self._folders.open(project.image_folder, project=project.folder)

    def export(self, file: Path, *, photos: bool) -> None:
        """Writes the open project into a ZIP file.

        Args:
            photos: Whether its photos are put in as well.
        """
        project = self._store.state.edits.project
        if project is None or "export_project" not in enabled_actions(self._store.state):
            return
        self._work.note("export", Progress("export", 0, 0, Message.said(self.tr("Exporting the project…"))))
        self._asked = ExportProject(project.folder, file, photos, None)
        self._work.run_in_thread(
            partial(_copied, project.folder, self._edits.project), self._copied, self._failed
        )

    def stop(self) -> None:
        """Stops an export; no file is left."""
        self._work.note_stopping("export")
        self._service.stop("export")

    @Slot(object)
    def _copied(self, database: Path | None) -> None:
        assert self._asked is not None
        request, self._asked = replace(self._asked, database=database), None
        if "stop_export" not in enabled_actions(self._store.state):  # it was stopped meanwhile
            self._work.end("export")
            return
        self._service.submit(request, "export", completed=self._exported, failed=self._failed)

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        self._work.end("export")
        self._work.report(error)

    def _exported(self, made: Exported) -> None:
        title = self.tr("The project is now in “{name}”.").format(name=made.file.name)
        if made.left_out:
            hint = self.tr("{count:,} photos could not be put in; the details name them.")
            hint = hint.format(count=len(made.left_out))
        else:
            hint = self.tr("On another computer, drop that file on Images.")
        self._work.report(ErrorReport.said(title, hint, "\n".join(made.left_out), is_input=True))


def _copied(project: Path, store: ProjectStore | None) -> Path | None:
    """A copy of the edits for the engine, which could not read them while the window has them open."""
    file = project / _EDITS_TO_EXPORT
    file.unlink(missing_ok=True)
    return file if copy_database(project, file, store) else None
