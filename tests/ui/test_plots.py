"""The learning curves: what they draw, what they leave out, what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.ui import alone
from workbench.ui.charts.curves import MOST_POINTS, decimated, last_point, smoothed, spread, whole_ticks
from workbench.ui.charts.plots import Learning, LearningCurves

HISTORY = alone.made_up_run(Path("/photos")).history
POINTS = tuple((step, step / 12, 2.0 / step, step / 100) for step in range(1, 97))


@pytest.fixture
def curves(qtbot: QtBot) -> LearningCurves:
    made = LearningCurves()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    return made


def test_draws_training_and_validation(curves: LearningCurves) -> None:
    curves.show_learning(Learning(POINTS, HISTORY, 8, 96))
    x, y = curves.loss.steps.getData()
    assert list(y) == [loss for _, _, loss, _ in POINTS]
    assert list(x) == [epoch for _, epoch, _, _ in POINTS]
    x, y = curves.accuracy.validation.getData()
    assert list(x) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert list(y) == [done.validation.accuracy for done in HISTORY if done.validation]


def test_counts_steps_instead_of_epochs(curves: LearningCurves) -> None:
    curves.show_learning(Learning(POINTS, HISTORY, 8, 96))
    curves.show_against("step")
    assert list(curves.accuracy.steps.getData()[0]) == [step for step, *_ in POINTS]
    assert list(curves.loss.validation.getData()[0]) == [done.step for done in HISTORY]


def test_names_the_line_ends_with_their_values(curves: LearningCurves) -> None:
    curves.show_learning(Learning(((1, 0.5, 0.75, 0.5),), HISTORY, 8, 96))
    assert curves.loss.words().startswith("training 0.75, validation ")
    assert curves.accuracy.words() == "training 50 %, validation 90 %"
    assert "training 50 %" in curves.accessibleDescription()
    curves.show_learning(Learning(POINTS))
    assert "validation" not in curves.loss.words()


def test_passes_over_what_is_not_finite(curves: LearningCurves) -> None:
    points = [
        (step, step / 4, float(loss), 0.5) for step, loss in enumerate((1, np.nan, np.inf, 0.5, -np.inf), 1)
    ]
    curves.show_learning(Learning(points, (), 2, 8))
    y = curves.loss.steps.getData()[1]
    assert np.isnan(y).tolist() == [False, True, True, False, True]
    assert curves.loss.words() == "training 0.50"
    assert curves.loss.getViewBox().viewRange()[1][1] < 2


def test_a_million_points_become_few_and_keep_their_peaks() -> None:
    y = np.sin(np.arange(1_000_000) / 1000)
    y[123_456], y[7] = 9.0, np.nan
    x, drawn = decimated(np.arange(1_000_000), y)
    assert len(x) == len(drawn) <= MOST_POINTS
    assert np.nanmax(drawn) == 9.0
    assert np.all(np.diff(x) >= 0)


def test_curves_take_many_points(curves: LearningCurves) -> None:
    curves.show_learning(Learning([(n, n / 1000, 1.0, 0.5) for n in range(20_000)], (), 20, 20_000))
    assert len(curves.loss.steps.getData()[0]) <= MOST_POINTS


def test_smoothing_is_a_mean_over_the_last_values() -> None:
    assert smoothed([1, 2, 3, 4], 2).tolist() == [1, 1.5, 2.5, 3.5]
    gap = smoothed([2, np.nan, 4], 3)
    assert np.isnan(gap[1])
    assert gap[[0, 2]].tolist() == [2, 3]


def test_labels_do_not_overlap_and_stay_inside() -> None:
    placed = spread([50.0, 51.0], 14, 7, 93)
    assert placed == [43.5, 57.5]
    assert spread([99.0, 98.0], 14, 7, 93) == [93, 79]
    assert spread([0.0, 1.0], 14, 7, 93) == [7, 21]
    assert spread([], 14, 7, 93) == []


def test_ticks_are_whole() -> None:
    assert whole_ticks(1, 6) == [0, 1]
    assert whole_ticks(8, 4) == [0, 2, 4, 6, 8]
    assert whole_ticks(1000, 5) == [0, 200, 400, 600, 800, 1000]


def test_last_point_is_not_a_gap() -> None:
    assert last_point((np.array([1.0, 2.0]), np.array([5.0, np.nan]))) == (1.0, 5.0)
    assert last_point((np.array([]), np.array([]))) is None


def test_the_mouse_shows_the_values_under_it_in_both_plots(curves: LearningCurves, qtbot: QtBot) -> None:
    curves.show_learning(Learning(POINTS, HISTORY, 8, 96))
    qtbot.waitExposed(curves)
    assert curves.said.text() == ""
    box = curves.loss.getViewBox()
    at = curves.loss.mapFromScene(box.mapViewToScene(QPointF(3.02, 0.5)))
    qtbot.mouseMove(curves.loss.viewport(), at)
    qtbot.waitUntil(lambda: np.isfinite(curves.accuracy.crosshair()))
    assert curves.loss.crosshair() == pytest.approx(curves.accuracy.crosshair())
    assert curves.loss.crosshair() == pytest.approx(3.02, abs=0.1)
    loss, accuracy = curves.said.text().splitlines()
    validation = HISTORY[2].validation
    assert validation is not None
    assert loss.startswith("Loss: training ")
    assert f"validation {validation.loss:.2f} (epoch 3)" in loss
    assert f"validation {validation.accuracy * 100:.0f} % (epoch 3)" in accuracy
    QApplication.sendEvent(curves.loss, QEvent(QEvent.Type.Leave))
    assert curves.said.text() == ""
    assert np.isnan(curves.loss.crosshair())


def test_the_arrow_keys_go_from_epoch_to_epoch(curves: LearningCurves, qtbot: QtBot) -> None:
    curves.show_learning(Learning(POINTS, HISTORY, 8, 96))
    curves.setFocus()
    seen = []
    for _ in range(3):
        qtbot.keyClick(curves, Qt.Key.Key_Right)
        seen.append(curves.accuracy.crosshair())
    assert seen == [1, 2, 3]
    qtbot.keyClick(curves, Qt.Key.Key_Left)
    assert curves.accuracy.crosshair() == 2
    assert "(epoch 2)" in curves.said.text()
    curves.show_against("step")
    assert "(step " in curves.said.text()


def test_a_curve_without_points_says_nothing(curves: LearningCurves, qtbot: QtBot) -> None:
    curves.show_learning(Learning())
    qtbot.keyClick(curves, Qt.Key.Key_Right)
    curves.point(0.5)
    assert curves.said.text() == ""


def test_the_end_label_does_not_depend_on_the_width(curves: LearningCurves) -> None:
    random = np.random.default_rng(0)
    points = [(n, n / 1000, 1 + float(random.normal()) / 4, 0.5) for n in range(3000)]
    curves.show_learning(Learning(points, (), 3, 3000))
    said = curves.loss.words()
    expected = np.mean([loss for _, _, loss, _ in points[-76:]])
    assert said == f"training {expected:.2f}"
    curves.resize(1400, 600)
    curves.show_learning(Learning(points, (), 3, 3000))
    assert curves.loss.words() == said
