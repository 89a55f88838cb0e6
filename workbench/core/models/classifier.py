"""Using a model: from a model file and some photos to predictions. Torch only where the model needs it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.core.data.learned import LearnedPhotos
from workbench.core.edition import has_torch
from workbench.core.errors import ImageError, InputError
from workbench.core.events import Prediction
from workbench.core.features.runtime_choice import runtime_for
from workbench.core.images.loader import in_memory
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import StopRequested, never
from workbench.core.models.at_hand import backbone_at_hand, head_of
from workbench.core.models.model_file import ModelFile
from workbench.core.models.predictor import Predictor, RuntimePredictor
from workbench.core.project.runs import model_in
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.reject import USUAL, Caution, RejectRule
from workbench.core.threads import in_threads
from workbench.core.torch_lock import torch_loading

ImageSource = str | os.PathLike[str] | Image.Image | NDArray[Any]
"""What can be predicted: a file, a Pillow image, or an array; see `Classifier.predict_images`."""

_Loaded = tuple[ImageSource, NDArray[np.uint8] | ImageError]


class Classifier:
    """A trained model that answers; made by `load`, or of a head that is in no file.

    Attributes:
        classes: Class names in the order of the probabilities.
        preprocessing: How a photo becomes the model's input.
        learned: The photos that it learned from; None in files of before, which do not say.
        rule: When it says nothing of a photo; None in files of before, which always say something.
        parameters: How many numbers training sets, see `ModelFile`.
        file_bytes: Size of the model file.
        runtime: What computes, for people.
        predictor: What computes.
    """

    def __init__(
        self,
        classes: tuple[str, ...],
        preprocessing: Preprocessing,
        predictor: Predictor,
        *,
        learned: LearnedPhotos | None = None,
        rule: RejectRule | None = None,
    ) -> None:
        self.classes, self.preprocessing, self.predictor = classes, preprocessing, predictor
        self.learned, self.rule, self.runtime = learned, rule, predictor.name
        self.parameters = self.file_bytes = 0

    @classmethod
    def of(cls, model: ModelFile, predictor: Predictor, file_bytes: int = 0) -> Classifier:
        """Of a model file, and what computes with it."""
        about = model.description
        made = cls(about.classes, about.preprocessing, predictor, learned=model.learned, rule=about.rule)
        made.parameters, made.file_bytes = model.parameters, file_bytes
        return made

    @classmethod
    def load(cls, path: Path, *, device: str = "auto") -> Classifier:
        """Reads a model file, or the model of a run folder.

        Raises:
            InputError: It is missing, damaged or not a model of this program, or only the full edition can
                use it.
        """
        file = model_in(path)
        model, size = ModelFile.load(file), file.stat().st_size
        backbone = backbone_at_hand(model)
        if backbone is not None:
            head = head_of(model, backbone, file)
            runtime = runtime_for(backbone, device, exact=True)
            predictor = RuntimePredictor(runtime, head, model.description.views, model.distance)
            return cls.of(model, predictor, size)
        if not has_torch():
            raise InputError("full_edition.model", name=file.name)
        with torch_loading:
            from workbench.core.models.torch_predictor import TorchPredictor  # loads torch

        return cls.of(model, TorchPredictor(file, device, model.distance), size)

    def predict_images(self, images: Sequence[ImageSource], *, caution: Caution = USUAL) -> list[Prediction]:
        """The prediction for each image, in order; a file that cannot be read carries its error.

        Args:
            images: Files, Pillow images, or arrays of shape (height, width), (height, width, 3) or
                (height, width, 4), grey, RGB or RGBA, uint8 with values from 0 to 255.
            caution: How easily it says nothing, `bold`, `middle` or `careful`; see `core.results.reject`.

        Raises:
            InputError: An array is of another kind.
        """
        return list(self.stream(images, caution=caution))

    def stream(
        self, images: Sequence[ImageSource], *, caution: Caution = USUAL, stop: StopRequested = never
    ) -> Iterator[Prediction]:
        """As `predict_images`, one at a time, with the next files being decoded meanwhile.

        Raises:
            Stopped: `stop` returned true.
        """
        waiting: list[_Loaded] = []
        for image, pixels in zip(images, in_threads(self._load, images, stop=stop), strict=False):
            waiting.append((image, pixels))
            if len(waiting) == self.predictor.batch:
                yield from self._predictions(waiting, caution)
                waiting = []
        yield from self._predictions(waiting, caution)

    def probabilities(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Probabilities (N, classes) of preprocessed pixels (N, side, side, channels), N ≥ 0."""
        batch = self.predictor.batch
        parts = [
            self.predictor.probabilities(pixels[first : first + batch])
            for first in range(0, len(pixels), batch)
        ]
        return np.concatenate(parts) if parts else np.empty((0, len(self.classes)))

    def pixels(self, image: ImageSource) -> NDArray[np.uint8]:
        """What the model is given of an image, (side, side, channels).

        Raises:
            ImageError: A file that cannot be read.
            InputError: An array of another kind.
        """
        if not isinstance(image, str | os.PathLike):
            rule = self.preprocessing.brightness
            return self.preprocessing.square(in_memory(image, brightness=rule))
        return self.preprocessing.load(Path(image))

    def _load(self, image: ImageSource) -> NDArray[np.uint8] | ImageError:
        try:
            return self.pixels(image)
        except ImageError as error:
            return error

    def _predictions(self, batch: list[_Loaded], caution: Caution) -> Iterator[Prediction]:
        readable = [pixels for _, pixels in batch if isinstance(pixels, np.ndarray)]
        found: NDArray[np.float64] = np.empty((0, len(self.classes)))
        distances = None
        if readable:
            found, distances = self.predictor.answers(np.stack(readable))
        rows = iter(found)
        far = iter(distances.tolist() if distances is not None else [None] * len(found))
        for image, pixels in batch:
            path = str(image) if isinstance(image, str | os.PathLike) else ""
            if isinstance(pixels, ImageError):
                yield Prediction(path, "", 0.0, {}, pixels.message)
                continue
            row = next(rows)
            best = int(row.argmax())
            named = dict(zip(self.classes, row.tolist(), strict=True))
            answer = Prediction(path, self.classes[best], float(row[best]), named, distance=next(far))
            yield answer.judged(self.rule, caution)


def predictions_table(classes: Sequence[str], predictions: Sequence[Prediction]) -> PredictionTable:
    """The predictions for files that could be read as a table; their true classes are not known."""
    read = [prediction for prediction in predictions if not prediction.error]
    return PredictionTable.of(
        classes,
        [prediction.path for prediction in read],
        np.full(len(read), -1),
        np.array([[prediction.probabilities[name] for name in classes] for prediction in read], np.float64),
    )
