"""The epochs of a run: validate, keep the best, save, recover."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from workbench.core import devices
from workbench.core.architectures.build import count_parameters
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.pixels import PixelStore
from workbench.core.data.stored_split import SampleSet
from workbench.core.errors import ResourceError, Stopped
from workbench.core.events import (
    STEPS_A_SECOND,
    CheckpointSaved,
    EpochDone,
    Event,
    Note,
    StepDone,
    TrainingResult,
    TrainingStarted,
)
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.models.checkpoint import Checkpoint, load_newest
from workbench.core.project.event_log import measures_from_json, plain
from workbench.core.project.runs import MODEL, PREDICTIONS, PREVIOUS, RESUME
from workbench.core.results.measures import Measures
from workbench.core.results.predictions import concat
from workbench.core.training.amp import Amp
from workbench.core.training.batches import TrainingBatches
from workbench.core.training.learner import Learner, StepOutcome
from workbench.core.training.optimisation import Plateau, schedule_factor
from workbench.core.training.prediction_buffer import PredictionBuffer
from workbench.core.training.step import HalfUpdated
from workbench.core.training.throughput import Throughput
from workbench.core.training.validation import Validated, validate

LOST_STEPS_ALLOWED = 5
ROLL_BACKS_ALLOWED = 3
SECONDS_TO_CHECK_A_STOPPED_RUN = 2.0
_BUFFER = "tally."
"""What the names of the prediction buffer's tensors begin with in a checkpoint."""


class _RollBack(Exception):
    """The weights can no longer be trusted; the last save is."""

    def __init__(self, note: Note, *, gentler: bool) -> None:
        super().__init__(note.code)
        self.note, self.gentler = note, gentler


@dataclass
class Best:
    """The best epoch so far, and how long ago that was."""

    epoch: int = 0
    badness: float = float("inf")
    waited: int = 0
    validation: Measures | None = None


