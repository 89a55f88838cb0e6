"""ZIP files: what is in them, whoever made them (row M12)."""

from __future__ import annotations

import os
import shutil
import stat
import struct
import zlib
from pathlib import Path

import pytest

from tests.core.folder_help import paths, reasons, scanned, state_of
from tests.zip_help import (
    WHOLE,
    files_in,
    header,
    left_out,
    link,
    named,
    photo,
    unfinished,
    with_member,
    zipped,
)
from workbench.core.data.unpack import from_zip, is_zip, unpack
from workbench.core.data.zip_names import parts_of
from workbench.core.errors import InputError
from workbench.core.jobs import run
from workbench.core.paths import data_dir


def test_a_zip_is_opened_as_the_folder_in_it(tmp_path: Path) -> None:
    file = zipped(tmp_path / "Our pets.zip")
    before = (file.stat().st_mtime_ns, file.read_bytes())
    catalog = scanned(file)
    assert catalog.folder.name == "Our pets"
    assert catalog.folder.is_relative_to(data_dir() / "unpacked")
    assert paths(catalog) == list(WHOLE)
    assert (catalog.folder / WHOLE[0]).read_bytes() == photo(WHOLE[0])
    assert (file.stat().st_mtime_ns, file.read_bytes()) == before
    assert unfinished() == []


def test_the_same_zip_is_unpacked_once_whatever_it_is_called(tmp_path: Path) -> None:
    folder = run(unpack(zipped(tmp_path / "a.zip")))
    before = state_of(folder)
    (tmp_path / "a.zip").rename(tmp_path / "b.ZIP")
    assert run(unpack(tmp_path / "b.ZIP")) == folder
    assert state_of(folder) == before
    zipped(tmp_path / "b.ZIP", "cats/more.png")
    other = run(unpack(tmp_path / "b.ZIP"))
    assert other != folder
    assert "cats/more.png" in files_in(other)


