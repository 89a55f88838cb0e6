"""A test set that is drawn once and stays: which photos it has is remembered, and never decided anew.

A photo is in it, or it is among the others, from the moment in which it is first seen. A new photo comes into
the test set only where it belongs together with one that is there (`groups_of`), and otherwise is one to
learn from; what was once among the others never becomes a test photo. A photo is known by its content, so
that it may be moved, renamed or put into another class; a test photo whose file holds something new, such as
the same picture saved anew, stays a test photo by its path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.groups import groups_of
from workbench.core.data.series import with_subfolders
from workbench.core.data.split import drawn_groups, own_split
from workbench.core.errors import InputError

_DIGITS = 20
"""Of a digest: enough to tell a hundred thousand photos apart, in a third of the room."""


@dataclass(frozen=True)
class Drawn:
    """A test set that was drawn.

    Attributes:
        asked: The share of the photos that was asked for, above 0; 0 where none is drawn now.
        draws: How many were drawn so far; each is another one.
        photos: The beginnings of the digests of its photos, by the ids of the samples.
        others: The beginnings of the digests of all photos that were seen and are not in it.
        subfolders: Whether the photos of a folder below a class stay together.
    """

    asked: float = 0.0
    draws: int = 0
    photos: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    subfolders: bool = False

    def let_go(self) -> Drawn:
        """No test set; what was drawn is forgotten, and the next draw is another one."""
        return Drawn(draws=self.draws)


def draw_test_set(
    catalog: Catalog, asked: float, *, seed: int, draws: int = 0, subfolders: bool = False
) -> Drawn:
    """Draws a test set: a share of each class, groups whole; photos of one picture in several classes never.

    Args:
        asked: Share of the photos that have a class, above 0, at most 0.5.
        seed: Another seed draws another test set.
        draws: How many were drawn before.
        subfolders: Whether the photos of a folder below a class stay together.

    Raises:
        InputError: The folder has a test set of its own, or its photos have no class, or are too few.
    """
    own = own_split(catalog)
    if own.test:
        raise InputError("own_test_set", photos=len(own.test))
    classed = {sample.id for sample in own.training}
    every = (*catalog.samples, *catalog.excluded)
    named = list(zip(every, _groups(catalog, subfolders), strict=True))
    candidates = [(sample, group) for sample, group in named if sample.id in classed]
    barred = {group for sample, group in named if sample.subset == "validation"}
    samples, groups = [sample for sample, _ in candidates], [group for _, group in candidates]
    chosen = drawn_groups(samples, groups, asked, f"test {draws}:{seed}", barred=barred)
    if not chosen:
        raise InputError("too_few_for_test_set")
    photos = {sample.id: _short(sample) for sample, group in named if group in chosen}
    taken = set(photos.values())
    others = frozenset(_short(sample) for sample in every) - taken
    return Drawn(asked, draws + 1, photos, others, subfolders)


def with_test_set(catalog: Catalog, drawn: Drawn) -> tuple[Catalog, Drawn]:
    """The same catalog, no revision on, with the test set as `Sample.subset`; and what is known then.

    Photos that were not seen before are given their side.
    """
    if not drawn.asked:
        return catalog, drawn
    every = (*catalog.samples, *catalog.excluded)
    taken = set(drawn.photos.values())

    def is_known_test(sample: Sample) -> bool:
        short = _short(sample)
        return short in taken or (short not in drawn.others and sample.id in drawn.photos)

    groups = _groups(catalog, drawn.subfolders)
    certain = [is_known_test(sample) for sample in every]
    together = {group for group, is_test in zip(groups, certain, strict=True) if is_test}
    tests = {
        sample.id: _short(sample)
        for sample, group, is_test in zip(every, groups, certain, strict=True)
        if is_test or (group in together and _short(sample) not in drawn.others)
    }
    new = tests.keys() - drawn.photos.keys()
    others = {_short(sample) for sample in every if sample.id not in tests and sample.subset != "test"}
    known = replace(drawn, photos={**drawn.photos, **tests}, others=drawn.others | others)
    unchanged = not new and known.photos == drawn.photos and known.others == drawn.others

    def put(samples: Iterable[Sample]) -> tuple[Sample, ...]:
        return tuple(
            replace(s, subset="test") if s.id in tests and s.subset != "test" else s for s in samples
        )

    there = replace(
        catalog, samples=put(catalog.samples), excluded=put(catalog.excluded), test_asked=drawn.asked
    )
    return there, drawn if unchanged else known


def without_test_set(catalog: Catalog, own: Iterable[Sample]) -> Catalog:
    """The same with the sets that the folder itself has, of samples as they were read."""
    subsets = {sample.id: sample.subset for sample in own}

    def put(samples: Iterable[Sample]) -> tuple[Sample, ...]:
        return tuple(replace(s, subset=subsets.get(s.id, "")) if s.subset == "test" else s for s in samples)

    return replace(catalog, samples=put(catalog.samples), excluded=put(catalog.excluded), test_asked=0.0)


def _groups(catalog: Catalog, subfolders: bool) -> list[str]:
    """A name for each sample, those that are left out behind the others; see `groups_of`."""
    every = replace(catalog, samples=(*catalog.samples, *catalog.excluded))
    return groups_of(with_subfolders(every).samples if subfolders else every.samples)


def _short(sample: Sample) -> str:
    return sample.digest[:_DIGITS]
