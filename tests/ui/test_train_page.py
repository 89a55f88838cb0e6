"""The Train page with real clicks: choices reach the configuration, and the run under way is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import changed
from workbench.core.architectures.architecture_rows import ARCHITECTURES, architecture_of
from workbench.core.architectures.design import DESIGN_PRESETS
from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS
from workbench.core.config.presets import PRESETS
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.durations import Rates
from workbench.core.improve.plan import ImproveSpeed
from workbench.engine.requests import Augment, Request
from workbench.ui import alone
from workbench.ui.pages.train import TrainPage
from workbench.ui.pages.train_architecture import figures_of, rounded
from workbench.ui.session.session import Session
from workbench.ui.session.state import State

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def asked(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the page asks of the engine, whose process stays out of these tests."""
    jobs: list[Request] = []

    def submit(request: Request, *_: object, completed: Callable[..., None], **__: object) -> None:
        jobs.append(request)
        completed(None)

    monkeypatch.setattr(session._service, "submit", submit)
    return jobs


@pytest.fixture
def page(session: Session, asked: list[Any], qtbot: QtBot) -> TrainPage:
    made = TrainPage(session)
    qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    show(made, changed(alone.made_up_state(), shown=None, every=(), losses=()))
    return made


@pytest.fixture
def by_hand(page: TrainPage) -> TrainPage:
    """The page with *Advanced* open and a way chosen in it that every setting is for."""
    page.choices.expand.click()
    show(page, changed(page.session.state, config=recommended("transfer")))
    return page


