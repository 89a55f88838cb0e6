"""One editor for each kind of setting; all show a value silently and report only what a person changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from workbench.core.settings import Setting
from workbench.ui.parts.widgets import IconButton, row
from workbench.ui.style import theme

_FEW = 8
"""A whole number with at most so many possible values is chosen from a list."""


class ChoiceEdit(QComboBox):
    """One of a few values, each with its words."""

    edited = Signal(object)

    def __init__(self, choices: Mapping[Any, str]) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.values = list(choices)
        self.addItems(list(choices.values()))
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + theme.XL)
        self.activated.connect(self._report)

    def show_value(self, value: Any) -> None:
        """Shows a value without reporting it."""
        self.setCurrentIndex(self.values.index(value))

    def _report(self, index: int) -> None:
        self.edited.emit(self.values[index])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, or what has the focus."""
        _wheel(self, event, super().wheelEvent)


class WholeNumberEdit(QSpinBox):
    """A whole number within its range."""

    edited = Signal(object)

    def __init__(self, declared: Setting) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(theme.S, 0, 0, 0)
        self.setRange(int(declared.minimum or 0), int(declared.maximum or 2**31 - 1))
        self.setSingleStep(int(declared.step or 1))
        self.valueChanged.connect(self.edited.emit)

    def show_value(self, value: int) -> None:
        """Shows a value without reporting it."""
        _silently(self, value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, or what has the focus."""
        _wheel(self, event, super().wheelEvent)


class NumberEdit(QDoubleSpinBox):
    """A number within its range, in as few digits as it needs; logarithmic ones go 1, 2, 5, 10 and so on."""

    edited = Signal(object)

    def __init__(self, declared: Setting) -> None:
        super().__init__()
        self._logarithmic = declared.logarithmic
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.setDecimals(12)
        self.lineEdit().setTextMargins(theme.S, 0, 0, 0)
        maximum = 1e12 if declared.maximum is None else declared.maximum
        self.setRange(declared.minimum or 0.0, maximum)
        self.setSingleStep(declared.step or (0.05 if maximum <= 1 else 1.0))
        self.valueChanged.connect(self.edited.emit)

    def show_value(self, value: float) -> None:
        """Shows a value without reporting it."""
        _silently(self, value)

    def textFromValue(self, value: float) -> str:
        """The number in as few digits as it needs."""
        return self.locale().toString(value, "g", 6)

    def valueFromText(self, text: str) -> float:
        """The number that was typed."""
        return self.locale().toDouble(text)[0]

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Whether what was typed is, or may become, a number within range."""
        value, understood = self.locale().toDouble(text)
        if understood and self.minimum() <= value <= self.maximum():
            state = QValidator.State.Acceptable
        elif set(text) <= set("0123456789eE+-" + self.locale().decimalPoint()):
            state = QValidator.State.Intermediate
        else:
            state = QValidator.State.Invalid
        return state, text, position

    def stepBy(self, steps: int) -> None:
        """Steps up or down."""
        if not self._logarithmic:
            super().stepBy(steps)
            return
        for _ in range(abs(steps)):
            self.setValue(next_step(self.value(), up=steps > 0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, or what has the focus."""
        _wheel(self, event, super().wheelEvent)


class SwitchEdit(QCheckBox):
    """Yes or no."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.clicked.connect(self._report)

    def show_value(self, value: bool) -> None:
        """Shows a value without reporting it."""
        self.setChecked(value)

    def _report(self) -> None:
        self.edited.emit(self.isChecked())


class TextEdit(QLineEdit):
    """A line of text."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.editingFinished.connect(self._report)

    def show_value(self, value: str) -> None:
        """Shows a value without reporting it."""
        self._shown = value
        self.setText(value)

    def _report(self) -> None:
        if self.text() != self._shown:
            self._shown = self.text()
            self.edited.emit(self._shown)


class FileEdit(QWidget):
    """A file that is chosen, or none."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.line = TextEdit()
        self.line.edited.connect(self.edited.emit)
        self.button = IconButton("ph.folder-open", self.tr("Choose a file"), self._choose)
        self.setLayout(row(self.line, self.button))
        self.setFocusProxy(self.line)

    def show_value(self, value: str) -> None:
        """Shows a value without reporting it."""
        self.line.show_value(value)

    def setAccessibleName(self, name: str) -> None:
        """Names the line and the button too."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)
        self.button.setAccessibleName(self.tr("Choose a file: {setting}").format(setting=name))

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.accessibleName())
        if path:
            self.line.show_value(path)
            self.edited.emit(path)


Editor = ChoiceEdit | WholeNumberEdit | NumberEdit | SwitchEdit | TextEdit | FileEdit


def editor_for(name: str, kind: type, declared: Setting) -> Editor:
    """The editor that fits a setting's type, range and choices."""
    if declared.choices is not None:
        return ChoiceEdit(declared.choices)
    if kind is bool:
        return SwitchEdit()
    if kind is int:
        if declared.step and declared.minimum is not None and declared.maximum is not None:
            values = range(int(declared.minimum), int(declared.maximum) + 1, int(declared.step))
            if len(values) <= _FEW:
                return ChoiceEdit({value: str(value) for value in values})
        return WholeNumberEdit(declared)
    if kind is float:
        return NumberEdit(declared)
    return FileEdit() if name.endswith("_file") else TextEdit()


def next_step(value: float, *, up: bool) -> float:
    """The next of … 0.1, 0.2, 0.5, 1, 2, 5 … above or below a positive number."""
    exponent = math.floor(math.log10(value))
    ladder = [mantissa * 10.0**power for power in range(exponent - 1, exponent + 2) for mantissa in (1, 2, 5)]
    if up:
        return next(step for step in ladder if step > value * (1 + 1e-9))
    return next(step for step in reversed(ladder) if step < value * (1 - 1e-9))


def _silently(box: QSpinBox | QDoubleSpinBox, value: Any) -> None:
    was = box.blockSignals(True)
    box.setValue(value)
    box.blockSignals(was)


def _wheel(widget: QAbstractSpinBox | QComboBox, event: QWheelEvent, usual: Any) -> None:
    """Scrolling a page must not change what happens to lie under the pointer."""
    if widget.hasFocus():
        usual(event)
    else:
        event.ignore()
