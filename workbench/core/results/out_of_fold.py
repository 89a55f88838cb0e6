"""How each sample was answered by a model that had not learned it, as a file of a run. NumPy only."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.errors import InputError
from workbench.core.files import atomic_write


@dataclass(frozen=True)
class OutOfFold:
    """Out-of-fold answers: what the confusion matrix, a list of suspects and calibration are made from.

    Attributes:
        paths: Of the samples, relative to the image folder.
        targets: Class indices, int64, shape (N,).
        probabilities: Shape (N, classes), each row of a model that had not learned its sample.
        folds: The fold of each sample, int64, shape (N,).
    """

    paths: tuple[str, ...]
    targets: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    folds: NDArray[np.int64]

    def save(self, path: Path) -> None:
        """Writes them so that a crash leaves either the old file or the new one.

        Raises:
            ResourceError: The disk is full or the folder cannot be written to.
        """
        # As bytes, because a name from the file system need not be text.
        names = b"\0".join(name.encode(errors="surrogateescape") for name in self.paths)
        content = io.BytesIO()
        np.savez(
            content,
            paths=np.frombuffer(names, np.uint8),
            targets=self.targets,
            probabilities=self.probabilities.astype(np.float32),
            folds=self.folds,
        )
        with atomic_write(path) as file:
            file.write(content.getbuffer())

    @classmethod
    def load(cls, path: Path) -> OutOfFold:
        """Reads what `save` wrote; probabilities to seven digits.

        Raises:
            InputError: The file is missing or damaged.
        """
        try:
            with path.open("rb") as file, np.load(file) as arrays:
                names = arrays["paths"].tobytes().split(b"\0")
                return cls(
                    tuple(name.decode(errors="surrogateescape") for name in names),
                    arrays["targets"],
                    arrays["probabilities"].astype(np.float64),
                    arrays["folds"],
                )
        except Exception as error:  # a damaged archive can fail in any way
            raise InputError("predictions_unreadable", repr(error)) from error
