"""The command line loses nothing: where it writes, what it says at a stop, on a full disk, without a home."""

from __future__ import annotations

import csv
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import workbench
from tests.cli_help import PATIENCE, call, refused, two_colours
from tests.core.folder_help import state_of
from tests.core.training_help import catalog_of, drive, tiny_config
from workbench import cli
from workbench.core import learning, paths
from workbench.core.errors import InputError, Stopped
from workbench.core.project.runs import ASKED, MODEL

pytestmark = pytest.mark.e2e

SETTINGS = ("input_size=32", "design.blocks=2", "design.channels=8", "batch_size=16")
QUICK = ["--mode", "scratch", "--device", "cpu", *(word for pair in SETTINGS for word in ("--set", pair))]
POSIX = pytest.mark.skipif(os.name == "nt", reason="a home is found in another way there")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="`/dev/full` and umask are Linux's")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_colours(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def run(photos: Path, tmp_path_factory: pytest.TempPathFactory, session_profile: None) -> Path:
    """The folder of a finished run."""
    out = tmp_path_factory.mktemp("runs") / "run"
    assert cli.main(["train", str(photos), *QUICK, "--epochs", "2", "--out", str(out)]) == 0
    return out


@pytest.fixture
def two(photos: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two photos of the test's own."""
    names = ("red", "blue")
    return tuple(Path(shutil.copy(photos / name / "0.png", tmp_path / f"{name}.png")) for name in names)  # type: ignore[return-value]


def process(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    command = [sys.executable, "-m", "workbench", *map(str, arguments)]
    return subprocess.Popen(command, text=True, encoding="utf-8", **options)


def ended(*arguments: object, **options: Any) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command in a process of its own."""
    child = process(*arguments, **options)
    out, err = child.communicate(timeout=PATIENCE)
    return child.returncode, out or "", err or ""


def one_sentence(told: tuple[int, str, str]) -> str:
    code, _, err = told
    assert code == 2, err
    assert err.startswith("workbench: ")
    assert err.count("\n") == 1, err
    return err


# Where it writes


@pytest.mark.parametrize("option", ["--csv", "--predictions"])
def test_a_photo_in_the_place_of_a_file_name_stays(
    option: str, run: Path, two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = state_of(two[0].parent)
    refused(capsys, "predict", run, option, two[0], two[1])
    assert state_of(two[0].parent) == before


def test_nothing_of_a_persons_own_is_overwritten(
    run: Path, two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "measured.csv").write_text("site;count\nA;3\n")
    np.savez(own / "arrays.npz", a=np.eye(2))
    (own / "other.checkpoint").write_bytes(b"PK a model of last year")
    (own / "other.onnx").write_bytes(b"\x08\x0a another")
    before = state_of(own)
    refused(capsys, "predict", run, two[0], "--csv", own / "measured.csv")
    refused(capsys, "predict", run, two[0], "--predictions", own / "arrays.npz")
    refused(capsys, "export", run, own / "other.checkpoint")
    refused(capsys, "export", run, own / "other.onnx")
    refused(capsys, "export", run, run / MODEL)
    refused(capsys, "export", run, own / "photo.jpg", "--format", "model")
    assert state_of(own) == before


def test_a_place_that_does_not_fit_is_said_before_the_work(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the model is even looked for."""
    for option in ("--csv", "--predictions"):
        place = tmp_path / "no" / "such" / "a.npz"
        assert "no folder" in refused(capsys, "predict", tmp_path / "gone", two[0], option, place)
    assert "is a folder" in refused(capsys, "predict", tmp_path / "gone", two[0], "--csv", tmp_path)
    assert "no folder" in refused(
        capsys, "evaluate", tmp_path / "gone", tmp_path, "--predictions", tmp_path / "no" / "a.npz"
    )


def test_a_table_is_written_again_and_is_no_photo(
    run: Path, two: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    table = two[0].parent / "answers.csv"
    for _ in range(2):
        told = call(capsys, "predict", run, two[0].parent, "--csv", table)
        assert len(told) == 2
        with table.open(encoding="utf-8-sig", newline="") as file:
            assert [row["error"] for row in csv.DictReader(file)] == ["", ""]


@LINUX
def test_files_have_the_permissions_that_the_umask_leaves(
    run: Path, photos: Path, two: tuple[Path, Path], tmp_path: Path
) -> None:
    arguments = ("predict", run, two[0], "--csv", tmp_path / "a.csv", "--predictions", tmp_path / "a.npz")
    assert ended(*arguments, umask=0o027)[0] == 0
    assert ended("train", photos, *QUICK, "--epochs", 1, "--out", tmp_path / "run", umask=0o022)[0] == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    assert (modes["a.csv"], modes["a.npz"]) == (0o640, 0o640)
    assert {modes[path.name] for path in (tmp_path / "run").iterdir()} == {0o644}


def test_from_python_a_run_is_not_written_among_photos_either(photos: Path) -> None:
    before = state_of(photos)
    for out in (photos, photos / "red", photos / "new"):
        with pytest.raises(InputError, match="among your photos"):
            workbench.train(photos, mode="scratch", out=out, progress=False)
    assert state_of(photos) == before


def test_a_folder_that_cannot_be_learned_from_leaves_no_folders_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photos").mkdir()
    refused(capsys, "train", tmp_path / "photos", "--out", tmp_path / "deep" / "down" / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]


# What cannot be printed


@LINUX
@pytest.mark.parametrize("arguments", [["--help"], ["architectures"], ["architectures", "--json"]])
def test_a_full_disk_behind_standard_output_is_one_sentence(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        assert "disk is full" in one_sentence(ended(*arguments, stdout=full))


@LINUX
def test_nobody_need_hear_how_far_it_is(photos: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        code, out, _ = ended(
            "train", photos, *QUICK, "--epochs", 1, "--out", tmp_path / "run", "--json", stderr=full
        )
    assert code == 0
    assert Path(json.loads(out)["checkpoint"]).is_file()
    child = process("scan", photos)
    assert child.stderr is not None
    child.stderr.close()
    assert child.stdout is not None
    assert "40 photos" in child.stdout.read()
    child.stdout.close()
    assert child.wait(PATIENCE) == 0


@LINUX
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_that_is_closed_is_no_mistake(stream: str, photos: Path) -> None:
    redirected = {"stdout": "1>&-", "stderr": "2>&-"}[stream]
    command = f'"{sys.executable}" -m workbench scan "{photos}" {redirected}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")


@LINUX
def test_a_reader_that_goes_early_is_no_mistake_of_a_table(photos: Path) -> None:
    child = process("scan", photos)
    assert child.stdout is not None
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == ""
    child.stderr.close()
    assert child.wait(PATIENCE) == 0


@LINUX
def test_answers_that_cannot_be_kept_are_printed(run: Path, photos: Path, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    limited = f'ulimit -f 8; exec "{sys.executable}" -m workbench predict "{run}"'
    many = " ".join([f'"{photos}"'] * 8)
    command = f'{limited} {many} --csv "{table}" --json --device cpu'
    profile = {**os.environ, "WORKBENCH_PROFILE": os.environ["WORKBENCH_PROFILE"]}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE, env=profile
    )
    assert one_sentence((done.returncode, done.stdout, done.stderr)).count("full") == 1
    assert len(json.loads(done.stdout)) == 8 * 41
    assert list(tmp_path.iterdir()) == []


# A stop


def interrupted(patch: str, *arguments: object) -> tuple[int, str, str]:
    """What comes of a command in a process of its own that presses Ctrl-C itself, where `patch` says."""
    code = f"import os, signal, sys\nfrom workbench import cli\n{patch}\nsys.exit(cli.main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE)
    return done.returncode, done.stdout, done.stderr


AT_THE_FIRST_ANSWER = """
from workbench.progress import Reporter
shown, pressed = Reporter.advance, []
def advance(self, key, text, done, total):
    shown(self, key, text, done, total)
    if total == 900 and done and not pressed:
        pressed.append(True)
        os.kill(os.getpid(), signal.SIGINT)
Reporter.advance = advance
"""

WHILE_PHOTOS_ARE_LISTED = """
from workbench.cli import asking
listed = asking.photos_in
def photos_in(paths, stop):
    os.kill(os.getpid(), signal.SIGINT)
    return (yield from listed(paths, stop))
asking.photos_in = photos_in
"""


def test_answers_that_have_come_are_kept_at_a_stop(run: Path, photos: Path, tmp_path: Path) -> None:
    many, table = tmp_path / "many", tmp_path / "a.csv"
    many.mkdir()
    for number in range(900):
        os.link(photos / "red" / "0.png", many / f"{number}.png")
    code, out, err = interrupted(
        AT_THE_FIRST_ANSWER, "predict", run, many, "--csv", table, "--json", "--device", "cpu"
    )
    assert code == 130, err
    assert "is kept" not in err
    answers = json.loads(out)
    assert 0 < len(answers) < 900
    assert f"Stopped after {len(answers):,} of 900 photos." in err
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert [row["path"] for row in csv.DictReader(file)] == [answer["path"] for answer in answers]


def test_stopped_before_the_first_answer_nothing_is_promised_and_nothing_written(
    run: Path, photos: Path, tmp_path: Path
) -> None:
    code, out, err = interrupted(WHILE_PHOTOS_ARE_LISTED, "predict", run, photos, "--csv", tmp_path / "a.csv")
    assert (code, out) == (130, ""), err
    assert "kept" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_stopped_before_it_has_anything_leaves_nothing(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="Nothing was kept"):
        drive(learning.train(catalog_of(photos), tiny_config(), tmp_path, stop=lambda: True))
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_killed_while_it_got_ready_starts_again(
    photos: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut_off = tmp_path / "run"
    cut_off.mkdir()
    shutil.copy(run / ASKED, cut_off)
    told = call(capsys, "train", "--resume", cut_off)
    assert Path(told["checkpoint"]).is_file()
    assert told["run"] == str(cut_off)
    assert "nothing to go on with" in refused(capsys, "train", "--resume", _without_saves(run, tmp_path))


def _without_saves(run: Path, tmp_path: Path) -> Path:
    ended_run = Path(shutil.copytree(run, tmp_path / "ended"))
    for save in ended_run.glob("resume*.checkpoint"):
        save.unlink()
    return ended_run


def test_a_run_without_a_model_says_so(
    run: Path, two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(run / ASKED, tmp_path)
    assert "has no model" in refused(capsys, "predict", tmp_path, two[0])
    assert "has no model" in refused(capsys, "export", tmp_path, tmp_path / "a.onnx")
    assert "no model file" in refused(capsys, "evaluate", tmp_path / "gone.checkpoint", tmp_path)
    assert "not the folder of a training run" in refused(capsys, "predict", two[0].parent / "..", two[0])


# No home


@pytest.fixture
def closed_home(tmp_path: Path) -> dict[str, str]:
    """An environment whose home is a file: nobody can make a folder in it, an administrator neither."""
    (tmp_path / "home").touch()
    names = ("WORKBENCH_PROFILE", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    return {**environment, "HOME": str(tmp_path / "home")}


@LINUX
def test_without_a_home_a_model_still_answers(
    run: Path, two: tuple[Path, Path], closed_home: dict[str, str]
) -> None:
    code, out, err = ended("predict", run, two[0], "--json", "--device", "cpu", env=closed_home)
    assert (code, err) == (0, "")
    assert len(json.loads(out)) == 1


@LINUX
def test_without_a_home_there_is_a_sentence_with_the_option_that_helps(
    photos: Path, tmp_path: Path, closed_home: dict[str, str]
) -> None:
    for arguments in (["train", photos, *QUICK], ["demo"], []):
        said = one_sentence(ended(*arguments, env={**closed_home, "QT_QPA_PLATFORM": "offscreen"}))
        assert "--temp-profile" in said
    (tmp_path / "temporary").mkdir()
    environment = {**closed_home, "TMPDIR": str(tmp_path / "temporary")}
    out = tmp_path / "run"
    code, _, err = ended(
        "--temp-profile", "train", photos, *QUICK, "--epochs", 1, "--out", out, env=environment
    )
    assert code == 0, err
    assert (tmp_path / "run" / MODEL).is_file()


def test_a_user_without_a_home_gets_no_folder_called_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a container, for a user whom it does not know; nobody else may run the tests' Python."""
    monkeypatch.delenv("WORKBENCH_PROFILE")
    monkeypatch.chdir(tmp_path)
    for kind in ("data", "cache", "log", "config"):
        unknown = Path("~") / ".local" / kind
        monkeypatch.setattr(
            paths.platformdirs, f"user_{kind}_path", lambda *_, unknown=unknown, **__: unknown
        )
    assert "no home" in refused(capsys, "train", tmp_path)
    assert list(tmp_path.iterdir()) == []


@POSIX
def test_what_is_wrong_with_the_home_is_told_by_the_doctor(closed_home: dict[str, str]) -> None:
    code, out, _ = ended("doctor", "--json", env=closed_home)
    assert code == 0
    assert any("cannot write to its own folder" in warning for warning in json.loads(out)["warnings"])
