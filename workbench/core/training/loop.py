"""The epochs of a run: steps, validation, and back to the last checkpoint where numbers went wrong."""

from __future__ import annotations

import time
from collections.abc import Generator

import numpy as np

from workbench.core import devices
from workbench.core.architectures.build import count_parameters
from workbench.core.config.schedule import schedule_factor
from workbench.core.data.stored_split import SampleSet
from workbench.core.errors import ResourceError, Stopped
from workbench.core.events import (
    STEPS_A_SECOND,
    EpochDone,
    Event,
    Note,
    StepDone,
    TrainingResult,
    TrainingStarted,
)
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.models.checkpoint import Checkpoint, load_newest
from workbench.core.project.runs import MODEL, PREVIOUS, RESUME
from workbench.core.results.measures import Measures
from workbench.core.seeds import derived_seed
from workbench.core.training.amp import Amp
from workbench.core.training.batches import TrainingBatches
from workbench.core.training.keeper import Keeper, Position
from workbench.core.training.learner import Learner, StepOutcome
from workbench.core.training.prediction_buffer import PredictionBuffer
from workbench.core.training.step import HalfUpdated
from workbench.core.training.task import TrainingTask
from workbench.core.training.throughput import Throughput
from workbench.core.training.validation import BATCH, Validated, validate

LOST_STEPS_ALLOWED = 5
ROLL_BACKS_ALLOWED = 3
SECONDS_TO_CHECK_A_STOPPED_RUN = 0.5
"""A person waits for it, after the rest of a step: about two seconds together on a small computer."""
BATCH_OF_A_STOPPED_RUN = 16


class _RollBack(Exception):
    """The weights can no longer be trusted; the last save is."""

    def __init__(self, note: Note, *, gentler: bool) -> None:
        super().__init__(note.code)
        self.note, self.gentler = note, gentler


