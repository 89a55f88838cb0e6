"""Drops, dialogs and double clicks: what can be handed to the window, and what it says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDragLeaveEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed, files, show
from workbench.ui import alone
from workbench.ui.app import Program
from workbench.ui.pages.drop_page import DropPage
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.share import SharePage
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.parts.dropped import Dropped, promise
from workbench.ui.session.session import Session
from workbench.ui.window import MainWindow

Drop = Callable[[QWidget, QMimeData], None]
LEFT = Qt.MouseButton.LeftButton


def enter(widget: QWidget, mime: QMimeData) -> QDragEnterEvent:
    event = QDragEnterEvent(
        QPoint(20, 20), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)
    return event


@pytest.mark.parametrize("kind", [ImagesPage, TryItPage])
def test_a_full_page_lights_up_while_something_hovers(
    session: Session, qtbot: QtBot, tmp_path: Path, kind: type[DropPage]
) -> None:
    session.store.put(*alone.made_up_state().slices())
    page = kind(session)
    qtbot.addWidget(page)
    page.resize(800, 500)
    page.show()
    before = page.grab().toImage()
    photos = tmp_path / "photos"
    photos.mkdir()
    enter(page, files(photos if kind is ImagesPage else tmp_path / "a.jpg"))
    assert page.light.words() == (
        "Drop to open this folder" if kind is ImagesPage else "Drop to ask about it"
    )
    assert page.light.geometry() == page.rect()
    assert page.grab().toImage() != before
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert page.light.isHidden()
    page.hide()  # nobody holds it any more, and what is collected while it is painted ends the process


@pytest.mark.parametrize("name", ["train", "results", "share"])
def test_photos_and_folders_can_be_dropped_on_any_page(
    window: MainWindow,
    session: Session,
    drop: Drop,
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(session.predictions, "predict", asked.append)
    monkeypatch.setattr(session.folders, "open", asked.append)
    monkeypatch.setattr(session.models, "open", asked.append)
    show(window, alone.made_up_state())
    picture = QMimeData()
    picture.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    window.show_page(name)
    drop(window, picture)
    assert window.page is window.pages["try_it"]
    assert len(asked) == 1
    window.show_page(name)
    drop(window, files(tmp_path))
    assert window.page is window.pages["images"]
    assert asked[-1] == tmp_path
    window.show_page(name)
    drop(window, files(tmp_path / "model.checkpoint"))
    assert asked[-1] == tmp_path / "model.checkpoint"


@pytest.mark.parametrize(
    ("names", "page", "kind", "said"),
    [
        (["a.checkpoint"], "images", "model", "Drop to open this model"),
        (["A.CHECKPOINT"], "try_it", "model", "Drop to open this model"),
        (["a.checkpoint", "b.jpg"], "try_it", "models", "Drop the model by itself"),
        (["a.jpg", "b.jpg"], "try_it", "photos", "Drop to ask about all of them"),
        (["a.jpg"], "images", "photos", "Drop a folder here; on Try it, drop photos"),
        (["folder/"], "images", "folder", "Drop to open this folder"),
        (["folder/", "other/"], "images", "folders", "Drop one folder that holds the class folders"),
        (["folder/", "a.jpg"], "try_it", "mixed", "Drop to ask about all of them"),
        ([], "try_it", "nothing", ""),
        (["looks like.checkpoint/"], "images", "folder", "Drop to open this folder"),
    ],
)
def test_a_drop_says_beforehand_what_it_would_do(
    tmp_path: Path, names: list[str], page: str, kind: str, said: str
) -> None:
    for name in names:
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).touch()
    dropped = Dropped.of(files(*(tmp_path / name for name in names)))
    assert (dropped.kind, promise(dropped, page)) == (kind, said)


# Dialogs and the desktop


def dialog_of(page: QWidget) -> QFileDialog:
    return page.findChildren(QFileDialog)[-1]


def test_choosing_photos_begins_at_the_pictures_and_shows_photos(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = tmp_path / "Pictures"
    pictures.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(pictures))
    page = TryItPage(session)
    qtbot.addWidget(page)
    page.show()
    page.choose_photos()
    dialog = dialog_of(page)
    assert Path(dialog.directory().absolutePath()) == pictures
    assert "*.jpg" in dialog.nameFilters()[0]
    assert dialog.nameFilters()[1].endswith("(*)")
    (tmp_path / "trip").mkdir()
    dialog.filesSelected.emit([str(tmp_path / "trip" / "a.jpg")])
    dialog.close()
    page.choose_photos()
    assert Path(dialog_of(page).directory().absolutePath()) == tmp_path / "trip", "where one was last"
    dialog_of(page).close()


@pytest.mark.parametrize("there", [True, False])
def test_without_a_file_manager_a_sentence_says_where_the_folder_is(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    asked: list[QUrl] = []

    def refuse(url: QUrl) -> bool:
        asked.append(url)
        return False

    monkeypatch.setattr(QDesktopServices, "openUrl", refuse)
    state = alone.made_up_state()
    folder = tmp_path / "run"
    if there:
        folder.mkdir()
    assert state.runs.shown is not None
    run = replace(state.runs.shown, folder=folder)
    page = SharePage(session)
    qtbot.addWidget(page)
    page.show()
    page.show_state(changed(state, in_use=run))
    qtbot.mouseClick(page.open, LEFT)
    error = session.state.work.error
    assert error is not None
    assert str(folder) in f"{error.title} {error.hint}"
    assert len(asked) == there


# A double click on a model


def test_a_model_given_on_the_command_line_is_opened_instead_of_the_last_folder(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(qapp, None, "images", tmp_path / "model.checkpoint")
    opened: list[Path] = []
    monkeypatch.setattr(program.session.models, "open", opened.append)
    monkeypatch.setattr(program.session.work, "warm", lambda: None)
    program.begin()
    qtbot.waitUntil(lambda: bool(opened))
    program.window.close()
    program._end()
    assert opened == [tmp_path / "model.checkpoint"]
