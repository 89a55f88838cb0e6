"""How good a model is on an image folder that it has never seen."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from workbench.core.data.catalog import Catalog, ImageClass, Roots, Sample, Skipped, Split
from workbench.core.data.groups import in_several_classes
from workbench.core.data.left_out import count_files
from workbench.core.data.look_store import looks_of
from workbench.core.data.pixels import PixelStore
from workbench.core.data.scan import scan
from workbench.core.data.stored_split import SampleSet
from workbench.core.errors import InputError, Stopped
from workbench.core.events import Progress
from workbench.core.health.slicings import slicings_of
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.models.classifier import Classifier
from workbench.core.models.cost import cost_of
from workbench.core.project.kept_test import kept_apart
from workbench.core.project.projects import known_project
from workbench.core.results.cautions import cautions
from workbench.core.results.cost import Cost
from workbench.core.results.estimate import Estimate, How
from workbench.core.results.metrics import Metrics, metrics_of
from workbench.core.results.numbers import Numbers
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.slices import Slices, slices_of
from workbench.core.results.trust import Trust

_BATCH = 64


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` returns.

    Attributes:
        subset: The set of the folder that was used: `test`, `validation`, or "" for all of it.
        samples: How many photos were tested.
        table: What was predicted for each of the samples used, in the model's own class order.
        metrics: Made from it: of the photos that it had not learned from, if there are any.
        skipped: What was left out of the folder, of all its sets.
        notes: How the folder was read: classes that the model does not know, names that were matched.
        same, nearly: How many of the photos it had learned from: the very files, and others that show nearly
            the same picture. None where its file does not say what it learned from.
        kinds: What it makes of kinds of photos: folders, tables, cameras, dates, brightness, size.
        cost: What the model costs, timed with the first photos of the set.
        roots, photos: The photos that were tested.
    """

    classes: tuple[str, ...]
    subset: str
    samples: int
    metrics: Metrics
    skipped: tuple[Skipped, ...]
    table: PredictionTable
    notes: tuple[Message, ...] = ()
    same: int | None = None
    nearly: int | None = None
    kinds: Slices | None = None
    cost: Cost | None = None
    roots: Roots = field(default_factory=lambda: Roots({}))
    photos: tuple[Sample, ...] = ()

    @property
    def cautions(self) -> list[Message]:
        """What makes the number worth less than it looks."""
        found = cautions(self.metrics.measures, self.classes)
        if self.same is None:
            found.append(Message("result.learned_unknown"))
        if self.skipped:
            found.append(Message("result.left_out", {"count": count_files(self.skipped)}))
        return found

    @property
    def estimate(self) -> Estimate:
        """The accuracy to expect on other photos."""
        how: How = "validation" if self.subset == "validation" else "test"
        return Estimate.of(how, self.metrics.measures)

    @cached_property
    def numbers(self) -> Numbers:
        """Class by class, curves, calibration, baseline."""
        found = Numbers.of(self.table)
        assert found is not None, "an evaluation has something that can be checked"
        return found

    @property
    def trust(self) -> Trust:
        """What the number may be shown as."""
        return Trust.of(self.estimate, self.metrics.measures, self.numbers.baseline)


def evaluate(
    model: Path,
    folder: Path,
    *,
    device: str = "auto",
    reading: str = "",
    stop: StopRequested = never,
) -> Generator[Progress, None, Evaluation]:
    """Tests a model on a folder with classes that it knows; one is enough, and others are left out.

    Where the folder has a test set, only that is used; else its validation set; else all of it.

    Raises:
        InputError: The model or the folder cannot be used, or the folder has no class that the model knows.
    """
    classifier = Classifier.load(model, device=device)
    catalog = yield from scan(folder, reading=reading, known=classifier.classes, stop=stop)
    catalog = kept_apart(catalog, known_project(catalog.folder), keep=False)
    subset = next((name for name in ("test", "validation") if name in catalog.subsets), "")
    samples = [sample for sample in catalog.samples if not subset or sample.subset == subset]
    own = {each.name: each for each in catalog.classes}
    classes = tuple(own.get(name, ImageClass(name, name)) for name in classifier.classes)
    store = yield from PixelStore.build(catalog.roots, samples, classifier.preprocessing, stop=stop)
    with store:
        same, nearly = _learned(classifier, catalog.roots, samples)
        tested = SampleSet.of(
            subset,
            Split(catalog.roots, classes, (), ()),
            samples,
            lost={index for index, _ in store.lost},
            learned=same | nearly,
            contradictory=in_several_classes(samples),
        )
        members, answers, due = tested.members, [], Throttle()
        for first in range(0, len(members), _BATCH):
            if stop():
                raise Stopped()
            answers.append(classifier.probabilities(store.crops(members[first : first + _BATCH])))
            if due():
                yield Progress("evaluate", first, len(members), Message("checking"))
    if not answers:
        raise InputError("photos_gone")
    table = tested.table("", np.concatenate(answers))
    late = tuple(Skipped(samples[index].path, message) for index, message in store.lost)
    skipped = (*catalog.skipped, *late)
    if not table.counts.any():
        raise InputError("nothing_to_check")
    says = classifier.learned is not None
    kinds = yield from _kinds(catalog, tested, table, stop)
    return Evaluation(
        classifier.classes,
        subset,
        len(members),
        metrics_of(table),
        skipped,
        table,
        catalog.notes,
        same=sum(s.digest in same for s in tested.samples) if says else None,
        nearly=sum(s.digest in nearly for s in tested.samples) if says else None,
        kinds=kinds,
        cost=cost_of(classifier, [catalog.roots.locate(s) for s in tested.samples], stop=stop),
        roots=catalog.roots,
        photos=tuple(samples),
    )


def _kinds(
    catalog: Catalog, tested: SampleSet, table: PredictionTable, stop: StopRequested
) -> Generator[Progress, None, Slices]:
    """What a model makes of the kinds of the photos that count."""
    rows = np.flatnonzero(table.counts)
    samples = [tested.samples[row] for row in rows.tolist()]
    slicings = yield from slicings_of(catalog, samples, stop=stop)
    ids, groups = [sample.id for sample in samples], tested.groups[rows].tolist()
    return slices_of(ids, table.is_right[rows], groups, slicings)


def _learned(classifier: Classifier, roots: Roots, samples: Sequence[Sample]) -> tuple[set[str], set[str]]:
    """The digests of the photos that a model learned from, and of those that are nearly the same."""
    if classifier.learned is None:
        return set(), set()
    return classifier.learned.among([sample.digest for sample in samples], looks_of(roots, samples))
