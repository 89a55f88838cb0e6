"""A model file without torch: what every model says of itself, and the weights as NumPy arrays."""

from __future__ import annotations

import datetime
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.numpy
from numpy.typing import NDArray

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.learned import LearnedPhotos
from workbench.core.errors import InputError
from workbench.core.files import atomic_write
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.models.archive import json_bytes, not_ours, read_archive, understanding, write_archive
from workbench.core.models.distance import FeatureDistance
from workbench.core.results.reject import RejectRule
from workbench.version import __version__

FORMAT, SCHEMA_VERSION = "workbench-checkpoint", 1
ABOUT, WEIGHTS, LEARNED = "about.json", "model.safetensors", "learned.safetensors"
DISTANCE = "distance.safetensors"
_COUNTED_ALONG = (".running_mean", ".running_var", ".num_batches_tracked")


@dataclass(frozen=True)
class Description:
    """What a model is.

    Attributes:
        classes: Class names in the order of the model's outputs.
        config: The settings that it was trained with (architecture, design, channels, …).
        preprocessing: How an image becomes the model's input; the same for training and prediction.
        views: 1 or 2: a linear head on pooled features of the image, or of it and its mirror image
            (`architectures.stages.FeatureNetwork`); 0: the architecture's own head.
        backbone: Names the weights that compute the features (`Backbone.weights_id`); "" for 0 views.
        about: More for people: metrics, epoch, sample counts.
        rule: When the model says nothing; None where it has no rule for that.
    """

    classes: tuple[str, ...]
    config: TrainingConfig
    preprocessing: Preprocessing
    views: int = 0
    backbone: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    rule: RejectRule | None = None

    def to_entry(self, **more: Any) -> bytes:
        """The entry `about.json`."""
        values = {
            "format": FORMAT,
            "schema_version": SCHEMA_VERSION,
            "program": __version__,
            "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "classes": list(self.classes),
            "config": self.config.to_dict(),
            "preprocessing": self.preprocessing.to_dict(),
            "views": self.views,
            "backbone": self.backbone,
            **more,
            **self.about,
        }
        if self.rule is not None:
            values["reject"] = self.rule.to_dict()
        return json_bytes(values)

    @classmethod
    def from_entry(cls, path: Path, entry: bytes) -> Description:
        """Reads what `to_entry` wrote.

        Raises:
            InputError: It is from a newer version, or another program's.
            KeyError, TypeError, ValueError: Something is missing or of the wrong kind.
        """
        about = json.loads(entry)
        if about.pop("format") != FORMAT:
            raise not_ours(path)
        if about["schema_version"] > SCHEMA_VERSION:
            raise InputError("newer_model", name=path.name)
        if about.get("views", 0) not in (0, 1, 2):
            raise ValueError(f"{about['views']} views")
        return cls(
            classes=tuple(about.pop("classes")),
            config=TrainingConfig.from_dict(about.pop("config")),
            preprocessing=Preprocessing.from_dict(about.pop("preprocessing")),
            views=about.pop("views", 0),
            backbone=about.pop("backbone", ""),
            rule=RejectRule.from_dict(about.pop("reject", None)),
            about=about,
        )


@dataclass(frozen=True)
class ModelFile:
    """A model to predict with.

    Attributes:
        weights: By name, as `torch.nn.Module.state_dict` has them.
        learned: The photos that it learned from; None in files of before.
        distance: How far a photo's features lie from theirs; None where that is not known.
    """

    description: Description
    weights: dict[str, NDArray[Any]]
    learned: LearnedPhotos | None = None
    distance: FeatureDistance | None = None

    @property
    def parameters(self) -> int:
        """How many numbers training sets: all weights but what normalisation only counts along."""
        return sum(
            value.size
            for name, value in self.weights.items()
            if value.dtype.kind == "f" and not name.endswith(_COUNTED_ALONG)
        )

    def save(self, path: Path) -> None:
        """Writes the file so that a crash leaves either the old one or this one.

        Raises:
            ResourceError: The disk is full or the folder cannot be written to.
        """
        entries = {ABOUT: self.description.to_entry(), WEIGHTS: safetensors.numpy.save(self.weights)}
        if self.learned is not None:
            entries[LEARNED] = self.learned.to_entry()
        if self.distance is not None:
            entries[DISTANCE] = self.distance.to_entry()
        write_archive(path, entries)

    @classmethod
    def load(cls, path: Path) -> ModelFile:
        """Reads and checks a whole file; what is there only to go on training is passed over.

        Raises:
            DamagedError: It is damaged.
            InputError: It is missing, no model, or from a newer version.
        """
        entries = read_archive(path)
        with understanding(path):
            description = Description.from_entry(path, entries[ABOUT])
            weights = safetensors.numpy.load(entries[WEIGHTS])
            distance = distance_of(description, entries)
            if distance is not None and "head.weight" in weights:
                distance.check(weights["head.weight"].shape[1])
            return cls(description, weights, learned_of(entries), distance)


def learned_of(entries: dict[str, bytes]) -> LearnedPhotos | None:
    """The photos that a model learned from, None where its file does not say.

    Raises:
        KeyError, ValueError, safetensors.SafetensorError: It is not what was written.
    """
    return LearnedPhotos.from_entry(entries[LEARNED]) if LEARNED in entries else None


def distance_of(description: Description, entries: dict[str, bytes]) -> FeatureDistance | None:
    """How far photos are from what was learned, where the rule asks for that.

    Raises:
        KeyError, ValueError, safetensors.SafetensorError: It is not what was written, or missing.
    """
    if description.rule is None or not description.rule.knows_distance:
        return None
    return FeatureDistance.from_entry(entries[DISTANCE])


def copy(model: Path, target: Path) -> None:
    """Copies a model file, once it is known to be whole.

    Raises:
        DamagedError: It is damaged.
        InputError: It is missing, no model, or from a newer version.
        ResourceError: The disk is full or the folder cannot be written to.
    """
    ModelFile.load(model)
    with model.open("rb") as source, atomic_write(target) as file:
        shutil.copyfileobj(source, file)
