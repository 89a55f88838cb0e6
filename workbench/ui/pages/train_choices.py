"""The left of the Train page: what to choose before training, plain things first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QWidget

from workbench.core.architectures.design import NetworkDesign
from workbench.core.settings import replace
from workbench.core.training.config import TrainingConfig, recommended
from workbench.ui.pages.train_architecture import ArchitecturePicker
from workbench.ui.pages.train_augmentation import AugmentationPicker, AugmentationSliders
from workbench.ui.parts.choices import ChoiceCards
from workbench.ui.parts.forms import SettingsForm
from workbench.ui.parts.widgets import Button, SectionHead, column, row
from workbench.ui.session.configuring import is_recommended, with_architecture, with_augmentation, with_mode
from workbench.ui.session.session import Session
from workbench.ui.style import theme

MODES = (
    (
        "transfer",
        QT_TRANSLATE_NOOP("Choices", "Start from a trained network"),
        QT_TRANSLATE_NOOP(
            "Choices",
            "It has seen a million photos already and only has to learn yours. Best for most photos, "
            "above all for few.",
        ),
        QT_TRANSLATE_NOOP("Choices", "Takes minutes. 20 photos of each class can be enough."),
    ),
    (
        "scratch",
        QT_TRANSLATE_NOOP("Choices", "Learn from nothing"),
        QT_TRANSLATE_NOOP(
            "Choices",
            "Everything it knows comes from your photos. For small pictures, for pictures that are "
            "not photos, or to see how learning works.",
        ),
        QT_TRANSLATE_NOOP("Choices", "Takes longer. Wants hundreds of photos of each class."),
    ),
)
"""The plain choices: mode, name, what it does and when to take it, what it needs."""

_CHOSEN_ABOVE = ("mode", "architecture", "augmentation")
_FOLDED = "train/advanced"


class Choices(QWidget):
    """What decides how the model is trained; everything goes to the session's configuration."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._config: TrainingConfig | None = None
        self.modes = ChoiceCards(self.tr("How to learn"))
        translate = QCoreApplication.translate
        self.modes.fill((mode, *(translate("Choices", text) for text in texts)) for mode, *texts in MODES)
        self.modes.chosen.connect(self._choose_mode)
        self.architecture = ArchitecturePicker()
        self.architecture.chosen.connect(self._choose_architecture)
        self.architecture.designed.connect(self._design)
        self.augmentation = AugmentationPicker()
        self.augmentation.chosen.connect(self._choose_preset)
        self.advanced = Advanced()
        self.advanced.edited.connect(self._edit)
        self.advanced.redesigned.connect(self._redesign)
        self.advanced.strength.connect(self._strengthen)
        self.unfold = Button("", self._fold, role="quiet")
        self.unfold.setAccessibleName(self.tr("Advanced"))
        self.unfold.setCheckable(True)
        self.unfold.setChecked(bool(session.recall(_FOLDED, False)))
        self.back = Button(self.tr("Back to recommended"), self._go_back, role="quiet")
        layout = column(
            column(SectionHead(self.tr("How to learn")), self.modes),
            self.architecture,
            self.augmentation,
            column(row(self.unfold, -1, self.back), self.advanced, space=theme.M),
            -1,
            space=theme.L,
        )
        layout.setContentsMargins(0, 0, theme.M, theme.M)
        self.setLayout(layout)
        self._show_fold()

    def show_config(self, config: TrainingConfig) -> None:
        """Shows a configuration."""
        if config == self._config:
            return
        self._config = config
        self.modes.show_value(config.mode)
        self.architecture.show_config(config)
        self.augmentation.show_config(config)
        self.advanced.show_config(config)
        self.back.setVisible(not is_recommended(config))

    def _configure(self, config: TrainingConfig) -> None:
        self._session.configure(config)

    @property
    def _now(self) -> TrainingConfig:
        return self._session.state.config

    @Slot(str)
    def _choose_mode(self, mode: str) -> None:
        if mode != self._now.mode:
            self._configure(with_mode(self._now, mode))

    @Slot(str)
    def _choose_architecture(self, key: str) -> None:
        if key != self._now.architecture:
            self._configure(with_architecture(self._now, key))

    @Slot(str)
    def _choose_preset(self, preset: str) -> None:
        self._configure(replace(self._now, {"augmentation": preset}))

    @Slot(object)
    def _design(self, design: NetworkDesign) -> None:
        self._configure(replace(self._now, {"design": design}))

    @Slot(str, object)
    def _edit(self, name: str, value: Any) -> None:
        self._configure(replace(self._now, {name: value}))

    @Slot(str, object)
    def _redesign(self, name: str, value: Any) -> None:
        self._design(replace(self._now.design, {name: value}))

    @Slot(str, float)
    def _strengthen(self, key: str, strength: float) -> None:
        self._configure(with_augmentation(self._now, key, strength))

    def _go_back(self) -> None:
        self._configure(recommended(self._now.mode, self._now.architecture))

    def _fold(self) -> None:
        self._session.remember(_FOLDED, self.unfold.isChecked())
        self._show_fold()

    def _show_fold(self) -> None:
        open_now = self.unfold.isChecked()
        self.advanced.setVisible(open_now)
        self.unfold.setText(("▾ " if open_now else "▸ ") + self.tr("Advanced"))


class Advanced(QWidget):
    """Every setting that is not chosen above it, made from the declarations.

    Signals:
        edited, redesigned: Field of `TrainingConfig` or of `NetworkDesign`, and its new value.
        strength: Key and new strength of an augmentation.
    """

    edited = Signal(str, object)
    redesigned = Signal(str, object)
    strength = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self.design = SettingsForm(NetworkDesign)
        self.design.edited.connect(self.redesigned)
        self.settings = SettingsForm(TrainingConfig, leave_out=_CHOSEN_ABOVE)
        self.settings.edited.connect(self.edited)
        self.sliders = AugmentationSliders()
        self.sliders.edited.connect(self.strength)
        self.setLayout(column(self.design, self.settings, self.sliders, space=theme.L))

    def show_config(self, config: TrainingConfig) -> None:
        """Shows a configuration."""
        self.design.setVisible(config.architecture == "custom")
        self.design.show_values(config.design)
        self.settings.show_values(config)
        self.sliders.show_config(config)
