"""The formats in which a model can be taken along, as rows. To add one, add a row. No torch in here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.core.project.runs import MODEL
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
        target: The new file; one that is there is replaced. A missing suffix is added.
        key: Of the format.

    Returns:
        The file.

    Raises:
        InputError: There is no such format, or the model cannot be used.
        ResourceError: The file cannot be written.
    """
    row = FORMATS.of(key)
    file = model / MODEL if model.is_dir() else model
    target = target if target.suffix else target.with_suffix(row.suffix)
    resolve(row.write)(file, target)
    return target
