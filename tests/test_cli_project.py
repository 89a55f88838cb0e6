"""`workbench project`: a folder's project as a file, and back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli_help import call, refused
from tests.core.folder_help import put, scanned, state_of
from workbench import cli
from workbench.core.paths import data_dir, temporary_profile
from workbench.core.project.projects import Project


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    put(folder, *(f"{kind}/{name}.png" for kind in ("cats", "dogs") for name in "abcd"))
    Project.of(folder, scanned(folder))
    return folder


def test_a_project_goes_to_another_computer_and_is_found_there(
    pets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state_of(pets)
    file = tmp_path / "pets.zip"
    assert call(capsys, "project", "export", pets, file) == {"file": str(file), "photos": 0, "left_out": []}
    assert call(capsys, "project", "export", pets, file, "--photos")["photos"] == 8, "ours may be replaced"
    assert state_of(pets) == before
    moved = pets.rename(tmp_path / "animals")
    with temporary_profile(tmp_path / "other"):
        assert call(capsys, "project", "import", file, "--folder", moved)["folder"] == str(moved)
        found = call(capsys, "project", "import", file)
        assert Path(found["folder"]).is_relative_to(data_dir())
        assert found["name"] == "pets"
        assert "is a project" in refused(capsys, "scan", file)


def test_a_project_without_photos_says_so(
    pets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, "project", "export", pets, tmp_path / "it.zip")
    shutil.rmtree(pets)
    assert cli.main(["project", "import", str(tmp_path / "it.zip")]) == 0
    assert "“pets” is imported. Its photos are not on this computer" in capsys.readouterr().out


def test_copies_and_new_ones_open_from_then_on(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = call(capsys, "project", "duplicate", pets, "Copy")
    assert Project.of(pets).folder == Path(copy["project"])
    other = call(capsys, "project", "new", pets, "Anew")
    assert Project.of(pets).folder == Path(other["project"])
    assert len(Project.recent()) == 3


def test_nothing_of_a_person_is_replaced(
    pets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.zip").write_bytes(b"PK mine")
    assert "own.zip" in refused(capsys, "project", "export", pets, tmp_path / "own.zip")
    assert (tmp_path / "own.zip").read_bytes() == b"PK mine"
    assert "a.png" in refused(capsys, "project", "export", pets, pets / "cats" / "a.png")


def test_what_cannot_be_done_is_said(pets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new").mkdir()
    for command in (
        ["export", tmp_path / "new", tmp_path / "a.zip"],
        ["duplicate", tmp_path / "new", "Copy"],
    ):
        assert "has no project for" in refused(capsys, "project", *command)
    assert "needs a name" in refused(capsys, "project", "duplicate", pets, " ")
    assert "WHAT" in refused(capsys, "project")


def test_public_photos_are_listed_with_their_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    listed = call(capsys, "lessons")
    assert [row["key"] for row in listed] == [
        "cifar10",
        "eurosat",
        "fashion_mnist",
        "pets",
        "flowers",
        "gtsrb",
    ]
    assert not any(row["here"] for row in listed)
    assert cli.main(["lessons"]) == 0
    assert "27,000 photos, 10 classes, 94 MB to fetch; licence: MIT" in capsys.readouterr().out
    assert "eurosat" in refused(capsys, "lessons", "eurosatt")
