"""Mode *instant*: from photos to a model in one look at each, without torch.

A first head comes from the centre view of the first photos; the mirrored view, the other photos and a more
careful head follow. The photos are looked at in an order of which every beginning is a fair sample, so that
the heads on the way say what is to be expected. Every number is out of fold: each photo is answered by a
head that has not learned it.

Where the quickest runtime computes in bfloat16 or float16, that is what the head learns from. The model
answers in float32, so that some of the photos are looked at in float32, too: where the head is then clearly
less or more right, it learns again from all photos in float32. The sets that the folder itself has are
answered as predictions are.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Generator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Sample, Split
from workbench.core.data.groups import groups_of
from workbench.core.data.stored_split import SampleSet, without_lost
from workbench.core.errors import InputError, Stopped
from workbench.core.events import Event, Note, Progress, TrainingResult
from workbench.core.features.extract import VIEWS, View
from workbench.core.features.runtime_choice import open_runtime
from workbench.core.heap import give_back
from workbench.core.instant.growth import handful, is_enough, prefixes
from workbench.core.instant.heads import FittedHead
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.output import Clock, RunOutput
from workbench.core.instant.ridge import fit_ridge
from workbench.core.instant.together import compared_apart
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.instant.which_networks import count_compared, looking
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.models.linear_head import LinearHead
from workbench.core.project.runs import SPLIT
from workbench.core.project.split_file import write_split
from workbench.core.results.probabilities import log_loss

log = logging.getLogger(__name__)

_APART = 0.015
"""Difference in log loss, in nats, beyond which the head learns again (decision 11)."""


def fit_instant(
    split: Split,
    config: TrainingConfig,
    run: Path,
    *,
    all_photos: bool = False,
    device: str = "auto",
    stop: StopRequested = never,
) -> Generator[Event, None, TrainingResult]:
    """Fits a head to features of the training samples; writes the model, and again when it is better.

    Args:
        split: What to learn from; what to check and test with, where the folder itself has such sets.
        config: Architecture, networks, input size, channels, weights file, photos and seed count.
        run: Folder for the model; see `workbench.core.project.runs`.
        all_photos: Looks at all, whatever the configuration asks for.
        device: `auto`, `cpu` or `cuda`.
        stop: Asked at every batch of photos and every step of a fit; once there is a model, it is kept.

    Raises:
        InputError: There are too few photos, or the architecture has no pretrained weights.
        Stopped: Stopped before there was a model.
    """
    clock = Clock()
    _check_enough(split, "too_few_photos")
    give_back()  # what reading the folder took
    config = looking(config, len(split.training))
    runtime = yield from open_runtime(config, device=device, stop=stop)
    clock.lap("prepare")
    write_split(run / SPLIT, split)
    preprocessing = replace(runtime.backbone.preprocessing, brightness=split.brightness)
    output = RunOutput(split, config, run, runtime, preprocessing, clock)
    yield output.started()
    with PhotoFeatures(split, runtime, preprocessing, device) as features:
        only_enough = not all_photos and config.photos == "enough"
        work = _Work(split, config.seed, features, output, clock, only_enough=only_enough)
        return (yield from work.run(run, stop))


def _check_enough(split: Split, code: str) -> None:
    if len({sample.class_id for sample in split.training}) < 2:
        raise InputError(code)


def rows_of(samples: SampleSet, ids: Collection[str]) -> NDArray[np.int64]:
    """Positions of the samples with some ids, (n,)."""
    return np.flatnonzero([sample.id in ids for sample in samples.samples]).astype(np.int64)


class _Work:
    """One run, once everything is ready.

    Args:
        split: With the samples that turn out to be lost.
        seed: Draws the order and the folds.
        only_enough: Whether to end with as many photos as help.
    """

    def __init__(
        self,
        split: Split,
        seed: int,
        features: PhotoFeatures,
        output: RunOutput,
        clock: Clock,
        *,
        only_enough: bool,
    ) -> None:
        self._split, self._seed, self._only_enough = split, seed, only_enough
        self._features, self._output, self._clock = features, output, clock
        self._classes = len(split.classes)
        self._told: set[str] = set()
        self._to_do = features.count_unknown(split.training, VIEWS)
        compared = 0 if features.answers_exactly else count_compared(len(split.training))
        self._answered, self._to_answer = 0, compared + len(split.validation) + len(split.test)

    def run(self, run: Path, stop: StopRequested) -> Generator[Event, None, TrainingResult]:
        """Looks at all, and fits; a stop keeps the newest model."""
        stopped = False
        try:
            seen = yield from self._look_at_all(stop)
            give_back()  # what the photos took
            left, (training, *_) = without_lost(self._split, self._lost())
            _check_enough(left, "too_few_photos.gone")
            write_split(run / SPLIT, left)
            whole = len(training)
            if seen is not None:
                training = training.part(rows_of(training, seen))
                yield Note("enough_photos", {"seen": len(training), "all": whole})
            fitted, training = yield from self._fitted(training, stop)
            rows = self._features.rows(training.samples, VIEWS)
            yield self._output.save(fitted, training, rows, len(VIEWS), whole)
            yield from self._check(fitted.head, stop)
            if not self._output.checked:  # else these say how good it is
                self._output.compared = compared_apart(
                    rows, training, fitted, classes=self._classes, seed=self._seed, stop=stop
                )
                self._clock.lap("head")
            write_split(run / SPLIT, without_lost(self._split, self._lost())[0])
        except Stopped:
            if not self._output.has_model:
                raise
            stopped = True
            if self._output.learned < len(self._split.training):
                values = {"seen": self._output.learned, "all": len(self._split.training)}
                yield Note("learned_from_first", values)
        self._features.save()
        result = self._output.finish(self._features, stopped=stopped)
        yield result
        return result

    # Looking

    def _look_at_all(self, stop: StopRequested) -> Generator[Event, None, set[str] | None]:
        """Looks at the training samples, and makes a model after the first of them and now and then.

        Returns:
            The ids of those that were enough; None where all were looked at.
        """
        _, (whole, *_) = without_lost(self._split, ())
        ordered = whole.in_fair_order(self._seed, handful(self._classes)).samples
        begun, before = 0, 0.0
        for end in [*prefixes(len(whole), len(np.unique(whole.targets))), len(whole)]:
            if not begun:  # that there is a model soon is worth more than two views
                views = min(VIEWS, VIEWS[:1], key=lambda of: self._features.count_unknown(ordered[:end], of))
                yield from self._look(ordered[:end], views, stop)
                yield from self._first(whole, ordered[:end], views, stop)
            yield from self._look(ordered[begun:end], VIEWS, stop)
            if begun and end < len(whole):
                now = yield from self._first(whole, ordered[:end], VIEWS, stop)
                if self._only_enough and is_enough(end, before, now):
                    return {sample.id for sample in ordered[:end]}
                before = now
            begun = end
        return None

    def _look(
        self, samples: Sequence[Sample], views: Sequence[View], stop: StopRequested
    ) -> Generator[Event, None, None]:
        if stop():
            raise Stopped
        due, total = Throttle(), -(-self._to_do // len(VIEWS))
        for _ in self._features.look(samples, views, stop=stop):
            done = self._features.looked_at
            if due() or done >= self._to_do:
                yield Progress("features", min(done // len(VIEWS), total), total, Message("looking"))
        yield from self._tell_lost()
        self._clock.lap("features")

    def _lost(self) -> set[int]:
        """Indices of the samples that could not be read."""
        lost = self._features.lost
        return {index for index, sample in enumerate(self._split.samples) if sample.id in lost}

    def _tell_lost(self) -> Generator[Event, None, None]:
        for name, why in self._features.lost.items():
            if name not in self._told:
                self._told.add(name)
                yield Note("sample_lost", {"why": why})

    # Learning

    def _first(
        self, whole: SampleSet, samples: Sequence[Sample], views: Sequence[View], stop: StopRequested
    ) -> Generator[Event, None, float]:
        """A quick model of the samples that were seen so far, where they are of two classes.

        Returns:
            Its cross-validated accuracy; 0 where there is none.
        """
        seen = {sample.id for sample in samples if self._features.knows(sample, views)}
        part = whole.part(rows_of(whole, seen))
        if len(np.unique(part.targets)) < 2:
            return 0.0
        rows = self._features.rows(part.samples, views)
        fitted = self._output.save(self._ridge(part, views, stop), part, rows, len(views), len(whole))
        yield fitted
        return fitted.cross_validated.accuracy if fitted.cross_validated is not None else 0.0

    def _ridge(self, part: SampleSet, views: Sequence[View], stop: StopRequested) -> FittedHead:
        features = self._features.rows(part.samples, views)
        fitted = fit_ridge(features, part.targets, groups_of(part.samples), self._classes, stop=stop)
        self._clock.lap("head")
        return fitted

    def _fitted(
        self, training: SampleSet, stop: StopRequested
    ) -> Generator[Event, None, tuple[FittedHead, SampleSet]]:
        """The head for all samples; learned again in float32 where it would answer something else there.

        Returns:
            The head, and the samples that it has learned from: some may have gone meanwhile.
        """
        found = self._logistic(training, stop)
        if (yield from self._holds(training, found.head, stop)):
            return found, training
        self._features.learn_exactly()
        yield from self._look(training.samples, VIEWS, stop)
        known = {sample.id for sample in training.samples if self._features.knows(sample, VIEWS)}
        training = training.part(rows_of(training, known))
        return self._logistic(training, stop), training

    def _logistic(self, training: SampleSet, stop: StopRequested) -> FittedHead:
        trainer = HeadTrainer(self._classes, seed=self._seed)
        features = self._features.rows(training.samples, VIEWS)
        fitted = trainer.fit(features, training.targets, groups_of(training.samples), stop=stop)
        self._clock.lap("head")
        return fitted

    # Answering

    def _check(self, head: LinearHead, stop: StopRequested) -> Generator[Event, None, None]:
        """Answers the sets that the folder itself has, with the samples that can still be read."""
        for samples in (self._split.validation, self._split.test):
            yield from self._look_to_answer(samples, stop)
        for checked in without_lost(self._split, self._lost())[1][1:]:
            if len(checked):
                self._output.checked[checked.name] = checked.table("instant", self._answers(checked, head))

    def _look_to_answer(self, samples: Sequence[Sample], stop: StopRequested) -> Generator[Event, None, None]:
        """Looks at samples as predictions do."""
        due, before = Throttle(), self._features.looked_at
        for _ in self._features.look(samples, VIEWS, exact=True, stop=stop):
            if due():
                done = self._answered + (self._features.looked_at - before) // len(VIEWS)
                yield Progress("features", done, self._to_answer, Message("looking_to_answer"))
        self._answered += len(samples)
        yield from self._tell_lost()
        self._clock.lap("features")

    def _answers(self, of: SampleSet, head: LinearHead) -> NDArray[np.float64]:
        """What the model will say of samples that were looked at so, (n, classes)."""
        return head.probabilities(self._features.of(of.samples, VIEWS, exact=True))

    def _holds(
        self, training: SampleSet, head: LinearHead, stop: StopRequested
    ) -> Generator[Event, None, bool]:
        """Whether the head is as right about some training samples in float32 as it is here."""
        if self._features.answers_exactly:
            return True
        count = count_compared(len(training))
        rows = np.unique(np.linspace(0, len(training) - 1, count).round().astype(np.int64))
        some = training.part(rows)
        yield from self._look_to_answer(some.samples, stop)
        some = some.part(rows_of(some, {each.id for each in some.samples} - self._features.lost.keys()))
        if not len(some):
            return True
        here = log_loss(head.probabilities(self._features.of(some.samples, VIEWS)), some.targets)
        there = log_loss(self._answers(some, head), some.targets)
        log.info("log loss of %d samples: %.4f here, %.4f in float32", len(some), here, there)
        return abs(there - here) <= _APART
