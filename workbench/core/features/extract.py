"""Features of many samples, computed once: what is known of a photo's content is never computed again."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import logging
import os
from collections.abc import Container, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Sample
from workbench.core.data.crops import Crops
from workbench.core.errors import ResourceError, Stopped
from workbench.core.features.backbone import Backbone
from workbench.core.features.runtimes import FeatureRuntime
from workbench.core.files import atomic_write, saving
from workbench.core.images.brightness_rule import BY_ITSELF, Brightness
from workbench.core.jobs import StopRequested, never
from workbench.core.paths import cache_dir

log = logging.getLogger(__name__)

View = Literal["centre", "mirrored"]
VIEWS: tuple[View, ...] = ("centre", "mirrored")
_LARGEST = float(np.finfo(np.float16).max)


class FeatureCache:
    """The features of an image folder's photos by their content, in memory and in the cache folder.

    Those to learn from are kept in half precision, which has three more bits than the bfloat16 that
    runtimes compute in; those to answer with as they are.

    Args:
        backbone: What computes them; ready.
        folder: The image folder.
        brightness: How photos of more than 8 bits became 8: those of another rule look different.
        exact: Whether they are to answer with: of the runtime that `runtime_choice` has for that.
    """

    def __init__(
        self,
        backbone: Backbone,
        folder: Path,
        brightness: Brightness | None = BY_ITSELF,
        *,
        exact: bool = False,
    ) -> None:
        name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
        if backbone.preprocessing.whole_from:  # the same network, but other squares
            name += f"-{backbone.preprocessing.whole_from:g}-{backbone.preprocessing.rows_from:g}"
        if brightness != BY_ITSELF:
            name += f"-{hashlib.sha256(repr(brightness).encode()).hexdigest()[:8]}"
        self._type: type[np.float16] | type[np.float32] = np.float32 if exact else np.float16
        self._path = cache_dir() / "features" / backbone.key / f"{name}{'-float32' if exact else ''}.npz"
        self._rows: dict[View, dict[str, NDArray[np.floating[Any]]]] = {view: {} for view in VIEWS}
        self._grown = False
        try:
            with self._path.open("rb") as file, np.load(file) as arrays:
                for view in VIEWS:
                    if view not in arrays:  # it was stopped before it came to that
                        continue
                    digests = arrays[f"{view}_digests"].astype(str).tolist()
                    self._rows[view] = dict(zip(digests, arrays[view], strict=True))
        except FileNotFoundError:
            pass
        except Exception as error:  # noqa: BLE001 - a damaged zip can fail in any way; it is only a cache
            log.info("the features in %s are computed again: %r", self._path, error)
            self._rows = {view: {} for view in VIEWS}

    def knows(self, view: View, sample: Sample) -> bool:
        """Whether the features of a sample are there."""
        return sample.digest in self._rows[view]

    def unknown(
        self, views: Sequence[View], samples: Sequence[Sample], lost: Container[str] = ()
    ) -> list[Sample]:
        """Samples of which the features of some view are lacking; of equal photos only the first.

        Args:
            lost: Ids of samples that are passed over.
        """
        found: dict[str, Sample] = {}
        for each in samples:
            if each.id not in lost and not all(self.knows(view, each) for view in views):
                found.setdefault(each.digest, each)
        return list(found.values())

    def add(self, view: View, samples: Sequence[Sample], features: NDArray[np.float32]) -> None:
        """Takes the features of samples, shape (samples, width)."""
        if self._type is np.float16:
            features = np.clip(features, -_LARGEST, _LARGEST)
        kept = features.astype(self._type)
        self._rows[view].update((s.digest, row) for s, row in zip(samples, kept, strict=True))
        self._grown = True

    def take(self, view: View, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """The features of samples, all of them known; a new array, shape (samples, width)."""
        rows = self._rows[view]
        return np.stack([rows[sample.digest] for sample in samples], dtype=np.float32, casting="same_kind")

    def save(self) -> None:
        """Writes what is new to the disk; where that is full, the features are only computed again."""
        if not self._grown:
            return
        arrays: dict[str, NDArray[Any]] = {}
        for view, rows in self._rows.items():
            if rows:
                arrays[view] = np.stack(list(rows.values()))
                arrays[f"{view}_digests"] = np.array(list(rows), dtype="S64")
        try:
            with saving(self._path):
                self._path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self._path) as file:
                np.savez(file, **arrays)  # type: ignore[arg-type] # its stub takes each for `allow_pickle`
        except ResourceError as error:
            log.info("the features are not kept: %s", error.details)
        self._grown = False


def look(
    runtime: FeatureRuntime,
    cache: FeatureCache,
    crops: Crops,
    samples: Sequence[Sample],
    views: Sequence[View],
    *,
    stop: StopRequested = never,
) -> Generator[int, None, None]:
    """Computes the features that the cache lacks of some views of samples.

    Yields:
        How many views of photos are done, among those that the cache lacked when this began.

    Raises:
        Stopped: `stop` returned true; what was computed is in the cache.
    """
    done = 0
    # Where a photo was lost, another with the same content may still be there.
    while wanted := cache.unknown(views, samples, crops.lost):
        with contextlib.closing(crops.of(wanted, stop=stop)) as squares:
            while batch := list(itertools.islice(squares, runtime.batch)):
                if stop():
                    raise Stopped
                for view in views:
                    chosen = [pair for pair in batch if not cache.knows(view, pair[0])]
                    if chosen:
                        found = view_features(runtime, np.stack([square for _, square in chosen]), view)
                        cache.add(view, [sample for sample, _ in chosen], found)
                        done += len(chosen)
                yield done


def view_features(runtime: FeatureRuntime, pixels: NDArray[np.uint8], view: View) -> NDArray[np.float32]:
    """Features (N, width) of one view of pixels (N, side, side, channels)."""
    return runtime.features(pixels if view == "centre" else np.ascontiguousarray(pixels[:, :, ::-1]))


def mean_of_views(
    cache: FeatureCache, samples: Sequence[Sample], views: Sequence[View]
) -> NDArray[np.float32]:
    """The mean of the features of some views, (samples, width); all of them known."""
    mean = cache.take(views[0], samples)
    for view in views[1:]:
        mean += cache.take(view, samples)
    mean /= len(views)
    return mean


@dataclass(frozen=True)
class MeanOfViews:
    """What `mean_of_views` makes, for some samples at a time: see `workbench.core.instant.parts.Rows`."""

    cache: FeatureCache
    samples: Sequence[Sample]
    views: Sequence[View]

    @property
    def shape(self) -> tuple[int, int]:
        """(samples, width)."""
        return len(self.samples), self[:1].shape[1]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, key: slice | NDArray[np.int64], /) -> NDArray[np.float32]:
        chosen = self.samples[key] if isinstance(key, slice) else [self.samples[row] for row in key.tolist()]
        return mean_of_views(self.cache, chosen, self.views)
