"""What the fine-tuned stages learn from: several views of every photo, as the frozen stages left them."""

from __future__ import annotations

import contextlib
from abc import abstractmethod
from collections.abc import Generator, Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from workbench.core.augmentation.pipeline import Pipeline
from workbench.core.closing import Closing
from workbench.core.data.pixels import PixelStore
from workbench.core.errors import Stopped
from workbench.core.events import Progress
from workbench.core.improve.partition import FrozenStages
from workbench.core.jobs import StopRequested, Throttle
from workbench.core.messages import Message
from workbench.core.paths import reserve, scratch_file
from workbench.core.seeds import derived_seed
from workbench.core.tensors import as_tensor
from workbench.core.training.amp import Amp
from workbench.core.training.batches import TrainingBatches

_BATCH = 32
_SMALLEST, _GROWN_AT = 0.6, 0.7  # of the whole side, of the training
PLAIN = 2
"""The first two views are the photo as it is and its mirror image, which predictions take, too."""


class Input(NamedTuple):
    """What fine-tuned stages take: activations, or images where nothing is frozen; and pooled features."""

    activation: Tensor
    early: Tensor


class Views(Closing):
    """Views of the photos of a store, by their position among its members."""

    @abstractmethod
    def plain(self, positions: NDArray[np.int64], view: int) -> Input:
        """The photos as they are (`view` 0) or mirrored (1)."""

    @abstractmethod
    def random(self, positions: NDArray[np.int64], seed: int, done: float = 1.0) -> Input:
        """One view of each photo, drawn anew; the same for the same seed.

        Args:
            done: How much of the training is done, 0 to 1; at its begin pictures may be smaller.
        """


class CachedViews(Views):
    """Views that passed through the frozen stages once; for a processor, which could not do that every time.

    They lie in a file of the cache folder that is gone once it is closed, however the program ends.
    """

    def __init__(self, count: int, views: int, first: Input) -> None:
        shapes = [tuple(part.shape[1:]) for part in first]
        sizes = [int(np.prod(shape)) for shape in shapes]
        self._file = scratch_file("views-")
        try:
            reserve(self._file, 2 * views * count * sum(sizes))
        except BaseException:
            self._file.close()
            raise
        rows = np.memmap(self._file, np.int16, "w+", shape=(views * count, sum(sizes)))
        self._rows = torch.from_numpy(rows).view(torch.bfloat16)
        self._count, self._views, self._shapes, self._sizes = count, views, shapes, sizes

    def close(self) -> None:
        """Removes the file."""
        self._file.close()

    @classmethod
    def build(
        cls,
        frozen: FrozenStages,
        store: PixelStore,
        members: NDArray[np.int64],
        pipeline: Pipeline,
        views: int,
        seed: int,
        *,
        amp: Amp,
        stop: StopRequested,
    ) -> Generator[Progress, None, CachedViews]:
        """Computes every view and yields progress (phase `features`, in views of photos).

        Raises:
            Stopped: `stop` returned true.
        """
        made: CachedViews | None = None
        due, done, count = Throttle(), 0, len(members)
        with contextlib.ExitStack() as unless_whole:
            for view in range(views):
                for positions, pixels in _pixels(store, members, pipeline, view, seed):
                    if stop():
                        raise Stopped
                    with torch.inference_mode(), amp.autocast():
                        images = store.preprocessing.normalise(pixels)
                        found = Input(*frozen(images.contiguous(memory_format=torch.channels_last)))
                    if made is None:
                        made = cls(count, views, found)
                        unless_whole.callback(made.close)
                    made._put(view, positions, found)
                    done += len(positions)
                    if due() or done == views * count:
                        yield Progress("features", done, views * count, Message("looking_again"))
            unless_whole.pop_all()
        assert made is not None
        return made

    def plain(self, positions: NDArray[np.int64], view: int) -> Input:
        """As the interface says."""
        return self._take(view * self._count + positions)

    def random(self, positions: NDArray[np.int64], seed: int, done: float = 1.0) -> Input:
        """As the interface says; what passed through the frozen stages keeps its size."""
        drawn = np.random.default_rng(seed).integers(self._views, size=len(positions))
        return self._take(drawn * self._count + positions)

    def _put(self, view: int, positions: NDArray[np.int64], found: Input) -> None:
        flat = [part.to(torch.bfloat16).flatten(1) for part in found]
        self._rows[torch.from_numpy(view * self._count + positions)] = torch.cat(flat, 1)

    def _take(self, rows: NDArray[np.int64]) -> Input:
        taken, end = self._rows[torch.from_numpy(rows)], self._sizes[0]
        activation = taken[:, :end].reshape(len(taken), *self._shapes[0])
        return Input(activation.float().contiguous(memory_format=torch.channels_last), taken[:, end:].float())


