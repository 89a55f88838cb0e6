"""What a row of the registry of architectures says. No torch in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class WeightsSource:
    """Where the pretrained weights of an architecture come from.

    Attributes:
        kind: `package` (inside an installed package), `torchvision` (a file whose name carries the
            first digits of its SHA-256), `hub` (a file whose full digest the hub states).
        location: Package name (one for each part, with blanks between), URL, or `owner/repository`.
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
        network: `timm:NAME`, timm's own name for it, or the import path of a function that makes it:
            `package.module:function`, called with `classes`, `channels`, `input_size`, `dropout` and
            `design`; the network has `get_classifier`, as timm's have.
        weights: Its pretrained weights, None where there are none. Whoever has some also has `stages`.
        stages: Names of the modules whose outputs become features, in order; see `PooledStages`.
        frozen: Names of the first modules, in order, which may stay as they are while the last ones are
            fine-tuned; empty where the network is only fine-tuned as a whole.
        tuned: Names of the other modules, in order, without the head.
        pooling: How the output of each stage becomes features: its `mean` over the picture or, for
            what is small in it, what is greatest anywhere (`max`).
        parts: Names of the networks inside it that see the same picture side by side; empty for one network.
        any_size: Whether it takes images of another size than it was built for.
        lite: Whether its graph can be written without torch (`export.lite_graph`).
        designed: Whether a `NetworkDesign` lays it out.
        scratch_settings: What to change in `TrainingConfig` when it learns from nothing.
    """

    key: str
    name: str
    sentence: str
    parameters: int
    multiply_adds: int
    input_size: int
    network: str
    min_input: int = 32
    multiple_of: int = 1
    weights: WeightsSource | None = None
    stages: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    tuned: tuple[str, ...] = ()
    pooling: Literal["mean", "max"] = "mean"
    parts: tuple[str, ...] = ()
    any_size: bool = True
    lite: bool = False
    designed: bool = False
    scratch_settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How the names of the modules of each of its networks begin."""
        return tuple(f"{part}." for part in self.parts) or ("",)

    @property
    def halved(self) -> tuple[str, ...]:
        """Those of `stages` that also say how the upper half of a picture differs from the lower."""
        if self.pooling == "max":
            return ()
        of_each = ([name for name in self.stages if name.startswith(part)] for part in self.prefixes)
        return tuple(name for stages in of_each for name in stages[-3:])
