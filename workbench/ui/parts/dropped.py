"""What a drop would do: the one rule by which every page, and the window, decides. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication, QMimeData

from workbench.core.project.runs import MODEL
from workbench.ui.parts.mime import local_paths

MODEL_ENDING = Path(MODEL).suffix
Kind = Literal["model", "models", "folder", "folders", "zip", "photos", "picture", "mixed", "nothing"]


@dataclass(frozen=True)
class Dropped:
    """What is dropped, or hovers.

    Attributes:
        kind: A model file, several things with one among them, one folder, several, a ZIP file, photo files,
            the picture itself, folders with files, or nothing that can be used.
        paths: Files and folders, in the order in which they came.
    """

    kind: Kind
    paths: tuple[Path, ...] = ()

    @classmethod
    def of(cls, mime: QMimeData) -> Dropped:
        """Looks at names alone, since it is asked while something still hovers."""
        paths = tuple(local_paths(mime))
        if not paths:
            return cls("picture" if mime.hasImage() else "nothing")
        if any(map(is_model, paths)):
            return cls("model" if len(paths) == 1 else "models", paths)
        if len(paths) == 1 and is_zip_by_name(paths[0]):
            return cls("zip", paths)
        folders = sum(path.is_dir() for path in paths)
        if folders == len(paths):
            return cls("folder" if folders == 1 else "folders", paths)
        return cls("mixed" if folders else "photos", paths)


def is_model(path: Path) -> bool:
    """Whether a path names a model file, by its ending; whether it is one, its content says."""
    return path.suffix.lower() == MODEL_ENDING and not path.is_dir()


def is_zip_by_name(path: Path) -> bool:
    """Whether a path names a ZIP file, by its ending; whether it is one, its content says."""
    return path.suffix.lower() == ".zip" and not path.is_dir()


def promise(dropped: Dropped, page: str) -> str:
    """What will happen where it is let go; "" where nothing can come of it.

    Args:
        dropped: What hovers.
        page: `images` takes folders, every other page asks the model about photos.
    """
    if dropped.kind == "nothing":
        return ""
    if dropped.kind == "models":
        return _tr("Drop the model by itself")
    if dropped.kind == "model":
        return _tr("Drop to open this model")
    if page == "images":
        return {
            "folder": _tr("Drop to open this folder"),
            "zip": _tr("Drop to unpack and open this ZIP file"),
            "folders": _tr("Drop one folder that holds the class folders"),
            "mixed": _tr("Drop one folder that holds the class folders"),
            "photos": _tr("Drop a folder here; on Try it, drop photos"),
            "picture": _tr("Drop a folder here; on Try it, drop photos"),
        }[dropped.kind]
    if dropped.kind == "zip":
        return _tr("Drop a ZIP file on Images")
    if len(dropped.paths) == 1 or dropped.kind == "picture":
        return _tr("Drop to ask about it")
    return _tr("Drop to ask about all of them")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dropped", text)
