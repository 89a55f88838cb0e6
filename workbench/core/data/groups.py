"""Which samples belong together: they are never on both sides of a split or a fold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from workbench.core.data.catalog import Sample


def groups_of(samples: Sequence[Sample]) -> list[str]:
    """A name for each sample; samples that belong together have the same.

    Samples belong together where they share content (their digest), a picture or a group, directly or through
    others (the connected components). A name is the first of its groups' names, else of its pictures', else
    the digest: it does not depend on the order of the samples, and a photo more changes no other's name.
    """
    return _components(
        samples,
        [
            [sample.digest, *filter(None, (_named("\0", sample.group), _named("\1", sample.picture)))]
            for sample in samples
            if sample.group or sample.picture
        ],
    )


def with_groups(samples: Sequence[Sample], names: Sequence[str]) -> tuple[Sample, ...]:
    """The samples with further groups: those belong together that share the group they have, or a new one.

    Args:
        names: Of the new group of each sample; "" where it is in none. A group is named after the least of
            the names that samples have already, else of the new ones.
    """
    if not any(names):
        return tuple(samples)
    links = [
        [f"{place}{name}" for place, name in enumerate((sample.group, new)) if name]
        for sample, new in zip(samples, names, strict=True)
    ]
    tops = _tops(links)
    return tuple(
        replace(sample, group=tops[of[0]][1:]) if of else sample
        for sample, of in zip(samples, links, strict=True)
    )


def pictures_of(samples: Sequence[Sample]) -> list[str]:
    """A name for each sample; samples that show the same picture have the same.

    These are files of the same content and, where `Sample.picture` says so, photos that differ in how they
    were saved. A name is that of the picture, else the digest.
    """
    links = [[sample.digest, _named("\1", sample.picture)] for sample in samples if sample.picture]
    return _components(samples, links)


def in_several_classes(samples: Iterable[Sample]) -> set[str]:
    """Digests of the files whose picture lies in more than one class."""
    listed = list(samples)
    classes: dict[str, set[str | None]] = defaultdict(set)
    pictures = pictures_of(listed)
    for sample, picture in zip(listed, pictures, strict=True):
        classes[picture].add(sample.class_id)
    return {s.digest for s, picture in zip(listed, pictures, strict=True) if len(classes[picture]) > 1}


def _named(prefix: str, name: str) -> str:
    # Groups come before pictures and these before digests: a component's least name is one of the first kind.
    return f"{prefix}{name}" if name else ""


def _components(samples: Sequence[Sample], links: Iterable[Sequence[str]]) -> list[str]:
    """The least name of each sample's connected component.

    Args:
        links: Digests, with the names that join them; most samples have none, and are their own component.
    """
    tops = _tops(links)
    return [tops.get(sample.digest, sample.digest) for sample in samples]


def _tops(links: Iterable[Sequence[str]]) -> dict[str, str]:
    """The least name of each name's connected component, where names that are listed together are joined."""
    parents: dict[str, str] = {}

    def top(name: str) -> str:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = parents[parent]
            name = parents[name]
        return name

    for names in links:
        for name in names:
            low, high = sorted((top(name), top(names[0])))
            parents[high] = low
    return {name: top(name) for name in list(parents)}
