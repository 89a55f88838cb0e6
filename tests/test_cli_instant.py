"""The command line in mode *instant*, which is what it does unless told otherwise."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli_help import PATIENCE, PHASES, TRAIN_KEYS, WITHOUT_TORCH, call, refused, two_colours
from workbench import cli
from workbench.core.events import Progress
from workbench.core.messages import Message
from workbench.progress import Reporter

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_colours(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def instant(photos: Path, tmp_path_factory: pytest.TempPathFactory, session_profile: None) -> Path:
    """The folder of a finished run in mode instant; the backbone is ready from then on."""
    out = tmp_path_factory.mktemp("runs") / "instant"
    assert cli.main(["train", str(photos), "--device", "cpu", "--out", str(out)]) == 0
    return out


def test_without_a_mode_it_learns_instantly_and_says_how_good_that_is(
    capsys: pytest.CaptureFixture[str], photos: Path, instant: Path
) -> None:
    told = call(capsys, "train", photos, "--device", "cpu")
    assert set(told) == TRAIN_KEYS
    assert set(told["seconds"]) == PHASES
    assert told["seconds"]["features"] > 0
    assert told["seconds"]["head"] > 0
    assert told["seconds"]["total"] >= sum(told["seconds"][name] for name in ("scan", "features", "head"))
    assert (told["mode"], told["architecture"], told["kept"]) == ("instant", "two_efficientnets", None)
    assert (told["train_samples"], told["validation_samples"], told["skipped_files"]) == (40, 0, 1)
    assert (told["accuracy"], told["macro_f1"]) == (None, None)
    measured = told["cross_validated_accuracy"]
    assert {"value", "interval", "samples", "different_photos", "macro_f1", "mean_recall"} <= set(measured)
    assert measured["samples"] == 40
    low, high = measured["interval"]
    assert 0.5 < low <= measured["value"] <= high <= 1
    expected = {"accuracy": measured["value"], "low": low, "high": high, "samples": 40, "groups": 40}
    assert told["estimate"] == {**expected, "how": "cross_validated"}
    assert told["engine"]
    assert cli.main(["train", str(photos), "--device", "cpu"]) == 0
    captured = capsys.readouterr()
    assert "of 100 photos right" in captured.out
    assert "each by a model that had not learned it" in captured.out
    assert "not known" not in captured.out
    assert "Model: " in captured.out


def test_the_instant_model_is_tested_and_answers(
    capsys: pytest.CaptureFixture[str], photos: Path, instant: Path
) -> None:
    told = call(capsys, "evaluate", instant, photos, "--device", "cpu")
    assert (told["samples"], told["accuracy"]) == (40, 1.0)
    answers = call(capsys, "predict", instant, photos / "red" / "0.png", photos / "blue" / "0.png")
    assert [answer["nearest"] for answer in answers] == ["red", "blue"]


def test_on_a_terminal_it_shows_the_first_model_and_the_better_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, photos: Path, instant: Path
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert cli.main(["train", str(photos), "--device", "cpu"]) == 0
    told = " ".join(capsys.readouterr().err.split())
    assert re.search(r"First model after \d+ s: cross-validated accuracy [01]\.\d{3}", told)
    assert re.search(r"Final model after \d+ s: cross-validated accuracy [01]\.\d{3}", told)
    assert "mixed precision" not in told


def test_on_a_terminal_what_has_no_known_end_stays_until_the_next_thing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Reporter() as reporter:
        reporter.show(Progress("prepare", 0, 0, Message("getting_ready")))
        assert shown(reporter) == ["Getting this computer ready, once…"]
        reporter.show(Progress("features", 5, 10, Message("looking")))
        assert shown(reporter) == ["Looking at your photos…"]
        reporter.show(Progress("features", 10, 10, Message("looking")))
        assert shown(reporter) == []
    capsys.readouterr()


def shown(reporter: Reporter) -> list[str]:
    return [task.description for task in reporter._bars.tasks]


def test_with_the_backbone_ready_learning_and_answering_need_no_torch(
    photos: Path, instant: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    for arguments in (
        ["train", photos, "--device", "cpu", "--out", out],
        ["predict", out, photos / "red" / "0.png", "--device", "cpu"],
        ["evaluate", out, photos, "--device", "cpu"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_TORCH, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_a_finished_instant_run_has_nothing_to_go_on_with(
    capsys: pytest.CaptureFixture[str], instant: Path
) -> None:
    assert "nothing to go on with" in refused(capsys, "train", "--resume", instant)
