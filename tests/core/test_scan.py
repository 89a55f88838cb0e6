"""Folders as people have them: what becomes a class, a set, a skipped file, a note."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bad_files import encoded, make_bad_folder
from tests.core.folder_help import paths, put, reasons, scanned, scanned_with_events, state_of
from workbench.core.data.scan import scan
from workbench.core.errors import InputError, Stopped
from workbench.core.events import Progress
from workbench.core.health.checks import examine
from workbench.core.messages import Message
from workbench.words.findings import told


def test_real_photos_with_a_split(data_folder: Path) -> None:
    catalog, events = scanned_with_events(data_folder / "ants_bees")
    assert catalog.class_names == ("ants", "bees")
    assert catalog.subsets["validation"] == 153
    assert catalog.subsets["training"] >= 244
    assert catalog.skipped == catalog.notes == catalog.empty_classes == ()
    keys = [(s.subset, catalog.name_of(s.class_id), s.path) for s in catalog.samples]
    assert keys == sorted(keys)
    assert [event for event in events if event.phase == "scan"][-1] == Progress(
        "scan", len(catalog.samples), len(catalog.samples), Message("reading_photos")
    )
    for sample in catalog.samples[::40]:
        path = catalog.roots.locate(sample)
        with Image.open(path) as image:
            assert (sample.width, sample.height) == image.size
        assert sample.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_bad_files_are_left_out_with_their_reasons_and_nothing_is_touched(
    drawn_pair: Path, tmp_path: Path
) -> None:
    made = make_bad_folder(drawn_pair / "train", tmp_path / "photos", seed=3)
    before = state_of(made.folder)
    catalog = scanned(made.folder)
    assert state_of(made.folder) == before
    found = reasons(catalog)
    doubtful = {planted.path for planted in made.doubtful}
    expected = {planted.path: planted.reason for planted in made.bad}
    assert {path: reason for path, reason in found.items() if path not in doubtful} == expected
    assert {planted.row for planted in made.bad + made.doubtful} == {"A1", "A2", "A3", "A4", "A5"}
    assert len(made.bad) + len(made.doubtful) == made.photos // 4
    assert {planted.path for planted in made.fine} <= set(paths(catalog))
    assert len(paths(catalog)) - len(doubtful & set(paths(catalog))) == made.photos
    assert catalog == scanned(made.folder)
    for skipped in catalog.skipped:
        assert skipped.message.title.endswith(".")


def test_classes_are_the_folders_at_any_depth_below(tmp_path: Path) -> None:
    deep = "/".join(f"level {number}" for number in range(1, 11))
    put(tmp_path, "cat/a.png", f"cat/{deep}/b.png", "dog/2020/may/c.png", "dog/d", "dog/e.JPG")
    catalog = scanned(tmp_path)
    assert catalog.counts == {"cat": 2, "dog": 3}
    assert f"cat/{deep}/b.png" in paths(catalog)


def test_empty_classes_are_listed(tmp_path: Path) -> None:
    put(tmp_path, "cat/a.png", "dog/b.png")
    (tmp_path / "bird").mkdir()
    (tmp_path / "fish").mkdir()
    (tmp_path / "fish" / "readme.txt").write_text("soon")
    catalog = scanned(tmp_path)
    assert catalog.class_names == ("cat", "dog")
    assert catalog.empty_classes == ("bird", "fish")
    assert [sample.class_id for sample in catalog.samples] == ["cat", "dog"]
    assert reasons(catalog) == {"fish/readme.txt": "side_file"}


def test_files_beside_the_photos_are_reported(tmp_path: Path) -> None:
    put(tmp_path, "cat/a.png", "dog/b.png", "loose.png")
    (tmp_path / "list.csv").write_text("a,b")
    (tmp_path / "cat" / "about.json").write_text("{}")
    (tmp_path / "dog" / "paper.pdf").write_bytes(b"%PDF-1.7")
    assert reasons(scanned(tmp_path)) == {
        "cat/about.json": "side_file",
        "dog/paper.pdf": "side_file",
        "list.csv": "no_class",
        "loose.png": "no_class",
    }


def test_system_files_are_counted_and_no_class(tmp_path: Path) -> None:
    put(tmp_path, "cat/a.png", "dog/b.png", "__MACOSX/x.png", ".ipynb_checkpoints/y.png", "cat/._a.jpg")
    put(tmp_path, "dog/.hidden/z.png", "dog/@eaDir/z.png")
    for name in (".DS_Store", "cat/Thumbs.db", "dog/desktop.ini", "dog/.DS_Store"):
        (tmp_path / name).write_bytes(b"x")
    catalog = scanned(tmp_path)
    assert catalog.counts == {"cat": 1, "dog": 1}
    assert catalog.skipped == ()
    assert catalog.system_files == 9


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "There are no photos"),
        (["a.png", "b.png"], "lie directly in"),
        (["cat/a.png"], "only one class here, “cat”"),
        (["train/a.png", "test/b.png"], "not sorted into classes"),
        (["train/cat/a.png", "test/cat/b.png"], "only one class here, “cat”"),
    ],
)
def test_folders_that_are_not_arranged_say_how_to(tmp_path: Path, names: list[str], words: str) -> None:
    put(tmp_path, *names)
    with pytest.raises(InputError, match=words) as caught:
        scanned(tmp_path)
    assert "folder for each class" in caught.value.hint


def test_one_folder_too_high_is_pointed_out(tmp_path: Path) -> None:
    put(tmp_path, "Pets/cat/a.png", "Pets/dog/b.png")
    catalog = scanned(tmp_path)
    assert catalog.counts == {"cat": 1, "dog": 1}
    assert catalog.notes[0].title == "The classes are the folders inside “Pets”."


def test_years_of_one_class_are_no_classes(tmp_path: Path) -> None:
    put(tmp_path, "rings/2019/a.png", "rings/2020/b.png")
    with pytest.raises(InputError, match="only one class here, “rings”") as caught:
        scanned(tmp_path)
    assert caught.value.hint == "If the classes are the folders inside “rings”, choose that folder instead."


def test_folders_without_a_usable_photo(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").write_bytes(b"")
    with pytest.raises(InputError, match="No file in") as caught:
        scanned(tmp_path)
    assert "2 files are empty: “cat/a.jpg” and “dog/a.jpg”." in str(caught.value.details)
    put(tmp_path, "cat/b.png")
    with pytest.raises(InputError, match="Only the class “cat” has photos"):
        scanned(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no folder"):
        scanned(tmp_path / "gone")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="“file” is a file, and not a folder"):
        scanned(tmp_path / "file")


@pytest.mark.parametrize(
    ("names", "subsets"),
    [
        ("train val", "training validation"),
        ("train test", "training test"),
        ("train val test", "training validation test"),
        ("Training VALIDATION Testing", "training validation test"),
        ("train valid", "training validation"),
        ("training_set test_set", "training test"),
        ("val test", ""),
        ("archive/data/train archive/data/test", "training test"),
        ("train/train test/test", "training test"),
    ],
)
def test_a_split_in_the_folder_is_recognised(tmp_path: Path, names: str, subsets: str) -> None:
    for name in names.split():
        put(tmp_path, f"{name}/cat/a.png", f"{name}/dog/deeper/b.png")
    catalog = scanned(tmp_path)
    assert catalog.class_names == ("cat", "dog")
    assert list(catalog.subsets) == subsets.split()
    assert len(catalog.samples) == 2 * len(names.split())
    assert bool(catalog.notes) == (subsets == "")


def test_a_lone_training_folder_is_a_plain_folder(tmp_path: Path) -> None:
    put(tmp_path, "train/cat/a.png", "train/dog/b.png")
    catalog = scanned(tmp_path)
    assert catalog.class_names == ("cat", "dog")
    assert catalog.subsets == {}


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    put(tmp_path, "train/a.png", "bus/b.png", "car/c.png")
    assert scanned(tmp_path).class_names == ("bus", "car", "train")


def test_the_nested_copy_of_an_archive_is_left_out_as_one(tmp_path: Path) -> None:
    for root in ("", "chest/"):
        put(tmp_path, *(f"{root}{s}/{c}/a.png" for s in ("train", "test") for c in ("ill", "well")))
    put(tmp_path, "unsorted/1.png")
    catalog = scanned(tmp_path)
    assert catalog.class_names == ("ill", "well")
    assert len(catalog.samples) == 4
    assert reasons(catalog) == {"chest": "outside_sets", "unsorted": "outside_sets"}
    assert catalog.notes[0].title == "“chest” holds the sets a second time; its 4 photos were left out."


def test_sets_with_different_classes(tmp_path: Path) -> None:
    put(tmp_path, "train/cat/a.png", "train/dog/b.png", "train/fox/c.png")
    put(tmp_path, "val/cat/a.png", "val/dog/b.png", "val/wolf/c.png", "test/1.png", "test/2.png")
    catalog = scanned(tmp_path)
    assert catalog.class_names == ("cat", "dog", "fox")
    assert catalog.empty_classes == ("wolf",)
    assert reasons(catalog) == {
        "test/1.png": "no_class",
        "test/2.png": "no_class",
        "val/wolf/c.png": "class_not_in_training",
    }
    assert "The validation set has no usable photo of “fox”." in map(told, examine(catalog))
    assert any("“wolf”" in note.title for note in catalog.notes)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Cat", "cat"), (unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é"))],
)
def test_names_that_look_alike_are_two_classes_with_a_note(tmp_path: Path, first: str, second: str) -> None:
    put(tmp_path, f"{first}/a.png", f"{second}/b.png")
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("this file system takes the two names for one")
    catalog = scanned(tmp_path)
    assert set(catalog.class_names) == {first, second}
    (finding,) = (each for each in examine(catalog) if each.check == "alike_names")
    assert sorted(finding.values["classes"]) == sorted([first, second])
    assert "look alike" in told(finding)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not take such names")
def test_nasty_names(tmp_path: Path) -> None:
    names = ["猫", "🐝", "CON", "aux.", "a\\b", "100%", "#1", 'quo"te', "-rf"]
    names += ["trailing ", "new\nline", "x" * 200]
    put(tmp_path, *(f"{name}/{name}.png" for name in names))
    raw = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    put(raw, "1.png", "broken.png")
    (raw / "broken.png").write_bytes(b"")
    catalog = scanned(tmp_path)
    assert set(catalog.class_names) == {*names, raw.name}
    for sample in catalog.samples:
        assert (tmp_path / sample.path).is_file()
    assert catalog.skipped[0].message.title.isprintable()
    assert catalog.skipped[0].message.title.encode()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_are_followed_once_and_never_in_circles(tmp_path: Path) -> None:
    photos, elsewhere = tmp_path / "photos", tmp_path / "elsewhere"
    put(photos, "cat/a.png", "dog/b.png", "dog/inner/c.png")
    put(elsewhere, "far.png")
    (photos / "aaa").symlink_to(photos / "cat")
    (photos / "cat" / "self").symlink_to(photos / "cat" / "self")
    (photos / "cat" / "up").symlink_to(photos)
    (photos / "cat" / "out").symlink_to(tmp_path)
    (photos / "dog" / "other").symlink_to(photos / "cat")
    (photos / "cat" / "other").symlink_to(photos / "dog")
    (photos / "cat" / "far").symlink_to(elsewhere)
    (photos / "dog" / "gone.png").symlink_to(photos / "nowhere.png")
    (photos / "dog" / "linked.png").symlink_to(photos / "dog" / "b.png")
    os.link(photos / "dog" / "b.png", photos / "dog" / "hard.png")
    catalog = scanned(photos)
    assert paths(catalog) == [
        "cat/a.png",
        "cat/far/far.png",
        "dog/b.png",
        "dog/hard.png",
        "dog/inner/c.png",
        "dog/linked.png",
    ]
    assert reasons(catalog) == {
        "aaa": "loop",
        "cat/other": "loop",
        "cat/out": "loop",
        "cat/self": "missing",
        "cat/up": "loop",
        "dog/gone.png": "missing",
        "dog/other": "loop",
    }


@contextlib.contextmanager
def without_root() -> Iterator[None]:
    """Root may read everything; for a while, be somebody else."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_what_may_not_be_read_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "cat/a.png", "cat/secret.png", "dog/b.png", "dog/locked/c.png")
    for parent in [tmp_path, *tmp_path.parents][:4]:
        parent.chmod(parent.stat().st_mode | 0o055)
    scanned(tmp_path)  # whatever is imported late, is imported now
    (tmp_path / "cat" / "secret.png").chmod(0)
    (tmp_path / "dog" / "locked").chmod(0)
    try:
        with without_root():
            catalog = scanned(tmp_path)
            for folder in (tmp_path / "dog" / "locked", tmp_path / "dog" / "locked" / "inner"):
                with pytest.raises(InputError, match="may not open the folder"):
                    scanned(folder)
    finally:
        (tmp_path / "dog" / "locked").chmod(0o755)
    assert reasons(catalog) == {"cat/secret.png": "unreadable", "dog/locked": "unreadable"}
    assert catalog.counts == {"cat": 1, "dog": 1}