def show(page: TrainPage, state: State) -> None:
    page.session.store.put(*state.slices())
    page.show_state(page.session.state)


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    qtbot.mouseClick(button, LEFT, pos=QPoint(12, button.height() // 2))


def test_a_card_brings_the_recommended_settings_of_its_choice(page: TrainPage, qtbot: QtBot) -> None:
    cards = page.choices.cards
    assert cards.keys() == ["instant", "better", "best"]
    assert cards.card("instant").isChecked()
    click(qtbot, cards.card("best"))
    assert page.session.state.preferences.config == TrainingConfig(mode="improve", quality="best")
    qtbot.waitUntil(page.choices.augmentation.isVisible)
    click(qtbot, cards.card("better"))
    assert page.session.state.preferences.config == recommended("improve")
    click(qtbot, cards.card("instant"))
    assert page.session.state.preferences.config == recommended("instant")
    qtbot.waitUntil(page.choices.augmentation.isHidden)


def test_cards_can_be_chosen_from_the_keyboard(page: TrainPage, qtbot: QtBot) -> None:
    page.choices.cards.card("instant").setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.choices.cards.card("instant"), Qt.Key.Key_Down)
    assert page.session.state.preferences.config.mode == "improve"


def test_cards_say_how_long_they_take_here_once_that_was_measured(page: TrainPage) -> None:
    card = page.choices.cards.card("better")
    assert "here" not in card.accessibleDescription()
    show(page, changed(page.session.state, rates=Rates(100.0, ImproveSpeed(views=50.0, learned=200.0))))
    # 260 photos: two networks, trials of other looks, 4 views at 50 a second, 360 steps of 32 at 200
    assert "About 2 minutes here. When the instant" in card.accessibleDescription()
    assert "A few seconds here." in page.choices.cards.card("instant").accessibleDescription()
    show(page, changed(page.session.state, config=recommended("improve", "resnet18")))
    assert "here" not in card.accessibleDescription()


def test_other_ways_to_learn_stand_in_advanced(page: TrainPage, qtbot: QtBot) -> None:
    others = page.choices.advanced.others
    assert not others.isVisible()
    assert page.choices.elsewhere.isHidden()
    click(qtbot, page.choices.expand)
    click(qtbot, others.card("scratch"))
    assert page.session.state.preferences.config == recommended("scratch")
    qtbot.waitUntil(lambda: page.choices.augmentation.presets.button("normal").isChecked())
    assert page.choices.elsewhere.text() == "Chosen in Advanced: Learn from nothing"
    assert not any(page.choices.cards.card(key).isChecked() for key in page.choices.cards.keys())  # noqa: SIM118
    click(qtbot, page.choices.cards.card("instant"))
    assert page.session.state.preferences.config == recommended("instant")
    qtbot.waitUntil(page.choices.elsewhere.isHidden)


def test_a_preset_is_taken_and_shown_on_the_persons_photos(
    page: TrainPage, asked: list[Any], qtbot: QtBot
) -> None:
    assert asked == [], "an instant run changes no photo"
    show(page, changed(page.session.state, config=recommended("improve")))
    assert [type(request) for request in asked] == [Augment]
    click(qtbot, page.choices.augmentation.presets.button("strong"))
    assert page.session.state.preferences.config.augmentation == "strong"
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[1].config.augmentation == "strong"
    page.session.store.put(*changed(page.session.state, engine="another state").slices())
    qtbot.wait(50)
    assert len(asked) == 2, "nothing has changed that shows on photos"


def test_the_photos_arrive_in_the_strip(page: TrainPage) -> None:
    show(page, changed(page.session.state, config=recommended("improve")))
    strip = page.choices.augmentation.strip
    empty = strip.grab().toImage()
    page.session.previews.arrived.emit([QImage(40, 30, QImage.Format.Format_RGB32)] * 6)
    assert strip.count() == 6
    assert strip.grab().toImage() != empty


def test_another_network_is_chosen_from_the_list(page: TrainPage, qtbot: QtBot) -> None:
    picker = page.choices.advanced.architecture
    click(qtbot, page.choices.expand)
    assert not picker.cards.isVisible()
    click(qtbot, picker.more)
    assert picker.cards.keys() == [row.key for row in ARCHITECTURES if row.weights is not None]
    assert picker.cards.card("efficientnet_lite0").isChecked()
    click(qtbot, picker.cards.card("resnet18"))
    assert page.session.state.preferences.config == recommended("instant", "resnet18")
    assert not picker.cards.isVisible()
    qtbot.waitUntil(lambda: picker.name.text() == "ResNet-18")


def test_rows_say_how_large_a_network_is_and_where_its_weights_are() -> None:
    here, download = architecture_of("efficientnet_lite0"), architecture_of("resnet18")
    assert figures_of(here, "transfer") == (
        "Small and quick (4.7 million parameters). Already trained, and on this computer."
    )
    assert "downloaded once, 47 MB" in figures_of(download, "transfer")
    assert "download" not in figures_of(download, "scratch")
    assert [rounded(n) for n in (61_706, 416_520, 56_510_400, 17_563_828_224)] == [
        "61,706",
        "0.4 million",
        "57 million",
        "18 billion",
    ]


def test_ones_own_network_starts_from_a_preset_and_has_a_form(page: TrainPage, qtbot: QtBot) -> None:
    advanced = page.choices.advanced
    picker = advanced.architecture
    assert not picker.presets.isVisibleTo(picker)
    click(qtbot, page.choices.expand)
    click(qtbot, advanced.others.card("scratch"))
    qtbot.waitUntil(lambda: picker.presets.isVisible())
    qtbot.keyClick(picker.presets, Qt.Key.Key_Down)
    key = list(DESIGN_PRESETS)[1]
    assert page.session.state.preferences.config.design == DESIGN_PRESETS[key][1]
    qtbot.waitUntil(lambda: advanced.design.isVisible())
    blocks: Any = advanced.design.editor("blocks")
    qtbot.waitUntil(lambda: blocks.value() == DESIGN_PRESETS[key][1].blocks)
    qtbot.keyClick(blocks, Qt.Key.Key_Up)
    assert page.session.state.preferences.config.design.blocks == DESIGN_PRESETS[key][1].blocks + 1
    qtbot.waitUntil(lambda: picker.presets.currentText().startswith("My own"))


def test_advanced_is_folded_remembered_and_holds_every_other_setting(page: TrainPage, qtbot: QtBot) -> None:
    advanced = page.choices.advanced
    assert not advanced.isVisible()
    click(qtbot, page.choices.expand)
    assert advanced.isVisible()
    again = TrainPage(page.session)
    qtbot.addWidget(again)
    assert again.choices.advanced.isVisibleTo(again.choices)
    fields = set(TrainingConfig.__dataclass_fields__) - {"augmentations", "design"}
    assert set(advanced.settings.names()) == fields - {"mode", "quality", "architecture", "augmentation"}


def test_a_setting_changed_by_hand_can_be_taken_back(by_hand: TrainPage, qtbot: QtBot) -> None:
    page = by_hand
    assert not page.choices.back.isVisible()
    editor: Any = page.choices.advanced.settings.editor("epochs")
    editor.selectAll()
    qtbot.keyClicks(editor, "25")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert page.session.state.preferences.config.epochs == 25
    qtbot.waitUntil(lambda: page.choices.back.isVisible())
    click(qtbot, page.choices.back)
    assert page.session.state.preferences.config == recommended("transfer")
    qtbot.waitUntil(lambda: editor.value() == recommended("transfer").epochs)


def test_single_augmentations_make_ones_own_mix(by_hand: TrainPage, asked: list[Any], qtbot: QtBot) -> None:
    page = by_hand
    row = page.choices.advanced.sliders.row("blur")
    assert not row.slider.isVisible()
    click(qtbot, row.switch)
    usual = next(each.default_strength for each in AUGMENTATIONS if each.key == "blur")
    config = page.session.state.preferences.config
    assert (config.augmentation, config.augmentations) == (
        "custom",
        {**PRESETS.of("light").strengths, "blur": usual},
    )
    qtbot.waitUntil(lambda: row.slider.isVisible())
    qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert page.session.state.preferences.config.augmentations["blur"] == pytest.approx(usual + 0.01)
    own = page.choices.augmentation.presets.button("custom")
    qtbot.waitUntil(lambda: own.isVisible() and own.isChecked())
    qtbot.waitUntil(lambda: asked[-1].config.augmentations.get("blur") == pytest.approx(usual + 0.01))
    click(qtbot, row.switch)
    assert page.session.state.preferences.config.augmentations == PRESETS.of("light").strengths


def test_buttons_follow_the_table_of_actions(page: TrainPage, qtbot: QtBot) -> None:
    assert page.start.isVisible()
    assert page.start.isEnabled()
    show(page, changed(page.session.state, working=frozenset({"scan"})))
    assert not page.start.isEnabled()
    show(page, alone.made_up_training())
    assert not page.start.isVisible()
    assert page.stop.isEnabled()
    assert page.stop.text() == "Keep the best so far and stop"
    click(qtbot, page.stop)
    qtbot.waitUntil(lambda: page.stop.text() == "Stopping…")
    assert not page.stop.isEnabled()
    show(page, alone.made_up_instant(1, learning=True))
    assert page.stop.text() == "Stop"
    show(page, alone.made_up_state())
    assert page.start.isEnabled()
    assert not page.continue_button.isVisible()


def test_an_interrupted_run_can_go_on(page: TrainPage) -> None:
    state = alone.made_up_state()
    assert state.runs.shown is not None
    broken = replace(
        state.runs.shown,
        state="interrupted",
        result=None,
        history=state.runs.shown.history[:3],
        can_continue=True,
    )
    show(page, changed(state, shown=broken, every=(broken,)))
    assert page.continue_button.isVisible()
    assert page.continue_button.isEnabled()
    assert page.live.head.text() == "Interrupted after epoch 3"


def test_shows_the_run_under_way(page: TrainPage) -> None:
    state = alone.made_up_training()
    show(page, state)
    live = page.live
    assert live.head.text() == "Learning: epoch 5 of 8"
    assert live.facts.text() == "75 s left"
    assert live.machine.text() == "96 photos a second · Made-up processor · learning rate 0.001"
    assert len(live.curves.loss.steps.getData()[0]) == len(state.runs.losses)
    assert list(live.curves.loss.validation.getData()[0]) == [1, 2, 3, 4]
    assert live.matrix.summary().startswith("35 of 50 photos right, 5 classes.")
    assert live.matrix_text.text() == "Answers after epoch 4, for the 50 photos kept for checking"


def test_shows_how_a_run_ended(page: TrainPage) -> None:
    show(page, alone.made_up_state())
    assert page.live.head.text() == "Finished: you keep the best of 8 epochs, number 8"
    assert page.live.facts.text() == "It took 33 s"
    assert page.live.machine.text() == "96 photos a second · Made-up processor"
    state = alone.made_up_state()
    assert state.runs.shown is not None
    assert state.runs.shown.result is not None
    early = replace(
        state.runs.shown, history=(), result=replace(state.runs.shown.result, best_epoch=None, stopped=True)
    )
    show(page, changed(state, shown=early, every=(early,)))
    assert page.live.head.text() == "Stopped in the first epoch: you keep what it had learned by then"


@pytest.mark.parametrize(("heads", "right"), [(1, 225), (2, 235)])
def test_an_instant_run_shows_its_stages_and_fills_the_table(page: TrainPage, heads: int, right: int) -> None:
    show(page, alone.made_up_instant(0, learning=True))
    live = page.live
    assert live.stages.isVisible()
    assert live.curves.isHidden()
    assert live.axis.isHidden()
    assert live.head.text() == "Looking at your photos…"
    show(page, alone.made_up_instant(heads, learning=True))
    assert live.matrix.summary().startswith(f"{right} of 250 photos right, 5 classes.")
    assert live.matrix_text.text() == "Answers for 250 photos, each from a model that hadn't learned from it"
    show(page, alone.made_up_instant())
    assert live.head.text() == "Finished: the model is ready"
    assert live.facts.text() == "It took 6 s"
    assert live.stages.accessibleDescription().endswith("Final model right for 94 of 100 photos")


def test_an_improved_run_says_which_model_won(page: TrainPage) -> None:
    state, instant = alone.made_up_state(), alone.made_up_instant(1).runs.shown
    assert state.runs.shown is not None
    assert state.runs.shown.result is not None
    assert instant is not None
    better = alone.made_up_instant(2).runs.heads[1].cross_validated
    result = replace(state.runs.shown.result, cross_validated=better, kept="improved", accuracy_before=0.9)
    run = replace(state.runs.shown, fitted=instant.fitted, result=result)
    show(page, changed(state, shown=run, every=(run,)))
    assert page.live.curves.isVisible()
    assert page.live.head.text() == "The improved model is better: right for 94 of 100 photos instead of 90."
    assert page.live.matrix.summary().startswith("235 of 250 photos right")


def test_an_improved_run_counts_rounds(page: TrainPage) -> None:
    state = alone.made_up_training()
    assert state.runs.shown is not None
    run = replace(state.runs.shown, config={**state.runs.shown.config, "mode": "improve"})
    show(page, changed(state, shown=run, every=(run,), under_way=run))
    live = page.live
    assert live.head.text() == "Practising: round 5 of 8"
    assert live.axis.button("epoch").text() == "Rounds"
    assert live.matrix_text.text() == "Answers after round 4, for the 50 photos that it practised without"
    learned = replace(run.history[-1], epoch=5, validation=None)
    last = replace(run, history=(*run.history, learned))
    show(page, changed(state, shown=last, every=(last,), under_way=last))
    assert live.matrix_text.text().startswith("Answers after round 4"), "the last one practises with all"
    broken = replace(run, state="interrupted", history=run.history[:3])
    show(page, changed(state, shown=broken, every=(broken,), under_way=None, working=frozenset()))
    assert live.head.text() == "Interrupted after round 3"
    show(page, alone.made_up_state())
    assert live.axis.button("epoch").text() == "Epochs"


def test_the_x_axis_is_remembered(page: TrainPage, qtbot: QtBot) -> None:
    show(page, alone.made_up_state())
    click(qtbot, page.live.axis.button("step"))
    assert page.live.curves.accuracy.validation.getData()[0][-1] == alone.EPOCHS * alone.STEPS
    assert page.session.preferences.recall("train/axis", "epoch") == "step"


@pytest.mark.parametrize("classes", [(), ("apples",)])
def test_says_what_is_missing(page: TrainPage, qtbot: QtBot, classes: tuple[str, ...]) -> None:
    catalog = page.session.state.folders.catalog
    assert catalog is not None
    show(page, changed(State(), catalog=replace(catalog, classes=classes) if classes else None))
    assert not page.choices.isVisible()
    assert not page.start.isEnabled()
    button = next(b for b in page.findChildren(QAbstractButton) if b.isVisible() and "hoto" in b.text())
    with qtbot.waitSignal(page.wants_page) as wanted:
        click(qtbot, button)
    assert wanted.args == ["images"]


def test_everything_has_a_name_and_room_to_hit(by_hand: TrainPage, qtbot: QtBot) -> None:
    page = by_hand
    click(qtbot, page.choices.advanced.architecture.more)
    qtbot.wait(100)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QSlider)
    widgets: list[QWidget] = [w for kind in kinds for w in page.findChildren(kind) if w.isVisible()]
    assert len(widgets) > 60
    for widget in widgets:
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        inside_spin_box = widget.objectName() == "qt_spinbox_lineedit"
        assert inside_spin_box or widget.accessibleName() or text, widget
        assert inside_spin_box or widget.height() >= 32, (widget, text, widget.parent(), widget.geometry())


def test_fits_the_smallest_window(page: TrainPage) -> None:
    show(page, alone.made_up_training())
    assert page.minimumSizeHint().width() <= 960 - 88
    assert page.minimumSizeHint().height() <= 600