class PixelViews(Views):
    """Views of the pixels themselves, made each time: for a graphics card, or where nothing is frozen.

    Args:
        grows: Whether learning begins with smaller pictures; the network has to take them.
    """

    def __init__(
        self,
        store: PixelStore,
        members: NDArray[np.int64],
        pipeline: Pipeline,
        device: torch.device,
        *,
        grows: bool,
    ) -> None:
        self._grows = grows
        self._preprocessing, self._pipeline, self._device = store.preprocessing, pipeline, device
        pixels = as_tensor(store.crops(members))
        self._pixels = pixels.to(device) if _fits(pixels, device) else pixels

    def close(self) -> None:
        """Gives the device's memory back."""
        self._pixels = torch.empty(0)

    def plain(self, positions: NDArray[np.int64], view: int) -> Input:
        """As the interface says."""
        pixels = self._chosen(positions)
        return self._input(pixels.flip(-1) if view else pixels)

    def random(self, positions: NDArray[np.int64], seed: int, done: float = 1.0) -> Input:
        """As the interface says."""
        found = self._input(self._pipeline(self._chosen(positions), torch.Generator().manual_seed(seed)))
        whole = self._preprocessing.crop
        side = side_at(done, whole) if self._grows else whole
        if side == whole:
            return found
        smaller = functional.interpolate(found.activation, size=side, mode="bilinear", antialias=True)
        return found._replace(activation=smaller.contiguous(memory_format=torch.channels_last))

    def _chosen(self, positions: NDArray[np.int64]) -> Tensor:
        rows = torch.from_numpy(positions).to(self._pixels.device)
        return self._pixels[rows].to(self._device, non_blocking=True)

    def _input(self, pixels: Tensor) -> Input:
        images = self._preprocessing.normalise(pixels).contiguous(memory_format=torch.channels_last)
        return Input(images, images.new_empty(len(images), 0))


def side_at(done: float, whole: int) -> int:
    """The side of the pictures, in pixels, when `done` (0 to 1) of a training is done.

    Small pictures are quick, and what is learned from them holds for large ones (Howard, “Training
    Imagenet in 3 hours for USD 25”, 2018). Multiples of 32, which every network can halve five times.
    """
    grown = _SMALLEST + (1 - _SMALLEST) * min(1.0, done / _GROWN_AT)
    return min(whole, max(32, 32 * round(grown * whole / 32)))


def _pixels(
    store: PixelStore, members: NDArray[np.int64], pipeline: Pipeline, view: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], Tensor]]:
    """The photos of one view, uint8 or float (n, channels, side, side), with their positions."""
    if view < PLAIN:
        for first in range(0, len(members), _BATCH):
            positions = np.arange(first, min(first + _BATCH, len(members)))
            pixels = as_tensor(store.crops(members[positions]))
            yield positions, pixels.flip(-1) if view else pixels
        return
    # Positions travel as the batches' targets.
    batches = TrainingBatches(store, members, np.arange(len(members)), pipeline, _BATCH, seed)
    for batch in batches.epoch(view):
        random = torch.Generator().manual_seed(derived_seed(batch.seed, "view"))
        yield batch.targets.numpy(), pipeline(batch.pixels, random)


def _fits(pixels: Tensor, device: torch.device) -> bool:
    """Whether all photos may lie in the device's memory, with plenty left to compute in."""
    if device.type != "cuda":
        return False
    free, _ = torch.cuda.mem_get_info(device)
    return pixels.numel() < free // 3
