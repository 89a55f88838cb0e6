"""What the features of a folder's photos say, beyond how good a model is: found while nobody waits."""

from __future__ import annotations

import numpy as np

from workbench.core.data.catalog import Catalog, Split
from workbench.core.data.groups import groups_of
from workbench.core.data.stored_split import SampleSet
from workbench.core.events import Insight
from workbench.core.instant.growth_curve import curve, growth, part_of
from workbench.core.instant.heads import FittedHead
from workbench.core.instant.parts import Rows
from workbench.core.instant.strangers import strangeness
from workbench.core.instant.together import compared_apart
from workbench.core.jobs import StopRequested, never


def insight_of(
    catalog: Catalog,
    split: Split,
    training: SampleSet,
    features: Rows,
    fitted: FittedHead,
    *,
    seed: int,
    stop: StopRequested = never,
) -> Insight:
    """Strangers among the training samples, the learning curve, and what keeping photos together changes.

    Args:
        features: Of the training samples, (samples, features).
        fitted: The head of these.

    Raises:
        Stopped: `stop` returned true.
    """
    names, targets, classes = groups_of(training.samples), training.targets, len(split.classes)
    measures = compared_apart(features, training, fitted, classes=classes, seed=seed, stop=stop)
    strange = strangeness(features, names, stop=stop)
    strangers = [row for row in np.argsort(-strange, kind="stable").tolist() if strange[row] >= 1]
    rows = part_of(targets)
    some, chosen = features[rows], [names[row] for row in rows.tolist()]
    right = curve(some, targets[rows], chosen, classes, seed=seed, stop=stop)
    ids = [each.id for each in split.classes]
    counts = np.bincount(targets, minlength=classes).tolist()
    return Insight(
        folder=str(catalog.folder),
        revision=catalog.revision,
        strangers=tuple(training.samples[row].id for row in strangers),
        growth=growth(right, targets[rows], ids, of=counts),
        measures=measures.without_confusion() if measures is not None else None,
    )
