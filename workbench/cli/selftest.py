"""`workbench --selftest`: the main job in a profile of its own, with real engine processes.

It shows that an installed or frozen program is whole: its engines start, a run that is killed goes on, and a
model answers as it did once it is opened again.
"""

# ruff: noqa: T201 - printing is what it does
from __future__ import annotations

import importlib
import pkgutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import workbench
from workbench.core import jobs
from workbench.core.config.methods import METHODS
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog
from workbench.core.data.sample_photos import draw_sample
from workbench.core.edition import edition
from workbench.core.errors import WorkbenchError
from workbench.core.events import CheckpointSaved, Prediction, TrainingResult, TrainingStarted
from workbench.core.export.formats import export
from workbench.core.models.classifier import Classifier
from workbench.core.paths import resource, temporary_profile
from workbench.core.project.projects import Project
from workbench.core.settings import replace
from workbench.engine.client import EngineClient, EngineDied
from workbench.engine.messages import JobCompleted, JobEvent, JobFailed
from workbench.engine.requests import Predict, Request, Resume, Scan, Train
from workbench.ui.system_libraries import missing_libraries
from workbench.version import __version__

_PATIENCE = 300.0
_PER_CLASS = 10
_EPOCHS = 3
_ENOUGH, _KNOWN = 0.6, 0.8
"""Such shares of photos a model of so few tells: of those it has not learned from, and of those it has."""
_PROCESSES = 3
"""Engines never start more: one, what Python starts to clean up after it, and one that still ends."""
_SAME = 1e-5
_TORCH_SIDE = ("torch", "torchvision", "timm", "torchmetrics", "onnxscript", "huggingface_hub")
"""What the light edition comes without."""


class _NotSoError(Exception):
    """A step came to something else than it should."""


def main() -> int:
    """Goes through the steps and prints a line for each.

    Returns:
        0 where all went as they should; 1 after the first that did not.
    """
    print(f"workbench {__version__}, {edition()} edition, Python {sys.version.split()[0]}")
    with (
        tempfile.TemporaryDirectory(prefix="workbench-selftest-", ignore_cleanup_errors=True) as folder,
        temporary_profile(Path(folder) / "profile"),
    ):
        rehearsal = _Rehearsal(Path(folder))
        try:
            return 0 if all(map(_done, rehearsal.steps())) else 1
        finally:
            rehearsal.end()


def _done(step: Callable[[], str]) -> bool:
    """Takes a step and prints what came of it; returns whether it went as it should."""
    name, begun = step.__name__.strip("_").replace("_", " "), time.monotonic()
    try:
        found = step()
    except (_NotSoError, WorkbenchError, OSError) as error:
        print(f"FAILED  {name}: {error} {getattr(error, 'details', '')}".rstrip(), flush=True)
        return False
    print(f"ok      {name}: {found}, {time.monotonic() - begun:.1f} s", flush=True)
    return True


