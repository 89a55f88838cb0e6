"""The augmentations and their presets as rows. To add one, add a row here and its step in `pipeline`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError


@dataclass(frozen=True)
class Augmentation:
    """One row: a random change to training photos.

    Attributes:
        key: Its name in files and on the command line.
        name: Its name in the window.
        sentence: What it does, and when it hurts.
        default_strength: Where its slider starts once it is switched on, above 0 to 1.
    """

    key: str
    name: str
    sentence: str
    default_strength: float


@dataclass(frozen=True)
class Preset:
    """A mix of augmentations with a name: strengths (0 to 1) by augmentation key."""

    key: str
    name: str
    sentence: str
    strengths: Mapping[str, float]


AUGMENTATIONS: tuple[Augmentation, ...] = (
    Augmentation(
        "random_resized_crop",
        "Zoom into a part",
        "Shows a random part of the photo, a little stretched, so that size and place stop mattering; "
        "it hurts where the thing is small and may be cut off, or where size tells the classes apart.",
        0.5,
    ),
    Augmentation(
        "horizontal_flip",
        "Mirror left and right",
        "Mirrors up to half of the photos; it hurts with letters, digits, road signs, left and right hands.",
        1.0,
    ),
    Augmentation(
        "alternating_flip",
        "Mirror in every second epoch",
        "Shows both sides of each photo in any two epochs, where chance may show one side twice: better in "
        "short runs; it hurts where mirroring does.",
        1.0,
    ),
    Augmentation(
        "vertical_flip",
        "Turn upside down",
        "Mirrors up to half of the photos top to bottom; good for pictures from above or through a "
        "microscope, it hurts where there is an up and a down.",
        1.0,
    ),
    Augmentation(
        "rotation",
        "Turn",
        "Turns the photo by up to 45 degrees; it hurts where the angle is the answer, as with dials.",
        0.25,
    ),
    Augmentation(
        "shift",
        "Move",
        "Moves the photo by up to a quarter of its width; it hurts where the thing fills the photo "
        "or its place is the answer.",
        0.5,
    ),
    Augmentation(
        "scale",
        "Nearer and farther",
        "Makes the photo up to half as large again or as small; it hurts where size tells the classes apart.",
        0.5,
    ),
    Augmentation(
        "shear",
        "Slant",
        "Slants the photo by up to 25 degrees; it hurts where exact angles or shapes are the answer.",
        0.3,
    ),
    Augmentation(
        "perspective",
        "Seen from the side",
        "Tilts the photo as if the camera stood elsewhere; it hurts with flat things that are always "
        "photographed from the same place, such as scans.",
        0.4,
    ),
    Augmentation(
        "colour_jitter",
        "Light and colour",
        "Changes brightness, contrast and colours; it hurts where a fine shade is the answer, "
        "as with ripeness or stains.",
        0.4,
    ),
    Augmentation(
        "grayscale",
        "Without colour",
        "Shows some photos in grey, so that shape counts more; it hurts where colour is the answer.",
        0.1,
    ),
    Augmentation(
        "blur",
        "Blur",
        "Makes some photos out of focus; it hurts where fine texture is the answer, as with cloth or skin.",
        0.4,
    ),
    Augmentation(
        "sharpness",
        "Softer and crisper",
        "Makes edges softer or crisper, as different cameras do; it seldom hurts and seldom helps much.",
        0.5,
    ),
    Augmentation(
        "noise",
        "Grain",
        "Adds grain as in a dark room; it hurts where fine texture is the answer.",
        0.3,
    ),
    Augmentation(
        "random_erasing",
        "Hide a patch",
        "Covers a random patch of some photos, so that no single detail decides; it hurts where one small "
        "detail is the answer.",
        0.25,
    ),
    Augmentation(
        "trivial_augment",
        "One surprise per photo",
        "Makes one random change of random size to each photo (TrivialAugment); strong for learning from "
        "nothing on thousands of photos, it hurts with few photos or where colour or angle is the answer.",
        1.0,
    ),
    Augmentation(
        "mixup",
        "Blend two photos",
        "Lays two photos over each other and asks for both classes (MixUp); good against overfitting in long "
        "runs, it hurts in short ones, and the training accuracy then looks lower than it is.",
        0.3,
    ),
    Augmentation(
        "cutmix",
        "Patch from another photo",
        "Pastes a patch of one photo into another and asks for both classes (CutMix); good against "
        "overfitting in long runs, it hurts in short ones and where the thing is small.",
        0.3,
    ),
)

PRESET_ROWS: tuple[Preset, ...] = (
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
)

PRESETS: dict[str, dict[str, float]] = {row.key: dict(row.strengths) for row in PRESET_ROWS}


def augmentations_of(config: TrainingConfig) -> dict[str, float]:
    """The augmentations that a configuration asks for: strength (above 0 to 1) by key.

    Raises:
        InputError: A key of `config.augmentations` is unknown or its strength lies outside 0 to 1.
    """
    if config.augmentation != "custom":
        return dict(PRESETS[config.augmentation])
    return checked(config.augmentations)


def checked(strengths: Mapping[str, float]) -> dict[str, float]:
    """The strengths that are above 0, once all of them are known to fit.

    Raises:
        InputError: A key is unknown or a strength is not a number from 0 to 1.
    """
    keys = [row.key for row in AUGMENTATIONS]
    for key, strength in strengths.items():
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else "They are: " + ", ".join(keys) + "."
            raise InputError(f"There is no augmentation called “{key}”.", hint)
        if not isinstance(strength, int | float) or isinstance(strength, bool) or not 0 <= strength <= 1:
            raise InputError(
                f"“{strength}” is not a strength for the augmentation “{key}”.", "Write a number from 0 to 1."
            )
    return {key: float(strength) for key, strength in strengths.items() if strength > 0}
