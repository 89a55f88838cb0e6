"""The card *A report* on Share: a page or a PDF where the person says, and nothing of theirs is lost."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.report_help import Read
from tests.ui.conftest import PATIENCE_MS
from workbench.core.project.runs import MODEL, summarise
from workbench.core.results.report_mark import is_report
from workbench.report import colours
from workbench.ui.charts.matrix_layout import cividis
from workbench.ui.pages.share import SharePage
from workbench.ui.parts.report_card import ReportCard
from workbench.ui.session.session import Session
from workbench.ui.session.state import Model, Opened
from workbench.ui.style import theme
from workbench.words.report_text import report_text


@pytest.fixture
def share(session: Session, drawn_model: Path, qtbot: QtBot) -> SharePage:
    """The Share page of a run's model."""
    run = summarise(drawn_model.parent)
    session.store.put(Opened(Model(drawn_model, run.classes, run.estimate, run)))
    page = SharePage(session)
    qtbot.addWidget(page)
    page.resize(900, 760)
    page.show()
    page.show_state(session.state)
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def card(share: SharePage) -> ReportCard:
    """The card on it."""
    return share.report


def test_the_card_says_what_will_be_in_it(card: ReportCard, drawn_model: Path) -> None:
    estimate = summarise(drawn_model.parent).estimate
    assert estimate is not None
    assert card.state_line.text() == f"Tells of {estimate.samples:,} photos tested."
    assert card.save.isEnabled()


@pytest.mark.parametrize("name", ["Our report.html", "Our report.pdf"])
def test_a_report_is_written_beside_the_window(
    card: ReportCard, name: str, tmp_path: Path, drawn_model: Path, qtbot: QtBot
) -> None:
    place = tmp_path / name
    card.save_to(str(place))
    assert not place.exists(), "it is written on a thread of its own"
    assert not card.save.isEnabled()
    qtbot.waitUntil(lambda: card.status.text() == f"Saved as {name}", timeout=PATIENCE_MS)
    assert card.save.isEnabled()
    assert is_report(place)
    if name.endswith(".html"):
        read = Read(place.read_text(encoding="utf-8"))
        assert all(name in read.text for name in summarise(drawn_model.parent).classes)
        assert len(read.lists["training"].splitlines()) > 10
        assert report_text("groups.none") in read.text
        assert report_text("stress.none") in read.text


def test_what_is_not_a_report_stays(card: ReportCard, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    place = tmp_path / "thesis.html"
    place.write_text("My thesis")
    card.save_to(str(place))
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    error = session.state.work.error
    assert error is not None
    assert "is not overwritten" in error.title
    assert error.hint == "Give another name, or delete that file first."
    assert place.read_text() == "My thesis"
    assert card.status.text() == ""
    assert card.save.isEnabled()


@pytest.mark.parametrize("place", [
    pytest.param("/dev/full", marks=pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")), "gone",
])  # fmt: skip
def test_a_place_that_takes_nothing_is_said(
    card: ReportCard, session: Session, place: str, tmp_path: Path, qtbot: QtBot
) -> None:
    """The disk is full, or the folder is gone."""
    file = tmp_path / "gone" / "report.html"
    if place != "gone":
        file = tmp_path / "report.html"
        file.symlink_to(place)
    card.save_to(str(file))
    qtbot.waitUntil(lambda: session.state.work.error is not None, timeout=PATIENCE_MS)
    error = session.state.work.error
    assert error is not None
    assert error.hint
    assert error.message.code in ("not_saved.full", "not_saved.no_folder")
    assert list(tmp_path.glob("**/*.part")) == []


def test_the_dialog_asks_for_a_page_or_a_pdf(card: ReportCard, qtbot: QtBot) -> None:
    qtbot.mouseClick(card.save, Qt.MouseButton.LeftButton)
    (dialog,) = card.findChildren(QFileDialog)
    assert dialog.nameFilters() == ["Web page (*.html)", "PDF (*.pdf)"]
    assert dialog.selectedFiles()[0].endswith(" report.html")
    dialog.filterSelected.emit("PDF (*.pdf)")
    assert dialog.selectedFiles()[0].endswith(" report.pdf")
    assert dialog.defaultSuffix() == "pdf"
    dialog.reject()


def test_a_file_opened_by_itself_has_no_test(
    card: ReportCard, session: Session, drawn_model: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    copy = tmp_path / "model of mine.checkpoint"
    copy.write_bytes(drawn_model.read_bytes())
    model = session.state.opened.model
    assert model is not None
    session.store.put(Opened(replace(model, file=copy, run=None)))
    card.show_state(session.state)
    assert card.state_line.text() == "Of a file opened by itself: what it is, without a test."
    card.save_to(str(tmp_path / "report.html"))
    qtbot.waitUntil(lambda: card.status.text() == "Saved as report.html", timeout=PATIENCE_MS)
    read = Read((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "Nothing was measured" in read.text
    assert str(tmp_path) not in read.text
    assert copy.name in read.text
    assert copy.name != MODEL


@pytest.mark.parametrize(("own", "tokens"), [(colours.LIGHT, theme.LIGHT), (colours.DARK, theme.DARK)])
def test_colours_are_those_of_the_window(own: dict[str, str], tokens: theme.Tokens) -> None:
    assert {name: getattr(tokens, name) for name in own} == dict(own)


def test_the_colour_map_is_that_of_the_window() -> None:
    table = cividis()
    for step, colour in enumerate(colours.CIVIDIS):
        wanted = table[min(255, step * 16)].astype(int)
        found = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        assert abs(wanted - found).max() <= 3
