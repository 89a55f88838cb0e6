"""The formats in which a model can be taken along, as rows. To add one, add a row. No torch in here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.core.files import is_stream, sha256_of
from workbench.core.outputs import OutputKind, check_output
from workbench.core.project.runs import model_in
from workbench.core.registry import Registry, resolve


@dataclass(frozen=True)
class ExportFormat:
    """One row: a file format for models.

    Attributes:
        key: Its name on the command line.
        name: Its name for people.
        sentence: One honest sentence: who can use it, and what for.
        suffix: Of its files, with the dot.
        write: Import path of a function, `package.module:function`, called with the model file and the new
            file; it checks the one and writes the other whole or not at all.
    """

    key: str
    name: str
    sentence: str
    suffix: str
    write: str


FORMATS = Registry(
    "an export format",
    ExportFormat(
        "model",
        "Model file",
        "Everything that this program needs to predict or to go on, here or on another computer.",
        ".checkpoint",
        "workbench.core.models.model_file:copy",
    ),
    ExportFormat(
        "onnx",
        "ONNX",
        "For other programs: cropped pixels to probabilities, with the class names in the file's metadata.",
        ".onnx",
        "workbench.core.models.onnx_model:write",
    ),
)


def export(model: Path, target: Path, key: str) -> Path:
    """Writes a model in a format, whole or not at all.

    Args:
        model: A model file, or the folder of a run.
        target: The new file. A missing suffix is added.
        key: Of the format.

    Returns:
        The file.

    Raises:
        InputError: There is no such format, the model cannot be used, or something else would be lost.
        ResourceError: The file cannot be written.
    """
    row, file = FORMATS.of(key), model_in(model)
    target = checked_target(file, target, row)
    resolve(row.write)(file, target)
    return target


def checked_target(file: Path, target: Path, row: ExportFormat) -> Path:
    """Where a model is to be written, with its suffix, once nothing would be lost there.

    Raises:
        InputError, ResourceError: As `check_output`.
    """
    if not target.suffix and not is_stream(target):
        target = target.with_name(target.name + row.suffix)
    same = sha256_of(file) if row.suffix == file.suffix.lower() and file.is_file() else ""
    check_output(target, OutputKind((row.suffix,)), [file], same_as=same)
    return target
