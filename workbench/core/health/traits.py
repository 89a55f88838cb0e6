"""What can be said of a photo without knowing what it shows: how bright, how sharp, which camera and file.

Photos are judged by it, and so are whole folders: where such a trait alone tells the classes apart, a model
may learn that in place of what the photos show (`shortcuts`).
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.photo_cache import Photo, PhotoCache
from workbench.core.errors import ImageError, ResourceError
from workbench.core.events import Progress
from workbench.core.files import atomic_write
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.paths import cache_dir
from workbench.core.threads import in_threads

_log = logging.getLogger(__name__)

NAMES = (
    "brightness", "contrast", "bright_share", "blur", "border_red", "border_green", "border_blue",
    "bytes_a_pixel", "compression", "camera", "damaged",
)  # fmt: skip
"""Columns of `Traits.values`. Brightness and contrast: mean and standard deviation of the grey values, 0 to
255; bright_share: of pixels at 250 or more, 0 to 1; blur: 0 (sharp) to 1; border_*: mean colour of the
outermost twentieth, 0 to 255; bytes_a_pixel: of the file; compression: mean of a JPEG's quantisation tables,
0 for other files; camera: a number for its make and model; damaged: 1 where a part of it seems to be lost."""

_VERSION = 2
_BORDER = 20
_WINDOW = 9
_HEAD = 262_144
_MAKE, _MODEL = 0x010F, 0x0110
Rows = NDArray[np.float32]


@dataclass(frozen=True, eq=False)  # arrays cannot be compared with ==
class Traits:
    """The traits of photos.

    Attributes:
        samples: Ids of N samples: those whose photo could be read.
        values: Shape (N, len(NAMES)).
    """

    samples: tuple[str, ...]
    values: Rows

    def column(self, name: str) -> Rows:
        """One trait of all, shape (N,)."""
        found: Rows = self.values[:, NAMES.index(name)]
        return found


def examine_photos(catalog: Catalog, *, stop: StopRequested = never) -> Generator[Progress, None, Traits]:
    """Finds the traits of all photos of a folder; those that are known are not looked at again.

    Raises:
        Stopped: `stop` returned true.
    """
    store = _TraitStore(catalog.folder)
    everything = (*catalog.samples, *catalog.excluded)
    due, total = Throttle(), len(everything)
    found: dict[str, Rows] = {}
    caches = {root: PhotoCache(folder) for root, folder in catalog.roots.folders.items()}

    def look(sample: Sample) -> Rows | None:
        known = store.known.get(sample.digest)
        if known is not None:
            return known
        try:
            photo = caches[sample.root].photo(sample.path)
            if photo.digest != sample.digest:
                return None
            return traits_of(photo, sample, catalog.roots.locate(sample))
        except (ImageError, OSError) as error:  # it has gone since the folder was read
            _log.info("%s: %r", sample.path, error)
            return None

    try:
        with closing(in_threads(look, everything, stop=stop)) as results:
            for done, (sample, traits) in enumerate(zip(everything, results, strict=True), start=1):
                if traits is not None:
                    found[sample.id] = traits
                    store.known[sample.digest] = traits
                if due() or done == total:
                    yield Progress("health", done, total, Message("examining_photos"))
    finally:
        for cache in caches.values():
            cache.close()
    store.save()
    values = np.array(list(found.values()), np.float32).reshape(len(found), len(NAMES))
    return Traits(tuple(found), values)


def traits_of(photo: Photo, sample: Sample, file: Path) -> Rows:
    """The traits of one photo, shape (len(NAMES),).

    Args:
        photo: As a photo cache has it.
    """
    pixels = photo.pixels
    grey = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    border = _border(pixels)
    compression, camera = _of_file(file)
    values = [
        grey.mean(),
        grey.std(),
        (grey >= 250).mean(),
        _blur(grey),
        *border,
        file.stat().st_size / max(1, sample.width * sample.height),
        compression,
        camera,
        "looks_damaged" in photo.changes,
    ]
    return np.array(values, np.float32)


def _blur(grey: Rows) -> float:
    """How little a photo changes when it is blurred: from 0, where it is sharp, to 1.

    Source: Crete, Dolmiere, Ladret & Nicolas, The blur effect: perception and estimation with a new
    no-reference perceptual blur metric, 2007.
    """
    found = []
    for rows in (grey, grey.T):
        padded = np.pad(rows, ((_WINDOW // 2 + 1, _WINDOW // 2), (0, 0)), mode="edge")
        sums = np.cumsum(padded, axis=0, dtype=np.float64)
        blurred = (sums[_WINDOW:] - sums[:-_WINDOW]) / _WINDOW
        steps, after = np.abs(np.diff(rows, axis=0)), np.abs(np.diff(blurred, axis=0))
        total = float(steps.sum())
        found.append(1 - float(np.maximum(0, steps - after).sum()) / total if total else 1.0)
    return max(found)


def _border(pixels: NDArray[np.uint8]) -> Rows:
    wide = max(1, min(pixels.shape[:2]) // _BORDER)
    edges = (pixels[:wide], pixels[-wide:], pixels[:, :wide], pixels[:, -wide:])
    found: Rows = np.concatenate([edge.reshape(-1, 3) for edge in edges]).mean(axis=0, dtype=np.float32)
    return found


def _of_file(file: Path) -> tuple[float, float]:
    """How strongly a file is compressed, and a number for its camera; from its head alone."""
    try:
        with file.open("rb") as opened:
            start = opened.read(_HEAD)
        with Image.open(io.BytesIO(start), formats=("JPEG",)) as head:
            tables = getattr(head, "quantization", {})
            exif = head.getexif()
            camera = f"{exif.get(_MAKE, '')} {exif.get(_MODEL, '')}".strip()
    except Exception as error:  # noqa: BLE001 - Pillow's readers fail in any way; another kind of file has neither
        _log.debug("%s: %r", file, error)
        return 0.0, 0.0
    numbers = [value for table in tables.values() for value in table]
    number = int.from_bytes(hashlib.sha256(camera.encode()).digest()[:2]) + 1 if camera else 0
    return (sum(numbers) / len(numbers) if numbers else 0.0), float(number)


class _TraitStore:
    """The traits of an image folder's photos by content, in the cache; it may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        about = f"{_VERSION}/".encode() + os.fsencode(os.path.abspath(folder))
        self._path = cache_dir() / "traits" / f"{hashlib.sha256(about).hexdigest()[:32]}.npz"
        self.known: dict[str, Rows] = {}
        try:
            with self._path.open("rb") as file, np.load(file) as arrays:
                digests: Sequence[str] = arrays["digests"].astype(str).tolist()
                self.known = dict(zip(digests, arrays["values"], strict=True))
        except FileNotFoundError:
            pass
        except Exception as error:  # noqa: BLE001 - a damaged archive can fail in any way; it is only a cache
            _log.info("the traits in %s are found again: %r", self._path, error)
        self._before = len(self.known)

    def save(self) -> None:
        """Writes what is new; where the disk is full, it is only found again."""
        if len(self.known) == self._before:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            arrays: Mapping[str, NDArray[np.generic]] = {
                "digests": np.array(list(self.known), dtype="S64"),
                "values": np.stack(list(self.known.values())),
            }
            with atomic_write(self._path) as file:
                np.savez(file, **arrays)  # type: ignore[arg-type] # its stub takes each for `allow_pickle`
        except (OSError, ResourceError) as error:
            _log.info("traits are not kept: %s", error)
