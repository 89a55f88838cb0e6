"""Results: runs by one yardstick, two of them compared, named, noted and deleted, by real clicks and keys."""

from __future__ import annotations

import json
import math
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.compare_help import drawn, instant, scanned, scratch
from tests.ui.conftest import PATIENCE_MS
from workbench.core.project.projects import Project
from workbench.core.project.run_about import read_about
from workbench.core.project.run_predictions import held_out
from workbench.core.project.runs import summarise
from workbench.core.results.paired import Paired
from workbench.ui.pages.results import ResultsPage
from workbench.ui.parts.run_dialogs import AboutRun, DeleteRun
from workbench.ui.session.session import Session

pytestmark = pytest.mark.e2e
LEFT = Qt.MouseButton.LeftButton


class Made(NamedTuple):
    """A folder of photos, its project as it was left, and its three runs by name, the oldest first."""

    photos: Path
    data: Path
    usual: str
    grey: str
    scratch: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, ready_backbone: None) -> Made:
    """Two instant runs and one from nothing, made once; each test gets a copy of the project."""
    place = tmp_path_factory.mktemp("compared")
    photos = drawn(place / "photos & co")
    with pytest.MonkeyPatch.context() as patch:
        profile = place / "profile"
        before = Path(os.environ["WORKBENCH_PROFILE"])
        profile.mkdir()
        shutil.copytree(before / "cache", profile / "cache", symlinks=True)
        patch.setenv("WORKBENCH_PROFILE", str(profile))
        catalog = scanned(photos)
        project = Project.of(photos, catalog)
        runs = [instant(project, catalog), instant(project, catalog, channels=1), scratch(project, catalog)]
    return Made(photos, profile / "data", *(run.name for run in runs))


@pytest.fixture
def page(
    made: Made,
    profile: Path,
    session: Session,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> ResultsPage:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(home))  # where the trash is
    shutil.copytree(made.data, profile / "data", dirs_exist_ok=True)
    session.folders.open(made.photos)
    qtbot.waitUntil(lambda: len(session.state.runs.every) == 3, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: session.state.runs.shown is not None, timeout=PATIENCE_MS)
    shown = ResultsPage(session)
    qtbot.addWidget(shown)
    shown.resize(1200, 900)
    shown.show()
    qtbot.waitExposed(shown)
    session.store.subscribe(shown.show_state, *shown.shows)
    return shown


def folder_of(page: ResultsPage, name: str) -> Path:
    return next(run.folder for run in page.session.state.runs.every if run.folder.name == name)


def show_run(page: ResultsPage, qtbot: QtBot, name: str) -> None:
    """Clicks a run in the list."""
    number = next(n for n, run in enumerate(page.runs.rows) if run.folder.name == name)
    page.runs.scrollTo(page.runs.model().index(number, 0))
    at = page.runs.visualRect(page.runs.model().index(number, 0)).center()
    qtbot.mouseClick(page.runs.viewport(), LEFT, pos=at)
    qtbot.waitUntil(
        lambda: (
            page.session.state.runs.shown is not None and page.session.state.runs.shown.folder.name == name
        ),
        timeout=PATIENCE_MS,
    )


def open_menu(qtbot: QtBot) -> QMenu:
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entry(menu: QMenu, part: str) -> QAction:
    return next(each for each in menu.actions() if part in each.text())


def compare_by_keys(page: ResultsPage, qtbot: QtBot, part: str) -> None:
    """*Compare with…* by the space bar, then the entry by arrow keys and Enter."""
    page.runs_card.with_other.setFocus()
    qtbot.keyClick(page.runs_card.with_other, Qt.Key.Key_Space)
    menu = open_menu(qtbot)
    wanted = entry(menu, part)
    for _ in menu.actions():
        qtbot.keyClick(menu, Qt.Key.Key_Down)
        if menu.activeAction() is wanted:
            break
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    qtbot.waitUntil(page.comparison.verdict.isVisible, timeout=PATIENCE_MS)


