"""The ways to learn as rows. To add one, add a row that names its function. No torch in here.

What a method is called with and what it returns: see `Method.fit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.core.edition import has_torch
from workbench.core.registry import Registry, resolve
from workbench.core.torch_lock import torch_loading

Stage = Literal["crop", "epoch", "bytes", "fractions", "last", "mix"]
"""Where in the pipeline an augmentation works; see `Augmentation`."""
EVERY_STAGE: frozenset[Stage] = frozenset({"crop", "epoch", "bytes", "fractions", "last", "mix"})


@dataclass(frozen=True)
class Choice:
    """A card on the Train page: a method, with some of its settings already made.

    Attributes:
        key: Its name, unique among all cards.
        name, sentence, when: Title, what it does, and when to take it.
        settings: Changes to the method's recommended settings.
    """

    key: str
    name: str
    sentence: str
    when: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """One row: a way to learn.

    Attributes:
        key: Its name in files, on the command line (`--mode`) and in Python.
        name, sentence, when: Plain words: what it is, what it does, when to take it.
        fit: Import path of its generator, `package.module:function`, called with `split`, `config` and the
            run's folder, by name with `device` and `stop`, and with `resuming` where it is `resumable`. It
            yields events, leaves a model file in the folder and returns a `TrainingResult`.
        settings: The fields of `TrainingConfig` that it reads, apart from `mode`; no other has an effect.
        pretrained: Whether it starts from pretrained weights; else from random ones.
        counts: What its progress is counted in; "" where it has no steps.
        resumable: Whether a run that was cut off can go on from what it saved.
        in_service: Whether it is so short that the service engine runs it; else it gets an engine of its own.
        interruptible: Whether nothing is lost when the window drops a run under way: it is soon made again.
        needs_torch: Whether `fit` imports torch; then only the full edition has it.
        cross_validates: Whether it checks itself by cross-validation over all training samples; else a
            validation set is drawn for it (`make_split`).
        augments: The stages of augmentation that it has; empty where samples are not changed at random.
        defaults: What its recommended settings change in `TrainingConfig`.
        architecture: The architecture that it recommends.
        estimate: Import path of a function of configuration, `Photos` and `Rates` to the seconds
            that it will take, or None; "" where that cannot be told.
        stages: Import path of a function of the same to the list of its stages (`core.durations.Stage`), for
            one bar over all of them; "" where there is none.
        advanced: Whether it is offered under *Advanced*.
        variants: Its cards on the Train page; without any it has one of its own name.
    """

    key: str
    name: str
    sentence: str
    fit: str
    settings: frozenset[str]
    when: str = ""
    pretrained: bool = True
    counts: Literal["", "round", "epoch"] = "epoch"
    resumable: bool = False
    in_service: bool = False
    interruptible: bool = False
    needs_torch: bool = True
    cross_validates: bool = False
    augments: frozenset[Stage] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    architecture: str = "efficientnet_lite0"
    estimate: str = ""
    stages: str = ""
    advanced: bool = True
    variants: tuple[Choice, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Its cards on the Train page."""
        return self.variants or (Choice(self.key, self.name, self.sentence, self.when),)

    @property
    def is_here(self) -> bool:
        """Whether this edition of the program has what it needs."""
        return has_torch() or not self.needs_torch

    def load(self) -> Any:
        """Its generator function; imports torch where the method needs it."""
        with torch_loading:
            return resolve(self.fit)


_BACKBONE = frozenset(
    {"architecture", "input_size", "channels", "seed", "subfolders_together", "test_fraction"}
)
_EPOCHS = _BACKBONE | {
    "epochs", "batch_size", "optimizer", "learning_rate", "momentum", "weight_decay", "gradient_clipping",
    "accumulation", "schedule", "warmup", "decay_factor", "decay_epochs", "plateau_patience",
    "label_smoothing", "dropout", "ema", "early_stopping", "best_by", "augmentation", "augmentations",
    "class_weighting", "validation_fraction", "amp", "channels_last", "deterministic", "checkpoint_minutes",
}  # fmt: skip

METHODS = Registry(
    "a mode",
    Method(
        "instant",
        "Instant",
        "Looks at each photo twice and learns to tell your classes apart.",
        "workbench.core.instant.fit_instant:fit_instant",
        _BACKBONE | {"weights_file", "photos", "networks"},
        when="To begin with: it is often all you need.",
        counts="",
        in_service=True,
        interruptible=True,
        needs_torch=False,
        cross_validates=True,
        estimate="workbench.core.durations:instant_seconds",
        stages="workbench.core.durations:instant_stages",
        advanced=False,
    ),
    Method(
        "improve",
        "Improve the instant model",
        "Goes on from the instant model and practises on your photos.",
        "workbench.core.improve.fit_improve:fit_improve",
        _BACKBONE
        | {"weights_file", "networks", "quality", "weight_decay", "label_smoothing", "amp"}
        | {"augmentation", "augmentations"},
        counts="round",
        resumable=True,
        cross_validates=True,
        augments=EVERY_STAGE - {"epoch", "mix"},
        estimate="workbench.core.durations:improve_seconds",
        stages="workbench.core.durations:improve_stages",
        advanced=False,
        variants=(
            Choice(
                "better",
                "Better",
                "Goes on from the instant model and practises on your photos. "
                "You keep it only if it beats the instant model.",
                "When the instant model makes too many mistakes.",
                {"quality": "better"},
            ),
            Choice(
                "best",
                "Best",
                "The same, but for longer and with more views of each photo.",
                "When every right answer counts and there is time.",
                {"quality": "best"},
            ),
        ),
    ),
    Method(
        "transfer",
        "Fine-tune a trained network",
        "The usual way, epoch by epoch, with every setting in your hands.",
        "workbench.core.training.fit:fit",
        _EPOCHS | {"weights_file", "head_epochs", "fine_tune_rate", "early_layer_rate", "keep_statistics"},
        when="20 photos of each class can be enough.",
        resumable=True,
        stages="workbench.core.durations:epoch_stages",
        augments=EVERY_STAGE,
    ),
    Method(
        "scratch",
        "Learn from nothing",
        "Everything it knows comes from your photos. For small pictures, for pictures that are "
        "not photos, or to see how learning works.",
        "workbench.core.training.fit:fit",
        _EPOCHS | {"design"},
        when="Wants hundreds of photos of each class.",
        pretrained=False,
        resumable=True,
        stages="workbench.core.durations:epoch_stages",
        augments=EVERY_STAGE,
        defaults={
            "epochs": 30,
            "head_epochs": 0,
            "batch_size": 64,
            "learning_rate": 3e-3,
            "weight_decay": 0.05,
            "schedule": "one_cycle",
            "warmup": 0.25,
            "augmentation": "normal",
            "dropout": 0.2,
            "channels_last": True,
        },
        architecture="custom",
    ),
)

DEFAULT = "instant"
"""The method that is taken where none is asked for."""
_UNKNOWN = Method("", "", "", "", frozenset())


def method_of(config: Mapping[str, Any]) -> Method:
    """The method of a stored configuration; one without a name where this program does not have it."""
    key = config.get("mode", "")
    return METHODS.of(key) if key in METHODS else _UNKNOWN


def choices_of(*, advanced: bool) -> list[Choice]:
    """The cards of the Train page: the plain ones, or those under *Advanced*."""
    return [choice for method in METHODS if method.advanced == advanced for choice in method.choices]


def missing_choices() -> frozenset[str]:
    """The keys of the cards that only the full edition can do anything with; empty in that."""
    return frozenset(each.key for method in METHODS if not method.is_here for each in method.choices)
