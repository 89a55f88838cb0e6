"""Photos with a table, and photos without classes, on the command line and from Python."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench
from tests.cli_help import call, refused
from tests.core.table_help import photos_into, write
from workbench import cli


@pytest.fixture
def folder(tmp_path: Path, data_folder: Path) -> Path:
    """Twelve photos of either of two hand signs, of six people, with a table."""
    pairs = photos_into(tmp_path / "Signs", data_folder / "sign_digits", "01", 12)
    rows = [(name, "one" if cls == "1" else "zero", f"p{n % 6}") for n, (name, cls) in enumerate(pairs)]
    write(tmp_path / "Signs" / "labels.csv", [("image_id", "label", "person"), *rows[:-1]])
    write(tmp_path / "Signs" / "people.csv", [("image_id", "label", "patient"), *rows], ";", "cp1252")
    return tmp_path / "Signs"


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.main(list(map(str, arguments))) == 0
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_a_table_is_read_by_its_key(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    told = call(capsys, "scan", folder, "--read-as", "table:people.csv")
    assert told["classes"] == {"one": 12, "zero": 12}
    assert told["reading"]["key"] == "table:people.csv"
    assert call(capsys, "scan", folder, "--read-as", "table:labels.csv")["classes"] == {"one": 11, "zero": 12}
    assert "The classes are the column “label” of the table" in said(capsys, "scan", folder)
    assert "cannot be read as “table:x”" in refused(capsys, "scan", folder, "--read-as", "table:x")


def test_groups_of_the_table_are_kept_together(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    told = call(capsys, "split", folder, "--read-as", "table:people.csv")
    assert sorted(map(len, told["groups"])) == [4] * 6
    sides = [set(told["sets"][name]) for name in ("training", "validation")]
    assert all(set(group) <= sides[0] or set(group) <= sides[1] for group in told["groups"])
    assert "a group that was named" in said(capsys, "split", folder, "--read-as", "table:people.csv")


def test_a_model_learns_by_a_table_and_is_tested_by_one(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    (folder / "labels.csv").unlink()
    told = call(capsys, "train", folder, "--read-as", "table", "--out", tmp_path / "run")
    assert told["classes"] == ["one", "zero"]
    tested = call(capsys, "evaluate", tmp_path / "run", folder, "--read-as", "table")
    assert tested["samples"] == 24
    checked = call(capsys, "check", folder, "--read-as", "table")
    assert checked["photos"] == 24


def test_photos_without_classes_are_refused(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    for table in folder.glob("*.csv"):
        table.unlink()
    assert "nothing says what each one shows" in refused(capsys, "scan", folder)
    assert "“loose” is none of" in refused(capsys, "scan", folder, "--read-as", "loose")
    catalog = workbench.open_folder(folder, read_as="loose", progress=False)
    assert (len(catalog.samples), catalog.classes) == (24, ())