def test_two_runs_are_compared_on_the_same_photos(page: ResultsPage, made: Made, qtbot: QtBot) -> None:
    show_run(page, qtbot, made.grey)
    assert page.comparison.isHidden()
    compare_by_keys(page, qtbot, "Learn from nothing")
    assert page.comparison.other == folder_of(page, made.scratch)
    page.comparison.close_comparison()
    usual = next(run for run in page.session.state.runs.every if run.folder.name == made.usual)
    page.runs_card.compare.emit(usual.folder)
    qtbot.waitUntil(page.comparison.verdict.isVisible, timeout=PATIENCE_MS)
    found = Paired.of(*(held_out(summarise(folder_of(page, name))) for name in (made.usual, made.grey)))
    assert len(found) == 48
    card = page.comparison
    fixed, broken = found.comparison.put_right, found.comparison.spoiled
    assert fixed + broken > 0, "the runs must differ, or nothing is tested"
    assert card.verdict.text().startswith(f"{fixed} fixed, {broken} broken: ")
    assert "on the same 48 photos" in card.photos.text()
    assert card.first.text().startswith("A: Instant")
    for gallery, rows, word in ((card.fixed, found.fixed, "B"), (card.broken, found.broken, "A")):
        assert gallery.title.text().startswith(f"Only {word} is right: {len(rows)} photo")
        ids = [found.second.samples[found.rows[1][row]] for row in rows.tolist()]
        assert [sample.id for sample in gallery.gallery.rows] == ids
    shown = card.fixed if len(found.fixed) else card.broken
    said = shown.gallery.words(shown.gallery.rows[0])[1]
    assert " · A: " in said
    assert " · B: " in said
    assert ("Colour channels", "3", "1") in card.differences.rows()
    assert not card.curves.learning.isVisible(), "neither has epochs"
    qtbot.waitUntil(card.curves.coverage.isVisible)


def test_photos_that_one_learned_from_are_left_out_and_both_curves_are_in_one_plot(
    page: ResultsPage, made: Made, qtbot: QtBot
) -> None:
    show_run(page, qtbot, made.scratch)
    compare_by_keys(page, qtbot, "Instant")
    card = page.comparison
    assert any(each.startswith("The split changed") for each in card.cautions.sentences())
    assert "photos that B learned from" in card.left_out.text()
    learning = card.curves.learning
    qtbot.waitUntil(learning.isVisible)
    assert [how for _, _, how in learning.accuracy.drawn] == ["level", "checked", "trained"]
    assert learning.accuracy.height() > 110
    box = learning.accuracy.getViewBox()
    at = learning.accuracy.mapFromScene(box.mapViewToScene(box.viewRect().center()))
    page.area.ensureWidgetVisible(learning)
    qtbot.mouseMove(learning.accuracy.viewport(), at)
    qtbot.waitUntil(lambda: math.isfinite(learning.accuracy.crosshair()))
    assert learning.loss.crosshair() == pytest.approx(learning.accuracy.crosshair())
    loss, accuracy = learning.said.text().splitlines()
    assert loss.startswith("Loss: A ")
    assert accuracy.startswith("Accuracy: A ")
    assert "B " in accuracy
    assert "(epoch " in accuracy
    learning.setFocus()
    qtbot.keyClick(learning, Qt.Key.Key_Left)
    assert learning.accuracy.crosshair() < 3
    method = next(row for row in card.differences.rows() if row[0] == "Method")
    assert method == ("Method", "Instant", "Learn from nothing")
    few = len(card.differences.rows())
    qtbot.mouseClick(card.differences.expand, LEFT)
    assert len(card.differences.rows()) > few
    assert any(row[0] == "Epochs" and row[1] == "–" for row in card.differences.rows())

    qtbot.mouseClick(card.turn, LEFT)
    qtbot.waitUntil(lambda: page.session.state.runs.shown.folder.name != made.scratch, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: card.second.text().startswith("B: Instant"), timeout=PATIENCE_MS)
    assert card.first.text().startswith("A: Learn from nothing")
    with qtbot.waitActive(page):
        page.activateWindow()
    page.matrix.matrix.setFocus()
    qtbot.keyClick(page.matrix.matrix, Qt.Key.Key_Escape)
    qtbot.waitUntil(card.isHidden)


