"""The card of the confusion matrix on Results: other orders, shares, a class among many, by real events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.test_result_numbers import run_of, show
from workbench.core.project.run_photos import Cell
from workbench.core.results.predictions import PredictionTable
from workbench.ui.pages.results import ResultsPage
from workbench.ui.session.session import Session

LEFT = Qt.MouseButton.LeftButton
CLASSES = tuple(f"class {number:02}" for number in range(30))
PARTNER = {number: (number + 15) % 30 for number in range(30)}


def pairs() -> PredictionTable:
    """Thirty classes, of which each is taken for the one fifteen further on, one photo of four."""
    targets = np.repeat(np.arange(30), 4)
    named = np.where(np.arange(120) % 4 == 0, (targets + 15) % 30, targets)
    probabilities = np.full((120, 30), 0.01)
    probabilities[np.arange(120), named] = 0.71
    names = [f"{CLASSES[target]}/{number}.jpg" for number, target in enumerate(targets.tolist())]
    folds = np.arange(120) % 5
    return PredictionTable.of(
        CLASSES, names, targets, probabilities, subset="training", model="instant", folds=folds
    )


@pytest.fixture
def page(session: Session, qtbot: QtBot, tmp_path: Path) -> ResultsPage:
    made = ResultsPage(session)
    qtbot.addWidget(made)
    made.resize(1100, 800)
    made.show()
    qtbot.waitExposed(made)
    show(made, run_of(pairs(), tmp_path / "run"), qtbot)
    return made


def test_classes_that_are_mixed_up_stand_beside_each_other(page: ResultsPage, qtbot: QtBot) -> None:
    matrix, order = page.matrix.matrix, page.matrix.controls.order
    apart = abs(matrix.rect_of(3, 3).x() - matrix.rect_of(18, 18).x())
    order.setFocus()
    qtbot.keyClick(order, Qt.Key.Key_Down)
    cell = matrix.rect_of(0, 0).width()
    qtbot.waitUntil(lambda: abs(matrix.rect_of(3, 3).x() - matrix.rect_of(18, 18).x()) < 1.5 * cell)
    for number, partner in PARTNER.items():
        distance = abs(matrix.rect_of(number, number).x() - matrix.rect_of(partner, partner).x())
        assert distance == pytest.approx(cell, abs=0.01)
    qtbot.mouseClick(matrix, LEFT, pos=matrix.rect_of(3, 18).center().toPoint())
    assert page.photos.cell == Cell(3, 18), "the photos are those of the cell that was clicked"
    assert page.photos.title.text() == "“class 03” taken for “class 18”: 1 photo"
    qtbot.keyClick(order, Qt.Key.Key_Up)
    assert abs(matrix.rect_of(3, 3).x() - matrix.rect_of(18, 18).x()) == pytest.approx(apart)


def test_another_run_is_ordered_anew(page: ResultsPage, qtbot: QtBot, tmp_path: Path) -> None:
    matrix, order = page.matrix.matrix, page.matrix.controls.order
    order.setFocus()
    qtbot.keyClick(order, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: matrix._order is not None)
    first, table = matrix._order, pairs()
    assert first is not None
    turned = replace(table, probabilities=np.roll(table.probabilities, 1, axis=1))
    show(page, run_of(turned, tmp_path / "other"), qtbot)
    qtbot.waitUntil(lambda: matrix._order is not None and matrix._order.tolist() != first.tolist())
    assert order.currentIndex() == 1


def test_cells_say_shares_where_that_is_chosen(page: ResultsPage, qtbot: QtBot) -> None:
    says = page.matrix.controls.says
    says.setFocus()
    qtbot.keyClick(says, Qt.Key.Key_Down)
    sentence = page.matrix.matrix.sentence(3, 18)
    assert sentence == "“class 03” taken for “class 18”: 1 photo (25 % of 4)"


def test_a_class_is_found_by_its_name(page: ResultsPage, qtbot: QtBot) -> None:
    search, matrix = page.matrix.controls.search, page.matrix.matrix
    assert search.isVisible()
    qtbot.keyClicks(search, "27")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert matrix.accessibleDescription() == "“class 27” recognised: 3 photos"
    assert matrix.rect().contains(matrix.rect_of(27, 27).center().toPoint())
    matrix.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert page.photos.cell == Cell(27, 27)
    search.clear()
    qtbot.keyClicks(search, "none of these")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert page.photos.cell == Cell(27, 27), "nothing is found, nothing moves"


def test_a_narrow_card_has_room_for_all_choices(page: ResultsPage, qtbot: QtBot) -> None:
    page.resize(500, 700)
    qtbot.wait(20)
    controls = page.matrix.controls
    for each in (controls.says, controls.order, controls.search):
        right = each.mapTo(page.matrix, QPoint(each.width(), 0)).x()
        assert right <= page.matrix.width()
