"""Mode *improve*: the instant model, then its last stages, compared on photos that neither has learned."""

from __future__ import annotations

import copy
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from workbench.core import devices
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.pooled_stages import PooledStages
from workbench.core.augmentation.augmentation_rows import augmentations_of
from workbench.core.augmentation.pipeline import Pipeline
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Split
from workbench.core.data.groups import groups_of
from workbench.core.data.pixels import PixelStore
from workbench.core.data.stored_split import SampleSet, StoredSplit
from workbench.core.errors import Stopped
from workbench.core.events import EpochDone, Event, Note, Progress, TrainingResult, TrainingStarted
from workbench.core.features.backbone import backbone_of, tuned_id
from workbench.core.features.extract import VIEWS, FeatureCache
from workbench.core.features.fusing import unfuse_into
from workbench.core.features.prepare import export
from workbench.core.features.runtime_choice import open_runtime
from workbench.core.features.torch_runtime import stages_of
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.improve.partition import FrozenStages, TunedStages
from workbench.core.improve.plan import BATCH, PLANS, WORTH_IT, ImproveSpeed, remember
from workbench.core.improve.saved import Saved
from workbench.core.improve.starting import start
from workbench.core.improve.tuning import StandardHead, Tuning, learning_amp
from workbench.core.improve.views import PLAIN, CachedViews, PixelViews, Views
from workbench.core.instant.folds import folds_of
from workbench.core.instant.heads import answerable
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message
from workbench.core.models.classifier import Classifier
from workbench.core.models.distance import FeatureDistance
from workbench.core.models.learned_cloud import describe
from workbench.core.models.model_file import Description, ModelFile
from workbench.core.project.event_log import plain
from workbench.core.project.runs import MODEL, PREDICTIONS, SPLIT
from workbench.core.project.split_file import read_split
from workbench.core.results.comparison import Comparison
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import measures_of_table, metrics_of
from workbench.core.results.predictions import PredictionTable, concat
from workbench.core.results.prospects import Prospects
from workbench.core.results.reject_thresholds import calibrated
from workbench.core.seeds import derived_seed
from workbench.core.training.amp import choose_amp

_DESCRIBED = 1000
"""From so many photos it is known well enough where photos lie."""


def fit_improve(
    split: Split,
    config: TrainingConfig,
    run: Path,
    *,
    device: str = "auto",
    resuming: bool = False,
    stop: StopRequested = never,
) -> Generator[Event, None, TrainingResult]:
    """Fits the instant model, tunes it, and keeps whichever is right about more photos of the same folds.

    The instant model stands in the run's folder from its first head on. It is replaced at the end, or by a
    stop where the rounds so far say that the improved model is better. Each round is saved as it ends.

    Args:
        split: As `fit_instant` takes it.
        config: Architecture, quality, augmentation and seed count.
        run: Folder for the model.
        device: `auto`, `cpu` or `cuda`.
        resuming: Goes on after the rounds that are saved there.
        stop: Asked at every step; once the instant model stands, the better one so far is kept.

    Raises:
        WorkbenchError: As `fit_instant`.
    """
    begun = time.monotonic()
    saved = Saved.read(run) if resuming else None
    if saved is None:
        instant = yield from start(split, config, run, device=device, stop=stop)
        if instant.stopped:
            result = replace(instant, kept="instant")
            yield result
            return result
        saved = Saved.begin(run, instant)
    try:
        result = yield from _practise(saved, config, run, device, begun, stop)
    except Stopped:
        result = saved.stop()
        if result.kept == "improved":
            result = replace(result, architecture=config.architecture, look="")
        result = replace(result, seconds={**result.seconds, "total": time.monotonic() - begun})
    yield result
    return result


def _practise(
    saved: Saved, config: TrainingConfig, run: Path, device: str, begun: float, stop: StopRequested
) -> Generator[Event, None, TrainingResult]:
    """The rounds; raises `Stopped` where nothing but what is saved stands."""
    split = read_split(run / SPLIT)
    preprocessing = replace(backbone_of(config).preprocessing, brightness=split.brightness)
    yield from _looked(split, config, preprocessing, device, stop)
    store = yield from PixelStore.build(split.roots, split.samples, preprocessing, stop=stop)
    with store:
        stored = StoredSplit.of(split, store)
        yield from stored.notes()
        work = _Work(stored, config, run, devices.choose(device), saved)
        return (yield from work.run(begun, stop))


