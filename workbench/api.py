"""The program from Python: `import workbench`, then `open_folder`, `train`, `load`, `evaluate`.

The window and the command line do the same with the same code; see `docs/python.md` for examples.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from workbench.core import evaluation, learning
from workbench.core.config.applying import asked_for
from workbench.core.data.catalog import Catalog
from workbench.core.data.scan import scan
from workbench.core.evaluation import Evaluation
from workbench.core.events import TrainingResult
from workbench.core.messages import Message
from workbench.core.models.classifier import Classifier
from workbench.core.outputs import new_run_folder
from workbench.core.project.projects import Project
from workbench.progress import Reporter, stop_on_interrupt

T = TypeVar("T")
Folder = str | os.PathLike[str]
_Job = Callable[[Callable[[], bool]], Generator[Any, None, T]]


@dataclass(frozen=True)
class TrainedModel:
    """What `train` returns.

    Attributes:
        run: The folder that everything about the run was written into.
        result: Its metrics, how long it took, and where the model file lies.
    """

    run: Path
    result: TrainingResult

    @cached_property
    def classifier(self) -> Classifier:
        """The model, ready to predict."""
        return load(self.run)


def open_folder(folder: Folder, *, read_as: str = "", progress: bool = True) -> Catalog:
    """Reads an image folder: one folder for each class, sets (`train`, `val`, `test`) of such, or a table.

    Every photo is decoded once, so that broken ones are found now. Nothing in the folder is changed.

    Args:
        folder: The image folder.
        read_as: What says the classes, where the folder can be read in several ways: a key of the
            catalog's `other_readings`, such as `table` for a table beside the photos; "" takes what is
            likelier. With `loose`, no photo has a class.
        progress: Whether to show bars and notes, in a terminal or a notebook.

    Returns:
        Its classes and samples, and what was left out and why.

    Raises:
        InputError: There is no such folder, or its photos are not sorted into two or more classes.
    """
    return _run(lambda stop: scan(Path(folder), reading=read_as, stop=stop), progress)


def train(
    folder: Folder | Catalog,
    *,
    mode: str = "instant",
    architecture: str | None = None,
    out: Folder | None = None,
    device: str = "auto",
    progress: bool = True,
    **settings: Any,
) -> TrainedModel:
    """Trains a model on an image folder.

    Interrupted (Ctrl-C, or *stop* in a notebook), it keeps the best model so far.

    Args:
        folder: An image folder, or what `open_folder` gave for one.
        mode: `instant` (seconds; a head on a trained network's features), `improve` (minutes; kept only
            where it is better), `transfer` or `scratch` (epochs).
        architecture: See `workbench architectures`; None takes the mode's usual one.
        out: An empty or new folder for the run; None takes one of the program's own.
        device: `auto`, `cpu` or `cuda`.
        progress: Whether to show bars and notes.
        settings: Any other field of `TrainingConfig` that has an effect in the mode.

    Raises:
        InputError: The folder or a setting cannot be used, or a setting would have no effect.
        ResourceError: Memory or disk ran out.
        Stopped: It was interrupted before there was a model.
    """
    catalog = folder if isinstance(folder, Catalog) else open_folder(folder, progress=progress)
    config = asked_for(mode, architecture, settings, _warn)
    with contextlib.ExitStack() as undone:
        if out is None:
            run = Project.of(catalog.folder, catalog).new_run()
        else:
            run = undone.enter_context(new_run_folder(Path(out), catalog.folder))
        result = _run(lambda stop: learning.train(catalog, config, run, device=device, stop=stop), progress)
    return TrainedModel(run, result)


def load(model: Folder, *, device: str = "auto") -> Classifier:
    """Reads a model file, or the model in a run's folder.

    Raises:
        InputError: It is missing, damaged or not a model of this program.
    """
    return Classifier.load(Path(model), device=device)


def evaluate(
    model: Folder | TrainedModel, folder: Folder, *, device: str = "auto", progress: bool = True
) -> Evaluation:
    """Tests a model on an image folder with the same classes: on its test set, where it has one.

    Raises:
        InputError: The model or the folder cannot be used, or the folder has no class that the model knows.
    """
    path = model.run if isinstance(model, TrainedModel) else Path(model)
    return _run(lambda stop: evaluation.evaluate(path, Path(folder), device=device, stop=stop), progress)


def _run(job: _Job[T], progress: bool) -> T:
    with Reporter(quiet=not progress) as reporter, stop_on_interrupt(reporter.say) as stop:
        return reporter.drive(job(stop))


def _warn(message: Message) -> None:
    warnings.warn(str(message), stacklevel=5)  # of whoever called `train`
