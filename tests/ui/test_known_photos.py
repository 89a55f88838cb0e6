"""A folder that was open before: its photos are seen as they were while it is read again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import reclassed, without
from workbench.core.messages import Message
from workbench.core.project.projects import last_used
from workbench.core.project.store import ProjectStore
from workbench.ui.pages.images import ImagesPage
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.session import Session
from workbench.ui.window import MainWindow


def quiet(session: Session, qtbot: QtBot) -> None:
    """Waits until nothing is read or kept any more."""
    qtbot.waitUntil(lambda: not (session.state.work.working or session.work.in_threads), timeout=PATIENCE_MS)


@pytest.fixture
def left(image_folder: Path, qtbot: QtBot) -> Catalog:
    """What a person left behind: a photo in another class, one left out, some kept for a test."""
    before = Session()
    before.preferences.train_on_opening = False
    try:
        before.folders.open(image_folder)
        qtbot.waitUntil(lambda: before.state.folders.catalog is not None, timeout=PATIENCE_MS)
        quiet(before, qtbot)
        before.edits.edit(Message("edit.out"), lambda catalog: without(catalog, {"squares/0.png"}))
        before.edits.edit(Message("edit.in"), lambda catalog: reclassed(catalog, {"discs/0.png"}, "squares"))
        before.edits.draw_test_set(0.5, seed=0, subfolders=False)
        qtbot.waitUntil(
            lambda: bool(before.state.folders.catalog and before.state.folders.catalog.test_asked)
        )
        quiet(before, qtbot)
        assert before.state.folders.catalog is not None
        return before.state.folders.catalog
    finally:
        before.close()


@pytest.fixture
def engine(left: Catalog, window: MainWindow, session: Session, qtbot: QtBot) -> Iterator[psutil.Process]:
    """The engine that is about to read the folder, and waits; its photos are known meanwhile."""
    session.folders.open(left.folder)
    process = psutil.Process(session.service_pid)
    process.suspend()
    qtbot.waitUntil(lambda: session.state.folders.known is not None, timeout=PATIENCE_MS)
    yield process
    if process.is_running():
        process.resume()


def page_of(window: MainWindow) -> ImagesPage:
    page = window.page
    assert isinstance(page, ImagesPage)
    return page


def is_free(image_folder: Path) -> bool:
    """Whether nobody has the folder's project open."""
    home = last_used(image_folder)
    assert home is not None
    ProjectStore(home).close()
    return True


def test_photos_are_seen_as_they_were_left_and_not_changed_while_the_folder_is_read(
    engine: psutil.Process, left: Catalog, window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    page, view = page_of(window), page_of(window).folder_view
    qtbot.waitUntil(view.isVisible)
    assert tuple(view.gallery.rows) == left.samples
    assert page.subtitle.text().endswith("looking whether anything has changed…")
    qtbot.waitUntil(window.strip.isVisible)
    assert session.state.folders.catalog is None
    assert not {"edit_photos", "train", "read_again", "export_project"} & enabled_actions(session.state)
    view.gallery.setCurrentIndex(view.gallery.model().index(0, 0))
    for key in (Qt.Key.Key_1, Qt.Key.Key_Delete, Qt.Key.Key_Space, Qt.Key.Key_Return):
        qtbot.keyClick(view.gallery, key)
    assert view.details.isVisible()
    assert not view.new_class.isEnabled()
    assert view.look.isHidden()
    engine.resume()
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)
    quiet(session, qtbot)
    read = session.state.folders.catalog
    assert read is not None
    assert read == replace(left, revision=read.revision)
    assert session.state.folders.known is None
    assert view.details.isVisible()
    qtbot.waitUntil(view.look.isVisible)
    assert "looking" not in page.subtitle.text()
    assert "edit_photos" in enabled_actions(session.state)


def test_what_changed_meanwhile_is_noticed(
    engine: psutil.Process, left: Catalog, window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    (left.folder / "squares" / "3.png").unlink()
    engine.resume()
    qtbot.waitUntil(lambda: bool(session.state.edits.outside), timeout=PATIENCE_MS)
    assert session.state.edits.outside.gone == ("squares/3.png",)
    view = page_of(window).folder_view
    qtbot.waitUntil(lambda: len(view.gallery.rows) == len(left.samples) - 1, timeout=PATIENCE_MS)
    assert view.changes.isVisible()


def test_a_folder_that_has_gone_is_not_shown_any_longer(
    engine: psutil.Process, left: Catalog, window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    shutil.move(left.folder, left.folder.parent / "elsewhere")
    engine.resume()
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(page_of(window).target.isVisible, timeout=PATIENCE_MS)
    assert session.state.folders.known is None
    assert session.state.folders.catalog is None
    assert is_free(left.folder)


def test_reading_can_be_stopped(
    engine: psutil.Process, left: Catalog, window: MainWindow, session: Session, qtbot: QtBot
) -> None:
    qtbot.waitUntil(window.strip.stop_button.isVisible)
    qtbot.mouseClick(window.strip.stop_button, Qt.MouseButton.LeftButton)
    assert session.state.folders.known is None
    assert is_free(left.folder)
    qtbot.waitUntil(page_of(window).reading.isVisible)
    engine.resume()  # it may be done before it hears of that
    quiet(session, qtbot)
    assert session.state.folders.known is None
    qtbot.waitUntil(lambda: page_of(window).reading.isHidden())


def test_a_folder_that_is_to_be_read_otherwise_is_read_first(
    left: Catalog, session: Session, qtbot: QtBot
) -> None:
    session.folders.open(left.folder, "together")
    process = psutil.Process(session.service_pid)
    process.suspend()
    qtbot.waitUntil(lambda: not session.work.in_threads, timeout=PATIENCE_MS)
    assert session.state.folders.known is None
    process.resume()
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)


def test_the_engine_loads_what_computes_once_the_folder_is_read(
    left: Catalog, session: Session, qtbot: QtBot
) -> None:
    steps: list[str] = []
    session._service.finished.connect(steps.append)
    session.folders.open(left.folder)
    session.work.warm()
    qtbot.waitUntil(lambda: bool(steps), timeout=PATIENCE_MS)
    assert steps == ["scan"]
    assert not session.state.work.engine
    qtbot.waitUntil(lambda: bool(session.state.work.engine), timeout=PATIENCE_MS)
