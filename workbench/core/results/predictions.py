"""What a model predicted for each sample: the table that everything about a run's quality is made from."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.core.errors import InputError
from workbench.core.files import atomic_write

_VERSION = 1

FAIR, LEARNED, UNCHECKED = 0, 1, 2
"""What a prediction is worth: it says something about new photos; the model had learned from this very
picture, or nearly; it can be neither right nor wrong, because no model could know its class: all photos of
the class are one picture, or the picture lies in several classes."""


@dataclass(frozen=True)
class PredictionTable:
    """One row for each prediction of a sample by a model.

    Attributes:
        classes: Class names, in the order of the probabilities.
        samples: Of N rows: id of the sample; that of a scanned folder is its path within the folder.
        targets: Index of the true class, -1 where it is not known, int64, shape (N,).
        probabilities: float64, shape (N, classes), each row with sum 1; kept in seven digits.
        sets: Set of the sample: `training`, `validation`, `test`, or "" outside of a split.
        folds: Where a sample of the training set was predicted by cross-validation, by a model that had
            not learned it: the number of its fold; else -1. int64, shape (N,).
        models: Which model predicted: `instant`, `improved`, `transfer`, `scratch`, or "".
        groups: A number for each sample, the same for those that belong together (copies, frames of one
            video), int64, shape (N,); None where each is for itself.
        worth: `FAIR`, `LEARNED` or `UNCHECKED`, int8, shape (N,); None where all are fair.
    """

    classes: tuple[str, ...]
    samples: tuple[str, ...]
    targets: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    sets: tuple[str, ...]
    folds: NDArray[np.int64]
    models: tuple[str, ...]
    groups: NDArray[np.int64] | None = None
    worth: NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        """Checks that all columns are of one length.

        Raises:
            ValueError: They are not, or a true class is none of the classes.
        """
        count, classes = len(self.samples), len(self.classes)
        columns = (self.targets, self.sets, self.folds, self.models, self.groups, self.worth)
        lengths = {count, *(len(column) for column in columns if column is not None)}
        if len(lengths) != 1 or self.probabilities.shape != (count, classes):
            raise ValueError(f"columns of different lengths: {lengths}, {self.probabilities.shape}")
        if count and not -1 <= self.targets.min() <= self.targets.max() < classes:
            raise ValueError("a class that there is not")

    @classmethod
    def of(
        cls,
        classes: Sequence[str],
        samples: Sequence[str],
        targets: NDArray[np.int64],
        probabilities: NDArray[np.floating[Any]],
        *,
        subset: str = "",
        model: str = "",
        folds: NDArray[np.int64] | None = None,
        groups: NDArray[np.int64] | None = None,
        worth: NDArray[np.int8] | None = None,
    ) -> PredictionTable:
        """A table of one set's predictions by one model."""
        count = len(samples)
        return cls(
            tuple(classes),
            tuple(samples),
            np.asarray(targets, np.int64),
            np.asarray(probabilities, np.float64).reshape(count, len(classes)),
            (subset,) * count,
            np.full(count, -1) if folds is None else np.asarray(folds, np.int64),
            (model,) * count,
            groups if groups is not None and len(np.unique(groups)) < count else None,
            worth if worth is not None and np.any(worth) else None,
        )

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def predicted(self) -> NDArray[np.int64]:
        """Index of the most probable class, shape (N,)."""
        found: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return found

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Whether that is the true class, shape (N,); false where the true class is not known."""
        right: NDArray[np.bool_] = self.predicted == self.targets
        return right

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Which predictions a measure counts, shape (N,).

        Those of a known class that are fair; where none is, those that the model had learned from.
        """
        known: NDArray[np.bool_] = self.targets >= 0
        if self.worth is None:
            return known
        fair: NDArray[np.bool_] = known & (self.worth == FAIR)
        return fair if fair.any() else known & (self.worth == LEARNED)

    def where(
        self,
        *,
        set: str | None = None,
        model: str | None = None,
        cross_validated: bool | None = None,
    ) -> PredictionTable:
        """The rows of a set, of a model, with or without a fold; None takes all."""
        chosen = np.ones(len(self), bool)
        if set is not None:
            chosen &= np.array([found == set for found in self.sets], bool)
        if model is not None:
            chosen &= np.array([found == model for found in self.models], bool)
        if cross_validated is not None:
            chosen &= (self.folds >= 0) == cross_validated
        return self.take(np.flatnonzero(chosen))

    def take(self, rows: NDArray[np.int64]) -> PredictionTable:
        """These rows, in this order; the table itself where that is all of them."""
        if len(rows) == len(self) and np.array_equal(rows, np.arange(len(self))):
            return self  # there may be gigabytes of probabilities
        places = rows.tolist()
        return PredictionTable(
            self.classes,
            tuple(self.samples[row] for row in places),
            self.targets[rows],
            self.probabilities[rows],
            tuple(self.sets[row] for row in places),
            self.folds[rows],
            tuple(self.models[row] for row in places),
            None if self.groups is None else self.groups[rows],
            None if self.worth is None else self.worth[rows],
        )

    def save(self, path: Path) -> None:
        """Writes the table so that a crash leaves either the old file or the new one.

        Raises:
            ResourceError: The disk is full or the folder cannot be written to.
        """
        content = io.BytesIO()
        arrays: dict[str, Any] = {**_coded("sets", self.sets), **_coded("models", self.models)}
        arrays |= {"groups": self.groups} if self.groups is not None else {}
        arrays |= {"worth": self.worth} if self.worth is not None else {}
        np.savez(
            content,
            version=np.int64(_VERSION),
            classes=_packed(self.classes),
            samples=_packed(self.samples),
            targets=self.targets.astype(np.int32),
            # Half precision would turn the small probabilities, which the loss is made of, into 0.
            probabilities=self.probabilities.astype(np.float32),
            folds=self.folds.astype(np.int32),
            **arrays,
        )
        with atomic_write(path) as file:
            file.write(content.getbuffer())

    @classmethod
    def load(cls, path: Path) -> PredictionTable:
        """Reads what `save` wrote.

        Raises:
            InputError: The file is missing, damaged or of a newer version.
        """
        try:
            with path.open("rb") as file, np.load(file) as arrays:
                if int(arrays["version"]) > _VERSION:
                    raise ValueError(f"version {int(arrays['version'])}")  # noqa: TRY301
                return cls(
                    _unpacked(arrays["classes"]),
                    _unpacked(arrays["samples"]),
                    arrays["targets"].astype(np.int64),
                    arrays["probabilities"].astype(np.float64),
                    _decoded("sets", arrays),
                    arrays["folds"].astype(np.int64),
                    _decoded("models", arrays),
                    arrays["groups"].astype(np.int64) if "groups" in arrays else None,
                    arrays["worth"].astype(np.int8) if "worth" in arrays else None,
                )
        except Exception as error:  # a damaged archive can fail in any way
            raise InputError("predictions_unreadable", repr(error)) from error


