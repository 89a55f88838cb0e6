"""Folders that go while they are read, and paths longer than most."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.folder_help import paths, put, reasons, scanned
from workbench.core.errors import InputError


def goes_after(folder: Path, asked: int, *, leaves: bool) -> Callable[[], bool]:
    """Takes a folder away while it is read, as when its drive is pulled out."""
    times = itertools.count(1)

    def stop() -> bool:
        if next(times) == asked:
            folder.rename(folder.with_name("gone"))
            if leaves:  # the place where the drive was
                folder.mkdir()
        return False

    return stop


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("asked", [2, 12])
def test_a_folder_that_goes_while_it_is_read_is_said_to_be_gone(
    tmp_path: Path, asked: int, leaves: bool
) -> None:
    folder = tmp_path / "stick"
    put(folder, *(f"{name}/{number:03}.png" for name in ("cat", "dog", "fox") for number in range(100)))
    with pytest.raises(InputError) as caught:
        scanned(folder, stop=goes_after(folder, asked, leaves=leaves))
    assert caught.value.message.code == ("drive_out_of_reach" if leaves else "folder_missing")
    if leaves:
        folder.rmdir()
    folder.with_name("gone").rename(folder)
    assert scanned(folder).counts == {"cat": 100, "dog": 100, "fox": 100}


def test_paths_of_hundreds_of_characters(tmp_path: Path) -> None:
    deep = "/".join(["a folder whose name is long" * 3] * 8)
    put(tmp_path, f"cat/{deep}/a.png", f"dog/{deep}/b.png")
    (tmp_path / "dog" / deep / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    catalog = scanned(tmp_path)
    assert min(len(path) for path in paths(catalog)) > 600
    assert catalog.counts == {"cat": 1, "dog": 1}
    assert reasons(catalog) == {f"dog/{deep}/cut.jpg": "truncated"}
