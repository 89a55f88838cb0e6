"""The runs on the Results page: by one yardstick, and what can be done with the one that is shown."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from workbench.core.errors import InputError
from workbench.core.project.run_about import RunAbout
from workbench.core.project.runs import RunSummary
from workbench.core.results.yardstick import OnTheSame, only
from workbench.ui.parts.held_out_cache import HeldOutCache
from workbench.ui.parts.run_dialogs import AboutRun, DeleteRun
from workbench.ui.parts.run_list import RunList
from workbench.ui.parts.widgets import Button, Card, label
from workbench.ui.parts.wrapping import Wrapped
from workbench.ui.session.actions import comparable, enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.session.state import State, is_same_run
from workbench.ui.words.comparing import in_full, yardstick_line
from workbench.ui.words.outcome import run_accuracy


@dataclass(frozen=True)
class _Measured:
    """How the runs do on the photos of the one that is shown: by folder, and how many photos these are."""

    asked: tuple[object, ...]
    photos: int
    same: Mapping[Path, OnTheSame | None]


class RunsCard(Card):
    """The list of runs with its yardstick, the note of the run shown, and buttons.

    Signals:
        compare: The folder of a run that the one shown is to be compared with.
    """

    compare = Signal(Path)

    def __init__(self, session: Session, cache: HeldOutCache) -> None:
        super().__init__()
        self._session, self._cache = session, cache
        self._asked: tuple[object, ...] = ()
        self.list = RunList()
        self.list.chosen.connect(session.runs.show)
        self.list.renaming.connect(self._describe)
        self.list.deleting.connect(self._ask_to_delete)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.yardstick = label("", "caption", wrap=True)
        self.note = label("", "muted", wrap=True)
        self.with_other = Button(self.tr("Compare with…"), self._choose)
        self.describe = Button(self.tr("Name and note…"), self._describe)
        self.delete = Button(self.tr("Delete…"), self._ask_to_delete)
        buttons = Wrapped()
        for each in (self.with_other, self.describe, self.delete):
            buttons.addWidget(each)
        for widget in (label(self.tr("Runs"), "section"), self.yardstick, self.list, self.note):
            self.body.addWidget(widget)
        self.body.setStretchFactor(self.list, 1)
        self.body.addLayout(buttons)

    def show_state(self, state: State) -> None:
        """Draws the newest state."""
        runs, actions = state.runs, enabled_actions(state)
        shown = runs.shown
        self.list.show_runs(runs.every, shown.folder if shown is not None else None, runs.in_use)
        self.with_other.setEnabled("compare_runs" in actions)
        self.describe.setEnabled("describe_run" in actions)
        self.delete.setEnabled("delete_run" in actions)
        in_use = is_same_run(shown, runs.in_use) if shown is not None else False
        self.delete.setToolTip(self.tr("Its model is in use. Use another one first.") if in_use else "")
        self.note.setText(shown.about.note if shown is not None else "")
        self.note.setVisible(bool(self.note.text()))
        self._measure(state)

    def _measure(self, state: State) -> None:
        """Finds how the others do on the photos of the run shown, on a thread: there may be many."""
        shown, every = state.runs.shown, state.runs.every
        asked = (
            shown.folder if shown is not None else None,
            tuple((run.folder, run.state, run.fairest is not None) for run in every),
        )
        if asked == self._asked:
            return
        self._asked = asked
        self.list.show_yardstick(None)
        self.yardstick.hide()
        if shown is None or shown.fairest is None or len(every) < 2:
            return
        self._session.work.run_in_thread(partial(_measured, self._cache, asked, shown, every), self._show)

    @Slot(object)
    def _show(self, found: _Measured) -> None:
        if found.asked == self._asked:
            self.list.show_yardstick(found.same)
            self.yardstick.setText(yardstick_line(found.photos))
            self.yardstick.setVisible(found.photos > 0)

    # What can be done with a run

    def menu_of_others(self) -> QMenu:
        """The runs that the one shown can be compared with."""
        menu = QMenu(self.tr("Compare with"), self)
        shown = self._session.state.runs.shown
        for run in comparable(self._session.state):
            if not is_same_run(run, shown):
                text = f"{in_full(run)} · {run_accuracy(run)}".replace("&", "&&")
                menu.addAction(text).setData(run.folder)
        menu.triggered.connect(self._compare)
        return menu

    @Slot()
    def _choose(self) -> None:
        menu = self.menu_of_others()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.with_other.mapToGlobal(QPoint(0, self.with_other.height())))

    @Slot(QAction)
    def _compare(self, entry: QAction) -> None:
        if isinstance(entry.data(), Path):
            self.compare.emit(entry.data())

    def menu_of(self, run: RunSummary) -> QMenu:
        """What can be done with a run of the list."""
        state, menu = self._session.state, QMenu(self)
        shown = is_same_run(run, state.runs.shown)
        if shown:
            others = self.menu_of_others()
            others.setParent(menu, others.windowFlags())
            menu.addMenu(others).setEnabled("compare_runs" in enabled_actions(state))
        else:
            entry = menu.addAction(self.tr("Compare with the run shown"))
            entry.setData(run.folder)
            entry.setEnabled(run in comparable(state) and "compare_runs" in enabled_actions(state))
            menu.triggered.connect(self._compare)
        ended = run.state != "training"
        menu.addAction(self.tr("Name and note…"), partial(self._describe_run, run)).setEnabled(ended)
        free = ended and not is_same_run(run, state.runs.in_use)
        menu.addAction(self.tr("Delete…"), partial(self._ask_to_delete_run, run)).setEnabled(free)
        return menu

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        number = index.row() if index.isValid() else self.list.currentIndex().row()
        if 0 <= number < len(self.list.rows):
            menu = self.menu_of(self.list.rows[number])
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.list.viewport().mapToGlobal(at))

    @Slot()
    def _describe(self) -> None:
        if (shown := self._shown("describe_run")) is not None:
            self._describe_run(shown)

    @Slot()
    def _ask_to_delete(self) -> None:
        if (shown := self._shown("delete_run")) is not None:
            self._ask_to_delete_run(shown)

    def _shown(self, action: str) -> RunSummary | None:
        state = self._session.state
        return state.runs.shown if action in enabled_actions(state) else None

    def _describe_run(self, run: RunSummary) -> None:
        AboutRun(self.window(), run, partial(self._keep, run.folder)).open()

    def _keep(self, folder: Path, about: RunAbout) -> None:
        self._session.runs.keeping.describe(folder, about)

    def _ask_to_delete_run(self, run: RunSummary) -> None:
        DeleteRun(self.window(), run, partial(self._session.runs.keeping.delete, run.folder)).open()


def _measured(
    cache: HeldOutCache, asked: tuple[object, ...], shown: RunSummary, every: tuple[RunSummary, ...]
) -> _Measured:
    """How each run does on the photos that the number of the one shown is of."""
    same: dict[Path, OnTheSame | None] = {run.folder: None for run in every}
    try:
        if shown.fairest is None or shown.state == "training":
            return _Measured(asked, 0, same)
        yardstick = only(cache.of(shown), shown.fairest[0])
    except InputError:  # the page says so where it shows its photos
        return _Measured(asked, 0, same)
    for run in every:
        if run.state == "training" or run.fairest is None or is_same_run(run, shown):
            continue
        with contextlib.suppress(InputError):  # its own number then stands there, grey
            same[run.folder] = OnTheSame.of_model(yardstick, cache.of(run))
    return _Measured(asked, len(yardstick.samples), same)
