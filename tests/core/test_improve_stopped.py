"""An improve run that is stopped, wherever that happens: what it says is what is on the disk."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.core.training_help import catalog_of, drive
from workbench.cli.run_report import tell
from workbench.core import learning
from workbench.core.config.training_config import recommended
from workbench.core.errors import Stopped
from workbench.core.events import HeadFitted, Progress, StepDone, TrainingResult, TrainingStarted
from workbench.core.improve import fit_improve as improve_module
from workbench.core.improve.plan import Plan
from workbench.core.models.classifier import Classifier
from workbench.core.project.runs import summarise
from workbench.core.settings import replace
from workbench.progress import Reporter

pytestmark = pytest.mark.e2e

TINY = Plan(views=3, passes=1, folds=1, rate=1e-3, fewest_steps=3, most_steps=3)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory, drawn_pair: Path, ready_backbone: None) -> Path:
    """Twelve photos of each class."""
    folder = tmp_path_factory.mktemp("photos")
    for name in ("apples", "leaves"):
        (folder / name).mkdir()
        for file in sorted((drawn_pair / "train" / name).iterdir())[:12]:
            (folder / name / file.name).symlink_to(file)
    return folder


def until(seen: Callable[[list[Any]], bool], photos: Path, run: Path) -> tuple[list[Any], Any]:
    """Trains, and wishes to stop as soon as the events so far say so."""
    events: list[Any] = []
    config = replace(recommended("improve"), {"amp": "off"})
    job = learning.train(catalog_of(photos), config, run, device="cpu", stop=lambda: seen(events))
    while True:
        try:
            events.append(next(job))
        except StopIteration as end:
            return events, end.value


def heads(events: list[Any]) -> int:
    return sum(isinstance(event, HeadFitted) for event in events)


MOMENTS: dict[str, Callable[[list[Any]], bool]] = {
    "after the first head": lambda events: heads(events) == 1,
    "once the instant model stands": lambda events: heads(events) == 2,
    "while the views are computed": lambda events: any(
        isinstance(event, TrainingStarted) and event.epochs for event in events
    ),
    "while the first round learns": lambda events: any(isinstance(event, StepDone) for event in events),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_instant_model_is_kept_and_nothing_else_is_said(
    moment: str,
    photos: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(improve_module.PLANS, "better", TINY)
    monkeypatch.setattr(improve_module, "WORTH_IT", 0.0)
    events, result = until(MOMENTS[moment], photos, tmp_path)
    assert (result.stopped, result.kept, result.comparison) == (True, "instant", None)
    starts = [event for event in events if isinstance(event, TrainingStarted)]
    assert [bool(start.epochs) for start in starts] in ([False], [False, True]), (
        "the rounds tell of themselves"
    )
    assert isinstance(events[-1], TrainingResult)
    assert len(Classifier.load(tmp_path, device="cpu").predict_images([photos / "apples" / "0.jpg"])) == 1
    run = summarise(tmp_path)
    assert (run.state, run.model) == ("stopped", True)
    assert run.started is not None
    assert run.started.classes == ("apples", "leaves")
    assert run.started.mode == "improve"

    reporter = Reporter()
    for event in events:
        reporter.show(event)
    tell(argparse.Namespace(json=False), reporter, result, None, 0.0, 1.0)
    said = capsys.readouterr().out
    assert "before the two models were compared" in said
    assert "did not help" not in said


def test_stopped_before_there_is_a_model_nothing_is_kept(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="Nothing was kept"):
        until(lambda events: any(isinstance(event, Progress) for event in events), photos, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_killed_goes_on_by_beginning_again(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(improve_module.PLANS, "better", TINY)
    monkeypatch.setattr(improve_module, "WORTH_IT", 0.0)
    config = replace(recommended("improve"), {"amp": "off"})
    job = learning.train(catalog_of(photos), config, tmp_path, device="cpu")
    while not isinstance(next(job), HeadFitted):
        pass
    job.close()  # as an engine that is killed: no end is written
    assert summarise(tmp_path).state == "interrupted"
    events, result = drive(learning.resume(tmp_path, device="cpu"))
    assert not result.stopped
    assert summarise(tmp_path).state == "finished"
    assert events[0].code == "starts_again"
