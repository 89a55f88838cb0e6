"""Mode *instant*: from photos to a model in one forward pass each, without torch.

A first head comes from the centre view alone; the mirrored view and a more careful head follow. Every
number is out of fold: each photo is answered by a head that has not learned it.

Where the quickest runtime computes in bfloat16 or float16, that is what the head learns from. The model
answers in float32, so that some of the photos are looked at in float32, too: where the head then says
something else, it learns again from all photos in float32. The sets that the folder itself has are answered
as predictions are.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Sample, Split
from workbench.core.data.groups import groups_of
from workbench.core.data.pixels import PixelStore
from workbench.core.data.stored_split import SampleSet, StoredSplit
from workbench.core.errors import InputError, Stopped
from workbench.core.events import Event, HeadFitted, TrainingResult, TrainingStarted
from workbench.core.features.backbone import WEIGHTS
from workbench.core.features.extract import VIEWS, FeatureCache, View, extract
from workbench.core.features.runtime_choice import exact_runtime, open_runtime
from workbench.core.features.runtimes import FeatureRuntime
from workbench.core.hardware import processor
from workbench.core.instant.heads import FittedHead, answerable
from workbench.core.instant.ridge import fit_ridge
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.jobs import StopRequested, never
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import Description, ModelFile
from workbench.core.project.event_log import plain
from workbench.core.project.runs import MODEL, PREDICTIONS, SPLIT
from workbench.core.project.split_file import write_split
from workbench.core.results.metrics import measures_of_table
from workbench.core.results.predictions import PredictionTable, concat

log = logging.getLogger(__name__)

_CHECKED = 32
"""So many training samples are looked at in float32, too."""
_APART = 0.01
"""Difference in probability, on average, beyond which the head learns again."""
_STATISTICS = re.compile(r"\.(running_mean|running_var|num_batches_tracked)$")


def fit_instant(
    split: Split, config: TrainingConfig, run: Path, *, device: str = "auto", stop: StopRequested = never
) -> Generator[Event, None, TrainingResult]:
    """Fits a head to features of the training samples; writes the model, and again when it is better.

    Args:
        split: What to learn from; what to check and test with, where the folder itself has such sets.
        config: Architecture, input size, channels, weights file and seed count.
        run: Folder for the model; see `workbench.core.project.runs`.
        device: `auto`, `cpu` or `cuda`.
        stop: Asked at every batch of photos and every step of a fit; once there is a model, it is kept.

    Raises:
        InputError: There are too few photos, or the architecture has no pretrained weights.
        Stopped: Stopped before there was a model.
    """
    clock = _Clock()
    _check_enough(split, "too_few_photos")
    runtime = yield from open_runtime(config, device=device, stop=stop)
    clock.lap("prepare")
    preprocessing = replace(runtime.backbone.preprocessing, brightness=split.brightness)
    store = yield from PixelStore.build(split.roots, split.samples, preprocessing, stop=stop)
    with store:
        stored = StoredSplit.of(split, store)
        yield from stored.notes()
        _check_enough(stored.split, "too_few_photos.gone")
        write_split(run / SPLIT, stored.split)
        clock.lap("decode")
        weights = safetensors.numpy.load_file(runtime.backbone.folder / WEIGHTS)
        yield TrainingStarted(
            run=str(run),
            mode="instant",
            architecture=config.architecture,
            device=runtime.name if runtime.name == "CUDA torch" else processor(),
            amp="off",
            parameters=sum(value.size for name, value in weights.items() if not _STATISTICS.search(name)),
            classes=split.class_names,
            training_samples=len(stored.training),
            validation_samples=len(stored.validation),
            test_samples=len(stored.test),
            epochs=0,
            steps_per_epoch=0,
        )
        work = _Work(stored, config, run, runtime, weights, clock, device)
        return (yield from work.run(stop))


def _check_enough(split: Split, code: str) -> None:
    if len({sample.class_id for sample in split.training}) < 2:
        raise InputError(code)


class _Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.begun = self._last = time.monotonic()
        self.seconds: dict[str, float] = {}

    def lap(self, phase: str) -> None:
        now = time.monotonic()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + now - self._last
        self._last = now

    @property
    def total(self) -> float:
        return time.monotonic() - self.begun


class _Work:
    """One run, once everything is ready."""

    def __init__(
        self,
        stored: StoredSplit,
        config: TrainingConfig,
        run: Path,
        runtime: FeatureRuntime,
        weights: dict[str, NDArray[np.float32]],
        clock: _Clock,
        device: str,
    ) -> None:
        self._stored, self._config, self._run = stored, config, run
        self._runtime, self._clock, self._device = runtime, clock, device
        self._weights = {f"stages.{name}": value for name, value in weights.items()}
        folder, rule = stored.split.roots.main, stored.split.brightness
        self._cache = FeatureCache(runtime.backbone, folder, rule)
        self._exact = FeatureCache(runtime.backbone, folder, rule, exact=True)
        self._targets = stored.training.targets
        self._groups = groups_of(stored.training.samples)
        self._classes = len(stored.split.classes)
        self._looked_at = 0
        self._checked: dict[str, PredictionTable] = {}

    def run(self, stop: StopRequested) -> Generator[Event, None, TrainingResult]:
        stopped = False
        try:
            yield from self._extract(self._stored.training, "centre", stop)
            fitted, views = self._ridge(stop), 1
            yield self._save(fitted, views)
            try:
                yield from self._extract(self._stored.training, "mirrored", stop)
                found = self._logistic(stop)
                if not (yield from self._holds(found.head, stop)):
                    found = yield from self._learned_in_float32(stop)
                fitted, views = found, 2
                yield self._save(fitted, views)
                for samples in (self._stored.validation, self._stored.test):
                    yield from self._check(samples, fitted.head, views, stop)
            except Stopped:  # what there is is kept
                stopped = True
        finally:
            self._cache.save()
            self._exact.save()
        return (yield from self._finish(fitted, views, stopped))

    def _ridge(self, stop: StopRequested) -> FittedHead:
        features = self._features(self._stored.training, 1)
        fitted = fit_ridge(features, self._targets, self._groups, self._classes, stop=stop)
        self._clock.lap("head")
        return fitted

    def _logistic(self, stop: StopRequested) -> FittedHead:
        features = self._features(self._stored.training, 2)
        trainer = HeadTrainer(self._classes, seed=self._config.seed)
        fitted = trainer.fit(features, self._targets, self._groups, stop=stop)
        self._clock.lap("head")
        return fitted

    def _extract(self, of: SampleSet, view: View, stop: StopRequested) -> Generator[Event, None, None]:
        yield from self._extract_with(self._runtime, self._cache, of, view, stop)

    def _extract_with(
        self, runtime: FeatureRuntime, cache: FeatureCache, of: SampleSet, view: View, stop: StopRequested
    ) -> Generator[Event, None, None]:
        if stop():
            raise Stopped
        self._looked_at += len(cache.missing(view, of.samples))
        yield from extract(runtime, cache, self._stored.store, of.samples, of.members, view, stop=stop)
        self._clock.lap("features")

    def _features(self, of: SampleSet, views: int) -> MeanOfViews:
        return MeanOfViews(self._cache, of.samples, views)

    def _answers(
        self, of: SampleSet, head: LinearHead, views: int, stop: StopRequested
    ) -> Generator[Event, None, NDArray[np.float64]]:
        """What the model will say of samples, (n, classes): computed as predictions are."""
        runtime = exact_runtime(self._runtime, self._device)
        for view in VIEWS[:views]:
            yield from self._extract_with(runtime, self._exact, of, view, stop)
        return head.probabilities(mean_of_views(self._exact, of.samples, views))

    def _holds(self, head: LinearHead, stop: StopRequested) -> Generator[Event, None, bool]:
        """Whether the head says the same of some training samples in float32 as it does here."""
        if exact_runtime(self._runtime, self._device) is self._runtime:
            return True
        training = self._stored.training
        some = np.unique(np.linspace(0, len(training) - 1, _CHECKED).round().astype(np.int64))
        here = head.probabilities(self._features(training, 2)[some])
        there = yield from self._answers(training.part(some), head, 2, stop)
        apart = np.abs(here - there).max(axis=1)
        log.info(
            "%s against float32: %.4f apart, at most %.4f", self._runtime.name, apart.mean(), apart.max()
        )
        return bool(apart.mean() <= _APART)

    def _learned_in_float32(self, stop: StopRequested) -> Generator[Event, None, FittedHead]:
        self._runtime, self._cache = exact_runtime(self._runtime, self._device), self._exact
        for view in VIEWS:
            yield from self._extract(self._stored.training, view, stop)
        return self._logistic(stop)

    def _check(
        self, samples: SampleSet, head: LinearHead, views: int, stop: StopRequested
    ) -> Generator[Event, None, None]:
        if len(samples):
            probabilities = yield from self._answers(samples, head, views, stop)
            self._checked[samples.name] = samples.table("instant", probabilities)

    def _out_of_fold(self, fitted: FittedHead) -> PredictionTable:
        known = answerable(self._targets, fitted.folds)
        return self._stored.training.table(
            "instant", fitted.out_of_fold, folds=fitted.folds, answerable=known
        )

    def _save(self, fitted: FittedHead, views: int) -> HeadFitted:
        table = self._out_of_fold(fitted)
        measures = measures_of_table(table)
        self._model(fitted.head, views, {"cross_validated": plain(measures)}).save(self._run / MODEL)
        table.save(self._run / PREDICTIONS)
        return HeadFitted(fitted.kind, measures, self._clock.total)

    def _model(self, head: LinearHead, views: int, about: dict[str, object]) -> ModelFile:
        backbone = self._runtime.backbone
        description = Description(
            self._stored.split.class_names,
            self._config,
            self._stored.store.preprocessing,
            views,
            backbone.weights_id,
            {"training_samples": len(self._targets), **about},
        )
        weights = {**self._weights, "head.weight": head.weight, "head.bias": head.bias}
        return ModelFile(description, weights, self._stored.learned)

    def _finish(
        self, fitted: FittedHead, views: int, stopped: bool
    ) -> Generator[Event, None, TrainingResult]:
        tables = {"cross_validated": self._out_of_fold(fitted), **self._checked}
        measures = {name: measures_of_table(table) for name, table in tables.items()}
        about = {name: plain(found) for name, found in measures.items()}
        self._model(fitted.head, views, about).save(self._run / MODEL)
        concat(list(tables.values())).save(self._run / PREDICTIONS)
        result = TrainingResult(
            run=str(self._run),
            checkpoint=str(self._run / MODEL),
            best_epoch=None,
            epochs=0,
            steps=0,
            validation=measures.get("validation"),
            test=measures.get("test"),
            stopped=stopped,
            samples_per_second=self._looked_at / max(self._clock.seconds["features"], 1e-9),
            lost_samples=len(self._stored.store.lost),
            seconds={**self._clock.seconds, "total": self._clock.total},
            cross_validated=measures["cross_validated"],
            runtime=self._runtime.name,
        )
        yield result
        return result


@dataclass(frozen=True)
class MeanOfViews:
    """What `mean_of_views` makes, for some samples at a time: see `workbench.core.instant.parts.Rows`."""

    cache: FeatureCache
    samples: Sequence[Sample]
    views: int

    @property
    def shape(self) -> tuple[int, int]:
        """(samples, width)."""
        return len(self.samples), self[:1].shape[1]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, key: slice | NDArray[np.int64], /) -> NDArray[np.float32]:
        chosen = self.samples[key] if isinstance(key, slice) else [self.samples[row] for row in key.tolist()]
        return mean_of_views(self.cache, chosen, self.views)


def mean_of_views(cache: FeatureCache, samples: Sequence[Sample], views: int) -> NDArray[np.float32]:
    """What a head takes: the mean of the features of the first `views` views, (samples, width)."""
    mean = cache.take(VIEWS[0], samples)
    for view in VIEWS[1:views]:
        mean += cache.take(view, samples)
    mean /= views
    return mean
