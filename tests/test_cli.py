"""The command line, run in this process; real processes where signals, pipes or start-up matter."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli_help import PATIENCE, PHASES, TRAIN_KEYS, WITHOUT_TORCH, call, refused, two_colours
from tests.conftest import LogWatch
from workbench import cli
from workbench.cli import commands
from workbench.core.results.predictions import PredictionTable

pytestmark = pytest.mark.e2e

SETTINGS = ("input_size=32", "design.blocks=2", "design.channels=8", "batch_size=16")
QUICK = ["--mode", "scratch", "--device", "cpu", *(word for pair in SETTINGS for word in ("--set", pair))]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_colours(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def run(photos: Path, tmp_path_factory: pytest.TempPathFactory, session_profile: None) -> Path:
    """The folder of a finished run."""
    out = tmp_path_factory.mktemp("runs") / "run"
    assert cli.main(["train", str(photos), *QUICK, "--epochs", "3", "--out", str(out)]) == 0
    return out


def test_train_says_what_came_of_it(capsys: pytest.CaptureFixture[str], photos: Path) -> None:
    told = call(capsys, "train", photos, *QUICK, "--epochs", 3)
    assert set(told) == TRAIN_KEYS
    assert set(told["seconds"]) == PHASES
    assert (told["cross_validated_accuracy"], told["kept"], told["engine"]) == (None, None, None)
    assert told["classes"] == ["blue", "red"]
    assert (told["mode"], told["architecture"]) == ("scratch", "custom")
    assert (told["train_samples"], told["validation_samples"], told["skipped_files"]) == (32, 8, 1)
    assert 0 <= told["accuracy"] <= 1
    estimate = told["estimate"]
    assert (estimate["accuracy"], estimate["samples"], estimate["how"]) == (told["accuracy"], 8, "validation")
    assert told["comparison"] is None
    assert Path(told["checkpoint"]).is_file()
    assert Path(told["run"]).is_relative_to(os.environ["WORKBENCH_PROFILE"])


def test_on_a_terminal_it_shows_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, photos: Path
) -> None:
    assert cli.main(["scan", str(photos)]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes any output for a terminal
    assert cli.main(["train", str(photos), *QUICK, "--epochs", "2"]) == 0
    captured = capsys.readouterr()
    assert "epoch 2: training loss" in captured.err
    assert "Epoch 1 of 2" in captured.err
    assert "Model: " in captured.out


def test_evaluate_counts_every_photo(capsys: pytest.CaptureFixture[str], photos: Path, run: Path) -> None:
    told = call(capsys, "evaluate", run, photos)
    learned = told["learned_from"]["same"]  # the others were kept for checking
    assert told["samples"] == 40
    assert 0 < np.sum(told["confusion"]) == 40 - learned < 40
    assert told["accuracy"] == pytest.approx(np.trace(told["confusion"]) / (40 - learned))
    assert set(told["estimate"]) == {"accuracy", "low", "high", "samples", "how", "groups"}
    assert told["estimate"]["accuracy"] == told["accuracy"]
    counted = [told["classes"][name]["samples"] for name in ("blue", "red")]
    assert counted == np.sum(told["confusion"], axis=1).tolist()
    assert cli.main(["evaluate", str(run / "model.checkpoint"), str(photos)]) == 0
    assert "of 100 photos right" in capsys.readouterr().out


def test_predict_walks_folders_and_names_what_it_cannot_read(
    capsys: pytest.CaptureFixture[str], photos: Path, run: Path, tmp_path: Path
) -> None:
    table = tmp_path / "answers.csv"
    told = call(capsys, "predict", run, photos / "red", photos / "blue" / "0.png", "gone.png", "--csv", table)
    assert len(told) == 23
    by_path = {answer["path"]: answer for answer in told}
    answer = by_path[str(photos / "blue" / "0.png")]
    assert set(answer) == {"path", "class", "probability", "probabilities", "accepted", "nearest"}
    assert (
        answer["probability"]
        == max(answer["probabilities"].values())
        == answer["probabilities"][answer["class"]]
    )
    assert sum(answer["probabilities"].values()) == pytest.approx(1)
    for unreadable in (str(photos / "red" / "letter.jpg"), "gone.png"):
        assert set(by_path[unreadable]) == {"path", "error"}
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == [answer["path"] for answer in told]
    heads = {"path", "class", "probability", "probability of blue", "probability of red", "error"}
    heads |= {"accepted", "nearest"}
    assert set(rows[0]) == heads


def test_what_was_predicted_can_be_kept(
    capsys: pytest.CaptureFixture[str], photos: Path, run: Path, tmp_path: Path
) -> None:
    keep = ("--device", "cpu", "--predictions")
    told = call(capsys, "evaluate", run, photos, *keep, tmp_path / "evaluated.npz")
    evaluated = PredictionTable.load(tmp_path / "evaluated.npz")
    assert len(evaluated) == told["samples"]
    assert evaluated.is_right.mean() == pytest.approx(told["accuracy"])

    answers = call(capsys, "predict", run, photos, *keep, tmp_path / "predicted.npz")
    predicted = PredictionTable.load(tmp_path / "predicted.npz")
    read = [answer for answer in answers if "error" not in answer]
    assert list(predicted.samples) == [answer["path"] for answer in read]
    assert set(predicted.targets.tolist()) == {-1}
    assert predicted.probabilities.max(axis=1) == pytest.approx([a["probability"] for a in read], abs=1e-6)

    assert cli.main(["predict", str(run), str(photos), "--predictions", str(photos / "a photo.jpg")]) == 2


def test_predict_with_nothing_readable_is_refused(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    assert cli.main(["predict", str(run), "gone.png"]) == 2
    assert "None of these files" in capsys.readouterr().err


def test_scan_says_what_is_there_and_what_is_wrong(capsys: pytest.CaptureFixture[str], photos: Path) -> None:
    told = call(capsys, "scan", photos)
    assert told["classes"] == {"blue": 20, "red": 20}
    assert told["samples"] == 40
    assert told["split"] is None
    (skipped,) = told["skipped"]
    assert (skipped["path"], skipped["reason"]) == ("red/letter.jpg", "not_an_image")
    assert skipped["message"].endswith(".")


def test_a_folder_with_a_split_says_so(
    capsys: pytest.CaptureFixture[str], photos: Path, tmp_path: Path
) -> None:
    for subset in ("train", "val"):
        (tmp_path / subset).symlink_to(photos, target_is_directory=True)
    assert set(call(capsys, "scan", photos)) >= {"classes", "samples", "skipped", "split", "findings"}
    copies = tmp_path / "copies"
    for subset, numbers in (("train", range(15)), ("val", range(15, 20))):
        for name in ("red", "blue"):
            (copies / subset / name).mkdir(parents=True)
            for number in numbers:
                (copies / subset / name / f"{number}.png").write_bytes(
                    (photos / name / f"{number}.png").read_bytes()
                )
    told = call(capsys, "scan", copies)
    assert told["split"] == {"training": 30, "validation": 10}
    assert told["findings"] == []
    twice = next((copies / "train" / "red").iterdir())
    shutil.copy(twice, copies / "val" / "red" / "again.png")
    (found,) = call(capsys, "scan", copies)["findings"]
    assert (found["check"], found["severity"], found["samples"]) == (
        "leaks",
        "warning",
        ["val/red/again.png"],
    )
    assert found["text"].startswith("1 of the 11 photos of the validation set are also among the others")


def test_architectures_and_doctor_answer_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    rows = call(capsys, "architectures")
    assert {"efficientnet_lite0", "custom", "resnet18"} <= {row["key"] for row in rows}
    assert {row["weights"] for row in rows} <= {"here", "download", "none"}
    facts = call(capsys, "doctor")
    assert isinstance(facts["missing_system_libraries"], list)
    assert isinstance(facts["warnings"], list)


def test_a_finished_run_that_is_resumed_keeps_its_settings(
    capsys: pytest.CaptureFixture[str], photos: Path, run: Path, tmp_path: Path
) -> None:
    assert "--epochs" in refused(capsys, "train", "--resume", run, "--epochs", 9)
    assert "--set" in refused(capsys, "train", "--resume", run, "--set", "epochs=9")
    assert "learned from" in refused(capsys, "train", tmp_path, "--resume", run)
    assert "not the folder of a training run" in refused(capsys, "train", "--resume", photos)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["trian"], "invalid choice"),
        (["train"], "Give a folder"),
        (["train", "/nowhere/at/all"], "/nowhere/at/all"),
        (["train", "PHOTOS", "--epochs", "many"], "whole number"),
        (["train", "PHOTOS", "--epochs", "0"], "from 1"),
        (["train", "PHOTOS", "--epochs", "3"], "has no effect"),
        (["train", "PHOTOS", "--mode", "improve", "--epochs", "3"], "has no effect"),
        (["train", "PHOTOS", "--mode", "transfer", "--quality", "best"], "has no effect in the mode"),
        (["train", "PHOTOS", "--quality", "superb"], "better"),
        (["train", "PHOTOS", "--mode", "fast"], "instant"),
        (["train", "PHOTOS", "--architecture", "lenet5"], "no pretrained weights"),
        (["train", "PHOTOS", "--architecture", "resnet19"], "resnet18"),
        (["train", "PHOTOS", "--set", "epoch=3"], "epochs"),
        (["train", "PHOTOS", "--set", "epochs"], "key=value"),
        (["train", "PHOTOS", "--set", "design.blocks=99"], "from 1 to 6"),
        (["train", "PHOTOS", "--set", "augmentation.rotaton=0.5"], "rotation"),
        (["train", "PHOTOS", "--set", "augmentation.rotation=lots"], "0 to 1"),
        (["train", "PHOTOS", "--config", "/nowhere.toml"], "/nowhere.toml"),
        (["train", "PHOTOS", "--out", "PHOTOS/runs"], "among your photos"),
        (["train", "PHOTOS", "--out", "PHOTOS/../used"], "already"),
        (["evaluate", "PHOTOS/red/0.png", "PHOTOS"], "0.png"),
        (["predict", "/nowhere.checkpoint", "PHOTOS"], "nowhere.checkpoint"),
        (["sample", "PHOTOS"], "."),
    ],
)
def test_bad_input_gets_a_sentence_and_status_2(
    capsys: pytest.CaptureFixture[str], photos: Path, arguments: list[str], says: str
) -> None:
    (photos.parent / "used").mkdir(exist_ok=True)
    (photos.parent / "used" / "something").touch()
    before = sorted(path for path in photos.rglob("*"))
    assert says in refused(capsys, *(argument.replace("PHOTOS", str(photos)) for argument in arguments))
    assert sorted(path for path in photos.rglob("*")) == before


def test_a_mistake_of_ours_is_one_sentence_and_the_log_has_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    def broken(options: object) -> int:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(commands, "architectures", broken)
    log_watch.expect("unexpected")
    assert cli.main(["architectures"]) == 1
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    log_file = Path(captured.err.strip().rpartition(" ")[2])
    assert "ZeroDivisionError: ours" in log_file.read_text(encoding="utf-8")


def process(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        **options,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"], ["architectures"]])
def test_what_needs_no_torch_does_not_load_it(arguments: list[str]) -> None:
    subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, *arguments], check=True, capture_output=True, timeout=PATIENCE
    )


def test_scan_needs_no_torch(photos: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, "scan", photos],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for one process")
def test_ctrl_c_keeps_the_best_so_far_and_the_run_can_go_on(photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    child = process("train", photos, *QUICK, "--epochs", 2000, "--out", out, "--json")
    try:
        while child.poll() is None and not (out / "model.checkpoint").is_file():
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        stdout, stderr = child.communicate(timeout=PATIENCE)
    finally:
        child.kill()
        child.communicate()
    assert child.returncode == 0, stderr
    assert "the best so far is kept" in stderr
    assert set(json.loads(stdout.splitlines()[-1])) == TRAIN_KEYS


def test_a_reader_that_has_heard_enough_is_no_error() -> None:
    child = process("architectures")
    assert child.stdout is not None
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == ""
    child.stderr.close()
    assert child.wait(PATIENCE) == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_demo_without_a_display_trains_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["demo", "--json"]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out.splitlines()[-1])
    assert set(told) == TRAIN_KEYS
    assert told["cross_validated_accuracy"]["value"] > 0.8
    assert "display" in captured.err or "install" in captured.err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_the_window_without_a_display_is_refused_in_a_sentence() -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    child = process(env=environment)
    stdout, stderr = child.communicate(timeout=PATIENCE)
    assert (child.returncode, stdout) == (2, "")
    assert stderr.count("\n") == 1
    assert "display" in stderr or "install" in stderr
