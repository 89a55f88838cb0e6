"""Features of the photos of a split, some at a time: each is looked at once, and what is known is kept."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.closing import Closing
from workbench.core.data.catalog import Sample, Split
from workbench.core.data.crops import Crops
from workbench.core.features.extract import FeatureCache, FeatureRows, View, look, view_features
from workbench.core.features.runtime_choice import exact_runtime
from workbench.core.features.runtimes import FeatureRuntime
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import StopRequested
from workbench.core.messages import Message


class PhotoFeatures(Closing):
    """What the runtime that learns, and the one that answers, make of the photos of a split.

    Args:
        split: Their folders, and how bright they are.
        runtime: The one that learns.
        device: Where the one that answers may compute; `auto`, `cpu` or `cuda`.

    Attributes:
        preprocessing: The recipe that the photos come by.
        looked_at: How many views of photos were computed.
    """

    def __init__(
        self, split: Split, runtime: FeatureRuntime, preprocessing: Preprocessing, device: str
    ) -> None:
        self.preprocessing = preprocessing
        self.looked_at = 0
        self._runtime, self._device = runtime, device
        self._crops = Crops(split.roots, split.samples, preprocessing)
        folder, rule = split.roots.main, split.brightness
        self._cache = FeatureCache(runtime.backbone, folder, rule)
        self._exact = FeatureCache(runtime.backbone, folder, rule, exact=True)

    @property
    def runtime(self) -> FeatureRuntime:
        """What learns."""
        return self._runtime

    @cached_property
    def exact_runtime(self) -> FeatureRuntime:
        """What answers; opened once: that takes part of a second."""
        return exact_runtime(self._runtime, self._device)

    @property
    def lost(self) -> dict[str, Message]:
        """Why a sample could not be read when it was looked at, by its id."""
        return self._crops.lost

    def forget_lost(self) -> None:
        """Photos that could not be read are tried again."""
        self._crops.lost.clear()

    @property
    def answers_exactly(self) -> bool:
        """Whether what learns may also answer."""
        return self.exact_runtime is self._runtime

    def learn_exactly(self) -> None:
        """From now on, what answers also learns."""
        self._runtime, self._cache = self.exact_runtime, self._exact

    def look(
        self, samples: Sequence[Sample], views: Sequence[View], *, exact: bool = False, stop: StopRequested
    ) -> Generator[int, None, None]:
        """Looks at the samples that are not known yet; yields how many views are done.

        Args:
            exact: With what answers, else with what learns.

        Raises:
            Stopped: `stop` returned true; what was computed is kept.
        """
        runtime = self.exact_runtime if exact else self._runtime
        cache = self._exact if exact else self._cache
        before = self.looked_at
        for done in look(runtime, cache, self._crops, samples, views, stop=stop):
            self.looked_at = before + done
            yield done

    def count_unknown(self, samples: Sequence[Sample], views: Sequence[View]) -> int:
        """How many views of samples what learns has not looked at yet; of equal photos one counts."""
        unknown = self._cache.unknown(views, samples)
        return sum(len(self._cache.lacking(views, sample)) for sample in unknown)

    def knows(self, sample: Sample, views: Sequence[View]) -> bool:
        """Whether what learns has looked at a sample."""
        return self._cache.knows(views, sample)

    def rows(self, samples: Sequence[Sample], views: Sequence[View]) -> FeatureRows:
        """As `of`, made some at a time as they are asked for."""
        return FeatureRows(self._cache, samples, views)

    def of(
        self, samples: Sequence[Sample], views: Sequence[View], *, exact: bool = False
    ) -> NDArray[np.float32]:
        """What a head takes: the mean of the features of some views, (samples, width)."""
        return (self._exact if exact else self._cache).take(views, samples)

    def seen(self, samples: Sequence[Sample], views: Sequence[View]) -> list[Sample]:
        """Those of samples that what learns, or what answers, has looked at."""
        caches = (self._cache, self._exact)
        return [each for each in samples if any(cache.knows(views, each) for cache in caches)]

    def of_seen(self, samples: Sequence[Sample], views: Sequence[View]) -> NDArray[np.float32]:
        """As `of`, of samples that either has looked at: of what learns where that has."""
        learned = [self._cache.knows(views, each) for each in samples]
        if all(learned):
            return self._cache.take(views, samples)
        rows = (
            (self._cache if known else self._exact).take(views, [each])[0]
            for each, known in zip(samples, learned, strict=True)
        )
        return np.stack(list(rows))

    def of_photo(self, path: Path, views: Sequence[View]) -> NDArray[np.float32]:
        """Features of a file that may be in no folder, by what answers, (width,); nothing of it is kept.

        Raises:
            ImageError: It cannot be used.
        """
        pixels = self.preprocessing.load(path)[None]
        found = [view_features(self.exact_runtime, pixels, view)[0] for view in views]
        mean: NDArray[np.float32] = np.mean(found, axis=0)
        return mean

    def save(self) -> None:
        """Keeps what is known for the next time."""
        self._cache.save()
        self._exact.save()

    def close(self) -> None:
        """Keeps what is known for the next time, and lets go of the photos."""
        self.save()
        self._crops.close()
