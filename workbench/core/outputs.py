"""Where results may be written: the one place that decides it, before the work begins.

Nothing that a person has is ever replaced: no photo, no model, no file that something else made. Only what
this program wrote itself and can write again (a table of answers, a file of predictions) is.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.core.data.zip_names import PROJECT_MARK
from workbench.core.errors import InputError, ResourceError
from workbench.core.files import is_stream, not_saved, sha256_of
from workbench.core.images.kinds import looks_like_image
from workbench.core.names import shown
from workbench.core.project.runs import ASKED, MODEL, PREDICTIONS, PREVIOUS, RESUME
from workbench.core.results.class_csv import COLUMNS
from workbench.core.results.report_mark import is_report

_BOM = b"\xef\xbb\xbf"
_LONGEST_HEADS = 10_000_000
_PREDICTIONS = {"version.npy", "classes.npy", "samples.npy", "probabilities.npy", "folds.npy"}
_PHOTOS = {
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".avif",
    ".ppm", ".pgm", ".pbm", ".pnm", ".heic", ".heif", ".mpo", ".jp2", ".jxl", ".svg", ".ico", ".psd", ".dng",
    ".nef", ".cr2", ".cr3", ".arw", ".orf", ".raf", ".rw2",
}  # fmt: skip
_MODELS = {".checkpoint", ".onnx", ".safetensors", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".tflite"}
_RUN_FILES = {MODEL, RESUME, PREVIOUS, PREDICTIONS}
_ROOM = bytes(4096)
_LAST = [b"error", b"accepted", b"nearest"]
"""The last columns of a table of predictions; once it was only the first of them."""


def _is_table(path: Path) -> bool:
    """Whether a table has the columns that `predict` writes, and none that somebody has added."""
    with path.open("rb") as file:
        heads = file.readline(_LONGEST_HEADS).removeprefix(_BOM).rstrip().split(b",")
    ours = heads[-1:] == _LAST[:1] or heads[-3:] == _LAST
    return ours and heads[:3] == [b"path", b"class", b"probability"]


def _is_class_table(path: Path) -> bool:
    """Whether a table has the columns of `class_csv`, and none that somebody has added."""
    with path.open("rb") as file:
        return file.readline(_LONGEST_HEADS).removeprefix(_BOM).rstrip() == ",".join(COLUMNS).encode()


def _is_predictions(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist()) >= _PREDICTIONS


def _is_project(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return PROJECT_MARK in archive.namelist()


def _is_never(path: Path) -> bool:
    return False


@dataclass(frozen=True)
class OutputKind:
    """One kind of file that the program writes where a person says.

    Attributes:
        suffixes: How names of such files end, with the dot.
        is_ours: Whether the program wrote an existing file, which may then be replaced.
    """

    suffixes: tuple[str, ...]
    is_ours: Callable[[Path], bool] = _is_never


TABLE = OutputKind((".csv",), _is_table)
CLASS_TABLE = OutputKind((".csv",), _is_class_table)
PREDICTION_FILE = OutputKind((".npz",), _is_predictions)
MODEL_FILE = OutputKind((".checkpoint",))
PROJECT_ZIP = OutputKind((".zip",), _is_project)
ONNX_FILE = OutputKind((".onnx",))
REPORT = OutputKind((".html", ".htm", ".pdf"), is_report)


def check_output(path: Path, kind: OutputKind, inputs: Iterable[Path] = (), *, same_as: str = "") -> None:
    """Refuses a path that a result must not be written to; nothing is changed by asking.

    Args:
        path: A file that is new, or one of the kind that the program wrote before.
        inputs: What the work reads: never written to.
        same_as: SHA-256 of what is to be written, where that is known: writing the same again is no loss.

    Raises:
        InputError: It is one of the inputs, or something there would be lost.
        ResourceError: Nothing can be written there.
    """
    if is_stream(path):
        return
    if path.suffix.lower() in _PHOTOS | _MODELS and path.suffix.lower() not in kind.suffixes:
        raise InputError("output_other_name", name=shown(path.name), suffix=kind.suffixes[0])
    try:
        status = path.stat()
    except FileNotFoundError:
        status = None
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from error
    if status is not None:
        _check_existing(path, status, kind, inputs, same_as)
    elif path.name in _RUN_FILES and (path.parent / ASKED).exists():
        raise InputError("output_in_run", name=path.name)
    try_room(Path(os.path.realpath(path)))


def _check_existing(
    path: Path, status: os.stat_result, kind: OutputKind, inputs: Iterable[Path], same_as: str
) -> None:
    name = shown(path.name)
    if stat.S_ISDIR(status.st_mode):
        raise InputError("output_is_folder", folder=shown(str(path)))
    if not stat.S_ISREG(status.st_mode):
        raise InputError("output_no_file", name=name)
    if any(_is_same(path, given) for given in inputs):
        raise InputError("output_is_input", name=name)
    if path.name in _RUN_FILES and (path.parent / ASKED).exists():
        raise InputError("output_in_run", name=name)
    try:
        if same_as and sha256_of(path) == same_as:
            return
        ours = not status.st_size or kind.is_ours(path)
        with path.open("rb") as file:
            is_image = looks_like_image(file.read(32))
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise InputError("output_taken", repr(error), name=name) from error
    if is_image:
        raise InputError("output_is_photo", name=name)
    if not ours:
        raise InputError("output_taken", name=name)
    if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise InputError("output_protected", name=name)


def _is_same(path: Path, given: Path) -> bool:
    try:
        return os.path.samefile(path, given)
    except (OSError, ValueError):  # what is not there will be said when it is read
        return False


def try_room(path: Path) -> None:
    """Writes a little into a nameless file where `path` is to lie.

    Raises:
        ResourceError: There is no such folder, it may not be written to, or its disk is full.
    """
    try:
        with tempfile.TemporaryFile(dir=path.parent) as file:
            file.write(_ROOM)
            file.flush()
    except OSError as error:
        raise not_saved(path, error) from error


def _unusable(path: Path, error: Exception) -> InputError | ResourceError:
    if isinstance(error, OSError):
        return not_saved(path, error)
    return InputError("output_no_file", str(error), name=shown(path.name.replace("\0", "")))


@contextlib.contextmanager
def new_run_folder(out: Path, image_folder: Path | None) -> Iterator[Path]:
    """An empty folder for a run, made with those above it; what is still empty afterwards goes again.

    Args:
        out: A folder that is new or empty.
        image_folder: The photos to learn from, among which nothing is written.

    Raises:
        InputError: It holds something, is no folder, or lies among the photos.
        ResourceError: Nothing can be written there.
    """
    whole = Path(os.path.realpath(out))
    if image_folder is not None and _lies_in(whole, image_folder):
        raise InputError("run_among_photos")
    missing = [folder for folder in (whole, *whole.parents) if not os.path.lexists(folder)]
    try:
        whole.mkdir(parents=True, exist_ok=True)
        used = any(whole.iterdir())
    except (FileExistsError, NotADirectoryError) as error:
        raise InputError("run_folder_unusable", str(error), folder=shown(str(whole))) from error
    except OSError as error:
        raise not_saved(whole, error) from error
    if used:
        raise InputError("run_folder_used", folder=shown(str(whole)))
    try:
        try_room(whole / ASKED)
        yield whole
    finally:
        for folder in missing:
            with contextlib.suppress(OSError):  # it holds something by now
                folder.rmdir()


def _lies_in(path: Path, folder: Path) -> bool:
    """Whether a path, which need not be there yet, is a folder or lies below it, however both are spelled."""
    return any(_is_same(above, folder) for above in (path, *path.parents))
