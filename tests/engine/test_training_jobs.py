"""Training and prediction as the window asks for them: in an engine that may be killed at any time."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.engine.conftest import PATIENCE, finish
from workbench.core.architectures.design import NetworkDesign
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog
from workbench.core.events import CheckpointSaved, EpochDone, Prediction, TrainingResult, TrainingStarted
from workbench.core.project.runs import summarise
from workbench.engine.client import EngineClient, EngineDied
from workbench.engine.messages import JobCompleted, JobEvent, JobFailed
from workbench.engine.requests import Predict, Resume, Scan, Train

pytestmark = pytest.mark.e2e

DESIGN = {"blocks": 2, "channels": 8}


def config(epochs: int) -> TrainingConfig:
    """Settings of a run that takes a moment."""
    values = recommended("scratch").to_dict() | {"epochs": epochs, "input_size": 32, "batch_size": 16}
    return TrainingConfig.from_dict(values | {"design": NetworkDesign(**DESIGN)})


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty red and twenty blue photos."""
    folder = tmp_path_factory.mktemp("photos")
    random = np.random.default_rng(0)
    for name, channel in (("red", 0), ("blue", 2)):
        (folder / name).mkdir()
        for index in range(20):
            pixels = random.integers(0, 90, (40, 40, 3), dtype=np.uint8)
            pixels[..., channel] += 150
            Image.fromarray(pixels).save(folder / name / f"{index}.png")
    return folder


@pytest.fixture(scope="module")
def catalog(engine: EngineClient, photos: Path) -> Catalog:
    job = engine.submit(Scan(folder=photos))
    last = finish(engine, job)[job][-1]
    assert isinstance(last, JobCompleted)
    found: Catalog = last.result
    return found


@pytest.fixture
def doomed() -> Iterator[EngineClient]:
    """An engine that the test kills."""
    client = EngineClient("doomed")
    client.start()
    yield client
    client.quit()


def events_of(messages: list[Any]) -> list[Any]:
    return [message.event for message in messages if isinstance(message, JobEvent)]


def test_a_run_reports_its_events_and_its_model_answers(
    engine: EngineClient, catalog: Catalog, photos: Path, tmp_path: Path
) -> None:
    job = engine.submit(Train(catalog=catalog, config=config(2), run=tmp_path, device="cpu"))
    messages = finish(engine, job)[job]
    assert isinstance(messages[-1], JobCompleted)
    assert isinstance(messages[-1].result, TrainingResult)
    events = events_of(messages)
    assert sum(isinstance(event, TrainingStarted) for event in events) == 1
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [1, 2]

    paths = [photos / "red" / "0.png", photos / "gone.png", photos / "blue" / "0.png"]
    for _ in range(2):
        job = engine.submit(Predict(model=tmp_path, paths=paths))
        messages = finish(engine, job)[job]
        assert isinstance(messages[-1], JobCompleted)
        assert [Path(answer.path) for answer in messages[-1].result] == paths
        assert [bool(answer.error) for answer in messages[-1].result] == [False, True, False]
        assert [e for e in events_of(messages) if isinstance(e, Prediction)] == messages[-1].result


def test_a_model_that_is_not_there_is_told_in_a_sentence(engine: EngineClient, tmp_path: Path) -> None:
    job = engine.submit(Predict(model=tmp_path / "none.checkpoint", paths=[]))
    last = finish(engine, job)[job][-1]
    assert isinstance(last, JobFailed)
    assert last.error.is_input


def test_a_stopped_run_keeps_the_best_so_far(engine: EngineClient, catalog: Catalog, tmp_path: Path) -> None:
    job = engine.submit(Train(catalog=catalog, config=config(2000), run=tmp_path, device="cpu"))
    while not isinstance(_next_event(engine), EpochDone):
        pass
    engine.stop(job)
    last = finish(engine, job)[job][-1]
    assert isinstance(last, JobCompleted)
    assert last.result.stopped
    assert Path(last.result.checkpoint).is_file()
    assert summarise(tmp_path).can_continue


def test_a_run_whose_engine_was_killed_goes_on_in_another(
    engine: EngineClient, doomed: EngineClient, catalog: Catalog, tmp_path: Path
) -> None:
    doomed.submit(Train(catalog=catalog, config=config(40), run=tmp_path, device="cpu"))
    while not (isinstance(event := _next_event(doomed), CheckpointSaved) and event.step > 0):
        pass
    assert doomed.pid is not None
    os.kill(doomed.pid, signal.SIGKILL)
    with pytest.raises(EngineDied):
        _hear_out(doomed)
    assert summarise(tmp_path).state == "interrupted"

    job = engine.submit(Resume(run=tmp_path, device="cpu"))
    messages = finish(engine, job)[job]
    assert isinstance(messages[-1], JobCompleted)
    (started,) = (event for event in events_of(messages) if isinstance(event, TrainingStarted))
    assert started.first_step > 0
    summary = summarise(tmp_path)
    assert summary.state == "finished"
    assert [epoch.epoch for epoch in summary.history] == list(range(1, 41))


def _hear_out(client: EngineClient) -> None:
    while True:
        client.receive(PATIENCE)


def _next_event(client: EngineClient) -> Any:
    message = client.receive(PATIENCE)
    assert isinstance(message, JobEvent), message
    return message.event
