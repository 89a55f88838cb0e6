"""The second hop: a catalog divided into training, validation and test set."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from workbench.core.data.catalog import Catalog, Sample, Split


def own_split(catalog: Catalog) -> Split:
    """The sets that the folder itself has; every sample that is in none is a training sample.

    Nothing is drawn: for ways to learn that check themselves by cross-validation.
    """
    training = [sample for sample in catalog.samples if sample.subset in ("", "training")]
    validation = [sample for sample in catalog.samples if sample.subset == "validation"]
    test = [sample for sample in catalog.samples if sample.subset == "test"]
    return Split(catalog.folder, catalog.classes, tuple(training), tuple(validation), tuple(test))


def make_split(catalog: Catalog, *, validation_fraction: float, seed: int) -> Split:
    """Divides a catalog: by the sets that its folder has, else at random, class by class.

    Where the folder has a training and a validation set, they stay as they are. Else validation
    samples are drawn from each class of the training samples: `validation_fraction` of them, rounded,
    but at least one where the class has two. Files of the same content stay on one side; if they lie
    in several classes, they are training samples. A file's lot is drawn from its content and the
    seed alone, so the split is the same on every machine and changes little when photos are added.

    Args:
        validation_fraction: Above 0, below 1.
        seed: Another seed draws another split.
    """
    training = [sample for sample in catalog.samples if sample.subset in ("", "training")]
    validation = [sample for sample in catalog.samples if sample.subset == "validation"]
    test = [sample for sample in catalog.samples if sample.subset == "test"]
    if not validation:
        conflicts = _in_several_classes(training)
        drawn = _drawn(training, conflicts, validation_fraction, seed)
        validation = [sample for sample in training if sample.digest in drawn]
        training = [sample for sample in training if sample.digest not in drawn]
    return Split(catalog.folder, catalog.classes, tuple(training), tuple(validation), tuple(test))


def _in_several_classes(samples: Iterable[Sample]) -> set[str]:
    classes: dict[str, set[int]] = defaultdict(set)
    for sample in samples:
        classes[sample.digest].add(sample.class_index)
    return {digest for digest, indices in classes.items() if len(indices) > 1}


def _drawn(samples: Sequence[Sample], conflicts: set[str], fraction: float, seed: int) -> set[str]:
    """The digests that go to the validation set."""
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    for sample in samples:
        if sample.digest not in conflicts:
            sizes[sample.class_index][sample.digest] += 1
    totals = Counter(sample.class_index for sample in samples)
    drawn: set[str] = set()
    for index, copies in sizes.items():
        total = totals[index]
        target = min(max(int(total * fraction + 0.5), 1), total - 1)
        lots = sorted(copies, key=lambda digest: _draw_number(digest, seed))
        taken = 0
        for digest in lots:
            if taken + copies[digest] <= target:
                drawn.add(digest)
                taken += copies[digest]
        if taken == 0 and target > 0:
            # Every photo has more copies than were wanted: better too many than none.
            fewest = min(lots, key=lambda digest: copies[digest])
            if copies[fewest] < total:
                drawn.add(fewest)
    return drawn


def _draw_number(digest: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{digest}".encode()).digest()
