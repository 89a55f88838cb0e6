"""The test set of a project: whatever is done to its folder, no run learns from its photos."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import pytest
from PIL import Image

from tests.bad_files import encoded
from tests.core.folder_help import put, scanned
from tests.core.test_kept_test import kept_ids
from tests.core.training_help import drive, tiny_config
from workbench.core import learning
from workbench.core.data import edits
from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.split import make_split
from workbench.core.errors import InputError
from workbench.core.events import Note
from workbench.core.jobs import run
from workbench.core.messages import Message
from workbench.core.paths import temporary_profile
from workbench.core.project.copies import duplicate, new_project
from workbench.core.project.exchange import export_project, import_project
from workbench.core.project.kept_test import (
    TEST_SET,
    keep_test_set,
    kept_apart,
    let_test_set_go,
    read_test_set,
)
from workbench.core.project.projects import Project
from workbench.core.project.split_file import read_split
from workbench.core.project.store import ProjectStore

TOLD = Message("edit.left_out", {"count": 1})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path / "photos", *(f"{kind}/{n:02}.png" for kind in ("cats", "dogs") for n in range(20)))
    return tmp_path / "photos"


def content(folder: Path, ids: Collection[str]) -> set[bytes]:
    return {(folder / each).read_bytes() for each in ids}


def opened(folder: Path, chosen: Path | None = None) -> Catalog:
    """As the window opens it."""
    read = scanned(folder)
    with ProjectStore(Project.of(folder, read, chosen).folder) as store:
        return store.begin(read)


def test_undo_reading_again_and_leaving_out_change_nothing(folder: Path) -> None:
    read = scanned(folder)
    project = Project.of(folder, read).folder
    with ProjectStore(project) as store:
        store.begin(read)
        store.edit(TOLD, lambda catalog: edits.without(catalog, ["cats/03.png"]))
        revision = store.draw_test_set(0.25, seed=0).revision
        assert store.catalog is not None
        tests = kept_ids(store.catalog)
        assert len(tests) == 10
        assert revision == 2
        assert store.can_undo == TOLD
        some = min(tests)
        for edit in (
            lambda catalog: edits.reclassed(catalog, tests, "dogs"),
            lambda catalog: edits.without(catalog, [some]),
            lambda catalog: edits.merged(catalog, ["cats"], "dogs"),
        ):
            assert kept_ids(store.edit(TOLD, edit)) == tests
        for _ in range(4):
            assert kept_ids(store.undo()) == tests
        for _ in range(4):
            assert kept_ids(store.redo()) == tests
    kept = content(folder, tests)
    put(folder, "cats/new.png", "dogs/new.png")
    shutil.copy(folder / some, folder / "dogs" / "again.png")
    (folder / max(tests)).rename(folder / "dogs" / "renamed.png")
    found = opened(folder)
    now = kept_ids(found)
    assert now == tests - {max(tests)} | {"dogs/again.png", "dogs/renamed.png"}
    assert content(folder, now) == kept
    split = make_split(found, validation_fraction=0.2, seed=0)
    assert not content(folder, [s.id for s in (*split.training, *split.validation)]) & kept


def test_photos_that_are_added_to_the_project_are_given_a_side(folder: Path) -> None:
    read = scanned(folder)
    project = Project.of(folder, read).folder
    (project / "added").mkdir()
    with ProjectStore(project) as store:
        store.begin(read)
        tests = kept_ids(store.draw_test_set(0.25, seed=0))
        picture = min(tests)
        new = [
            Sample(f"/added/{n}.png", f"{n}.png", None, "", f"digest {n}", 8, 6, root="added", picture=shown)
            for n, shown in enumerate(("one", ""))
        ]
        catalog = store.edit(TOLD, lambda c: edits.added(c, new, "cats", project / "added", {picture: "one"}))
        assert kept_ids(catalog) == tests | {"/added/0.png"}
        assert kept_ids(store.undo()) == tests
        assert kept_ids(store.redo()) == tests | {"/added/0.png"}


def test_copies_and_exports_have_the_same_test_set(folder: Path, tmp_path: Path) -> None:
    read = scanned(folder)
    project = Project.of(folder, read)
    with ProjectStore(project.folder) as store:
        store.begin(read)
        tests = kept_ids(store.draw_test_set(0.25, seed=0))
    copy = duplicate(project, "a copy")
    assert copy.name == "a copy"
    assert kept_ids(opened(folder, copy.folder)) == tests
    assert kept_ids(opened(folder, new_project(project, "another").folder)) == set()
    run(export_project(project.folder, tmp_path / "project.zip", photos=True))
    with temporary_profile(tmp_path / "elsewhere"):
        made = run(import_project(tmp_path / "project.zip", folder=folder))
        assert kept_ids(opened(folder, made.project)) == tests


def learn(folder: Path, out: Path, **changes: object) -> tuple[list[Message], set[str], set[str]]:
    """What a run says of the test set, what it tests with, and what it learns from and checks with."""
    out.mkdir(parents=True)
    catalog = scanned(folder)
    events, _ = drive(learning.train(catalog, tiny_config(epochs=1, **changes), out, device="cpu"))
    split = read_split(out / "split.json")
    said = [each.message for each in events if isinstance(each, Note) and "test_set" in each.code]
    return said, {s.id for s in split.test}, {s.id for s in (*split.training, *split.validation)}


@pytest.mark.e2e
def test_runs_draw_it_once_and_keep_it(folder: Path, tmp_path: Path) -> None:
    said, nothing, _ = learn(folder, tmp_path / "before")
    assert (said, nothing) == ([], set())
    said, tests, learned = learn(folder, tmp_path / "first", test_fraction=0.25)
    assert [each.title for each in said] == [
        "10 photos (25.0 %, 25.0 % were asked for) are kept for the test, now and in every later run."
    ]
    assert len(tests) == 10
    assert len(learned) == 30
    put(folder, *(f"cats/more {n}.png" for n in range(10)))
    for number, asked in enumerate((0.0, 0.25, 0.5)):
        said, again, learned = learn(folder, tmp_path / str(number), test_fraction=asked, seed=number)
        assert again == tests
        assert len(learned) == 40
        assert said[0].code == ("test_set_stays" if asked == 0.5 else "test_set_kept")
        assert "20.0 %" in said[0].title
    run_of_project = Project.of(folder, scanned(folder)).new_run()
    shutil.rmtree(run_of_project)
    assert learn(folder, run_of_project)[1] == tests, "in the project's own folder as well"


@pytest.mark.e2e
def test_a_folder_with_its_own_test_set_says_that_no_other_is_drawn(tmp_path: Path) -> None:
    names = [f"{part}/{kind}/{n}.png" for part in ("train", "test") for kind in "ab" for n in range(6)]
    put(tmp_path / "photos", *names)
    said, tests, _ = learn(tmp_path / "photos", tmp_path / "run", test_fraction=0.3)
    assert [each.code for each in said] == ["own_test_set"]
    assert len(tests) == 12


@pytest.mark.e2e
def test_a_run_whose_test_set_is_forgotten_learns_from_all(folder: Path, tmp_path: Path) -> None:
    _, tests, _ = learn(folder, tmp_path / "first", test_fraction=0.25)
    project = Project.of(folder, scanned(folder)).folder
    assert let_test_set_go(project)
    assert not let_test_set_go(project)
    _, nothing, learned = learn(folder, tmp_path / "second")
    assert (nothing, len(learned)) == (set(), 40)
    _, others, _ = learn(folder, tmp_path / "third", test_fraction=0.25)
    assert others
    assert others != tests


def test_a_damaged_file_is_said_and_nothing_learns_from_its_photos(folder: Path, tmp_path: Path) -> None:
    read = scanned(folder)
    project = Project.of(folder, read).folder
    kept_apart(read, project, asked=0.2, seed=0)
    file = project / TEST_SET
    whole = file.read_bytes()
    for damaged in (
        whole[:-30],
        b"",
        b"[]",
        b'{"schema_version": 1}',
        whole.replace(b'"photos"', b'"photo"'),
    ):
        file.write_bytes(damaged)
        with pytest.raises(InputError, match="Nobody can tell any more which photos were kept for the test"):
            learn(folder, tmp_path / f"run {len(damaged)}")
    file.write_bytes(whole.replace(b'"schema_version": 1', b'"schema_version": 2'))
    with pytest.raises(InputError, match="newer version"):
        read_test_set(project)
    file.write_bytes(b"")
    assert let_test_set_go(project)
    assert read_test_set(project).asked == 0


def test_a_photo_saved_anew_stays_where_it_was(folder: Path) -> None:
    read = scanned(folder)
    project = Project.of(folder, read).folder
    tests = kept_ids(kept_apart(read, project, asked=0.2, seed=0))
    keep_test_set(project, read_test_set(project))
    for each in tests:
        with Image.open(folder / each) as picture:
            (folder / each).write_bytes(encoded(picture.convert("RGB"), "PNG", compress_level=1))
    assert kept_ids(kept_apart(scanned(folder), project)) == tests
