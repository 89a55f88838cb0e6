"""Decoded pixels of many samples in memory-mapped files, so that training never decodes twice."""

from __future__ import annotations

import contextlib
import mmap
import os
import shutil
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from workbench.core.closing import Closing
from workbench.core.data.catalog import Roots, Sample
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.data.stored_photo import Loaded, load_pixels
from workbench.core.errors import ResourceError
from workbench.core.events import Progress
from workbench.core.images.preprocessing import RESAMPLING, Preprocessing
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.paths import cache_dir, scratch_file
from workbench.core.threads import in_threads, thread_count

_SPARE_BYTES = 200_000_000
_RESIDENT_BYTES = 32_000_000  # of the files; so much may be read before the memory is given back
_WORTH_THREADS = 64 * 64  # below so many pixels an image, Python's own work outweighs Pillow's


class PixelStore(Closing):
    """The stored pixels (`Preprocessing.pixels`) of a list of samples; made by `build`.

    Photos whose stored pixels are those of the folder's `PhotoCache` are read from there. The others
    lie in a file of the store's own in the cache folder, which is gone once the store is closed,
    however the program ends. Reading is safe from several threads; close the store when they are done.

    Attributes:
        preprocessing: The recipe that the pixels were made with.
        lost: Index and message for each sample whose file vanished or broke since the scan. Asking
            for the pixels of one of these is an error.
    """

    def __init__(
        self,
        maps: list[NDArray[np.uint8]],
        places: NDArray[np.int64],
        sizes: NDArray[np.int32],
        preprocessing: Preprocessing,
        lost: list[tuple[int, Message]],
        threads: int,
    ) -> None:
        self.preprocessing = preprocessing
        self.lost = lost
        self._maps = maps
        self._numbers: NDArray[np.int64] = places[:, 0]  # which map…
        self._starts: NDArray[np.int64] = places[:, 1]  # …and where in it
        self._sizes = sizes
        self._read = 0
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="workbench-crop")
        self._rows = self._rows_of_one_map()

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def shapes(self) -> NDArray[np.int32]:
        """Height and width of each sample's stored pixels, shape (samples, 2); 0 where it was lost."""
        return self._sizes

    @property
    def nbytes(self) -> int:
        """Size of the store's own file."""
        return len(self._maps[0])

    def close(self) -> None:
        """Ends the threads and removes the store's own file. A second call does nothing."""
        self._pool.shutdown()
        self._maps = [np.empty(0, np.uint8)]

    @classmethod
    def build(
        cls,
        roots: Roots,
        samples: Sequence[Sample],
        preprocessing: Preprocessing,
        *,
        stop: StopRequested = never,
        threads: int | None = None,
    ) -> Generator[Progress, None, PixelStore]:
        """Brings the samples' pixels together and yields progress (phase `decode`, in files).

        What the `PhotoCache` of a folder holds is not decoded again.

        Args:
            roots: The folders that the samples lie in.
            samples: In the order of the indices to come.
            threads: Decoding threads; None takes one for each processor.

        Raises:
            ResourceError: The cache folder's disk has too little room.
            Stopped: `stop` returned true.
        """
        _check_room(samples, preprocessing)
        sizes = np.zeros((len(samples), 2), np.int32)
        places = np.zeros((len(samples), 2), np.int64)
        lost: list[tuple[int, Message]] = []
        due = Throttle()
        with contextlib.ExitStack() as held:
            files = held.enter_context(_Files())
            caches = {}
            if preprocessing.decode:
                caches = {
                    root: held.enter_context(PhotoCache(roots.folders[root], preprocessing.decode))
                    for root in {sample.root for sample in samples}
                }

            def load(sample: Sample) -> Loaded | Message:
                return load_pixels(roots.locate(sample), sample, preprocessing, caches.get(sample.root))

            results = held.enter_context(
                contextlib.closing(in_threads(load, samples, stop=stop, threads=threads))
            )
            for index, found in enumerate(results):
                if isinstance(found, Message):
                    lost.append((index, found))
                else:
                    sizes[index] = found.pixels.shape[:2]
                    places[index] = files.place(found)
                if due() or index + 1 == len(samples):
                    yield Progress("decode", index + 1, len(samples), Message("preparing_photos"))
            return cls(files.maps(), places, sizes, preprocessing, lost, thread_count(threads))

    def stored(self, index: int) -> NDArray[np.uint8]:
        """The stored pixels of one sample, shape (height, width, channels), read-only.

        Keeping it keeps the file, also after the store was closed.

        Raises:
            IndexError: There is no such sample, or it was lost.
        """
        height, width = self._sizes[index]
        if height == 0:
            raise IndexError(f"sample {index} was lost")
        channels = self.preprocessing.channels
        start = int(self._starts[index])
        whole = self._maps[int(self._numbers[index])]
        pixels = whole[start : start + int(height) * int(width) * channels]
        self._about_to_read(len(pixels))
        return pixels.reshape(height, width, channels)

    def crops(self, indices: ArrayLike) -> NDArray[np.uint8]:
        """The squares that validation and prediction see (`Preprocessing.crop_pixels`).

        Args:
            indices: Integers, shape (samples,).

        Returns:
            A new array, shape (samples, crop, crop, channels).

        Raises:
            IndexError: There is no such sample, or it was lost.
        """
        wanted = np.asarray(indices, dtype=np.int64)
        recipe = self.preprocessing
        if self._rows is not None:
            height, width = self._sizes[0]
            whole = self._maps[int(self._numbers[0])]
            length = int(height) * int(width) * recipe.channels
            everything = whole[: len(whole) // length * length].reshape(-1, height, width, recipe.channels)
            self._about_to_read(len(wanted) * length)
            top, left = (height - recipe.crop) // 2, (width - recipe.crop) // 2
            return everything[self._rows[wanted], top : top + recipe.crop, left : left + recipe.crop]
        out = np.empty((len(wanted), recipe.crop, recipe.crop, recipe.channels), np.uint8)
        for row, index in enumerate(wanted.tolist()):
            out[row] = recipe.crop_pixels(self.stored(index))
        return out

    def random_crops(self, indices: ArrayLike, boxes: NDArray[np.floating]) -> NDArray[np.uint8]:
        """Boxes cut from the stored pixels and resized to (crop, crop) with antialiasing.

        Args:
            indices: Integers, shape (samples,).
            boxes: Top, left, height and width of each box as shares of the stored image, each 0 to
                1, shape (samples, 4). Boxes may begin and end between pixels.

        Returns:
            A new array, shape (samples, crop, crop, channels).

        Raises:
            IndexError: There is no such sample, or it was lost.
        """
        wanted = np.asarray(indices, dtype=np.int64).tolist()
        recipe = self.preprocessing
        out = np.empty((len(wanted), recipe.crop, recipe.crop, recipe.channels), np.uint8)

        def fill(rows: range) -> None:
            for row in rows:
                out[row] = self._resized(wanted[row], *boxes[row].tolist())

        if self._threads == 1 or recipe.crop**2 < _WORTH_THREADS or len(wanted) < 2:
            fill(range(len(wanted)))
            return out
        shares = [range(start, len(wanted), self._threads) for start in range(self._threads)]
        list(self._pool.map(fill, shares))
        return out

    def _about_to_read(self, count: int) -> None:
        """Gives the files' memory back now and then: read again, they come from the system's own cache."""
        self._read += count
        if self._read > _RESIDENT_BYTES and hasattr(mmap, "MADV_DONTNEED"):
            self._read = 0
            for whole in self._maps:
                base: object = whole.base
                if isinstance(base, memoryview) and isinstance(base.obj, mmap.mmap):
                    base.obj.madvise(mmap.MADV_DONTNEED)

    def _rows_of_one_map(self) -> NDArray[np.int64] | None:
        """Each sample's position where all lie in one map, in steps of one size: gathered at once."""
        if self.lost or not len(self) or len(np.unique(self._sizes, axis=0)) > 1 or np.ptp(self._numbers):
            return None
        rows, rest = np.divmod(self._starts, int(self._sizes[0].prod()) * self.preprocessing.channels)
        return None if rest.any() else rows

    def _resized(self, index: int, top: float, left: float, height: float, width: float) -> NDArray[np.uint8]:
        pixels = self.stored(index)
        recipe = self.preprocessing
        rows, columns = pixels.shape[:2]
        # Whole pixels first: only what the box touches is copied out of the map.
        x0, y0 = left * columns, top * rows
        x1, y1 = min(x0 + max(width * columns, 1.0), columns), min(y0 + max(height * rows, 1.0), rows)
        x0, y0 = min(x0, x1 - 1.0), min(y0, y1 - 1.0)
        column, row = int(x0), int(y0)
        part = pixels[row : int(np.ceil(y1)), column : int(np.ceil(x1))]
        image = Image.fromarray(part[..., 0] if recipe.channels == 1 else part)
        box = (x0 - column, y0 - row, x1 - column, y1 - row)
        resized = image.resize((recipe.crop, recipe.crop), RESAMPLING[recipe.interpolation], box=box)
        return np.asarray(resized).reshape(recipe.crop, recipe.crop, recipe.channels)


class _Files:
    """The files that a store is made of: first its own, then those of the photo cache."""

    def __enter__(self) -> Self:
        self._own = scratch_file("pixels-")
        self._files: list[BinaryIO] = [self._own]
        self._numbers: dict[Path, int] = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            with contextlib.suppress(OSError):  # what is still to be written does not matter any more
                file.close()

    def place(self, loaded: Loaded) -> tuple[int, int]:
        """Which file has the pixels, and where; its own, where no other has.

        Raises:
            ResourceError: They could not be written.
        """
        if loaded.file is not None and loaded.file not in self._numbers:
            with contextlib.suppress(OSError):  # the cache was cleared meanwhile
                self._files.append(loaded.file.open("rb"))
                self._numbers[loaded.file] = len(self._files) - 1
        if loaded.file in self._numbers:
            return self._numbers[loaded.file], loaded.start
        start = self._own.tell()
        try:
            self._own.write(loaded.pixels.tobytes())
        except OSError as error:
            raise _disk_full(str(error)) from error
        return 0, start

    def maps(self) -> list[NDArray[np.uint8]]:
        """The bytes of each file, which stay readable, and on the disk, for as long as they are kept.

        Raises:
            ResourceError: The last of them could not be written.
        """
        try:
            self._own.flush()
            return [_mapped(file) for file in self._files]
        except OSError as error:
            raise _disk_full(str(error)) from error


def _mapped(file: BinaryIO) -> NDArray[np.uint8]:
    length = os.fstat(file.fileno()).st_size
    if not length:  # mapping nothing is an error on every system
        return np.empty(0, np.uint8)
    return np.frombuffer(mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ), np.uint8)


def _check_room(samples: Sequence[Sample], preprocessing: Preprocessing) -> None:
    pixels = 0
    for sample in samples:
        width, height = preprocessing.stored_size(sample.width, sample.height)
        pixels += width * height
    needed = pixels * preprocessing.channels + _SPARE_BYTES
    free = shutil.disk_usage(cache_dir()).free
    if free < needed:
        raise _disk_full(f"{needed:,} bytes needed, {free:,} free")


def _disk_full(details: str) -> ResourceError:
    return ResourceError("disk_full.photos", details, folder=str(cache_dir()))
