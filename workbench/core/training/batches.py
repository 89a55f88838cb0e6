"""Which samples make which step, and their pixels.

Everything random here follows from the seed and the step alone, so that a resumed run sees
exactly what the straight run would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.core.augmentation.pipeline import Pipeline
from workbench.core.data.pixels import PixelStore
from workbench.core.seeds import derived_seed
from workbench.core.tensors import as_tensor

_CPU = torch.device("cpu")
_SHARE_OF_THE_CARD = 0.25
"""Of a graphics card's free memory, what the photos may take; the rest is for learning."""


def cuts(count: int, size: int) -> list[slice]:
    """Cuts `count` samples into batches of about equal size, at most `size` (one more where that is odd).

    A small last batch would have a noisy gradient, with BatchNorm a wild one, and none at all with a
    single sample; so none is made unless `size` is 1.
    """
    if size == 1:
        return [slice(start, start + 1) for start in range(count)]
    batches = max(1, min(-(-count // size), count // 2))
    edges = [count * number // batches for number in range(batches + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


@dataclass(frozen=True)
class Batch:
    """The samples of one step.

    Attributes:
        pixels: uint8, shape (N, channels, side, side), cropped but not yet augmented.
        targets: Class indices, int64, shape (N,).
        seed: For everything random in this step.
        mirrored: Whose turn it is to be mirrored, bool, shape (N,); None where that is left to chance.
    """

    pixels: torch.Tensor
    targets: torch.Tensor
    seed: int
    mirrored: torch.Tensor | None = None


class TrainingBatches:
    """The steps of a run.

    Args:
        store: Decoded pixels.
        members: Indices into the store that are trained on, shape (N,), N ≥ 2.
        targets: Class index of each member, shape (N,).
        pipeline: Decides the random crops.
        step_size: Samples in one optimizer step.
        seed: The run's seed.
        device: Where the pixels lie. A graphics card keeps all of them, where they are the same
            squares each time and leave it enough memory.
    """

    def __init__(
        self,
        store: PixelStore,
        members: NDArray[np.int64],
        targets: NDArray[np.int64],
        pipeline: Pipeline,
        step_size: int,
        seed: int,
        device: torch.device = _CPU,
    ) -> None:
        self._store, self._members, self._targets = store, members, targets
        self._pipeline, self._seed = pipeline, seed
        self._cuts = cuts(len(members), step_size)
        self._shapes = store.shapes[members]
        self._turns = pipeline.turns(len(members), torch.Generator().manual_seed(derived_seed(seed, "turns")))
        self._device = device
        self._kept = self._on_the_card()

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps in one epoch."""
        return len(self._cuts)

    def epoch(self, number: int, first: int = 0) -> Iterator[Batch]:
        """The batches of epoch `number` (from 0), from step `first` of it on."""
        order = np.random.default_rng(derived_seed(self._seed, "order", number)).permutation(
            len(self._members)
        )
        if not self._pipeline.cuts:  # copying squares takes less time than passing them between threads
            for position in range(first, len(self._cuts)):
                yield self._read(number, position, order)
            return
        with ThreadPoolExecutor(1, thread_name_prefix="batches") as reader:  # one step ahead
            ahead: Future[Batch] | None = None
            for position in range(first, len(self._cuts)):
                batch = ahead or reader.submit(self._read, number, position, order)
                following = position + 1
                ahead = None
                if following < len(self._cuts):
                    ahead = reader.submit(self._read, number, following, order)
                yield batch.result()

    def _read(self, epoch: int, position: int, order: NDArray[np.int64]) -> Batch:
        chosen = order[self._cuts[position]]
        seed = derived_seed(self._seed, "step", epoch, position)
        random = torch.Generator().manual_seed(derived_seed(seed, "crop"))
        boxes = self._pipeline.boxes(len(chosen), random, self._shapes[chosen])
        mirrored = None if self._turns is None else self._turns[epoch % 2][torch.from_numpy(chosen)]
        targets = torch.from_numpy(self._targets[chosen])
        if self._kept is not None:
            rows = torch.from_numpy(chosen).pin_memory().to(self._device, non_blocking=True)
            return Batch(self._kept[rows], targets.pin_memory(), seed, mirrored)
        members = self._members[chosen]
        pixels = as_tensor(
            self._store.crops(members) if boxes is None else self._store.random_crops(members, boxes)
        )
        if self._device.type == "cuda":  # so that copying need not be waited for
            pixels, targets = pixels.pin_memory(), targets.pin_memory()
        return Batch(pixels, targets, seed, mirrored)

    def _on_the_card(self) -> torch.Tensor | None:
        """All squares in a graphics card's memory, where that is of use and they fit."""
        if self._device.type != "cuda" or self._pipeline.cuts:
            return None
        recipe = self._store.preprocessing
        needed = len(self._members) * recipe.crop**2 * recipe.channels
        if needed > _SHARE_OF_THE_CARD * torch.cuda.mem_get_info(self._device)[0]:
            return None
        return as_tensor(self._store.crops(self._members)).to(self._device)
