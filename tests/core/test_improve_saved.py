"""Better, stopped or cut off: rounds are saved as they end, and what stands where it wins is kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.core.training_help import drive
from workbench.core import learning
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog
from workbench.core.data.scan import scan
from workbench.core.events import EpochDone, HeadFitted, Progress, StepDone, TrainingResult, TrainingStarted
from workbench.core.improve import fit_improve as improve_module
from workbench.core.improve.plan import Plan
from workbench.core.improve.saved import INSTANT, ROUND
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ModelFile
from workbench.core.project.runs import BEGUN, MODEL, PREDICTIONS, summarise
from workbench.core.results.comparison import Comparison
from workbench.core.results.metrics import metrics_of
from workbench.core.results.predictions import PredictionTable
from workbench.core.settings import replace

pytestmark = pytest.mark.e2e

TINY = Plan(views=3, passes=1, folds=1, rate=1e-3, fewest_steps=3, most_steps=3)
ROUNDS = 6
"""Sixteen photos are compared on all five folds; the last round takes all of them."""


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    short_rounds(monkeypatch)


def short_rounds(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(improve_module.PLANS, "better", TINY)
    patch.setattr(improve_module, "WORTH_IT", 0.0)  # the instant model makes no mistake here


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """What the rounds say: whether the improved model is better. No test is so quick that it learned it."""

    def say(better: bool) -> None:
        monkeypatch.setattr(Comparison, "is_better", better)

    return say


@pytest.fixture
def catalog(tmp_path: Path, drawn_pair: Path, ready_backbone: None) -> Catalog:
    return few_photos(tmp_path / "photos", drawn_pair)


def few_photos(photos: Path, drawn_pair: Path) -> Catalog:
    """Eight of each class."""
    for name in ("apples", "leaves"):
        (photos / name).mkdir(parents=True)
        for file in sorted((drawn_pair / "train" / name).iterdir())[:8]:
            (photos / name / file.name).symlink_to(file)
    found: Catalog = drive(scan(photos))[1]
    return found


CONFIG: TrainingConfig = replace(recommended("improve"), {"amp": "off"})


class Stopper:
    """Presses Stop once something has been reported."""

    def __init__(self, when: Callable[[list[Any]], bool]) -> None:
        self._when = when
        self.seen: list[Any] = []

    def __call__(self) -> bool:
        return self._when(self.seen)


def follow(job: Any, stopper: Stopper | None = None, until: Callable[[Any], bool] | None = None) -> Any:
    """Drives a job and hands its events to whoever stops it; `until` kills it half-way instead."""
    events = stopper.seen if stopper is not None else []
    while True:
        try:
            event = next(job)
        except StopIteration as end:
            return events, end.value
        events.append(event)
        if until is not None and until(event):
            job.close()
            return events, None


def rounds_of(events: list[Any]) -> list[int]:
    return [event.epoch for event in events if isinstance(event, EpochDone)]


def after_round(number: int) -> Callable[[list[Any]], bool]:
    return lambda seen: number in rounds_of(seen)


def begin(catalog: Catalog, run: Path, stopper: Stopper | None = None, **more: Any) -> Any:
    run.mkdir()
    job = learning.train(catalog, CONFIG, run, device="cpu", stop=stopper or (lambda: False))
    return follow(job, stopper, **more)


def go_on(run: Path, stopper: Stopper | None = None) -> Any:
    return follow(learning.resume(run, device="cpu", stop=stopper or (lambda: False)), stopper)


def is_improved(file: Path) -> bool:
    return ModelFile.load(file).description.backbone.startswith("tuned-")


def test_stop_keeps_the_improved_model_where_the_rounds_so_far_say_it_is_better(
    catalog: Catalog, tmp_path: Path, says: Callable[[bool], None]
) -> None:
    says(True)
    run = tmp_path / "run"
    events, result = begin(catalog, run, Stopper(after_round(2)))
    assert rounds_of(events) == [1, 2]
    assert (result.kept, result.stopped) == ("improved", True)
    assert is_improved(run / MODEL)
    assert not is_improved(run / INSTANT), "the other one is not lost"
    table = PredictionTable.load(run / PREDICTIONS)
    improved = table.where(model="improved", cross_validated=True)
    assert result.cross_validated.samples == len(improved) < 16
    assert result.cross_validated.accuracy == metrics_of(improved).accuracy
    same = set(improved.samples)
    instant = table.where(model="instant", cross_validated=True)
    before = [right for s, right in zip(instant.samples, instant.is_right, strict=True) if s in same]
    assert result.accuracy_before == pytest.approx(np.mean(before))
    told = summarise(run)
    assert (told.state, told.model, told.can_continue) == ("stopped", True, True)
    assert Classifier.load(run, device="cpu").classes == ("apples", "leaves")


def test_a_stopped_run_goes_on_after_the_rounds_that_it_saved(
    catalog: Catalog, tmp_path: Path, says: Callable[[bool], None]
) -> None:
    says(True)
    run = tmp_path / "run"
    begin(catalog, run, Stopper(after_round(2)))
    events, result = go_on(run)
    assert not [event for event in events if isinstance(event, HeadFitted)], "the instant model stands"
    assert rounds_of(events) == [3, 4, 5, 6]
    started = [event for event in events if isinstance(event, TrainingStarted)]
    assert [event.first_step for event in started] == [2 * 3]
    assert min(event.step for event in events if isinstance(event, StepDone)) > 6
    assert (result.kept, result.stopped, result.epochs) == ("improved", False, ROUNDS)
    assert {file.name for file in run.iterdir()} & {ROUND, INSTANT} == set()
    improved = PredictionTable.load(run / PREDICTIONS).where(model="improved", cross_validated=True)
    assert sorted(improved.samples) == sorted(sample.id for sample in catalog.samples), "each of them once"
    told = summarise(run)
    assert [epoch.epoch for epoch in told.history] == [1, 2, 3, 4, 5, 6]
    assert (told.state, told.can_continue) == ("finished", False)


def test_where_the_other_rounds_disagree_the_instant_model_comes_back(
    catalog: Catalog, tmp_path: Path, says: Callable[[bool], None]
) -> None:
    says(True)
    run = tmp_path / "run"
    begin(catalog, run, Stopper(after_round(1)))
    assert is_improved(run / MODEL)
    says(False)
    _, result = go_on(run)
    assert (result.kept, result.stopped) == ("instant", False)
    assert not is_improved(run / MODEL)
    assert {file.name for file in run.iterdir()} & {ROUND, INSTANT} == set()


def test_stop_keeps_the_instant_model_where_the_rounds_do_not_say_otherwise(
    catalog: Catalog, tmp_path: Path, says: Callable[[bool], None]
) -> None:
    says(False)
    run = tmp_path / "run"
    _, result = begin(catalog, run, Stopper(after_round(1)))
    assert (result.kept, result.stopped) == ("instant", True)
    assert result.comparison is not None, "it is known how the rounds went"
    assert not is_improved(run / MODEL)
    assert summarise(run).can_continue


def test_stopping_while_it_gets_ready_leaves_a_result_to_go_on_from(catalog: Catalog, tmp_path: Path) -> None:
    run = tmp_path / "run"

    def looking_again(seen: list[Any]) -> bool:
        heads = sum(isinstance(event, HeadFitted) for event in seen)
        return heads == 2 and isinstance(seen[-1], Progress)

    events, result = begin(catalog, run, Stopper(looking_again))
    assert (result.kept, result.stopped, result.comparison) == ("instant", True, None)
    assert isinstance(events[-1], TrainingResult)
    told = summarise(run)
    assert told.classes == ("apples", "leaves")
    assert (told.state, told.can_continue) == ("stopped", True)
    events, result = go_on(run)
    assert rounds_of(events)[0] == 1


def test_a_killed_run_loses_the_round_under_way_and_no_other(
    catalog: Catalog, tmp_path: Path, says: Callable[[bool], None]
) -> None:
    says(True)
    run = tmp_path / "run"
    begin(catalog, run, until=lambda event: isinstance(event, StepDone) and event.epoch == 3)
    told = summarise(run)
    assert (told.state, told.can_continue, told.model) == ("interrupted", True, True)
    assert [epoch.epoch for epoch in told.history] == [1, 2]
    assert not is_improved(run / MODEL), "nobody chose: the instant model stays"
    events, _ = go_on(run)
    assert rounds_of(events) == [3, 4, 5, 6]


def test_a_run_can_be_stopped_twice(catalog: Catalog, tmp_path: Path, says: Callable[[bool], None]) -> None:
    says(True)
    run = tmp_path / "run"
    begin(catalog, run, Stopper(after_round(1)))
    first = (run / MODEL).read_bytes()
    _, result = go_on(run, Stopper(lambda seen: bool(seen)))  # before another round
    assert (result.kept, result.stopped) == ("improved", True)
    assert (run / MODEL).read_bytes() == first
    assert not is_improved(run / INSTANT)
    events, result = go_on(run, Stopper(after_round(2)))
    assert rounds_of(events) == [2]
    assert (run / MODEL).read_bytes() != first
    assert not is_improved(run / INSTANT)


def test_a_stop_that_is_no_longer_for_the_improved_model_brings_the_instant_one_back(
    catalog: Catalog, tmp_path: Path, says: Callable[[bool], None]
) -> None:
    says(True)
    run = tmp_path / "run"
    begin(catalog, run, Stopper(after_round(1)))
    says(False)
    _, result = go_on(run, Stopper(after_round(2)))
    assert (result.kept, result.stopped) == ("instant", True)
    assert not is_improved(run / MODEL)


def test_a_run_cut_off_before_its_instant_model_begins_anew(catalog: Catalog, tmp_path: Path) -> None:
    run = tmp_path / "run"
    begin(catalog, run, until=lambda event: isinstance(event, TrainingStarted))
    assert not (run / BEGUN).exists()
    assert not summarise(run).can_continue, "nothing was kept"
    events, result = go_on(run)
    assert len([event for event in events if isinstance(event, HeadFitted)]) == 2
    assert result.epochs >= 1


@pytest.fixture(scope="module")
def after_one_round(tmp_path_factory: pytest.TempPathFactory, drawn_pair: Path, ready_backbone: None) -> Path:
    """The folder of a run that was stopped after its first round."""
    folder = tmp_path_factory.mktemp("stopped")
    with pytest.MonkeyPatch.context() as patch:
        short_rounds(patch)
        begin(few_photos(folder / "photos", drawn_pair), folder / "run", Stopper(after_round(1)))
    return folder / "run"


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"schema_version": 1}', b'{"schema_version": 99, "instant": {}}']
)
def test_a_damaged_note_of_the_instant_model_costs_only_that_model(
    after_one_round: Path, tmp_path: Path, damage: bytes
) -> None:
    run = tmp_path / "run"
    shutil.copytree(after_one_round, run)
    (run / BEGUN).write_bytes(damage)
    # The rounds after the first are the same whatever the damage was: one of them goes on to the end.
    stopper = None if damage == b"{" else Stopper(after_round(1))
    events, result = go_on(run, stopper)
    assert [event for event in events if isinstance(event, HeadFitted)], "it is made anew"
    assert rounds_of(events)[0] == 1
    assert isinstance(result, TrainingResult)
    assert result.stopped == (stopper is not None)
    assert summarise(run).model
