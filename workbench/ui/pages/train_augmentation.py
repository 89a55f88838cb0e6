"""Choosing how photos are changed at random, and seeing at once what that does to one's own."""

from __future__ import annotations

import functools

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from workbench.core.augmentation.augmentation_rows import (
    AUGMENTATIONS,
    Augmentation,
    augmentations_of,
)
from workbench.core.config.presets import CUSTOM, PRESETS
from workbench.core.config.training_config import TrainingConfig
from workbench.ui.parts.choices import Segments
from workbench.ui.parts.columns import Columns
from workbench.ui.parts.editors import SwitchEdit
from workbench.ui.parts.forms import words
from workbench.ui.parts.widgets import SectionHead, column, label, row
from workbench.ui.style import theme

_PHOTOS = 6
_ROW_WIDTH = 320


class AugmentationPicker(QWidget):
    """The presets, a sentence on the one that is chosen, and the person's own photos under it.

    Signals:
        chosen: The key of another preset.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        presets = {preset.key: words(preset.name) for preset in PRESETS}
        self.presets = Segments(self.tr("Random changes to photos"), presets)
        self.presets.chosen.connect(self.chosen)
        self.sentence = label("", "muted", wrap=True)
        self.strip = PreviewStrip()
        why = self.tr(
            "The model sees each photo a little differently every time, and so learns what matters."
        )
        head = column(
            SectionHead(self.tr("Random changes to photos")), label(why, "muted", wrap=True), space=theme.XS
        )
        self.setLayout(column(head, self.presets, self.strip, self.sentence))

    def show_config(self, config: TrainingConfig) -> None:
        """Shows the preset of a configuration."""
        self.presets.show_value(config.augmentation)
        self.presets.button(CUSTOM).setVisible(config.augmentation == CUSTOM)
        self.sentence.setText(words(PRESETS.of(config.augmentation).sentence))


class PreviewStrip(QWidget):
    """Some of the person's photos as the model will see them, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._images: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.XL)
        self.setAccessibleName(self.tr("Your photos as the model will see them"))

    def show_images(self, images: list[QImage]) -> None:
        """Shows other pictures; none shows where they will be."""
        self._images = images[:_PHOTOS]
        self.update()

    def count(self) -> int:
        """How many pictures are shown."""
        return len(self._images)

    def sizeHint(self) -> QSize:
        """How large it likes to be."""
        return QSize(_PHOTOS * theme.XL, theme.XL)

    def resizeEvent(self, event: object) -> None:
        """Fits itself into its new size."""
        self.setFixedHeight(int(self._side()))

    def _side(self) -> float:
        return (self.width() - (_PHOTOS - 1) * theme.XS) / _PHOTOS

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints it."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        side = self._side()
        for place in range(_PHOTOS):
            square = QRectF(place * (side + theme.XS), 0, side, side)
            outline = QPainterPath()
            outline.addRoundedRect(square, theme.CONTROL_RADIUS, theme.CONTROL_RADIUS)
            painter.setClipPath(outline)
            if place < len(self._images):
                painter.drawImage(square, self._images[place], _middle(self._images[place]))
            else:
                painter.fillRect(square, theme.colour("skeleton"))


class AugmentationSliders(QWidget):
    """Every augmentation with its sentence, a switch and its strength.

    Signals:
        edited: Key and new strength, 0 (off) to 1.
    """

    edited = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self._rows = {each.key: _AugmentationRow(each) for each in AUGMENTATIONS}
        for key, each in self._rows.items():
            each.edited.connect(functools.partial(self.edited.emit, key))
        self._columns = Columns(list(self._rows.values()), least=_ROW_WIDTH, space=theme.M)
        self.setLayout(column(label(self.tr("Each random change"), "strong"), self._columns, space=theme.M))

    def show_config(self, config: TrainingConfig) -> None:
        """Shows the strengths of a configuration, its preset's where it has one; only what has an effect."""
        strengths = augmentations_of(config)
        for key, each in self._rows.items():
            each.setVisible(AUGMENTATIONS.of(key).stage in config.method.augments)
            each.show_strength(strengths.get(key, 0.0))
        self._columns.arrange()

    def row(self, key: str) -> _AugmentationRow:
        """The row of an augmentation."""
        return self._rows[key]


class _AugmentationRow(QWidget):
    edited = Signal(float)

    def __init__(self, augmentation: Augmentation) -> None:
        super().__init__()
        name, sentence = words(augmentation.name), words(augmentation.sentence)
        self._usual = augmentation.default_strength
        self.switch = SwitchEdit()
        self.switch.setText(name)
        self.switch.setAccessibleDescription(sentence)
        self.switch.edited.connect(self._switched)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1, 100)
        self.slider.setFixedSize(112, theme.HIT)
        self.slider.setAccessibleName(self.tr("Strength: {name}").format(name=name))
        self.slider.valueChanged.connect(self._slid)
        self.strength = label("", "muted")
        self.strength.setFixedWidth(theme.XL)
        self.strength.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = row(self.switch, -1, self.slider, self.strength)
        head.addStrut(theme.HIT)
        self.setLayout(column(head, label(sentence, "caption", wrap=True), space=0))

    def show_strength(self, strength: float) -> None:
        """Shows a strength, 0 (off) to 1, without reporting it."""
        self.switch.setChecked(strength > 0)
        self.slider.setVisible(strength > 0)
        self.strength.setText(f"{strength * 100:.0f} %" if strength > 0 else self.tr("off"))
        if strength > 0:
            was = self.slider.blockSignals(True)
            self.slider.setValue(round(strength * 100))
            self.slider.blockSignals(was)

    def _switched(self, on: bool) -> None:
        self.edited.emit(self._usual if on else 0.0)

    def _slid(self, per_cent: int) -> None:
        self.edited.emit(per_cent / 100)


def _middle(image: QImage) -> QRectF:
    """The largest square in the middle of a picture."""
    side = min(image.width(), image.height())
    return QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
