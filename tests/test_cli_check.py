"""`workbench check` and `workbench split`: what is wrong with a folder, and how it is divided."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from workbench.cli import main


@pytest.fixture
def folder(drawn_pair: Path, tmp_path: Path) -> Path:
    """Two classes of 30 photos, two of them in the wrong one, one file cut off, one photo saved twice."""
    for name in ("apples", "leaves"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for photo in sorted((drawn_pair / "train" / name).iterdir())[:30]:
            shutil.copy(photo, tmp_path / "photos" / name)
    photos = tmp_path / "photos"
    for number in (4, 11):
        (photos / "apples" / f"{number:03}.jpg").rename(photos / "leaves" / f"wrong {number}.jpg")
    cut = photos / "apples" / "020.jpg"
    cut.write_bytes(cut.read_bytes()[:900])
    with Image.open(photos / "leaves" / "001.jpg") as opened:
        opened.save(photos / "leaves" / "again.jpg", quality=70)
    return photos


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main(["check" if arguments[0] == "check" else "split", *arguments[1:], "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_check_tells_programs_what_it_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "check", str(folder))
    found = {each["check"]: each for each in told["findings"]}
    assert {"check", "severity", "sentence", "samples", "remedy", "values"} == set(told["findings"][0])
    first = found["wrong_class"]["samples"][:4]  # the processor decides how they are ranked
    wrong = [row for row in first if Path(row["path"]).name.startswith("wrong")]
    assert {Path(row["path"]).name for row in wrong} == {"wrong 4.jpg", "wrong 11.jpg"}
    assert {row["class"] for row in wrong} == {"leaves"}
    assert {row["suggested"] for row in wrong} == {"apples"}
    assert all(0.5 < row["probability"] <= 1 for row in wrong)
    assert len(found["copies"]["samples"]) == 1
    assert told["left_out"] == [{"path": "apples/020.jpg", "reason": "truncated"}]


def test_check_tells_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder), "--read-as", "folders"]) == 0
    out = capsys.readouterr().out
    assert "leaves/wrong 4.jpg (perhaps “apples”)" in out
    assert "is damaged or was cut off" in out


def test_check_needs_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        Image.new("RGB", (64, 64), "teal" if name == "a" else "maroon").save(tmp_path / name / "0.png")
    told = said(capsys, "check", str(tmp_path))
    assert {each["check"] for each in told["findings"]} >= {"blank", "too_small"}


def test_split_keeps_copies_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "split", str(folder))
    sets = {path: name for name, paths in told["sets"].items() for path in paths}
    assert len(sets) == 60
    assert sorted(told["groups"]) == [["leaves/001.jpg", "leaves/again.jpg"]]
    assert sets["leaves/001.jpg"] == sets["leaves/again.jpg"]
    assert told["why_together"] == [["copies"]]
    assert told["drawn"]
    assert abs(told["got"] - told["asked"]) < 0.05


def test_split_says_so_where_the_folder_has_its_own(
    drawn_pair: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, "split", str(drawn_pair))
    assert (told["drawn"], told["asked"]) == (False, None)
    assert all(path.startswith("val/") for path in told["sets"]["validation"])


@pytest.fixture
def videos(drawn_pair: Path, tmp_path: Path) -> Path:
    """Twelve videos of four frames, in two classes at random, each in a folder of its own."""
    photos = sorted((drawn_pair / "train" / "leaves").iterdir())[:12]
    for number, photo in enumerate(photos):
        folder = tmp_path / "photos" / ("odd", "even")[number % 2] / f"plant {number}"
        folder.mkdir(parents=True)
        with Image.open(photo) as opened:
            for frame in range(4):
                part = opened.crop((frame, frame, opened.width - 4 + frame, opened.height - 4 + frame))
                part.save(folder / f"clip{number}_frame{frame}.jpg")
    return tmp_path / "photos"


def test_split_tells_what_a_split_at_random_would_have_shown(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, "split", str(videos))
    assert len(told["groups"]) == 12
    assert {why for each in told["why_together"] for why in each} >= {"video"}
    assert told["honest"]["groups"] == 12
    assert told["honest"]["at_random"] > 0.8 > told["honest"]["kept_together"]
    assert main(["split", str(videos)]) == 0
    out = capsys.readouterr().out
    assert "48 photos in 12 groups are kept together" in out
    percent = round(100 * told["honest"]["kept_together"])
    assert f"honestly it is {percent} %" in out
    assert "are kept for checking (20.0 % were asked for)" in out


def test_split_hears_settings_of_the_split(videos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for photo in videos.rglob("*.jpg"):
        photo.rename(photo.with_name(photo.name.replace("frame", "photo ")))
    apart = said(capsys, "split", str(videos), "--set", "validation_fraction=0.4")
    assert apart["asked"] == 0.4
    assert "folder" not in {why for each in apart["why_together"] for why in each}
    together = said(capsys, "split", str(videos), "--set", "subfolders_together=true")
    assert {why for each in together["why_together"] for why in each} >= {"folder"}
    assert all(len({Path(path).parent for path in each}) == 1 for each in together["groups"])
    assert main(["split", str(videos), "--set", "no_such_setting=1"]) != 0
    assert "no_such_setting" in capsys.readouterr().err


def test_split_shows_the_test_set_as_asked_and_as_got(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = {"asked": None, "got": 0.0, "photos": 0, "drawn": False, "kept": False}
    assert said(capsys, "split", str(folder))["test"] == nothing
    shown = said(capsys, "split", str(folder), "--set", "test_fraction=0.3")
    assert shown["test"]["asked"] == 0.3
    assert shown["test"]["got"] == len(shown["sets"]["test"]) / sum(map(len, shown["sets"].values()))
    assert abs(shown["test"]["got"] - 0.3) < 0.05
    assert (shown["test"]["drawn"], shown["test"]["kept"]) == (True, False)
    assert said(capsys, "split", str(folder))["test"] == nothing, "it was only shown"
    assert main(["train", str(folder), "--set", "test_fraction=0.3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["test_samples"] == shown["test"]["photos"]
    for later in ([], ["--set", "test_fraction=0.1"], ["--set", "seed=4"]):
        kept = said(capsys, "split", str(folder), *later)
        assert kept["sets"]["test"] == shown["sets"]["test"]
        assert kept["test"] == {**shown["test"], "kept": True}
    assert main(["split", str(folder)]) == 0
    assert "(30.0 % were asked for; it stays in every run)" in capsys.readouterr().out
    assert main(["split", str(folder), "--forget-test-set"]) == 0
    told = capsys.readouterr()
    assert "it tests only models that are made later" in told.err
    assert "test 0." in told.out
    assert main(["split", str(folder), "--forget-test-set"]) == 0
    assert "No test set was drawn for this folder." in capsys.readouterr().err


def test_a_model_is_tested_on_the_test_set_that_was_kept(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert main(["train", str(folder), "--set", "test_fraction=0.3", "--out", str(run)]) == 0
    photos = len(said_of_split(folder, capsys)["sets"]["test"])
    assert main(["evaluate", str(run), str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["subset"], told["samples"]) == ("test", photos)
    assert told["learned_from"]["same"] == 0


def said_of_split(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    return said(capsys, "split", str(folder))
