"""Nothing disappears without a word: classes that vanish, photos that are elsewhere, files beside photos."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.folder_help import put, reasons, scanned
from workbench.core.data import listing as listing_module
from workbench.core.data.catalog import Skipped
from workbench.core.data.file_kinds import is_system_folder, stand_in
from workbench.core.data.left_out import count_files, gathered
from workbench.core.data.listing import is_away, photos_in
from workbench.core.data.refusals import missing_drive, unreadable
from workbench.core.data.scan import look, scan
from workbench.core.errors import InputError
from workbench.core.jobs import never, run
from workbench.core.messages import Message
from workbench.words import say
from workbench.words.tables import SENTENCES, SEVERAL

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{number:064x}\nsize 123456\n"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400)


def two_classes(folder: Path) -> None:
    put(folder, *(f"{name}/{number}.png" for name in ("cat", "dog") for number in range(3)))


def write(folder: Path, count: int, name: Callable[[int], str], content: bytes = b"x") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / name(number)).write_bytes(content)


def lines(folder: Path) -> list[str]:
    return [say(each.message) for each in gathered(scanned(folder).skipped)]


def test_a_class_of_pointers_vanishes_with_its_reason_first(tmp_path: Path) -> None:
    two_classes(tmp_path)
    write(tmp_path / "fox", 4, "{}.jpg".format, POINTER.format(number=1).encode())
    catalog = scanned(tmp_path)
    assert catalog.empty_classes == ("fox",)
    first = catalog.notes[0]
    assert "The class “fox” is left out" in first.title
    assert "only pointers of Git LFS" in first.title
    assert first.hint == "Fetch the photos with `git lfs pull`, then try again."
    assert set(reasons(catalog).values()) == {"not_downloaded"}


def test_a_class_that_is_in_the_cloud_is_named(tmp_path: Path) -> None:
    two_classes(tmp_path)
    write(tmp_path / "fox", 40, ".IMG_{}.JPG.icloud".format, b"bplist00")
    catalog = scanned(tmp_path)
    assert catalog.empty_classes == ("fox",)
    assert "40 photos are not on this computer" in catalog.notes[0].title
    assert catalog.system_files == 0


def test_the_reason_is_that_of_most_files(tmp_path: Path) -> None:
    two_classes(tmp_path)
    write(tmp_path / "fox", 5, "{}.heic".format, HEIC)
    write(tmp_path / "fox", 2, "{}.jpg".format, b"")
    write(tmp_path / "fox", 30, "{}.xmp".format, b"<x:xmpmeta/>")
    (note,) = scanned(tmp_path).notes
    assert "none of its 7 files can be used. 5 files are HEIC photos" in note.title


def test_a_class_with_nothing_but_files_beside_photos(tmp_path: Path) -> None:
    two_classes(tmp_path)
    write(tmp_path / "fox", 3, "{}.txt".format)
    (note,) = scanned(tmp_path).notes
    assert note.title == "The class “fox” is left out: there are no photos in its folder."


def test_a_class_that_the_training_set_lacks(tmp_path: Path) -> None:
    put(tmp_path, "train/cat/a.png", "train/dog/b.png", "val/cat/c.png", "val/wolf/d.png", "val/wolf/e.png")
    note = scanned(tmp_path).notes[0]
    assert note.title == "The class “wolf” is left out: its 2 photos are in other sets than the training set."


def test_the_only_class_left_says_why_and_what_helps(tmp_path: Path) -> None:
    put(tmp_path, "disc/a.png", "disc/b.png")
    write(tmp_path / "square", 10, "IMG_{}.HEIC".format, HEIC)
    with pytest.raises(InputError) as caught:
        scanned(tmp_path)
    assert "Only the class “disc” has photos that can be used" in caught.value.title
    assert "10 files are HEIC photos" in caught.value.title
    assert "JPEG" in caught.value.hint


def test_a_folder_of_pointers_alone(tmp_path: Path) -> None:
    for name in ("disc", "square"):
        write(tmp_path / name, 5, "{}.jpg".format, POINTER.format(number=2).encode())
    with pytest.raises(InputError, match="10 files are only pointers of Git LFS") as caught:
        scanned(tmp_path)
    assert "Make one folder" not in str(caught.value)


def test_five_hundred_files_beside_photos_are_one_line(tmp_path: Path) -> None:
    two_classes(tmp_path)
    write(tmp_path / "cat", 500, "{}.xmp".format, b"<x:xmpmeta/>")
    (line,) = lines(tmp_path)
    assert line.startswith("500 files go beside photos, without being one: “cat/0.xmp”")
    assert line.endswith("and 495 more.")


def test_a_cameras_small_copies_are_no_photos(tmp_path: Path) -> None:
    two_classes(tmp_path)
    for number in range(3):
        (tmp_path / "cat" / f"MVI_{number}.THM").write_bytes((tmp_path / "cat" / "0.png").read_bytes())
    catalog = scanned(tmp_path)
    assert catalog.counts == {"cat": 3, "dog": 3}
    assert set(reasons(catalog).values()) == {"side_file"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (".IMG_1.HEIC.icloud", "not_downloaded.cloud"),
        ("IMG_1.jpg.nextcloud", "not_downloaded.cloud"),
        ("IMG_1.png.cloudf", "not_downloaded.cloud"),
        ("IMG_1.jpg.rsls", "not_downloaded.cloud"),
        ("IMG_1.jpg.crdownload", "not_downloaded.unfinished"),
        ("IMG_1.jpeg.part", "not_downloaded.unfinished"),
        (".pending-1700000000-IMG_1.jpg", "not_downloaded.unfinished"),
        (".trashed-1700000000-IMG_1.jpg", "trashed"),
    ],
)
def test_what_only_stands_for_a_photo_is_said(name: str, code: str, tmp_path: Path) -> None:
    two_classes(tmp_path)
    write(tmp_path / "dog", 1, lambda _: name)
    catalog = scanned(tmp_path)
    (left_out,) = catalog.skipped
    assert left_out.message.code == code
    assert left_out.class_name == "dog"
    assert "IMG_1." in left_out.message.title
    assert catalog.system_files == 0


@pytest.mark.parametrize("name", ["notes.txt.part", ".DS_Store", "cloud", "part", "a.cloud", ".icloud"])
def test_what_stands_for_no_photo_is_no_stand_in(name: str) -> None:
    assert stand_in(name) is None


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_photos_that_git_annex_keeps_elsewhere(tmp_path: Path) -> None:
    two_classes(tmp_path)
    for number in range(2):
        (tmp_path / "cat" / f"far{number}.jpg").symlink_to("../.git/annex/objects/Xx/Yy/SHA256E-s1--0/a.jpg")
    (tmp_path / "cat" / "unlocked.jpg").write_text("/annex/objects/SHA256E-s123--abc.jpg\n")
    assert {each.message.code for each in scanned(tmp_path).skipped} == {"not_downloaded.annex"}
    assert lines(tmp_path)[0].startswith("3 photos are kept elsewhere by git-annex")


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes here")
def test_an_empty_file_that_dropbox_has_left(tmp_path: Path) -> None:
    two_classes(tmp_path)
    away = tmp_path / "cat" / "away.jpg"
    away.write_bytes(b"")
    try:
        os.setxattr(away, "user.com.dropbox.placeholder", b"1")
    except OSError:
        pytest.skip("this file system keeps no extended attributes")
    (tmp_path / "cat" / "empty.jpg").write_bytes(b"")
    codes = {each.path: each.message.code for each in scanned(tmp_path).skipped}
    assert codes == {"cat/away.jpg": "not_downloaded.cloud", "cat/empty.jpg": "empty_file"}


def test_files_that_windows_or_macos_mark_as_away_are_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Status:
        st_file_attributes = 0x20 | 0x400000
        st_flags = 0

    class Dataless:
        st_flags = 0x40000000

    class Here:
        st_file_attributes = 0x20

    assert [is_away(each()) for each in (Status, Dataless, Here)] == [True, True, False]  # type: ignore[arg-type]
    two_classes(tmp_path)
    monkeypatch.setattr(listing_module, "_is_away", lambda entry: entry.name == "1.png")
    catalog = scanned(tmp_path)
    assert catalog.counts == {"cat": 2, "dog": 2}
    assert reasons(catalog) == {"cat/1.png": "not_downloaded", "dog/1.png": "not_downloaded"}


def test_hidden_photos_are_counted(tmp_path: Path) -> None:
    two_classes(tmp_path)
    put(tmp_path, "cat/.kept.png", "cat/._1.png", "dog/.b.JPG")
    catalog = scanned(tmp_path)
    assert (catalog.system_files, catalog.hidden_photos) == (3, 2)
    assert "2 hidden photos" in catalog.notes[-1].title


def test_an_archive_that_was_forgotten_in_a_class(tmp_path: Path) -> None:
    two_classes(tmp_path)
    write(tmp_path / "cat", 1, lambda _: "more cats.zip", b"PK\x03\x04" + bytes(40))
    (left_out,) = scanned(tmp_path).skipped
    assert left_out.message.title == "“more cats.zip” is an archive that has to be unpacked first."


@pytest.mark.parametrize(
    "name",
    ["#recycle", "@Recycle", "@eaDir", "#snapshot", ".Trash-1000", ".Trashes", "@Recently-Snapshot",
     ".@__thumb", "$RECYCLE.BIN", ".dropbox.cache", ".tmp.drivedownload", ".stversions",
     ".SynologyWorkingDirectory", ".picasaoriginals", "Lightroom Previews.lrdata", ".thumbnails",
     ".AppleDouble", "__MACOSX", ".git"],
)  # fmt: skip
def test_bins_and_caches_are_passed_over_and_counted(name: str, tmp_path: Path) -> None:
    two_classes(tmp_path)
    put(tmp_path, f"{name}/cat/x.png", f"{name}/dog/y.png", f"dog/{name}/z.png")
    catalog = scanned(tmp_path)
    assert catalog.counts == {"cat": 3, "dog": 3}
    assert catalog.system_files == 2
    assert catalog.skipped == ()


@pytest.mark.parametrize("name", [".22 LR", "#1", "@home", "$5", ".NET", "cache", "trash", "temp", "backup"])
def test_what_a_class_may_be_called(name: str, tmp_path: Path) -> None:
    assert not is_system_folder(name)
    two_classes(tmp_path)
    put(tmp_path, f"{name}/x.png", f"{name}/y.png")
    assert scanned(tmp_path).counts == {"cat": 3, "dog": 3, name: 2}


def test_a_class_with_a_dot_in_front_is_said(tmp_path: Path) -> None:
    put(tmp_path, ".22 LR/a.png", ".45 ACP/b.png", "9 mm/c.png")
    (note,) = scanned(tmp_path).notes
    assert note.title.endswith("so these are classes: “.22 LR” and “.45 ACP”.")


def test_dropped_and_scanned_photos_are_the_same(tmp_path: Path) -> None:
    two_classes(tmp_path)
    plain = (tmp_path / "cat" / "0.png").read_bytes()
    for name in ("photo 1", "scan.dat2", "picture.txt", "IMG.jpg"):
        (tmp_path / "cat" / name).write_bytes(plain)
    write(tmp_path / "cat", 3, "{}.xmp".format)
    given = run(photos_in([tmp_path], never))
    catalog = scanned(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in given.files} == {
        sample.path for sample in catalog.samples
    }
    assert {each.message.code for each in given.left_out} == {each.message.code for each in catalog.skipped}


def test_what_was_given_by_itself_is_kept_whatever_it_is(tmp_path: Path) -> None:
    write(tmp_path, 1, lambda _: "notes.txt")
    assert run(photos_in([tmp_path / "notes.txt"], never)).files == (tmp_path / "notes.txt",)


def test_an_archive_a_photo_and_a_model_are_each_refused_by_what_they_are(tmp_path: Path) -> None:
    two_classes(tmp_path)
    write(tmp_path, 1, lambda _: "photos.zip", b"PK\x03\x04" + bytes(40))
    write(tmp_path, 1, lambda _: "photos", b"\x1f\x8b" + bytes(40))
    write(tmp_path, 1, lambda _: "model.checkpoint")
    expected = {
        "photos.zip": "zip_damaged",
        "photos": "not_a_folder.archive",
        "model.checkpoint": "not_a_folder.model",
        "cat/0.png": "not_a_folder.photo",
        "gone": "folder_missing",
    }
    for name, code in expected.items():
        with pytest.raises(InputError) as caught:
            run(look(tmp_path / name))
        assert caught.value.message.code == code


def test_archives_that_nobody_has_unpacked(tmp_path: Path) -> None:
    write(tmp_path, 2, "class {}.zip".format, b"PK\x03\x04" + bytes(40))
    with pytest.raises(InputError, match="only archives that have to be unpacked first: “class 0"):
        run(scan(tmp_path))


def test_a_drive_that_is_not_connected_is_named(tmp_path: Path) -> None:
    assert missing_drive("/media/anna/STICK that is not there/photos") == "STICK that is not there"
    assert missing_drive("/Volumes/no such drive/a/b") == "no such drive"
    assert missing_drive(str(tmp_path / "gone")) == ""
    with pytest.raises(InputError, match="on the drive “no such drive”, which is not connected"):
        run(look(Path("/Volumes/no such drive/photos")))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (5, "drive_out_of_reach"),
        (107, "drive_out_of_reach"),
        (13, "folder_unreadable.locked"),
        (22, "folder_unreadable"),
    ],
)
def test_a_drive_that_does_not_answer_is_said(number: int, code: str) -> None:
    if os.name == "nt":
        pytest.skip("these are the numbers of Linux")
    assert unreadable(Path("/photos"), OSError(number, "")).message.code == code


def test_every_plural_has_a_singular() -> None:
    assert set(SEVERAL) <= set(SENTENCES)


def test_what_is_said_of_a_folder_stands_for_all_its_files() -> None:
    skipped = [
        Skipped("zebras", Message("class_unknown_to_model", {"class_name": "zebras", "count": 6})),
        Skipped("zebras/a.txt", Message("side_file", {"name": "a.txt"})),
        Skipped("masks", Message("beside_classes.version", {"name": "masks", "count": 30})),
    ]
    assert count_files(skipped) == 6 + 1 + 30