def _looked(
    split: Split, config: TrainingConfig, preprocessing: Preprocessing, device: str, stop: StopRequested
) -> Generator[Event, None, None]:
    """Looks at the training samples with the network that is tuned, where others made the instant model."""
    runtime = yield from open_runtime(config, device=device, stop=stop)
    with PhotoFeatures(split, runtime, preprocessing, device) as features:
        for done in features.look(split.training, VIEWS[:PLAIN], stop=stop):
            yield Progress("features", done, PLAIN * len(split.training), Message("looking"))


class _Work:
    """One run, once the instant model stands."""

    def __init__(
        self,
        stored: StoredSplit,
        config: TrainingConfig,
        run: Path,
        device: torch.device,
        saved: Saved,
    ) -> None:
        self._stored, self._backbone = stored, backbone_of(config)
        training, self._names = stored.training, stored.split.class_names
        self._config, self._run, self._device, self._saved = config, run, device, saved
        self._plan = PLANS[config.quality]
        self._amp = choose_amp(config.amp, device)
        self._stages = stages_of(self._backbone)
        self._partitioned = device.type == "cpu" and bool(architecture_of(config.architecture).frozen)
        self._targets, self._groups = training.targets, groups_of(training.samples)
        cache = FeatureCache(self._backbone, stored.split.roots.main, stored.split.brightness)
        self._features = cache.take(VIEWS[:PLAIN], training.samples)
        self._folds = folds_of(self._targets, self._groups, seed=config.seed)
        self._answerable = answerable(self._targets, self._folds)
        self._checked = self._worth_checking()
        learned = [np.flatnonzero(self._folds != fold) for fold in self._checked]
        self._rounds = [*learned, np.arange(len(self._targets))]
        self._steps = [self._plan.steps(len(positions), BATCH) for positions in self._rounds]
        self._outside = [np.flatnonzero(self._folds == fold) for fold in self._checked]
        self._done = [
            saved.is_done(fold, [training.samples[place] for place in outside.tolist()])
            for fold, outside in zip(self._checked, self._outside, strict=True)
        ]
        self._tuned = sum(self._done)
        self._samples_seen, self._seconds, self._views_rate = 0, 0.0, 0.0

    def _worth_checking(self) -> list[int]:
        """The folds that are compared: those with photos that a model of the others can be right about."""
        several = [fold for fold in np.unique(self._folds) if self._answerable[self._folds == fold].any()]
        return [int(fold) for fold in several[: self._plan.compared(len(self._targets))]]

    def run(self, begun: float, stop: StopRequested) -> Generator[Event, None, TrainingResult]:
        """Compares, and tunes on all photos where that is worth it."""
        yield self._started()
        if not self._checked or (yield from self._is_hopeless(0)):
            self._saved.finish(improved=False)
            return self._result(begun)
        with (yield from self._views(stop)) as views:
            comparison = Comparison.of_counts(0, 0, 0)
            for number in range(len(self._checked)):
                if not self._done[number]:
                    tuning = yield from self._tune(views, number, stop)
                    yield self._round_done(number, tuning)
                comparison = self._saved.comparison or comparison
                if (yield from self._is_hopeless(number + 1)):
                    break
            if self._seconds > 0:
                remember(self._backbone, ImproveSpeed(self._views_rate, self._samples_seen / self._seconds))
            if not comparison.is_better:
                self._saved.finish(improved=False)
                return replace(self._result(begun), comparison=comparison)
            tuning = yield from self._tune(views, len(self._checked), stop)
            yield self._epoch(len(self._checked), tuning, None, compared=False)
        yield Progress("prepare", 0, 0, Message("making_quick"))
        return self._keep(tuning, comparison, begun)

    def _is_hopeless(self, done: int) -> Generator[Note, None, bool]:
        """Whether the rounds to come are hardly worth their time; says so."""
        if done == len(self._checked):
            return False
        prospects = Prospects.of(self._saved.of_folds(self._checked), "instant", "improved")
        compared = prospects.compared
        if prospects.chance >= WORTH_IT:
            return False
        if compared.samples:
            values = {name: getattr(compared, name) for name in ("put_right", "spoiled", "samples")}
            yield Note("improving_unlikely", values)
        else:
            yield Note("improving_impossible", {"photos": prospects.wrong_left})
        return True

    def _round_done(self, number: int, tuning: Tuning) -> EpochDone:
        """Saves what a round says of the photos that it practised without, and its model while it wins."""
        outside = self._outside[number]
        folds, features = self._folds[outside], tuning.features(outside)
        apart = self._learned_by(tuning, number).distances(features)
        improved = self._stored.training.table(
            "improved",
            tuning.probabilities(features),
            rows=outside,
            folds=folds,
            answerable=self._answerable[outside],
        )
        self._saved.add(improved, folds, apart)
        measures = measures_of_table(improved)
        comparison = self._saved.comparison
        if measures is not None and comparison is not None and comparison.is_better:
            _, model = self._improved(tuning, measures, number)
            self._saved.keep_round(model)
        else:
            self._saved.drop_round()
        return self._epoch(number, tuning, measures, compared=True)

    def _keep(self, tuning: Tuning, comparison: Comparison, begun: float) -> TrainingResult:
        """Makes the model that learned from all photos the run's own."""
        table = self._saved.table
        improved = table.where(model="improved")
        measures = metrics_of(improved).measures
        classifier = self._save(tuning, measures)
        sets = (self._stored.validation, self._stored.test)
        checked = {samples.name: self._check(classifier, samples) for samples in sets}
        concat([table, *(found for found in checked.values() if found is not None)]).save(
            self._run / PREDICTIONS
        )
        self._saved.finish(improved=True)
        kept = {
            name: measures_of_table(found) if found is not None else None for name, found in checked.items()
        }
        result = self._result(begun, measures, kept)
        before = _of_the_same(table.where(model="instant", cross_validated=True), improved)
        return replace(result, comparison=comparison, accuracy_before=metrics_of(before).accuracy)

    def _views(self, stop: StopRequested) -> Generator[Progress, None, Views]:
        store, members = self._stored.store, self._stored.training.members
        pipeline = Pipeline(
            augmentations_of(self._config),
            classes=len(self._names),
            crop=self._backbone.preprocessing.crop,
        )
        if not self._partitioned:
            grows = architecture_of(self._config.architecture).any_size
            return PixelViews(store, members, pipeline, self._device, grows=grows)
        frozen = FrozenStages(self._stages, self._backbone.architecture).eval()
        seed, begun = self._config.seed, time.monotonic()
        views = yield from CachedViews.build(
            frozen, store, members, pipeline, self._plan.views, seed, amp=self._amp, stop=stop
        )
        self._views_rate = self._plan.views * len(members) / (time.monotonic() - begun)
        return views

    def _tune(self, views: Views, number: int, stop: StopRequested) -> Generator[Event, None, Tuning]:
        positions = self._rounds[number]
        trainer = HeadTrainer(len(self._names), seed=self._config.seed)
        features, targets = self._features[positions], self._targets[positions]
        head = trainer.fit(features, targets, [self._groups[position] for position in positions]).head
        stages = TunedStages(self._stages, self._backbone.architecture, partitioned=self._partitioned)
        tuning = Tuning(
            stages,
            StandardHead(head, features),
            views,
            self._config,
            self._plan,
            self._device,
            learning_amp(self._config.amp, self._device),
        )
        finished = yield from tuning.run(
            positions,
            targets,
            f"round {number}",
            first_step=sum(self._steps[:number]),
            all_steps=sum(self._steps),
            epoch=number + 1,
            stop=stop,
        )
        if not finished:
            raise Stopped
        self._samples_seen += tuning.samples_seen
        self._seconds += tuning.seconds
        self._tuned += 1
        return tuning

    def _started(self) -> TrainingStarted:
        return TrainingStarted(
            run=str(self._run),
            mode="improve",
            architecture=self._config.architecture,
            device=devices.name_of(self._device),
            amp=self._amp.name,
            parameters=sum(parameter.numel() for parameter in self._stages.parameters()),
            classes=self._names,
            training_samples=len(self._stored.training),
            validation_samples=len(self._stored.validation),
            test_samples=len(self._stored.test),
            epochs=len(self._rounds),
            steps_per_epoch=max(self._steps),
            first_step=sum(steps for steps, done in zip(self._steps, self._done, strict=False) if done),
        )

    def _epoch(self, number: int, tuning: Tuning, checked: Measures | None, *, compared: bool) -> EpochDone:
        learned = tuning.buffer.measures(len(self._names))
        step = sum(self._steps[: number + 1])
        return EpochDone(number + 1, step, learned, checked, not compared, 0.0, tuning.seconds)

    def _learned_by(self, tuning: Tuning, number: int) -> FeatureDistance:
        """Where the photos lie that a round has learned from, for its own network."""
        learned = self._rounds[number]
        if len(learned) > _DESCRIBED:
            random = np.random.default_rng(derived_seed(self._config.seed, "described", number))
            learned = np.sort(random.choice(learned, _DESCRIBED, replace=False))
        return describe(tuning.features(learned))

    def _improved(self, tuning: Tuning, measures: Measures, number: int) -> tuple[PooledStages, ModelFile]:
        """The backbone as the tuning of a round left it, and the model file of it and its head."""
        stages = copy.deepcopy(self._stages)
        unfuse_into(copy.deepcopy(tuning.stages).cpu().model, stages.model)
        state = {name: value.numpy() for name, value in stages.state_dict().items()}
        head, rounds = tuning.head.linear(), self._saved.table.where(model="improved")
        rule = calibrated(rounds, self._saved.apart(rounds))
        distance = self._learned_by(tuning, number) if rule is not None and rule.knows_distance else None
        description = Description(
            self._names,
            self._config,
            self._stored.store.preprocessing,
            PLAIN,
            tuned_id(state),
            {"training_samples": len(self._rounds[number]), "cross_validated": plain(measures)},
            rule,
        )
        weights = {f"stages.{name}": value for name, value in state.items()}
        weights |= {"head.weight": head.weight, "head.bias": head.bias}
        return stages, ModelFile(description, weights, self._stored.learned, distance)

    def _save(self, tuning: Tuning, measures: Measures) -> Classifier:
        """Writes the model, and makes its backbone as quick as the instant one."""
        stages, model = self._improved(tuning, measures, len(self._checked))
        export(stages, replace(self._backbone, weights_id=model.description.backbone))
        model.save(self._run / MODEL)
        return Classifier.load(self._run / MODEL, device=self._device.type)

    def _check(self, classifier: Classifier, samples: SampleSet) -> PredictionTable | None:
        if not len(samples):
            return None
        crops = self._stored.store.crops(samples.members)
        return samples.table("improved", classifier.probabilities(crops))

    def _result(
        self,
        begun: float,
        improved: Measures | None = None,
        checked: dict[str, Measures | None] | None = None,
    ) -> TrainingResult:
        before, total = self._saved.before, time.monotonic() - begun
        checked = checked or {"validation": before.validation, "test": before.test}
        return replace(
            before,
            epochs=self._tuned,
            steps=sum(self._steps[: self._tuned]),
            validation=checked["validation"],
            test=checked["test"],
            stopped=False,
            samples_per_second=self._samples_seen / max(self._seconds, 1e-9),
            seconds={**before.seconds, "train": self._seconds, "total": total},
            cross_validated=improved or before.cross_validated,
            architecture=self._config.architecture if improved is not None else before.architecture,
            look=before.look if improved is None else "",
            kept="improved" if improved is not None else "instant",
        )


def _of_the_same(table: PredictionTable, others: PredictionTable) -> PredictionTable:
    """The rows for samples that another table has, too."""
    wanted = set(others.samples)
    return table.take(np.flatnonzero([sample in wanted for sample in table.samples]))
