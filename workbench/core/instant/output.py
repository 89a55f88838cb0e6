"""What an instant run leaves in its folder: the newest model, its predictions, and what is told of them."""

from __future__ import annotations

import re
import time
from pathlib import Path

import safetensors.numpy

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Split
from workbench.core.data.learned import LearnedPhotos
from workbench.core.data.stored_split import SampleSet
from workbench.core.events import HeadFitted, TrainingResult, TrainingStarted
from workbench.core.features.backbone import WEIGHTS
from workbench.core.features.runtimes import FeatureRuntime
from workbench.core.hardware import processor
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.instant.familiar import Familiar, familiar
from workbench.core.instant.heads import FittedHead, answerable
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.parts import Rows
from workbench.core.models.model_file import Description, ModelFile
from workbench.core.project.event_log import plain
from workbench.core.project.runs import MODEL, PREDICTIONS
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import measures_of_table
from workbench.core.results.predictions import PredictionTable, concat

_STATISTICS = re.compile(r"\.(running_mean|running_var|num_batches_tracked)$")


class Clock:
    """Seconds by phase, since it was made."""

    def __init__(self) -> None:
        self.begun = self._last = time.monotonic()
        self.seconds: dict[str, float] = {}

    def lap(self, phase: str) -> None:
        """Adds what has passed since the last time to a phase."""
        now = time.monotonic()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + now - self._last
        self._last = now

    @property
    def total(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self.begun


class RunOutput:
    """Writes the models of one run.

    Args:
        split: What it learns from, with the samples that turn out to be lost.
        config: What was asked for, with the architecture that looks.
        run: Its folder.
        runtime: What learns.
        preprocessing: The recipe that photos come by.
        clock: Of the run.

    Attributes:
        checked: The model's predictions for the sets that the folder itself has, by their names.
        compared: The cross-validated measures of the newest model with what a split at random would have
            shown; None where that was not tried.
    """

    def __init__(
        self,
        split: Split,
        config: TrainingConfig,
        run: Path,
        runtime: FeatureRuntime,
        preprocessing: Preprocessing,
        clock: Clock,
    ) -> None:
        self.checked: dict[str, PredictionTable] = {}
        self.compared: Measures | None = None
        self._split, self._config, self._run, self._clock = split, config, run, clock
        self._runtime, self._preprocessing = runtime, preprocessing
        self._weights = safetensors.numpy.load_file(runtime.backbone.folder / WEIGHTS)
        self._newest: tuple[FittedHead, SampleSet, int] | None = None
        self._familiar: Familiar | None = None

    @property
    def has_model(self) -> bool:
        """Whether there is a model to keep."""
        return self._newest is not None

    @property
    def learned(self) -> int:
        """How many samples the newest model has learned from."""
        return len(self._newest[1]) if self._newest is not None else 0

    def started(self) -> TrainingStarted:
        """The run's first event."""
        numbers = [value.size for name, value in self._weights.items() if not _STATISTICS.search(name)]
        return TrainingStarted(
            run=str(self._run),
            mode="instant",
            architecture=self._config.architecture,
            device=self._runtime.name if self._runtime.name == "CUDA torch" else processor(),
            amp="off",
            parameters=sum(numbers),
            classes=self._split.class_names,
            training_samples=len(self._split.training),
            validation_samples=len(self._split.validation),
            test_samples=len(self._split.test),
            epochs=0,
            steps_per_epoch=0,
        )

    def save(self, fitted: FittedHead, learned: SampleSet, features: Rows, views: int, of: int) -> HeadFitted:
        """Writes a model and its out-of-fold predictions.

        Args:
            learned: The samples that the head was fitted to.
            features: Of these, (samples, features).
            views: How many views of each it has seen.
            of: How many samples there are to learn from.
        """
        self._newest = (fitted, learned, views)
        self._familiar = familiar(features, fitted, learned)
        table = _out_of_fold(fitted, learned)
        measures = measures_of_table(table)
        self._model({"cross_validated": plain(measures)}).save(self._run / MODEL)
        table.save(self._run / PREDICTIONS)
        return HeadFitted(fitted.kind, measures, self._clock.total, len(learned), of)

    def finish(self, features: PhotoFeatures, *, stopped: bool) -> TrainingResult:
        """Writes the newest model once more, with all that was measured of it."""
        assert self._newest is not None
        fitted, learned, _ = self._newest
        tables = {"cross_validated": _out_of_fold(fitted, learned), **self.checked}
        measures = {name: measures_of_table(table) for name, table in tables.items()}
        if self.compared is not None:
            measures["cross_validated"] = self.compared
        self._model({name: plain(found) for name, found in measures.items()}).save(self._run / MODEL)
        concat(list(tables.values())).save(self._run / PREDICTIONS)
        return TrainingResult(
            run=str(self._run),
            checkpoint=str(self._run / MODEL),
            best_epoch=None,
            epochs=0,
            steps=0,
            validation=measures.get("validation"),
            test=measures.get("test"),
            stopped=stopped,
            samples_per_second=features.looked_at / max(self._clock.seconds.get("features", 0.0), 1e-9),
            lost_samples=len(features.lost),
            seconds={**self._clock.seconds, "total": self._clock.total},
            cross_validated=measures["cross_validated"],
            runtime=features.runtime.name,
            architecture=self._config.architecture,
        )

    def _model(self, about: dict[str, object]) -> ModelFile:
        assert self._newest is not None
        fitted, learned, views = self._newest
        description = Description(
            self._split.class_names,
            self._config,
            self._preprocessing,
            views,
            self._runtime.backbone.weights_id,
            {"training_samples": len(learned), **about},
            self._familiar.rule if self._familiar is not None else None,
        )
        weights = {f"stages.{name}": value for name, value in self._weights.items()}
        weights |= {"head.weight": fitted.head.weight, "head.bias": fitted.head.bias}
        photos = LearnedPhotos.of(self._split.roots, learned.samples)
        distance = self._familiar.distance if self._familiar is not None else None
        return ModelFile(description, weights, photos, distance)


def _out_of_fold(fitted: FittedHead, learned: SampleSet) -> PredictionTable:
    known = answerable(learned.targets, fitted.folds)
    return learned.table("instant", fitted.out_of_fold, folds=fitted.folds, answerable=known)