class Loop:
    """One run's epochs; `run` is a generator of events, the rest is what it leaves behind."""

    def __init__(
        self,
        classes: tuple[str, ...],
        config: TrainingConfig,
        folder: Path,
        learner: Learner,
        batches: TrainingBatches,
        store: PixelStore,
        training: SampleSet,
        validation: SampleSet,
        test: SampleSet,
    ) -> None:
        self._classes, self._config, self._folder = classes, config, folder
        self._learner, self._batches, self._store = learner, batches, store
        self._preprocessing = store.preprocessing
        self._training, self._validation, self._test = training, validation, test
        self.step = 0
        self.epochs_done = 0
        self.stopped = False
        self.test_measures: Measures | None = None
        self.throughput = Throughput(len(training), batches.steps_per_epoch, config.epochs)
        self._best, self._plateau, self._buffer = Best(), Plateau(), PredictionBuffer()
        self._epoch_seconds = 0.0
        self._unread: StepOutcome | None = None
        self._roll_backs = self._lost_in_a_row = 0
        self._saved_at = time.monotonic()

    @property
    def best(self) -> Best:
        """The epoch whose model is kept."""
        return self._best

    def started(self) -> TrainingStarted:
        """What the run says when it begins, or goes on."""
        return TrainingStarted(
            run=str(self._folder),
            mode=self._config.mode,
            architecture=self._config.architecture,
            device=devices.name_of(self._learner.device),
            amp=self._learner.amp.name,
            parameters=count_parameters(self._learner.model),
            classes=self._classes,
            training_samples=len(self._training),
            validation_samples=len(self._validation),
            test_samples=len(self._test),
            epochs=self._config.epochs,
            steps_per_epoch=self._batches.steps_per_epoch,
            first_step=self.step,
        )

    def result(self, seconds: dict[str, float]) -> TrainingResult:
        """What the run came to; `seconds` by phase."""
        return TrainingResult(
            run=str(self._folder),
            checkpoint=str(self._folder / MODEL),
            best_epoch=self._best.epoch or None,
            epochs=self.epochs_done,
            steps=self.step,
            validation=self._best.validation,
            test=self.test_measures,
            stopped=self.stopped,
            samples_per_second=self.throughput.samples_seen / max(self.throughput.seconds, 1e-9),
            lost_samples=len(self._store.lost),
            seconds=seconds,
        )

    def run(self, stop: StopRequested) -> Generator[Event, None, None]:
        """Trains to the end, to early stopping, or until `stop`; a model file stands afterwards."""
        if self.step == 0:
            yield self._save()
        while self.epochs_done < self._config.epochs and not self._is_stuck():
            try:
                finished = yield from self._train_epoch(stop)
                if finished:
                    finished = yield from self._end_epoch(stop)
            except _RollBack as trouble:
                yield from self._roll_back(trouble)
                continue
            if not finished:
                self.stopped = True
                yield self._save()
                break
        if self._best.epoch == 0:
            yield from self._keep_unfinished()

    def judge(self, kept: Checkpoint) -> Generator[Event, None, None]:
        """Measures the kept model as prediction will use it, and touches the test set, once."""
        model = kept.build_model().to(self._learner.device)
        sets = {"validation": self._validation, "test": self._test}
        if not len(self._validation):  # nothing else shows what it mistakes for what
            sets["training"] = self._training
        tables = []
        for name, samples in sets.items():
            if not len(samples):
                continue
            found = yield from validate(
                model, self._store, samples.members, samples.targets, self._preprocessing, len(self._classes)
            )
            assert found is not None, "nobody can stop it"
            tables.append(samples.table(self._config.mode, found.probabilities))
            if name == "test":
                self.test_measures = found.measures
            elif name == "validation":
                self._best.validation = found.measures
            if name != "training":
                kept.about[name] = plain(found.measures)
        concat(tables).save(self._folder / PREDICTIONS)
        kept.save(self._folder / MODEL)

    def restore(self, saved: Checkpoint) -> None:
        """Goes on where a resume checkpoint was written."""
        state: dict[str, Any] = saved.training or {}
        tensors = saved.training_tensors
        self._learner.load(state["learner"], saved.weights, tensors)
        self.step, self.epochs_done = state["step"], state["epochs_done"]
        self._plateau = Plateau(**state["plateau"])
        best = dict(state["best"])
        best["validation"] = measures_from_json(best["validation"]) if best["validation"] else None
        self._best = Best(**best)
        tallied = {name.removeprefix(_BUFFER): t for name, t in tensors.items() if name.startswith(_BUFFER)}
        self._buffer = PredictionBuffer.of(
            {name: tensor.to(self._learner.device) for name, tensor in tallied.items()}
        )
        self._epoch_seconds = state["epoch_seconds"]

    def _train_epoch(self, stop: StopRequested) -> Generator[Event, None, bool]:
        epoch = self.epochs_done
        first = self.step - epoch * self._batches.steps_per_epoch
        frozen = self._config.method.pretrained and epoch < self._config.head_epochs
        self._learner.begin_epoch(frozen)
        shown, rate = Throttle(STEPS_A_SECOND), 0.0
        self.throughput.begin_epoch()
        begun = time.monotonic()
        for batch in self._batches.epoch(epoch, first):
            if stop():
                self._read()
                return False
            rate = self._learner.set_rate(self._rate_factor(frozen))
            try:
                outcome = self._learner.step(batch, self.step + 1)
            except HalfUpdated:
                self._learner.make_room()
                yield from self._notes()
                raise _RollBack(Note("rolled_back"), gentler=False) from None
            yield from self._notes()
            self.step += 1
            self._read()  # the step before: the device has this one to do meanwhile
            self._unread = outcome
            seconds = time.monotonic() - begun
            self._epoch_seconds += seconds
            self.throughput.add(len(batch.targets), seconds)
            if self.throughput.learned_from and shown():
                yield self._report(epoch, rate)
            if time.monotonic() - self._saved_at > 60 * self._config.checkpoint_minutes:
                self._read()
                yield self._save()
            begun = time.monotonic()
        self._read()
        yield self._report(epoch, rate)
        return True

    def _read(self) -> None:
        """Takes in how the last step turned out that nobody has looked at yet.

        Raises:
            _RollBack: Too many steps in a row were lost to numbers that are not finite.
        """
        outcome, self._unread = self._unread, None
        if outcome is None:
            return
        finite, loss_sum, right = outcome.read()
        self.throughput.learned(loss_sum, right, len(outcome.targets))
        if finite:
            self._buffer.add(outcome.predicted, outcome.targets, outcome.loss_sum)
        self._lost_in_a_row = 0 if finite or self._learner.amp.expects_overflow() else self._lost_in_a_row + 1
        if self._lost_in_a_row == LOST_STEPS_ALLOWED:
            raise _not_finite()

    def _rate_factor(self, frozen: bool) -> float:
        per_epoch = self._batches.steps_per_epoch
        head_epochs = (
            min(self._config.head_epochs, self._config.epochs) if self._config.method.pretrained else 0
        )
        first, last = (0, head_epochs) if frozen else (head_epochs, self._config.epochs)
        position, length = self.step - first * per_epoch, (last - first) * per_epoch
        return schedule_factor(self._config, position, length, per_epoch) * self._plateau.factor

    def _report(self, epoch: int, rate: float) -> StepDone:
        loss, accuracy = self.throughput.means()
        position = self.step / self._batches.steps_per_epoch - epoch
        speed, eta = self.throughput.speed(), self.throughput.eta(self.step)
        return StepDone(self.step, epoch + 1, position, loss, accuracy, rate, speed, eta)

    def _end_epoch(self, stop: StopRequested) -> Generator[Event, None, bool]:
        if not self._learner.is_finite() or not self._buffer:
            raise _not_finite()
        training = self._buffer.measures(len(self._classes))
        found = None
        begun = time.monotonic()
        if len(self._validation):
            found = yield from self._validate(stop)
            if found is None:
                return False  # resumed, the run comes back to this validation
            if not np.isfinite(found.measures.loss):
                raise _not_finite()
        validation = found.measures if found is not None else None
        self.throughput.validated(time.monotonic() - begun)
        self._buffer = PredictionBuffer()
        self.epochs_done += 1
        badness = _badness(validation, self._config.best_by)
        if self._config.schedule == "plateau":
            self._plateau.update(badness, self._config)
        is_best = badness <= self._best.badness
        self._best.waited = 0 if badness < self._best.badness else self._best.waited + 1
        if is_best:
            self._best = Best(self.epochs_done, badness, self._best.waited, validation)
            self._keep(found)
        rate = self._learner.optimizer.param_groups[-1]["lr"]
        seconds, self._epoch_seconds = self._epoch_seconds, 0.0
        yield EpochDone(self.epochs_done, self.step, training, validation, is_best, rate, seconds)
        yield self._save()
        return True

    def _validate(
        self, stop: StopRequested, seconds: float = float("inf")
    ) -> Generator[Event, None, Validated | None]:
        return (
            yield from validate(
                self._learner.predictor,
                self._store,
                self._validation.members,
                self._validation.targets,
                self._preprocessing,
                len(self._classes),
                amp=self._learner.amp,
                stop=stop,
                seconds=seconds,
            )
        )

    def _is_stuck(self) -> bool:
        patience = self._config.early_stopping
        return bool(patience and len(self._validation) and self._best.waited >= patience)

    def _keep_unfinished(self) -> Generator[Event, None, None]:
        """A model file for a run that was stopped before its first epoch ended."""
        if not self._buffer:
            raise Stopped("nothing_learned")
        found = None
        if len(self._validation):
            found = yield from self._validate(never, SECONDS_TO_CHECK_A_STOPPED_RUN)
            self._best.validation = found.measures if found is not None else None
        self._keep(found)
        training = self._buffer.measures(len(self._classes))
        yield EpochDone(1, self.step, training, self._best.validation, True, 0.0, self._epoch_seconds)

    def _roll_back(self, trouble: _RollBack) -> Generator[Event, None, None]:
        self._roll_backs += 1
        if self._roll_backs > ROLL_BACKS_ALLOWED:
            raise ResourceError("does_not_settle")
        self._lost_in_a_row, self._unread = 0, None
        micro_batch = self._learner.micro_batch
        saved, _ = load_newest(self._folder / RESUME, self._folder / PREVIOUS)
        self.restore(saved)
        self._learner.micro_batch = micro_batch
        if trouble.gentler:
            self._learner.rate_scale *= 0.1
            self._learner.amp = Amp()
        yield trouble.note

    def _notes(self) -> Generator[Note, None, None]:
        yield from self._learner.notes
        self._learner.notes.clear()

    def _keep(self, found: Validated | None) -> None:
        """Writes the model, and what it predicts for the validation set, where there is one."""
        self._model().save(self._folder / MODEL)
        if found is not None:
            self._validation.table(self._config.mode, found.probabilities).save(self._folder / PREDICTIONS)

    def _model(self) -> Checkpoint:
        about = {
            "epoch": self._best.epoch,
            "training_samples": len(self._training),
            "validation": plain(self._best.validation),
        }
        weights = self._learner.predictor.state_dict()
        return Checkpoint(self._classes, self._config, self._preprocessing, weights, about)

    def _save(self) -> CheckpointSaved:
        values, tensors = self._learner.state()
        training = {
            "learner": values,
            "step": self.step,
            "epochs_done": self.epochs_done,
            "epoch_seconds": self._epoch_seconds,
            "plateau": plain(self._plateau),
            "best": plain(self._best),
        }
        tensors |= {f"{_BUFFER}{name}": tensor for name, tensor in self._buffer.tensors().items()}
        path = self._folder / RESUME
        if path.is_file():
            path.replace(self._folder / PREVIOUS)
        replace(self._model(), training=training, training_tensors=tensors).save(path)
        self._saved_at = time.monotonic()
        return CheckpointSaved(str(path), self.step)


def _badness(validation: Measures | None, best_by: str) -> float:
    if validation is None:  # nothing to choose by: the last epoch is kept
        return 0.0
    return validation.loss if best_by == "loss" else -float(getattr(validation, best_by))


def _not_finite() -> _RollBack:
    return _RollBack(Note("not_finite"), gentler=True)
