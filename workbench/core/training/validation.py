"""How good a model is on samples that it does not learn from."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from workbench.core.architectures.build import with_features
from workbench.core.data.pixels import PixelStore
from workbench.core.data.stored_split import SampleSet
from workbench.core.devices import in_float32
from workbench.core.events import Progress
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import measures_of_table
from workbench.core.tensors import as_tensor
from workbench.core.training.amp import Amp
from workbench.core.training.memory import is_out_of_memory
from workbench.core.training.prediction_buffer import PredictionBuffer

BATCH = 64


@dataclass(frozen=True)
class Validated:
    """What a model predicted for samples, and how good that is.

    Attributes:
        probabilities: Shape (n, classes), of the first n samples: all, unless time ran out.
        features: What the last layer was given, float32, shape (n, width); of none unless asked for.
    """

    measures: Measures
    probabilities: NDArray[np.float64]
    features: NDArray[np.float32]


def validate(
    model: nn.Module,
    store: PixelStore,
    samples: SampleSet,
    classes: int,
    *,
    amp: Amp | None = None,
    stop: StopRequested = never,
    seconds: float = float("inf"),
    batch: int = BATCH,
    keep_features: bool = False,
) -> Generator[Progress, None, Validated | None]:
    """Tests a model on samples of a store.

    Args:
        model: On any device; it is left in the mode that it was in.
        samples: Of the store; at least one.
        classes: How many there are.
        amp: Mixed precision; None computes in float32, as prediction does.
        stop: Asked before every batch.
        seconds: Time after which what was tested so far has to do.
        keep_features: Whether what the last layer is given is wanted as well.

    Returns:
        None where it was stopped.
    """
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    buffer, shown, begun = PredictionBuffer(), Throttle(), time.monotonic()
    probabilities, features, done, count = [], [], 0, len(samples)
    try:
        while done < count:
            if stop():
                return None
            if done and time.monotonic() - begun > seconds:
                break
            chosen = slice(done, done + batch)
            true = torch.from_numpy(samples.targets[chosen]).to(device)
            try:
                pixels = store.crops(samples.members[chosen])
                logits, given = _logits(model, pixels, store.preprocessing, device, amp)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or batch == 1:
                    raise
                batch //= 2
                continue
            buffer.add(logits.argmax(1), true, functional.cross_entropy(logits, true, reduction="sum"))
            probabilities.append(logits.double().softmax(1).cpu().numpy())
            features.append(given[: len(true) if keep_features else 0].cpu().numpy())
            done += len(true)
            if shown():
                yield Progress("evaluate", done, count, Message("checking"))
    finally:
        model.train(was_training)
    found, given_all = np.concatenate(probabilities), np.concatenate(features)
    table = samples.table("", found)
    if table.groups is None and table.worth is None:
        return Validated(buffer.measures(classes), found, given_all)
    return Validated(measures_of_table(table) or buffer.measures(classes), found, given_all)


def _logits(
    model: nn.Module,
    pixels: NDArray[np.uint8],
    preprocessing: Preprocessing,
    device: torch.device,
    amp: Amp | None,
) -> tuple[torch.Tensor, torch.Tensor]:
    with torch.inference_mode(), in_float32() if amp is None else amp.autocast():
        logits, given = with_features(model, preprocessing.normalise(as_tensor(pixels).to(device)))
    return logits.float(), given.float()
