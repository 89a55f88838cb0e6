"""Which samples belong together: they are never on both sides of a split or a fold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from workbench.core.data.catalog import Sample


def groups_of(samples: Sequence[Sample]) -> list[str]:
    """A name for each sample; samples that belong together have the same.

    Samples belong together where they share content (their digest), a picture or a group, directly or through
    others (the connected components). A name is the first of its groups' names, else of its pictures', else
    the digest: it does not depend on the order of the samples, and a photo more changes no other's name.
    """
    return _components(samples, lambda sample: (_named("\0", sample.group), _named("\1", sample.picture)))


def pictures_of(samples: Sequence[Sample]) -> list[str]:
    """A name for each sample; samples that show the same picture have the same.

    These are files of the same content and, where `Sample.picture` says so, photos that differ in how they
    were saved. A name is that of the picture, else the digest.
    """
    return _components(samples, lambda sample: (_named("\1", sample.picture),))


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


def _components(samples: Sequence[Sample], names: Callable[[Sample], Iterable[str]]) -> list[str]:
    """The least name of each sample's connected component, where names join digests."""
    parents: dict[str, str] = {}

    def top(name: str) -> str:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = parents[parent]
            name = parents[name]
        return name

    for sample in samples:
        for name in filter(None, names(sample)):
            low, high = sorted((top(name), top(sample.digest)))
            parents[high] = low
    return [top(sample.digest) for sample in samples]