class _Rehearsal:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engine = EngineClient("selftest")
        self._photos = folder / "Sample photos"
        self._catalog: Catalog | None = None
        self._runs: dict[str, Path] = {}
        self._answers: list[Prediction] = []

    def steps(self) -> list[Callable[[], str]]:
        """In order; learning by epochs only where this edition can."""
        first = [self._modules, self._resources, self._sample, self._scan, self._instant, self._killed]
        epochs = [self._killed_between_epochs] if METHODS.of("scratch").is_here else []
        return [*first, *epochs, self._predict, self._reopen, self._share, self._processes]

    def end(self) -> None:
        """Ends the engine."""
        self._engine.quit()

    def _modules(self) -> str:
        """Imports the program's own modules: those of the window only where that can open."""
        lacking = _TORCH_SIDE if edition() == "light" else ()
        count = 0
        for found in pkgutil.walk_packages(workbench.__path__, "workbench."):
            if found.name == "workbench.__main__" or (".ui." in found.name and missing_libraries()):
                continue
            try:
                importlib.import_module(found.name)
            except ModuleNotFoundError as error:
                if (error.name or "").partition(".")[0] not in lacking:
                    raise _NotSoError(f"{found.name} lacks {error.name}") from error
            count += 1
        return f"{count} of the program's own"

    def _resources(self) -> str:
        if not resource("workbench.svg").is_file():
            raise _NotSoError(f"there is no {resource('workbench.svg')}")
        return "there"

    def _sample(self) -> str:
        jobs.run(draw_sample(self._photos, per_class=_PER_CLASS))
        return f"{sum(1 for path in self._photos.rglob('*.*') if path.is_file())} photos drawn"

    def _scan(self) -> str:
        self._engine.start()
        found = self._result(Scan(self._photos))
        if not isinstance(found, Catalog) or len(found.classes) != 6:
            raise _NotSoError(f"the sample was read as {found!r:.200}")
        self._catalog = found
        return f"{len(found.samples)} photos of {len(found.classes)} classes"

    def _instant(self) -> str:
        run, config = self._new_run("instant"), recommended("instant")
        result = self._result(self._training(config, run))
        if not isinstance(result, TrainingResult) or result.cross_validated is None:
            raise _NotSoError(f"it ended with {result!r:.200}")
        accuracy = result.cross_validated.accuracy
        if accuracy is None or accuracy < _ENOUGH:
            raise _NotSoError(f"only {accuracy} of the photos are told right")
        return f"{accuracy:.2f} right with {result.runtime}"

    def _killed(self) -> str:
        run = self._new_run("killed")
        self._kill_at(_has_begun, self._training(recommended("instant"), run))
        self._result(Resume(run))
        return "started again and finished"

    def _killed_between_epochs(self) -> str:
        run = self._new_run("epochs")
        config = replace(recommended("scratch"), {"epochs": _EPOCHS, "input_size": 32})
        self._kill_at(_has_saved, self._training(config, run))
        begun: list[int] = []

        def note(event: object) -> None:
            if isinstance(event, TrainingStarted):
                begun.append(event.first_step)

        result = self._result(Resume(run), note)
        if not begun or begun[0] == 0 or result.epochs != _EPOCHS:
            raise _NotSoError(f"it went on at step {begun} and ended after {result.epochs} epochs")
        return f"went on at step {begun[0]} and finished"

    def _predict(self) -> str:
        paths = sorted(self._photos.rglob("*-00[34].*"))
        self._answers = self._result(Predict(self._runs["instant"], paths))
        right = sum(Path(each.path).parent.name == each.most_probable for each in self._answers)
        if not paths or right < _KNOWN * len(paths):
            raise _NotSoError(f"only {right} of {len(paths)} are told right")
        return f"{right} of {len(paths)} right"

    def _reopen(self) -> str:
        project = Project.of(self._photos, self._catalog)
        unfinished = [run.folder.name for run in project.runs() if run.state != "finished" or not run.model]
        if unfinished or len(project.runs()) != len(self._runs):
            raise _NotSoError(f"of {len(project.runs())} runs these are not whole: {unfinished}")
        self._compare(Classifier.load(self._runs["instant"]))
        return f"{len(self._runs)} runs whole, the same answers"

    def _share(self) -> str:
        shared = self._folder / "shared"
        shared.mkdir()
        model = export(self._runs["instant"], shared / "model.checkpoint", "model")
        self._compare(Classifier.load(model))
        sizes = []
        for name in ("instant", "epochs"):
            if name in self._runs:
                onnx = export(self._runs[name], shared / f"{name}.onnx", "onnx")
                sizes.append(f"{onnx.stat().st_size / 1e6:.0f}")
        return f"a model file of {model.stat().st_size / 1e6:.0f} MB, ONNX of {' and '.join(sizes)} MB"

    def _processes(self) -> str:
        count = len(psutil.Process().children(recursive=True))
        if count > _PROCESSES:
            raise _NotSoError(f"{count} processes were started and stay")
        return f"{count} at work"

    def _compare(self, classifier: Classifier) -> None:
        now = classifier.predict_images([answer.path for answer in self._answers])
        apart = [
            np.abs(np.subtract(list(a.probabilities.values()), list(b.probabilities.values()))).max()
            for a, b in zip(now, self._answers, strict=True)
        ]
        if max(apart) > _SAME:
            raise _NotSoError(f"its answers are {max(apart)} apart from those before")

    def _new_run(self, name: str) -> Path:
        assert self._catalog is not None
        self._runs[name] = Project.of(self._photos, self._catalog).new_run()
        return self._runs[name]

    def _training(self, config: TrainingConfig, run: Path) -> Train:
        assert self._catalog is not None
        return Train(self._catalog, config, run, "cpu")

    def _result(self, request: Request, hear: Callable[[object], object] = lambda event: None) -> Any:
        """What a job of the engine returns.

        Args:
            hear: Called with what it yields.
        """
        job, deadline = self._engine.submit(request), time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            message = self._engine.receive(1.0)
            if message is None or message.job != job:
                continue
            if isinstance(message, JobCompleted):
                return message.result
            if isinstance(message, JobFailed):
                raise _NotSoError(f"{message.error.title} {message.error.details}")
            hear(message.event)
        raise _NotSoError(f"no end after {_PATIENCE:.0f} s")

    def _kill_at(self, moment: Callable[[object], bool], request: Request) -> None:
        """Starts a job in an engine of its own, and kills that at the first event that is the moment."""
        engine = EngineClient("selftest-killed")
        engine.start()
        engine.submit(request)
        deadline, killed = time.monotonic() + _PATIENCE, False
        try:
            while time.monotonic() < deadline:
                message = engine.receive(1.0)
                if isinstance(message, JobCompleted | JobFailed):
                    raise _NotSoError("it ended before it could be killed")
                if isinstance(message, JobEvent) and moment(message.event) and not killed:
                    assert engine.pid is not None
                    psutil.Process(engine.pid).kill()
                    killed = True
            raise _NotSoError(f"no end after {_PATIENCE:.0f} s")
        except EngineDied:
            if not killed:
                raise
        finally:
            engine.quit()


def _has_begun(event: object) -> bool:
    return isinstance(event, TrainingStarted)


def _has_saved(event: object) -> bool:
    return isinstance(event, CheckpointSaved) and event.step > 0
