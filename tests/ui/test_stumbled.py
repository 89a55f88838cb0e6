"""What people stumble over in a window: each a situation of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed, files, show
from workbench.core.errors import ErrorReport
from workbench.core.events import StepDone
from workbench.core.project.runs import RunSummary
from workbench.core.results.metrics import metrics_of_confusion
from workbench.ui import alone
from workbench.ui.charts.matrix import ConfusionMatrix
from workbench.ui.pages.images import ImagesPage
from workbench.ui.pages.results import ResultsPage
from workbench.ui.pages.results_matrix import MatrixCard
from workbench.ui.pages.train import TrainPage
from workbench.ui.parts.class_table import ClassTable
from workbench.ui.parts.drop_target import DropTarget
from workbench.ui.parts.widgets import Button, as_tip
from workbench.ui.session.actions import is_done
from workbench.ui.session.run_record import new_record
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.window import MainWindow

Drop = Callable[[QWidget, QMimeData], None]
LEFT = Qt.MouseButton.LeftButton


# Names are text


@pytest.mark.parametrize("name", ["Tom & Jerry", "&", "A && B", "R&D"])
def test_an_ampersand_in_a_name_is_text(qtbot: QtBot, name: str) -> None:
    button, plain = Button(name), QPushButton(name.replace("&", "&&"))
    for each in (button, plain):
        qtbot.addWidget(each)
    assert button.text() == name
    assert QPushButton.text(button) == plain.text(), "Qt would make a shortcut of it"
    target = DropTarget()
    qtbot.addWidget(target)
    target.show_recent([Path("/photos") / name])
    row = next(each for each in target.findChildren(Button) if each.property("folder"))
    assert row.text().startswith(f"{name} ")


@pytest.mark.parametrize("name", ["<b>red</b>", "<img src=x>", "a<br>b"])
def test_a_name_that_looks_like_html_is_shown_as_it_is_on_hover(qtbot: QtBot, name: str) -> None:
    tip = as_tip(name)
    assert "&lt;" in tip
    table = ClassTable()
    qtbot.addWidget(table)
    table.show_metrics((name, "blue"), metrics_of_confusion(np.eye(2, dtype=np.int64), 0.1))
    index = table.model().index(0, 0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == tip
    assert index.data() == name
    assert as_tip("ants & bees") == "ants & bees"


def test_a_long_name_without_blanks_does_not_widen_the_page(session: Session, qtbot: QtBot) -> None:
    name = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    card = MatrixCard()
    qtbot.addWidget(card)
    card.show_metrics((name, "bees"), metrics_of_confusion(np.array([[5, 3], [1, 5]]), 0.1), "About them.")
    card.resize(400, 600)
    card.show()
    qtbot.wait(30)
    assert card.minimumSizeHint().width() <= 400
    assert card.words()[0] == f"“{name}” taken for “bees”: 3 photos", "whole on hover and for screen readers"


def test_sentences_wrap_and_are_not_shortened(qtbot: QtBot) -> None:
    card = MatrixCard()
    qtbot.addWidget(card)
    classes = ("Hirsche & Rehe im Winterwald", "Wildschweine am Waldrand")
    card.show_metrics(classes, metrics_of_confusion(np.array([[5, 3], [1, 5]]), 0.1), "")
    card.resize(760, 560)
    card.show()
    qtbot.wait(30)
    shown = card._mistakes[0].sentence()
    assert shown == "“Hirsche & Rehe im Winterwald” taken for “Wildschweine am Waldrand”: 3 photos"
    label = card._mistakes[0]._label
    assert label.height() >= label.heightForWidth(label.width())


# The matrix


def diagonal(classes: int, count: int = 25) -> ConfusionMatrix:
    matrix = ConfusionMatrix()
    names = tuple(f"Klasse Nummer {number}" for number in range(classes))
    matrix.set_counts(names, np.eye(classes, dtype=np.int64) * count)
    return matrix


def has_number(matrix: ConfusionMatrix, row: int) -> bool:
    """Whether something is written into a cell of the diagonal."""
    cell = matrix.rect_of(row, row).toRect().adjusted(2, 2, -2, -2)
    shot = matrix.grab(cell).toImage()
    return len({shot.pixel(x, y) for x in range(shot.width()) for y in range(shot.height())}) > 1


@pytest.mark.parametrize("count", [7, 25, 128, 1280])
def test_the_diagonal_of_ten_classes_has_numbers(qtbot: QtBot, count: int) -> None:
    matrix = diagonal(10, count)
    qtbot.addWidget(matrix)
    matrix.resize(560, 440)
    matrix.show()
    assert has_number(matrix, 0)
    assert has_number(matrix, 9)


def test_ten_classes_have_row_names_where_they_are_watched(qtbot: QtBot) -> None:
    matrix = diagonal(10)
    qtbot.addWidget(matrix)
    matrix.resize(400, 296)
    matrix.show()
    assert matrix.rect_of(0, 0).left() > 80, "room for the names of the rows"
    assert matrix.rect_of(0, 0).width() >= 13


def test_free_space_goes_to_the_matrix(qtbot: QtBot) -> None:
    small, large = diagonal(10), diagonal(10)
    for matrix, most in ((small, 320), (large, 900)):
        qtbot.addWidget(matrix)
        matrix.resize(700, 300)
        matrix.reserve(most)
        matrix.resize(700, matrix.minimumHeight())
        matrix.show()
    assert large.rect_of(0, 0).width() > 1.8 * small.rect_of(0, 0).width()
    assert large.minimumHeight() <= 900


@pytest.mark.parametrize("choice", ["light", "dark"])
@pytest.mark.parametrize("classes", [2, 10])
def test_more_contrast_never_lowers_the_contrast_of_the_matrix(
    qapp: QApplication, qtbot: QtBot, choice: str, classes: int
) -> None:
    appearance, found = theme.Theme(qapp), {}
    try:
        for more in (False, True):
            appearance.choose(choice)  # type: ignore[arg-type]
            appearance.set_more_contrast(more)
            matrix = diagonal(classes)
            qtbot.addWidget(matrix)
            matrix.resize(480, 440)
            matrix.show()
            matrix.grab()
            empty = theme.colour("canvas").getRgb()[:3]
            colours = matrix._cells.colours(empty, dark=theme.is_dark())  # type: ignore[arg-type]
            right, wrong = (QColor(*colours[0, column].tolist()) for column in (0, 1))
            found[more] = contrast(right, wrong), contrast(right, theme.colour("surface"))
    finally:
        appearance.more_contrast = False
        appearance.choose("light")
    assert min(found[False]) >= 3
    assert all(more >= usual - 0.01 for more, usual in zip(found[True], found[False], strict=True))


def test_numbers_on_every_colour_of_the_map_can_be_read() -> None:
    from workbench.ui.charts.matrix_layout import cividis

    for red, green, blue in cividis().tolist():
        assert contrast(theme.readable_on(red, green, blue), QColor(red, green, blue)) >= 4.5


def contrast(one: QColor, other: QColor) -> float:
    def luminance(colour: QColor) -> float:
        channels = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


# What is stale goes


def two_runs() -> tuple[RunSummary, RunSummary]:
    run = alone.made_up_run(Path("/photos"))
    return run, replace(run, folder=run.folder.with_name("2025-12-31_09-30-00"))


def test_the_results_of_another_run_begin_at_the_top_with_nothing_chosen(
    session: Session, qtbot: QtBot
) -> None:
    new, old = two_runs()
    page = ResultsPage(session)
    qtbot.addWidget(page)
    page.resize(900, 420)
    page.show()
    state = changed(alone.made_up_state(), every=(new, old), shown=old, in_use=old)
    page.show_state(state)
    qtbot.wait(30)
    page.matrix.matrix.choose(0, 1)
    page.area.verticalScrollBar().setValue(300)
    assert page.matrix._mistakes[0].isChecked()
    page.show_state(changed(state, shown=replace(old)))
    assert page.area.verticalScrollBar().value() == 300, "the same run, further on"
    page.show_state(changed(state, shown=new))
    assert page.area.verticalScrollBar().value() == 0
    assert page.matrix.matrix.accessibleDescription() == page.matrix.matrix.summary()
    assert not any(each.isChecked() for each in page.matrix._mistakes)


def test_see_the_results_leads_to_their_top(window: MainWindow, qtbot: QtBot) -> None:
    show(window, alone.made_up_state())
    window.resize(900, 500)
    window.show_page("results")
    page = window.page
    assert isinstance(page, ResultsPage)
    qtbot.wait(30)
    page.area.verticalScrollBar().setValue(250)
    window.show_page("images")
    window.show_page("results")
    assert page.area.verticalScrollBar().value() == 250, "who comes back by the rail goes on reading"
    window.show_page("train")
    window.page.wants_page.emit("results")
    assert page.area.verticalScrollBar().value() == 0


def test_a_refused_folder_leaves_the_subtitle_of_the_open_one(session: Session, qtbot: QtBot) -> None:
    page = ImagesPage(session)
    qtbot.addWidget(page)
    page.show()
    state = alone.made_up_state()
    page.show_state(state)
    before = page.subtitle.text()
    page.show_state(changed(state, working=frozenset({"scan"})))
    assert page.subtitle.text() != before
    page.show_state(changed(state, error=ErrorReport.said("No.", "Another.", is_input=True)))
    assert page.subtitle.text() == before


def test_what_was_said_about_a_drop_does_not_follow_to_other_pages(
    window: MainWindow, session: Session, drop: Drop, qtbot: QtBot
) -> None:
    drop(window.page, files("https://example.org/photos"))
    assert session.state.work.error is not None
    window.show_page("images")
    assert session.state.work.error is not None, "it is the page that one is on"
    window.show_page("train")
    assert session.state.work.error is None


def test_what_went_wrong_with_the_work_is_said_on_all_pages(window: MainWindow, session: Session) -> None:
    died = ErrorReport.said("It ended unexpectedly.", "Continue.")
    refused = ErrorReport.said("Photos have changed.", "Start again.", is_input=True)
    for error, broken in ((died, None), (refused, alone.made_up_run(Path("/photos")))):
        show(window, changed(alone.made_up_state(), error=error, interrupted=broken))
        for name in ("results", "share", "images"):
            window.show_page(name)
            assert session.state.work.error is error


def test_a_step_that_is_told_twice_is_one_point_of_the_curve() -> None:
    record = new_record(Path("/runs/a"), Path("/photos"), alone.recommended("transfer"))
    for loss in (0.9, 0.4):
        record = record.after(StepDone(12, 1, 1.0, loss, 0.5, 1e-3, 50.0, 10.0))
    record = record.after(StepDone(13, 2, 1 / 12, 0.3, 0.5, 1e-3, 50.0, 10.0))
    assert [(step, loss) for step, _, loss, _ in record.losses] == [(12, 0.4), (13, 0.3)]


# Train, done


def test_the_next_step_after_training_is_to_look_at_the_results(session: Session, qtbot: QtBot) -> None:
    page = TrainPage(session)
    qtbot.addWidget(page)
    page.resize(1100, 800)
    page.show()
    done = alone.made_up_instant()
    session.store.put(*done.slices())
    page.show_state(session.state)
    assert is_done(session.state)
    primary = [b for b in page.findChildren(Button) if b.isVisible() and b.property("role") == "primary"]
    assert [button.text() for button in primary] == ["See the results"]
    assert page.again.isVisible()
    page.choices.cards.card("better").click()
    page.show_state(session.state)
    primary = [b for b in page.findChildren(Button) if b.isVisible() and b.property("role") == "primary"]
    assert [button.text() for button in primary] == ["Train"], "that has not been made yet"


def test_see_the_results_is_there_once(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    state = alone.made_up_instant()
    window.show_page("train")
    show(window, changed(state, news=state.runs.shown, first=True))
    qtbot.wait(80)
    found = [b for b in window.findChildren(QPushButton) if b.isVisible() and b.text() == "See the results"]
    assert len(found) == 1
    assert found[0].property("role") == "primary"


def test_machine_facts_stand_in_advanced(session: Session, qtbot: QtBot) -> None:
    page = TrainPage(session)
    qtbot.addWidget(page)
    page.show()
    page.show_state(alone.made_up_instant())
    assert page.live.facts.text() == "It took 6 s"
    assert page.live.machine.isHidden()
    page.choices.expand.click()
    assert page.live.machine.isVisible()
    assert page.live.machine.text() == "120 photos a second · Made-up processor · Made-up runtime"
