"""Photos that are added to a folder: copied, read as the scan reads them, put into classes as an edit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.core.added_help import added_to, classes_of, content, others_of, put, take
from tests.core.training_help import catalog_of, drive, small_folder
from workbench.core.data.added import folder_of_added
from workbench.core.data.adding import add_photos, join_pictures
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import without, without_class
from workbench.core.data.groups import groups_of
from workbench.core.errors import Stopped
from workbench.core.messages import Message
from workbench.core.project.projects import Project
from workbench.core.project.store import ProjectStore


@pytest.fixture
def image_folder(drawn_small: Path, tmp_path: Path) -> Path:
    """Two classes of eight photos each."""
    return small_folder(drawn_small, tmp_path / "photos", 2, 8)


@pytest.fixture
def outside(drawn_small: Path, tmp_path: Path) -> Path:
    return others_of(drawn_small, tmp_path / "elsewhere")


@pytest.fixture
def read(image_folder: Path) -> Catalog:
    return catalog_of(image_folder)


@pytest.fixture
def store(read: Catalog) -> Iterator[ProjectStore]:
    with ProjectStore(Project.of(read.folder, read).folder) as opened:
        opened.begin(read)
        yield opened


def test_photos_are_copied_and_added_with_their_class_undone_and_redone(
    store: ProjectStore, read: Catalog, outside: Path, image_folder: Path
) -> None:
    before = content(outside), content(image_folder)
    first, second = classes_of(read)
    found = take(store, *sorted((outside / first).iterdir()))
    assert [sample.path for sample in found.samples] == ["008.JPG", "009.JPG", "010.JPG", "011.JPG"]
    after = put(store, found, first)
    assert after.counts == {first: 12, second: 8}
    assert after.samples[:16] == read.samples
    new = added_to(after)
    assert [after.roots.locate(sample).read_bytes() for sample in new] == [
        path.read_bytes() for path in sorted((outside / first).iterdir())
    ]
    assert after.confirmed == {sample.id for sample in new}
    for back, forth in ((store.undo(), store.redo()), (store.undo(), store.redo())):
        assert back.samples == read.samples
        assert back.confirmed == frozenset()
        assert (forth.samples, forth.confirmed) == (after.samples, after.confirmed)
    assert (content(outside), content(image_folder)) == before
    with pytest.raises(KeyError):
        read.roots.locate(new[0])


def test_names_that_are_taken_get_a_number(store: ProjectStore, read: Catalog, outside: Path) -> None:
    first, second = classes_of(read)
    found = take(store, outside / first / "008.JPG", outside / second / "008.JPG")
    assert sorted(sample.path for sample in found.samples) == ["008 2.JPG", "008.JPG"]
    by_path = {sample.path: sample for sample in found.samples}
    assert len({sample.digest for sample in by_path.values()}) == 2
    long = outside / ("ü" * 124 + ".JPG")
    shutil.copy(outside / first / "009.JPG", long)
    shutil.copy(outside / second / "009.JPG", outside / second / long.name)
    (one, two) = take(store, long, outside / second / long.name).samples
    assert one.path != two.path
    assert {len(one.path), len(two.path)} <= set(range(120, 129))


def test_what_is_no_photo_is_refused_as_the_scan_refuses_it(
    store: ProjectStore, outside: Path, image_folder: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    photo = next(iter(sorted(outside.rglob("*.JPG"))))
    (bad / "cut.jpg").write_bytes(photo.read_bytes()[:2000])
    (bad / "empty.jpg").touch()
    (bad / "words.jpg").write_text("not a picture")
    (bad / "notes.txt").write_text("notes")
    (bad / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    (bad / "pixels.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    found = take(store, photo, *sorted(bad.iterdir()))
    assert len(found.samples) == 1
    (kept,) = folder_of_added(store.folder).iterdir()  # which of two took the name first is not known
    assert kept.read_bytes() == photo.read_bytes()
    for file in bad.iterdir():
        shutil.copy(file, image_folder / next(iter(image_folder.iterdir())).name)
    said = {Path(each.path).name: each.message for each in catalog_of(image_folder).skipped}
    assert {Path(each.path).name: each.message for each in found.skipped} == said
    assert len(said) == 6


def test_a_damaged_photo_is_called_by_its_own_name(
    store: ProjectStore, outside: Path, tmp_path: Path
) -> None:
    photo = next(iter(sorted(outside.rglob("*.JPG"))))
    (tmp_path / "bad").mkdir()
    cut = tmp_path / "bad" / photo.name
    cut.write_bytes(photo.read_bytes()[:2000])
    found = take(store, photo, cut)
    assert [each.message for each in found.skipped] == [Message("truncated", {"name": photo.name})]
    (kept,) = folder_of_added(store.folder).iterdir()  # which of two took the name first is not known
    assert kept.read_bytes() == photo.read_bytes()


def test_a_photo_that_is_there_is_not_added_twice(
    store: ProjectStore, read: Catalog, outside: Path, image_folder: Path, tmp_path: Path
) -> None:
    first = classes_of(read)[0]
    new, again = outside / first / "008.JPG", tmp_path / "again.jpg"
    shutil.copy(new, again)
    found = take(store, image_folder / first / "000.JPG", new, again)
    assert [sample.path for sample in found.samples] == ["008.JPG"]
    told = [each.message for each in found.skipped]
    assert told == [
        Message("already_here", {"name": "000.JPG", "other": "000.JPG"}),
        Message("already_here", {"name": "again.jpg", "other": "008.JPG"}),
    ]
    assert "“again.jpg” is here already, as “008.JPG”." in told[1].title
    put(store, found, first)
    assert take(store, new).samples == ()
    left_out = store.edit(Message("edit"), lambda c: without(c, [found.samples[0].id]))
    assert len(left_out.excluded) == 1
    assert take(store, new).samples == ()
    store.undo()
    store.undo()
    assert [each.path for each in take(store, new).samples] == ["008.JPG"], "its copy serves again"
    assert len(list(folder_of_added(store.folder).iterdir())) == 1


def test_two_edits_that_add_one_photo_add_it_once(store: ProjectStore, read: Catalog, outside: Path) -> None:
    first = classes_of(read)[0]
    photo = outside / first / "008.JPG"
    found, also = take(store, photo), take(store, photo)  # before the first was made
    put(store, found, first)
    assert len(added_to(put(store, also, None))) == 1


def test_folders_give_their_photos_and_a_class_that_has_gone_is_none(
    store: ProjectStore, read: Catalog, outside: Path
) -> None:
    first = classes_of(read)[0]
    found = take(store, outside)
    assert len(found.samples) == 8
    store.edit(Message("edit"), lambda c: without_class(c, first))
    after = put(store, found, first)
    assert {sample.class_id for sample in added_to(after)} == {None}


def test_a_copy_of_a_photo_of_the_folder_is_known_as_such(
    store: ProjectStore, read: Catalog, image_folder: Path, tmp_path: Path
) -> None:
    original = read.samples[3]
    other = tmp_path / "smaller.jpg"
    with Image.open(read.roots.locate(original)) as image:
        image.resize((80, 80), Image.Resampling.LANCZOS).save(other, quality=80)
    after = put(store, take(store, other), original.class_id)

    def together(catalog: Catalog) -> set[str]:
        groups = dict(zip((s.id for s in catalog.samples), groups_of(catalog.samples), strict=True))
        return {each for each, group in groups.items() if group == groups[original.id]}

    both = {original.id, "/added/smaller.jpg"}
    assert together(after) == both
    assert together(store.undo()) == {original.id}
    assert store.catalog is not None
    assert store.catalog.samples == read.samples
    assert together(store.redo()) == both
    store.close()
    with ProjectStore(store.folder) as again:
        catalog = again.begin(catalog_of(image_folder))
        assert together(catalog) == {original.id}, "the scan knows nothing of what was added"
        catalog = again.join(drive(join_pictures(catalog))[1])
        assert together(catalog) == both
        again.undo()
        assert together(again.redo()) == both


def test_a_group_and_the_sets_of_the_folder_are_respected(
    drawn_small: Path, tmp_path: Path, outside: Path
) -> None:
    for name in ("train", "val"):
        small_folder(drawn_small, tmp_path / "sets" / name, 2, 4)
    read = catalog_of(tmp_path / "sets")
    with ProjectStore(Project.of(read.folder, read).folder) as store:
        store.begin(read)
        found = take(store, outside, group="burst")
        after = added_to(put(store, found, classes_of(read)[0]))
    assert {(sample.group, sample.subset) for sample in after} == {("burst", "training")}
    assert len(set(groups_of(after))) == 1


def test_stopped_before_anything_was_taken_it_leaves_nothing(store: ProjectStore, outside: Path) -> None:
    assert store.catalog is not None
    folder = folder_of_added(store.folder)
    with pytest.raises(Stopped):
        drive(add_photos(store.catalog, [outside], folder, stop=lambda: True))
    assert not folder.exists()
