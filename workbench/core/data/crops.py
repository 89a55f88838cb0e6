"""The squares that a network sees of samples, decoded as they are asked for and kept nowhere."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.core.closing import Closing
from workbench.core.data.catalog import Roots, Sample
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.data.stored_photo import load_pixels
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import StopRequested
from workbench.core.messages import Message
from workbench.core.threads import in_threads


class Crops(Closing):
    """Looks at each sample once or a few times, where a `PixelStore` of all would be too large.

    Args:
        roots: The folders that the samples lie in.
        samples: Those that may be asked for.
        preprocessing: The recipe.

    Attributes:
        lost: Why a sample has no pixels, by its id: its file vanished or broke since the scan.
    """

    def __init__(self, roots: Roots, samples: Sequence[Sample], preprocessing: Preprocessing) -> None:
        self.preprocessing = preprocessing
        self.lost: dict[str, Message] = {}
        self._roots = roots
        self._held = contextlib.ExitStack()
        self._caches: dict[str, PhotoCache] = {}
        if preprocessing.decode:
            for root in {sample.root for sample in samples}:
                cache = PhotoCache(roots.folders[root], preprocessing.decode)
                self._caches[root] = self._held.enter_context(cache)

    def close(self) -> None:
        """Closes the photo caches."""
        self._held.close()

    def of(
        self, samples: Sequence[Sample], *, stop: StopRequested
    ) -> Generator[tuple[Sample, NDArray[np.uint8]], None, None]:
        """Each sample with its square (crop, crop, channels), in order; the lost ones are passed over.

        The next ones are decoded meanwhile, in threads.

        Raises:
            Stopped: `stop` returned true.
        """
        recipe = self.preprocessing

        def square(sample: Sample) -> NDArray[np.uint8] | Message:
            found = load_pixels(self._roots.locate(sample), sample, recipe, self._caches.get(sample.root))
            return found if isinstance(found, Message) else recipe.crop_pixels(found.pixels)

        with contextlib.closing(in_threads(square, samples, stop=stop)) as squares:
            for sample, found in zip(samples, squares, strict=True):
                if isinstance(found, Message):
                    self.lost[sample.id] = found
                else:
                    yield sample, found
