"""The file format of models and saves: a zip of a few named entries that knows when it is damaged.

The entries are stored, not compressed; `manifest.json` holds the SHA-256 of each. The zip's comment is
the SHA-256 of everything before it, so that a flipped or missing bit anywhere is noticed. Nothing in it
is ever executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import safetensors

from workbench.core.errors import InputError
from workbench.core.files import atomic_write

ENTRIES = {
    "about.json",
    "model.safetensors",
    "learned.safetensors",
    "distance.safetensors",
    "training.json",
    "training.safetensors",
}
_DIGEST = 64
_LARGEST_JSON = 64 * 2**20


class DamagedError(InputError):
    """The file is not whole: a bit flipped, or its end is missing."""


def write_archive(path: Path, entries: dict[str, bytes]) -> str:
    """Writes a file so that a crash leaves either the old one or this one.

    Returns:
        SHA-256 of the file's content before its comment.

    Raises:
        ResourceError: The disk is full or the folder cannot be written to.
    """
    with atomic_write(path) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, content in entries.items():
                archive.writestr(name, content)
            digests = {name: hashlib.sha256(content).hexdigest() for name, content in entries.items()}
            archive.writestr("manifest.json", json_bytes(digests))
            archive.comment = b"0" * _DIGEST
        size = file.seek(0, os.SEEK_END) - _DIGEST
        file.seek(0)
        digest = _digest(file, size)
        file.seek(size)
        file.write(digest.encode())
    return digest


def read_archive(path: Path) -> dict[str, bytes]:
    """Reads and checks a whole file: its entries by name.

    Raises:
        DamagedError: It is damaged.
        InputError: It is missing, or not such a file.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError("model_missing", str(error), path=str(path)) from error
    except OSError as error:
        raise InputError("model_unreadable", str(error), path=str(path)) from error
    return _entries(path, content)


def stated_digest(path: Path) -> str:
    """What a file's end says that the SHA-256 of its content is: names a model without reading all of it.

    Returns:
        64 hex digits; "" where there is no such file.
    """
    try:
        with path.open("rb") as file:
            file.seek(-_DIGEST, os.SEEK_END)
            return file.read().decode("ascii")
    except (OSError, ValueError):
        return ""


def json_bytes(values: Any) -> bytes:
    """Plain JSON values as an entry."""
    return json.dumps(values, indent=1).encode()


def not_ours(path: Path, details: str = "") -> InputError:
    """The error for a file that this program did not make."""
    return InputError("not_a_model", details, name=path.name)


@contextlib.contextmanager
def understanding(path: Path) -> Iterator[None]:
    """Turns whatever is wrong with the entries of a file into the error for a file of others.

    Raises:
        InputError: As `not_ours`.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, safetensors.SafetensorError) as error:
        raise not_ours(path, str(error)) from error


def _entries(path: Path, content: bytes) -> dict[str, bytes]:
    """The entries of a checkpoint file, each checked against its digest."""
    if content[:2] != b"PK":
        raise not_ours(path)
    body, stated = content[:-_DIGEST], content[-_DIGEST:]
    if hashlib.sha256(body).hexdigest().encode() != stated:
        raise DamagedError("model_damaged", name=path.name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            names = [entry.filename for entry in listed]
            stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in listed)
            if not stored or len(set(names)) != len(names) or not set(names) <= ENTRIES | {"manifest.json"}:
                raise not_ours(path)
            if any(entry.file_size > _LARGEST_JSON for entry in listed if entry.filename.endswith(".json")):
                raise not_ours(path)
            entries = {name: archive.read(name) for name in names}
        digests = json.loads(entries.pop("manifest.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError) as error:
        raise not_ours(path, str(error)) from error
    if digests != {name: hashlib.sha256(entry).hexdigest() for name, entry in entries.items()}:
        raise not_ours(path, "the manifest does not match")
    return entries


def _digest(file: Any, size: int) -> str:
    digest = hashlib.sha256()
    while size > 0:
        block = file.read(min(size, 2**20))
        digest.update(block)
        size -= len(block)
    return digest.hexdigest()
