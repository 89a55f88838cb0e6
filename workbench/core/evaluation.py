"""How good a model is on an image folder that it has never seen."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workbench.core.data.catalog import ImageClass, Skipped, Split
from workbench.core.data.pixels import PixelStore
from workbench.core.data.scan import scan
from workbench.core.data.stored_split import SampleSet
from workbench.core.errors import InputError, Stopped
from workbench.core.events import Progress
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.models.classifier import Classifier
from workbench.core.results.estimate import Estimate, How
from workbench.core.results.metrics import Metrics, metrics_of
from workbench.core.results.predictions import PredictionTable

_BATCH = 64


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` returns.

    Attributes:
        subset: The set of the folder that was used: `test`, `validation`, or "" for all of it.
        table: What was predicted for each of the samples used, in the model's own class order.
        metrics: Made from it.
        notes: How the folder was read: classes that the model does not know, names that were matched.
    """

    classes: tuple[str, ...]
    subset: str
    samples: int
    metrics: Metrics
    skipped: tuple[Skipped, ...]
    table: PredictionTable
    notes: tuple[Message, ...] = ()

    @property
    def estimate(self) -> Estimate:
        """The accuracy to expect on other photos."""
        how: How = "validation" if self.subset == "validation" else "test"
        return Estimate.of(how, self.metrics.measures)


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
    subset = next((name for name in ("test", "validation") if name in catalog.subsets), "")
    samples = [sample for sample in catalog.samples if not subset or sample.subset == subset]
    own = {each.name: each for each in catalog.classes}
    classes = tuple(own.get(name, ImageClass(name, name)) for name in classifier.classes)
    store = yield from PixelStore.build(catalog.roots, samples, classifier.preprocessing, stop=stop)
    with store:
        tested = SampleSet.of(subset, Split(catalog.roots, classes, (), ()), samples, store)
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
    return Evaluation(
        classifier.classes, subset, len(members), metrics_of(table), skipped, table, catalog.notes
    )
