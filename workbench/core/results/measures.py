"""The few numbers that a report carries of how well a model did on one set of samples."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Confusion = NDArray[np.int64]
else:
    Confusion = Any  # events are decoded by their types, and the window paints before it needs NumPy


@dataclass(frozen=True)
class Measures:
    """How well a model did on one set of samples.

    Attributes:
        loss: Mean cross-entropy per sample, ≥ 0 (training: with augmentation and label smoothing).
        accuracy: Share of right predictions, 0 to 1.
        macro_f1: Mean of the F1 scores of the classes that occur, 0 to 1.
        samples: How many samples there were.
        confusion: Counts, shape (classes, classes), row = true class, column = predicted class. It
            crosses the pipe with the event but is not written to JSON, where a thousand classes would
            take megabytes: it can be counted again from the run's predictions. None where it was not.
    """

    loss: float
    accuracy: float
    macro_f1: float
    samples: int
    confusion: Confusion | None = field(default=None, compare=False, repr=False)

    @property
    def right(self) -> int:
        """How many samples were predicted right."""
        return round(self.accuracy * self.samples)

    def without_confusion(self) -> Measures:
        """The same without its matrix."""
        return replace(self, confusion=None)
