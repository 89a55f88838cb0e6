"""One editor for each kind of setting; all show a value silently and report only what a person changes."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
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
from workbench.core.typed_numbers import number_typed, whole_number_typed
from workbench.ui.parts.wheel import turned
from workbench.ui.parts.widgets import IconButton, row
from workbench.ui.style import theme

T = TypeVar("T")
_IN_NUMBERS = frozenset("eE+-\u2212.,\u066b\u066c '\u2019\u00a0\u2009\u202f")
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
        turned(self, event, super().wheelEvent)


class WholeNumberEdit(QSpinBox):
    """A whole number within its range, with its unit; 0 may have a word of its own.

    Signals:
        edited: The number that a person chose.
        refused: A text that was typed and is no number that fits; the number before it stays.
    """

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, declared: Setting) -> None:
        super().__init__()
        _prepare(self, declared)
        self.setRange(int(declared.minimum or 0), int(declared.maximum or 2**31 - 1))
        self.setSingleStep(int(declared.step or 1))
        self.valueChanged.connect(self.edited.emit)

    def show_value(self, value: int) -> None:
        """Shows a value without reporting it."""
        _silently(self, value)

    def valueFromText(self, text: str) -> int:
        """The number that was typed."""
        return int(_typed(self, text, whole_number_typed) or 0)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Whether what was typed is, or may become, a number within range."""
        return _state(self, text, _typed(self, text, whole_number_typed)), text, position

    def fixup(self, text: str) -> str:
        """Tells that what was typed does not fit."""
        self.refused.emit(_bare(self, text))
        return text

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, or what has the focus."""
        turned(self, event, super().wheelEvent)


class NumberEdit(QDoubleSpinBox):
    """A number within its range, in as few digits as it needs; logarithmic ones go 1, 2, 5, 10 and so on.

    It is shown as the person's country writes it, and may be typed with a point or a comma.

    Signals:
        edited, refused: As those of `WholeNumberEdit`.
    """

    edited = Signal(object)
    refused = Signal(str)

    def __init__(self, declared: Setting) -> None:
        super().__init__()
        self._logarithmic = declared.logarithmic
        _prepare(self, declared)
        self.setDecimals(12)
        maximum = 1e12 if declared.maximum is None else declared.maximum
        self.setRange(declared.minimum or 0.0, maximum)
        self.setSingleStep(declared.step or (0.05 if maximum <= 1 else 1.0))
        self.valueChanged.connect(self.edited.emit)

    def show_value(self, value: float) -> None:
        """Shows a value without reporting it."""
        _silently(self, value)

    def textFromValue(self, value: float) -> str:
        """The number in as few digits as it needs, with nothing between its thousands."""
        return f"{value:.6g}".replace(".", self.locale().decimalPoint())

    def valueFromText(self, text: str) -> float:
        """The number that was typed."""
        return self._typed(text) or 0.0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Whether what was typed is, or may become, a number within range."""
        return _state(self, text, self._typed(text)), text, position

    def fixup(self, text: str) -> str:
        """Tells that what was typed does not fit."""
        self.refused.emit(_bare(self, text))
        return text

    def _typed(self, text: str) -> float | None:
        return _typed(self, text, partial(number_typed, point=self.locale().decimalPoint()))

    def stepBy(self, steps: int) -> None:
        """Steps up or down."""
        if not self._logarithmic:
            super().stepBy(steps)
            return
        for _ in range(abs(steps)):
            self.setValue(next_step(self.value(), up=steps > 0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, or what has the focus."""
        turned(self, event, super().wheelEvent)


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


def _prepare(box: QSpinBox | QDoubleSpinBox, declared: Setting) -> None:
    """What both kinds of number have in common."""
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setKeyboardTracking(False)
    box.lineEdit().setTextMargins(theme.S, 0, 0, 0)
    translated = partial(QCoreApplication.translate, "settings")
    if declared.unit:
        box.setSuffix(f" {translated(declared.unit)}")
    if declared.zero:
        box.setSpecialValueText(translated(declared.zero))


def _bare(box: QSpinBox | QDoubleSpinBox, text: str) -> str:
    """What was typed, without the unit."""
    return text.removesuffix(box.suffix()).removesuffix(box.suffix().strip()).strip()


def _typed(box: QSpinBox | QDoubleSpinBox, text: str, read: Callable[[str], T]) -> T | int | None:
    """The number in a text; None where there is none, or it can be read in two ways."""
    bare, zero = _bare(box, text), box.specialValueText()
    if zero and bare.casefold() in ("", zero.casefold()):
        return 0
    try:
        return read(bare)
    except ValueError:
        return None


def _state(box: QSpinBox | QDoubleSpinBox, text: str, value: float | None) -> QValidator.State:
    if value is not None and box.minimum() <= value <= box.maximum():
        return QValidator.State.Acceptable
    bare, zero = _bare(box, text), box.specialValueText().casefold()
    number = all(unicodedata.decimal(each, None) is not None or each in _IN_NUMBERS for each in bare)
    if number or (bare and zero.startswith(bare.casefold())):
        return QValidator.State.Intermediate
    return QValidator.State.Invalid


def _silently(box: QSpinBox | QDoubleSpinBox, value: Any) -> None:
    was = box.blockSignals(True)
    box.setValue(value)
    box.blockSignals(was)
