"""What was predicted in a run, and the confusion matrices that its events leave out."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from workbench.core.config.methods import DEFAULT, method_of
from workbench.core.data.catalog import Split
from workbench.core.errors import InputError
from workbench.core.events import EpochDone
from workbench.core.project.runs import PREDICTIONS, SPLIT, RunSummary, is_run, summarise
from workbench.core.project.split_file import read_split
from workbench.core.results.held_out import HeldOut
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
    kept = table.where(model=_judged_model(run))
    if how == "cross_validated":
        return kept.where(cross_validated=True)
    return kept.where(set=how)


def held_out(run: RunSummary) -> HeldOut:
    """Everything that a run was tested on and had not learned from, for comparing it with another.

    Raises:
        InputError: Nothing was predicted yet, or what was is damaged or of a newer version.
    """
    if judged(run) is None:
        raise InputError("run_without_answers", name=run.folder.name)
    assert run.fairest is not None
    table, split = read_predictions(run).where(model=_judged_model(run)), _split_of(run)
    learned = [] if split is None else [sample.id for sample in split.training]
    return HeldOut.of(
        table,
        ids={} if split is None else {each.name: each.id for each in split.classes},
        digests={} if split is None else {sample.id: sample.digest for sample in split.samples},
        learned=learned,
        chose=_chose(run),
    )


def held_out_at(path: Path) -> HeldOut:
    """The same of a run's folder, its file of predictions, or one that `evaluate --predictions` wrote.

    Raises:
        InputError: It is none of these, or is damaged; or the file has predictions of several models.
    """
    folder = path if path.is_dir() else path.parent
    if path.is_dir() or (path.name == PREDICTIONS and is_run(folder)):
        return held_out(summarise(folder))
    table = PredictionTable.load(path)
    if len(set(table.models)) > 1:
        raise InputError("several_models", name=path.name)
    return HeldOut.of(table)


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
    split = _split_of(run)
    return split.class_names if split is not None else ()


def _split_of(run: RunSummary) -> Split | None:
    """A run's split; None where it cannot be read."""
    try:
        return read_split(run.folder / SPLIT)
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return None


def _chose(run: RunSummary) -> list[str]:
    """The sets whose photos also decided what was kept: the best epoch, or the improved model."""
    result = run.result
    if result is not None and (result.kept == "improved" or result.look):
        return ["cross_validated"]
    return ["validation"] if run.history and (result is None or result.best_epoch is not None) else []


def _judged_model(run: RunSummary) -> str:
    """The model that a run is judged by, as the table names it."""
    assert run.fairest is not None
    return _kept(run) if run.result is not None or run.fairest[0] == "validation" else "instant"


def _kept(run: RunSummary) -> str:
    """The model that was kept, as the table names it."""
    kept = run.result.kept if run.result is not None else None
    method = method_of(run.config)
    return kept or (DEFAULT if method.counts == "round" else method.key)


def _counted(measures: Measures | None, table: PredictionTable) -> Measures | None:
    return (
        replace(measures, confusion=confusion_of(table)) if measures is not None and len(table) else measures
    )
