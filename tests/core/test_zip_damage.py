"""ZIP files that are damaged, made to do damage, or unpacked only in part (row M12)."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.zip_help import (
    WHOLE,
    files_in,
    header,
    left_out,
    photo,
    unfinished,
    zip_bytes,
    zipped,
)
from workbench.core.data import unpack as unpacking
from workbench.core.data.unpack import unpack
from workbench.core.data.zip_plan import opened, plan_of
from workbench.core.errors import InputError, ResourceError, Stopped
from workbench.core.jobs import run
from workbench.core.paths import data_dir

Make = Callable[[Path], Path]


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
