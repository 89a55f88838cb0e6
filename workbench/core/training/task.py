"""What a training run is given: its settings, its photos in three sets, and a folder to write to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.stored_split import StoredSplit


@dataclass(frozen=True)
class TrainingTask:
    """One run's input, which nothing changes.

    Attributes:
        data: The sets, the last two of which may be empty, with their pixels.
        folder: The run folder.
    """

    data: StoredSplit
    config: TrainingConfig
    folder: Path

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the model's outputs."""
        return self.data.split.class_names
