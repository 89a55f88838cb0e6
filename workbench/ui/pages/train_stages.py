"""How an instant run goes, as a short list: it has no curves to show."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.parts.widgets import column, label, row, set_role
from workbench.ui.style import theme
from workbench.ui.style.icons import icon
from workbench.ui.words.stages import Stage

_SIGNS = {
    "done": ("ph.check-circle", "good"),
    "now": ("ph.circle-half", "accent"),
    "next": ("ph.circle", "muted"),
}
_SIGN, _NAME_WIDTH = 20, 144


class Stages(QWidget):
    """The stages of a run below each other: those that are done, the one under way, those to come."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[_Line] = []
        self._stages: list[Stage] = []
        self._column = column(space=theme.S)
        self.setLayout(self._column)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("How far it is"))

    def show_stages(self, stages: Sequence[Stage]) -> None:
        """Shows other stages, or the same ones further on."""
        if list(stages) == self._stages:
            return
        self._stages = list(stages)
        while len(self._lines) < len(stages):
            self._lines.append(_Line())
            self._column.addWidget(self._lines[-1])
        for line, stage in zip(self._lines, stages, strict=True):
            line.show_stage(stage)
        words = (f"{stage.name} {stage.text}".strip() for stage in stages if stage.reached != "next")
        self.setAccessibleDescription(", ".join(words))

    def stages(self) -> list[Stage]:
        """What is shown."""
        return self._stages

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for line, stage in zip(self._lines, self._stages, strict=True):
                line.show_stage(stage)


class _Line(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._sign, self._name, self._text = label(), label(), label("", "muted", wrap=True)
        self._sign.setFixedWidth(_SIGN)
        self._name.setMinimumWidth(theme.px(_NAME_WIDTH))
        line = row(self._sign, self._name, self._text, space=theme.S)
        line.setStretch(2, 1)
        line.setAlignment(self._sign, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)
        self.setMinimumHeight(theme.px(theme.HIT))

    def show_stage(self, stage: Stage) -> None:
        self._sign.setPixmap(icon(*_SIGNS[stage.reached]).pixmap(_SIGN, _SIGN))
        self._name.setText(stage.name)
        set_role(self._name, "muted" if stage.reached == "next" else "strong")
        self._text.setText(stage.text)
