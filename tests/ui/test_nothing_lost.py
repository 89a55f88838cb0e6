"""The window loses nothing: it asks where it is not sure, names what it cannot show, overwrites nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, changed
from workbench.core.project.event_log import EventLog
from workbench.core.project.projects import Project
from workbench.core.project.runs import MODEL, write_asked
from workbench.ui.alone import made_up_run, made_up_state
from workbench.ui.pages.share import SharePage
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.window import MainWindow


def add_run(image_folder: Path, project: Project) -> Path:
    made, folder = made_up_run(image_folder), project.new_run()
    assert made.started is not None
    write_asked(folder, image_folder, made.config)
    log = EventLog(folder)
    for event in (made.started, *made.history[:2]):
        log.append(event)
    log.close()
    (folder / MODEL).write_bytes(b"the model")
    return folder


@pytest.fixture
def open_folder(session: Session, qtbot: QtBot) -> Callable[[Path], list[Path]]:
    """Opens a folder and gives the runs that are then shown."""

    def do(folder: Path) -> list[Path]:
        before = session.state.folders.catalog
        session.folders.open(folder)
        qtbot.waitUntil(
            lambda: (
                (catalog := session.state.folders.catalog) is not before
                and catalog is not None
                and catalog.folder == folder
            ),
            timeout=PATIENCE_MS,
        )
        qtbot.waitUntil(lambda: session.work.in_threads == 0, timeout=PATIENCE_MS)
        return [run.folder for run in session.state.runs.every]

    return do


@pytest.fixture
def window(session: Session, qapp: QApplication, qtbot: QtBot) -> MainWindow:
    made = MainWindow(session, theme.Theme(qapp))
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_folder_that_was_renamed_shows_its_runs(
    open_folder: Callable[[Path], list[Path]], image_folder: Path, tmp_path: Path
) -> None:
    assert open_folder(image_folder) == []
    run = add_run(image_folder, Project.of(image_folder))
    image_folder.rename(tmp_path / "Shapes 2026")
    assert open_folder(tmp_path / "Shapes 2026") == [run]


@pytest.mark.parametrize("same", [True, False])
def test_a_copy_is_asked_about_once(
    session: Session,
    window: MainWindow,
    open_folder: Callable[[Path], list[Path]],
    image_folder: Path,
    tmp_path: Path,
    same: bool,
    qtbot: QtBot,
) -> None:
    open_folder(image_folder)
    run = add_run(image_folder, Project.of(image_folder))
    copy = Path(shutil.copytree(image_folder, tmp_path / "copy"))
    assert open_folder(copy) == []
    bar = window.messages
    qtbot.waitUntil(bar.same_button.isVisible)
    assert str(image_folder) in bar.accessibleName()
    qtbot.mouseClick(bar.same_button if same else bar.others_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.work.in_threads == 0 and bar.isHidden(), timeout=PATIENCE_MS)
    shown = [run] if same else []
    assert [each.folder for each in session.state.runs.every] == shown
    assert open_folder(copy) == shown
    assert session.state.runs.maybe is None


def test_a_run_that_cannot_be_shown_is_named(
    session: Session,
    open_folder: Callable[[Path], list[Path]],
    image_folder: Path,
) -> None:
    open_folder(image_folder)
    project = Project.of(image_folder)
    runs = [add_run(image_folder, project) for _ in range(3)]
    (runs[1] / "run.json").write_bytes(bytes(50))
    assert open_folder(image_folder) == [runs[2], runs[0]]
    error = session.state.work.error
    assert error is not None
    assert error.title == "One of the runs on these photos cannot be shown."
    assert runs[1].name in error.hint
    assert "run.json" in error.hint


@pytest.fixture
def shared_page(session: Session, tmp_path: Path, qtbot: QtBot) -> SharePage:
    state = made_up_state()
    assert state.runs.shown is not None
    run = replace(state.runs.shown, folder=tmp_path / "run")
    run.folder.mkdir()
    (run.folder / MODEL).write_bytes(b"the model")
    page = SharePage(session)
    qtbot.addWidget(page)
    page.show()
    page.show_state(changed(state, in_use=run))
    return page


@pytest.mark.parametrize(
    "name", ["photo.png", "last year.checkpoint", "table.csv", "new.jpg", "run/model.checkpoint"]
)
def test_share_overwrites_nothing(
    name: str, shared_page: SharePage, session: Session, image_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    place = tmp_path / name
    contents = {"photo.png": (image_folder / "discs" / "0.png").read_bytes(), "table.csv": b"a;b\n"}
    if name != "new.jpg" and not place.exists():
        place.write_bytes(contents.get(name, b"PK another model"))
    before = place.read_bytes() if place.exists() else None
    shared_page.save_to(str(place))
    qtbot.waitUntil(lambda: session.state.work.error is not None)
    assert session.state.work.error is not None
    assert session.state.work.error.is_input
    assert shared_page.status.text() == ""
    assert (place.read_bytes() if place.exists() else None) == before


def test_a_model_that_has_gone_meanwhile_is_said(
    shared_page: SharePage, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "run" / MODEL).unlink()
    shared_page.save_to(str(tmp_path / "copy.checkpoint"))
    qtbot.waitUntil(lambda: session.state.work.error is not None)
    assert session.state.work.error is not None
    assert "There is no model file" in session.state.work.error.title
    assert "not there any more" in shared_page._facts.text()
    assert not (tmp_path / "copy.checkpoint").exists()
