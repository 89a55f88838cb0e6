"""What a run in mode *improve* saves as its rounds end: what it goes on from, and what stands where it wins.

runs/ID/improve.json          the result of the instant model, which the run goes on from, and how far photos
                              were from what a round had learned without them
       /predictions.npz       what the instant model and each finished round predicted
       /round.checkpoint      the model of the newest round, while the rounds so far say that it is better
       /instant.checkpoint    the instant model, once a stopped run has kept the model of a round instead
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.core.data.catalog import Sample
from workbench.core.errors import InputError
from workbench.core.events import TrainingResult
from workbench.core.files import read_json, write_json
from workbench.core.models.model_file import ModelFile, copy
from workbench.core.project.event_log import from_json, to_json
from workbench.core.project.runs import BEGUN, MODEL, PREDICTIONS
from workbench.core.results.comparison import Comparison
from workbench.core.results.metrics import metrics_of
from workbench.core.results.predictions import PredictionTable, concat

ROUND, INSTANT = "round.checkpoint", "instant.checkpoint"
_VERSION = 1
_log = logging.getLogger(__name__)


class Saved:
    """The folder of a run whose instant model stands.

    Attributes:
        before: What the instant model came to.
        table: What was predicted so far, for training samples each by a model that had not learned it.
    """

    def __init__(
        self, run: Path, before: TrainingResult, table: PredictionTable, apart: Mapping[str, float]
    ) -> None:
        self.before, self.table = before, table
        self._run, self._apart = run, dict(apart)

    @classmethod
    def begin(cls, run: Path, before: TrainingResult) -> Saved:
        """Notes that the instant model stands; from now on the run can go on from it."""
        saved = cls(run, before, PredictionTable.load(run / PREDICTIONS), {})
        saved._note()
        return saved

    @classmethod
    def read(cls, run: Path) -> Saved | None:
        """What an earlier process saved, None where it did not come so far or the files are damaged."""
        try:
            noted = read_json(run / BEGUN)
            if noted["schema_version"] > _VERSION or not (run / MODEL).is_file():
                return None
            apart = {str(sample): float(value) for sample, value in noted.get("apart", {}).items()}
            return cls(run, from_json(noted["instant"]), PredictionTable.load(run / PREDICTIONS), apart)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, InputError) as error:
            _log.info("%s has nothing to go on from: %r", run, error)
            return None

    def is_done(self, fold: int, samples: Sequence[Sample]) -> bool:
        """Whether the round without these samples, those of a fold, is among what was saved."""
        rounds = self.table.where(model="improved", cross_validated=True)
        found = [rounds.samples[row] for row in np.flatnonzero(rounds.folds == fold)]
        return sorted(found) == sorted(sample.id for sample in samples)

    def add(self, improved: PredictionTable, folds: NDArray[np.int64], apart: NDArray[np.float64]) -> None:
        """Saves what a round says of the samples that it practised without.

        Args:
            improved: What it predicted, (samples,).
            folds: Theirs, (samples,).
            apart: How far they are from those that it learned, (samples,); see `FeatureDistance`.
        """
        self._apart |= dict(zip(improved.samples, apart.tolist(), strict=True))
        self._note()
        old = (np.array(self.table.models) == "improved") & np.isin(self.table.folds, np.unique(folds))
        self.table = concat([self.table.take(np.flatnonzero(~old)), improved])
        self.table.save(self._run / PREDICTIONS)

    def of_folds(self, folds: Sequence[int]) -> PredictionTable:
        """What was predicted for the samples of some folds."""
        return self.table.take(np.flatnonzero(np.isin(self.table.folds, folds)))

    def apart(self, table: PredictionTable) -> NDArray[np.float64] | None:
        """How far the samples of a table are from what rounds learned without them, (samples,).

        Returns:
            None where a round of an earlier version of this program did not say.
        """
        if any(sample not in self._apart for sample in table.samples):
            return None
        return np.array([self._apart[sample] for sample in table.samples])

    def _note(self) -> None:
        noted = {"schema_version": _VERSION, "instant": to_json(self.before), "apart": self._apart}
        write_json(self._run / BEGUN, noted)

    @property
    def comparison(self) -> Comparison | None:
        """The instant model with the rounds so far, on the same samples; None before the first."""
        checked = self.table.where(cross_validated=True)
        return Comparison.of(checked, "instant", "improved") if "improved" in checked.models else None

    def keep_round(self, model: ModelFile) -> None:
        """Saves the model of the newest round, which a stop keeps where it is better."""
        model.save(self._run / ROUND)

    def drop_round(self) -> None:
        """The rounds no longer say that the improved model is better."""
        (self._run / ROUND).unlink(missing_ok=True)

    def finish(self, *, improved: bool) -> None:
        """Leaves one model file: the improved one, which is written already, or the instant one."""
        if not improved and (self._run / INSTANT).is_file():
            os.replace(self._run / INSTANT, self._run / MODEL)
        for name in (ROUND, INSTANT):
            (self._run / name).unlink(missing_ok=True)

    def stop(self) -> TrainingResult:
        """Keeps what stands where it wins: the model of a round where the rounds so far say so.

        That model has learned from the samples of all folds but one, and is measured on the compared ones.
        """
        run, comparison = self._run, self.comparison
        if comparison is not None and comparison.is_better and (run / ROUND).is_file():
            if not (run / INSTANT).is_file():
                copy(run / MODEL, run / INSTANT)
            os.replace(run / ROUND, run / MODEL)
        if comparison is not None and comparison.is_better and (run / INSTANT).is_file():
            measures = metrics_of(self.table.where(model="improved", cross_validated=True)).measures
            before = measures.accuracy + (comparison.spoiled - comparison.put_right) / comparison.samples
            return replace(
                self.before,
                stopped=True,
                kept="improved",
                comparison=comparison,
                cross_validated=measures,
                accuracy_before=before,
                validation=None,  # nobody has asked this model about them
                test=None,
            )
        if (run / INSTANT).is_file():
            os.replace(run / INSTANT, run / MODEL)
        return replace(self.before, stopped=True, kept="instant", comparison=comparison)
