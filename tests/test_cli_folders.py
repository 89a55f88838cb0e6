"""What the commands say of folders: how they were read, and what was left out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli_help import call, refused, two_colours
from tests.core.folder_help import put
from workbench import cli

pytestmark = pytest.mark.e2e

QUICK = ("--mode", "scratch", "--device", "cpu", "--epochs", 3)
SMALL = [word for pair in ("input_size=32", "design.blocks=2", "batch_size=16") for word in ("--set", pair)]
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_colours(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def run(photos: Path, tmp_path_factory: pytest.TempPathFactory, session_profile: None) -> Path:
    """The folder of a finished run on red and blue photos."""
    out = tmp_path_factory.mktemp("runs") / "run"
    assert cli.main(["train", str(photos), *map(str, QUICK), *SMALL, "--out", str(out)]) == 0
    return out


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Everything that a command says."""
    capsys.readouterr()
    assert cli.main([*map(str, arguments)]) == 0
    captured = capsys.readouterr()
    return captured.out + captured.err


def orchard(folder: Path) -> Path:
    put(
        folder,
        *(
            f"{kind}/{state}/{n}.png"
            for kind in ("apple", "pear")
            for state in ("well", "ill")
            for n in (1, 2)
        ),
    )
    return folder


def test_the_likelier_reading_is_taken_and_the_other_is_offered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = orchard(tmp_path / "orchard")
    told = call(capsys, "scan", folder)
    assert told["classes"] == {"ill": 4, "well": 4}
    assert told["reading"]["key"] == "inside"
    (other,) = told["other_readings"]
    assert (other["key"], other["classes"]) == ("folders", {"apple": 4, "pear": 4})
    text = said(capsys, "scan", folder)
    assert "--read-as folders" in text
    assert call(capsys, "scan", folder, "--read-as", "folders")["classes"] == {"apple": 4, "pear": 4}
    assert "cannot be read as “sets”" in refused(capsys, "scan", folder, "--read-as", "sets")


def test_a_clear_folder_offers_nothing(capsys: pytest.CaptureFixture[str], photos: Path) -> None:
    told = call(capsys, "scan", photos)
    assert told["other_readings"] == []
    assert "--read-as" not in said(capsys, "scan", photos)


def test_a_class_that_vanishes_is_named_by_scan_and_train(
    capsys: pytest.CaptureFixture[str], photos: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    shutil.copytree(photos, folder)
    (folder / "wasps").mkdir()
    for number in range(30):
        (folder / "wasps" / f"{number}.HEIC").write_bytes(HEIC)
        (folder / "red" / f"{number}.xmp").write_text("<x:xmpmeta/>")
    told: dict[str, Any] = call(capsys, "scan", folder)
    assert told["empty_classes"] == ["wasps"]
    assert told["notes"][0]["code"] == "class_vanished"
    kinds = {each["code"]: each["count"] for each in told["left_out"]}
    assert kinds["side_file"] == 30
    assert kinds["heic"] == 30
    text = said(capsys, "scan", folder)
    assert text.count(".xmp") == 5
    capsys.readouterr()
    assert cli.main([*map(str, ("train", folder, *QUICK, *SMALL, "--out", tmp_path / "run"))]) == 0
    trained = " ".join(capsys.readouterr().err.split())
    assert trained.startswith("The class “wasps” is left out: none of its 30 files can be used")
    told = call(capsys, "train", folder, *QUICK, *SMALL, "--out", tmp_path / "again")
    assert told["empty_classes"] == ["wasps"]


def test_a_model_is_tested_on_one_class(
    capsys: pytest.CaptureFixture[str], photos: Path, run: Path, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    two_colours(tmp_path, seed=1)
    shutil.move(tmp_path / "red", tmp_path / "new" / "Red")
    told = call(capsys, "evaluate", run, tmp_path / "new", "--device", "cpu")
    assert told["samples"] == 20
    assert told["classes"]["red"]["samples"] == 20
    assert told["learned_from"]["same"] == 0
    assert told["notes"][0]["code"] == "class_names_matched"


def test_photos_of_classes_that_the_model_does_not_know_are_left_out_and_said(
    capsys: pytest.CaptureFixture[str], photos: Path, run: Path, tmp_path: Path
) -> None:
    shutil.copytree(photos / "red", tmp_path / "new" / "red")
    put(tmp_path / "new", "green/a.png", "green/b.png")
    told = call(capsys, "evaluate", run, tmp_path / "new", "--device", "cpu")
    assert told["samples"] == 20
    assert told["notes"][0]["text"].startswith(
        "2 photos were left out, of classes that the model does not know"
    )
    put(tmp_path / "others", "green/a.png", "grey/b.png")
    assert "does not know the class “green”" in refused(capsys, "evaluate", run, tmp_path / "others")


def test_unsorted_photos_cannot_test_a_model(
    capsys: pytest.CaptureFixture[str], photos: Path, run: Path, tmp_path: Path
) -> None:
    put(tmp_path / "holiday", "a.png", "b.png")
    words = refused(capsys, "evaluate", run, tmp_path / "holiday")
    assert "nothing to compare answers with" in words
    assert "workbench predict" in words
    shutil.copytree(photos / "red", tmp_path / "red")
    assert call(capsys, "evaluate", run, tmp_path / "red", "--device", "cpu")["samples"] == 20


def test_predict_says_what_it_passed_over(
    capsys: pytest.CaptureFixture[str], photos: Path, run: Path, tmp_path: Path
) -> None:
    put(tmp_path, "photo 1", "b.png")
    for number in range(40):
        (tmp_path / f"{number}.xmp").write_text("<x:xmpmeta/>")
    text = said(capsys, "predict", run, tmp_path, "--device", "cpu")
    assert "40 files go beside photos" in text
    assert len(call(capsys, "predict", run, tmp_path, "--device", "cpu")) == 2
