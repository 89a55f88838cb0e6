"""Whether an explanation shows what an answer stands on: photos with their hottest fifth covered."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clock import Clock, drain
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.training_config import recommended
from workbench.core.explain.covering import CELLS, FIFTH, covered, hottest
from workbench.core.explain.places import Places
from workbench.core.explain.why import direction
from workbench.core.features.runtime_choice import exact_runtime, open_runtime
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.predictor import RuntimePredictor
from workbench.core.weights.lite_names import HEAD, named_by_stage
from workbench.core.weights.pickled import read_arrays
from workbench.core.weights.stored import packaged_files

_CLASSES = 1000


def covering(photos: str) -> dict[str, Any]:
    """EfficientNet-Lite0 with its own head on a photo of each of many ImageNet classes.

    Args:
        photos: With `labels.csv`: a file and the index of its class in each row.

    Returns:
        The share of photos whose probability of the true class falls further with the hottest fifth covered
        than with a fifth drawn at random, and the mean probabilities; `heat_ms` a photo.
    """
    folder, row = Path(photos), architecture_of("efficientnet_lite0")
    runtime = exact_runtime(drain(open_runtime(recommended("instant"))))
    assert row.weights is not None
    arrays = named_by_stage(read_arrays(packaged_files(row.weights)[0]))
    weight = np.zeros((_CLASSES, runtime.backbone.about()["width"]), np.float32)
    last = arrays[f"{HEAD}.weight"].shape[1]
    weight[:, -last:] = arrays[f"{HEAD}.weight"]
    predictor = RuntimePredictor(runtime, LinearHead(weight, arrays[f"{HEAD}.bias"]), 1)
    places, random = Places(runtime.backbone), np.random.default_rng(0)
    clock, heating, rows = Clock(), 0.0, []
    with (folder / "labels.csv").open(newline="") as file:
        for line in csv.DictReader(file):
            pixels = runtime.backbone.preprocessing.load(folder / line["file"])
            index = int(line["class_index"])
            whole = predictor.probabilities(pixels[None])[0]
            begun = clock.seconds
            hot = hottest(places.contributions(pixels, direction(weight, whole, index), 1))
            heating += clock.seconds - begun
            drawn = np.zeros(CELLS * CELLS, bool)
            drawn[random.choice(CELLS * CELLS, FIFTH, replace=False)] = True
            pictures = [covered(pixels, cells) for cells in (hot, drawn.reshape(CELLS, CELLS))]
            rows.append([whole[index], *predictor.probabilities(np.stack(pictures))[:, index]])
    clock.mark("explained")
    table = np.array(rows)
    return clock.results(
        photos=len(table),
        whole=round(float(table[:, 0].mean()), 4),
        hottest=round(float(table[:, 1].mean()), 4),
        random=round(float(table[:, 2].mean()), 4),
        falls_further=round(float((table[:, 1] < table[:, 2]).mean()), 4),
        heat_ms=round(1000 * heating / len(table), 1),
    )