def test_files_that_vanish_while_scanning_are_reported(tmp_path: Path) -> None:
    put(tmp_path, *(f"{name}/{number:03}.png" for name in ("cat", "dog") for number in range(200)))
    asked = 0

    def vanish() -> bool:
        nonlocal asked
        asked += 1
        if asked == 6:  # listing three folders asks three times, then every 16 files do
            for number in range(150, 200):
                (tmp_path / "dog" / f"{number}.png").unlink()
        return False

    catalog = scanned(tmp_path, stop=vanish)
    assert catalog.counts == {"cat": 200, "dog": 150}
    assert set(reasons(catalog).values()) == {"missing"}
    assert len(catalog.skipped) == 50


def test_stopping_in_the_middle(tmp_path: Path) -> None:
    put(tmp_path, *(f"{name}/{number}.png" for name in ("cat", "dog") for number in range(300)))
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 8

    seen = []
    with pytest.raises(Stopped):
        seen.extend(scan(tmp_path, stop=stop))
    assert max((event.done for event in seen), default=0) < 600
    with pytest.raises(Stopped):
        scanned(tmp_path, stop=lambda: True)


def test_a_scan_that_is_given_up_ends_its_threads(tmp_path: Path) -> None:
    put(tmp_path, *(f"{name}/{number}.png" for name in ("cat", "dog") for number in range(100)))
    job = scan(tmp_path)
    next(job)
    job.close()  # what is left behind, the fixture `nothing_left_behind` finds


