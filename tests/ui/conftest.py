"""What the tests of the window share: a session that is closed in order, and a small folder of photos."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.window import MainWindow

PATIENCE_MS = 240_000
"""For what an engine process must do on a busy machine; only a test that fails waits so long."""


@pytest.fixture(autouse=True)
def no_widgets_left(qapp: QApplication) -> Iterator[None]:
    """Deletes what a test's widgets leave to the event loop: each change of theme would polish them all."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    theme.Theme(qapp).choose("light")
    made = Session()
    made.preferences.train_on_opening = False  # tests that want it say so
    yield made
    made.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()


@pytest.fixture
def window(session: Session, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    """Shown, and closed in order."""
    made = MainWindow(session, theme.Theme(qapp))
    made.resize(1100, 760)
    made.show()
    qtbot.waitExposed(made)
    yield made
    session.store.put(*changed(session.state, working=frozenset()).slices())
    made.close()
    made.deleteLater()


@pytest.fixture
def image_folder(tmp_path: Path) -> Path:
    """Two classes of four small photos, one file that is no image, and an empty class."""
    folder = tmp_path / "Shapes & sizes"
    for name, colour in (("discs", "orange"), ("squares", "navy")):
        (folder / name).mkdir(parents=True)
        for number in range(4):
            image = Image.new("RGB", (64, 48), "white")
            place = (4 + 10 * number, 4, 20 + 12 * number, 20 + 7 * number)
            draw = ImageDraw.Draw(image)
            draw.line((0, 47, 63, 12 * number), fill="grey", width=2 + number)
            (draw.ellipse if name == "discs" else draw.rectangle)(place, fill=colour)
            image.save(folder / name / f"{number}.png")
    (folder / "squares" / "notes.jpg").write_text("not a picture")
    (folder / "triangles").mkdir()
    return folder


@pytest.fixture
def opened(session: Session, image_folder: Path, qtbot: QtBot) -> Session:
    """A session with the small folder open."""
    session.folders.open(image_folder)
    qtbot.waitUntil(lambda: session.state.folders.catalog is not None, timeout=PATIENCE_MS)
    return session


@pytest.fixture
def view_size() -> tuple[int, int]:
    """Width and height of the page that `view` is on."""
    return 1000, 640


@pytest.fixture
def view(opened: Session, qtbot: QtBot, view_size: tuple[int, int]) -> Iterator[FolderView]:
    """The photos of the small folder, on *Images*."""
    page = ImagesPage(opened)
    qtbot.addWidget(page)
    page.resize(*view_size)
    opened.store.subscribe(page.show_state)
    page.show_state(opened.state)
    page.show()
    qtbot.waitExposed(page)
    yield page.folder_view
    page.hide()


@pytest.fixture
def drop(qapp: QApplication) -> Callable[[QWidget, QMimeData], None]:
    """Drops something onto the middle of a widget, as the window system would."""

    def do(widget: QWidget, mime: QMimeData) -> None:
        where = QPoint(widget.width() // 2, widget.height() // 2)
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, buttons, keys)
        qapp.sendEvent(widget, enter)
        assert enter.isAccepted()
        qapp.sendEvent(widget, QDropEvent(QPointF(where), Qt.DropAction.CopyAction, mime, buttons, keys))

    return do


def changed(state: State, **fields: Any) -> State:
    """A state with other values in fields of its slices."""
    for name in ("folders", "edits", "health", "runs", "opened", "predictions", "preferences", "work"):
        part = getattr(state, name)
        own = {field: fields.pop(field) for field in list(fields) if hasattr(part, field)}
        state = replace(state, **{name: replace(part, **own)})
    assert not fields, f"no slice has {list(fields)}"
    return state


def files(*paths: Path | str) -> QMimeData:
    """What a file manager hands over."""
    mime = QMimeData()
    mime.setUrls([QUrl(path) if isinstance(path, str) else QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def show(window: MainWindow, state: State) -> None:
    """Draws a state, the shown page included."""
    window.session.store.put(*state.slices())
    window.show_state(window.session.state)
    window.messages.show_state(window.session.state)
    window.page.show_state(window.session.state)


@pytest.fixture
def try_it(session: Session, drawn_model: Path, qtbot: QtBot) -> TryItPage:
    """The page with that model open."""
    made = TryItPage(session)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    session.store.subscribe(made.show_state, *made.shows)
    session.models.open(drawn_model)
    qtbot.waitUntil(lambda: session.state.opened.model is not None, timeout=PATIENCE_MS)
    return made
