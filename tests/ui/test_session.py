from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, changed
from workbench.core.config.training_config import TrainingConfig
from workbench.core.paths import sample_folder
from workbench.core.project.projects import Project
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session
from workbench.ui.session.state import Folders, Preferences, Runs, Work

pytestmark = pytest.mark.e2e


def test_a_folder_is_opened(opened: Session, image_folder: Path, qtbot: QtBot) -> None:
    catalog = opened.state.folders.catalog
    assert catalog is not None
    assert catalog.counts == {"discs": 4, "squares": 4}
    assert [skipped.path for skipped in catalog.skipped] == ["squares/notes.jpg"]
    assert opened.state.work.working == frozenset()
    assert opened.state.work.progress == {}
    assert opened.state.work.error is None

    def noted() -> bool:  # by a thread of its own
        return [project.image_folder for project in Project.recent()] == [image_folder]

    qtbot.waitUntil(noted, timeout=PATIENCE_MS)


def test_a_folder_that_does_not_fit_is_explained(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    session.folders.open(tmp_path)
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    assert session.state.work.error is not None
    assert session.state.work.error.is_input
    assert session.state.folders.catalog is None
    assert session.state.work.working == frozenset()
    session.work.dismiss_error()
    assert session.state.work.error is None


def test_a_second_folder_waits_its_turn(session: Session, image_folder: Path, qtbot: QtBot) -> None:
    session.folders.open(image_folder)
    session.folders.open(image_folder.parent)
    assert session.state.work.error is not None
    assert "can't be opened right now" in session.state.work.error.title
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)


def test_drawing_the_sample_can_be_stopped(session: Session, qtbot: QtBot) -> None:
    session.folders.make_sample()
    qtbot.waitUntil(lambda: session.state.work.progress.get("sample", (0, 0, ""))[0] > 0, timeout=PATIENCE_MS)
    session.folders.stop()
    qtbot.waitUntil(lambda: session.state.work.working == frozenset(), timeout=PATIENCE_MS)
    assert session.state.folders.catalog is None
    assert session.state.work.error is None
    assert not sample_folder().exists()


def test_a_run_that_comes_to_nothing_is_forgotten(opened: Session, tmp_path: Path, qtbot: QtBot) -> None:
    opened.preferences.configure(
        TrainingConfig(mode="transfer", weights_file=str(tmp_path / "no such weights.safetensors"))
    )
    opened.runs.train()
    assert opened.runs.pid
    assert opened.state.runs.shown is not None
    qtbot.waitUntil(lambda: opened.state.work.error is not None, timeout=PATIENCE_MS)
    assert opened.state.work.error is not None
    assert opened.state.work.error.is_input
    qtbot.waitUntil(lambda: opened.runs.pid == 0)
    assert opened.state.work.working == frozenset()
    assert opened.state.runs.shown is None
    assert opened.state.runs.every == ()


def test_thumbnails_come_and_are_kept(opened: Session, image_folder: Path, qtbot: QtBot) -> None:
    photo = PhotoKey(str(image_folder / "discs" / "0.png"))
    came: list[PhotoKey] = []
    opened.thumbnails.arrived.connect(lambda photo, image: came.append(photo))
    assert opened.thumbnails.get(photo, 64) is None
    qtbot.waitUntil(lambda: came == [photo], timeout=PATIENCE_MS)
    picture = opened.thumbnails.get(photo, 64)
    assert picture is not None
    assert (picture.width(), picture.height()) == (64, 48)
    colour = picture.pixelColor(12, 12)  # within the disc, drawn in orange: (255, 165, 0)
    assert colour.red() > 200
    assert colour.blue() < 80


def test_the_service_engine_starts_again(opened: Session, image_folder: Path, qtbot: QtBot) -> None:
    before = opened.service_pid
    assert before
    os.kill(before, signal.SIGKILL)
    qtbot.waitUntil(lambda: opened.service_pid not in (0, before), timeout=PATIENCE_MS)
    photo, came = PhotoKey(str(image_folder / "squares" / "1.png")), []
    opened.thumbnails.arrived.connect(lambda photo, image: came.append(photo))
    opened.thumbnails.request([photo], 64)
    qtbot.waitUntil(lambda: came == [photo], timeout=PATIENCE_MS)


def test_a_second_run_is_refused_with_a_sentence(opened: Session) -> None:
    opened.store.put(*changed(opened.state, working=frozenset({"train"})).slices())
    opened.runs.train()
    assert opened.state.work.error is not None
    assert opened.state.work.error.title == "A model is already learning."
    opened.runs.resume()
    assert opened.runs.pid == 0


def test_changes_are_drawn_at_most_thirty_times_a_second(session: Session, qtbot: QtBot) -> None:
    drawn: list[str] = []
    session.store.subscribe(lambda state: drawn.append(state.work.engine), Work)
    clock = QElapsedTimer()
    clock.start()
    count = 0
    while clock.elapsed() < 300:
        count += 1
        session.store.put(*changed(session.state, engine=str(count)).slices())
        qtbot.wait(1)
    elapsed = clock.elapsed()
    qtbot.waitUntil(lambda: drawn[-1] == str(count))
    assert len(drawn) <= elapsed / 33 + 3
    assert len(drawn) < count


def test_only_those_hear_of_a_change_who_show_that_slice(session: Session, qtbot: QtBot) -> None:
    heard: list[str] = []
    session.store.subscribe(lambda _: heard.append("runs"), Runs)
    session.store.subscribe(lambda _: heard.append("preferences or runs"), Preferences, Runs)
    session.store.subscribe(lambda _: heard.append("anything"))
    session.preferences.configure(TrainingConfig(epochs=3))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["preferences or runs", "anything"]
    heard.clear()
    session.store.put(Runs(), Folders())
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["runs", "preferences or runs", "anything"]


def test_small_values_are_remembered(session: Session) -> None:
    session.preferences.remember("a/number", 3)
    session.preferences.remember("a/flag", True)
    session.preferences.remember("a/words", ["x", "y"])
    session.close()
    again = Session()
    assert again.preferences.recall("a/number", 0) == 3
    assert again.preferences.recall("a/flag", False) is True
    assert again.preferences.recall("a/words", []) == ["x", "y"]
    assert again.preferences.recall("a/nothing", "default") == "default"
    again.close()


def test_settings_are_taken_over(session: Session) -> None:
    session.preferences.configure(TrainingConfig(epochs=3))
    assert session.state.preferences.config.epochs == 3


def test_predicting_needs_a_model(session: Session) -> None:
    session.predictions.predict([Path("/photos/a.jpg")])
    assert session.state.work.working == frozenset()
