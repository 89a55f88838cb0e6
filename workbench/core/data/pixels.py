"""Decoded pixels of many samples in one memory-mapped file, so that training never decodes twice."""

from __future__ import annotations

import contextlib
import mmap
import shutil
import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from workbench.core.data.catalog import Sample
from workbench.core.data.threads import in_threads, thread_count
from workbench.core.errors import ImageError, ResourceError
from workbench.core.events import Progress, StopRequested, Throttle, never
from workbench.core.images.loader import open_image
from workbench.core.images.preprocessing import RESAMPLING, Preprocessing
from workbench.core.paths import cache_dir

_SPARE_BYTES = 200_000_000
_WORTH_THREADS = 64 * 64  # below so many pixels an image, Python's own work outweighs Pillow's


class PixelStore:
    """The stored pixels (`Preprocessing.pixels`) of a list of samples; made by `build`.

    The file lies in the cache folder and is gone once the store is closed, however the program
    ends. Reading is safe from several threads; close the store when they are done.

    Attributes:
        preprocessing: The recipe that the pixels were made with.
        lost: Index and sentence for each sample whose file vanished or broke since the scan. Asking
            for the pixels of one of these is an error.
    """

    def __init__(
        self,
        file: BinaryIO,
        sizes: NDArray[np.int32],
        preprocessing: Preprocessing,
        lost: list[tuple[int, str]],
        threads: int,
    ) -> None:
        self.preprocessing = preprocessing
        self.lost = lost
        self._file = file
        self._sizes = sizes
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="workbench-crop")
        lengths = sizes.astype(np.int64).prod(axis=1) * preprocessing.channels
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        total = int(self._starts[-1])
        # Mapping nothing is an error on every system.
        self._bytes: NDArray[np.uint8] = np.empty(0, np.uint8)
        if total:
            self._bytes = np.frombuffer(mmap.mmap(file.fileno(), total, access=mmap.ACCESS_READ), np.uint8)
        present = np.unique(sizes[lengths > 0], axis=0)
        self._uniform = not lost and len(present) == 1

    def __len__(self) -> int:
        return len(self._sizes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def shapes(self) -> NDArray[np.int32]:
        """Height and width of each sample's stored pixels, shape (samples, 2); 0 where it was lost."""
        return self._sizes

    @property
    def nbytes(self) -> int:
        """Size of the file."""
        return int(self._starts[-1])

    def close(self) -> None:
        """Ends the threads and removes the file. A second call does nothing."""
        self._pool.shutdown()
        self._bytes = np.empty(0, np.uint8)
        self._file.close()

    @classmethod
    def build(
        cls,
        folder: Path,
        samples: Sequence[Sample],
        preprocessing: Preprocessing,
        *,
        stop: StopRequested = never,
        threads: int | None = None,
    ) -> Generator[Progress, None, PixelStore]:
        """Decodes the samples' files and yields progress (phase `decode`, in files).

        Args:
            folder: The image folder that the samples' paths are relative to.
            samples: In the order of the indices to come.
            threads: Decoding threads; None takes one for each processor.

        Raises:
            ResourceError: The cache folder's disk has too little room.
            Stopped: `stop` returned true.
        """
        _check_room(samples, preprocessing)

        def decode(sample: Sample) -> NDArray[np.uint8] | str:
            try:
                return preprocessing.pixels(open_image(folder / sample.path, short_side=preprocessing.resize))
            except ImageError as error:
                return error.title

        sizes = np.zeros((len(samples), 2), np.int32)
        lost: list[tuple[int, str]] = []
        due = Throttle()
        # Unlinked at once, or deleted by Windows when its last handle closes, a crash included.
        file = tempfile.TemporaryFile(prefix="pixels-", dir=cache_dir())  # noqa: SIM115 - the store closes it
        try:
            for index, pixels in enumerate(in_threads(decode, samples, stop=stop, threads=threads)):
                if isinstance(pixels, str):
                    lost.append((index, pixels))
                else:
                    sizes[index] = pixels.shape[:2]
                    file.write(pixels.tobytes())
                if due() or index + 1 == len(samples):
                    yield Progress("decode", index + 1, len(samples), "Preparing photos…")
            file.flush()
            return cls(file, sizes, preprocessing, lost, thread_count(threads))
        except BaseException as error:
            with contextlib.suppress(OSError):  # what is still to be written does not matter any more
                file.close()
            if isinstance(error, OSError):  # the cache's: those of the person's files are ImageErrors
                raise _disk_full(str(error)) from error
            raise

    def stored(self, index: int) -> NDArray[np.uint8]:
        """The stored pixels of one sample, shape (height, width, channels), read-only.

        Valid until the store is closed; keeping it keeps the file.

        Raises:
            IndexError: There is no such sample, or it was lost.
        """
        height, width = self._sizes[index]
        if height == 0:
            raise IndexError(f"sample {index} was lost")
        pixels = self._bytes[self._starts[index] : self._starts[index + 1]]
        return pixels.reshape(height, width, self.preprocessing.channels)

    def crops(self, indices: ArrayLike) -> NDArray[np.uint8]:
        """The middle squares that validation and prediction see (`Preprocessing.crop_pixels`).

        Args:
            indices: Integers, shape (samples,).

        Returns:
            A new array, shape (samples, crop, crop, channels).

        Raises:
            IndexError: There is no such sample, or it was lost.
        """
        wanted = np.asarray(indices, dtype=np.int64)
        recipe = self.preprocessing
        if self._uniform:
            height, width = self._sizes[0]
            everything = self._bytes.reshape(-1, height, width, recipe.channels)
            top, left = (height - recipe.crop) // 2, (width - recipe.crop) // 2
            return everything[wanted, top : top + recipe.crop, left : left + recipe.crop]
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
    return ResourceError(
        f"The disk that holds “{cache_dir()}” has too little room for the prepared photos.",
        "Make room on it, or choose a smaller image size, then try again.",
        details,
    )
