"""What was predicted in a run, and the confusion matrices that its events leave out."""

from __future__ import annotations

import logging
from dataclasses import replace

from workbench.core.config.methods import DEFAULT, method_of
from workbench.core.errors import InputError
from workbench.core.events import EpochDone
from workbench.core.project.runs import PREDICTIONS, SPLIT, RunSummary
from workbench.core.project.split_file import read_split
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import confusion_of
from workbench.core.results.predictions import PredictionTable, from_answers

_ANSWERS = "answers.npz"
"""What runs until 0.1.0 have in place of `predictions.npz`."""
_log = logging.getLogger(__name__)


def read_predictions(run: RunSummary) -> PredictionTable:
    """The table of a run's predictions, of this version or an older one.

    Raises:
        InputError: There is none, or it is damaged.
    """
    if (run.folder / PREDICTIONS).is_file() or not (run.folder / _ANSWERS).is_file():
        return PredictionTable.load(run.folder / PREDICTIONS)
    return from_answers(run.folder / _ANSWERS, run.started.classes if run.started else (), _kept(run))


def judged(run: RunSummary) -> PredictionTable | None:
    """The predictions that a run's fairest measures are of; None where there are none (yet).

    Raises:
        InputError: They are damaged, or of a newer version.
    """
    if run.fairest is None or not any((run.folder / name).is_file() for name in (PREDICTIONS, _ANSWERS)):
        return None
    how, table = run.fairest[0], read_predictions(run)
    model = _kept(run) if run.result is not None or how == "validation" else "instant"
    kept = table.where(model=model)
    if how == "cross_validated":
        return kept.where(cross_validated=True)
    return kept.where(set=how)


def with_confusion(run: RunSummary) -> RunSummary:
    """The same run with the confusion matrices of its measures, as far as its predictions tell them."""
    if not run.classes and (run.fitted is not None or run.history):  # it was cut off before it said them
        run = replace(run, classes=_classes_of_split(run))
    if not (run.folder / PREDICTIONS).is_file():
        return run  # it has not predicted anything yet, or an older version kept them in the events
    try:
        table = read_predictions(run)
    except InputError as error:
        _log.warning("%s: %s", error, error.details)
        return run
    kept, result, fitted = table.where(model=_kept(run)), run.result, run.fitted
    validation, test = kept.where(set="validation"), kept.where(set="test")
    learned = kept.where(set="training", cross_validated=False)
    instant = table.where(model="instant", cross_validated=True)
    if result is not None:
        result = replace(
            result,
            validation=_counted(result.validation, validation),
            test=_counted(result.test, test),
            cross_validated=_counted(result.cross_validated, kept.where(cross_validated=True)),
        )
    if fitted is not None:
        measures = _counted(fitted.cross_validated, instant) or fitted.cross_validated
        fitted = replace(fitted, cross_validated=measures)
    folds = table.where(model="improved", cross_validated=True)

    def counted(epoch: EpochDone) -> EpochDone:
        if method_of(run.config).counts == "round":
            fold = folds.take((folds.folds == epoch.epoch - 1).nonzero()[0])
            return replace(epoch, validation=_counted(epoch.validation, fold))
        if epoch is not run.best:
            return epoch
        trained = _counted(epoch.training, learned) or epoch.training
        return replace(epoch, training=trained, validation=_counted(epoch.validation, validation))

    history = tuple(map(counted, run.history))
    return replace(run, result=result, fitted=fitted, history=history, classes=run.classes or table.classes)


def _classes_of_split(run: RunSummary) -> tuple[str, ...]:
    """The classes of a run's split; () where that cannot be read, which its predictions may make up for."""
    try:
        return read_split(run.folder / SPLIT).class_names
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return ()


def _kept(run: RunSummary) -> str:
    """The model that was kept, as the table names it."""
    kept = run.result.kept if run.result is not None else None
    method = method_of(run.config)
    return kept or (DEFAULT if method.counts == "round" else method.key)


def _counted(measures: Measures | None, table: PredictionTable) -> Measures | None:
    return (
        replace(measures, confusion=confusion_of(table)) if measures is not None and len(table) else measures
    )
