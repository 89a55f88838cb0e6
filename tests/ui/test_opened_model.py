"""A model file that is opened by itself, without its folder and without its photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, files
from workbench.core.project.runs import MODEL
from workbench.ui import alone
from workbench.ui.pages.share import SharePage
from workbench.ui.pages.try_it import TryItPage
from workbench.ui.session.session import Session
from workbench.ui.session.state import model_in_use

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    """A model of 0.1.0 as somebody may send it."""
    source = Path(__file__).parents[1] / "golden"
    found = next(iter(sorted(source.rglob(MODEL))))
    place = tmp_path / "from a friend.checkpoint"
    place.write_bytes(found.read_bytes())
    return place


Drop = Callable[[QWidget, QMimeData], None]


@pytest.mark.e2e
def test_a_model_is_tried_without_its_photos(
    session: Session, model_file: Path, drop: Drop, qtbot: QtBot
) -> None:
    page, share = TryItPage(session), SharePage(session)
    for each in (page, share):
        qtbot.addWidget(each)
        each.show()
    assert page.missing.isVisible()
    drop(page, files(model_file))
    qtbot.waitUntil(lambda: session.state.opened.model is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(page.missing.isHidden)
    assert page.model.line.whole().startswith("Model: from a friend.checkpoint")
    assert page.model.put_away.text() == "Close this model"
    qtbot.waitUntil(lambda: share.path_line.whole() == str(model_file))
    qtbot.mouseClick(page.model.put_away, LEFT)
    qtbot.waitUntil(page.missing.isVisible)
    assert session.state.work.error is None


@pytest.mark.e2e
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and then nothing", b"just text"])
def test_what_only_looks_like_a_model_is_refused_and_nothing_changes(
    session: Session, tmp_path: Path, drop: Drop, qtbot: QtBot, content: bytes
) -> None:
    state = alone.made_up_state()
    session.store.put(*state.slices())
    page = TryItPage(session)
    qtbot.addWidget(page)
    page.show()
    (tmp_path / "model.checkpoint").write_bytes(content)
    drop(page, files(tmp_path / "model.checkpoint"))
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    assert session.state.work.error is not None
    assert "model.checkpoint" in session.state.work.error.title
    assert session.state.opened.model is None
    assert session.state.runs.in_use is state.runs.in_use


@pytest.mark.e2e
def test_an_opened_model_is_put_away_for_the_folders_own(
    session: Session, model_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.store.put(*alone.made_up_state().slices())
    own = model_in_use(session.state)
    assert own is not None
    asked: list[Path] = []
    monkeypatch.setattr(session._service, "submit", lambda request, *_, **__: asked.append(request.model))
    session.models.open(model_file)
    qtbot.waitUntil(lambda: session.state.opened.model is not None, timeout=PATIENCE_MS)
    session.predictions.predict([Path("/photos/a.jpg")])
    session.models.put_away()
    session.predictions.predict([Path("/photos/a.jpg")])
    assert asked == [model_file, own.file]
