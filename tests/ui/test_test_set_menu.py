"""The test set in the window: kept by a click, said with both numbers, let go after a question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.core.folder_help import put, state_of
from tests.ui.conftest import PATIENCE_MS
from tests.ui.menus import choose, entry
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Catalog
from workbench.core.project.kept_test import read_test_set
from workbench.ui.alone import made_up_state
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.results import ResultsPage
from workbench.ui.parts.test_set_menu import LettingGo
from workbench.ui.session.session import Session
from workbench.ui.window import MainWindow
from workbench.ui.words.test_set import sets_sentence


@pytest.fixture
def page(window: MainWindow) -> ImagesPage:
    shown = window.page
    assert isinstance(shown, ImagesPage)
    return shown


@pytest.fixture
def folder(tmp_path: Path, session: Session, qtbot: QtBot) -> Iterator[Path]:
    folder = tmp_path / "photos"
    put(folder, *(f"{kind}/{n:02}.png" for kind in ("cats", "dogs") for n in range(20)))
    before = state_of(folder)
    session.folders.open(folder)
    qtbot.waitUntil(
        lambda: session.state.edits.possible and not session.state.work.working, timeout=PATIENCE_MS
    )
    yield folder
    assert state_of(folder) == before


def entries(page: ImagesPage, qtbot: QtBot) -> list[tuple[str, bool]]:
    """The visible entries of the menu, and whether each can be chosen."""
    qtbot.mouseClick(page.menu, Qt.MouseButton.LeftButton)
    (menu,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
    inner = entry(menu, "Test set").menu()
    assert isinstance(inner, QMenu)
    found = [(each.text(), each.isEnabled()) for each in inner.actions() if each.isVisible()]
    menu.close()
    return found


def choose_of(page: ImagesPage, words: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.menu, Qt.MouseButton.LeftButton)
    choose("Test set", words)


def catalog(session: Session) -> Catalog:
    found = session.state.folders.catalog
    assert found is not None
    return found


def test_it_is_kept_by_a_click_and_let_go_after_a_question(
    page: ImagesPage, session: Session, folder: Path, qtbot: QtBot
) -> None:
    assert "test set" not in page.subtitle.text()
    choose_of(page, "Keep 20 % for a last test", qtbot)
    qtbot.waitUntil(lambda: catalog(session).test_asked > 0, timeout=PATIENCE_MS)
    sentence = "test set: 8 photos, 20.0 % (20.0 % were asked for)"
    qtbot.waitUntil(lambda: page.subtitle.text().endswith(f"2 classes · {sentence}"), timeout=PATIENCE_MS)
    tests = {sample.id for sample in catalog(session).samples if sample.subset == "test"}
    project = session.state.edits.project
    assert project is not None
    assert set(read_test_set(project.folder).photos) == tests
    assert session.state.edits.can_undo is None, "no edit: undo does not touch it"
    shown = {
        page.folder_view.filter.subset.itemData(n) for n in range(page.folder_view.filter.subset.count())
    }
    assert "test" in shown

    assert entries(page, qtbot) == [(sentence, False), ("Let it go…", True)]
    choose_of(page, "Let it go…", qtbot)
    (question,) = page.window().findChildren(LettingGo)
    assert question.text.height() >= question.text.heightForWidth(question.text.width()), "nothing is cut off"
    assert "models learn from its 8 photos as from any others" in question.text.text()
    qtbot.mouseClick(question.keep, Qt.MouseButton.LeftButton)
    assert catalog(session).test_asked == 0.2
    choose_of(page, "Let it go…", qtbot)
    question = next(each for each in page.window().findChildren(LettingGo) if each.isVisible())
    qtbot.mouseClick(question.let_go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: catalog(session).test_asked == 0, timeout=PATIENCE_MS)
    assert catalog(session).subsets == {}
    qtbot.waitUntil(lambda: "test set" not in page.subtitle.text(), timeout=PATIENCE_MS)
    assert read_test_set(project.folder).photos == {}


def test_it_is_there_when_the_folder_is_read_again(
    page: ImagesPage, session: Session, folder: Path, qtbot: QtBot
) -> None:
    choose_of(page, "Keep 10 % for a last test", qtbot)
    qtbot.waitUntil(lambda: catalog(session).test_asked > 0, timeout=PATIENCE_MS)
    before = catalog(session)
    session.folders.read_again()
    qtbot.waitUntil(
        lambda: catalog(session) is not before and not session.state.work.working, timeout=PATIENCE_MS
    )
    assert [s.subset for s in catalog(session).samples] == [s.subset for s in before.samples]
    qtbot.waitUntil(lambda: "test set: 4 photos, 10.0 %" in page.subtitle.text(), timeout=PATIENCE_MS)


def test_the_folders_own_test_set_is_said_and_stays(
    page: ImagesPage, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    names = [f"{part}/{kind}/{n}.png" for part in ("train", "test") for kind in "ab" for n in range(4)]
    put(tmp_path / "sets", *names)
    session.folders.open(tmp_path / "sets")
    qtbot.waitUntil(lambda: session.state.edits.possible, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "own test set: 8 photos, 50.0 %" in page.subtitle.text(), timeout=PATIENCE_MS)
    assert entries(page, qtbot) == [("the folder's own test set: 8 photos, 50.0 %", False)]


def test_results_say_how_the_photos_were_divided(qapp: QApplication) -> None:
    shown = made_up_state().runs.shown
    assert shown is not None
    assert shown.started is not None
    started = replace(shown.started, training_samples=48, validation_samples=12, test_samples=0)
    run = replace(shown, started=started, config=recommended("transfer").to_dict())
    assert sets_sentence(run, own=False) == (
        "Divided: 48 photos to learn from; 12 to check with, 20.0 % of these (20.0 % were asked for)."
    )
    assert "asked" not in sets_sentence(run, own=True)
    tested = replace(run, started=replace(started, test_samples=9))
    assert sets_sentence(tested, own=False).endswith("; 9 in the test set.")
    instant = replace(run, config=recommended("instant").to_dict())
    whole = replace(instant, started=replace(started, validation_samples=0))
    assert sets_sentence(whole, own=False) == ""


def test_results_show_it(session: Session, qtbot: QtBot) -> None:
    page = ResultsPage(session)
    qtbot.addWidget(page)
    state = made_up_state()
    page.show_state(state)
    assert state.runs.shown is not None
    assert page.sets.text() == sets_sentence(state.runs.shown, own=False)
    assert page.sets.text().startswith("Divided: ")
