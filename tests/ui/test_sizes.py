"""Sizes: the window fits its screen, pages fit the window, and words follow the system's font."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed
from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS
from workbench.core.config.presets import CUSTOM
from workbench.core.config.training_config import recommended
from workbench.core.settings import replace
from workbench.ui import alone
from workbench.ui.frame.places import PLACES
from workbench.ui.frame.sizes import USUAL, fit_to_screen, fitting
from workbench.ui.parts.choices import Segments
from workbench.ui.session.session import Session
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.window import MainWindow

FRAME = QMargins(8, 36, 8, 8)
SCREENS = {
    "1366 × 768": QRect(0, 0, 1366, 728),
    "1440 × 900 at 150 %": QRect(0, 0, 960, 573),
    "1366 × 768 at 200 %": QRect(0, 0, 683, 344),
    "right of another": QRect(1920, 30, 1280, 770),
    "left of another": QRect(-1280, 0, 1280, 984),
}


@pytest.mark.parametrize("free", SCREENS.values(), ids=SCREENS.keys())
@pytest.mark.parametrize(
    "wanted",
    [
        QRect(0, 0, 1200, 800),
        QRect(500, 500, 1200, 800),
        QRect(-4000, -4000, 800, 500),  # remembered from a screen that is gone
        QRect(3000, 200, 3840, 2160),
    ],
)
def test_a_window_is_never_larger_than_the_free_area(free: QRect, wanted: QRect) -> None:
    fitted = fitting(wanted, free, FRAME)
    assert free.contains(fitted.marginsAdded(FRAME))
    assert fitting(fitted, free, FRAME) == fitted, "it stays where it is from then on"


def test_a_window_that_fits_is_left_alone() -> None:
    wanted = QRect(100, 100, 900, 600)
    assert fitting(wanted, QRect(0, 0, 1920, 1080), FRAME) == wanted


@pytest.fixture
def window(session: Session, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(session, theme.Theme(qapp))
    made.show()
    qtbot.waitExposed(made)
    yield made
    session.store.put(*changed(session.state, working=frozenset()).slices())
    made.close()
    made.deleteLater()


def test_the_first_window_lies_within_its_screen(window: MainWindow, qtbot: QtBot) -> None:
    free = window.screen().availableGeometry()
    qtbot.waitUntil(lambda: free.contains(window.frameGeometry()))
    assert window.width() <= USUAL.width()
    window.setGeometry(free.adjusted(-50, -50, 700, 700))
    fit_to_screen(window, remembered=True)
    assert free.contains(window.frameGeometry())


def own_augmentation() -> State:
    """Better with every augmentation of one's own: the widest that the left of Train can be."""
    strengths = {each.key: 0.5 for each in AUGMENTATIONS}
    config = replace(recommended("improve"), {"augmentation": CUSTOM, "augmentations": strengths})
    return changed(alone.made_up_state(), config=config)


