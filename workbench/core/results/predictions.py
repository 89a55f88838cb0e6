"""What a model predicted for each sample: the table that everything about a run's quality is made from."""

from __future__ import annotations

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
    """

    classes: tuple[str, ...]
    samples: tuple[str, ...]
    targets: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    sets: tuple[str, ...]
    folds: NDArray[np.int64]
    models: tuple[str, ...]

    def __post_init__(self) -> None:
        """Checks that all columns are of one length.

        Raises:
            ValueError: They are not, or a true class is none of the classes.
        """
        count, classes = len(self.samples), len(self.classes)
        lengths = {len(self.targets), len(self.sets), len(self.folds), len(self.models), count}
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
        """These rows, in this order."""
        places = rows.tolist()
        return PredictionTable(
            self.classes,
            tuple(self.samples[row] for row in places),
            self.targets[rows],
            self.probabilities[rows],
            tuple(self.sets[row] for row in places),
            self.folds[rows],
            tuple(self.models[row] for row in places),
        )

    def save(self, path: Path) -> None:
        """Writes the table so that a crash leaves either the old file or the new one.

        Raises:
            ResourceError: The disk is full or the folder cannot be written to.
        """
        content = io.BytesIO()
        arrays: dict[str, Any] = {**_coded("sets", self.sets), **_coded("models", self.models)}
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
    return PredictionTable(
        tables[0].classes,
        tuple(sample for table in tables for sample in table.samples),
        np.concatenate([table.targets for table in tables]),
        np.concatenate([table.probabilities for table in tables]),
        tuple(found for table in tables for found in table.sets),
        np.concatenate([table.folds for table in tables]),
        tuple(model for table in tables for model in table.models),
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
