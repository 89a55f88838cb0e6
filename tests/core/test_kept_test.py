"""A test set that is drawn once: whatever becomes of the folder, nobody learns from its photos."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.bad_files import encoded
from tests.catalogs import classes_of, sample_at
from tests.core.folder_help import put, scanned
from tests.core.training_help import drive, tiny_config
from workbench.core import learning
from workbench.core.data import edits
from workbench.core.data.catalog import Catalog, Roots, Sample
from workbench.core.data.groups import groups_of
from workbench.core.data.split import make_split, own_split
from workbench.core.data.test_set import Drawn, draw_test_set, with_test_set, without_test_set
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


def catalog_of(counts: dict[str, int], **values: str) -> Catalog:
    samples = [
        replace(sample_at(f"{name}/{n:03}.jpg", name, digest=f"{n:03}-{name}"), **values)  # type: ignore[arg-type]
        for name, count in counts.items()
        for n in range(count)
    ]
    return Catalog(Roots.of(Path("/photos")), classes_of(sorted(counts)), tuple(samples))


def kept_ids(catalog: Catalog) -> set[str]:
    return {sample.id for sample in (*catalog.samples, *catalog.excluded) if sample.subset == "test"}


def drawn_from(catalog: Catalog, asked: float = 0.2, seed: int = 0) -> tuple[Catalog, Drawn]:
    return with_test_set(catalog, draw_test_set(catalog, asked, seed=seed))


def with_changes(catalog: Catalog, changes: dict[str, dict[str, str]]) -> Catalog:
    samples = [replace(s, **changes.get(s.id, {})) for s in catalog.samples]  # type: ignore[arg-type]
    return replace(catalog, samples=tuple(samples))


def test_every_class_gives_its_share_and_both_numbers_are_known() -> None:
    catalog, _ = drawn_from(catalog_of({"a": 100, "b": 50, "c": 12}), 0.2)
    counted = Counter(path.partition("/")[0] for path in kept_ids(catalog))
    assert counted == {"a": 20, "b": 10, "c": 2}
    assert catalog.test_asked == 0.2
    assert catalog.test_share == (32, 32 / 162)
    split = make_split(catalog, validation_fraction=0.25, seed=0)
    assert len(split.test) == 32
    assert len(split.validation) == 33  # 20 + 10 + 3: a quarter of what is left of each class


@pytest.mark.parametrize("seed", range(10))
def test_groups_are_drawn_whole(seed: int) -> None:
    random = np.random.default_rng(seed)
    catalog = catalog_of({"a": 60, "b": 60})
    groups = {s.id: {"group": f"group {s.id[0]}{random.integers(20)}"} for s in catalog.samples}
    catalog, _ = drawn_from(with_changes(catalog, groups), 0.3, seed)
    tests = {sample.group for sample in catalog.samples if sample.subset == "test"}
    assert tests
    assert not tests & {sample.group for sample in catalog.samples if sample.subset != "test"}
    assert abs(catalog.test_share[1] - 0.3) < 0.1


def test_one_picture_in_two_classes_is_never_drawn() -> None:
    same = {"a/001.jpg": {"digest": "same"}, "b/002.jpg": {"digest": "same"}}
    for seed in range(20):
        catalog, _ = drawn_from(with_changes(catalog_of({"a": 6, "b": 6}), same), 0.5, seed)
        assert not kept_ids(catalog) & same.keys()


def test_what_is_learned_with_the_test_set_has_one_photo_of_each_class_left() -> None:
    catalog, _ = drawn_from(catalog_of({"a": 2, "b": 3}), 0.5)
    assert Counter(s.class_id for s in own_split(catalog).training) == {"a": 1, "b": 1}


def test_a_folder_with_a_test_set_of_its_own_keeps_that() -> None:
    catalog = catalog_of({"a": 10, "b": 10})
    changes = {s.id: {"subset": "test" if s.id.endswith("1.jpg") else "training"} for s in catalog.samples}
    with pytest.raises(InputError, match="has a test set of its own with 2 photos"):
        draw_test_set(with_changes(catalog, changes), 0.2, seed=0)


@pytest.mark.parametrize("counts", [{}, {"a": 1, "b": 1}])
def test_too_few_photos_are_said(counts: dict[str, int]) -> None:
    with pytest.raises(InputError, match="too few photos with a class"):
        draw_test_set(catalog_of(counts), 0.2, seed=0)


def test_groups_that_reach_into_the_folders_validation_set_are_not_drawn() -> None:
    catalog = catalog_of({"a": 20, "b": 20})
    changes = {
        s.id: {
            "subset": "validation" if int(s.id[2:5]) < 5 else "training",
            "group": f"g{int(s.id[2:5]) % 5}",
        }
        for s in catalog.samples
        if int(s.id[2:5]) not in (7, 8, 9, 12, 13, 14)
    }
    catalog, _ = drawn_from(with_changes(catalog, changes), 0.5)
    assert kept_ids(catalog) <= {f"{c}/{n:03}.jpg" for c in "ab" for n in (7, 8, 9, 12, 13, 14)}


def test_a_photo_keeps_its_place_wherever_it_is_put() -> None:
    catalog, drawn = drawn_from(catalog_of({"a": 20, "b": 20}))
    before = kept_ids(catalog)
    turned = edits.reclassed(catalog, [s.id for s in catalog.samples], "b")
    assert kept_ids(with_test_set(turned, drawn)[0]) == before
    first = min(before)
    read_again = catalog_of({"a": 20, "b": 20})
    moved = with_changes(read_again, {first: {"id": "b/elsewhere.jpg", "path": "b/elsewhere.jpg"}})
    assert kept_ids(with_test_set(moved, drawn)[0]) == before - {first} | {"b/elsewhere.jpg"}
    saved_anew = with_changes(read_again, {first: {"digest": "another"}})
    assert kept_ids(with_test_set(saved_anew, drawn)[0]) == before


def test_two_photos_that_change_names_change_nothing_else() -> None:
    catalog, drawn = drawn_from(catalog_of({"a": 20, "b": 20}))
    test, other = min(kept_ids(catalog)), next(s for s in catalog.samples if s.subset != "test")
    digest = next(s.digest for s in catalog.samples if s.id == test)
    swapped = with_changes(
        catalog_of({"a": 20, "b": 20}), {test: {"digest": other.digest}, other.id: {"digest": digest}}
    )
    found, known = with_test_set(swapped, drawn)
    assert other.id in kept_ids(found)
    assert test not in kept_ids(found)
    assert kept_ids(with_test_set(swapped, known)[0]) == kept_ids(found)


def grown(catalog: Catalog, *samples: Sample) -> Catalog:
    return replace(catalog, samples=(*catalog.samples, *samples))


def test_a_new_photo_is_a_test_photo_only_where_it_belongs_to_one() -> None:
    catalog = catalog_of({"a": 20, "b": 20})
    catalog = with_changes(catalog, {s.id: {"picture": s.id} for s in catalog.samples})
    apart, drawn = drawn_from(catalog)
    test, other = min(kept_ids(apart)), next(s.id for s in apart.samples if s.subset != "test")
    new = (
        sample_at("a/copy.jpg", "a", digest="new-1", picture=test),
        sample_at("a/copy of another.jpg", "a", digest="new-2", picture=other),
        sample_at("a/new.jpg", "a", digest="new-3"),
    )
    found, known = with_test_set(grown(catalog, *new), drawn)
    assert kept_ids(found) == kept_ids(apart) | {"a/copy.jpg"}
    # A photo that has been learned from stays one, though a later one shows that it belongs to a test photo.
    bridge = sample_at("a/bridge.jpg", "a", digest="new-4", picture=test, group="both")
    joined = with_changes(grown(catalog, *new), {"a/new.jpg": {"group": "both"}})
    later, _ = with_test_set(grown(joined, bridge), known)
    assert kept_ids(later) == kept_ids(found) | {"a/bridge.jpg"}


@pytest.mark.parametrize("seed", range(12))
def test_nobody_changes_sides_whatever_happens(seed: int) -> None:
    """A hundred random changes of a folder; what is learned from is asked after each."""
    random = np.random.default_rng(seed)
    catalog = catalog_of({"a": 30, "b": 30, "c": 8})
    _, drawn = drawn_from(catalog, 0.25, seed)
    learned: set[str] = set()
    tested: set[str] = set()
    for step in range(100):
        samples = list(catalog.samples)
        place = int(random.integers(len(samples)))
        chosen = samples[place]
        match int(random.integers(6)):
            case 0:
                samples[place] = replace(chosen, class_id="abc"[random.integers(3)])
            case 1:
                samples[place] = replace(chosen, id=f"moved/{step}.jpg", path=f"moved/{step}.jpg")
            case 2 if len(samples) > 20:
                del samples[place]
            case 3:
                samples.append(sample_at(f"a/new {step}.jpg", "a", digest=f"n{step}"))
            case 4:
                picture = chosen.picture or f"picture {step}"
                samples[place] = replace(chosen, picture=picture)
                samples.append(sample_at(f"a/copy {step}.jpg", "a", digest=f"c{step}", picture=picture))
            case _:
                samples.append(replace(chosen, id=f"a/again {step}.jpg", path=f"a/again {step}.jpg"))
        catalog = replace(catalog, samples=tuple(samples))
        found, drawn = with_test_set(catalog, drawn)
        split = make_split(found, validation_fraction=0.2, seed=seed)
        learned |= {s.digest for s in (*split.training, *split.validation)}
        tested |= {s.digest for s in split.test}
        assert not learned & tested
        together = zip(split.samples, groups_of(split.samples), strict=True)
        sides: dict[str, set[bool]] = {}
        for sample, group in together:
            sides.setdefault(group, set()).add(sample.subset == "test")
        assert all(len(each) == 1 for each in sides.values())


def test_subfolders_stay_together_where_the_person_says_so() -> None:
    samples = tuple(
        sample_at(f"{name}/plant {n // 4}/{n:03}.jpg", name, digest=f"{n:03}-{name}")
        for name in ("a", "b")
        for n in range(40)
    )
    catalog = Catalog(Roots.of(Path("/photos")), classes_of(["a", "b"]), samples)
    drawn = draw_test_set(catalog, 0.2, seed=0, subfolders=True)
    found, _ = with_test_set(catalog, drawn)
    folders = {str(Path(each).parent) for each in kept_ids(found)}
    assert len(folders) == 4
    new = sample_at(f"{min(folders)}/later.jpg", "a", digest="later")
    assert new.id in kept_ids(with_test_set(grown(catalog, new), drawn)[0])


def test_letting_go_gives_the_folders_own_sets_back_and_another_draw_is_another() -> None:
    catalog = catalog_of({"a": 40, "b": 40})
    found, drawn = drawn_from(catalog)
    assert without_test_set(found, catalog.samples) == catalog
    again = draw_test_set(catalog, 0.2, seed=0, draws=drawn.let_go().draws)
    assert set(again.photos) != set(drawn.photos)
    assert again.draws == 2


# On the disk


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
        "10 photos (25.0%, 25.0% were asked for) are kept for the test, now and in every later run."
    ]
    assert len(tests) == 10
    assert len(learned) == 30
    put(folder, *(f"cats/more {n}.png" for n in range(10)))
    for number, asked in enumerate((0.0, 0.25, 0.5)):
        said, again, learned = learn(folder, tmp_path / str(number), test_fraction=asked, seed=number)
        assert again == tests
        assert len(learned) == 40
        assert said[0].code == ("test_set_stays" if asked == 0.5 else "test_set_kept")
        assert "20.0%" in said[0].title
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
    from PIL import Image

    for each in tests:
        with Image.open(folder / each) as picture:
            (folder / each).write_bytes(encoded(picture.convert("RGB"), "PNG", compress_level=1))
    assert kept_ids(kept_apart(scanned(folder), project)) == tests
