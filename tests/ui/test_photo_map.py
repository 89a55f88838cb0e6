"""The map of photos: drawn around with the mouse, clicked, following edits, asked for where it is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS, changed
from workbench.ui.charts.enclosed import inside, nearest, next_towards
from workbench.ui.charts.photo_map import KINDS, PhotoMap
from workbench.ui.pages.images_folder import FolderView
from workbench.ui.pages.map_pane import MapPane
from workbench.ui.style import theme

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
Place = tuple[float, float]


def send(chart: PhotoMap, kind: QEvent.Type, at: Place, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    place = QPointF(*at)
    over = chart.viewport().mapToGlobal(place)
    no_key = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(chart.viewport(), QMouseEvent(kind, place, over, button, held, no_key))


def drag(chart: PhotoMap, places: list[Place], button: Qt.MouseButton = LEFT) -> None:
    """Presses, moves and lets go, as a person does."""
    send(chart, QEvent.Type.MouseButtonPress, places[0], button, button)
    for place in places[1:]:
        send(chart, QEvent.Type.MouseMove, place, NONE, button)
    send(chart, QEvent.Type.MouseButtonRelease, places[-1], button, NONE)


def around(points: np.ndarray, margin: float = 8.0) -> list[Place]:
    """A line around points."""
    (x0, y0), (x1, y1) = points.min(axis=0) - margin, points.max(axis=0) + margin
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, (y0 + y1) / 2)]


@pytest.fixture
def chart(qtbot: QtBot) -> PhotoMap:
    made = PhotoMap()
    qtbot.addWidget(made)
    made.resize(400, 300)
    places = np.array([(x, y) for y in range(3) for x in range(4)], dtype=np.float32)
    made.show_points(places, [0] * 6 + [1] * 5 + [-1])
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def view_size() -> tuple[int, int]:
    return 1200, 700


def mapped(view: FolderView, qtbot: QtBot) -> MapPane:
    """Opens the map, and has the photos looked at."""
    qtbot.mouseClick(view.map.button, LEFT)
    pane = view.map.pane
    assert pane is not None
    qtbot.waitUntil(pane.empty.button.isVisible, timeout=PATIENCE_MS)
    assert pane.empty.title.text() == "The photos have not been looked at yet."
    qtbot.mouseClick(pane.empty.button, LEFT)
    qtbot.waitUntil(pane.chart.isVisible, timeout=PATIENCE_MS)
    qtbot.wait(50)
    return pane


def test_what_lies_inside_a_line_is_what_qt_says() -> None:
    random = np.random.default_rng(0)
    points = random.uniform(0, 100, (2000, 2))
    for corners in (3, 5, 40):
        line = random.uniform(0, 100, (corners, 2))
        shape = QPolygonF([QPointF(*corner) for corner in line])
        expected = [shape.containsPoint(QPointF(*point), Qt.FillRule.OddEvenFill) for point in points]
        np.testing.assert_array_equal(inside(points, line), expected)
    assert not inside(points, points[:2]).any()
    assert not inside(points[:0], points[:9]).any()


def test_the_nearest_point_and_the_next_one_in_a_direction() -> None:
    points = np.array([(0.0, 0.0), (10.0, 0.0), (11.0, 30.0), (0.0, 40.0)])
    assert nearest(points, (8.0, 1.0), 5) == 1
    assert nearest(points, (100.0, 1.0), 5) == -1
    assert nearest(points[:0], (0.0, 0.0), 5) == -1
    assert [next_towards(points, 0, step) for step in ((1, 0), (0, 1), (-1, 0), (0, -1))] == [1, 3, 0, 0]


def test_points_are_painted_where_the_chart_says(chart: PhotoMap) -> None:
    picture = chart.grab().toImage()
    ratio = picture.devicePixelRatio()
    for number, (x, y) in enumerate(chart.positions()):
        pixel = picture.pixelColor(round(x * ratio), round(y * ratio))
        if number < 11:
            assert pixel == theme.class_colour(0 if number < 6 else 1), number
        else:
            assert pixel not in (theme.class_colour(0), theme.class_colour(1))


@pytest.mark.parametrize("tool", ["lasso", "rectangle"])
def test_points_are_taken_together_by_the_mouse(chart: PhotoMap, qtbot: QtBot, tool: str) -> None:
    chart.tool = tool  # type: ignore[assignment] # it is one of them
    at = chart.positions()
    line = around(at[[0, 1, 4, 5]])
    with qtbot.waitSignal(chart.enclosed) as heard:
        drag(chart, line if tool == "lasso" else [line[0], line[1], line[2]])
    assert heard.args == [[0, 1, 4, 5]]


def test_a_click_a_hover_and_an_empty_place(chart: PhotoMap, qtbot: QtBot) -> None:
    (x, y) = chart.positions()[6]
    with qtbot.waitSignal(chart.pointed) as pointed:
        send(chart, QEvent.Type.MouseMove, (x + 3, y), NONE, NONE)
    assert pointed.args == [6]
    with qtbot.waitSignal(chart.clicked) as clicked:
        drag(chart, [(x + 2, y + 1), (x + 3, y + 1)])
    assert clicked.args == [6]
    assert chart.current() == 6
    with qtbot.assertNotEmitted(chart.clicked), qtbot.assertNotEmitted(chart.enclosed):
        drag(chart, [(x + 40, y + 40)] * 2)


def test_the_view_is_moved_and_looked_at_closely(chart: PhotoMap, qtbot: QtBot) -> None:
    before = chart.positions()
    (x, y) = before[5]
    drag(chart, [(x, y), (x + 15, y + 20), (x + 30, y - 10)], MIDDLE)
    np.testing.assert_allclose(chart.positions(), before + np.array((30, -10)), atol=0.6)
    qtbot.keyClick(chart, Qt.Key.Key_0)
    np.testing.assert_allclose(chart.positions(), before, atol=0.01)
    place = QPointF(x, y)
    over = chart.viewport().mapToGlobal(place)
    wheel = QWheelEvent(
        place, over, place.toPoint() * 0, (place * 0).toPoint() + QPointF(0, 240).toPoint(), NONE,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(chart.viewport(), wheel)
    np.testing.assert_allclose(chart.positions()[5], (x, y), atol=0.6)
    assert np.ptp(chart.positions()[:, 0]) > 1.4 * np.ptp(before[:, 0])
    assert set(chart.in_view()) < set(range(12))
    assert 5 in chart.in_view()


def test_the_keyboard_goes_from_point_to_point(chart: PhotoMap, qtbot: QtBot) -> None:
    chart.mark(0)  # at the lower left
    for key, expected in (
        (Qt.Key.Key_Right, 1), (Qt.Key.Key_Up, 5), (Qt.Key.Key_Left, 4), (Qt.Key.Key_Down, 0),
    ):  # fmt: skip
        qtbot.keyClick(chart, key)
        assert chart.current() == expected
    with qtbot.waitSignal(chart.clicked) as clicked:
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert clicked.args == [0]


def test_many_classes_and_twenty_thousand_points_are_drawn(chart: PhotoMap) -> None:
    random = np.random.default_rng(0)
    chart.show_points(random.normal(size=(20_000, 2)).astype(np.float32), list(range(1000)) * 20)
    assert len(chart._items) == KINDS
    assert not chart.grab().isNull()


def test_photos_that_were_drawn_around_are_put_into_a_class_and_change_their_colour_at_once(
    view: FolderView, image_folder: Path, qtbot: QtBot
) -> None:
    pane = mapped(view, qtbot)
    assert pane.legend.words() == ["discs 4", "squares 4"]
    at, places, shown = pane.chart.positions(), pane.chart._places, pane.chart.viewRange()
    assert len(at) == 8
    order = [sample.id for sample in pane._samples]
    chosen = [order.index(name) for name in ("discs/0.png", "discs/1.png")]
    line = around(at[chosen])
    within = {order[n] for n in np.flatnonzero(inside(at, np.array(line)))}
    assert {"discs/0.png", "discs/1.png"} <= within
    drag(pane.chart, line)
    assert {sample.id for sample in view.gallery.rows} == within
    assert view._title.whole() == f"{len(within)} photos from the map"
    assert view.gallery.isVisible(), "both have room"
    qtbot.waitUntil(view.gallery.hasFocus)
    view.gallery.selectAll()
    qtbot.keyClick(view.gallery, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: pane.legend.words()[-1] != "squares 4", timeout=PATIENCE_MS)
    catalog = view._session.state.folders.catalog
    assert catalog is not None
    counted = [f"{name} {count}" for name, count in catalog.counts.items() if count]
    qtbot.waitUntil(lambda: pane.legend.words() == counted, timeout=PATIENCE_MS)
    assert catalog.counts["squares"] == 4 + sum(name.startswith("discs") for name in within)
    np.testing.assert_array_equal(pane.chart._places, places)
    assert pane.chart.viewRange() == shown
    qtbot.keyClick(view.gallery, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(pane.chart.positions()) == 8 - len(within), timeout=PATIENCE_MS)
    left = [order.index(sample.id) for sample in pane._samples]
    placed = view._session.state.health.placed
    assert placed is not None
    np.testing.assert_array_equal(pane.chart._places, placed.places[left].astype(np.float64))
    assert pane.chart.viewRange() == shown
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(pane.chart.positions()) == 8, timeout=PATIENCE_MS)
    qtbot.wait(300)
    assert view._session.state.health.placed is placed, "what came back had its place already"


def test_a_click_on_a_point_opens_the_photo_and_pointing_shows_its_thumbnail(
    view: FolderView, qtbot: QtBot
) -> None:
    pane = mapped(view, qtbot)
    number = 3
    (x, y), sample = pane.chart.positions()[number], pane._samples[number]
    send(pane.chart, QEvent.Type.MouseMove, (x, y), NONE, NONE)
    assert pane.tip.isVisible()
    assert pane.tip.lines == (Path(sample.path).name, sample.path.partition("/")[0])
    drag(pane.chart, [(x, y)] * 2)
    assert view.details.isVisible()
    assert view.details.name.whole() == Path(sample.path).name
    assert view.details.class_line.whole() == f"Class: {sample.path.partition('/')[0]}"
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.details.isHidden()


def test_where_there_is_little_room_the_map_takes_the_gallerys_place(view: FolderView, qtbot: QtBot) -> None:
    view.window().resize(760, 560)
    pane = mapped(view, qtbot)
    assert not view.gallery.isVisible()
    drag(pane.chart, around(pane.chart.positions()))
    assert view.gallery.isVisible()
    assert not pane.isVisible()
    assert view._title.whole() == "8 photos from the map"
    qtbot.mouseClick(view.map.button, LEFT)
    assert pane.chart.isVisible()


def test_the_map_waits_for_work_that_somebody_waits_for(view: FolderView, qtbot: QtBot) -> None:
    session = view._session
    session.store.put(*changed(session.state, working=frozenset({"train"})).slices())
    qtbot.mouseClick(view.map.button, LEFT)
    pane = view.map.pane
    assert pane is not None
    qtbot.waitUntil(lambda: pane.empty.title.text() == "The map comes when the work under way is done.")
    assert not pane.empty.button.isVisible()
    session.store.put(*changed(session.state, working=frozenset()).slices())
    qtbot.waitUntil(pane.empty.button.isVisible, timeout=PATIENCE_MS)
