"""The button *Folder* on Images, with a menu of what can be done with folders as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from workbench.core.lessons.lesson_rows import LESSONS, is_here
from workbench.core.project.projects import Project
from workbench.ui.parts.desktop import choose_export, choose_model, choose_zip
from workbench.ui.parts.name_dialog import ask_name
from workbench.ui.parts.test_set_menu import MenuOfTestSet
from workbench.ui.parts.widgets import Button, as_tip
from workbench.ui.session.actions import Action, enabled_actions
from workbench.ui.session.session import Session

_MOST_RECENT = 8
_WIDEST = 44


class FolderMenu(Button):
    """Opens folders, ZIP files, models and recent folders, reads the open one again, copies its project.

    Signals:
        wants_folder: The person wants to choose a folder.
    """

    wants_folder = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__("", self.pop_up, icon_name="ph.caret-down")
        self.setText(self.tr("Folder"))
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the caret stands behind the word
        self.setToolTip(self.tr("Open another folder, or read this one again"))
        self.setAccessibleName(self.tr("Folder: what can be opened"))
        self._session = session
        self._recent: list[Project] = []
        session.folders.opened.connect(self._look_for_recent)
        self._look_for_recent()

    @Slot()
    def _look_for_recent(self) -> None:
        """Looks for folders that were open before, in a thread: a drive may be slow to answer."""
        self._session.work.run_in_thread(Project.recent, self._take_recent)

    @Slot(object)
    def _take_recent(self, projects: list[Project]) -> None:
        self._recent = projects

    @Slot()
    def pop_up(self) -> None:
        """Shows the menu below the button, as far to the left as its right edges meet."""
        menu = self._made()
        right = self.mapToGlobal(self.rect().bottomRight())
        menu.popup(right - QPoint(menu.sizeHint().width() - 1, -4))

    def _made(self) -> QMenu:
        session, menu = self._session, QMenu(self)
        menu.setLayoutDirection(QApplication.layoutDirection())  # not the button's
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        self._add(menu, self.tr("Another folder…") + "\tCtrl+O", "choose_folder", self.wants_folder.emit)
        self._add(menu, self.tr("A ZIP file or a project…"), "choose_folder", self._choose_zip)
        self._add_recent(menu, self._others())
        self._add(menu, self.tr("Sample photos"), "make_sample", session.folders.make_sample)
        self._add_lessons(menu)
        menu.addSeparator()
        self._add(menu, self.tr("Read this folder again"), "read_again", session.folders.read_again)
        self._add(menu, self.tr("Other classes…"), "other_reading", session.folders.ask_again)
        if session.state.folders.catalog is not None:
            menu.addMenu(MenuOfTestSet(session, menu, self.window()))
        menu.addSeparator()
        self._add(menu, self.tr("Copy this project…"), "copy_project", self._duplicate)
        self._add(menu, self.tr("New project for this folder…"), "copy_project", self._begin)
        inner = menu.addMenu(self.tr("Export this project"))
        self._add(inner, self.tr("Without its photos…"), "export_project", self._export)
        self._add(inner, self.tr("With its photos…"), "export_project", self._export_with_photos)
        inner.menuAction().setEnabled("export_project" in enabled_actions(session.state))
        menu.addSeparator()
        menu.addAction(self.tr("Open a model…"), self._choose_model)
        return menu

    def _add(self, menu: QMenu, words: str, action: Action, chosen: Callable[[], object]) -> QAction:
        entry = menu.addAction(words, chosen)
        entry.setEnabled(action in enabled_actions(self._session.state))
        return entry

    def _others(self) -> list[Project]:
        """Those recent ones that are not open."""
        own = self._session.state.edits.project
        others = [each for each in self._recent if own is None or each.folder != own.folder]
        return others[:_MOST_RECENT]

    def _add_recent(self, menu: QMenu, projects: Sequence[Project]) -> None:
        inner = menu.addMenu(self.tr("Recent"))
        inner.setToolTipsVisible(True)
        inner.menuAction().setEnabled(
            bool(projects) and "choose_folder" in enabled_actions(self._session.state)
        )
        for project in projects:
            name = project.image_folder.name or str(project.image_folder)
            name = f"{project.name} — {name}" if project.name else name
            short = name if len(name) <= _WIDEST else f"{name[: _WIDEST // 2]}…{name[-_WIDEST // 2 :]}"
            entry = inner.addAction(short.replace("&", "&&"))
            entry.setData(project)
            entry.setToolTip(as_tip(str(project.image_folder)))
        inner.triggered.connect(self._open_recent)

    def _add_lessons(self, menu: QMenu) -> None:
        inner = menu.addMenu(self.tr("Photos for lessons"))
        inner.setToolTipsVisible(True)
        inner.menuAction().setEnabled("make_sample" in enabled_actions(self._session.state))
        for lesson in LESSONS:
            words = self.tr("{name}: {photos:,} photos").format(name=lesson.name, photos=lesson.photos)
            if not is_here(lesson):
                words += self.tr(", {size:,.0f} MB to fetch").format(size=lesson.size / 1e6)
            entry = inner.addAction(words)
            entry.setData(lesson.key)
            licence = self.tr("Licence: {licence}").format(licence=lesson.licence)
            entry.setToolTip(as_tip(f"{self.tr(lesson.sentence)} {licence}"))
        inner.triggered.connect(self._fetch)

    @Slot(QAction)
    def _fetch(self, entry: QAction) -> None:
        self._session.folders.fetch_lesson(entry.data())

    @Slot(QAction)
    def _open_recent(self, entry: QAction) -> None:
        project: Project = entry.data()
        self._session.folders.open(project.image_folder, project=project.folder)

    @Slot()
    def _choose_zip(self) -> None:
        catalog = self._session.state.folders.catalog
        choose_zip(
            self.window(), self._session, catalog.folder.parent if catalog is not None else Path.home()
        )

    @property
    def _name(self) -> str:
        """What the open project is called."""
        project = self._session.state.edits.project
        return (project.name or project.image_folder.name) if project is not None else ""

    @Slot()
    def _duplicate(self) -> None:
        text = self.tr("Copy of {name}").format(name=self._name)
        question = self.tr("The copy has everything that was done here. What is it called?")
        ask_name(
            self.window(), self.tr("Copy this project"), question, text, self._session.projects.duplicate
        )

    @Slot()
    def _begin(self) -> None:
        text = self.tr("{name} 2").format(name=self._name)
        question = self.tr("It begins with the photos as their folder has them. What is it called?")
        ask_name(self.window(), self.tr("A new project"), question, text, self._session.projects.begin)

    @Slot()
    def _export(self) -> None:
        choose_export(self.window(), self._session, self._name, photos=False)

    @Slot()
    def _export_with_photos(self) -> None:
        choose_export(self.window(), self._session, self._name, photos=True)

    @Slot()
    def _choose_model(self) -> None:
        choose_model(self.window(), self._session)
