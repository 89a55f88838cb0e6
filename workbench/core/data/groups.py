"""Which samples belong together: they are never on both sides of a split or a fold."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.core.data.catalog import Sample


def groups_of(samples: Sequence[Sample]) -> list[str]:
    """A name for each sample; samples that belong together have the same.

    Samples belong together where they share content (their digest) or a group, directly or through others
    (the connected components). A name is the first of its groups' names, else the digest: it does not
    depend on the order of the samples, and a photo more changes no other's name.
    """
    parents: dict[str, str] = {}

    def top(name: str) -> str:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = parents[parent]
            name = parents[name]
        return name

    for sample in samples:
        if sample.group:
            # Group names come before digests, so that the least name of a component is a group's.
            low, high = sorted((top(f"\0{sample.group}"), top(sample.digest)))
            parents[high] = low
    return [top(sample.digest) for sample in samples]
