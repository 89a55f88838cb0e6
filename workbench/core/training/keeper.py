"""What a run keeps: the model of its best epoch, and checkpoints that it can go on from."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.core.data.stored_split import SampleSet
from workbench.core.events import CheckpointSaved
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.project.event_log import measures_from_json, plain
from workbench.core.project.runs import MODEL, PREDICTIONS, PREVIOUS, RESUME
from workbench.core.results.measures import Measures
from workbench.core.training.learner import Learner
from workbench.core.training.optimisation import Plateau
from workbench.core.training.prediction_buffer import PredictionBuffer
from workbench.core.training.task import TrainingTask
from workbench.core.training.validation import Validated

_BUFFER = "tally."
"""What the names of the prediction buffer's tensors begin with in a checkpoint."""


@dataclass
class Position:
    """How far a run has come.

    Attributes:
        step, epochs_done: Since the run began.
        epoch_seconds: That the steps of the epoch under way took.
        plateau: The learning rate of the schedule `plateau`.
        buffer: What was predicted for the training samples of the epoch under way.
    """

    step: int = 0
    epochs_done: int = 0
    epoch_seconds: float = 0.0
    plateau: Plateau = field(default_factory=Plateau)
    buffer: PredictionBuffer = field(default_factory=PredictionBuffer)


@dataclass
class Best:
    """The best epoch so far (0: none yet), and how many epochs ago that was."""

    epoch: int = 0
    badness: float = float("inf")
    waited: int = 0
    validation: Measures | None = None


class Keeper:
    """Writes a run's model and checkpoints, and reads the checkpoints again.

    Attributes:
        best: The epoch whose model is kept.
    """

    def __init__(self, task: TrainingTask, learner: Learner) -> None:
        self._task, self._learner = task, learner
        self.best = Best()
        self._saved_at = time.monotonic()

    def waited_long_enough(self) -> bool:
        """Whether so many epochs brought nothing better that training ends early."""
        patience = self._task.config.early_stopping
        return bool(patience and len(self._task.data.validation) and self.best.waited >= patience)

    def offer(self, epoch: int, badness: float, found: Validated | None) -> bool:
        """Takes an epoch, and keeps its model where none before was better.

        Args:
            epoch: From 1.
            badness: What epochs are compared by, lower is better.
            found: What its model predicts for the validation set; None where there is none.

        Returns:
            Whether it is the best so far.
        """
        is_best = badness <= self.best.badness
        self.best.waited = 0 if badness < self.best.badness else self.best.waited + 1
        if is_best:
            self.best = Best(epoch, badness, self.best.waited, None if found is None else found.measures)
            self.keep(found)
        return is_best

    def keep(self, found: Validated | None, samples: SampleSet | None = None) -> None:
        """Writes the model, and what it predicts for the validation set, where there is one.

        Args:
            samples: Those that were predicted, in their order; None: the validation set as it is.
        """
        task = self._task
        self._model().save(task.folder / MODEL)
        if found is not None:
            checked = task.data.validation if samples is None else samples
            table = checked.table(task.config.mode, found.probabilities)
            table.save(task.folder / PREDICTIONS)

    def is_due(self) -> bool:
        """Whether the newest checkpoint is as old as it may become."""
        return time.monotonic() - self._saved_at > 60 * self._task.config.checkpoint_minutes

    def save(self, position: Position) -> CheckpointSaved:
        """Writes a checkpoint to go on from; the one before it stays as the older generation."""
        values, tensors = self._learner.state()
        training = {
            "learner": values,
            "step": position.step,
            "epochs_done": position.epochs_done,
            "epoch_seconds": position.epoch_seconds,
            "plateau": plain(position.plateau),
            "best": plain(self.best),
        }
        tensors |= {f"{_BUFFER}{name}": tensor for name, tensor in position.buffer.tensors().items()}
        path = self._task.folder / RESUME
        if path.is_file():
            path.replace(self._task.folder / PREVIOUS)
        saved = replace(self._model(), training=training, training_tensors=tensors, learned=None)
        saved.save(path)
        self._saved_at = time.monotonic()
        return CheckpointSaved(str(path), position.step)

    def restore(self, saved: Checkpoint) -> Position:
        """Puts the learner back to where a checkpoint was written; says where that was."""
        state: dict[str, Any] = saved.training or {}
        tensors = saved.training_tensors
        self._learner.load(state["learner"], saved.weights, tensors)
        best = dict(state["best"])
        best["validation"] = measures_from_json(best["validation"]) if best["validation"] else None
        self.best = Best(**best)
        collected = {
            name.removeprefix(_BUFFER): tensor.to(self._learner.device)
            for name, tensor in tensors.items()
            if name.startswith(_BUFFER)
        }
        return Position(
            step=state["step"],
            epochs_done=state["epochs_done"],
            epoch_seconds=state["epoch_seconds"],
            plateau=Plateau(**state["plateau"]),
            buffer=PredictionBuffer.of(collected),
        )

    def _model(self) -> Checkpoint:
        about = {
            "epoch": self.best.epoch,
            "training_samples": len(self._task.data.training),
            "validation": plain(self.best.validation),
        }
        weights = self._learner.predictor.state_dict()
        task = self._task
        recipe, learned = task.data.store.preprocessing, task.data.learned
        return Checkpoint(task.classes, task.config, recipe, weights, about, learned=learned)
