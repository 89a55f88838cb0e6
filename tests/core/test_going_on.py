"""A run goes on from its photos, however their folder is spelled, linked or moved, and from no others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli_help import two_colours
from tests.core.folder_help import state_of
from tests.core.training_help import catalog_of, drive, tiny_config
from workbench.core.errors import InputError
from workbench.core.events import EpochDone
from workbench.core.learning import announced, resume, train
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.project.runs import ASKED, MODEL, SPLIT, is_run, read_asked, summarise

pytestmark = pytest.mark.e2e

CONFIG = tiny_config(epochs=3, checkpoint_minutes=0.1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`photos`, and `run`, which was stopped after its first epoch."""
    above = tmp_path_factory.mktemp("made")
    (above / "photos").mkdir()
    two_colours(above / "photos")
    (above / "run").mkdir()
    events: list[Any] = []
    job = train(
        catalog_of(above / "photos"),
        CONFIG,
        above / "run",
        device="cpu",
        stop=lambda: any(isinstance(event, EpochDone) for event in events),
    )
    for event in job:
        events.append(event)
    return above


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A folder with the run and its photos, whose run knows them by the path that they have here."""
    shutil.copytree(made / "photos", tmp_path / "photos")
    run = Path(shutil.copytree(made / "run", tmp_path / "run"))
    for name in (ASKED, SPLIT):
        text = (run / name).read_text(encoding="utf-8")
        (run / name).write_text(
            text.replace(str(made / "photos"), str(tmp_path / "photos")), encoding="utf-8"
        )
    return tmp_path


def rename_each(folder: Path) -> None:
    for number, photo in enumerate(sorted(folder.rglob("*.png"))):
        photo.rename(photo.with_name(f"photo {number:03}.png"))


def to_another_disk(place: Path) -> Path:
    shutil.copytree(place / "photos", place / "disk" / "photos")
    shutil.rmtree(place / "photos")
    return place / "disk" / "photos"


def renamed(place: Path) -> Path:
    return (place / "photos").rename(place / "archive 2026")


def sorted_anew(place: Path) -> Path:
    folder = renamed(place)
    (folder / "red").rename(folder / "rouge")
    rename_each(folder)
    return folder


def linked(place: Path) -> Path:
    (place / "link").symlink_to("photos", target_is_directory=True)
    return place / "link"


def spelled(place: Path) -> Path:
    return place / "run" / ".." / "photos" / "red" / ".."


def with_more(place: Path) -> Path:
    shutil.copytree(place / "photos" / "red", place / "photos" / "crimson")
    return place / "photos"


@pytest.mark.parametrize("there", [linked, spelled, renamed, to_another_disk, sorted_anew, with_more])
def test_it_goes_on_to_the_same_end(there: Callable[[Path], Path], place: Path, made: Path) -> None:
    folder = there(place)
    before = state_of(folder.resolve())
    _, result = drive(resume(place / "run", folder=folder, device="cpu"))
    assert (result.epochs, result.stopped) == (3, False)
    assert state_of(folder.resolve()) == before
    straight = made / "straight"
    if not straight.exists():
        straight.mkdir()
        drive(train(catalog_of(made / "photos"), CONFIG, straight, device="cpu"))
    ends = [Checkpoint.load(run / MODEL).weights for run in (straight, place / "run")]
    assert all((ends[0][name] == ends[1][name]).all() for name in ends[0])


def test_once_told_where_its_photos_are_it_remembers(place: Path) -> None:
    folder = renamed(place)
    with pytest.raises(InputError, match=r"is not there\. .*workbench train FOLDER --resume"):
        drive(resume(place / "run", device="cpu"))
    drive(resume(place / "run", folder=folder, device="cpu"))
    assert read_asked(place / "run")["image_folder"] == str(folder)
    drive(resume(place / "run", device="cpu"))


def test_other_photos_are_not_gone_on_with(place: Path) -> None:
    other = place / "other"
    other.mkdir()
    shutil.copytree(place / "photos" / "red", other / "red")
    for number, photo in enumerate(sorted(other.rglob("*.png"))):
        photo.write_bytes(photo.read_bytes() + bytes([number]))
    before = (place / "run" / ASKED).read_bytes()
    with pytest.raises(InputError, match="none of its photos are in"):
        drive(resume(place / "run", folder=other, device="cpu"))
    assert (place / "run" / ASKED).read_bytes() == before


def test_a_photo_that_is_another_one_now_is_counted(place: Path) -> None:
    folder = renamed(place)
    shutil.copy(folder / "red" / "0.png", folder / "blue" / "0.png")
    with pytest.raises(InputError, match="1 photo that this run learns from"):
        drive(resume(place / "run", folder=folder, device="cpu"))


@pytest.mark.parametrize("gone", ["red/0.png", "red"])
def test_photos_and_classes_that_are_gone_are_counted(place: Path, gone: str) -> None:
    folder = place / "photos"
    count = len(list((folder / gone).glob("*.png"))) if gone == "red" else 1
    if gone == "red":
        shutil.rmtree(folder / gone)
    else:
        (folder / gone).unlink()
    with pytest.raises(InputError, match=rf"Changed or gone: {count} photos? that this run learns from"):
        drive(resume(place / "run", device="cpu"))


def test_a_split_that_is_damaged_is_named(place: Path) -> None:
    (place / "run" / SPLIT).write_bytes(bytes(100))
    with pytest.raises(InputError, match=r"“split\.json” of the run"):
        drive(resume(place / "run", device="cpu"))


def test_a_run_that_is_cut_off_while_its_photos_are_read_can_begin_again(place: Path) -> None:
    run = place / "new"
    run.mkdir()
    entered = announced(run, place / "photos", CONFIG)
    entered.__enter__()  # and never left, as where the process is killed
    assert is_run(run)
    _, result = drive(resume(run, device="cpu"))
    assert result.epochs == 3
    assert summarise(run).state == "finished"
