"""Forms made from declared settings: every setting comes back as it went in, with real keys and clicks."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.core.architectures.design import NetworkDesign
from workbench.core.config.training_config import TrainingConfig
from workbench.core.settings import replace, settings_of
from workbench.ui.parts.editors import (
    ChoiceEdit,
    FileEdit,
    NumberEdit,
    SwitchEdit,
    WholeNumberEdit,
    next_step,
)
from workbench.ui.parts.forms import SettingsForm
from workbench.ui.style import theme

CLASSES = (TrainingConfig, NetworkDesign)
EVERY = [(cls, name) for cls in CLASSES for name in settings_of(cls)]


@pytest.fixture
def forms(qapp: QApplication, qtbot: QtBot) -> dict[type, SettingsForm]:
    theme.Theme(qapp).choose("light")
    made = {cls: SettingsForm(cls) for cls in CLASSES}
    for cls, form in made.items():
        qtbot.addWidget(form)
        form.show_values(cls())
        form.show()
    return made


def other_value(cls: type, name: str) -> Any:
    """A value that differs from the default and fits."""
    declared, default = settings_of(cls)[name], getattr(cls(), name)
    kind = typing.get_type_hints(cls)[name]
    if name == "architecture":
        return "resnet18"
    if declared.choices is not None:
        return next(value for value in declared.choices if value != default)
    if kind is bool:
        return not default
    if kind is str:
        return "some/file.safetensors"
    return declared.maximum if default != declared.maximum else declared.minimum


def enter(qtbot: QtBot, editor: Any, value: Any) -> None:
    """Types or clicks a value in, as a person does."""
    if isinstance(editor, SwitchEdit):
        qtbot.mouseClick(editor, Qt.MouseButton.LeftButton, pos=QPoint(10, editor.height() // 2))
    elif isinstance(editor, ChoiceEdit):
        place = editor.values.index(value)
        for _ in range(editor.count()):
            qtbot.keyClick(editor, Qt.Key.Key_Up)
        for _ in range(place):
            qtbot.keyClick(editor, Qt.Key.Key_Down)
    else:
        box = editor.line if isinstance(editor, FileEdit) else editor
        box.selectAll()
        qtbot.keyClicks(box, repr(value) if isinstance(value, float) else str(value))
        qtbot.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize(("cls", "name"), EVERY)
def test_every_setting_goes_in_and_comes_out(
    forms: dict[type, SettingsForm], qtbot: QtBot, cls: type, name: str
) -> None:
    form, wanted = forms[cls], other_value(cls, name)
    heard: list[tuple[str, Any]] = []
    form.edited.connect(lambda changed, value: heard.append((changed, value)))
    enter(qtbot, form.editor(name), wanted)
    assert heard[-1] == (name, wanted)
    assert type(heard[-1][1]) is type(getattr(cls(), name))
    changed = replace(cls(), {name: heard[-1][1]})
    count = len(heard)
    form.show_values(cls())
    form.show_values(changed)
    assert len(heard) == count, "showing values must not report any"
    assert shown(form.editor(name)) == wanted


def shown(editor: Any) -> Any:
    if isinstance(editor, ChoiceEdit):
        return editor.values[editor.currentIndex()]
    if isinstance(editor, SwitchEdit):
        return editor.isChecked()
    if isinstance(editor, NumberEdit | WholeNumberEdit):
        return editor.value()
    return (editor.line if isinstance(editor, FileEdit) else editor).text()


@pytest.mark.parametrize("cls", CLASSES)
def test_every_editor_has_a_name_its_help_and_room_to_hit(forms: dict[type, SettingsForm], cls: type) -> None:
    form = forms[cls]
    assert form.names() == [field.name for field in dataclasses.fields(cls) if "setting" in field.metadata]
    for name, declared in settings_of(cls).items():
        editor = form.editor(name)
        assert editor.accessibleName() == declared.label
        assert editor.toolTip() == editor.accessibleDescription() == declared.help
        assert editor.height() >= 32


def test_settings_chosen_elsewhere_are_left_out(qtbot: QtBot) -> None:
    form = SettingsForm(TrainingConfig, leave_out={"mode", "architecture"})
    qtbot.addWidget(form)
    assert not {"mode", "architecture"} & set(form.names())


def test_a_learning_rate_steps_by_factors(forms: dict[type, SettingsForm], qtbot: QtBot) -> None:
    editor = forms[TrainingConfig].editor("learning_rate")
    assert isinstance(editor, NumberEdit)
    for expected in (5e-3, 1e-2, 2e-2):
        qtbot.keyClick(editor, Qt.Key.Key_Up)
        assert editor.value() == pytest.approx(expected)
    assert next_step(1e-7, up=False) == pytest.approx(5e-8)
    assert next_step(0.3, up=True) == 0.5


def test_nonsense_cannot_be_typed(forms: dict[type, SettingsForm], qtbot: QtBot) -> None:
    editor = forms[TrainingConfig].editor("learning_rate")
    assert isinstance(editor, NumberEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "abc99")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.minimum() <= editor.value() <= editor.maximum()


def test_the_wheel_changes_nothing_that_has_no_focus(forms: dict[type, SettingsForm]) -> None:
    form = forms[TrainingConfig]
    for name in ("epochs", "learning_rate", "optimizer"):
        editor = form.editor(name)
        before = shown(editor)
        event = QWheelEvent(
            QPointF(5, 5), QPointF(5, 5), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(editor, event)
        assert shown(editor) == before
