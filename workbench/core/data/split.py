"""The second hop: a catalog divided into training, validation and test set."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from workbench.core.data.catalog import Catalog, Sample, Split
from workbench.core.images.formats import shown

_NAMES_IN_NOTE = 5


def own_split(catalog: Catalog) -> Split:
    """The sets that the folder itself has; every sample that is in none is a training sample.

    Nothing is drawn: for ways to learn that check themselves by cross-validation.
    """
    training = [sample for sample in catalog.samples if sample.subset in ("", "training")]
    validation = [sample for sample in catalog.samples if sample.subset == "validation"]
    test = [sample for sample in catalog.samples if sample.subset == "test"]
    notes = [*_leaks(training, "validation", validation), *_leaks([*training, *validation], "test", test)]
    return Split(
        catalog.folder, catalog.classes, tuple(training), tuple(validation), tuple(test), notes=tuple(notes)
    )


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
    notes: list[str] = []
    if not validation:
        conflicts = _in_several_classes(training)
        if conflicts:
            count = sum(sample.digest in conflicts for sample in training)
            notes.append(
                f"{count:,} files are the same photo in more than one class; "
                "they are learned from, but not used for checking."
            )
        drawn = _drawn(training, conflicts, validation_fraction, seed)
        validation = [sample for sample in training if sample.digest in drawn]
        training = [sample for sample in training if sample.digest not in drawn]
        notes += _unchecked(catalog.classes, validation)
    notes += _leaks(training, "validation", validation)
    notes += _leaks([*training, *validation], "test", test)
    return Split(
        catalog.folder, catalog.classes, tuple(training), tuple(validation), tuple(test), notes=tuple(notes)
    )


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


def _unchecked(classes: tuple[str, ...], validation: list[Sample]) -> Iterable[str]:
    if not validation:
        yield "There are too few photos to keep any for checking, so nobody can say how good it is."
        return
    checked = {sample.class_index for sample in validation}
    missing = [f"“{shown(name)}”" for index, name in enumerate(classes) if index not in checked]
    if missing:
        more = f" and {len(missing) - _NAMES_IN_NOTE:,} more" if len(missing) > _NAMES_IN_NOTE else ""
        names = ", ".join(missing[:_NAMES_IN_NOTE]) + more
        yield f"Too few different photos to check these classes, so they are only learned from: {names}."


def _leaks(learned: list[Sample], name: str, checked: list[Sample]) -> Iterable[str]:
    known = {sample.digest for sample in learned}
    count = sum(sample.digest in known for sample in checked)
    if count:
        yield (
            f"{count:,} of the {len(checked):,} photos of the {name} set are also among the others, "
            "so the result will look better than it is."
        )
