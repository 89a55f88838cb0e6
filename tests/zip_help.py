"""Makes ZIP files as people and others make them: whole, odd, damaged, hostile."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.bad_files import encoded
from workbench.core.data.unpack import from_zip
from workbench.core.paths import data_dir

WHOLE = tuple(f"{kind}/{number}.png" for kind in ("cats", "dogs") for number in range(3))
"""What every archive of the tests holds besides what is tried."""


def photo(seed: int | str) -> bytes:
    """A small photo of its own content, some 150 bytes."""
    number = seed if isinstance(seed, int) else sum(seed.encode("utf-8", "surrogatepass")) + 1000
    return encoded(
        Image.fromarray(np.random.default_rng(number).integers(0, 255, (6, 8, 3), np.uint8)), "PNG"
    )


def zipped(path: Path, *names: str, method: int = zipfile.ZIP_DEFLATED, whole: bool = True) -> Path:
    """A ZIP file with photos of these names, and those of `WHOLE`."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name in (*(WHOLE if whole else ()), *names):
            archive.writestr(name, b"" if name.endswith("/") else photo(name))
    return path


def with_member(path: Path, name: str, content: bytes | None = None, **fields: Any) -> Path:
    """A whole ZIP file with one more member, whose fields are set as given (`mode`, `flag_bits`, …)."""
    with zipfile.ZipFile(path, "w") as archive:
        for each in WHOLE:
            archive.writestr(each, photo(each))
        info = zipfile.ZipInfo("placeholder")
        info.filename = info.orig_filename = name
        if (mode := fields.pop("mode", None)) is not None:
            info.create_system, info.external_attr = 3, (mode | 0o644) << 16
        for field, value in fields.items():
            setattr(info, field, value)
        archive.writestr(info, photo(name) if content is None else content)
    return path


def raw_names(path: Path, names: dict[str, bytes]) -> Path:
    """Puts other bytes of the same length into the place of names, with no word on how they are written."""
    content = path.read_bytes()
    for name, raw in names.items():
        assert len(name) == len(raw)
        assert content.count(name.encode()) == 2
        content = content.replace(name.encode(), raw)
    path.write_bytes(content)
    return path


def named(path: Path, *names: bytes) -> Path:
    """A whole ZIP file with photos whose names are these bytes, without the flag for UTF-8."""
    holders = {
        f"{number:0{len(name) - 4}d}.png".replace("0", "z"): name for number, name in enumerate(names, 1)
    }
    assert all(len(holder) == len(name) for holder, name in holders.items())
    return raw_names(zipped(path, *holders), holders)


def header(path: Path, name: str, offset: int, value: int, size: str = "<H", *, local: int = -1) -> Path:
    """Changes a field of a member's entry in the directory, and at `local` of its own header."""
    content = bytearray(path.read_bytes())
    entry = content.rindex(name.encode()) - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into(size, content, entry + offset, value)
    if local >= 0:
        struct.pack_into(size, content, content.index(name.encode()) - 30 + local, value)
    path.write_bytes(content)
    return path


def link(path: Path) -> Path:
    """A whole ZIP file with a link to another place in it, and a photo that would be written through it."""
    with zipfile.ZipFile(path, "w") as archive:
        for each in WHOLE:
            archive.writestr(each, photo(each))
        info = zipfile.ZipInfo("out")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/tmp")
        archive.writestr("out/1.png", photo("through"))
    return path


def zip_bytes(*names: str) -> bytes:
    """A ZIP file with photos, as bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, photo(name))
    return buffer.getvalue()


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def left_out(folder: Path) -> list[str]:
    return sorted(each.message.code for each in from_zip(folder).left_out)


def unfinished() -> list[Path]:
    return list((data_dir() / "unfinished").glob("*"))
