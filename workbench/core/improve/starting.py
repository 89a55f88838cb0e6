"""What improving starts from: the instant model, with the way to look at the photos that is the best here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Split
from workbench.core.data.stored_split import without_lost
from workbench.core.errors import Stopped
from workbench.core.events import Event, HeadFitted, Note, Progress, TrainingResult, TrainingStarted
from workbench.core.improve.plan import WORTH_IT
from workbench.core.improve.ways import WayToLook, ways_to_try
from workbench.core.instant.fit_instant import fit_instant
from workbench.core.jobs import StopRequested, relay
from workbench.core.messages import Message
from workbench.core.project.runs import MODEL, PREDICTIONS, SPLIT
from workbench.core.results.comparison import FEWEST, Comparison
from workbench.core.results.predictions import PredictionTable, concat
from workbench.core.results.prospects import Prospects
from workbench.core.settings import replace as changed

_FOLDER = "another look"


def start(
    split: Split, config: TrainingConfig, run: Path, *, device: str, stop: StopRequested
) -> Generator[Event, None, TrainingResult]:
    """Makes the instant model, then one for each other way to look; the best so far stays, at a stop, too.

    Args:
        split, config, run: As `fit_improve` takes them.

    Raises:
        WorkbenchError: As `fit_instant`.
        Stopped: Stopped before there was a model.
    """

    def told(event: Event) -> Event | None:
        """Its start tells of the classes, and the rounds will tell of the rest."""
        if isinstance(event, TrainingStarted):
            return replace(event, mode="improve")
        return None if isinstance(event, TrainingResult) else event

    look = replace(config, mode="instant")
    kept = yield from relay(fit_instant(split, look, run, all_photos=True, device=device, stop=stop), told)
    if kept.stopped:
        return kept
    work = _Looks(split, run, run / _FOLDER, device, stop)
    try:
        for way in ways_to_try(config, len(split.training)):
            other = changed(look, way.changes)
            result = yield from work.better(way, look, other)
            if result is not None:
                look, kept = other, replace(result, run=kept.run, checkpoint=kept.checkpoint, look=way.key)
    except Stopped:
        return replace(kept, stopped=True)
    finally:
        shutil.rmtree(work.folder, ignore_errors=True)
    return kept


@dataclass(frozen=True)
class _Looks:
    """Instant models that look in different ways, in a folder that is not the run's, and the run's own."""

    split: Split
    run: Path
    folder: Path
    device: str
    stop: StopRequested

    def better(
        self, way: WayToLook, look: TrainingConfig, other: TrainingConfig
    ) -> Generator[Event, None, TrainingResult | None]:
        """Makes the model of a way the run's own where it wins on the same photos; else returns None.

        Where many photos are to be looked at, some are first: the way is left where it is hardly likely to
        win with all.

        Args:
            look: What made the model that stands.
            other: What the way makes of that.

        Raises:
            Stopped: `stop` returned true; the run's folder is as it was.
        """
        standing = _named(self.run, "before")
        if Prospects.of(standing, "before", "after").wrong_left < (1 if way.proven else FEWEST):
            return None  # it makes too few mistakes for anything to be shown
        first = way.first(len(self.split.training), len(self.split.classes))
        if first < len(self.split.training):
            prospects = yield from self._trial(way, look, other, first, standing)
            if prospects.chance < WORTH_IT:
                yield Note("look_unlikely", _values(way, prospects.compared))
                return None
        result = yield from self._fit(self.split, other, f"looking.{way.key}")
        comparison = Comparison.of(concat([standing, _named(self.folder, "after")]), "before", "after")
        wins = comparison.put_right > comparison.spoiled if way.proven else comparison.is_better
        if not wins:
            yield Note("look_dropped", _values(way, comparison))
            return None
        for name in (SPLIT, PREDICTIONS, MODEL):
            os.replace(self.folder / name, self.run / name)
        yield Note("look_kept", _values(way, comparison))
        return result

    def _trial(
        self,
        way: WayToLook,
        look: TrainingConfig,
        other: TrainingConfig,
        count: int,
        standing: PredictionTable,
    ) -> Generator[Event, None, Prospects]:
        """Compares models of some photos; what else there is to put right, the one that stands says."""
        some = _some(self.split, count, look.seed)
        tables = []
        for config, name in ((look, "before"), (other, "after")):
            yield from self._fit(some, config, f"trying.{way.key}")
            tables.append(_named(self.folder, name))
        tried = set(tables[0].samples)
        rest = np.flatnonzero([sample not in tried for sample in standing.samples])
        return Prospects.of(concat([standing.take(rest), *tables]), "before", "after")

    def _fit(self, split: Split, config: TrainingConfig, code: str) -> Generator[Event, None, TrainingResult]:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

        def told(event: Event) -> Event | None:
            if isinstance(event, TrainingStarted | TrainingResult | HeadFitted):
                return None
            if isinstance(event, Progress) and event.phase == "features":
                return replace(event, message=Message(code))
            return event

        work = fit_instant(split, config, self.folder, all_photos=True, device=self.device, stop=self.stop)
        result = yield from relay(work, told)
        if result.stopped:
            raise Stopped
        return result


def _some(split: Split, count: int, seed: int) -> Split:
    """A fair sample of the photos to learn from."""
    _, (training, *_) = without_lost(split, ())
    samples = tuple(training.in_fair_order(seed).samples[:count])
    return replace(split, training=samples, validation=(), test=())


def _named(folder: Path, name: str) -> PredictionTable:
    """What the model in a folder predicted out of fold, under a name."""
    table = PredictionTable.load(folder / PREDICTIONS).where(cross_validated=True)
    return replace(table, models=(name,) * len(table))


def _values(way: WayToLook, comparison: Comparison) -> dict[str, object]:
    counts = {name: getattr(comparison, name) for name in ("put_right", "spoiled", "samples")}
    return {"look": Message(f"look.{way.key}"), **counts}
