"""ZIP files: what is in them, whoever made them (row M12)."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.folder_help import paths, reasons, scanned, state_of
from tests.zip_help import WHOLE, header, link, named, photo, with_member, zip_bytes, zipped
from workbench.core.data import unpack as unpacking
from workbench.core.data.unpack import from_zip, is_zip, unpack
from workbench.core.data.zip_names import parts_of
from workbench.core.data.zip_plan import opened, plan_of
from workbench.core.errors import InputError, ResourceError, Stopped
from workbench.core.jobs import run
from workbench.core.paths import data_dir

Make = Callable[[Path], Path]


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def left_out(folder: Path) -> list[str]:
    return sorted(each.message.code for each in from_zip(folder).left_out)


def unfinished() -> list[Path]:
    return list((data_dir() / "unfinished").glob("*"))


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


# Damage


def test_a_damaged_member_is_left_out(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip", "cats/x.png", method=zipfile.ZIP_STORED)
    content = bytearray(file.read_bytes())
    content[content.index(photo("cats/x.png")) + 60] ^= 1
    file.write_bytes(content)
    folder = run(unpack(file))
    assert files_in(folder) == sorted(WHOLE)
    assert left_out(folder) == ["zip_member_damaged"]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_flipped_byte_is_damage_or_harmless(tmp_path: Path, method: int) -> None:
    whole = zipped(tmp_path / "a.zip", "cats/x.png", method=method).read_bytes()
    expected = {path: photo(path) for path in (*WHOLE, "cats/x.png")}
    outcomes = set()
    for place in range(0, len(whole), 23):
        content = bytearray(whole)
        content[place] ^= 0x40
        (tmp_path / "b.zip").write_bytes(content)
        try:
            folder = run(unpack(tmp_path / "b.zip"))
        except InputError as error:
            outcomes.add(error.message.code)
            continue
        right = [path for path in files_in(folder) if (folder / path).read_bytes() == expected.get(path)]
        odd = set(files_in(folder)) - set(right)
        assert len(right) >= len(WHOLE) or left_out(folder)
        assert all((folder / path).read_bytes() in expected.values() for path in odd), "only names differ"
        outcomes |= set(left_out(folder)) or {"used"}
        shutil.rmtree(folder.parent)
    assert {"zip_member_damaged", "zip_damaged"} <= outcomes
    assert unfinished() == []


def test_every_cut_is_refused(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "a.zip").read_bytes()
    for length in [*range(0, len(whole), 41), len(whole) - 1]:
        (tmp_path / "b.zip").write_bytes(whole[:length])
        with pytest.raises(InputError) as refused:
            run(unpack(tmp_path / "b.zip"))
        assert refused.value.message.code == "zip_damaged"
    assert not (data_dir() / "unpacked").exists()


def test_what_stands_before_and_after_does_not_count(tmp_path: Path) -> None:
    content = zipped(tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(b"MZ a program that unpacks itself" + content)
    assert files_in(run(unpack(tmp_path / "a.zip"))) == sorted(WHOLE)


# Refused as a whole


def encrypted(path: Path) -> Path:
    return header(zipped(path), "dogs/1.png", 8, 1, local=6)


def blank(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("cats/0.bmp", "w") as out:
        for _ in range(300):
            out.write(bytes(2**20))
    return path


def quoted(path: Path) -> Path:
    """Two entries of the directory for one lot of bytes, as in a bomb that does not nest."""
    zipped(path)
    with zipfile.ZipFile(path) as archive:
        first, second = (archive.getinfo(name).header_offset for name in WHOLE[:2])
    assert first < second
    return header(path, WHOLE[1], 42, first, "<L")


def nested(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photos.zip", zip_bytes("cats/0.png"))
    return path


def empty(path: Path) -> Path:
    return zipped(path, whole=False)


def text(path: Path) -> Path:
    path.write_text("not a zip")
    return path


def long_directory(path: Path) -> Path:
    content = bytearray(zipped(path).read_bytes())
    struct.pack_into("<L", content, content.rindex(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    path.write_bytes(content)
    return path


def all_of_another_method(path: Path) -> Path:
    zipped(path, "a/0.png", whole=False)
    return header(path, "a/0.png", 10, 9, local=8)


def a_project(path: Path) -> Path:
    return zipped(path, "workbench-project.json")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (encrypted, "zip_encrypted"),
        (blank, "zip_bomb"),
        (quoted, "zip_bomb"),
        (nested, "zip_nothing_usable"),
        (empty, "zip_empty"),
        (text, "zip_damaged"),
        (long_directory, "zip_damaged"),
        (all_of_another_method, "zip_nothing_usable"),
        (a_project, "zip_is_project"),
    ],
)
def test_a_zip_that_cannot_be_used_is_refused_in_two_sentences(tmp_path: Path, make: Make, code: str) -> None:
    file = make(tmp_path / "photos.zip")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(InputError) as refused:
        run(unpack(file))
    assert refused.value.message.code == code
    assert "“photos.zip”" in refused.value.title
    assert refused.value.hint.endswith(".")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
    assert not list((data_dir() / "unpacked").glob("*"))
    assert unfinished() == []


def test_more_than_fits_is_refused_before_a_byte_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_SPARE", shutil.disk_usage(tmp_path).total)
    with pytest.raises(ResourceError) as refused:
        run(unpack(zipped(tmp_path / "a.zip")))
    assert refused.value.message.code == "disk_full.unpack"
    assert "MB are free" in refused.value.title
    assert unfinished() == []


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.core.data.zip_plan.MOST_MEMBERS", 5)
    with pytest.raises(InputError, match="more than 5 files"):
        run(unpack(zipped(tmp_path / "a.zip")))


def test_more_members_than_two_bytes_count(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(66_000):
            archive.writestr(f"{number}.jpg", b"")
    with (tmp_path / "a.zip").open("rb") as file, opened(file, tmp_path / "a.zip") as archive:
        assert len(plan_of(archive, tmp_path / "a.zip").files) == 66_000


def test_a_size_that_lies_writes_no_more_than_it_says(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cats/0.png", photo(0))
        archive.writestr("cats/big.bmp", bytes(50_000_000))
    header(tmp_path / "a.zip", "cats/big.bmp", 24, 1000, "<L", local=22)
    folder = run(unpack(tmp_path / "a.zip"))
    assert files_in(folder) == ["cats/0.png"]
    assert left_out(folder) == ["zip_member_damaged"]


# Ended before its time


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip", *(f"cats/more {number}.png" for number in range(50)))
    for asked in (1, 2, 5, 20, 60, 90):
        count = iter(range(10_000))
        with pytest.raises(Stopped):
            run(unpack(file, stop=lambda count=count, asked=asked: next(count) >= asked))  # type: ignore[misc]
        assert not list((data_dir() / "unpacked").glob("*"))
        assert unfinished() == []
    assert len(files_in(run(unpack(file)))) == 56


_KILLED = """
import os, signal, sys
from pathlib import Path
from workbench.core.data.unpack import unpack
from workbench.core.jobs import run
count, at = 0, int(sys.argv[2])
def stop():
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return False
run(unpack(Path(sys.argv[1]), stop=stop))
"""


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
def test_a_kill_leaves_nothing_that_looks_whole_and_the_next_takes_it_away(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip", *(f"cats/more {number}.png" for number in range(20)))
    for at in (1, 9, 40, 53):
        killed = subprocess.run([sys.executable, "-c", _KILLED, str(file), str(at)], timeout=60)
        assert killed.returncode == -signal.SIGKILL
        assert not list((data_dir() / "unpacked").glob("*"))
        assert len(unfinished()) == (at > 1)
    assert len(files_in(run(unpack(file)))) == 26
    assert unfinished() == []
