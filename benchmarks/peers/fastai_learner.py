"""fastai, as the quick start of its own documentation does it (docs.fast.ai, “Computer vision intro”).

`ImageDataLoaders` with `item_tfms=Resize(224)` and a batch size of 64, `vision_learner`, `fine_tune`: one
epoch for the head alone, then the whole network. The body carries the same weights as everybody's and is
fed with the mean and standard deviation that belong to them.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastai.vision.all import (
    Callback,
    ImageDataLoaders,
    Learner,
    Normalize,
    Resize,
    accuracy,
    vision_learner,
)

from benchmarks.clock import Clock
from benchmarks.peers.backbone import HALF, SIDE, lite0


class _Marks(Callback):
    """Writes down each epoch's accuracy, which fastai measures on the held-out photos at its end."""

    order = 60  # after the recorder

    def __init__(self, clock: Clock) -> None:
        self._clock, self._epochs = clock, 0

    def after_epoch(self) -> None:
        self._epochs += 1
        self._clock.mark(f"epoch {self._epochs}", self.learn.recorder.values[-1][-1])


def fine_tune(folder: str, epochs: int, workers: int | None = None) -> dict[str, Any]:
    """From the folder's path to what the last epoch's validation predicts.

    Args:
        folder: Holds `train` and `val`.
        epochs: Of the whole network, after the first one of the head alone.
        workers: Processes that load photos; None takes fastai's own choice.
    """
    clock = Clock()
    with _learner(folder, workers) as learner:
        learner.add_cb(_Marks(clock))
        with learner.no_bar(), learner.no_logging():
            learner.fine_tune(epochs)
    return clock.results(recipe="item_tfms=Resize(224), batch 64, lr 0.002")


def get_preds(folder: str, photos: str, workers: int | None = None) -> dict[str, Any]:
    """Predictions for many files, with a model that is there already (untrained: the time is the same).

    Args:
        folder: Holds `train` and `val`, for the class names.
        photos: The folder of the files.
        workers: As in `fine_tune`.
    """
    with _learner(folder, workers) as learner:
        files = sorted(Path(photos).iterdir())
        clock = Clock()
        loader = learner.dls.test_dl(files)
        with learner.no_bar():
            learner.get_preds(dl=loader)
        clock.mark("predictions")
    return clock.results(photos=len(files))


@contextlib.contextmanager
def _learner(folder: str, workers: int | None) -> Iterator[Learner]:
    given = {} if workers is None else {"num_workers": workers}
    loaders = ImageDataLoaders.from_folder(
        folder,
        train="train",
        valid="val",
        item_tfms=Resize(SIDE),
        batch_tfms=Normalize.from_stats(HALF, HALF),
        **given,
    )
    learner = vision_learner(
        loaders, "tf_efficientnet_lite0", pretrained=False, normalize=False, metrics=accuracy
    )
    learner.model[0].model.load_state_dict(lite0(0).state_dict())
    with tempfile.TemporaryDirectory() as models:
        learner.path = Path(models)
        yield learner