def test_the_list_has_one_yardstick(page: ResultsPage, made: Made, qtbot: QtBot) -> None:
    """Numbers of other photos are grey with the reason; on the photos of the run shown they stand."""
    show_run(page, qtbot, made.usual)
    rows = {run.folder.name: run for run in page.runs.rows}
    qtbot.waitUntil(lambda: "same 48 photos" in page.runs_card.yardstick.text(), timeout=PATIENCE_MS)
    _, why = page.runs.number(rows[made.scratch])
    assert why == "it learned from 39 of these"
    number, why = page.runs.number(rows[made.grey])
    assert why == ""
    show_run(page, qtbot, made.scratch)
    qtbot.waitUntil(lambda: "same 9 photos" in page.runs_card.yardstick.text(), timeout=PATIENCE_MS)
    found = Paired.of(*(held_out(summarise(folder_of(page, name))) for name in (made.scratch, made.usual)))
    assert found.accuracy is not None
    number, why = page.runs.number(rows[made.usual])
    assert why == ""
    assert number in (f"{round(100 * found.accuracy[1])} %", "99 %")
    said = page.runs.words(rows[made.usual])[0]
    assert f", {number}, Instant" in said


def test_a_name_and_a_note_stay(page: ResultsPage, made: Made, qtbot: QtBot) -> None:
    show_run(page, qtbot, made.grey)
    folder = folder_of(page, made.grey)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    qtbot.keyClick(page.runs, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: bool(page.findChildren(AboutRun)))
    (dialog,) = page.findChildren(AboutRun)
    qtbot.keyClicks(dialog.name, "Grey & dull")
    dialog.note.setFocus()
    qtbot.keyClicks(dialog.note, "only grey values")
    qtbot.mouseClick(dialog.keep, LEFT)
    qtbot.waitUntil(page.runs_card.note.isVisible, timeout=PATIENCE_MS)
    assert page.runs_card.note.text() == "only grey values"
    row = next(run for run in page.runs.rows if run.folder == folder)
    assert page.runs.words(row)[0].startswith("Grey & dull, ")
    assert read_about(folder).note == "only grey values"
    after = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"about_run.json"}
    menu = page.runs_card.menu_of_others()
    assert not any("Grey" in each.text() for each in menu.actions())
    show_run(page, qtbot, made.usual)
    assert any("Grey && dull" in each.text() for each in page.runs_card.menu_of_others().actions())
    again = next(run for run in Project.of(made.photos).runs() if run.folder == folder)
    assert again.about.name == "Grey & dull"


def test_a_run_is_deleted_after_a_question_and_one_in_use_is_not(
    page: ResultsPage, made: Made, qtbot: QtBot, tmp_path: Path
) -> None:
    photos = sorted(made.photos.rglob("*.png"))
    in_use = page.session.state.runs.in_use
    assert in_use is not None
    show_run(page, qtbot, in_use.folder.name)
    assert not page.runs_card.delete.isEnabled()
    qtbot.keyClick(page.runs, Qt.Key.Key_Delete)
    assert not page.findChildren(DeleteRun)
    page.session.runs.keeping.delete(in_use.folder)
    assert page.session.state.work.error is not None
    assert page.session.state.work.error.title == "The model of this run is in use, so the run stays."
    assert in_use.folder.is_dir()

    show_run(page, qtbot, made.scratch)
    folder = folder_of(page, made.scratch)
    qtbot.keyClick(page.runs, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bool(page.findChildren(DeleteRun)))
    (dialog,) = page.findChildren(DeleteRun)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.findChildren(DeleteRun))
    assert folder.is_dir(), "Enter keeps it"
    qtbot.mouseClick(page.runs_card.delete, LEFT)
    qtbot.waitUntil(lambda: bool(page.findChildren(DeleteRun)))
    qtbot.mouseClick(page.findChildren(DeleteRun)[0].to_trash, LEFT)
    qtbot.waitUntil(lambda: len(page.session.state.runs.every) == 2, timeout=PATIENCE_MS)
    assert not folder.exists()
    trashed = tmp_path / "home" / "Trash" / "files" / folder.name
    assert (trashed / "predictions.npz").is_file(), "it can be put back"
    qtbot.waitUntil(
        lambda: page.session.state.runs.shown.folder == page.session.state.runs.in_use.folder,
        timeout=PATIENCE_MS,
    )
    assert sorted(made.photos.rglob("*.png")) == photos