def concat(tables: Sequence[PredictionTable]) -> PredictionTable:
    """The rows of several tables, one after the other.

    Args:
        tables: One or more, all with the same classes.

    Raises:
        ValueError: Their classes differ.
    """
    if len({table.classes for table in tables}) != 1:
        raise ValueError("tables of different classes")
    groups = worth = None
    if any(table.groups is not None for table in tables):
        groups = np.concatenate([_groups(table) for table in tables])
    if any(table.worth is not None for table in tables):
        fair = [np.zeros(len(t), np.int8) if t.worth is None else t.worth for t in tables]
        worth = np.concatenate(fair)
    return PredictionTable(
        tables[0].classes,
        tuple(sample for table in tables for sample in table.samples),
        np.concatenate([table.targets for table in tables]),
        np.concatenate([table.probabilities for table in tables]),
        tuple(found for table in tables for found in table.sets),
        np.concatenate([table.folds for table in tables]),
        tuple(model for table in tables for model in table.models),
        groups,
        worth,
    )


def from_answers(path: Path, classes: Sequence[str], model: str) -> PredictionTable:
    """The table of `answers.npz`, which runs until 0.1.0 have: out-of-fold predictions of training samples.

    Raises:
        InputError: The file is missing or damaged.
    """
    try:
        with path.open("rb") as file, np.load(file) as old:
            return PredictionTable.of(
                classes,
                _unpacked(np.append(old["paths"], np.uint8(0))),  # the last name had no zero byte
                old["targets"],
                old["probabilities"],
                subset="training",
                model=model,
                folds=old["folds"],
            )
    except Exception as error:  # a damaged archive can fail in any way
        raise InputError("predictions_unreadable", repr(error)) from error


def group_numbers(names: Sequence[str]) -> NDArray[np.int64]:
    """A number for each name, the same in every table, shape (N,)."""
    heads = b"".join(hashlib.sha256(name.encode(errors="surrogateescape")).digest()[:8] for name in names)
    return np.frombuffer(heads, np.int64)


def _groups(table: PredictionTable) -> NDArray[np.int64]:
    return group_numbers(table.samples) if table.groups is None else table.groups


def _packed(names: Sequence[str]) -> NDArray[np.uint8]:
    """Names as bytes, each with a zero byte behind it: a name from the file system need not be text."""
    return np.frombuffer(b"".join(name.encode(errors="surrogateescape") + b"\0" for name in names), np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    names = packed.tobytes().split(b"\0")[:-1]
    return tuple(name.decode(errors="surrogateescape") for name in names)


def _coded(column: str, values: Sequence[str]) -> dict[str, NDArray[Any]]:
    names = sorted(set(values))
    codes = np.array([names.index(value) for value in values], np.uint8)
    return {column: codes, f"{column}_names": _packed(names)}


def _decoded(column: str, arrays: Any) -> tuple[str, ...]:
    names = _unpacked(arrays[f"{column}_names"])
    return tuple(names[code] for code in arrays[column].tolist())
