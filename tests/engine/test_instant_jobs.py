"""The first model as the window asks for it: in the engine that also answers, without torch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.core.folder_help import put
from tests.engine.conftest import finish
from workbench.core.config.training_config import TrainingConfig
from workbench.core.events import HeadFitted, Progress, TrainingResult
from workbench.core.features.backbone import backbone_of
from workbench.core.hardware import has_gpu
from workbench.core.instant.which_networks import FEW, looking
from workbench.core.messages import Message as Said
from workbench.engine.client import EngineClient, Message
from workbench.engine.messages import DeviceInfo, JobCompleted, JobEvent
from workbench.engine.requests import Predict, Request, Scan, Train, Warm

pytestmark = pytest.mark.e2e


@pytest.fixture
def fresh() -> Iterator[EngineClient]:
    """An engine that has done nothing yet, on the test's own profile."""
    client = EngineClient("fresh")
    client.start()
    yield client
    client.quit()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    put(tmp_path / "photos", *(f"{name}/{number}.png" for name in ("a", "b") for number in range(6)))
    return tmp_path / "photos"


def completed(messages: list[Message]) -> tuple[list[Any], Any]:
    """The events of a job, and its result."""
    *events, last = messages
    assert isinstance(last, JobCompleted), last
    return [message.event for message in events if isinstance(message, JobEvent)], last.result


def run(client: EngineClient, request: Request) -> tuple[list[Any], Any]:
    job = client.submit(request)
    return completed(finish(client, job)[job])


def learn_and_ask(client: EngineClient, photos: Path, out: Path) -> None:
    """Scan, first model, answers."""
    out.mkdir()
    _, catalog = run(client, Scan(folder=photos))
    config = TrainingConfig()
    events, result = run(client, Train(catalog=catalog, config=config, run=out, device="cpu"))
    assert isinstance(result, TrainingResult)
    assert next(event.kind for event in events if isinstance(event, HeadFitted)) == "ridge"
    paths = [photos / "a" / "0.png", photos / "b" / "0.png"]
    _, answers = run(client, Predict(model=out, paths=paths))
    assert [answer.most_probable for answer in answers] == ["a", "b"]


def test_warm_says_how_quick_this_computer_is(engine: EngineClient) -> None:
    _, told = run(engine, Warm())
    assert isinstance(told, DeviceInfo)
    assert told.rates.features > 0 or told.device.startswith("cuda")
    assert told.name


def test_a_second_warm_has_nothing_to_make_ready(engine: EngineClient) -> None:
    run(engine, Warm())
    events, _ = run(engine, Warm())
    assert events == []


def test_warm_and_train_at_once_make_the_backbone_ready_once(
    fresh: EngineClient, photos: Path, profile: Path, tmp_path: Path
) -> None:
    (profile / "cache" / "backbones").unlink()
    _, catalog = run(fresh, Scan(folder=photos))
    (tmp_path / "run").mkdir()
    config = TrainingConfig()
    warm = fresh.submit(Warm())
    train = fresh.submit(Train(catalog=catalog, config=config, run=tmp_path / "run", device="cpu"))
    messages = finish(fresh, warm, train)
    events, _ = completed(messages[warm])
    assert set(events) == {Progress("prepare", 0, 0, Said("getting_ready"))}
    _, result = completed(messages[train])
    assert result.cross_validated is not None
    backbones = [backbone_of(TrainingConfig()), backbone_of(looking(TrainingConfig(), FEW))]
    assert all(backbone.is_ready() for backbone in backbones)
    kept = {path.name for path in (profile / "cache" / "backbones").iterdir()}
    assert kept == {backbone.key for backbone in backbones}


@pytest.mark.skipif(
    sys.platform != "linux" or has_gpu(),
    reason="other systems do not show a process's libraries, and graphics cards are for torch",
)
def test_with_the_backbone_ready_the_engine_never_loads_torch(
    engine: EngineClient, fresh: EngineClient, photos: Path, tmp_path: Path
) -> None:
    run(engine, Warm())  # makes it ready, where that is still to be done
    learn_and_ask(fresh, photos, tmp_path / "run")
    assert fresh.pid is not None
    libraries = {Path(mapped.path).name for mapped in psutil.Process(fresh.pid).memory_maps()}
    assert not [name for name in libraries if name.startswith("libtorch")]
