"""Stop is heard in every stage: while heads are fitted, a computer is made ready, a model is tested."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli_help import two_colours
from tests.core.training_help import catalog_of, tiny_config
from workbench.core import learning
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import Stopped
from workbench.core.events import EpochDone, HeadFitted, Progress, TrainingResult
from workbench.core.instant.ridge import fit_ridge
from workbench.core.instant.trainer import HeadTrainer
from workbench.core.messages import Message
from workbench.core.models.classifier import Classifier
from workbench.core.threads import attended, is_left_at_work


class Pressed:
    """A stop that is asked so many times before it turns true."""

    def __init__(self, after: int) -> None:
        self.asked, self._after = 0, after

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked > self._after


def samples(count: int = 400, width: int = 64, classes: int = 20) -> tuple[np.ndarray, np.ndarray, list[str]]:
    random = np.random.default_rng(0)
    features = random.normal(size=(count, width)).astype(np.float32)
    return features, random.integers(0, classes, count), [str(index) for index in range(count)]


@pytest.mark.parametrize("after", [0, 1, 5, 20, 40])
def test_fitting_a_head_ends_at_its_next_step(after: int) -> None:
    features, targets, groups = samples()
    stop = Pressed(after)
    with pytest.raises(Stopped):
        HeadTrainer(20).fit(features, targets, groups, stop=stop)
    assert stop.asked == after + 1


def test_fitting_asks_so_often_that_no_step_is_long() -> None:
    features, targets, groups = samples()
    stop = Pressed(10**9)
    HeadTrainer(20).fit(features, targets, groups, stop=stop)
    assert stop.asked > 40
    with pytest.raises(Stopped):
        fit_ridge(features, targets, groups, 20, stop=Pressed(3))


def test_a_stop_in_the_second_fit_keeps_the_first_model(tmp_path: Path, ready_backbone: None) -> None:
    (tmp_path / "photos").mkdir()
    catalog = catalog_of(two_colours(tmp_path / "photos"))
    run = tmp_path / "run"
    run.mkdir()
    looked, asked = threading.Event(), []

    def stop() -> bool:
        if looked.is_set():
            asked.append(1)
        return len(asked) > 20  # well inside of the fit, which asks at every step

    job = learning.train(catalog, TrainingConfig(), run, device="cpu", stop=stop)
    events = []
    while True:
        try:
            event = next(job)
        except StopIteration as end:
            result: TrainingResult = end.value
            break
        events.append(event)
        looking = isinstance(event, Progress) and event.message == Message("looking")
        if looking and event.done == event.total:
            looked.set()
    assert [event.kind for event in events if isinstance(event, HeadFitted)] == ["ridge"]
    assert result.stopped
    assert set(Classifier.load(run, device="cpu").classes) == {"red", "blue"}


def test_a_stop_while_the_kept_model_is_tested_keeps_it(tmp_path: Path) -> None:
    for subset in ("train", "val", "test"):
        (tmp_path / "photos" / subset).mkdir(parents=True)
        two_colours(tmp_path / "photos" / subset)
    run = tmp_path / "run"
    run.mkdir()
    done = threading.Event()
    job = learning.train(
        catalog_of(tmp_path / "photos"), tiny_config(epochs=1), run, device="cpu", stop=done.is_set
    )
    while True:
        try:
            if isinstance(next(job), EpochDone):
                done.set()
        except StopIteration as end:
            result: TrainingResult = end.value
            break
    assert result.test is None
    assert result.validation is not None
    assert Classifier.load(run, device="cpu").predict_images([next((tmp_path / "photos").rglob("*.png"))])


def test_work_that_cannot_be_interrupted_is_left_alone() -> None:
    assert attended(lambda: 7, lambda: False) == 7
    with pytest.raises(ZeroDivisionError):
        attended(lambda: 1 / 0, lambda: False)
    go_on, ended = threading.Event(), threading.Event()

    def work() -> None:
        go_on.wait(60)
        ended.set()

    stop: Callable[[], bool] = Pressed(1)
    with pytest.raises(Stopped):
        attended(work, stop)
    assert is_left_at_work()
    go_on.set()
    assert ended.wait(60)


def test_nothing_of_the_result_changes_by_being_asked() -> None:
    features, targets, groups = samples()
    asked = HeadTrainer(20).fit(features, targets, groups, stop=Pressed(10**9))
    alone = HeadTrainer(20).fit(features, targets, groups)
    np.testing.assert_array_equal(asked.head.weight, alone.head.weight)
