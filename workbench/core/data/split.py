"""The second hop: a catalog divided into training, validation and test set."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from workbench.core.data.catalog import Catalog, Sample, Split
from workbench.core.data.groups import groups_of, in_several_classes


def own_split(catalog: Catalog) -> Split:
    """The sets that the folder itself has; every sample that is in none is a training sample.

    Nothing is drawn: for methods that check themselves by cross-validation. Samples without a class are
    left out, and so are classes that the training set has no sample of.
    """
    own: dict[str, list[Sample]] = defaultdict(list)
    for sample in catalog.samples:
        own[sample.subset or "training"].append(sample)
    learned = {sample.class_id for sample in own["training"]} - {None}
    training, validation, test = (
        tuple(sample for sample in own[name] if sample.class_id in learned)
        for name in ("training", "validation", "test")
    )
    classes = tuple(each for each in catalog.classes if each.id in learned)
    return Split(catalog.roots, classes, training, validation, test, catalog.brightness)


def make_split(catalog: Catalog, *, validation_fraction: float, seed: int) -> Split:
    """Divides a catalog: by the sets that its folder has, else at random, class by class.

    Where the folder has a training and a validation set, they stay as they are. Else validation
    samples are drawn from each class of the training samples: `validation_fraction` of them, rounded,
    but at least one where the class has two. Samples that belong together (`groups_of`) stay on one side;
    photos of one picture in several classes are training samples. A draw follows from a group's name
    and the seed alone, so the split is the same on every machine and changes little when photos are added.

    Args:
        validation_fraction: Above 0, below 1.
        seed: Another seed draws another split.
    """
    own = own_split(catalog)
    if own.validation:
        return own
    groups = groups_of(own.training)
    drawn = drawn_groups(own.training, groups, validation_fraction, seed)
    sides: tuple[list[Sample], list[Sample]] = [], []
    for sample, group in zip(own.training, groups, strict=True):
        sides[group in drawn].append(sample)
    return replace(own, training=tuple(sides[0]), validation=tuple(sides[1]))


def drawn_groups(
    samples: Sequence[Sample],
    groups: Sequence[str],
    fraction: float,
    seed: int | str,
    *,
    barred: Collection[str] = (),
) -> set[str]:
    """The groups that are drawn for another set: `fraction` of each class, see `make_split`.

    Args:
        groups: Of each sample.
        seed: Another one draws other groups.
        barred: Groups that are not drawn.
    """
    contradictory = in_several_classes(samples)
    barred = {*barred} | {
        group for s, group in zip(samples, groups, strict=True) if s.digest in contradictory
    }
    sizes: dict[str, Counter[str | None]] = defaultdict(Counter)
    for sample, group in zip(samples, groups, strict=True):
        if group not in barred:
            sizes[group][sample.class_id] += 1
    totals = Counter(sample.class_id for sample in samples)
    targets = {key: min(max(int(total * fraction + 0.5), 1), total - 1) for key, total in totals.items()}
    taken: Counter[str | None] = Counter()
    drawn: set[str] = set()

    def draw(group: str) -> None:
        drawn.add(group)
        taken.update(sizes[group])

    in_order = sorted(sizes, key=lambda group: _draw_number(group, seed))
    for group in in_order:
        if all(taken[key] + count <= targets[key] for key, count in sizes[group].items()):
            draw(group)
    for key in sorted(totals, key=str):
        if targets[key] and not taken[key]:
            # Every group has more samples than were wanted: better too many than none.
            fitting = [
                group
                for group in in_order
                if sizes[group][key] and all(taken[k] + n < totals[k] for k, n in sizes[group].items())
            ]
            if fitting:
                draw(min(fitting, key=lambda group: sizes[group][key]))
    return drawn


def _draw_number(group: str, seed: int | str) -> bytes:
    return hashlib.sha256(f"{seed}:{group}".encode()).digest()
