"""Commands and Python on a ZIP file of photos, as on the folder in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import workbench
from tests.cli_help import call, refused, two_colours
from workbench import cli
from workbench.core.paths import data_dir


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "colours").mkdir()
    two_colours(tmp_path / "colours")
    return tmp_path / "colours"


@pytest.fixture
def packed(photos: Path) -> Path:
    return Path(shutil.make_archive(str(photos), "zip", photos))


def test_a_folder_and_its_zip_hold_the_same(
    photos: Path, packed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = packed.read_bytes()
    for command in ("scan", "split"):
        of_folder, of_zip = call(capsys, command, photos), call(capsys, command, packed)
        place = of_zip.pop("folder", None), of_folder.pop("folder", None)
        assert place == (None, None) or Path(place[0]).is_relative_to(data_dir())
        assert of_zip == of_folder
    assert packed.read_bytes() == before
    assert sorted(packed.parent.iterdir()) == [photos, packed]


def test_python_opens_a_zip(packed: Path) -> None:
    catalog = workbench.open_folder(packed, progress=False)
    assert catalog.counts == {"blue": 20, "red": 20}
    assert catalog.folder.name == "colours"


@pytest.mark.e2e
def test_training_and_checking_on_a_zip(
    packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], ready_backbone: None
) -> None:
    found = call(capsys, "train", packed, "--out", tmp_path / "run")
    assert found["train_samples"] == 40
    checked = call(capsys, "check", packed)
    assert [each["reason"] for each in checked["left_out"]] == ["not_an_image"]
    assert "shortcuts" in {each["check"] for each in checked["findings"]}, "whose values hold a message"
    packed.unlink()
    (unpacked,) = (data_dir() / "unpacked").glob("*/colours")
    tested = call(capsys, "evaluate", tmp_path / "run", unpacked)
    assert tested["samples"] == 40, "the photos outlive the ZIP file"


def test_a_zip_that_is_none_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.zip").write_text("no")
    assert "“a.zip” is damaged" in refused(capsys, "scan", tmp_path / "a.zip")
    assert "“a.zip” is damaged" in refused(capsys, "train", tmp_path / "a.zip", "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_was_left_out_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], photos: Path) -> None:
    (photos / "red" / "inner.zip").write_bytes(b"PK")
    shutil.make_archive(str(tmp_path / "a"), "zip", photos)
    assert cli.main(["scan", str(tmp_path / "a.zip")]) == 0
    assert "“red/inner.zip” is an archive inside the ZIP file, and was left out." in capsys.readouterr().out
