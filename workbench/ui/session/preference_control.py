"""What the person prefers: the settings for the next run, and small values kept for the next start."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject, QSettings

from workbench.core import paths
from workbench.core.config.training_config import TrainingConfig
from workbench.ui.session.state import Preferences
from workbench.ui.session.store import Store

_TRAIN_ON_OPENING = "train/by_itself"
T = TypeVar("T")


class PreferenceControl(QObject):
    """Changes the slice `preferences`, and remembers values in the settings file."""

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._settings = QSettings(str(paths.settings_file()), QSettings.Format.IniFormat)

    def configure(self, config: TrainingConfig) -> None:
        """Sets what *Train* will start."""
        self._store.put(Preferences(config))

    def remember(self, key: str, value: object) -> None:
        """Keeps a small value for the next start."""
        self._settings.setValue(key, value)

    def recall(self, key: str, default: T) -> T:
        """What was remembered, of the default's type."""
        value: T = self._settings.value(key, default, type(default))  # type: ignore[assignment]
        return value

    @property
    def train_on_opening(self) -> bool:
        """Whether a first model is made as soon as a folder has been opened; remembered."""
        return self.recall(_TRAIN_ON_OPENING, True)

    @train_on_opening.setter
    def train_on_opening(self, wanted: bool) -> None:
        self.remember(_TRAIN_ON_OPENING, wanted)

    def close(self) -> None:
        """Writes what is to be remembered."""
        self._settings.sync()
