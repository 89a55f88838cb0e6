"""A training run on disk: what was asked, which sample is in which set, and everything that was reported.

Torch is only imported by the methods that need it.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from workbench.core.config.possible import check_possible
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog, Sample, Split
from workbench.core.data.split import make_split, own_split
from workbench.core.errors import InputError
from workbench.core.events import Event, Note, TrainingResult
from workbench.core.files import sha256_of
from workbench.core.jobs import StopRequested, never, relay
from workbench.core.project.event_log import EventLog
from workbench.core.project.run_lock import RunLock
from workbench.core.project.runs import SPLIT, read_asked, write_asked
from workbench.core.project.split_file import read_split


def train(
    catalog: Catalog, config: TrainingConfig, run: Path, *, device: str = "auto", stop: StopRequested = never
) -> Generator[Event, None, TrainingResult]:
    """Splits a catalog and trains on it, writing everything into an empty run folder.

    Raises:
        WorkbenchError: As `fit`.
    """
    check_possible(config, device)
    with RunLock(run):
        write_asked(run, catalog.folder, config.to_dict())
        return (yield from _logged(run, _fitting(catalog, config, run, device=device, stop=stop)))


def resume(
    run: Path, *, device: str = "auto", stop: StopRequested = never
) -> Generator[Event, None, TrainingResult]:
    """Goes on with a run that was cut off or stopped.

    Raises:
        InputError: It is no run, another process trains it, or its photos have changed since.
        WorkbenchError: As `fit`.
    """
    try:
        asked, split = read_asked(run), read_split(run / SPLIT)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("not_a_run", str(error), folder=str(run)) from error
    config = TrainingConfig.from_dict(asked["config"])
    if not config.method.resumable:
        raise InputError("nothing_to_go_on_with", mode=config.mode)
    _check_unchanged(split)
    fit = config.method.load()
    with RunLock(run):
        return (yield from _logged(run, fit(split, config, run, device=device, resuming=True, stop=stop)))


def _fitting(
    catalog: Catalog, config: TrainingConfig, run: Path, *, device: str, stop: StopRequested
) -> Generator[Event, None, TrainingResult]:
    if config.method.cross_validates:
        split = own_split(catalog)
    else:
        split = make_split(catalog, validation_fraction=config.validation_fraction, seed=config.seed)
        own = catalog.subsets.get("validation", 0)
        if own and config.validation_fraction != recommended(config.mode).validation_fraction:
            yield Note("own_validation_set", {"photos": own})
    result: TrainingResult = yield from config.method.load()(split, config, run, device=device, stop=stop)
    return result


def _logged(
    run: Path, events: Generator[Event, None, TrainingResult]
) -> Generator[Event, None, TrainingResult]:
    log = EventLog(run)

    def logged(event: Event) -> Event:
        log.append(event)
        return event

    try:
        return (yield from relay(events, logged))
    finally:
        log.close()


def _check_unchanged(split: Split) -> None:
    samples = split.samples

    def changed(sample: Sample) -> bool:
        try:
            return sha256_of(split.roots.locate(sample)) != sample.digest
        except OSError:
            return True

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        paths = [sample.path for sample, bad in zip(samples, pool.map(changed, samples), strict=True) if bad]
    if paths:
        raise InputError("photos_changed", "\n".join(paths[:50]), count=len(paths))
