"""A real engine process, from the window's end of the pipe."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from tests.engine.conftest import PATIENCE, finish
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.events import Progress, Thumbnail
from workbench.engine.client import EngineClient, EngineDied
from workbench.engine.messages import DeviceInfo, JobCompleted, JobEvent, JobFailed
from workbench.engine.requests import Augment, Request, Scan, Thumbnails, Warm

pytestmark = pytest.mark.e2e


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """An image folder of two classes, 12 photos each, and a broken file."""
    random = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for index in range(12):
            pixels = random.integers(0, 255, (40, 60, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{index}.png")
    (tmp_path / "photos" / "cat" / "broken.jpg").write_bytes(b"not a photo")
    return tmp_path / "photos"


@pytest.fixture
def own_engine() -> Iterator[EngineClient]:
    """An engine that the test may kill."""
    client = EngineClient("doomed")
    client.start()
    yield client
    client.quit()


def test_warm_says_what_it_computes_on(engine: EngineClient) -> None:
    job = engine.submit(Warm())
    *_, last = finish(engine, job)[job]
    assert isinstance(last, JobCompleted)
    assert isinstance(last.result, DeviceInfo)
    assert last.result.device.split(":")[0] in ("cpu", "cuda")
    assert last.result.name


def test_a_file_that_is_left_out_is_told_of_in_a_sentence(engine: EngineClient, image_pair: Path) -> None:
    (image_pair / "red" / "letter.jpg").write_text("Dear reader")
    job = engine.submit(Scan(folder=image_pair))
    *_, last = finish(engine, job)[job]
    assert isinstance(last, JobCompleted)
    assert [left.message.title for left in last.result.skipped] == [
        "“letter.jpg” is not an image, whatever its name says."
    ]


@pytest.fixture
def image_pair(tmp_path: Path) -> Path:
    for name in ("red", "blue"):
        (tmp_path / "pair" / name).mkdir(parents=True)
        for number in range(2):
            Image.new("RGB", (40, 40), name).save(tmp_path / "pair" / name / f"{number}.png")
    return tmp_path / "pair"


def test_scan_gives_the_catalog_of_a_folder(engine: EngineClient, photos: Path) -> None:
    job = engine.submit(Scan(folder=photos))
    *events, last = finish(engine, job)[job]
    assert isinstance(last, JobCompleted)
    catalog = last.result
    assert isinstance(catalog, Catalog)
    assert catalog.counts == {"cat": 12, "dog": 12}
    assert [skipped.path for skipped in catalog.skipped] == [os.path.join("cat", "broken.jpg")]
    assert events
    assert all(isinstance(event, JobEvent) and isinstance(event.event, Progress) for event in events)


def test_two_jobs_run_side_by_side(engine: EngineClient, photos: Path) -> None:
    paths = [str(path) for path in sorted(photos.rglob("*.*g"))]
    first = engine.submit(Thumbnails(paths=paths, size=32))
    second = engine.submit(Scan(folder=photos))
    messages = finish(engine, first, second)
    shown = {m.event.path: m.event.pixels for m in messages[first] if isinstance(m, JobEvent)}
    assert set(shown) == set(paths)
    unreadable = [path for path, pixels in shown.items() if pixels is None]
    assert unreadable == [str(photos / "cat" / "broken.jpg")]
    shapes = {pixels.shape for pixels in shown.values() if pixels is not None}
    assert shapes == {(21, 32, 3)}
    assert isinstance(messages[second][-1], JobCompleted)


def test_augment_shows_every_photo_as_often_as_asked(engine: EngineClient, photos: Path) -> None:
    paths = [str(photos / "cat" / "0.png"), str(photos / "dog" / "0.png")]
    config = TrainingConfig(augmentation="normal", channels=1)
    job = engine.submit(Augment(paths=paths, config=config, count=2, seed=3))
    *events, last = finish(engine, job)[job]
    assert isinstance(last, JobCompleted)
    pictures = [message.event for message in events if isinstance(message, JobEvent)]
    assert all(isinstance(picture, Thumbnail) for picture in pictures)
    assert sorted(picture.path for picture in pictures) == sorted(paths * 2)
    assert {picture.pixels.shape[2] for picture in pictures} == {3}
    first, second = (p.pixels for p in pictures if p.path == paths[0])
    assert not np.array_equal(first, second)


def test_a_stopped_job_still_ends_with_one_message(engine: EngineClient, photos: Path) -> None:
    paths = [str(photos / "cat" / "0.png")] * 20_000
    job = engine.submit(Thumbnails(paths=paths, size=32))
    assert engine.receive(PATIENCE) is not None
    engine.stop(job)
    messages = finish(engine, job)[job]
    assert isinstance(messages[-1], JobFailed)
    assert messages[-1].error.is_stop
    assert len(messages) < len(paths)


def test_stopping_what_has_ended_or_never_was_does_nothing(engine: EngineClient) -> None:
    engine.stop(10**6)
    job = engine.submit(Thumbnails(paths=[], size=32))
    finish(engine, job)
    engine.stop(job)
    assert engine.receive(0.1) is None


def test_a_bad_folder_gives_a_sentence(engine: EngineClient, tmp_path: Path) -> None:
    job = engine.submit(Scan(folder=tmp_path / "nowhere"))
    last = finish(engine, job)[job][-1]
    assert isinstance(last, JobFailed)
    assert last.error.is_input
    assert last.error.title.endswith(".")
    assert "Traceback" not in last.error.title + last.error.hint


@pytest.mark.parametrize("asked", [Request(), Scan(folder=5)])  # type: ignore[arg-type]
def test_a_mistake_of_ours_is_told_without_a_traceback_in_sight(engine: EngineClient, asked: Request) -> None:
    job = engine.submit(asked)
    last = finish(engine, job)[job][-1]
    assert isinstance(last, JobFailed)
    assert not last.error.is_input
    assert "Traceback" not in last.error.title + last.error.hint
    assert "Traceback" in last.error.details


def test_an_argument_that_cannot_cross_is_refused_here_and_harms_nothing(engine: EngineClient) -> None:
    with pytest.raises((TypeError, pickle.PicklingError, AttributeError)):
        engine.submit(Thumbnails(paths=[threading.Lock()], size=3))
    job = engine.submit(Thumbnails(paths=[], size=3))
    assert isinstance(finish(engine, job)[job][-1], JobCompleted)


def test_a_killed_engine_is_noticed(own_engine: EngineClient) -> None:
    job = own_engine.submit(Thumbnails(paths=[], size=3))
    finish(own_engine, job)
    assert own_engine.pid is not None
    os.kill(own_engine.pid, signal.SIGKILL)
    with pytest.raises(EngineDied) as caught:
        own_engine.receive(PATIENCE)
    assert caught.value.exit_code == -signal.SIGKILL
    assert caught.value.title.endswith(".")
    with pytest.raises(EngineDied):
        own_engine.submit(Warm())
    own_engine.stop(job)


def test_quit_stops_running_jobs_and_returns_what_they_still_say(
    own_engine: EngineClient, photos: Path
) -> None:
    job = own_engine.submit(Thumbnails(paths=[str(photos / "cat" / "0.png")] * 20_000, size=32))
    assert own_engine.receive(PATIENCE) is not None
    messages = own_engine.quit(grace=PATIENCE)
    assert isinstance(messages[-1], JobFailed)
    assert messages[-1].job == job
    assert own_engine.pid is None
    assert own_engine.quit() == []


def test_an_engine_that_does_not_answer_is_killed_after_the_grace(own_engine: EngineClient) -> None:
    assert own_engine.pid is not None
    process = psutil.Process(own_engine.pid)
    process.suspend()
    own_engine.quit(grace=0.2)
    assert not process.is_running()


def test_interrupt_from_the_terminal_is_left_to_the_window(engine: EngineClient) -> None:
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGINT)
    job = engine.submit(Thumbnails(paths=[], size=3))
    assert isinstance(finish(engine, job)[job][-1], JobCompleted)


_WINDOW = """
import os, sys
from pathlib import Path
from workbench.engine.client import EngineClient
from workbench.engine.messages import JobCompleted
from workbench.engine.requests import Scan
if __name__ == "__main__":
    engine = EngineClient()
    engine.start()
    engine.submit(Scan(Path(sys.argv[1])))
    while not isinstance(engine.receive(60), JobCompleted):
        pass
    heavy = {"torch", "torchvision", "timm"} & set(sys.modules)
    print(engine.pid, *sorted(heavy), flush=True)
    os._exit(0)  # as if killed: nothing is said to the engine
"""


def test_when_the_window_is_gone_the_engine_ends_and_the_window_never_loads_torch(
    photos: Path, tmp_path: Path
) -> None:
    script = tmp_path / "window.py"
    script.write_text(_WINDOW)
    done = subprocess.run(
        [sys.executable, str(script), str(photos)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    pid, *heavy = done.stdout.split()
    assert heavy == []
    deadline = time.monotonic() + PATIENCE
    while psutil.pid_exists(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(int(pid))
