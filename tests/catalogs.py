"""Samples and classes as `scan` would make them, for tests that need no files."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.core.data.catalog import ImageClass, Sample, Subset


def sample_at(
    path: str,
    class_id: str | None,
    subset: Subset = "",
    digest: str = "",
    width: int = 32,
    height: int = 32,
    *,
    group: str = "",
    root: str = "",
    picture: str = "",
) -> Sample:
    """A sample whose id is its path; its content is its own unless a digest is given."""
    return Sample(path, path, class_id, subset, digest or path, width, height, group, root, picture)


def classes_of(names: Iterable[str]) -> tuple[ImageClass, ...]:
    """Classes whose ids are their names."""
    return tuple(ImageClass(name, name) for name in names)
