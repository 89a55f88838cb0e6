"""The Results page: how far a number may be trusted, the table of classes, and the curves, by real events."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed
from workbench.core.project.runs import PREDICTIONS, RunSummary
from workbench.core.results.by_class import ByClass
from workbench.core.results.metrics import measures_of_table
from workbench.core.results.predictions import PredictionTable
from workbench.ui import alone
from workbench.ui.pages.results import ResultsPage
from workbench.ui.session.session import Session

LEFT = Qt.MouseButton.LeftButton
CLASSES = ("ants", "bees", "=crickets")


def predicted(
    count: int = 200, classes: tuple[str, ...] = CLASSES, *, each: int = 1, sure: float = 2.0
) -> PredictionTable:
    """Predictions for so many samples in turn, of groups of so many."""
    random = np.random.default_rng(count)
    targets = np.arange(count) // each % len(classes)
    logits = random.normal(0, 1, (count, len(classes)))
    logits[np.arange(count), targets] += sure
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    names = [f"{number}.jpg" for number in range(count)]
    folds, groups = np.arange(count) // each % 5, np.arange(count) // each
    return PredictionTable.of(
        classes, names, targets, probabilities, subset="training", model="instant", folds=folds, groups=groups
    )


def run_of(table: PredictionTable, folder: Path) -> RunSummary:
    """An instant run that has ended with these predictions, in a folder of its own."""
    folder.mkdir(parents=True)
    table.save(folder / PREDICTIONS)
    run, measures = alone.made_up_instant().runs.shown, measures_of_table(table)
    assert run is not None
    assert run.started is not None
    assert run.fitted is not None
    assert run.result is not None
    return replace(
        run,
        folder=folder,
        classes=table.classes,
        started=replace(run.started, classes=table.classes),
        fitted=replace(run.fitted, cross_validated=measures),
        result=replace(run.result, cross_validated=measures),
    )


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ResultsPage:
    made = ResultsPage(session)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(page: ResultsPage, run: RunSummary, qtbot: QtBot) -> None:
    """Shows a run, and waits until its predictions are read."""
    state = changed(alone.made_up_instant(), shown=run, every=(run,), in_use=run)
    page.session.store.put(*state.slices())
    page.show_state(page.session.state)
    qtbot.waitUntil(lambda: page.curves.isVisible() and not page.session.work.in_threads)


def test_says_from_what_set_and_against_what_it_is_held(
    page: ResultsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    show(page, run_of(predicted(sure=5.0), tmp_path / "run"), qtbot)
    assert page.trust.verdict.text().startswith("Good: at least ")
    assert page.trust.verdict.property("role") == "good"
    assert page.trust.used.text() == (
        "From every photo in turn (cross-validation). Always saying “ants” would be right for 34 of 100."
    )
    assert "34 of 100" in page.trust.bar.accessibleName()


def test_few_photos_are_never_shown_as_good(page: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    show(page, run_of(predicted(29, sure=50.0), tmp_path / "run"), qtbot)
    assert page.number.text() == "100 %"
    assert page.trust.verdict.property("role") == "warn"
    assert "fewer than 30 different ones" in page.trust.verdict.text()


def test_many_copies_of_few_photos_are_never_shown_as_good(
    page: ResultsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    show(page, run_of(predicted(290, each=10, sure=50.0), tmp_path / "run"), qtbot)
    assert "fewer than 30 different ones" in page.trust.verdict.text()
    assert "Always saying “ants” would be right for 34 of 100." in page.trust.used.text()


def test_a_number_no_better_than_the_largest_class_is_shown_as_bad(
    page: ResultsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    show(page, run_of(predicted(sure=0.0), tmp_path / "run"), qtbot)
    assert page.trust.verdict.text() == "Not shown to be better than always saying “ants”."
    assert page.trust.verdict.property("role") == "bad"


def test_every_column_is_that_of_the_predictions(page: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    table = predicted()
    show(page, run_of(table, tmp_path / "run"), qtbot)
    expected = ByClass.of(table)
    row = [page.table.cell(0, column) for column in range(8)]
    other = table.classes[expected.confused_with[0]]
    shares = (expected.recall, expected.precision, expected.f1, expected.iou, expected.average_precision)
    assert row == ["ants", "67", *(f"{share[0] * 100:.0f} %" for share in shares),
                   f"{other} ({expected.confused[0]})"]  # fmt: skip
    assert "ranking (mAP)" in page.classes.head.text.text()


def test_classes_are_found_by_name_and_sorting_goes_to_the_top(
    page: ResultsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    names = tuple(f"kind {number:03}" for number in range(300))
    show(page, run_of(predicted(900, names), tmp_path / "run"), qtbot)
    table = page.table
    assert table.model().rowCount() == 300
    table.scrollToBottom()
    assert table.verticalScrollBar().value() > 0
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    assert table.verticalScrollBar().value() == 0
    recalls = [int(table.cell(row, 2).split()[0]) for row in range(300)]
    assert recalls == sorted(recalls)
    qtbot.keyClicks(page.classes.search, "KIND 29")
    assert sorted(table.cell(row, 0) for row in range(table.model().rowCount())) == list(names[290:])


def test_the_wheel_over_the_table_scrolls_the_page(page: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    names = tuple(f"kind {number:03}" for number in range(100))
    show(page, run_of(predicted(300, names), tmp_path / "run"), qtbot)
    bar, table = page.area.verticalScrollBar(), page.table
    QTest.qWait(200)  # until everything has its place
    bar.setValue(table.mapTo(page.area.widget(), QPoint(0, 0)).y() - 100)
    before = bar.value()

    def turn() -> None:
        place = table.viewport().mapTo(page, QPoint(60, 50))
        QTest.wheelEvent(page.windowHandle(), QPointF(place), QPoint(0, -120))

    turn()
    qtbot.waitUntil(lambda: bar.value() > before)
    assert table.verticalScrollBar().value() == 0
    qtbot.mouseClick(table.viewport(), LEFT, pos=QPoint(30, 20))
    assert table.hasFocus()
    turn()
    qtbot.waitUntil(lambda: table.verticalScrollBar().value() > 0)


def test_selected_rows_are_copied_with_their_heads(page: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    show(page, run_of(predicted(), tmp_path / "run"), qtbot)
    table = page.table
    rows = [table.visualRect(table.model().index(row, 0)).center() for row in range(3)]
    qtbot.mouseClick(table.viewport(), LEFT, pos=rows[0])
    qtbot.mouseClick(table.viewport(), LEFT, Qt.KeyboardModifier.ControlModifier, pos=rows[2])
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:3] == ["Class", "Photos", "Recognised"]
    assert [line[0] for line in lines[1:]] == ["ants", "'=crickets"]  # no formula for a spreadsheet
    assert [len(line) for line in lines] == [8, 8, 8]
    assert lines[1][2] == table.cell(0, 2)


def test_the_table_is_saved_and_nothing_else_is_replaced(
    page: ResultsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    table = predicted()
    show(page, run_of(table, tmp_path / "run"), qtbot)
    place = tmp_path / "classes.csv"
    for _ in range(2):  # its own table may be written again
        page.classes.status.clear()
        page.classes.save_to(str(place))
        qtbot.waitUntil(lambda: page.classes.status.text() == "Saved as classes.csv")
    with place.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = ByClass.of(table)
    assert [row["class"] for row in rows] == ["ants", "bees", "'=crickets"]
    for key in ("precision", "recall", "f1", "iou", "average_precision", "roc_auc"):
        shares = [float(row[key]) for row in rows]
        np.testing.assert_allclose(shares, getattr(expected, key), atol=1e-6)
    assert [int(row["samples"]) for row in rows] == expected.samples.tolist()
    notes = tmp_path / "notes.csv"
    notes.write_text("class,what I think\n")
    page.classes.save_to(str(notes))
    qtbot.waitUntil(lambda: page.session.state.work.error is not None)
    assert notes.read_text() == "class,what I think\n"


def test_curves_open_on_a_click_and_follow_the_class_that_is_chosen(
    page: ResultsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    table = predicted()
    show(page, run_of(table, tmp_path / "run"), qtbot)
    curves, expected = page.curves, ByClass.of(table)
    assert curves.isVisible()
    assert not curves.choice.isVisible()
    qtbot.mouseClick(curves.expand, LEFT)
    qtbot.waitUntil(curves.choice.isVisible)
    assert curves.plot("roc").said.text().startswith("Area ")
    assert "After temperature scaling" in curves.plot("calibration").said.text()
    place = page.table.visualRect(page.table.model().index(1, 0)).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)
    assert curves.choice.currentText() == "bees"
    said = curves.plot("precision_recall").said.text()
    assert said.startswith(f"Average precision {expected.average_precision[1]:.3f}:")
    qtbot.keyClick(curves.choice, Qt.Key.Key_Up)
    qtbot.keyClick(curves.choice, Qt.Key.Key_Up)
    assert curves.choice.currentText() == "All classes"
    assert curves.plot("precision_recall").said.text() != said
    qtbot.mouseClick(curves.expand, LEFT)
    assert not curves.choice.isVisible()


def test_values_are_read_off_with_the_mouse_and_with_keys(
    page: ResultsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    show(page, run_of(predicted(), tmp_path / "run"), qtbot)
    qtbot.mouseClick(page.curves.expand, LEFT)
    qtbot.waitUntil(page.curves.choice.isVisible)
    plot = page.curves.plot("coverage")
    page.area.ensureWidgetVisible(plot)
    QTest.qWait(50)
    summary, shown = plot.said.text(), plot.shown
    where = shown.mapFromScene(shown.getViewBox().mapViewToScene(QPointF(0.5, 0.8)))
    over = QPointF(shown.viewport().mapToGlobal(where))
    move = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(where), over, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(shown.viewport(), move)
    assert plot.said.text().startswith("Answers 50 % of the photos, ")
    assert "from a probability of" in plot.said.text()
    shown.setFocus()
    for _ in range(3):
        qtbot.keyClick(shown, Qt.Key.Key_Right)
    assert plot.said.text() != summary
    page.curves.expand.setFocus()
    assert plot.said.text() == summary
    assert shown.accessibleDescription() == summary


def test_predictions_that_cannot_be_read_are_said(page: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    run = run_of(predicted(), tmp_path / "run")
    (run.folder / PREDICTIONS).write_bytes(b"no archive")
    show(page, run, qtbot)
    qtbot.mouseClick(page.curves.expand, LEFT)
    assert page.curves.missing.isVisible()
    assert page.curves.missing.text()
    assert page.table.cell(0, 6) == "–"
    assert page.session.state.work.error is None


def test_what_was_read_of_another_run_is_not_shown(page: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    """The first run's predictions come after the second run is shown."""
    first = run_of(predicted(3000, sure=1.0), tmp_path / "first")
    second = run_of(predicted(100, ("up", "down")), tmp_path / "second")
    state = changed(alone.made_up_instant(), shown=first, every=(first, second), in_use=first)
    page.session.store.put(*state.slices())
    page.show_state(page.session.state)
    show(page, second, qtbot)
    assert [page.table.cell(row, 0) for row in range(2)] == ["up", "down"]
    assert page.table.cell(0, 1) == "50"


def test_ten_thousand_photos_are_read_beside_the_window(
    page: ResultsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    """The page shows its number before what the predictions say is there."""
    run = run_of(predicted(10_000, tuple(f"kind {n}" for n in range(50))), tmp_path / "run")
    state = changed(alone.made_up_instant(), shown=run, every=(run,), in_use=run)
    page.session.store.put(*state.slices())
    page.show_state(page.session.state)
    assert page.number.isVisible()
    assert page.session.work.in_threads
    assert page.curves.isHidden()
    qtbot.waitUntil(page.curves.isVisible)
    assert page.table.cell(0, 6) != "–"
