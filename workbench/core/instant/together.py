"""What keeping photos together changes: the accuracy without it, beside the honest one."""

from __future__ import annotations

from dataclasses import replace

from workbench.core.data.stored_split import SampleSet
from workbench.core.instant.heads import FittedHead, answerable
from workbench.core.instant.parts import Rows
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.jobs import StopRequested, never
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import measures_of_table

_WORTH = 0.02
"""Of the photos: where fewer have another one in their group, both numbers are nearly the same."""


def is_worth_comparing(measures: Measures | None) -> bool:
    """Whether so many photos were kept together that it may show in the accuracy."""
    return measures is not None and measures.samples - measures.different >= _WORTH * measures.samples


def compared_apart(
    features: Rows,
    samples: SampleSet,
    fitted: FittedHead,
    *,
    classes: int,
    seed: int,
    stop: StopRequested = never,
) -> Measures | None:
    """The cross-validated measures, with the accuracy that a split at random would have shown.

    A head is fitted as usual, but every sample is drawn into a fold by itself, so that copies, frames of one
    video and photos of one burst lie on both sides. What is counted is the same as usual.

    Args:
        features: What the head was fitted to, (samples, features).
        samples: The samples, with their groups.
        fitted: The usual head of these.
        classes: How many there are.
        seed: Draws the folds.

    Returns:
        None where none of the samples can be checked. `Measures.accuracy_apart` is None where so few are kept
        together that the second head would not be worth its time.

    Raises:
        Stopped: `stop` returned true.
    """
    known = answerable(samples.targets, fitted.folds)
    table = samples.table("instant", fitted.out_of_fold, folds=fitted.folds, answerable=known)
    measures = measures_of_table(table)
    if measures is None or not is_worth_comparing(measures):
        return measures
    names = [sample.id for sample in samples.samples]
    apart = HeadTrainer(classes, seed=seed).fit(features, samples.targets, names, stop=stop)
    right = apart.out_of_fold.argmax(axis=1) == samples.targets
    return replace(measures, accuracy_apart=float(right[table.counts].mean()))
