"""The checkpoint file: everything needed to predict, and to go on training.

    about.json               what it is: classes, architecture, preprocessing, settings, metrics
    model.safetensors        the weights to predict with
    learned.safetensors      the photos that it learned from
    training.json            only to go on training: position, schedule, best so far
    training.safetensors     only to go on training: last weights, optimizer, tallies

See `core.archive` for the file format.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.build import build
from workbench.core.architectures.pooled_stages import FeatureNetwork
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.learned import LearnedPhotos
from workbench.core.errors import InputError
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.models.archive import json_bytes, read_archive, understanding, write_archive
from workbench.core.models.distance import FeatureDistance
from workbench.core.models.model_file import (
    ABOUT,
    DISTANCE,
    LEARNED,
    WEIGHTS,
    Description,
    distance_of,
    learned_of,
)
from workbench.core.results.reject import RejectRule


@dataclass
class Checkpoint:
    """Everything needed to predict and, where `training` is not None, everything needed to go on.

    Attributes:
        classes: Class names in the order of the model's outputs.
        config: The settings that it was trained with (architecture, design, channels, …).
        preprocessing: How an image becomes the model's input; the same for training and prediction.
        weights: The model's state, all on the CPU.
        about: More for people: metrics, epoch, sample counts.
        training: JSON values of the training loop.
        training_tensors: Tensors of the training loop, all on the CPU.
        views, backbone: See `model_file.Description`.
        learned: See `model_file.ModelFile`.
        rule: See `model_file.Description`.
        distance: See `model_file.ModelFile`.
    """

    classes: tuple[str, ...]
    config: TrainingConfig
    preprocessing: Preprocessing
    weights: dict[str, torch.Tensor]
    about: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] | None = None
    training_tensors: dict[str, torch.Tensor] = field(default_factory=dict)
    views: int = 0
    backbone: str = ""
    learned: LearnedPhotos | None = None
    rule: RejectRule | None = None
    distance: FeatureDistance | None = None

    def build_model(self) -> torch.nn.Module:
        """The network with these weights, on the CPU, ready to predict.

        Raises:
            InputError: The weights do not fit the architecture or are not finite.
        """
        if self.views:
            head = self.weights.get("head.weight", torch.zeros(()))
            model: torch.nn.Module = FeatureNetwork(
                architecture_of(self.config.architecture),
                classes=len(self.classes),
                channels=self.preprocessing.channels,
                input_size=self.preprocessing.crop,
                width=head.shape[-1] if head.ndim else 1,
                views=self.views,
            )
        else:
            model = build(
                self.config.architecture,
                classes=len(self.classes),
                channels=self.preprocessing.channels,
                input_size=self.preprocessing.crop,
                dropout=self.config.dropout,
                design=self.config.design,
            )
        load_weights(model, self.weights)
        return model.eval()

    def save(self, path: Path) -> str:
        """Writes the file so that a crash leaves either the old one or this one.

        Returns:
            SHA-256 of the file's content before its comment.

        Raises:
            ResourceError: The disk is full or the folder cannot be written to.
        """
        described = Description(
            self.classes, self.config, self.preprocessing, self.views, self.backbone, self.about, self.rule
        )
        entries = {
            ABOUT: described.to_entry(torch=torch.__version__),
            WEIGHTS: safetensors.torch.save(_storable(self.weights)),
        }
        if self.learned is not None:
            entries[LEARNED] = self.learned.to_entry()
        if self.distance is not None:
            entries[DISTANCE] = self.distance.to_entry()
        if self.training is not None:
            entries["training.json"] = json_bytes(self.training)
            entries["training.safetensors"] = safetensors.torch.save(_storable(self.training_tensors))
        return write_archive(path, entries)

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Reads and checks a whole file.

        Raises:
            DamagedError: It is damaged.
            InputError: It is missing, no checkpoint, or from a newer version.
        """
        entries = read_archive(path)
        with understanding(path):
            described = Description.from_entry(path, entries[ABOUT])
            training = json.loads(entries["training.json"]) if "training.json" in entries else None
            tensors = safetensors.torch.load(entries["training.safetensors"]) if training is not None else {}
            return cls(
                classes=described.classes,
                config=described.config,
                preprocessing=described.preprocessing,
                weights=safetensors.torch.load(entries[WEIGHTS]),
                about=described.about,
                training=training,
                training_tensors=tensors,
                views=described.views,
                backbone=described.backbone,
                learned=learned_of(entries),
                rule=described.rule,
                distance=distance_of(described, entries),
            )


def load_newest(path: Path, previous: Path) -> tuple[Checkpoint, bool]:
    """The checkpoint at `path` or, where that is damaged or missing, the generation before it.

    Returns:
        The checkpoint, and whether it is the older one.

    Raises:
        InputError: Neither can be used.
    """
    try:
        return Checkpoint.load(path), False
    except InputError as newest_error:
        if not previous.is_file():
            raise
        try:
            return Checkpoint.load(previous), True
        except InputError as error:
            raise newest_error from error


def load_weights(model: torch.nn.Module, weights: dict[str, torch.Tensor]) -> None:
    """Puts weights into a model; every name and shape must fit, every number must be finite.

    Raises:
        InputError: They do not.
    """
    bad = [name for name, tensor in weights.items() if not bool(torch.isfinite(tensor).all())]
    if bad:
        raise InputError("model_not_finite", ", ".join(bad[:5]))
    try:
        model.load_state_dict(weights, strict=True)
    except RuntimeError as error:
        raise InputError("model_does_not_fit", str(error)) from error


def _storable(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Copies on the CPU in plain memory order; safetensors wants none to share memory with another."""
    return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