STATES = {
    "empty": State(),
    "full": alone.made_up_state(),
    "training": alone.made_up_training(),
    "instant": alone.made_up_instant(1, learning=True),
    "own augmentation": own_augmentation(),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", [place.name for place in PLACES])
@pytest.mark.parametrize("size", [(800, 500), (960, 600)])
def test_nothing_is_cut_off_in_a_small_window(
    window: MainWindow, session: Session, qtbot: QtBot, name: str, state: str, size: tuple[int, int]
) -> None:
    session.store.put(*STATES[state].slices())
    window.show_page(name)
    window.page.show_state(session.state)
    window.resize(*size)
    qtbot.wait(60)
    assert (window.width(), window.height()) == size
    assert window.page.minimumSizeHint().width() <= size[0] - theme.px(theme.RAIL_WIDTH)
    cut = []
    for area in window.page.findChildren(QScrollArea):
        if area.isVisible() and area.widget().width() > area.viewport().width() + 1:
            cut.append((type(area.widget()).__name__, area.widget().width(), area.viewport().width()))
    assert not cut, "wider than its room: it would have to be scrolled from left to right"


@pytest.mark.parametrize("width", [180, 240, 600])
def test_choices_in_a_row_go_on_in_the_next_line(qtbot: QtBot, width: int) -> None:
    segments = Segments("Random changes", {key: key * 6 for key in "abcde"})
    qtbot.addWidget(segments)
    segments.resize(width, segments.heightForWidth(width))
    segments.show()
    places = [segments.button(key).geometry() for key in "abcde"]
    assert all(segments.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for one in places for other in places if one is not other)
    assert (len({place.y() for place in places}) > 1) is (width < 400)
    segments.button("c").hide()
    assert segments.minimumSizeHint().width() <= 180


# The system's font


@pytest.fixture
def large_font(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A person who has set the system's font half as large again."""
    font = QFont(qapp.font())
    font.setPixelSize(20)
    monkeypatch.setattr(theme, "_system_font", lambda: font)
    theme.Theme(qapp).choose("light")
    yield
    monkeypatch.undo()
    theme.Theme(qapp).choose("light")


def test_the_usual_font_gives_the_usual_sizes(qapp: QApplication) -> None:
    theme.Theme(qapp).choose("light")
    assert (theme.px(40), theme.caption(), theme.px(13)) == (40, 11, 13)


def test_a_larger_system_font_makes_all_words_larger(
    session: Session, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = label_sizes(session, qtbot)
    font = QFont(qapp.font())
    font.setPixelSize(20)
    monkeypatch.setattr(theme, "_system_font", lambda: font)
    try:
        theme.Theme(qapp).choose("light")
        large = label_sizes(session, qtbot)
    finally:
        monkeypatch.undo()
        theme.Theme(qapp).choose("light")
    assert usual == {"title": 22, "section": 15, "number": 40, "muted": 13, "caption": 11}
    assert large == {role: round(size * 20 / 13) for role, size in usual.items()}


def label_sizes(session: Session, qtbot: QtBot) -> dict[str, int]:
    """Type size of the labels of each role, px."""
    host = QWidget()
    qtbot.addWidget(host)
    found = {}
    for role in ("title", "section", "number", "muted", "caption"):
        words = QLabel("words", host)
        words.setProperty("role", role)
        words.ensurePolished()
        found[role] = words.fontInfo().pixelSize()
    return found


@pytest.mark.parametrize("pixels", [9, 12, 13])
def test_a_smaller_system_font_leaves_words_as_they_are(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, pixels: int
) -> None:
    font = QFont(qapp.font())
    font.setPixelSize(pixels)
    assert theme._ui_font(font).pixelSize() == 13


def test_a_huge_system_font_stops_where_nothing_would_fit(qapp: QApplication) -> None:
    font = QFont(qapp.font())
    font.setPixelSize(90)
    assert theme._ui_font(font).pixelSize() == 26


@pytest.mark.usefixtures("large_font")
def test_rows_of_lists_grow_with_their_words(session: Session, qtbot: QtBot) -> None:
    from workbench.ui.parts.run_list import RunList

    runs = RunList()
    qtbot.addWidget(runs)
    assert runs.row_size(0).height() == round(72 * 20 / 13)
    window = MainWindow(session, theme.Theme(QApplication.instance()))  # type: ignore[arg-type]
    qtbot.addWidget(window)
    assert window.strip.height() >= 70 or window.strip.minimumHeight() == 74
    assert window.rail.width() == theme.px(theme.RAIL_WIDTH) or window.rail.minimumWidth() == 135


def test_the_rail_keeps_all_its_buttons_in_a_low_window(window: MainWindow, qtbot: QtBot) -> None:
    for height in (900, 500, 340):
        window.setMinimumSize(QSize(300, 300))
        window.resize(900, height)
        qtbot.wait(40)
        rail = window.rail
        for button in [*rail.buttons.values(), rail.settings, rail.help]:
            assert rail.rect().contains(button.geometry()), (height, button.accessibleName())
