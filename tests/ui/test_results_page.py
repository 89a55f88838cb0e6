"""The Results page with real clicks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed
from workbench.core.project.runs import RunSummary
from workbench.core.results.comparison import Comparison
from workbench.core.results.metrics import metrics_of_confusion
from workbench.ui import alone
from workbench.ui.pages.results import ResultsPage
from workbench.ui.parts.class_table import ClassTable
from workbench.ui.session.run_control import RunControl
from workbench.ui.session.session import Session
from workbench.ui.session.state import State

LEFT = Qt.MouseButton.LeftButton


def runs() -> tuple[RunSummary, ...]:
    """Three runs, the newest first."""
    newest = alone.made_up_run(Path("/photos"))
    older = replace(
        newest, folder=newest.folder.with_name("2025-12-31_09-30-00"), history=newest.history[:4], result=None
    )
    oldest = replace(newest, folder=newest.folder.with_name("2025-12-30_09-30-00"), state="stopped")
    return newest, older, oldest


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ResultsPage:
    made = ResultsPage(session)
    qtbot.addWidget(made)
    made.resize(1200, 1000)
    made.show()
    show(made, changed(alone.made_up_state(), shown=runs()[0], every=runs()))
    return made


def show(page: ResultsPage, state: State) -> None:
    page.session.store.put(*state.slices())
    page.show_state(page.session.state)


def test_shows_the_number_with_its_meaning(page: ResultsPage) -> None:
    assert page.number.text() == "90 %"
    assert page.number.font().pixelSize() == 40
    assert (
        page.meaning.text() == "Right for 78 to 96 of 100 photos, checked on 50 photos it didn't learn from."
    )
    assert "decided which epoch is the best" in page.caveat.text()
    assert page.cautions.sentences() == []
    assert page.matrix.about.text() == "These are the photos of the validation set, kept for checking."


def test_lists_the_worst_mistakes_and_shows_their_cells(page: ResultsPage, qtbot: QtBot) -> None:
    words = page.matrix.words()
    assert words[0] == "“apples” taken for “clocks”: 1 photo"
    assert len(words) == 5
    button = next(b for b in page.findChildren(QAbstractButton) if b.accessibleName() == words[0])
    with qtbot.waitSignal(page.matrix.matrix.cell_clicked) as clicked:
        qtbot.mouseClick(button, LEFT, pos=QPoint(12, 12))
    assert clicked.args == [0, 1]
    assert page.matrix.matrix.accessibleDescription() == words[0]


def test_another_run_is_chosen_from_the_list(
    page: ResultsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    page.runs.chosen.connect(shown.append)
    monkeypatch.setattr(RunControl, "show", lambda *_: None)
    place = page.runs.visualRect(page.runs.model().index(2, 0)).center()
    qtbot.mouseClick(page.runs.viewport(), LEFT, pos=place)
    assert shown == [runs()[2].folder]
    qtbot.keyClick(page.runs, Qt.Key.Key_Up)
    assert shown[-1] == runs()[1].folder


def test_showing_a_run_does_not_choose_it_again(page: ResultsPage) -> None:
    shown: list[Path] = []
    page.runs.chosen.connect(shown.append)
    show(page, changed(page.session.state, shown=runs()[1]))
    assert page.runs.currentIndex().row() == 1
    assert page.number.text() == "70 %"
    assert shown == []


def test_a_run_read_again_from_its_folder_is_shown_again(page: ResultsPage) -> None:
    again = runs()
    show(page, changed(page.session.state, shown=again[0], every=again))
    assert page.number.text() == "90 %"


def test_each_run_says_when_how_and_how_good(page: ResultsPage) -> None:
    text = page.runs.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "1 Jan 2026, 10:00, 90 %, Fine-tune a trained network, EfficientNet-Lite0, finished"


def test_says_so_where_nothing_was_kept_for_checking(page: ResultsPage) -> None:
    run = runs()[0]
    assert run.result is not None
    blind = tuple(replace(epoch, validation=None) for epoch in run.history)
    unchecked = replace(run, history=blind, result=replace(run.result, validation=None))
    show(page, changed(page.session.state, shown=unchecked, every=(unchecked,)))
    assert not page.number.isVisible()
    assert page.meaning.text() == "No number: it could not be tested."
    assert "No photos were kept for checking" in page.caveat.text()
    assert page.matrix.about.text() == "These are photos that it learned from."


def test_a_cross_validated_run_is_shown_without_any_epoch(page: ResultsPage) -> None:
    state = alone.made_up_instant()
    show(page, state)
    assert page.number.text() == "94 %"
    assert page.meaning.text() == (
        "Right for 88 to 97 of 100 photos; every photo was tested by a model that hadn't learned from it."
    )
    assert page.caveat.text().startswith("250 photos took turns")
    assert page.matrix.about.text() == "Every photo was tested by a model that hadn't learned from it."
    assert page.table.isVisible()
    assert page.kept.isHidden()
    assert page.subtitle.text() == "Instant · EfficientNet-Lite0 · finished"
    text = page.runs.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "1 Jan 2026, 11:00, 94 %, Instant, EfficientNet-Lite0, finished, in use"
    show(page, alone.made_up_instant(1, learning=True))
    assert page.number.text() == "90 %"
    assert page.use.isEnabled()


def test_says_that_improving_did_not_help(page: ResultsPage) -> None:
    run = alone.made_up_instant().runs.shown
    assert run is not None
    assert run.result is not None
    compared = Comparison.of_counts(3, 3, 50)
    kept = replace(run, result=replace(run.result, kept="instant", comparison=compared))
    show(page, changed(page.session.state, shown=kept, every=(kept,)))
    assert page.kept.isVisible()
    assert page.kept.text() == "The instant model stays: practising didn't make it better."


@pytest.mark.parametrize(("width", "beside"), [(1112, True), (872, False)])
def test_the_mistakes_fill_the_card(page: ResultsPage, qtbot: QtBot, width: int, beside: bool) -> None:
    page.resize(width, 800)
    card = page.matrix
    rows = [
        button for button in card.findChildren(QAbstractButton) if button.accessibleName() in card.words()
    ]
    qtbot.waitUntil(lambda: (rows[0].mapTo(card, QPoint()).x() > card.matrix.width() / 2) is beside)
    right = max(button.mapTo(card, QPoint(button.width(), 0)).x() for button in rows)
    assert right >= card.width() - 24


def test_says_so_where_photos_were_few(page: ResultsPage) -> None:
    run = runs()[0]
    assert run.result is not None
    assert run.result.validation is not None
    few = metrics_of_confusion(np.diag([3, 3, 3, 3, 3]), 0.1).measures
    show(page, changed(page.session.state, shown=replace(run, result=replace(run.result, validation=few))))
    assert page.cautions.isVisible()
    assert "Only 15 photos" in page.cautions.sentences()[0]


@pytest.mark.parametrize(
    ("state", "button", "goes_to"),
    [
        (State(), "Choose photos", "images"),
        (changed(alone.made_up_state(), shown=None, every=()), "Go to Train", "train"),
        (
            changed(
                alone.made_up_training(),
                shown=replace(runs()[0], state="training", history=(), result=None),
                every=(),
            ),
            "Watch it learn",
            "train",
        ),
    ],
)
def test_says_what_is_missing(
    page: ResultsPage, qtbot: QtBot, state: State, button: str, goes_to: str
) -> None:
    show(page, state)
    assert not page.table.isVisible()
    found = next(b for b in page.findChildren(QAbstractButton) if b.isVisible() and b.text() == button)
    with qtbot.waitSignal(page.wants_page) as wanted:
        qtbot.mouseClick(found, LEFT)
    assert wanted.args == [goes_to]


def test_trying_it_needs_a_model(page: ResultsPage, qtbot: QtBot) -> None:
    assert page.use.isEnabled()
    with qtbot.waitSignal(page.wants_page) as wanted:
        qtbot.mouseClick(page.use, LEFT)
    assert wanted.args == ["try_it"]
    show(page, changed(page.session.state, in_use=None))
    assert not page.use.isEnabled()


@pytest.fixture
def table(qtbot: QtBot) -> ClassTable:
    made = ClassTable()
    qtbot.addWidget(made)
    confusion = np.array([[8, 2, 0], [4, 6, 0], [0, 0, 0]])
    made.show_metrics(
        ("ants", "bees", "crickets"),
        metrics_of_confusion(confusion, 0.5),
    )  # fmt: skip
    made.resize(700, 300)
    made.show()
    return made


def test_the_table_has_a_row_for_each_class(table: ClassTable) -> None:
    rows = [[table.cell(row, column) for column in range(5)] for row in range(3)]
    assert rows == [
        ["ants", "10", "80 %", "67 %", "73 %"],
        ["bees", "10", "60 %", "75 %", "67 %"],
        ["crickets", "0", "–", "–", "–"],
    ]


def test_heads_explain_themselves_on_hover(table: ClassTable) -> None:
    tips = [
        table.model().headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        for column in (2, 3, 4)
    ]
    assert [tip.split(":")[0] for tip in tips] == ["Recall", "Precision", "F1"]


def test_a_click_on_a_head_sorts_by_number(table: ClassTable, qtbot: QtBot) -> None:
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    assert [table.cell(row, 0) for row in range(3)] == ["crickets", "bees", "ants"]


def test_a_thousand_classes_fit(page: ResultsPage) -> None:
    count = 1000
    confusion = np.eye(count, dtype=np.int64) * 5
    many = metrics_of_confusion(confusion, 0.1).measures
    run = runs()[0]
    assert run.result is not None
    assert run.started is not None
    started = replace(run.started, classes=tuple(f"class {number}" for number in range(count)))
    big = replace(run, started=started, classes=started.classes, result=replace(run.result, validation=many))
    show(page, changed(page.session.state, shown=big))
    assert page.table.height() < 600
    assert not page.grab().isNull()


def test_fits_the_smallest_window(page: ResultsPage) -> None:
    assert page.minimumSizeHint().width() <= 960 - 88
    assert page.minimumSizeHint().height() <= 600
