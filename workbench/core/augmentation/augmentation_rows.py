"""The augmentations as rows. To add one, add a row here and its function in `steps`. No torch in here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from workbench.core.config.applying import either
from workbench.core.config.contradictions import Say
from workbench.core.config.methods import METHODS, Stage
from workbench.core.config.presets import CUSTOM, PRESETS
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError
from workbench.core.jobs import ignore
from workbench.core.messages import Message
from workbench.core.registry import Registry


@dataclass(frozen=True)
class Augmentation:
    """One row: a random change to training photos.

    Attributes:
        key: Its name in files and on the command line.
        name: Its name in the window.
        sentence: What it does, and when it hurts.
        default_strength: Where its slider starts once it is switched on, above 0 to 1.
        stage: When it works, in this order: `crop` chooses the part of the stored image that is shown,
            `epoch` whose turn it is to be mirrored; `bytes` changes uint8 images, `fractions` float ones,
            `last` uint8 images again; `mix` mixes the samples of a batch. Within a stage, rows work in the
            order of the registry.
        step: Import path of its function; see `steps` for what those of each stage take and give. Rows
            may share one, which then works once, with the strengths of all of them.
        undoes: Key of another one whose effect is lost beside this one, and the other way round.
        needs_colour: Whether it changes nothing about a grey photo.
    """

    key: str
    name: str
    sentence: str
    default_strength: float
    stage: Stage
    step: str
    undoes: str = ""
    needs_colour: bool = False


_STEPS = "workbench.core.augmentation.steps"

AUGMENTATIONS = Registry(
    "an augmentation",
    Augmentation(
        "random_resized_crop",
        "Zoom into a part",
        "Shows a random part of the photo, a little stretched, so that size and place stop mattering; "
        "it hurts where the thing is small and may be cut off, or where size tells the classes apart.",
        0.5,
        "crop",
        f"{_STEPS}:random_part",
    ),
    Augmentation(
        "horizontal_flip",
        "Mirror left and right",
        "Mirrors up to half of the photos; it hurts with letters, digits, road signs, left and right hands.",
        1.0,
        "bytes",
        f"{_STEPS}:horizontal_flip",
    ),
    Augmentation(
        "alternating_flip",
        "Mirror in every second epoch",
        "Shows both sides of each photo in any two epochs, where chance may show one side twice: better in "
        "short runs; it hurts where mirroring does.",
        1.0,
        "epoch",
        f"{_STEPS}:alternating_flip",
        undoes="horizontal_flip",
    ),
    Augmentation(
        "vertical_flip",
        "Turn upside down",
        "Mirrors up to half of the photos top to bottom; good for pictures from above or through a "
        "microscope, it hurts where there is an up and a down.",
        1.0,
        "bytes",
        f"{_STEPS}:vertical_flip",
    ),
    Augmentation(
        "rotation",
        "Turn",
        "Turns the photo by up to 45 degrees; it hurts where the angle is the answer, as with dials.",
        0.25,
        "fractions",
        f"{_STEPS}:warp",
    ),
    Augmentation(
        "shift",
        "Move",
        "Moves the photo by up to a quarter of its width; it hurts where the thing fills the photo "
        "or its place is the answer.",
        0.5,
        "fractions",
        f"{_STEPS}:warp",
    ),
    Augmentation(
        "scale",
        "Nearer and farther",
        "Makes the photo up to half as large again or as small; it hurts where size tells the classes apart.",
        0.5,
        "fractions",
        f"{_STEPS}:warp",
    ),
    Augmentation(
        "shear",
        "Slant",
        "Slants the photo by up to 25 degrees; it hurts where exact angles or shapes are the answer.",
        0.3,
        "fractions",
        f"{_STEPS}:warp",
    ),
    Augmentation(
        "perspective",
        "Seen from the side",
        "Tilts the photo as if the camera stood elsewhere; it hurts with flat things that are always "
        "photographed from the same place, such as scans.",
        0.4,
        "fractions",
        f"{_STEPS}:warp",
    ),
    Augmentation(
        "colour_jitter",
        "Light and colour",
        "Changes brightness, contrast and colours; it hurts where a fine shade is the answer, "
        "as with ripeness or stains.",
        0.4,
        "fractions",
        f"{_STEPS}:recolour",
    ),
    Augmentation(
        "grayscale",
        "Without colour",
        "Shows some photos in grey, so that shape counts more; it hurts where colour is the answer.",
        0.1,
        "fractions",
        f"{_STEPS}:recolour",
        needs_colour=True,
    ),
    Augmentation(
        "blur",
        "Blur",
        "Makes some photos out of focus; it hurts where fine texture is the answer, as with cloth or skin.",
        0.4,
        "fractions",
        f"{_STEPS}:blur",
    ),
    Augmentation(
        "sharpness",
        "Softer and crisper",
        "Makes edges softer or crisper, as different cameras do; it seldom hurts and seldom helps much.",
        0.5,
        "fractions",
        f"{_STEPS}:sharpen",
    ),
    Augmentation(
        "noise",
        "Grain",
        "Adds grain as in a dark room; it hurts where fine texture is the answer.",
        0.3,
        "fractions",
        f"{_STEPS}:noise",
    ),
    Augmentation(
        "random_erasing",
        "Hide a patch",
        "Covers a random patch of some photos, so that no single detail decides; it hurts where one small "
        "detail is the answer.",
        0.25,
        "last",
        f"{_STEPS}:erase",
    ),
    Augmentation(
        "trivial_augment",
        "One surprise per photo",
        "Makes one random change of random size to each photo (TrivialAugment); strong for learning from "
        "nothing on thousands of photos, it hurts with few photos or where colour or angle is the answer.",
        1.0,
        "bytes",
        f"{_STEPS}:trivial",
    ),
    Augmentation(
        "mixup",
        "Blend two photos",
        "Lays two photos over each other and asks for both classes (MixUp); good against overfitting in long "
        "runs, it hurts in short ones, and the training accuracy then looks lower than it is.",
        0.3,
        "mix",
        f"{_STEPS}:mixup",
    ),
    Augmentation(
        "cutmix",
        "Patch from another photo",
        "Pastes a patch of one photo into another and asks for both classes (CutMix); good against "
        "overfitting in long runs, it hurts in short ones and where the thing is small.",
        0.3,
        "mix",
        f"{_STEPS}:cutmix",
    ),
)


def augmentations_of(config: TrainingConfig) -> dict[str, float]:
    """The augmentations that a configuration asks for: strength (above 0 to 1) by key.

    Raises:
        InputError: A key of `config.augmentations` is unknown or its strength lies outside 0 to 1.
    """
    if config.augmentation != CUSTOM:
        return dict(PRESETS.of(config.augmentation).strengths)
    return checked(config.augmentations)


def checked(strengths: Mapping[str, float]) -> dict[str, float]:
    """The strengths that are above 0, once all of them are known to fit.

    Raises:
        InputError: A key is unknown or a strength is not a number from 0 to 1.
    """
    for key, strength in strengths.items():
        AUGMENTATIONS.of(key)
        if not isinstance(strength, int | float) or isinstance(strength, bool) or not 0 <= strength <= 1:
            raise InputError("no_such_strength", strength=strength, augmentation=key)
    return {key: float(strength) for key, strength in strengths.items() if strength > 0}


def check_stages(config: TrainingConfig, keys: Iterable[str]) -> None:
    """Refuses augmentations that somebody asks for by name and that the method does not have.

    Raises:
        InputError: One has no effect; says in which methods it has one.
    """
    for key in keys:
        stage = AUGMENTATIONS.of(key).stage
        if stage not in config.method.augments:
            others = either(method.key for method in METHODS if stage in method.augments)
            raise InputError(
                "augmentation_without_effect", augmentation=key, mode=config.mode, choices=others
            )
        if AUGMENTATIONS.of(key).needs_colour and config.channels == 1:
            raise InputError("augmentation_without_effect.grey", augmentation=key)


def agreed_strengths(
    strengths: Mapping[str, float], wishes: Collection[str], say: Say = ignore
) -> dict[str, float]:
    """The strengths without those that another one undoes: the one that was not asked for goes.

    Args:
        strengths: By key, 0 to 1.
        wishes: Keys that were asked for.
        say: Hears what was left out.

    Raises:
        InputError: Both were asked for.
    """
    kept = checked(strengths)
    for row in AUGMENTATIONS:
        pair = [row.key, row.undoes]
        if not all(key in kept for key in pair):
            continue
        asked = [key for key in pair if key in wishes]
        if len(asked) == 2:
            raise InputError("settings_contradict.flips", first=row.key, second=row.undoes)
        first, second = pair if asked != [row.undoes] else pair[::-1]
        del kept[second]
        say(Message("augmentation_gave_way", {"first": first, "second": second}))
    return kept
