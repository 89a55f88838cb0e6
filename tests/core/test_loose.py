"""Photos without classes: refused where nobody can sort them, and sorted in the window."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest

from tests.core.folder_help import put, state_of
from tests.core.table_help import classes_of, photos_into, read, write
from tests.core.training_help import drive
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import LOOSE, Catalog, Unclear
from workbench.core.data.edits import reclassed, with_class
from workbench.core.errors import InputError
from workbench.core.events import Followed
from workbench.core.health.wrong_class import suggestions
from workbench.core.instant.following import Follower
from workbench.core.jobs import never, run
from workbench.core.messages import Message
from workbench.core.project.begun import is_begun
from workbench.core.project.projects import Project
from workbench.core.project.store import FILE, ProjectStore
from workbench.engine import jobs
from workbench.engine.requests import Scan

DONE = Message("done")


@pytest.fixture
def folder(tmp_path: Path, data_folder: Path) -> Path:
    """Ten photos of either of two hand signs, in one folder."""
    photos_into(tmp_path / "Signs", data_folder / "sign_digits", "01", 10)
    return tmp_path / "Signs"


def by_engine(folder: Path, reading: str = "") -> Catalog:
    job: Generator[object, None, Catalog | Unclear] = jobs.scan(Scan(folder, reading), never)
    found = run(job)
    assert isinstance(found, Catalog)
    return found


def sorted_some(catalog: Catalog, each: int) -> Catalog:
    """The first photos of either sign put into its class."""
    for name in ("zero", "one"):
        catalog = with_class(catalog, name)
    for start, class_id in (("sign0", "zero"), ("sign1", "one")):
        own = [sample.id for sample in catalog.samples if sample.path.startswith(start)][:each]
        catalog = reclassed(catalog, own, class_id)
    return catalog


def test_photos_without_classes_are_refused_unless_they_are_to_be_sorted(folder: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(folder)
    assert refused.value.message.code == "photos_without_classes"
    before = state_of(folder)
    catalog = read(folder, LOOSE)
    assert len(catalog.samples) == 20
    assert set(classes_of(catalog).values()) == {""}
    assert {sample.class_id for sample in catalog.samples} == {None}
    assert catalog.classes == catalog.empty_classes == catalog.skipped == catalog.notes == ()
    assert catalog.reading is not None
    assert (catalog.reading.key, str(catalog.reading.why)) == (LOOSE, "The photos have no classes yet.")
    assert state_of(folder) == before


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a.png", "b.png"], "photos_without_classes"),
        (["images/a.png", "images/b.png"], "photos_without_classes"),
        (["holiday/a.png", "holiday/b.png"], "only_one_class"),
        (["train/a.png", "test/b.png"], "sets_without_classes"),
    ],
)
def test_whatever_has_no_classes_can_be_sorted(tmp_path: Path, names: list[str], code: str) -> None:
    put(tmp_path, *names)
    (tmp_path / "notes.txt").write_text("not a photo")
    with pytest.raises(InputError) as refused:
        read(tmp_path)
    assert refused.value.message.code == code
    catalog = read(tmp_path, LOOSE)
    assert sorted(classes_of(catalog)) == sorted(names)
    assert [(each.path, each.reason) for each in catalog.skipped] == [("notes.txt", "side_file")]


def test_without_a_photo_there_is_nothing_to_sort(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("not a photo")
    with pytest.raises(InputError) as refused:
        read(tmp_path, LOOSE)
    assert refused.value.message.code == "no_usable_photos"
    (tmp_path / "a.jpg").unlink()
    with pytest.raises(InputError) as refused:
        read(tmp_path, LOOSE)
    assert refused.value.message.code == "no_photos"


def test_loose_photos_beside_classes_are_left_out_and_said(tmp_path: Path) -> None:
    put(tmp_path, *(f"{name}/{n}.png" for name in ("cat", "dog") for n in range(4)), "loose.png")
    catalog = read(tmp_path)
    assert catalog.counts == {"cat": 4, "dog": 4}
    assert [(each.path, each.reason) for each in catalog.skipped] == [("loose.png", "no_class")]


def test_a_folder_that_was_begun_is_opened_as_it_was_left(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        by_engine(folder)
    catalog = by_engine(folder, LOOSE)
    with ProjectStore(Project.of(folder, catalog).folder) as store:
        store.begin(catalog)
    assert not is_begun(folder)
    with pytest.raises(InputError):
        by_engine(folder)
    with ProjectStore(Project.of(folder, catalog).folder) as store:
        store.edit(DONE, lambda catalog: sorted_some(catalog, 2))
        assert not is_begun(folder)  # nobody looks into a project that is open
    assert is_begun(folder)
    again = by_engine(folder)
    assert again.reading is not None
    assert again.reading.key == LOOSE
    with ProjectStore(Project.of(folder, again).folder) as store:
        assert store.begin(again).counts == {"one": 2, "zero": 2}
        store.undo()
    assert not is_begun(folder)
    with ProjectStore(Project.of(folder, again).folder) as store:
        store.redo()
    folder.rename(tmp_path / "Moved")
    assert is_begun(tmp_path / "Moved")
    assert by_engine(tmp_path / "Moved").samples == again.samples


def test_a_damaged_project_is_not_begun(folder: Path) -> None:
    place = Project.of(folder, read(folder, LOOSE)).folder
    (place / FILE).write_bytes(b"no database" * 100)
    assert not is_begun(folder)
    assert (place / FILE).read_bytes() == b"no database" * 100


def test_a_folder_with_classes_that_lost_them_was_never_begun(tmp_path: Path) -> None:
    names = [f"{name}/{n}.png" for name in ("cat", "dog") for n in range(3)]
    put(tmp_path, *names)
    catalog = read(tmp_path)
    with ProjectStore(Project.of(tmp_path, catalog).folder) as store:
        store.begin(catalog)
        store.edit(DONE, lambda catalog: reclassed(catalog, ["cat/0.png"], "dog"))
    assert not is_begun(tmp_path)


def test_a_model_suggests_classes_for_the_rest_some_at_a_time(folder: Path, ready_backbone: None) -> None:
    catalog = sorted_some(read(folder, LOOSE), 3)
    found: list[Followed] = []
    with Follower(catalog, TrainingConfig(networks="one"), "cpu") as follower:
        while not found or found[-1].left:
            found.append(drive(follower.follow(catalog, at_once=5))[1])
    assert [each.left for each in found] == [9, 4, 0]
    assert [len(each.samples) for each in found] == [11, 16, 20]
    paths = {sample.id: sample.path for sample in catalog.samples}
    suggested = suggestions(catalog, found[-1])
    right = [each.class_id == {"0": "zero", "1": "one"}[paths[key][4]] for key, each in suggested.items()]
    assert len(right) == 14
    assert np.mean(right) >= 0.8
    estimate = found[-1].estimate
    assert estimate is not None
    assert estimate.samples == 6


def test_photos_that_cannot_be_read_do_not_hold_up_the_others(folder: Path, ready_backbone: None) -> None:
    catalog = sorted_some(read(folder, LOOSE), 3)
    loose = [sample for sample in catalog.samples if sample.class_id is None]
    for sample in loose[:6]:
        (folder / sample.path).unlink()
    lefts = []
    with Follower(catalog, TrainingConfig(networks="one"), "cpu") as follower:
        while not lefts or lefts[-1]:
            told: Followed = drive(follower.follow(catalog, at_once=3))[1]
            lefts.append(told.left)
    assert lefts[-1] == 0
    assert len(told.samples) == 6 + len(loose) - 6


def test_a_table_that_came_later_says_the_classes_and_edits_stay(folder: Path) -> None:
    catalog = by_engine(folder, LOOSE)
    names = [sample.id for sample in catalog.samples]
    with ProjectStore(Project.of(folder, catalog).folder) as store:
        store.begin(catalog)
        store.edit(DONE, lambda catalog: reclassed(with_class(catalog, "mine"), names[:1], "mine"))
    write(folder / "t.csv", [("file", "class"), *((name, name[:5]) for name in names)])
    tabled = by_engine(folder)
    with ProjectStore(Project.of(folder, tabled).folder) as store:
        assert store.begin(tabled).counts == {"mine": 1, "sign0": 9, "sign1": 10}
