"""A training run on disk: what was asked, which sample is in which set, and everything that was reported.

Torch is only imported by the methods that need it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from pathlib import Path

from workbench.core.config.possible import check_edition, check_possible
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog, Split
from workbench.core.data.moved import changed_photos, found_by_content, is_same_folder, rooted, with_added_of
from workbench.core.data.scan import scan
from workbench.core.data.series import with_subfolders
from workbench.core.data.split import make_split, own_split
from workbench.core.errors import InputError, Stopped
from workbench.core.events import Event, Note, TrainingResult
from workbench.core.jobs import StopRequested, never, relay
from workbench.core.project.event_log import EVENTS, EventLog
from workbench.core.project.kept_test import kept_apart, read_test_set
from workbench.core.project.projects import Project, known_project
from workbench.core.project.records import RECORD
from workbench.core.project.run_lock import RunLock
from workbench.core.project.runs import (
    ASKED,
    BEGUN,
    MODEL,
    PREDICTIONS,
    PREVIOUS,
    RESUME,
    SPLIT,
    damaged,
    note_image_folder,
    read_asked,
    summarise,
    write_asked,
)
from workbench.core.project.split_file import read_split


@contextlib.contextmanager
def announced(run: Path, image_folder: Path, config: TrainingConfig) -> Iterator[None]:
    """Notes in a run's folder what it is asked for while its photos are still being read.

    Where that is cut off, the run can begin again; where it fails, the folder is empty again.

    Raises:
        ResourceError: It cannot be written.
    """
    write_asked(run, image_folder, config.to_dict())
    try:
        yield
    except (Exception, KeyboardInterrupt):
        if not _keeps_something(run):
            with contextlib.suppress(OSError):  # the disk may be gone
                (run / ASKED).unlink(missing_ok=True)
        raise


def train(
    catalog: Catalog, config: TrainingConfig, run: Path, *, device: str = "auto", stop: StopRequested = never
) -> Generator[Event, None, TrainingResult]:
    """Splits a catalog and trains on it, writing everything into an empty run folder.

    Where that ends before there is anything to keep, what it wrote is taken away again.

    Raises:
        WorkbenchError: As `fit`.
    """
    check_possible(config, device)
    with RunLock(run):
        try:
            write_asked(run, catalog.folder, config.to_dict())
            return (yield from _logged(run, _fitting(catalog, config, run, device=device, stop=stop)))
        except (Exception, KeyboardInterrupt) as error:
            if _keeps_something(run):
                raise
            for name in (ASKED, SPLIT, EVENTS, PREDICTIONS):
                with contextlib.suppress(OSError):  # the disk may be gone
                    (run / name).unlink(missing_ok=True)
            if isinstance(error, Stopped) and error.message.code == "stopped":
                raise Stopped("stopped.nothing_kept") from error
            raise


def resume(
    run: Path,
    *,
    folder: Path | None = None,
    device: str = "auto",
    stop: StopRequested = never,
) -> Generator[Event, None, TrainingResult]:
    """Goes on with a run that was cut off or stopped; one that was cut off while it got ready starts again.

    Args:
        folder: Where its photos lie now; None takes the folder that they were in.

    Raises:
        InputError: It is no run, another process trains it, or its photos have changed since, or only the
            full edition can go on with it.
        WorkbenchError: As `fit`.
    """
    asked = read_asked(run)
    config = TrainingConfig.from_dict(asked["config"])
    check_edition(config, device)
    learned_from = Path(asked["image_folder"])
    if not any((run / name).is_file() for name in (RESUME, PREVIOUS, BEGUN)):
        return (yield from _again(run, config, folder or learned_from, device=device, stop=stop))
    try:
        split = read_split(run / SPLIT)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(run, SPLIT, error) from error
    split = _at_hand(with_added_of(split, run.parent.parent), learned_from, folder, stop)
    fit = config.method.load()
    with RunLock(run):
        if not is_same_folder(split.roots.main, learned_from):
            note_image_folder(run, split.roots.main)
        try:
            return (yield from _logged(run, fit(split, config, run, device=device, resuming=True, stop=stop)))
        except Stopped as error:
            raise Stopped("stopped.run_stays") from error


def _again(
    run: Path, config: TrainingConfig, folder: Path, *, device: str, stop: StopRequested
) -> Generator[Event, None, TrainingResult]:
    """Starts a run again in its own folder, where it was cut off before there was anything to go on from.

    Raises:
        InputError: It came to its end, or was stopped and kept what it had.
    """
    ended = summarise(run)
    by_epochs = config.method.resumable and not config.method.cross_validates
    if ended.result is not None or (ended.model and by_epochs):
        raise InputError("nothing_to_go_on_with", mode=config.mode)
    yield Note("starts_again")
    catalog = yield from scan(folder, stop=stop)
    return (yield from train(catalog, config, run, device=device, stop=stop))


def _keeps_something(run: Path) -> bool:
    return any((run / name).exists() for name in (MODEL, RESUME, PREVIOUS))


def _fitting(
    catalog: Catalog, config: TrainingConfig, run: Path, *, device: str, stop: StopRequested
) -> Generator[Event, None, TrainingResult]:
    catalog = yield from _with_test_set(catalog, config, run)
    if config.subfolders_together:
        catalog = with_subfolders(catalog)
    if config.method.cross_validates:
        split = own_split(catalog)
    else:
        split = make_split(catalog, validation_fraction=config.validation_fraction, seed=config.seed)
        own = catalog.subsets.get("validation", 0)
        if own and config.validation_fraction != recommended(config.mode).validation_fraction:
            yield Note("own_validation_set", {"photos": own})
    result: TrainingResult = yield from config.method.load()(split, config, run, device=device, stop=stop)
    return result


def _with_test_set(catalog: Catalog, config: TrainingConfig, run: Path) -> Generator[Event, None, Catalog]:
    """The catalog with the project's test set, which stays whatever is asked for once it is drawn."""
    own = 0 if catalog.test_asked else catalog.subsets.get("test", 0)
    asked = 0.0 if own else config.test_fraction
    project = run.parent.parent
    if not (project / RECORD).is_file():  # a run in a folder of the person's own
        known = known_project(catalog.folder)
        project = known or (Project.of(catalog.folder, catalog).folder if asked else project)
    there = bool(read_test_set(project).asked)
    apart = kept_apart(catalog, project, asked=asked, seed=config.seed, subfolders=config.subfolders_together)
    photos, got = apart.test_share
    values = {"photos": photos, "asked": apart.test_asked, "got": got}
    if own and config.test_fraction:
        yield Note("own_test_set", {"photos": own})
    elif asked and there and asked != apart.test_asked:
        yield Note("test_set_stays", values)
    elif apart.test_asked:
        yield Note("test_set_kept" if there else "test_set_drawn", values)
    return apart


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


def _at_hand(split: Split, learned_from: Path, folder: Path | None, stop: StopRequested) -> Split:
    """The split with its photos where they lie now, each the same byte for byte.

    Raises:
        InputError: Some are not there.
    """
    here = learned_from if folder is None else folder.absolute()
    split = rooted(split, here)
    lost = changed_photos(split)
    if not lost:
        return split
    names = "\n".join(sample.path for sample in lost[:50])
    if not here.is_dir():
        raise InputError("photos_elsewhere", names, folder=str(here))
    found = found_by_content(split, lost, stop)
    lost = changed_photos(found)
    if not lost:
        return found
    if len(lost) == len(split.samples) and not is_same_folder(here, learned_from):
        raise InputError("other_photos", names, folder=str(here), learned_from=str(learned_from))
    raise InputError("photos_changed", names, count=len(lost))
