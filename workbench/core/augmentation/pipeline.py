"""Random changes to batches of training images, each sample changed differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Generator, Tensor

from workbench.core.augmentation import kernels
from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS, augmentations_of, checked
from workbench.core.augmentation.steps import Draw, centred
from workbench.core.config.methods import EVERY_STAGE, Stage
from workbench.core.config.training_config import TrainingConfig
from workbench.core.images.preprocessing import ROWS_FROM, WHOLE_FROM, is_longer, rows
from workbench.core.registry import resolve

_TRIES, _SEEN = 20, 12.0
"""For a preview: how often mixing is drawn, until pictures differ by so much on average, of 255."""


class Pipeline:
    """The augmentations of one training run.

    Every random choice comes from the generator that the caller gives (a CPU generator), never from
    the global one: the same generator state gives the same result whatever other threads draw. On a
    GPU the choices are the same as on the CPU, apart from the grain of `noise`.

    Args:
        strengths: 0 to 1 by augmentation key; 0 is off.
        classes: Number of classes; with one class there is nothing to mix.
        crop: Side of the square images in pixels.

    Attributes:
        cuts: Whether it chooses parts of the stored images.
        mixes: Whether it mixes samples.

    Raises:
        InputError: A key is unknown or a strength lies outside 0 to 1.
    """

    def __init__(self, strengths: Mapping[str, float], *, classes: int, crop: int) -> None:
        self._steps = {stage: _steps(stage, checked(strengths)) for stage in EVERY_STAGE}
        self._crop = crop
        self.cuts = bool(self._steps["crop"])
        self.mixes = classes > 1 and bool(self._steps["mix"])

    def boxes(
        self, count: int, generator: Generator, shapes: NDArray[np.integer]
    ) -> NDArray[np.float64] | None:
        """The part of each stored image to show; None where that is all of it.

        Args:
            count: Number of samples N.
            shapes: Height and width of each stored image in pixels, (N, 2).

        Returns:
            Top, left, height, width as shares (0 to 1) of the image's height and width, (N, 4).
        """
        for step, strengths in self._steps["crop"]:
            boxes: NDArray[np.float64] = step(Draw(count, generator), strengths, shapes)
            return boxes
        return None

    def turns(self, count: int, generator: Generator) -> Tensor | None:
        """Whose turn it is to be mirrored; None where nobody takes turns.

        Args:
            count: Number of samples N of the whole run.

        Returns:
            Bool (2, N), for even and for odd epochs.
        """
        for step, strengths in self._steps["epoch"]:
            turns: Tensor = step(Draw(count, generator), strengths)
            return turns
        return None

    def __call__(self, batch: Tensor, generator: Generator, mirrored: Tensor | None = None) -> Tensor:
        """Changes each image of a batch.

        Args:
            batch: uint8 (N, C, H, W), C = 1 or 3, on any device; it is left as it is.
            mirrored: Bool (N,), whose turn it is to be mirrored; see `turns`.

        Returns:
            uint8, same shape and device.
        """
        draw = Draw(len(batch), generator, batch.device)
        if mirrored is not None:
            batch = kernels.flip(batch, mirrored.to(batch.device, non_blocking=True), -1)
        stages: tuple[Stage, ...] = ("bytes", "fractions", "last")
        for stage in stages:
            for step, strengths in self._steps[stage]:
                batch = step(batch, draw, strengths, self._crop)
            if batch.is_floating_point():  # one conversion there, one back
                batch = batch.round_().clamp_(0, 255).to(torch.uint8)
        return batch

    def mix(
        self, images: Tensor, targets: Tensor, generator: Generator | None = None
    ) -> tuple[Tensor, Tensor]:
        """Mixes each sample with its neighbour in the batch, for some batches.

        At most one way of mixing is chosen for a batch, each with its strength as the probability.

        Args:
            images: Float (N, C, H, W).
            targets: Float (N, K), each row sums to 1.
            generator: Torch's global one where it is None.

        Returns:
            Both, mixed alike, or as they came.
        """
        if not self.mixes:
            return images, targets
        chosen = float(torch.rand((), generator=generator))
        seed = int(torch.randint(2**62, (), generator=generator))
        ways = [(step, sum(strengths.values())) for step, strengths in self._steps["mix"]]
        scale, limit = 1 / max(1.0, sum(strength for _, strength in ways)), 0.0
        for step, strength in ways:
            limit += strength
            if chosen < limit * scale:
                mixed: tuple[Tensor, Tensor] = step(images, targets, np.random.default_rng(seed))
                return mixed
        return images, targets

    def mixed_for_show(self, images: Tensor, generator: Generator) -> Tensor:
        """For a preview: each way of mixing on as many of the images as it takes batches, at least on one.

        Args:
            images: Float (N, C, H, W), N ≥ 2 where there is anything to see.
        """
        shown, last = images.clone(), len(images)
        for step, strengths in self._steps["mix"] if self.mixes else ():
            count = min(last, max(1, round(len(images) * sum(strengths.values()))))
            part = slice(last - count, last)
            for _ in range(_TRIES):  # some draws are hardly to be seen
                seed = int(torch.randint(2**62, (), generator=generator))
                mixed, _ = step(images, torch.eye(len(images)), np.random.default_rng(seed))
                shown[part] = mixed[part]
                if float((mixed[part] - images[part]).abs().mean()) > _SEEN:
                    break
            last -= count
        return shown


def _seen(photo: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """A photo as training keeps it: brought into the square, whole, where it is long; see `Preprocessing`."""
    height, width = photo.shape[:2]
    if is_longer(width, height, ROWS_FROM):
        return np.asarray(rows(Image.fromarray(photo), side, Image.Resampling.BICUBIC))
    if is_longer(width, height, WHOLE_FROM):
        return np.asarray(Image.fromarray(photo).resize((side, side)))
    return photo


def _steps(stage: Stage, strengths: Mapping[str, float]) -> list[tuple[Any, dict[str, float]]]:
    """The functions of a stage, in order, each with the strengths of its rows that are switched on."""
    found: dict[str, dict[str, float]] = {}
    for row in AUGMENTATIONS:
        if row.stage == stage and row.key in strengths:
            found.setdefault(row.step, {})[row.key] = strengths[row.key]
    return [(resolve(path), chosen) for path, chosen in found.items()]


def preview(
    pixels: Sequence[NDArray[np.uint8]], config: TrainingConfig, crop: int, seed: int
) -> list[NDArray[np.uint8]]:
    """What training may show of some photos, for the window; where it mixes photos, some of them are mixed.

    Args:
        pixels: Photos (H, W, 3) of any sizes.
        crop: Side of the result in pixels.
        seed: The same seed gives the same pictures.

    Returns:
        One picture (crop, crop, C) a photo, C = `config.channels`.

    Raises:
        InputError: The configuration's augmentations do not fit.
    """
    if not pixels:
        return []
    pixels = [_seen(photo, crop) for photo in pixels]
    generator = Generator().manual_seed(seed)
    pipeline = Pipeline(augmentations_of(config), classes=len(pixels), crop=crop)
    shapes = np.array([photo.shape[:2] for photo in pixels])
    boxes = pipeline.boxes(len(pixels), generator, shapes)
    if boxes is None:
        boxes = centred(shapes, 1.0, 1.0)
    mode = "L" if config.channels == 1 else "RGB"
    cut = []
    for photo, (top, left, tall, wide) in zip(pixels, boxes, strict=True):
        height, width = photo.shape[:2]
        right, bottom = min(width, (left + wide) * width), min(height, (top + tall) * height)
        image = Image.fromarray(photo).convert(mode)
        cut.append(np.asarray(image.resize((crop, crop), box=(left * width, top * height, right, bottom))))
    batch = torch.from_numpy(np.stack(cut).reshape(len(cut), crop, crop, -1)).permute(0, 3, 1, 2)
    turns = pipeline.turns(len(cut), generator)
    changed = pipeline(batch, generator, None if turns is None else turns[0])
    images = pipeline.mixed_for_show(changed.float(), generator)
    return list(images.round().to(torch.uint8).permute(0, 2, 3, 1).numpy())
