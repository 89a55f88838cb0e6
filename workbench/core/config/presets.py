"""Mixes of augmentations as rows. To add one, add a row. No torch in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.core.registry import Registry

CUSTOM = "custom"
"""The preset whose strengths are in `TrainingConfig.augmentations`."""


@dataclass(frozen=True)
class Preset:
    """A mix of augmentations with a name: strengths (0 to 1) by augmentation key."""

    key: str
    name: str
    sentence: str
    strengths: Mapping[str, float]


PRESETS = Registry(
    "a preset",
    Preset(
        "none",
        "None",
        "The photos stay as they are. For comparing, and where all photos are taken in the same way.",
        {},
    ),
    Preset(
        "light",
        "Light",
        "A little closer, mirrored, in slightly different light. Safe for most photos, and enough when "
        "starting from a trained network. Where left and right matter, as with letters, make your own mix "
        "without mirroring.",
        {"random_resized_crop": 0.35, "horizontal_flip": 1.0, "colour_jitter": 0.2},
    ),
    Preset(
        "normal",
        "Normal",
        "Closer, mirrored, slightly turned, in different light and colours. For learning from nothing, and "
        "for photos that are taken in many places.",
        {"random_resized_crop": 0.5, "horizontal_flip": 1.0, "rotation": 0.2, "colour_jitter": 0.35},
    ),
    Preset(
        "strong",
        "Strong",
        "All of that, and tilted, blurred, partly hidden or mixed with another photo. For long runs, which "
        "would otherwise learn the photos by heart; with few epochs it only slows learning down.",
        {
            "random_resized_crop": 0.75,
            "horizontal_flip": 1.0,
            "rotation": 0.35,
            "shear": 0.3,
            "perspective": 0.3,
            "colour_jitter": 0.7,
            "grayscale": 0.1,
            "blur": 0.3,
            "random_erasing": 0.25,
            "mixup": 0.2,
            "cutmix": 0.3,
        },
    ),
    Preset(
        CUSTOM,
        "My own",
        "Your own mix. You can change it in Advanced.",
        {},
    ),
)
