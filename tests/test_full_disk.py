"""A full disk is one sentence, whenever it comes; what was saved before is still there afterwards."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli_help import PATIENCE, two_colours
from tests.core.training_help import catalog_of, tiny_config
from workbench.core import learning
from workbench.core.errors import ErrorReport, ResourceError
from workbench.core.events import CheckpointSaved, EpochDone, TrainingResult
from workbench.core.paths import reserve, scratch_file
from workbench.core.project.runs import summarise

pytestmark = pytest.mark.e2e

QUICK = ["--mode", "scratch", "--device", "cpu", "--set", "input_size=32", "--set", "design.blocks=2"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_colours(tmp_path_factory.mktemp("photos"))


def fill(disk: Path) -> Path:
    """A file that leaves no room at all."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return filler


def told(*arguments: object, **environment: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "workbench", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, env={**os.environ, **environment}
    )
    return done.returncode, done.stderr


def test_a_run_on_a_full_disk_is_refused_before_the_work(photos: Path, disk: Path) -> None:
    fill(disk)
    code, err = told("train", photos, *QUICK, "--epochs", 1, "--out", disk / "run")
    assert (code, err.count("\n")) == (2, 1), err
    assert "is full" in err
    assert [path.name for path in disk.iterdir()] == ["filler"]


def test_a_home_on_a_full_disk_is_one_sentence(photos: Path, disk: Path) -> None:
    (disk / "profile" / "log").mkdir(parents=True)
    fill(disk)
    for arguments in (["train", photos, *QUICK], ["demo"]):
        code, err = told(*arguments, WORKBENCH_PROFILE=str(disk / "profile"))
        assert (code, err.count("\n")) == (2, 1), err
        assert "full" in err


def test_what_needs_no_disk_works_on_a_full_one(photos: Path, disk: Path) -> None:
    (disk / "profile").mkdir()
    fill(disk)
    code, err = told("scan", photos, WORKBENCH_PROFILE=str(disk / "profile"))
    assert (code, err) == (0, "")


def test_a_disk_that_fills_while_it_learns_costs_no_more_than_the_last_epoch(
    photos: Path, disk: Path
) -> None:
    run, catalog = disk / "run", catalog_of(photos)
    run.mkdir()
    config = tiny_config(epochs=3)

    def train() -> None:
        epochs = 0
        for event in learning.train(catalog, config, run, device="cpu"):
            epochs += isinstance(event, EpochDone)
            if epochs and isinstance(event, CheckpointSaved):
                fill(disk)

    with pytest.raises(ResourceError, match=r"could not be saved: the disk .* is full"):
        train()
    assert not (run / "run.lock").exists()
    before = summarise(run)
    assert (before.state, before.model, before.can_continue) == ("interrupted", True, True)
    assert [path.name for path in run.iterdir() if path.name.endswith(".part")] == []
    (disk / "filler").unlink()
    events: list[Any] = list(learning.resume(run, device="cpu"))
    assert isinstance(events[-1], TrainingResult)
    assert summarise(run).state == "finished"


def test_pixels_that_would_not_fit_are_said_and_end_no_process(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_PROFILE", str(disk))
    with scratch_file("views-") as file, pytest.raises(ResourceError, match="is full"):
        reserve(file, 8_000_000)


def test_whatever_the_disk_refuses_is_no_mistake_of_the_program(disk: Path) -> None:
    fill(disk)
    try:
        (disk / "more").write_bytes(bytes(100_000))
    except OSError as error:
        report = ErrorReport.of(error)
    assert report.title == "The disk is full."
    assert "Traceback" not in str(report.details)
