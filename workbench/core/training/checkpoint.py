"""The checkpoint file: a zip of safetensors and JSON that knows when it is damaged.

    about.json               what it is: classes, architecture, preprocessing, settings, metrics
    model.safetensors        the weights to predict with
    training.json            only to go on training: position, schedule, best so far
    training.safetensors     only to go on training: last weights, optimizer, tallies
    manifest.json            SHA-256 of each of the above

The entries are stored, not compressed. The zip's comment is the SHA-256 of everything before it,
so that a flipped or missing bit anywhere is noticed. Nothing in it is ever executed.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from workbench import __version__
from workbench.core.architectures.build import build
from workbench.core.errors import InputError
from workbench.core.files import atomic_write
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.training.config import TrainingConfig

FORMAT, SCHEMA_VERSION = "workbench-checkpoint", 1
_DIGEST = 64
_LARGEST_JSON = 64 * 2**20
_ENTRIES = {"about.json", "model.safetensors", "training.json", "training.safetensors"}


class DamagedError(InputError):
    """The file is not whole: a bit flipped, or its end is missing."""


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
    """

    classes: tuple[str, ...]
    config: TrainingConfig
    preprocessing: Preprocessing
    weights: dict[str, torch.Tensor]
    about: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] | None = None
    training_tensors: dict[str, torch.Tensor] = field(default_factory=dict)

    def build_model(self) -> torch.nn.Module:
        """The network with these weights, on the CPU, ready to predict.

        Raises:
            InputError: The weights do not fit the architecture or are not finite.
        """
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
        about = {
            "format": FORMAT,
            "schema_version": SCHEMA_VERSION,
            "program": __version__,
            "torch": torch.__version__,
            "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "classes": list(self.classes),
            "config": self.config.to_dict(),
            "preprocessing": self.preprocessing.to_dict(),
            **self.about,
        }
        entries = {
            "about.json": _json_bytes(about),
            "model.safetensors": safetensors.torch.save(_storable(self.weights)),
        }
        if self.training is not None:
            entries["training.json"] = _json_bytes(self.training)
            entries["training.safetensors"] = safetensors.torch.save(_storable(self.training_tensors))
        with atomic_write(path) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for name, content in entries.items():
                    archive.writestr(name, content)
                digests = {name: hashlib.sha256(content).hexdigest() for name, content in entries.items()}
                archive.writestr("manifest.json", _json_bytes(digests))
                archive.comment = b"0" * _DIGEST
            size = file.seek(0, os.SEEK_END) - _DIGEST
            file.seek(0)
            digest = _digest(file, size)
            file.seek(size)
            file.write(digest.encode())
        return digest

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Reads and checks a whole file.

        Raises:
            DamagedError: It is damaged.
            InputError: It is missing, no checkpoint, or from a newer version.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"The model file “{path}” cannot be read.",
                "Check that it is there and try again.",
                str(error),
            ) from error
        entries = _entries(path, content)
        try:
            about = json.loads(entries["about.json"])
            if about.pop("format") != FORMAT:
                raise _not_ours(path)
            if about["schema_version"] > SCHEMA_VERSION:
                raise InputError(
                    f"“{path.name}” was made by a newer version of the program.",
                    "Update the program and try again.",
                )
            training = json.loads(entries["training.json"]) if "training.json" in entries else None
            tensors = safetensors.torch.load(entries["training.safetensors"]) if training is not None else {}
            return cls(
                classes=tuple(about.pop("classes")),
                config=TrainingConfig.from_dict(about.pop("config")),
                preprocessing=Preprocessing.from_dict(about.pop("preprocessing")),
                weights=safetensors.torch.load(entries["model.safetensors"]),
                about=about,
                training=training,
                training_tensors=tensors,
            )
        except (KeyError, TypeError, ValueError, safetensors.SafetensorError) as error:
            raise _not_ours(path, str(error)) from error


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
        raise InputError(
            "This model's weights are not all numbers.",
            "Train it again or use another file.",
            ", ".join(bad[:5]),
        )
    try:
        model.load_state_dict(weights, strict=True)
    except RuntimeError as error:
        raise InputError(
            "The weights in this file do not fit its architecture.",
            "Use a file that this program made.",
            str(error),
        ) from error


def _entries(path: Path, content: bytes) -> dict[str, bytes]:
    """The entries of a checkpoint file, each checked against its digest."""
    if content[:2] != b"PK":
        raise _not_ours(path)
    body, stated = content[:-_DIGEST], content[-_DIGEST:]
    if hashlib.sha256(body).hexdigest().encode() != stated:
        raise DamagedError(
            f"“{path.name}” is damaged: part of it was changed or is missing.",
            "Use another copy, or train again.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            names = [entry.filename for entry in listed]
            stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in listed)
            if not stored or len(set(names)) != len(names) or not set(names) <= _ENTRIES | {"manifest.json"}:
                raise _not_ours(path)
            if any(entry.file_size > _LARGEST_JSON for entry in listed if entry.filename.endswith(".json")):
                raise _not_ours(path)
            entries = {name: archive.read(name) for name in names}
        digests = json.loads(entries.pop("manifest.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError) as error:
        raise _not_ours(path, str(error)) from error
    if digests != {name: hashlib.sha256(entry).hexdigest() for name, entry in entries.items()}:
        raise _not_ours(path, "the manifest does not match")
    return entries


def _not_ours(path: Path, details: str = "") -> InputError:
    return InputError(
        f"“{path.name}” is not a model file of this program.",
        "Choose a file that ends in .checkpoint.",
        details,
    )


def _digest(file: Any, size: int) -> str:
    digest = hashlib.sha256()
    while size > 0:
        block = file.read(min(size, 2**20))
        digest.update(block)
        size -= len(block)
    return digest.hexdigest()


def _storable(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Copies on the CPU in plain memory order; safetensors wants none to share memory with another."""
    return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}


def _json_bytes(values: Any) -> bytes:
    return json.dumps(values, indent=1).encode()