def test_what_is_missing_is_unpacked_again_beside_what_a_person_put_there(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip")
    folder = run(unpack(file))
    (folder / WHOLE[0]).unlink()
    shutil.rmtree(folder / "dogs")
    (folder / WHOLE[1]).write_bytes(b"a person's")
    (folder / "cats" / "own.png").write_bytes(b"a person's own")
    assert run(unpack(file)) == folder
    assert files_in(folder) == sorted([*WHOLE, "cats/own.png"])
    assert (folder / WHOLE[0]).read_bytes() == photo(WHOLE[0])
    assert (folder / WHOLE[1]).read_bytes() == b"a person's"
    assert unfinished() == []


def test_a_record_that_is_damaged_costs_nothing(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip")
    folder = run(unpack(file))
    (folder.parent / "zip.json").write_text("{")
    (folder / "cats" / "own.png").write_bytes(b"a person's own")
    again = run(unpack(file))
    assert again != folder
    assert files_in(again) == sorted(WHOLE)
    assert (folder / "cats" / "own.png").is_file()
    assert run(unpack(file)) == again


def test_files_that_only_look_like_one(tmp_path: Path) -> None:
    zipped(tmp_path / "photos")
    (tmp_path / "notes").write_text("hello")
    zipped(tmp_path / "model.checkpoint")
    (tmp_path / "folder.zip").mkdir()
    names = ("photos", "notes", "model.checkpoint", "folder.zip", "no")
    assert [name for name in names if is_zip(tmp_path / name)] == ["photos"]


# What is left out: each archive has the six photos besides.

SLIPS = [
    "../evil.png", "cats/../../evil.png", "/evil.png", "/etc/evil.png", "C:evil.png", "C:/evil.png",
    "c:\\evil.png", "..\\evil.png", "cats\\..\\..\\evil.png", "\\evil.png", "\\\\server\\share\\evil.png",
    "//server/evil.png", "cats/.. /.. /evil.png", "cats/.../evil.png", "..", "a/../../../../../tmp/evil.png",
]  # fmt: skip
UNUSABLE = [
    "cats/a\nb.png",
    "cats/\x1b[2J.png",
    "cats/" + 300 * "x" + ".png",
    80 * "a/" + "deep.png",
    "cats/nul\0.png",
]


@pytest.mark.parametrize("name", SLIPS)
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    evil = [tmp_path / "evil.png", Path("/evil.png"), Path("/etc/evil.png"), Path("/tmp/evil.png")]
    folder = run(unpack(with_member(tmp_path / "a.zip", name)))
    assert files_in(folder) == sorted(WHOLE)
    assert left_out(folder) == ["zip_slip"]
    assert not any(map(os.path.lexists, evil))
    assert files_in(data_dir() / "unpacked") == sorted(
        [f"{folder.parent.name}/zip.json", *(f"{folder.parent.name}/a/{each}" for each in WHOLE)]
    )


@pytest.mark.parametrize("name", UNUSABLE, ids=ascii)
def test_names_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    folder = run(unpack(with_member(tmp_path / "a.zip", name)))
    assert files_in(folder) == sorted(WHOLE)
    assert left_out(folder) == ["zip_name_unusable"]
    assert all(character.isprintable() for character in from_zip(folder).left_out[0].message.title)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (stat.S_IFLNK, "zip_link"),
        (stat.S_IFCHR, "zip_not_a_file"),
        (stat.S_IFBLK, "zip_not_a_file"),
        (stat.S_IFIFO, "zip_not_a_file"),
        (stat.S_IFSOCK, "zip_not_a_file"),
    ],
)
def test_links_and_devices_are_not_made(tmp_path: Path, kind: int, code: str) -> None:
    folder = run(unpack(with_member(tmp_path / "a.zip", "cats/odd.png", b"/etc/passwd", mode=kind)))
    assert files_in(folder) == sorted(WHOLE)
    assert left_out(folder) == [code]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    folder = run(unpack(link(tmp_path / "a.zip")))
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    assert (folder / "out" / "1.png").read_bytes() == photo("through")


def test_nothing_may_be_run(tmp_path: Path) -> None:
    folder = run(unpack(with_member(tmp_path / "a.zip", "cats/run.png", mode=stat.S_IFREG | 0o7777)))
    assert (folder / "cats" / "run.png").stat().st_mode & 0o7111 == 0


