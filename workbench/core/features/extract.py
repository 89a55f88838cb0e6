"""Features of many samples, computed once: what is known of a photo's content is never computed again."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import logging
import os
from collections.abc import Container, Generator, Mapping, Sequence
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
_Rows = dict[str, NDArray[np.floating[Any]]]
_LARGEST = float(np.finfo(np.float16).max)


class FeatureCache:
    """The features of an image folder's photos by their content, in memory and in the cache folder.

    A photo has one row: the features of the photo as it is or, once its mirror image was looked at too, the
    mean of both, which is what heads take. Those to learn from are kept in half precision, which has three
    more bits than the bfloat16 that runtimes compute in; those to answer with as they are.

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
        self._alone: _Rows = {}
        self._means: _Rows = {}
        self._grown = False
        try:
            with self._path.open("rb") as file, np.load(file) as arrays:
                self._alone, self._means = (_stored(arrays, name) for name in ("centre", "mean"))
                # Written by an earlier version, which kept each view.
                for digest, row in _stored(arrays, "mirrored").items():
                    self._means[digest] = self._mean(self._alone.pop(digest), row)
        except FileNotFoundError:
            pass
        except Exception as error:  # noqa: BLE001 - a damaged zip can fail in any way; it is only a cache
            log.info("the features in %s are computed again: %r", self._path, error)
            self._alone, self._means = {}, {}

    def lacking(self, views: Sequence[View], sample: Sample) -> Sequence[View]:
        """Which of these views have to be looked at before the features of a sample are there.

        Args:
            views: `VIEWS`, or the first of them.
        """
        if sample.digest in (self._alone if len(views) == 1 else self._means):
            return ()
        return VIEWS[1:] if sample.digest in self._alone else views

    def knows(self, views: Sequence[View], sample: Sample) -> bool:
        """Whether the features of a sample are there."""
        return not self.lacking(views, sample)

    def unknown(
        self, views: Sequence[View], samples: Sequence[Sample], lost: Container[str] = ()
    ) -> list[Sample]:
        """Samples of which the features of some view are lacking; of equal photos only the first.

        Args:
            lost: Ids of samples that are passed over.
        """
        found: dict[str, Sample] = {}
        for each in samples:
            if each.id not in lost and not self.knows(views, each):
                found.setdefault(each.digest, each)
        return list(found.values())

    def add(self, view: View, samples: Sequence[Sample], features: NDArray[np.float32]) -> None:
        """Takes the features of one view of samples, shape (samples, width).

        Args:
            view: The mirror image after the photo as it is.
        """
        if self._type is np.float16:
            features = np.clip(features, -_LARGEST, _LARGEST)
        for sample, row in zip(samples, features.astype(self._type), strict=True):
            if view == VIEWS[0]:
                self._alone[sample.digest] = row
            else:
                self._means[sample.digest] = self._mean(self._alone.pop(sample.digest), row)
        self._grown = True

    def take(self, views: Sequence[View], samples: Sequence[Sample]) -> NDArray[np.float32]:
        """What a head takes of samples, all of them known: a new array, shape (samples, width).

        Args:
            views: `VIEWS`: the means of both; the first of them: the photos as they are.
        """
        rows = self._alone if len(views) == 1 else self._means
        return np.stack([rows[sample.digest] for sample in samples], dtype=np.float32, casting="same_kind")

    def save(self) -> None:
        """Writes what is new to the disk; where that is full, the features are only computed again."""
        if not self._grown:
            return
        arrays: dict[str, NDArray[Any]] = {}
        for name, rows in (("centre", self._alone), ("mean", self._means)):
            if rows:
                arrays[name] = np.stack(list(rows.values()))
                arrays[f"{name}_digests"] = np.array(list(rows), dtype="S64")
        try:
            with saving(self._path):
                self._path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self._path) as file:
                np.savez(file, **arrays)  # type: ignore[arg-type] # its stub takes each for `allow_pickle`
        except ResourceError as error:
            log.info("the features are not kept: %s", error.details)
        self._grown = False

    def _mean(self, one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        mean: NDArray[Any] = ((one.astype(np.float32) + other) / 2).astype(self._type)
        return mean


def _stored(arrays: Mapping[str, NDArray[Any]], name: str) -> _Rows:
    if name not in arrays:  # it was stopped before it came to that
        return {}
    return dict(zip(arrays[f"{name}_digests"].astype(str).tolist(), arrays[name], strict=True))


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
                    chosen = [pair for pair in batch if view in cache.lacking(views, pair[0])]
                    if chosen:
                        found = view_features(runtime, np.stack([square for _, square in chosen]), view)
                        cache.add(view, [sample for sample, _ in chosen], found)
                        done += len(chosen)
                yield done


def view_features(runtime: FeatureRuntime, pixels: NDArray[np.uint8], view: View) -> NDArray[np.float32]:
    """Features (N, width) of one view of pixels (N, side, side, channels)."""
    return runtime.features(pixels if view == "centre" else np.ascontiguousarray(pixels[:, :, ::-1]))


@dataclass(frozen=True)
class FeatureRows:
    """What `FeatureCache.take` makes, for some samples at a time: see `workbench.core.instant.parts.Rows`."""

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
        return self.cache.take(self.views, chosen)
