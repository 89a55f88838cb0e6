"""Heads of mode *instant* at any size: what they cost beside looking at the photos, and how good they are.

Up to 4,000 samples, features are those of real photos of CIFAR-10. Larger sets are drawn from these, because
60,000 photos take a quarter of an hour to look at: a drawn sample is the mean of its class and a mixture of
what sets two real ones apart from theirs, which keeps the covariances; signs are drawn too, so that one
mixture tells nothing of the next. More classes than there are lie about the mean of all as the real ones do.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

import benchmarks.loaded  # noqa: F401 - the clock begins after the imports
from benchmarks.clock import drain
from benchmarks.heads import quality
from workbench.core.config.training_config import recommended
from workbench.core.data.crops import Crops
from workbench.core.data.groups import groups_of
from workbench.core.data.scan import scan
from workbench.core.data.split import make_split, own_split
from workbench.core.features.extract import VIEWS, FeatureCache
from workbench.core.features.extract import look as look_at
from workbench.core.features.runtime_choice import open_runtime
from workbench.core.instant.ridge import fit_ridge
from workbench.core.instant.trainer import HeadTrainer

_HELD_OUT = 2000
_PART = 2048
_APART = 0.5  # of the distance of the real classes: linear heads are then right about as often

Halves = NDArray[np.float16]
Targets = NDArray[np.int64]


def look(folder: str, to: str) -> dict[str, Any]:
    """Computes the features of a folder's photos, and writes them down.

    Args:
        folder: Holds `train` and `val`, or classes alone, of which a fifth is then held out.
        to: A file: `centre` and `mean`, the features of the photos as they are and the means of both views,
            (samples, features) in half precision; `targets`, `groups`, `held_out`; `rate`: photos a second,
            both views of each.
    """
    catalog = drain(scan(Path(folder)))
    split = own_split(catalog)
    if not split.validation:
        split = make_split(catalog, validation_fraction=0.2, seed=0)
    samples = [*split.training, *split.validation]
    runtime = drain(open_runtime(recommended("instant")))
    recipe = replace(runtime.backbone.preprocessing, brightness=split.brightness)
    cache = FeatureCache(runtime.backbone, catalog.folder, split.brightness)
    with Crops(split.roots, samples, recipe) as crops:
        begun = time.perf_counter()
        drain(look_at(runtime, cache, crops, samples, VIEWS))
        rate = len(samples) / (time.perf_counter() - begun)
        drain(look_at(runtime, cache, crops, samples, VIEWS[:1]))  # known are only the means
    np.savez(
        to,
        centre=cache.take(VIEWS[:1], samples).astype(np.float16),
        mean=cache.take(VIEWS, samples).astype(np.float16),
        targets=split.targets(samples),
        groups=np.array(groups_of(samples)),
        held_out=np.arange(len(samples)) >= len(split.training),
        rate=rate,
    )
    return {"photos": len(samples), "rate": rate}


@dataclass(frozen=True)
class Known:
    """Features of samples: of the centre view, and the mean of both views.

    Attributes:
        views: Two of (samples, features), in half precision.
        targets: (samples,).
        groups: A name for each sample.
    """

    views: tuple[Halves, Halves]
    targets: Targets
    groups: Sequence[str]

    def part(self, rows: NDArray[np.int64]) -> Known:
        """Some of them."""
        centre, mean = self.views
        return Known((centre[rows], mean[rows]), self.targets[rows], [self.groups[row] for row in rows])


def known(features: str) -> tuple[Known, Known, float]:
    """What `look` wrote: samples to learn from, samples held out, and photos a second."""
    with np.load(features) as arrays:
        views = arrays["centre"], arrays["mean"]
        samples = Known(views, arrays["targets"], arrays["groups"].tolist())
        held_out = arrays["held_out"]
        rate = float(arrays["rate"])
    return samples.part(np.flatnonzero(~held_out)), samples.part(np.flatnonzero(held_out)), rate


def cost(features: str, samples: int, classes: int) -> dict[str, Any]:
    """Both heads of a run, from features in a memory map: their seconds, and those of looking.

    Args:
        features: A file that `look` wrote.
        samples, classes: How many; drawn where there are not so many real ones.
    """
    learned, held_out, rate = known(features)
    real = samples <= len(learned.targets) and classes == int(learned.targets.max()) + 1
    with tempfile.TemporaryDirectory() as scratch:
        if real:
            rows = np.sort(np.random.default_rng(1).permutation(len(learned.targets))[:samples])
            learned = learned.part(rows)
        else:
            learned, held_out = _drawn(learned, samples, classes, Path(scratch))
        with _memory() as memory:
            begun, worked = time.perf_counter(), time.process_time()
            fit_ridge(learned.views[0], learned.targets, learned.groups, classes)
            first = time.perf_counter() - begun
            fitted = HeadTrainer(classes).fit(learned.views[1], learned.targets, learned.groups)
            seconds, processor = time.perf_counter() - begun, time.process_time() - worked
    return {
        "seconds": seconds,
        "first_seconds": first,
        "processor_seconds": processor,
        "share": seconds / (samples / rate),
        "rate": rate,
        "more_mb": memory["more"] / 2**20,
        "kind": fitted.kind,
        "drawn": not real,
        **quality(fitted.out_of_fold, learned.targets, "out_of_fold"),
        **quality(
            fitted.head.probabilities(held_out.views[1].astype(np.float32)), held_out.targets, "held_out"
        ),
    }


def follow(features: str, samples: int) -> dict[str, Any]:
    """How long a trainer takes to follow one photo that came, went or changed its class, in seconds."""
    learned, _, _ = known(features)
    with tempfile.TemporaryDirectory() as scratch:
        if samples > len(learned.targets):
            learned, _ = _drawn(learned, samples, int(learned.targets.max()) + 1, Path(scratch))
        classes = int(learned.targets.max()) + 1
        mean, targets, groups = learned.views[1], learned.targets[:samples], learned.groups[:samples]
        trainer, seconds = HeadTrainer(classes), {}

        def timed(name: str, rows: slice, now: Targets) -> None:
            begun = time.perf_counter()
            trainer.fit(mean[rows], now[rows], groups[rows])
            seconds[f"{name}_seconds"] = time.perf_counter() - begun

        other = targets.copy()
        other[1] = (other[1] + 1) % classes
        timed("first", slice(0, samples - 1), targets)
        timed("added", slice(0, samples), targets)
        timed("reclassed", slice(0, samples), other)
        timed("removed", slice(1, samples), other)
    return seconds


def accuracy(features: str) -> dict[str, Any]:
    """How good the final head is, out of fold and on photos that were held out, and what both took."""
    learned, held_out, _ = known(features)
    classes = int(learned.targets.max()) + 1
    begun = time.perf_counter()
    fitted = HeadTrainer(classes).fit(learned.views[1], learned.targets, learned.groups)
    return {
        "seconds": time.perf_counter() - begun,
        **quality(fitted.out_of_fold, learned.targets, "out_of_fold"),
        **quality(
            fitted.head.probabilities(held_out.views[1].astype(np.float32)), held_out.targets, "held_out"
        ),
    }


def _drawn(real: Known, samples: int, classes: int, folder: Path) -> tuple[Known, Known]:
    """Samples to learn from and samples held out, drawn from real ones; their features in memory maps."""
    random = np.random.default_rng(0)
    count, width = samples + _HELD_OUT, real.views[0].shape[1]
    there = int(real.targets.max()) + 1
    members = [np.flatnonzero(real.targets == index) for index in range(there)]
    means = [np.stack([view[rows].mean(axis=0, dtype=np.float32) for rows in members]) for view in real.views]
    targets = random.permutation(np.arange(count) % classes)
    kinds = targets % there
    first = np.array([random.choice(members[kind]) for kind in kinds])
    second = np.array([random.choice(members[kind]) for kind in kinds])
    angles = random.uniform(0, 2 * np.pi, count).astype(np.float32)[:, None]  # signs tell no class
    shares = np.cos(angles), np.sin(angles)
    away = [_classes(view, middle, classes) for view, middle in zip(real.views, means, strict=True)]
    maps = []
    for number, (view, middle, centres) in enumerate(zip(real.views, means, away, strict=True)):
        drawn = np.memmap(folder / f"{number}", np.float16, "w+", shape=(count, width))
        for at in range(0, count, _PART):
            rows = slice(at, at + _PART)
            apart = [view[places[rows]] - middle[kinds[rows]] for places in (first, second)]
            mixed = shares[0][rows] * apart[0] + shares[1][rows] * apart[1]
            drawn[rows] = centres[targets[rows]] + mixed
        maps.append(drawn)
    parts = slice(0, samples), slice(samples, count)
    names = [f"drawn {number}" for number in range(count)]
    learned, held_out = (
        Known((maps[0][part], maps[1][part]), targets[part].astype(np.int64), names[part]) for part in parts
    )
    return learned, held_out


def _classes(view: Halves, means: NDArray[np.float32], classes: int) -> NDArray[np.float32]:
    """The means of so many classes, (classes, features): the real ones where they are enough."""
    middle = means.mean(axis=0)
    if classes == len(means):
        return middle + _APART * (means - middle)
    random = np.random.default_rng(2)  # the same weights for both views
    some = view[:: max(1, len(view) // 1000)].astype(np.float32) - middle
    weights = random.normal(size=(classes, len(some))).astype(np.float32) / np.sqrt(len(some))
    spread = np.linalg.norm(means - middle) / np.sqrt(len(means))
    away = weights @ some
    away *= _APART * spread / np.linalg.norm(away, axis=1).mean()
    return middle + away


@contextmanager
def _memory() -> Iterator[dict[str, int]]:
    """How much memory of its own the process takes meanwhile at most, above what it has: `more`, in bytes."""
    process, ended = psutil.Process(), threading.Event()

    def taken() -> int:
        held = process.memory_info()
        return int(held.rss - getattr(held, "shared", 0))  # a memory map's pages can be given back

    before = taken()
    found = {"more": 0}

    def watch() -> None:
        while not ended.wait(0.02):
            found["more"] = max(found["more"], taken() - before)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()