@pytest.mark.parametrize(
    ("names", "kept", "codes"),
    [
        (["cats/0.png"], [], ["zip_twice"]),
        (["cats/0.PNG"], [], ["zip_alike"]),
        (["CATS/0.png"], [], ["zip_alike"]),
        (["cats\\0.png"], [], ["zip_twice"]),
        (["./cats//0.png"], [], ["zip_twice"]),
        (["cats/e\u0301.png", "cats/é.png"], ["cats/e\u0301.png"], ["zip_alike"]),
        (["dogs"], [], ["zip_name_unusable"]),
        (["cats/0.png/1.png"], [], ["zip_name_unusable"]),
        (["cats/x/1.png", "cats/x"], ["cats/x/1.png"], ["zip_name_unusable"]),
        (["more.zip", "cats/more.7z"], [], ["zip_inside", "zip_inside"]),
        (["cats/run.exe", "cats/a.xmp", "x.py"], [], ["side_file", "side_file", "side_file"]),
        (["labels.csv", "readme.TXT"], ["labels.csv", "readme.TXT"], []),
        (["__MACOSX/cats/._0.png", "cats/.DS_Store", "Thumbs.db", "@eaDir/0.png"], [], []),
        (["birds\\9.png", "birds\\deep\\9.png"], ["birds/9.png", "birds/deep/9.png"], []),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_each_member_is_used_or_left_out_with_its_reason(
    tmp_path: Path, names: list[str], kept: list[str], codes: list[str]
) -> None:
    folder = run(unpack(zipped(tmp_path / "a.zip", *names)))
    assert files_in(folder) == sorted([*WHOLE, *kept])
    assert left_out(folder) == codes
    for path in WHOLE:
        assert (folder / path).read_bytes() == photo(path), "the first one is used"


def test_what_was_left_out_is_told_with_the_folder(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", "../x.png", "cats/inner.zip", "__MACOSX/._a.png", "empty class/")
    catalog = scanned(tmp_path / "a.zip")
    assert reasons(catalog) == {"../x.png": "zip_slip", "cats/inner.zip": "zip_inside"}
    assert catalog.empty_classes == ("empty class",)
    assert catalog.system_files == 1
    assert reasons(scanned(catalog.folder)) == reasons(catalog), "when the folder itself is opened, too"
    for skipped in catalog.skipped:
        assert skipped.message.title.endswith(".")


# Names that do not say how they are written


@pytest.mark.parametrize(
    ("raw", "name", "guessed"),
    [
        ("Käse/größe.png".encode(), "Käse/größe.png", ""),
        ("猫/写真.png".encode(), "猫/写真.png", ""),
        ("猫/写真1.png".encode("cp932"), "猫/写真1.png", "cp932"),
        ("ねこ/IMG_1.png".encode("cp932"), "ねこ/IMG_1.png", "cp932"),
        ("表/ソ.png".encode("cp932"), "表/ソ.png", "cp932"),  # second bytes are backslashes
        ("犬.png".encode("cp932"), "犬.png", "cp932"),
        ("Käse/größe.png".encode("cp437"), "Käse/größe.png", "cp437"),
        ("Müller/été.png".encode("cp437"), "Müller/été.png", "cp437"),
        ("Señor/ñandú.png".encode("cp437"), "Señor/ñandú.png", "cp437"),
    ],
)
def test_names_are_read_by_the_rule(tmp_path: Path, raw: bytes, name: str, guessed: str) -> None:
    folder = run(unpack(named(tmp_path / "a.zip", raw)))
    assert files_in(folder) == sorted([*WHOLE, name])
    assert left_out(folder) == []
    codes = [note.code for note in from_zip(folder).notes]
    assert codes == ([f"zip_names_guessed.{guessed}"] if guessed else [])


def test_names_are_taken_for_the_same_encoding_all_together(tmp_path: Path) -> None:
    folder = run(unpack(named(tmp_path / "a.zip", "ねこ/1.png".encode("cp932"), "aé/2.png".encode("cp437"))))
    assert [each for each in files_in(folder) if each.startswith(("ね", "a"))] != []
    assert len(files_in(folder)) == len(WHOLE) + 2


def test_an_extra_field_says_how_a_name_is_written(tmp_path: Path) -> None:
    raw, told = b"z1.png", "ζωή/1.png"
    value = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + told.encode()
    extra = struct.pack("<HH", 0x7075, len(value)) + value
    folder = run(unpack(with_member(tmp_path / "a.zip", raw.decode(), extra=extra)))
    assert told in files_in(folder)


def test_a_flag_that_lies_is_damage(tmp_path: Path) -> None:
    named(tmp_path / "a.zip", b"\xff\xfe\xfd.png")
    header(tmp_path / "a.zip", "dogs/2.png", 8, 0x800)  # any other: the flag alone is harmless
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[content.rindex(b"\xff\xfe\xfd.png") - 46 + 9] |= 0x08
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(InputError, match="is damaged"):
        run(unpack(tmp_path / "a.zip"))


@pytest.mark.parametrize("name", ["CON", "nul.png", "com1.jpg", "a.", "a ", "a:b.png", "what?.png", "LPT¹.x"])
def test_names_that_windows_takes_for_something_else(name: str) -> None:
    assert parts_of(f"cats/{name}", windows=True) is None
    assert parts_of(f"cats/{name}", windows=False) == ("cats", name)
