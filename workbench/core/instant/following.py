"""A model that follows what a person does to photos: each edit is learned in a fraction of a second."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from workbench.core.closing import Closing
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog, Sample, Split
from workbench.core.data.groups import groups_of
from workbench.core.data.series import with_subfolders
from workbench.core.data.split import own_split
from workbench.core.data.stored_split import SampleSet, without_lost
from workbench.core.errors import InputError
from workbench.core.events import Followed, Insight, PhotoMap, Plane, Progress
from workbench.core.features.extract import VIEWS
from workbench.core.features.runtime_choice import open_runtime
from workbench.core.instant.heads import FittedHead
from workbench.core.instant.insight import insight_of
from workbench.core.instant.look_slicing import by_look
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.parts import Rows
from workbench.core.instant.photo_map import map_of
from workbench.core.instant.telling import beginning, measured, told
from workbench.core.instant.together import compared_apart
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.instant.which_networks import looking
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.models.classifier import Classifier
from workbench.core.models.predictor import RuntimePredictor
from workbench.core.results.estimate import fairest
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import measures_of_table
from workbench.core.results.slicing import Slicing

R = TypeVar("R")


@dataclass(frozen=True)
class Learned:
    """What a model of a folder stands on.

    Attributes:
        split: With its classes in the order of their indices.
        training: What it has learned.
        rows: The features of that.
        fitted: The head.
        asked: Features of a photo that it is asked about, (features,).
        model: What answers.
    """

    split: Split
    training: SampleSet
    rows: Rows
    fitted: FittedHead
    asked: NDArray[np.float32]
    model: Classifier


@dataclass(frozen=True)
class Known:
    """All that is known of a folder's photos and of a model of them.

    Attributes:
        split: With its classes in the order of their indices.
        training, validation, test: Its sets.
        features: Of the photos.
        fitted: The head of the training set.
    """

    split: Split
    training: SampleSet
    validation: SampleSet
    test: SampleSet
    features: PhotoFeatures
    fitted: FittedHead


class Follower(Closing):
    """Keeps, from one edit of a folder to the next, all that need not be computed again.

    Args:
        catalog: The folder, as it is now.
        config: Architecture, networks, input size, channels, weights file and seed count.
        device: `auto`, `cpu` or `cuda`.
    """

    def __init__(self, catalog: Catalog, config: TrainingConfig, device: str = "auto") -> None:
        self._catalog, self._config, self._device = catalog, config, device
        self._lock = threading.Lock()
        self._features: PhotoFeatures | None = None
        self._looks = looking(config, _looked_at(catalog))
        self._trainer: HeadTrainer | None = None
        self._classes: tuple[str, ...] = ()

    def fits(self, catalog: Catalog, config: TrainingConfig) -> bool:
        """Whether it can follow to another state of the folder; else another one is made."""
        known = self._catalog
        return (
            catalog.roots == known.roots
            and catalog.brightness == known.brightness
            and looking(config, _looked_at(catalog)) == self._looks
            and config.subfolders_together == self._config.subfolders_together
        )

    def follow(
        self, catalog: Catalog, *, at_once: int = 0, stop: StopRequested = never
    ) -> Generator[Progress, None, Followed]:
        """Learns a catalog: what is new in it is looked at, and the head is fitted again.

        Args:
            at_once: How many of the photos without a class to look at, of those that are not known yet: where
                there are thousands, a person need not wait for all to hear of some. 0 looks at all.

        Returns:
            Where photos have no class yet, and two classes have not two each, there is no model: only which
            photos to begin with.

        Raises:
            InputError: There are fewer than two classes with photos.
            Stopped: `stop` returned true.
        """
        with self._lock:
            loose = _loose(catalog)
            if loose and not _has_two(own_split(catalog).training):
                features = yield from self._opened(own_split(catalog), stop)
                features.forget_lost()
                yield from _looked_at_some(features, loose, at_once or len(loose), stop)
                features.save()
                return beginning(catalog, features)
            features, left, (training, validation, test) = yield from self._known(catalog, stop)
            left_over = yield from _looked_at_some(features, loose, at_once or len(loose), stop)
            features.save()
            fitted = self._fitted(features, training, left, stop)
            found = {"cross_validated": measured(training, fitted)}
            tested: dict[str, int] = {}
            for samples in (validation, test):
                if len(samples):
                    answers = fitted.head.probabilities(features.of(samples.samples, VIEWS, exact=True))
                    found[samples.name] = measures_of_table(samples.table("instant", answers))
                    ids = [sample.id for sample in samples.samples]
                    tested |= dict(zip(ids, answers.argmax(axis=1).tolist(), strict=True))
            judged = fairest(found)  # type: ignore[arg-type] # these are names of `How`
            loose = [sample for sample in loose if features.knows(sample, VIEWS)]
            made = told(catalog, left, training, fitted, judged, loose, features)
            return replace(made, left=left_over, tested=tested)

    def lay_out(
        self, catalog: Catalog, plane: Plane | None, *, look: bool, stop: StopRequested = never
    ) -> Generator[Progress, None, PhotoMap]:
        """Where the photos of a catalog lie by their features; see `core.instant.photo_map`.

        Args:
            plane: The one of before, so that photos stay where they were.
            look: Whether photos that nobody has looked at are looked at first, which takes its time.

        Raises:
            Stopped: `stop` returned true; what was looked at is kept.
        """
        with self._lock:
            split = own_split(catalog)
            features = yield from self._opened(replace(split, training=catalog.samples), stop)
            if look:
                yield from _looked_at_new(features, catalog.samples, split, stop)
            return map_of(features, catalog.samples, plane, stop=stop)

    def by_look(
        self, catalog: Catalog, ids: Collection[str], *, stop: StopRequested = never
    ) -> Generator[Progress, None, Slicing]:
        """Divides some photos of a catalog by their features; those that are new are looked at first.

        Raises:
            Stopped: `stop` returned true; what was looked at is kept.
        """
        with self._lock:
            split = own_split(catalog)
            features = yield from self._opened(replace(split, training=catalog.samples), stop)
            samples = [sample for sample in catalog.samples if sample.id in ids]
            yield from _looked_at_new(features, samples, split, stop)
            return by_look(features, samples, seed=self._config.seed, stop=stop)

    def work_on(
        self,
        catalog: Catalog,
        work: Callable[[Known], Generator[Progress, None, R]],
        *,
        stop: StopRequested = never,
    ) -> Generator[Progress, None, R]:
        """What some work makes of all that is known of a catalog, while nothing else changes that.

        Raises:
            InputError: There are fewer than two classes with photos.
            Stopped: `stop` returned true.
        """
        with self._lock:
            features, left, sets = yield from self._known(catalog, stop)
            fitted = self._fitted(features, sets[0], left, stop)
            return (yield from work(Known(left, *sets, features, fitted)))

    def look_closer(
        self, catalog: Catalog, *, stop: StopRequested = never
    ) -> Generator[Progress, None, Insight]:
        """What the features of a catalog's photos say; takes several times as long as to follow.

        Raises:
            InputError: There are fewer than two classes with photos.
            Stopped: `stop` returned true.
        """
        with self._lock:
            left, training, rows, fitted = yield from self._learned(catalog, stop)
            return insight_of(catalog, left, training, rows, fitted, seed=self._config.seed, stop=stop)

    def compare(
        self, catalog: Catalog, *, stop: StopRequested = never
    ) -> Generator[Progress, None, Measures | None]:
        """Cross-validated measures, with what a split at random would have shown; see `compared_apart`.

        Raises:
            InputError: There are fewer than two classes with photos.
            Stopped: `stop` returned true.
        """
        with self._lock:
            left, training, rows, fitted = yield from self._learned(catalog, stop)
            classes = len(left.classes)
            return compared_apart(rows, training, fitted, classes=classes, seed=self._config.seed, stop=stop)

    def learned(
        self, catalog: Catalog, path: Path, *, without: str = "", stop: StopRequested = never
    ) -> Generator[Progress, None, Learned]:
        """What a catalog's model has learned from, and the features of one more photo, as it answers for it.

        Args:
            without: A sample's id: it, and what belongs together with it, is not learned. The head is then
                fitted from the start.

        Raises:
            ImageError: The photo cannot be used.
            InputError: There are fewer than two classes with photos.
            Stopped: `stop` returned true.
        """
        with self._lock:
            features, split, (training, *_) = yield from self._known(catalog, stop)
            others = _others(training, without)
            if len(others) == len(training):
                fitted = self._fitted(features, training, split, stop)
            else:
                training = training.part(others)
                _check_two(training.samples)
                trainer = HeadTrainer(len(split.classes), seed=self._config.seed)
                rows, groups = features.rows(training.samples, VIEWS), groups_of(training.samples)
                fitted = trainer.fit(rows, training.targets, groups, stop=stop)
            return Learned(
                split,
                training,
                features.rows(training.samples, VIEWS),
                fitted,
                features.of_photo(path, VIEWS),
                Classifier(
                    split.class_names,
                    features.preprocessing,
                    RuntimePredictor(features.exact_runtime, fitted.head, len(VIEWS)),
                ),
            )

    def _learned(
        self, catalog: Catalog, stop: StopRequested
    ) -> Generator[Progress, None, tuple[Split, SampleSet, Rows, FittedHead]]:
        """The split and the training set less what was lost, its features, and a head for them."""
        features, left, (training, *_) = yield from self._known(catalog, stop)
        fitted = self._fitted(features, training, left, stop)
        return left, training, features.rows(training.samples, VIEWS), fitted

    def _known(
        self, catalog: Catalog, stop: StopRequested
    ) -> Generator[Progress, None, tuple[PhotoFeatures, Split, tuple[SampleSet, SampleSet, SampleSet]]]:
        """The features of all photos with a class, new ones looked at; and the sets, less what was lost."""
        if self._config.subfolders_together:
            catalog = with_subfolders(catalog)
        split = own_split(catalog)
        split = replace(split, classes=tuple(sorted(split.classes, key=lambda each: each.id)))
        _check_two(split.training)
        features = yield from self._opened(split, stop)
        features.forget_lost()  # a drive may be there again
        yield from _looked(features, split.training, stop)
        yield from _looked(features, [*split.validation, *split.test], stop, exact=True)
        features.save()
        left, sets = without_lost(split, _lost(split, features))
        _check_two(left.training)
        return features, left, sets

    def close(self) -> None:
        """Keeps what was looked at for the next time."""
        with self._lock:
            if self._features is not None:
                self._features.close()
                self._features = None

    def _opened(self, split: Split, stop: StopRequested) -> Generator[Progress, None, PhotoFeatures]:
        if self._features is None:
            runtime = yield from open_runtime(self._looks, device=self._device, stop=stop)
            recipe = replace(runtime.backbone.preprocessing, brightness=split.brightness)
            self._features = PhotoFeatures(split, runtime, recipe, self._device)
        return self._features

    def _fitted(
        self, features: PhotoFeatures, training: SampleSet, split: Split, stop: StopRequested
    ) -> FittedHead:
        classes = tuple(each.id for each in split.classes)
        if self._trainer is None or classes != self._classes:
            self._trainer, self._classes = HeadTrainer(len(classes), seed=self._config.seed), classes
        rows = features.rows(training.samples, VIEWS)
        return self._trainer.fit(rows, training.targets, groups_of(training.samples), stop=stop)


def _others(training: SampleSet, without: str) -> NDArray[np.int64]:
    """The rows of what does not belong together with a sample, or all where it is none of them."""
    own = [row for row, sample in enumerate(training.samples) if sample.id == without]
    return np.flatnonzero(~np.isin(training.groups, training.groups[own]))


def _looked_at(catalog: Catalog) -> int:
    """How many photos are learned from, or get a class suggested: it stays while they are sorted."""
    return sum(s.subset in ("", "training") or s.class_id is None for s in catalog.samples)


def _loose(catalog: Catalog) -> list[Sample]:
    """The photos without a class, in an order in which those that come first are a fair sample."""
    return sorted((s for s in catalog.samples if s.class_id is None), key=lambda sample: sample.digest)


def _has_two(training: Sequence[Sample]) -> bool:
    """Whether two classes have two photos each: one to learn from, one to be asked about."""
    counts = Counter(sample.class_id for sample in training)
    return sum(count >= 2 for count in counts.values()) >= 2


def _check_two(training: Sequence[Sample]) -> None:
    if len({sample.class_id for sample in training}) < 2:
        raise InputError("too_few_photos")


def _looked(
    features: PhotoFeatures, samples: Sequence[Sample], stop: StopRequested, *, exact: bool = False
) -> Generator[Progress, None, None]:
    due, before = Throttle(), features.looked_at
    for _ in features.look(samples, VIEWS, exact=exact, stop=stop):
        if due():
            done = (features.looked_at - before) // len(VIEWS)
            yield Progress("features", done, len(samples), Message("looking"))


def _looked_at_new(
    features: PhotoFeatures, samples: Sequence[Sample], split: Split, stop: StopRequested
) -> Generator[Progress, None, None]:
    """Looks at the samples that nobody has looked at, those of the sets to check with as predictions do."""
    features.forget_lost()
    exact = {sample.id for sample in (*split.validation, *split.test)}
    seen = {sample.id for sample in features.seen(samples, VIEWS)}
    for is_exact in (False, True):
        due = [s for s in samples if s.id not in seen and (s.id in exact) is is_exact]
        try:
            yield from _looked(features, due, stop, exact=is_exact)
        finally:
            features.save()


def _looked_at_some(
    features: PhotoFeatures, samples: Sequence[Sample], at_once: int, stop: StopRequested
) -> Generator[Progress, None, int]:
    """Looks at so many of the samples that are not known yet; how many are left.

    Where none of these can be read, it goes on to the next, so that the last ones are reached.
    """
    unknown = [sample for sample in samples if not features.knows(sample, VIEWS)]
    done = 0
    while done < len(unknown):
        some = unknown[done : done + at_once]
        yield from _looked(features, some, stop)
        done += len(some)
        if any(features.knows(sample, VIEWS) for sample in some):
            break
    return len(unknown) - done


def _lost(split: Split, features: PhotoFeatures) -> set[int]:
    return {index for index, sample in enumerate(split.samples) if sample.id in features.lost}
