"""Photos that a run learns from, looked for in a folder that was renamed, moved or copied: by content."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from workbench.core.data.added import ADDED, folder_of_added, with_added_root
from workbench.core.data.catalog import Roots, Sample, Split
from workbench.core.data.listing import list_files
from workbench.core.files import sha256_of
from workbench.core.jobs import StopRequested, run


def is_same_folder(first: Path, second: Path) -> bool:
    """Whether two paths lead to one folder, however they are spelled or linked."""
    try:
        return os.path.samefile(first, second)
    except OSError:
        return os.path.realpath(first) == os.path.realpath(second)


def rooted(split: Split, folder: Path) -> Split:
    """The same split with its first folder elsewhere."""
    first, *others = split.roots.folders
    folders = {first: folder, **{root: split.roots.folders[root] for root in others}}
    return replace(split, roots=Roots(folders))


def with_added_of(split: Split, project: Path) -> Split:
    """The same split with the photos that were added where the run's project is now.

    Args:
        project: The folder of the run's project.
    """
    before, here = split.roots.folders.get(ADDED), folder_of_added(project)
    if before is None or before.is_dir() or not here.is_dir():
        return split
    return replace(split, roots=with_added_root(split.roots, here))


def changed_photos(split: Split) -> list[Sample]:
    """Samples whose files are gone, or are not the same byte for byte any more."""
    samples = split.samples

    def changed(sample: Sample) -> bool:
        return _digest(split.roots.locate(sample)) != sample.digest

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [sample for sample, bad in zip(samples, pool.map(changed, samples), strict=True) if bad]


def found_by_content(split: Split, lost: Iterable[Sample], stop: StopRequested) -> Split:
    """The same split with the new paths of lost photos that lie elsewhere in its first folder.

    Raises:
        InputError: The folder cannot be read.
        Stopped: `stop` returned true.
    """
    main, ids = split.roots.main, {sample.id for sample in lost}
    names = sorted(run(list_files(main, stop)).files)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        places = dict(zip(pool.map(lambda name: _digest(main / name), names), names, strict=True))
    first = next(iter(split.roots.folders))

    def moved(sample: Sample) -> Sample:
        path = places.get(sample.digest) if sample.id in ids and sample.root == first else None
        return sample if path is None else replace(sample, path=path)

    training, validation, test = (
        tuple(map(moved, each)) for each in (split.training, split.validation, split.test)
    )
    return replace(split, training=training, validation=validation, test=test)


def _digest(path: Path) -> str:
    try:
        return sha256_of(path)
    except (OSError, ValueError):
        return ""
