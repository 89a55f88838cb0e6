"""Photos that a model had not learned from, and who answers for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Catalog, ImageClass, Roots, Split
from workbench.core.data.groups import groups_of, in_several_classes
from workbench.core.data.look_store import looks_of
from workbench.core.data.split import own_split
from workbench.core.data.stored_split import SampleSet, without_lost
from workbench.core.errors import InputError
from workbench.core.events import Progress
from workbench.core.features.backbone import TUNED
from workbench.core.features.extract import VIEWS
from workbench.core.features.runtime_choice import runtime_for
from workbench.core.instant.folds import folds_of
from workbench.core.instant.heads import answerable
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.jobs import StopRequested, Throttle
from workbench.core.messages import Message
from workbench.core.models.classifier import Classifier
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import Description
from workbench.core.models.predictor import RuntimePredictor
from workbench.core.project.runs import SPLIT, damaged
from workbench.core.project.split_file import read_split
from workbench.core.results.estimate import How
from workbench.core.results.predictions import FAIR
from workbench.core.stress.findings import MINIMUM

Integers = NDArray[np.int64]
Answer = Callable[[NDArray[np.uint8], Integers], NDArray[np.float64]]
"""From preprocessed pixels (n, side, side, channels) and the positions of their photos, (n,), to
probabilities (n, classes)."""


_MOST_OF_ALL = 0.9
"""Of the photos that a head has learned: fitted again to fewer, it would be another model."""


@dataclass(frozen=True)
class HeldOut:
    """Photos to test a model with.

    Attributes:
        how: From which set.
        roots: The folders that they lie in.
        photos: They.
        answer: Who answers.
        available: How many photos could be tested, those that belong together counted once; more than
            `photos` where the heads for the others were not fitted.
        heads: For models that had to be fitted without some photos: a head for each number in `fitted`.
        fitted: For each photo, which head had not learned it, (photos,); None where the model itself answers.
        notes: What makes the numbers worth less than they look.
    """

    how: How
    roots: Roots
    photos: SampleSet
    answer: Answer
    available: int
    heads: tuple[LinearHead, ...] = ()
    fitted: Integers | None = None
    notes: tuple[Message, ...] = ()


def held_out_of_run(
    run: Path, classifier: Classifier, about: Description, *, roots: Roots | None, most: int,
    stop: StopRequested,
) -> Generator[Progress, None, HeldOut]:  # fmt: skip
    """The photos of a run's test or validation set; else its training photos, each for a model without it.

    Args:
        about: What the model says of itself.
        roots: Where the photos lie now; None where they did.
        most: How many are wanted.

    Raises:
        InputError: Its split cannot be read, or the model has learned from every photo.
        Stopped: `stop` returned true.
    """
    try:
        split = read_split(run / SPLIT)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(run, SPLIT, error) from error
    if split.class_names != classifier.classes:
        raise damaged(run, SPLIT, ValueError("other classes than the model's"))
    if roots is not None:
        split = replace(split, roots=Roots({**split.roots.folders, **roots.folders}))
    _, (training, validation, test) = without_lost(split, ())
    sets: dict[How, SampleSet] = {"test": _fair(test), "validation": _fair(validation)}
    if (chosen := _largest_enough(sets)) is not None:
        return _of_itself(chosen, split.roots, sets[chosen], classifier)
    return (yield from _without_each(classifier, about, split, training, most, stop))


def held_out_of_folder(
    catalog: Catalog, classifier: Classifier, about: Description, *, most: int, stop: StopRequested
) -> Generator[Progress, None, HeldOut]:
    """The photos of a folder that a model had not learned from, of its test set where it has one.

    Where it has learned from all of them, each is answered for by a model of the others.

    Args:
        catalog: Read with the classes that the model knows.
        about: What the model says of itself.
        most: How many are wanted.

    Raises:
        InputError: There is nothing to test with.
        Stopped: `stop` returned true.
    """
    subset = next((name for name in ("test", "validation") if name in catalog.subsets), "")
    samples = [sample for sample in catalog.samples if not subset or sample.subset == subset]
    own = {each.name: each for each in catalog.classes}
    classes = tuple(own.get(name, ImageClass(name, name)) for name in classifier.classes)
    split = Split(catalog.roots, classes, (), (), brightness=catalog.brightness)
    contradictory, learned = in_several_classes(samples), set[str]()
    notes: tuple[Message, ...] = ()
    if classifier.learned is None:
        notes = (Message("result.learned_unknown"),)
    else:
        same, nearly = classifier.learned.among([s.digest for s in samples], looks_of(catalog.roots, samples))
        learned = same | nearly
    tested = _fair(SampleSet.of(subset, split, samples, learned=learned, contradictory=contradictory))
    if len(tested):
        how: How = "validation" if subset == "validation" else "test"
        return _of_itself(how, catalog.roots, tested, classifier, notes)
    mine = own_split(catalog)
    split = replace(mine, classes=classes)
    training = SampleSet.of("training", split, split.training, contradictory=contradictory)
    return (yield from _without_each(classifier, about, split, training, most, stop))


def _fair(samples: SampleSet) -> SampleSet:
    return samples.part(np.flatnonzero(samples.worth == FAIR))


def _largest_enough(sets: dict[How, SampleSet]) -> How | None:
    """The first set with enough photos that do not belong together, else the largest; None of empty ones."""
    sizes = {name: len(np.unique(samples.groups)) for name, samples in sets.items()}
    enough = [name for name, size in sizes.items() if size >= MINIMUM]
    some = sorted((name for name in sizes if sizes[name]), key=lambda name: -sizes[name])
    return next(iter(enough + some), None)


def _of_itself(
    how: How, roots: Roots, photos: SampleSet, classifier: Classifier, notes: tuple[Message, ...] = ()
) -> HeldOut:
    """Photos for which the model itself answers."""

    def answer(pixels: NDArray[np.uint8], _: Integers) -> NDArray[np.float64]:
        return classifier.probabilities(pixels)

    return HeldOut(how, roots, photos, answer, len(np.unique(photos.groups)), notes=notes)


def _without_each(
    classifier: Classifier,
    about: Description,
    split: Split,
    training: SampleSet,
    most: int,
    stop: StopRequested,
) -> Generator[Progress, None, HeldOut]:
    """Fits the head again without some of the photos that it has learned, and tests it with those.

    Raises:
        InputError: More than the head has learned from the photos, or too few are left without some.
    """
    predictor = classifier.predictor
    if not isinstance(predictor, RuntimePredictor) or about.backbone.startswith(TUNED):
        raise InputError("all_learned")
    if classifier.learned is not None:
        same, _ = classifier.learned.among([sample.digest for sample in training.samples], {})
        training = training.part(np.flatnonzero([sample.digest in same for sample in training.samples]))
        if len(same) < _MOST_OF_ALL * len(classifier.learned.digests):
            raise InputError("all_learned")
    with PhotoFeatures(split, runtime_for(predictor.backbone), classifier.preprocessing, "auto") as known:
        training = yield from _looked_at(known, training, predictor.views, stop)
        if not len(training):
            raise InputError("photos_gone")
        rows = known.of_seen(training.samples, VIEWS[: predictor.views])
    targets, groups = training.targets, groups_of(training.samples)
    folds = folds_of(targets, groups, seed=about.config.seed)
    fair = answerable(targets, folds) & (training.worth == FAIR)
    heads: list[LinearHead] = []
    fitted = np.full(len(training), -1)
    for fold in np.unique(folds).tolist():
        out = folds == fold
        if not (out & fair).any() or len(np.unique(targets[~out])) < 2:
            continue
        yield Progress("stress", 0, 0, Message("fitting_without"))
        kept = [group for group, is_out in zip(groups, out.tolist(), strict=True) if not is_out]
        trainer = HeadTrainer(len(classifier.classes), seed=about.config.seed)
        fitted[out & fair] = len(heads)
        heads.append(trainer.fit(rows[~out], targets[~out], kept, stop=stop).head)
        if len(np.unique(training.groups[fitted >= 0])) >= most:
            break
    tested = np.flatnonzero(fitted >= 0)
    if not len(tested):
        raise InputError("all_learned")
    who = fitted[tested]

    def answer(pixels: NDArray[np.uint8], photos: Integers) -> NDArray[np.float64]:
        found = np.empty((len(pixels), len(classifier.classes)))
        batch = predictor.batch
        for first in range(0, len(pixels), batch):
            part = slice(first, first + batch)
            features, whose = predictor.features(pixels[part]), who[photos[part]]
            for number in np.unique(whose).tolist():
                found[part][whose == number] = heads[number].probabilities(features[whose == number])
        return found

    available = len(np.unique(training.groups[fair]))
    photos = training.part(tested)
    return HeldOut("cross_validated", split.roots, photos, answer, available, tuple(heads), who)


def _looked_at(
    known: PhotoFeatures, training: SampleSet, count: int, stop: StopRequested
) -> Generator[Progress, None, SampleSet]:
    """The photos whose features are known; those that are not kept are looked at again."""
    views, due = VIEWS[:count], Throttle()
    seen = {each.id for each in known.seen(training.samples, views)}
    unseen = [each for each in training.samples if each.id not in seen]
    for done in known.look(unseen, views, stop=stop):
        if due():
            yield Progress("features", math.ceil(done / len(views)), len(unseen), Message("looking"))
    left = [row for row, each in enumerate(training.samples) if each.id not in known.lost]
    return training.part(np.array(left, np.int64))
