"""Which photos of a folder show the same picture: a picture is what is seen, not a file's bytes.

Three things tell. Files of the same content are the same. Photos that look alike to the last
(`core.images.alike`) were saved anew, resized, cropped a little, mirrored, brightened or given other
metadata. And some programs say it in the name: `NAME.rf.HASH.jpg` are altered copies of one photo.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np

from workbench.core.closing import Closing
from workbench.core.data.catalog import Roots, Sample
from workbench.core.data.look_store import LookStore
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.errors import ImageError, Stopped
from workbench.core.events import Progress
from workbench.core.images.alike import Integers, components
from workbench.core.images.closer import DETAIL_SIDE, Details, details_of
from workbench.core.images.overlay import Bools
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message

_ALTERED = re.compile(r"(.+)\.rf\.[0-9A-Za-z_-]{16,}$")
_POLL_SECONDS = 0.1
_KEPT = 5_000  # photos' details, of 4 kB each
_MOSTLY = 0.6  # of the photos: where fewer are known, all are compared


def with_pictures(
    roots: Roots,
    samples: Sequence[Sample],
    looks: LookStore,
    *,
    keep: bool = True,
    stop: StopRequested = never,
) -> Generator[Progress, None, tuple[Sample, ...]]:
    """The samples with `Sample.picture`: the least digest of the photos that show the picture.

    It depends on the set of photos alone. Progress (phase `compare`) comes where it takes a while.

    Args:
        roots: The folders that the samples lie in; for a closer look at photos that look alike.
        looks: Has seen every sample's photo.
        keep: Whether this is what is to be known of the folder the next time.

    Raises:
        Stopped: `stop` returned true.
    """
    digests = sorted({sample.digest for sample in samples})
    known = looks.pictures
    if known.keys() == set(digests):
        alike = dict(known)
    else:
        shows = {sample.digest: sample for sample in samples}
        with _Closer(roots, [shows[digest] for digest in digests]) as closer:
            alike = yield from _compared(digests, looks, closer, stop)
        if keep:
            looks.keep(alike)
    names = _joined(alike, _told_by_names(samples))
    shown: dict[str, set[str]] = defaultdict(set)
    for digest, name in names.items():
        shown[name].add(digest)
    return tuple(
        replace(s, picture=names[s.digest]) if len(shown[names[s.digest]]) > 1 else s for s in samples
    )


def _compared(
    digests: Sequence[str], looks: LookStore, closer: _Closer, stop: StopRequested
) -> Generator[Progress, None, dict[str, str]]:
    """The least digest of the photos that look like each, by digest."""
    before = _as_before(digests, looks.pictures)
    ended = told = False

    def wanted() -> bool:
        return not ended

    with ThreadPoolExecutor(1, thread_name_prefix="workbench-compare") as pool:
        try:
            work = pool.submit(
                components, looks.looks(digests), before, details=closer.details, wanted=wanted
            )
            while not wait([work], _POLL_SECONDS).done:
                if stop():
                    raise Stopped
                told = True
                yield Progress("compare", 0, 0, Message("comparing_photos"))
        finally:
            ended = True
    if told:
        yield Progress("compare", len(digests), len(digests), Message("comparing_photos"))
    return {digest: digests[least] for digest, least in zip(digests, work.result().tolist(), strict=True)}


class _Closer(Closing):
    """Photos' details from their folders' caches, as `components` asks for them.

    Args:
        roots: The folders.
        samples: In the order of their looks.
    """

    def __init__(self, roots: Roots, samples: Sequence[Sample]) -> None:
        self._roots, self._samples = roots, samples
        self._caches: dict[str, PhotoCache] = {}  # where no two photos look alike, none is needed
        self._known: dict[int, tuple[Details, bool]] = {}

    def details(self, indices: Integers) -> tuple[Details, Bools]:
        """See `DetailsOf`."""
        wanted = indices.tolist()
        if len(self._known) > _KEPT:
            self._known.clear()
        for index in set(wanted) - self._known.keys():
            self._known[index] = self._made(index)
        found = [self._known[index] for index in wanted]
        pixels = np.array([details for details, _ in found], np.uint8)
        return pixels.reshape(-1, DETAIL_SIDE, DETAIL_SIDE), np.array([of_use for _, of_use in found], bool)

    def close(self) -> None:
        """Closes the caches, once nobody asks any more."""
        for cache in self._caches.values():
            cache.close()
        self._caches.clear()

    def _made(self, index: int) -> tuple[Details, bool]:
        sample = self._samples[index]
        if sample.root not in self._caches:
            self._caches[sample.root] = PhotoCache(self._roots.folders[sample.root])
        try:
            return details_of(self._caches[sample.root].photo(sample.path).pixels)
        except ImageError:  # it has gone since it was read: its look must do
            return np.zeros((DETAIL_SIDE, DETAIL_SIDE), np.uint8), False


def _as_before(digests: Sequence[str], pictures: Mapping[str, str]) -> Integers | None:
    """What is known of these photos already, as `components` takes it; None where that is little."""
    known = [digest in pictures for digest in digests]
    if sum(known) < _MOSTLY * len(digests):
        return None
    least: dict[str, int] = {}
    return np.array(
        [
            least.setdefault(pictures[digest], index) if is_known else -1
            for index, (digest, is_known) in enumerate(zip(digests, known, strict=True))
        ],
        np.int64,
    )


def _told_by_names(samples: Sequence[Sample]) -> list[list[str]]:
    """Digests of photos whose names say that they come from one."""
    found: dict[tuple[str, str | None, str], list[str]] = defaultdict(list)
    for sample in samples:
        stem = sample.path.rpartition("/")[2].rpartition(".")[0]
        if altered := _ALTERED.match(stem):
            found[sample.root, sample.class_id, altered[1]].append(sample.digest)
    return [digests for digests in found.values() if len(set(digests)) > 1]


def _joined(names: dict[str, str], told: list[list[str]]) -> dict[str, str]:
    """The names once what was told is joined, too: still the least digest."""
    parents = dict(names)

    def top(digest: str) -> str:
        while parents[digest] != digest:
            parents[digest] = parents[parents[digest]]
            digest = parents[digest]
        return digest

    for digests in told:
        for other in digests[1:]:
            low, high = sorted((top(digests[0]), top(other)))
            parents[high] = low
    return {digest: top(digest) for digest in names}