class Loop:
    """One run's epochs; `run` is a generator of events, the rest is what it leaves behind.

    Attributes:
        stopped: Whether the person ended it early.
    """

    def __init__(self, task: TrainingTask, learner: Learner, batches: TrainingBatches) -> None:
        self.task = task
        self.stopped = False
        self._config, self._learner, self._batches = task.config, learner, batches
        self._keeper, self._at = Keeper(task, learner), Position()
        self._throughput = Throughput(len(task.data.training), batches.steps_per_epoch, task.config.epochs)
        self._unread: StepOutcome | None = None
        self._roll_backs = self._lost_in_a_row = 0

    def restore(self, saved: Checkpoint) -> None:
        """Goes on where a checkpoint was written."""
        self._at = self._keeper.restore(saved)

    def started(self) -> TrainingStarted:
        """What the run says when it begins, or goes on."""
        task = self.task
        return TrainingStarted(
            run=str(task.folder),
            mode=self._config.mode,
            architecture=self._config.architecture,
            device=devices.name_of(self._learner.device),
            amp=self._learner.amp.name,
            parameters=count_parameters(self._learner.model),
            classes=task.classes,
            training_samples=len(task.data.training),
            validation_samples=len(task.data.validation),
            test_samples=len(task.data.test),
            epochs=self._config.epochs,
            steps_per_epoch=self._batches.steps_per_epoch,
            first_step=self._at.step,
        )

    def result(self, judged: dict[str, Measures], seconds: dict[str, float]) -> TrainingResult:
        """What the run came to.

        Args:
            judged: What `judge` returned; empty for a run that was stopped.
            seconds: By phase.
        """
        best, throughput = self._keeper.best, self._throughput
        return TrainingResult(
            run=str(self.task.folder),
            checkpoint=str(self.task.folder / MODEL),
            best_epoch=best.epoch or None,
            epochs=self._at.epochs_done,
            steps=self._at.step,
            validation=judged.get("validation", best.validation),
            test=judged.get("test"),
            stopped=self.stopped,
            samples_per_second=throughput.samples_seen / max(throughput.seconds, 1e-9),
            lost_samples=len(self.task.data.store.lost),
            seconds=seconds,
        )

    def run(self, stop: StopRequested) -> Generator[Event, None, None]:
        """Trains to the end, to early stopping, or until `stop`; a model file stands afterwards."""
        if self._at.step == 0:
            yield self._keeper.save(self._at)
        while self._at.epochs_done < self._config.epochs and not self._keeper.waited_long_enough():
            try:
                finished = yield from self._train_epoch(stop)
                if finished:
                    finished = yield from self._end_epoch(stop)
            except _RollBack as trouble:
                yield from self._roll_back(trouble)
                continue
            if not finished:
                self.stopped = True
                yield self._keeper.save(self._at)
                break
        if self._keeper.best.epoch == 0:
            yield from self._keep_unfinished()

    def _train_epoch(self, stop: StopRequested) -> Generator[Event, None, bool]:
        at = self._at
        epoch = at.epochs_done
        first = at.step - epoch * self._batches.steps_per_epoch
        frozen = self._config.method.pretrained and epoch < self._config.head_epochs
        self._learner.begin_epoch(frozen)
        shown, rate = Throttle(STEPS_A_SECOND), 0.0
        self._throughput.begin_epoch()
        begun = time.monotonic()
        for batch in self._batches.epoch(epoch, first):
            if stop():
                self._read()
                return False
            rate = self._learner.set_rate(self._rate_factor(frozen))
            try:
                outcome = self._learner.step(batch, at.step + 1)
            except HalfUpdated:
                self._learner.make_room()
                yield from self._notes()
                raise _RollBack(Note("rolled_back"), gentler=False) from None
            yield from self._notes()
            at.step += 1
            self._read()  # the step before: the device has this one to do meanwhile
            self._unread = outcome
            seconds = time.monotonic() - begun
            at.epoch_seconds += seconds
            self._throughput.add(len(batch.targets), seconds)
            last = at.step == (epoch + 1) * self._batches.steps_per_epoch  # reported below, once it is read
            if self._throughput.learned_from and not last and shown():
                yield self._report(epoch, rate)
            if self._keeper.is_due():
                self._read()
                yield self._keeper.save(at)
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
        self._throughput.learned(loss_sum, right, len(outcome.targets))
        if finite:
            self._at.buffer.add(outcome.predicted, outcome.targets, outcome.loss_sum)
        self._lost_in_a_row = 0 if finite or self._learner.amp.expects_overflow() else self._lost_in_a_row + 1
        if self._lost_in_a_row == LOST_STEPS_ALLOWED:
            raise _not_finite()

    def _rate_factor(self, frozen: bool) -> float:
        per_epoch = self._batches.steps_per_epoch
        head_epochs = (
            min(self._config.head_epochs, self._config.epochs) if self._config.method.pretrained else 0
        )
        first, last = (0, head_epochs) if frozen else (head_epochs, self._config.epochs)
        position, length = self._at.step - first * per_epoch, (last - first) * per_epoch
        return schedule_factor(self._config, position, length, per_epoch) * self._at.plateau.factor

    def _report(self, epoch: int, rate: float) -> StepDone:
        step = self._at.step
        loss, accuracy = self._throughput.means()
        done = step / self._batches.steps_per_epoch - epoch
        speed, eta = self._throughput.speed(), self._throughput.eta(step)
        return StepDone(step, epoch + 1, done, loss, accuracy, rate, speed, eta)

    def _end_epoch(self, stop: StopRequested) -> Generator[Event, None, bool]:
        at = self._at
        if not self._learner.is_finite() or not at.buffer:
            raise _not_finite()
        training = at.buffer.measures(len(self.task.classes))
        found = None
        begun = time.monotonic()
        if len(self.task.data.validation):
            found = yield from self._validate(self.task.data.validation, stop)
            if found is None:
                return False  # resumed, the run comes back to this validation
            if not np.isfinite(found.measures.loss):
                raise _not_finite()
        validation = found.measures if found is not None else None
        self._throughput.validated(time.monotonic() - begun)
        at.buffer = PredictionBuffer()
        at.epochs_done += 1
        badness = _badness(validation, self._config.best_by)
        if self._config.schedule == "plateau" and validation is not None:
            at.plateau.update(badness, self._config)
        is_best = self._keeper.offer(at.epochs_done, badness, found)
        rate = self._learner.optimizer.param_groups[-1]["lr"]
        seconds, at.epoch_seconds = at.epoch_seconds, 0.0
        yield EpochDone(at.epochs_done, at.step, training, validation, is_best, rate, seconds)
        yield self._keeper.save(at)
        return True

    def _validate(
        self, samples: SampleSet, stop: StopRequested, seconds: float = float("inf"), batch: int = BATCH
    ) -> Generator[Event, None, Validated | None]:
        return (
            yield from validate(
                self._learner.predictor,
                self.task.data.store,
                samples,
                len(self.task.classes),
                amp=self._learner.amp,
                stop=stop,
                seconds=seconds,
                batch=batch,
            )
        )

    def _keep_unfinished(self) -> Generator[Event, None, None]:
        """A model file for a run that was stopped before its first epoch ended."""
        at, best = self._at, self._keeper.best
        if not at.buffer:
            raise Stopped("nothing_learned")
        found = chosen = None
        if len(self.task.data.validation):
            # Time may run out before all are checked: those that are have to be a fair sample.
            chosen = self.task.data.validation.in_fair_order(derived_seed(self._config.seed, "check"))
            found = yield from self._validate(
                chosen, never, SECONDS_TO_CHECK_A_STOPPED_RUN, BATCH_OF_A_STOPPED_RUN
            )
            best.validation = found.measures if found is not None else None
        self._keeper.keep(found, chosen)
        training = at.buffer.measures(len(self.task.classes))
        yield EpochDone(1, at.step, training, best.validation, True, 0.0, at.epoch_seconds)

    def _roll_back(self, trouble: _RollBack) -> Generator[Event, None, None]:
        self._roll_backs += 1
        if self._roll_backs > ROLL_BACKS_ALLOWED:
            raise ResourceError("does_not_settle")
        self._lost_in_a_row, self._unread = 0, None
        micro_batch = self._learner.micro_batch
        saved, _ = load_newest(self.task.folder / RESUME, self.task.folder / PREVIOUS)
        self.restore(saved)
        self._learner.micro_batch = micro_batch
        if trouble.gentler:
            self._learner.rate_scale *= 0.1
            self._learner.amp = Amp()
        yield trouble.note

    def _notes(self) -> Generator[Note, None, None]:
        yield from self._learner.notes
        self._learner.notes.clear()


def _badness(validation: Measures | None, best_by: str) -> float:
    """What epochs are compared by: lower is better."""
    if validation is None:  # nothing to choose by: the last epoch is kept
        return 0.0
    return validation.loss if best_by == "loss" else -float(getattr(validation, best_by))


def _not_finite() -> _RollBack:
    return _RollBack(Note("not_finite"), gentler=True)