def test_where_there_is_no_trash_nothing_is_deleted(
    page: ResultsPage, made: Made, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = folder_of(page, made.scratch)
    (tmp_path / "home").rmdir()
    (tmp_path / "home").write_text("no folder")
    page.session.runs.keeping.delete(folder)
    assert page.session.state.work.error is not None
    assert "so nothing was deleted" in page.session.state.work.error.title
    assert (folder / "predictions.npz").is_file()
    assert len(page.session.state.runs.every) == 3


def test_a_run_in_work_elsewhere_stays(page: ResultsPage, made: Made, qtbot: QtBot) -> None:
    folder = folder_of(page, made.scratch)
    lock = {"pid": os.getpid(), "started": psutil.Process().create_time()}
    (folder / "run.lock").write_text(json.dumps(lock), encoding="utf-8")
    page.session.runs.keeping.delete(folder)
    assert page.session.state.work.error is not None
    assert page.session.state.work.error.title == "This run is still learning, so it stays."
    assert folder.is_dir()
    (folder / "run.lock").unlink()


def test_a_right_click_offers_the_comparison_and_does_not_show_the_run(
    page: ResultsPage, made: Made, qtbot: QtBot
) -> None:
    show_run(page, qtbot, made.usual)
    number = next(n for n, run in enumerate(page.runs.rows) if run.folder.name == made.grey)
    at = page.runs.visualRect(page.runs.model().index(number, 0)).center()
    qtbot.mouseClick(page.runs.viewport(), Qt.MouseButton.RightButton, pos=at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, page.runs.viewport().mapToGlobal(at))
    QApplication.sendEvent(page.runs.viewport(), event)
    menu = open_menu(qtbot)
    assert page.session.state.runs.shown.folder.name == made.usual
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry(menu, "Compare with")).center())
    qtbot.waitUntil(page.comparison.verdict.isVisible, timeout=PATIENCE_MS)
    assert page.comparison.other == folder_of(page, made.grey)
    page.session.runs.keeping.delete(folder_of(page, made.grey))
    qtbot.waitUntil(page.comparison.isHidden, timeout=PATIENCE_MS)


def test_a_comparison_says_so_where_a_run_cannot_be_read(page: ResultsPage, made: Made, qtbot: QtBot) -> None:
    folder = folder_of(page, made.grey)
    show_run(page, qtbot, made.usual)
    (folder / "predictions.npz").write_bytes(b"damaged")
    page.runs_card.compare.emit(folder)
    qtbot.waitUntil(page.comparison.verdict.isVisible, timeout=PATIENCE_MS)
    assert page.comparison.verdict.text()
    assert not page.comparison.fixed.isVisible()
    assert not page.comparison.numbers.isVisible()


@pytest.mark.parametrize("size", [(800, 500), (1500, 1000)])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everything_fits(
    page: ResultsPage, made: Made, qtbot: QtBot, qapp: QApplication, size: tuple[int, int], colours: str
) -> None:
    from workbench.ui.style import theme

    chosen = theme.Theme(qapp)
    chosen.choose(colours)
    page.resize(*size)
    show_run(page, qtbot, made.scratch)
    page.runs_card.compare.emit(folder_of(page, made.usual))
    qtbot.waitUntil(page.comparison.verdict.isVisible, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.comparison.curves.learning.width() > 200)
    inner = page.area.widget()
    assert inner is not None
    right = page.comparison.mapTo(inner, QPoint(page.comparison.width(), 0)).x()
    assert right <= page.area.viewport().width()
    for button in (page.comparison.turn, page.comparison.away, page.runs_card.with_other):
        assert button.width() >= button.sizeHint().width() - 1
    chosen.choose("light")
