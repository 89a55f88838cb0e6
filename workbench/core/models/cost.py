"""What a model costs on this computer: counted from its file, and timed by predicting. Loads no torch."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.errors import ImageError, Stopped
from workbench.core.jobs import StopRequested, never
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ModelFile
from workbench.core.project.runs import model_in
from workbench.core.results.cost import Cost

MOST_PHOTOS = 16
"""So many are timed: more of them take longer and say the same."""
_REPEATS = 5


def cost_of(
    classifier: Classifier,
    photos: Sequence[Path] = (),
    *,
    while_training: bool = False,
    stop: StopRequested = never,
) -> Cost:
    """Counts, and times the first photos that can be read; without any, nothing is timed.

    Each photo is decoded once, and all of them are predicted several times, of which the median counts; a
    first time, in which memory is reserved, does not.

    Args:
        classifier: The model, loaded.
        photos: Files of photos.
        while_training: What is to be said of the times.
        stop: Asked between photos.

    Raises:
        Stopped: `stop` returned true.
    """
    predictor = classifier.predictor
    decoded, seconds = _decoded(classifier, photos, stop)
    counted = Cost(
        classifier.parameters, predictor.multiply_adds(), classifier.file_bytes, classifier.runtime
    )
    if not decoded:
        return counted
    pixels, batch = np.stack(decoded), min(predictor.batch, len(decoded))
    classifier.probabilities(pixels)
    taken = []
    for _ in range(_REPEATS):
        if stop():
            raise Stopped()
        begun = time.perf_counter()
        classifier.probabilities(pixels)
        taken.append(time.perf_counter() - begun)
    return Cost(
        counted.parameters,
        counted.multiply_adds,
        counted.file_bytes,
        counted.runtime,
        1000 * statistics.median(taken) / len(pixels),
        1000 * statistics.median(seconds),
        len(pixels),
        batch,
        while_training,
    )


def cost_of_file(path: Path) -> Cost:
    """What a model file itself tells, where nothing here can run it: its parameters and its size.

    Args:
        path: The file, or the folder of its run.

    Raises:
        InputError, DamagedError: As `ModelFile.load`.
    """
    file = model_in(path)
    return Cost(ModelFile.load(file).parameters, None, file.stat().st_size, "")


def _decoded(
    classifier: Classifier, photos: Sequence[Path], stop: StopRequested
) -> tuple[list[NDArray[np.uint8]], list[float]]:
    """Prepared pixels of the first photos that can be read, and the seconds that each took."""
    found: list[NDArray[np.uint8]] = []
    seconds: list[float] = []
    for path in photos:
        if stop():
            raise Stopped()
        begun = time.perf_counter()
        try:
            found.append(classifier.pixels(path))
        except ImageError:  # what is wrong with a photo is said where photos are
            continue
        seconds.append(time.perf_counter() - begun)
        if len(found) == MOST_PHOTOS:
            break
    return found, seconds
