"""The confusion matrix: what it says, how it is reached, and 1,000 classes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.charts.matrix_layout import cell_colours, cividis, lay_out, shrunk

COUNTS = np.array([[64, 12], [1, 76]])


@pytest.fixture
def matrix(qtbot: QtBot) -> ConfusionMatrix:
    made = ConfusionMatrix("Nothing yet.")
    qtbot.addWidget(made)
    made.set_counts(("ants", "bees"), COUNTS)
    made.resize(480, 400)
    made.show()
    return made


def centre(matrix: ConfusionMatrix, true: int, predicted: int) -> QPoint:
    return matrix.rect_of(true, predicted).center().toPoint()


def picture(matrix: ConfusionMatrix) -> QImage:
    return matrix.grab().toImage()


def test_says_what_each_cell_means(matrix: ConfusionMatrix) -> None:
    assert matrix.sentence(0, 1) == "“ants” taken for “bees”: 12 photos"
    assert matrix.sentence(1, 0) == "“bees” taken for “ants”: 1 photo"
    assert matrix.sentence(0, 0) == "“ants” recognised: 64 photos"
    matrix.set_counts(("ants", "bees"), np.array([[64, 0], [0, 0]]))
    assert matrix.sentence(0, 1) == "“ants” taken for “bees”: no photos"
    assert matrix.sentence(1, 1) == "No photo of “bees” was tested"


def test_describes_itself_to_a_screen_reader(matrix: ConfusionMatrix) -> None:
    summary = "140 of 153 photos right, 2 classes. Most often wrong: “ants” taken for “bees”: 12 photos."
    assert matrix.accessibleDescription() == summary
    assert matrix.accessibleName()


def test_the_same_counts_again_cost_nothing(matrix: ConfusionMatrix) -> None:
    picture(matrix)
    cells = matrix._cells
    matrix.set_counts(("ants", "bees"), COUNTS)
    assert matrix._cells is cells
    matrix.set_counts(("bees", "ants"), COUNTS)
    assert matrix._cells is not cells


def test_a_click_tells_which_cell(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    with qtbot.waitSignal(matrix.cell_clicked) as clicked:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=centre(matrix, 0, 1))
    assert clicked.args == [0, 1]


def test_keys_move_and_choose(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    matrix.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(matrix, key)
    assert matrix.accessibleDescription() == "“bees” recognised: 76 photos"
    qtbot.keyClick(matrix, Qt.Key.Key_Home)
    with qtbot.waitSignal(matrix.cell_clicked) as clicked:
        qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert clicked.args == [1, 0]


def test_tip_tells_whole_names_and_cells(matrix: ConfusionMatrix) -> None:
    assert matrix.tip(matrix.rect_of(0, 1).center()) == "“ants” taken for “bees”: 12 photos"
    beside, above = matrix.rect_of(1, 0).center(), matrix.rect_of(0, 1).center()
    beside.setX(10)
    above.setY(10)
    assert (matrix.tip(beside), matrix.tip(above)) == ("bees", "bees")


def test_cells_are_painted_in_cividis_by_their_share_of_the_row(matrix: ConfusionMatrix) -> None:
    corner = matrix.rect_of(1, 1).topLeft().toPoint() + QPoint(5, 5)
    painted = picture(matrix).pixelColor(corner)
    nearest = np.abs(cividis()[::-1].astype(int) - painted.getRgb()[:3]).sum(axis=1).argmin()
    assert nearest == round(76 / 77 * 255)


def test_counts_are_written_while_cells_are_large_enough(matrix: ConfusionMatrix) -> None:
    cell = matrix.rect_of(0, 0).toRect().adjusted(3, 3, -3, -3)
    shot = picture(matrix).copy(cell)
    colours = {shot.pixel(x, y) for x in range(shot.width()) for y in range(shot.height())}
    assert QColor("#FFFFFF").rgb() in colours
    matrix.set_counts(tuple(map(str, range(90))), np.full((90, 90), 7))
    assert matrix.rect_of(0, 0).width() < 6


def test_in_another_order_a_cell_is_still_of_its_classes(qtbot: QtBot) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    counts = np.arange(16).reshape(4, 4)
    matrix.set_counts(("a", "b", "c", "d"), counts)
    matrix.resize(600, 500)
    matrix.show()
    before = matrix.rect_of(3, 1)
    matrix.choose(3, 1)
    matrix.set_order(np.array([2, 3, 1, 0]))
    assert matrix.accessibleDescription() == "“d” taken for “b”: 13 photos", "what is chosen stays chosen"
    assert matrix.rect_of(3, 1) != before
    assert matrix.rect_of(2, 2).topLeft() == QPointF(matrix._grid.left, matrix._grid.top)
    qtbot.keyClick(matrix, Qt.Key.Key_Up)
    assert matrix.accessibleDescription() == "“c” taken for “b”: 9 photos"
    for true, predicted in ((3, 1), (0, 2), (1, 3)):
        for zoom in (Qt.Key.Key_0, Qt.Key.Key_Plus):
            qtbot.keyClick(matrix, zoom)
            matrix._go(*matrix._cells.place_of((true, predicted)))
            with qtbot.waitSignal(matrix.cell_clicked) as clicked:
                qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=centre(matrix, true, predicted))
            assert clicked.args == [true, predicted]
            with qtbot.waitSignal(matrix.cell_clicked) as clicked:
                qtbot.keyClick(matrix, Qt.Key.Key_Return)
            assert clicked.args == [true, predicted]
    beside = QPoint(int(matrix._grid.left) - 6, centre(matrix, 3, 0).y())
    assert matrix.tip(QPointF(beside)) == "d"
    with qtbot.waitSignal(matrix.cell_clicked) as clicked:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=beside)
    assert clicked.args == [3, -1], "a whole row"
    above = QPoint(centre(matrix, 0, 2).x(), int(matrix._grid.top) - 6)
    with qtbot.waitSignal(matrix.cell_clicked) as clicked:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=above)
    assert clicked.args == [-1, 2], "a whole column"
    matrix.set_order(None)
    assert matrix.rect_of(3, 1) == before


def test_colours_and_counts_move_with_their_classes(matrix: ConfusionMatrix) -> None:
    before = picture(matrix).pixelColor(matrix.rect_of(0, 1).topLeft().toPoint() + QPoint(5, 5))
    matrix.set_order(np.array([1, 0]))
    after = picture(matrix).pixelColor(matrix.rect_of(0, 1).topLeft().toPoint() + QPoint(5, 5))
    assert after == before
    assert matrix._cells.text(*matrix._cells.place_of((0, 1))) == "12"


def test_shares_of_the_row_can_be_shown_instead_of_counts(matrix: ConfusionMatrix) -> None:
    matrix.set_percent(True)
    assert matrix._cells.text(0, 1) == "16 %"
    assert matrix._cells.text(1, 1) == "99 %"
    assert matrix._cells.text(1, 1, short=True) == "99"
    assert matrix.sentence(0, 1) == "“ants” taken for “bees”: 12 photos (16 % of 76)"
    assert matrix.sentence(0, -1) == "“ants”: 76 photos, 12 of them taken for something else"
    matrix.set_counts(("ants", "bees"), np.array([[999, 1], [0, 0]]))
    texts = [matrix._cells.text(*place) for place in ((0, 0), (0, 1), (1, 0))]
    assert texts == [">99 %", "<1 %", "0 %"]
    assert matrix.sentence(1, 0) == "No photo of “bees” was tested"


def test_goes_to_a_class_close_enough_to_read_its_name(matrix: ConfusionMatrix) -> None:
    classes = tuple(f"class {number:03d}" for number in range(300))
    matrix.set_counts(classes, np.eye(300, dtype=np.int64))
    matrix.set_order(np.arange(300)[::-1].copy())
    matrix.show_class(250)
    assert matrix.accessibleDescription() == "“class 250” recognised: 1 photo"
    assert matrix.rect_of(250, 250).width() > 14
    assert matrix.rect().contains(centre(matrix, 250, 250))


def test_an_empty_matrix_says_so(matrix: ConfusionMatrix) -> None:
    matrix.set_counts((), None)
    assert matrix.accessibleDescription() == "Nothing yet."
    assert not picture(matrix).isNull()


def test_counts_must_fit_the_classes(matrix: ConfusionMatrix) -> None:
    with pytest.raises(ValueError, match="shape"):
        matrix.set_counts(("ants",), COUNTS)


def test_a_thousand_classes_paint_and_open_up(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    counts = np.zeros((1000, 1000), np.int64)
    np.fill_diagonal(counts, 9)
    counts[700, 20] = 1
    matrix.set_counts(tuple(f"class {number:04d}" for number in range(1000)), counts)
    cell = matrix.rect_of(0, 0).width()
    assert cell < 1
    lone = matrix.rect_of(700, 20).center().toPoint()
    around = {picture(matrix).pixel(lone.x() + x, lone.y() + y) for x in (-1, 0, 1) for y in (-1, 0, 1)}
    assert len(around) > 1, "a lone mistake vanished between two pixels"
    matrix.choose(700, 20)
    qtbot.keyClick(matrix, Qt.Key.Key_Plus)
    assert matrix.rect_of(0, 0).width() > 14
    assert matrix.rect().contains(centre(matrix, 700, 20))
    qtbot.keyClick(matrix, Qt.Key.Key_0)
    assert matrix.rect_of(0, 0).width() == pytest.approx(cell)


def test_shrinking_keeps_the_largest_share_of_every_block() -> None:
    counts = np.random.default_rng(0).integers(0, 5, (97, 97))
    rows, columns = shrunk(counts, 40)
    shares = counts / counts.sum(axis=1, keepdims=True)
    starts = np.arange(40) * 97 // 40
    for i, top in enumerate(starts):
        for j, left in enumerate(starts):
            assert shares[rows[i, j], columns[i, j]] == shares[top : top + 3, left : left + 3].max()


def test_rows_without_photos_stay_empty() -> None:
    colours = cell_colours(np.array([[0, 0], [1, 1]]), (1, 2, 3), dark=True)
    assert colours[0].tolist() == [[1, 2, 3], [1, 2, 3]]
    assert colours[1].tolist() == [cividis()[128].tolist()] * 2


@pytest.mark.parametrize("classes", [1, 2, 10, 100, 1000])
@pytest.mark.parametrize("size", [(240, 200), (900, 500), (10, 10)])
def test_the_grid_stays_inside(classes: int, size: tuple[int, int]) -> None:
    for wanted in (0.0, 20.0):
        grid = lay_out(classes, *size, widest_name=500, line=14, wanted=wanted).moved_to(1e9, 1e9)
        assert grid.cell > 0
        assert grid.x(classes) <= max(size[0], grid.left + 1) + 1e-6
        assert grid.rows().stop == classes
