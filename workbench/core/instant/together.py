"""What keeping photos together changes: the accuracy without it, beside the honest one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.groups import groups_of
from workbench.core.data.stored_split import SampleSet
from workbench.core.health.honesty import HeldApart, Kept
from workbench.core.instant.heads import FittedHead, answerable
from workbench.core.instant.parts import Rows
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.jobs import StopRequested, never
from workbench.core.results.comparison import Comparison, gains
from workbench.core.results.estimate import Estimate
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import measures_of_table
from workbench.core.results.predictions import PredictionTable

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
    table = _out_of_fold(samples, fitted)
    measures = measures_of_table(table)
    if measures is None or not is_worth_comparing(measures):
        return measures
    right = right_at_random(features, samples, classes=classes, seed=seed, stop=stop)
    return replace(measures, accuracy_apart=float(right[table.counts].mean()))


def right_at_random(
    features: Rows, samples: SampleSet, *, classes: int, seed: int, stop: StopRequested = never
) -> NDArray[np.bool_]:
    """Whether each sample is answered right by a head that others of its group may have taught, (samples,).

    Raises:
        Stopped: `stop` returned true.
    """
    names = [sample.id for sample in samples.samples]
    apart = HeadTrainer(classes, seed=seed).fit(features, samples.targets, names, stop=stop)
    right: NDArray[np.bool_] = apart.out_of_fold.argmax(axis=1) == samples.targets
    return right


def held_apart(samples: SampleSet, fitted: FittedHead, at_random: NDArray[np.bool_]) -> HeldApart | None:
    """Both cross-validations with all that can be told of their difference.

    Args:
        samples: With their groups.
        fitted: The head of these that kept the groups whole.
        at_random: As `right_at_random` has it, (samples,).

    Returns:
        None where none of the samples can be checked.
    """
    table = _out_of_fold(samples, fitted)
    measures = measures_of_table(table)
    if measures is None:
        return None
    counts = table.counts
    shown = Measures(measures.loss, float(at_random[counts].mean()), measures.macro_f1, int(counts.sum()))
    names = groups_of(samples.samples)
    groups = _kept(samples, names, counts, at_random, table.is_right)
    among = {sample for each in groups for sample in each.samples}
    rows = [row for row, sample in enumerate(samples.samples) if sample.id in among]
    ids = [samples.samples[row].id for row in rows]
    before = dict(zip(ids, table.is_right[rows].tolist(), strict=True))
    after = dict(zip(ids, at_random[rows].tolist(), strict=True))
    gained = gains(before, after, {samples.samples[row].id: names[row] for row in rows})
    return HeldApart(
        Estimate.of("cross_validated", shown),
        Estimate.of("cross_validated", measures),
        Comparison.of_gains(gained),
        groups,
    )


def _kept(
    samples: SampleSet,
    names: Sequence[str],
    counts: NDArray[np.bool_],
    at_random: NDArray[np.bool_],
    together: NDArray[np.bool_],
) -> tuple[Kept, ...]:
    members: dict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero(counts).tolist():
        members[names[row]].append(row)
    found = [
        Kept(
            tuple(samples.samples[row].id for row in rows),
            int(at_random[rows].sum()),
            int(together[rows].sum()),
        )
        for rows in members.values()
        if len(rows) > 1
    ]
    return tuple(sorted(found, key=lambda each: (each.together - each.at_random, -len(each.samples))))


def _out_of_fold(samples: SampleSet, fitted: FittedHead) -> PredictionTable:
    known = answerable(samples.targets, fitted.folds)
    return samples.table("instant", fitted.out_of_fold, folds=fitted.folds, answerable=known)
