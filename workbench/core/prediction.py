"""Using a model: from a checkpoint and some files to predictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from workbench.core import devices
from workbench.core.data.threads import in_threads
from workbench.core.errors import ImageError
from workbench.core.events import Prediction, StopRequested, never
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.runs import MODEL
from workbench.core.training.batches import as_tensor
from workbench.core.training.checkpoint import Checkpoint

_BATCH = 32


class Classifier:
    """A trained model that answers; made by `load`.

    Attributes:
        classes: Class names in the order of the probabilities.
        checkpoint: What the file says.
    """

    def __init__(self, checkpoint: Checkpoint, device: torch.device) -> None:
        self.checkpoint = checkpoint
        self.classes = checkpoint.classes
        self.preprocessing: Preprocessing = checkpoint.preprocessing
        self.device = device
        model = checkpoint.build_model()
        self.model = model.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    @classmethod
    def load(cls, path: Path, *, device: str = "auto") -> Classifier:
        """Reads a model file, or the model of a run folder.

        Raises:
            InputError: It is missing, damaged or not a model of this program.
        """
        return cls(Checkpoint.load(path / MODEL if path.is_dir() else path), devices.choose(device))

    def predict(self, paths: Sequence[Path]) -> list[Prediction]:
        """The answer for each file, in order; a file that cannot be read carries its error."""
        return list(self.stream(paths))

    def stream(self, paths: Sequence[Path], *, stop: StopRequested = never) -> Iterator[Prediction]:
        """As `predict`, one at a time, with the next files being decoded meanwhile."""
        waiting: list[tuple[Path, NDArray[np.uint8] | ImageError]] = []
        for path, pixels in zip(paths, in_threads(self._load, paths, stop=stop), strict=False):
            waiting.append((path, pixels))
            if len(waiting) == _BATCH:
                yield from self._answer(waiting)
                waiting = []
        yield from self._answer(waiting)

    def probabilities(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Probabilities (N, classes) of preprocessed pixels (N, side, side, channels), in full precision."""
        with torch.inference_mode():
            images = self.preprocessing.normalise(as_tensor(pixels).to(self.device))
            logits: torch.Tensor = self.model(images)
            return logits.double().softmax(1).cpu().numpy()

    def _load(self, path: Path) -> NDArray[np.uint8] | ImageError:
        try:
            return self.preprocessing.load(path)
        except ImageError as error:
            return error

    def _answer(self, batch: list[tuple[Path, NDArray[np.uint8] | ImageError]]) -> Iterator[Prediction]:
        readable = [pixels for _, pixels in batch if isinstance(pixels, np.ndarray)]
        answers: Iterator[NDArray[np.float64]] = iter(
            self.probabilities(np.stack(readable)) if readable else ()
        )
        for path, pixels in batch:
            if isinstance(pixels, ImageError):
                yield Prediction(str(path), "", 0.0, {}, str(pixels))
                continue
            row = next(answers)
            best = int(row.argmax())
            named = dict(zip(self.classes, row.tolist(), strict=True))
            yield Prediction(str(path), self.classes[best], float(row[best]), named)
