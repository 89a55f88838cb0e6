"""What is told of a model that follows edits: its number, its answers, and which photos it asks about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Catalog, Sample, Split
from workbench.core.data.stored_split import SampleSet
from workbench.core.events import Followed
from workbench.core.features.extract import VIEWS
from workbench.core.instant.asking import ASKED, teaching, typical
from workbench.core.instant.heads import FittedHead, answerable
from workbench.core.instant.looking import PhotoFeatures
from workbench.core.results.estimate import Estimate
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import measures_of_table


def measured(training: SampleSet, fitted: FittedHead) -> Measures | None:
    """The cross-validated measures of a head; None where none of the samples can be checked."""
    known = answerable(training.targets, fitted.folds)
    return measures_of_table(
        training.table("instant", fitted.out_of_fold, folds=fitted.folds, answerable=known)
    )


def beginning(catalog: Catalog, features: PhotoFeatures) -> Followed:
    """Which photos to class first: always the same ones, less those that are classed by now."""
    seen = [sample for sample in catalog.samples if features.knows(sample, VIEWS)]
    asked: list[Sample] = []
    if seen:
        asked = [seen[row] for row in typical(features.of(seen, VIEWS), ASKED)]
    asked = [sample for sample in asked if sample.class_id is None]
    asked = asked or [sample for sample in seen if sample.class_id is None][:1]
    none = np.zeros(0, np.float32)
    return Followed(
        folder=str(catalog.folder), revision=catalog.revision, estimate=None, classes=(), samples=(),
        said=none.astype(np.int32), probability=none, own=none, asked=tuple(each.id for each in asked),
    )  # fmt: skip


def told(
    catalog: Catalog,
    split: Split,
    training: SampleSet,
    fitted: FittedHead,
    judged: tuple[str, Measures] | None,
    loose: Sequence[Sample],
    features: PhotoFeatures,
) -> Followed:
    """What a person hears: the number, and what the model takes each photo for that it had not learned."""
    answers, own = fitted.out_of_fold, np.full(len(training) + len(loose), np.nan, np.float32)
    own[: len(training)] = answers[np.arange(len(training)), training.targets]
    own[: len(training)][~answerable(training.targets, fitted.folds)] = np.nan
    asked: tuple[str, ...] = ()
    if loose:
        looks = features.of(loose, VIEWS)
        answered = fitted.head.probabilities(looks)
        asked = tuple(loose[row].id for row in teaching(looks, answered, ASKED))
        answers = np.concatenate([answers, answered])
    said: NDArray[np.int64] = answers.argmax(axis=1)
    return Followed(
        folder=str(catalog.folder),
        revision=catalog.revision,
        estimate=Estimate.of(*judged) if judged is not None else None,  # type: ignore[arg-type]
        classes=tuple(each.id for each in split.classes),
        samples=tuple(sample.id for sample in (*training.samples, *loose)),
        said=said.astype(np.int32),
        probability=answers.max(axis=1).astype(np.float32),
        own=own,
        asked=asked,
    )
