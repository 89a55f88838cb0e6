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
        "The photos as they are; right for comparing, and where every photo is taken in the same way.",
        {},
    ),
    Preset(
        "light",
        "Light",
        "A little closer, mirrored, slightly other light: safe for most photos and enough when starting from "
        "a trained network; choose your own without mirroring for letters or left and right.",
        {"random_resized_crop": 0.35, "horizontal_flip": 1.0, "colour_jitter": 0.2},
    ),
    Preset(
        "normal",
        "Normal",
        "Closer, mirrored, slightly turned, other light and colours: for learning from nothing, and for "
        "photos that will be taken in many places.",
        {"random_resized_crop": 0.5, "horizontal_flip": 1.0, "rotation": 0.2, "colour_jitter": 0.35},
    ),
    Preset(
        "strong",
        "Strong",
        "All that and tilted, blurred, partly hidden or mixed with another photo: for long runs that learn "
        "the training photos by heart; with few epochs it only slows learning down.",
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
        "Your own mix: see Advanced.",
        {},
    ),
)
