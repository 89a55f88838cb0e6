from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed, files
from workbench.core.events import Prediction
from workbench.core.project.runs import MODEL
from workbench.ui.alone import made_up_state
from workbench.ui.pages.share import SharePage
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.words.probability import percent

Drop = Callable[[QWidget, QMimeData], None]


@pytest.fixture
def asked(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What the model was asked about; the engine is the outermost edge here."""
    found: list[Path] = []

    def predict(paths: Sequence[Path]) -> None:
        found.extend(paths)

    monkeypatch.setattr(session.predictions, "predict", predict)
    return found


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> TryItPage:
    session.store.put(*changed(made_up_state(), made=()).slices())
    made = TryItPage(session)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    made.show_state(session.state)
    qtbot.waitExposed(made)
    return made


def orange() -> QImage:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("orange"))
    return image


def test_files_and_folders_are_asked_about(
    page: TryItPage, asked: list[Path], image_folder: Path, drop: Drop, qtbot: QtBot
) -> None:
    drop(page, files(image_folder, image_folder / "discs" / "0.png"))
    qtbot.waitUntil(lambda: bool(asked))
    inside = [image_folder / name / f"{number}.png" for name in ("discs", "squares") for number in range(4)]
    assert asked == [*inside, image_folder / "squares" / "notes.jpg", image_folder / "discs" / "0.png"]


def test_a_picture_from_a_browser_is_taken_from_its_pixels(
    page: TryItPage, asked: list[Path], drop: Drop
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/orange.jpg")])
    mime.setImageData(orange())
    drop(page, mime)
    assert len(asked) == 1
    assert QImage(str(asked[0])).pixelColor(5, 5) == QColor("orange")


def test_a_picture_is_pasted(page: TryItPage, asked: list[Path], qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setImage(orange())
    page.activateWindow()
    page.setFocus()
    qtbot.waitUntil(page.hasFocus)
    qtbot.keyClick(page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert len(asked) == 1


@pytest.mark.parametrize("what", ["nothing", "text", "address"])
def test_what_holds_no_picture_is_answered_by_a_sentence(
    page: TryItPage, session: Session, asked: list[Path], drop: Drop, what: str
) -> None:
    mime = files("https://example.org/a.jpg") if what == "address" else QMimeData()
    if what == "text":
        mime.setText("a cat")
    drop(page, mime)
    assert not asked
    assert session.state.work.error is not None
    assert session.state.work.error.title == "There is no picture in what you dropped or pasted."


def test_an_empty_folder_is_answered_by_a_sentence(
    page: TryItPage, session: Session, asked: list[Path], tmp_path: Path, drop: Drop, qtbot: QtBot
) -> None:
    (tmp_path / "empty").mkdir()
    drop(page, files(tmp_path / "empty"))
    qtbot.waitUntil(lambda: session.state.work.error is not None)
    assert not asked


def test_the_newest_answer_is_shown_and_older_ones_can_be_gone_back_to(
    page: TryItPage, session: Session
) -> None:
    state = made_up_state()
    page.show_state(state)
    assert page.prediction.name.whole() == "mugs"
    assert page.prediction.share.text() == "86 %"
    assert page.prediction.others[0].name.whole() == "clocks"
    older = state.predictions.made[1]
    page.history.setCurrentIndex(page.history.model().index(1, 0))
    assert page.prediction.error.text() == str(older.error)
    newer = Prediction("/photos/new/c.jpg", "leaves", 0.4, {"leaves": 0.4, "mugs": 0.35, "clocks": 0.25})
    page.show_state(changed(state, made=(newer, *state.predictions.made)))
    assert page.prediction.name.whole() == "leaves"
    assert page.prediction.lead.text() == "Not sure; the best guess is"


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "over 99 %"), (0.994, "99 %"), (0.5, "50 %"), (0.004, "under 1 %")]
)
def test_probabilities_never_claim_certainty(qapp: QApplication, share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize("page_type", [TryItPage, SharePage])
def test_without_a_model_the_page_says_what_is_missing(
    session: Session, page_type: type[TryItPage], qtbot: QtBot
) -> None:
    page = page_type(session)
    qtbot.addWidget(page)
    page.show()
    for state, button, leads_to in (
        (State(), "Go to images", "images"),
        (changed(State(), catalog=made_up_state().folders.catalog), "Go to training", "train"),
    ):
        page.show_state(state)
        assert page.missing.isVisible()
        assert page.missing.button.text() == button
        with qtbot.waitSignal(page.wants_page) as wanted:
            qtbot.mouseClick(page.missing.button, Qt.MouseButton.LeftButton)
        assert wanted.args == [leads_to]
    page.show_state(made_up_state())
    assert page.missing.isHidden()


def test_the_model_file_can_be_found_and_taken_along(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    state = made_up_state()
    assert state.runs.shown is not None
    run = replace(state.runs.shown, folder=tmp_path / "run")
    run.folder.mkdir()
    (run.folder / MODEL).write_bytes(b"the model" * 1000)
    page = SharePage(session)
    qtbot.addWidget(page)
    page.show()
    page.show_state(changed(state, in_use=run))
    assert page.path_line.whole() == str(run.folder / MODEL)
    qtbot.mouseClick(page.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == str(run.folder / MODEL)
    place = tmp_path / "copy.checkpoint"
    page.save_to(str(place))
    qtbot.waitUntil(lambda: "copy.checkpoint" in page.status.text())
    assert place.read_bytes() == (run.folder / MODEL).read_bytes()
