"""Every setting of a training run, declared once. No torch in here: the window reads it too."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workbench.core.architectures.architecture_rows import ARCHITECTURES, architecture_of
from workbench.core.architectures.design import NetworkDesign
from workbench.core.config.methods import DEFAULT, METHODS, Method
from workbench.core.config.presets import CUSTOM, PRESETS
from workbench.core.config.sections import BASICS, DATA, HARDWARE, OPTIMISER, REGULARISATION, SCHEDULE
from workbench.core.errors import InputError
from workbench.core.settings import check, replace, setting

SCHEMA_VERSION = 1
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From each older schema version: a function that turns its dictionary into the next version's."""


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides how a model is trained; see each setting's help.

    Attributes:
        augmentations: Strength (0 to 1) by augmentation name; only used where `augmentation`
            is "custom".
        design: The network of the architecture `custom` ("Design your own").
    """

    mode: str = setting(
        DEFAULT,
        "How to learn",
        "Starting from a network that already knows a million photos needs far fewer of yours.",
        BASICS,
        choices=METHODS.names(),
    )
    quality: str = setting(
        "better",
        "How much to improve",
        "Better takes minutes, Best as long as it is worth it.",
        BASICS,
        choices={"better": "Better", "best": "Best"},
    )
    architecture: str = setting(
        "efficientnet_lite0", "Architecture", "The kind of network; each has its own sentence.", BASICS
    )
    epochs: int = setting(
        6, "Epochs", "How often every training photo is looked at.", BASICS, minimum=1, maximum=2000
    )
    head_epochs: int = setting(
        4,
        "Epochs for the head alone",
        "So many of the epochs train only the last layer; the rest is then fine-tuned.",
        BASICS,
        minimum=0,
        maximum=2000,
        unit="epochs",
        zero="none",
    )
    batch_size: int = setting(
        32,
        "Batch size",
        "How many photos make one step; smaller needs less memory.",
        BASICS,
        minimum=1,
        maximum=4096,
        unit="photos",
    )
    photos: str = setting(
        "all",
        "Photos to look at",
        "All of them, or as many as help: it then ends once three times as many hardly change the result.",
        BASICS,
        choices={"all": "All", "enough": "As many as help"},
    )
    networks: str = setting(
        "auto",
        "Networks that look",
        "Two make fewer mistakes than one, in over twice the time. As it suits: two where photos are few.",
        BASICS,
        choices={"auto": "As it suits", "one": "One", "two": "Two"},
        needs={"architecture": ("efficientnet_lite0",)},
    )
    input_size: int = setting(
        0,
        "Image size",
        "Side of the square that the network sees; Automatic (0) takes the architecture's own.",
        BASICS,
        minimum=0,
        maximum=1024,
        step=32,
        unit="pixels",
        zero="Automatic",
    )
    channels: int = setting(
        3, "Colour channels", "3 for colour; 1 learns from grey values.", BASICS, minimum=1, maximum=3, step=2
    )
    seed: int = setting(
        0, "Seed", "The same seed gives the same split and run.", BASICS, minimum=0, maximum=2**31 - 1
    )
    weights_file: str = setting(
        "", "Pretrained weights file", "One that you have; empty takes the architecture's own.", BASICS
    )

    optimizer: str = setting(
        "adamw",
        "Optimizer",
        "The rule that turns errors into changes; AdamW rarely disappoints.",
        OPTIMISER,
        choices={"sgd": "SGD with momentum", "adam": "Adam", "adamw": "AdamW"},
    )
    learning_rate: float = setting(
        2e-3,
        "Learning rate",
        "How large each change is: too large and it never settles, too small and it never arrives.",
        OPTIMISER,
        minimum=1e-7,
        maximum=10.0,
        logarithmic=True,
    )
    fine_tune_rate: float = setting(
        0.05,
        "Fine-tuning rate",
        "Share of the learning rate that is used once the whole network is trained.",
        OPTIMISER,
        minimum=1e-4,
        maximum=1.0,
        logarithmic=True,
        unit="of the rate",
    )
    early_layer_rate: float = setting(
        0.1,
        "Rate of the first layers",
        "Share of the rate that the earliest layer gets; layers between get shares between.",
        OPTIMISER,
        minimum=1e-3,
        maximum=1.0,
        logarithmic=True,
        unit="of the rate",
    )
    keep_statistics: bool = setting(
        True,
        "Keep BatchNorm's averages",
        "Leaves the trained network's own averages as they are; better with few photos.",
        OPTIMISER,
    )
    momentum: float = setting(
        0.9,
        "Momentum",
        "How much of the last change is carried on.",
        OPTIMISER,
        minimum=0.0,
        maximum=0.999,
        needs={"optimizer": ("sgd",)},
    )
    weight_decay: float = setting(
        0.01,
        "Weight decay",
        "Pulls weights towards zero, against overfitting.",
        OPTIMISER,
        minimum=0.0,
        maximum=1.0,
    )
    gradient_clipping: float = setting(
        0.0, "Gradient clipping", "Longest gradient allowed.", OPTIMISER, minimum=0.0, maximum=1e3, zero="off"
    )
    accumulation: int = setting(
        1,
        "Gradient accumulation",
        "So many batches make one step: a large batch in little memory.",
        OPTIMISER,
        minimum=1,
        maximum=256,
        unit="× the batch",
    )

    schedule: str = setting(
        "cosine",
        "Schedule",
        "How the learning rate changes over the run.",
        SCHEDULE,
        choices={
            "constant": "Constant",
            "step": "In steps",
            "cosine": "Cosine with warm-up",
            "one_cycle": "One cycle",
            "plateau": "Lower when stuck",
        },
    )
    warmup: float = setting(
        0.1,
        "Warm-up",
        "Share of the steps in which the learning rate climbs.",
        SCHEDULE,
        minimum=0.0,
        maximum=0.9,
        unit="of the steps",
        zero="none",
        needs={"schedule": ("cosine", "one_cycle")},
    )
    decay_factor: float = setting(
        0.1,
        "Decay factor",
        "What the rate is multiplied by.",
        SCHEDULE,
        minimum=0.01,
        maximum=1.0,
        unit="× the rate",
        needs={"schedule": ("step", "plateau")},
    )
    decay_epochs: int = setting(
        10,
        "Epochs between decays",
        "How often the rate falls.",
        SCHEDULE,
        minimum=1,
        maximum=1000,
        unit="epochs",
        needs={"schedule": ("step",)},
    )
    plateau_patience: int = setting(
        3,
        "Patience",
        "Epochs without progress before the rate falls.",
        SCHEDULE,
        minimum=0,
        maximum=100,
        unit="epochs",
        needs={"schedule": ("plateau",)},
    )

    label_smoothing: float = setting(
        0.05,
        "Label smoothing",
        "Keeps the model from being too sure of itself.",
        REGULARISATION,
        minimum=0.0,
        maximum=0.5,
    )
    dropout: float = setting(
        0.1,
        "Dropout",
        "Share of the head's inputs that is silenced at random.",
        REGULARISATION,
        minimum=0.0,
        maximum=0.9,
        unit="of the inputs",
        zero="off",
    )
    ema: float = setting(
        0.0,
        "Weight averaging (EMA)",
        "Decay of a running average of the weights, which is then used; 0.99 to 0.9999 is usual.",
        REGULARISATION,
        minimum=0.0,
        maximum=0.99999,
        zero="off",
    )
    early_stopping: int = setting(
        0,
        "Stop when stuck for",
        "Epochs without progress before training ends by itself.",
        REGULARISATION,
        minimum=0,
        maximum=1000,
        unit="epochs",
        zero="never",
    )
    best_by: str = setting(
        "loss",
        "Best means",
        "The measure on the validation set by which the best epoch is kept.",
        REGULARISATION,
        choices={"loss": "lowest loss", "accuracy": "highest accuracy", "macro_f1": "highest macro F1"},
    )

    augmentation: str = setting(
        "light",
        "Random changes to photos",
        "Each photo is shown a little differently every time, so that the model learns what matters.",
        DATA,
        choices=PRESETS.names(),
    )
    class_weighting: str = setting(
        "none",
        "Rare classes",
        "Balanced makes a class with few photos count as much as one with many.",
        DATA,
        choices={"none": "count by their photos", "balanced": "count as much as others"},
    )
    validation_fraction: float = setting(
        0.2,
        "Kept for checking",
        "Share of the photos that the model never learns from, to see how good it is.",
        DATA,
        minimum=0.05,
        maximum=0.5,
        unit="of the photos",
    )
    test_fraction: float = setting(
        0.0,
        "Kept for a last test",
        "Drawn once: the same photos stay the test set, and no model here learns from them.",
        DATA,
        minimum=0.0,
        maximum=0.5,
        unit="of the photos",
        zero="none",
    )
    subfolders_together: bool = setting(
        False, "Keep subfolders together", "A folder below a class stays on one side of the split.", DATA
    )

    amp: str = setting(
        "auto",
        "Mixed precision",
        "Faster arithmetic with fewer digits where the computer is good at it.",
        HARDWARE,
        choices={"auto": "where it helps", "off": "off", "bf16": "bfloat16", "fp16": "float16 (GPU only)"},
    )
    channels_last: bool = setting(
        True, "Channels last", "A memory order that most computers work faster with.", HARDWARE
    )
    deterministic: bool = setting(
        False, "Exact repeat", "The same seed gives the same numbers on a GPU, too; slower.", HARDWARE
    )
    checkpoint_minutes: float = setting(
        5.0,
        "Save every",
        "Time between saves within an epoch: at most so much work can be lost.",
        HARDWARE,
        minimum=0.0,
        maximum=120.0,
        unit="minutes",
        zero="every step",
    )

    augmentations: dict[str, float] = field(
        default_factory=dict, metadata={"needs": {"augmentation": (CUSTOM,)}}
    )
    design: NetworkDesign = field(
        default_factory=NetworkDesign,
        metadata={"needs": {"architecture": ARCHITECTURES.keys(where=lambda row: row.designed)}},
    )

    def __post_init__(self) -> None:
        check(self)
        if self.channels == 2:
            raise InputError("no_such_channels.setting")

    @property
    def method(self) -> Method:
        """The row of its way to learn."""
        return METHODS.of(self.mode)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values with the schema version."""
        return {"schema_version": SCHEMA_VERSION, **dataclasses.asdict(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainingConfig:
        """Reads what `to_dict` of this or an older version wrote.

        Raises:
            InputError: It is from a newer version, or a value does not fit.
        """
        values = dict(values)
        version = values.pop("schema_version", SCHEMA_VERSION)
        if version > SCHEMA_VERSION:
            raise InputError("newer_settings")
        for old in range(version, SCHEMA_VERSION):
            values = MIGRATIONS[old](values)
        if isinstance(values.get("design"), dict):
            values["design"] = replace(NetworkDesign(), values["design"])
        return replace(cls(), values)


def recommended(mode: str, architecture: str | None = None) -> TrainingConfig:
    """The settings to start from: those of the method, then what the architecture's row asks for.

    Args:
        mode: A key of the registry of methods.
        architecture: A key of the architecture registry; None takes the method's usual one.

    Raises:
        InputError: There is no such architecture or mode.
    """
    method = METHODS.of(mode)
    row = architecture_of(architecture or method.architecture)
    changes = {**method.defaults, "mode": mode, "architecture": row.key}
    if not method.pretrained:
        changes.update(row.scratch_settings)
    return replace(TrainingConfig(), changes)