def test_what_pictures_lose_is_said_once(tmp_path: Path) -> None:
    put(tmp_path, "cat/a.png", "dog/b.png")
    frames = [Image.linear_gradient("L").resize((8, 8)), Image.radial_gradient("L").resize((8, 8))]
    for number in range(3):
        content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
        (tmp_path / "cat" / f"{number}.gif").write_bytes(content)
    deep = Image.fromarray(np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8))
    (tmp_path / "dog" / "deep.png").write_bytes(encoded(deep, "PNG"))
    catalog = scanned(tmp_path)
    assert catalog.counts == {"cat": 4, "dog": 2}
    assert len(catalog.notes) == 2
    assert [note.code for note in catalog.notes] == ["brightness", "changed.first_frame"]
    assert catalog.notes[1].title.startswith("3 files are animations")


def test_many_files_need_little_memory(tmp_path: Path) -> None:
    put(tmp_path, "cat/0.png", "dog/0.png")
    for number in range(1, 1000):
        shutil.copyfile(tmp_path / "cat" / "0.png", tmp_path / "cat" / f"{number}.png")
    code = (
        "import sys, tracemalloc\n"
        "from pathlib import Path\n"
        "from workbench.core.data.scan import scan\n"
        "tracemalloc.start()\n"
        "for event in scan(Path(sys.argv[1])): pass\n"
        "print(tracemalloc.get_traced_memory()[1])\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True, timeout=120
    )
    assert int(output.stdout) < 1000 * 2000
