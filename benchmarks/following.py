"""How soon an edit has been learned: from the request to the service engine's answer, catalog and all."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.clock import Clock, drain
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import reclassed, without
from workbench.core.data.scan import scan
from workbench.core.events import Followed
from workbench.engine.client import EngineClient
from workbench.engine.messages import JobCompleted, JobFailed
from workbench.engine.requests import Follow


def measure(folder: str, photos: int) -> dict[str, Any]:
    """Seconds until a photo of another class, and one that was left out, are learned.

    Args:
        photos: So many of the folder's.
    """
    whole = drain(scan(Path(folder)))
    step = len(whole.samples) // photos
    catalog = replace(whole, samples=whole.samples[::step][:photos])
    client = EngineClient("benchmark")
    client.start()
    clock = Clock()
    try:
        _followed(client, catalog)
        clock.mark("looked at")
        seconds = {}
        for name, edited in _edits(catalog):
            begun = time.perf_counter()
            _followed(client, edited)
            seconds[f"{name}_seconds"] = time.perf_counter() - begun
    finally:
        client.quit()
    return clock.results(photos=len(catalog.samples), **seconds)


def _edits(catalog: Catalog) -> list[tuple[str, Catalog]]:
    one, other = catalog.samples[1], catalog.samples[-1]
    moved = reclassed(catalog, [one.id], other.class_id)
    some = [sample.id for sample in catalog.samples[2:12]]
    return [
        ("reclassed", moved),
        ("undone", replace(catalog, revision=2)),
        ("ten_left_out", without(catalog, some)),
        ("loose", reclassed(catalog, [one.id], None)),
    ]


def _followed(client: EngineClient, catalog: Catalog) -> Followed:
    client.submit(Follow(catalog, TrainingConfig(networks="one")))
    while True:
        message = client.receive(1.0)
        assert not isinstance(message, JobFailed), message.error
        if isinstance(message, JobCompleted):
            found: Followed = message.result
            return found
