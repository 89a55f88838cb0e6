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
        samples: How many samples were counted.
        confusion: Counts, shape (classes, classes), row = true class, column = predicted class. It
            crosses the pipe with the event but is not written to JSON, where a thousand classes would
            take megabytes: it can be counted again from the run's predictions. None where it was not.
        groups: How many of the samples do not belong together: copies count as one. 0 where it was not
            counted.
        group_accuracy: Mean share of right predictions of these, 0 to 1, each counting the same; None where
            each sample is for itself.
        learned: Samples that the model had learned from, or from nearly the same picture. They are left out
            of all other numbers, unless there are no others (`only_learned`).
        accuracy_with_learned: Accuracy with them; None where that is no other number.
        unchecked: Samples that were left out, because no model could have known their class.
        kept_together: How many groups are of several samples, none of which was checked by a model that had
            learned from another one of its group.
        accuracy_apart: The accuracy on the same samples had each been drawn into training or validation by
            itself; None where that was not tried.
    """

    loss: float
    accuracy: float
    macro_f1: float
    samples: int
    confusion: Confusion | None = field(default=None, compare=False, repr=False)
    groups: int = 0
    group_accuracy: float | None = None
    learned: int = 0
    accuracy_with_learned: float | None = None
    unchecked: int = 0
    kept_together: int = 0
    accuracy_apart: float | None = None

    @property
    def right(self) -> int:
        """How many samples were predicted right."""
        return round(self.accuracy * self.samples)

    @property
    def only_learned(self) -> bool:
        """Whether all that was tested are pictures that the model had learned from."""
        return self.learned > 0 and self.accuracy_with_learned is None

    @property
    def different(self) -> int:
        """How many of the samples do not belong together."""
        return self.groups or self.samples

    def without_confusion(self) -> Measures:
        """The same without its matrix."""
        return replace(self, confusion=None)
