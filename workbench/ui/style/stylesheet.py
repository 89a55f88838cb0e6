"""The style sheet, made from the tokens of one theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template

from workbench.core.paths import resource

_SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, QWidget#canvas { background: $canvas; }
QLabel, QCheckBox { background: transparent; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="section"] { font-size: ${section}px; font-weight: 600; }
QLabel[role="answer"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="number"] { font-size: ${number}px; font-weight: 300; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="strong"]:disabled { color: $muted; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="caption"] { color: $muted; font-size: ${caption}px; }
QLabel[role="good"] { color: $good; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="bad"] { color: $bad; }

QFrame[role="card"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame[role="card"]:focus { border: 2px solid $accent; }
QFrame[role="drop"] { background: $surface; border: 2px dashed $line; border-radius: 12px; }
QFrame[role="drop"][over="true"] { background: $selected; border-color: $accent; }
QFrame[role="strip"] { background: $surface; border-top: 1px solid $line; }
QFrame[role="rail"] { background: $surface; border-right: 1px solid $line; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QPushButton { background: $surface; border: 1px solid $line; border-radius: 6px; padding: 0 15px;
  min-height: ${h30}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $selected; }
QPushButton:focus { border: 2px solid $accent; padding: 0 14px; min-height: ${h28}px; }
QPushButton:disabled { color: $muted; background: $hover; border-color: $hover; }
QPushButton[role="primary"] { background: $accent; border-color: $accent; color: $on_accent;
  font-weight: 600; padding: 0 19px; }
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 0 18px; }
QPushButton[role="primary"]:disabled { background: $hover; border-color: $hover; color: $muted; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; color: $accent; padding: 0 7px; }
QPushButton[role="quiet"]:hover { background: $hover; }
QPushButton[role="quiet"]:focus { border: 2px solid $accent; padding: 0 6px; }
QPushButton[role="quiet"]:disabled { color: $muted; background: transparent; }
QPushButton[role="row"] { background: transparent; border-color: transparent; text-align: left; padding: 0 11px;
  min-height: ${h34}px; }
QPushButton[role="row"]:hover { background: $hover; }
QPushButton[role="row"]:focus { border: 2px solid $accent; padding: 0 10px; min-height: ${h32}px; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: 6px; min-height: ${h28}px;
  min-width: 28px; }
QToolButton:hover { background: $hover; }
QToolButton:checked { background: $selected; color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton[role="rail"] { color: $muted; font-size: ${caption}px; padding: 8px 0; }
QToolButton[role="rail"]:checked { color: $accent; font-weight: 600; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: $surface; border: 1px solid $line;
  border-radius: 6px; padding: 0 9px; min-height: ${h30}px; selection-background-color: $accent;
  selection-color: $on_accent; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border: 2px solid $accent;
  padding: 0 8px; min-height: ${h28}px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $muted;
  background: $hover; }
QComboBox::drop-down, QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button { border: none; background: transparent; width: 22px; }
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$controls/down.svg");
  width: 14px; height: 14px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$controls/up.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line; outline: none; padding: 4px;
  selection-background-color: $selected; selection-color: $text; }

QCheckBox { spacing: 8px; min-height: ${h32}px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $muted;
  background: $surface; }
QCheckBox::indicator { border-radius: 4px; }
QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox::indicator:focus { border: 2px solid $accent; width: 14px; height: 14px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
  image: url("$controls/check-$scheme.svg"); }

QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 16px; height: 16px; margin: -6px 0; border-radius: 8px; background: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $text; width: 12px; height: 12px; }

QAbstractItemView { background: $surface; border: 1px solid transparent; border-radius: 8px; outline: none;
  selection-background-color: $selected; selection-color: $text; }
QAbstractItemView[role="plain"] { background: transparent; }
QTableView:focus, QAbstractItemView[ring="true"]:focus { border: 1px solid $accent; }
QTableView { gridline-color: $line; alternate-background-color: $canvas; }
QTableView::item { padding: 0 8px; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none; border-bottom: 1px solid $line;
  padding: 6px 8px; font-weight: 400; }
QPlainTextEdit { background: $canvas; border: 1px solid $line; border-radius: 6px; padding: 6px; }

QScrollArea, QScrollArea > QWidget > QWidget#body { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $handle; border-radius: 3px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::handle:vertical { min-height: 36px; margin: 0 3px; }
QScrollBar::handle:horizontal { min-width: 36px; margin: 3px 0; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $raised; border: 1px solid $line; border-radius: 8px; padding: 4px; }
QMenu::item { padding: 7px 28px 7px 12px; border-radius: 6px; }
QMenu::item:selected { background: $selected; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::item:disabled { color: $muted; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
QMenu::indicator:checked { image: url("$controls/tick.svg"); }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 6px 8px; }
""")


_TYPE = {"caption": 11, "section": 15, "title": 22, "number": 40}


def stylesheet(tokens: Mapping[str, str], px: Callable[[float], int], *, dark: bool) -> str:
    """The Qt style sheet of one theme.

    Args:
        tokens: Its colours by name.
        px: Makes a size that holds words that of the system's font.
        dark: Whether it is dark.
    """
    controls = resource("controls").as_posix()
    sizes = {name: str(px(size)) for name, size in _TYPE.items()}
    # What has the focus has a thicker border, and must not grow by it.
    sizes |= {"h30": str(px(30)), "h28": str(px(30) - 2), "h34": str(px(34)), "h32": str(px(34) - 2)}
    scheme = "dark" if dark else "light"
    return _SHEET.substitute(tokens, **sizes, controls=controls, scheme=scheme)
