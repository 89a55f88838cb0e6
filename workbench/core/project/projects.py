"""Projects on disk: a folder of the program's own for each image folder, with its runs.

projects/NAME-HASH/project.json
projects/NAME-HASH/runs/ID/         see `core.project.runs`
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from workbench.core.errors import InputError
from workbench.core.files import read_json, write_json
from workbench.core.paths import data_dir
from workbench.core.project.runs import ASKED, RunSummary, summarise

R = TypeVar("R")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Project:
    """The program's own folder for one image folder."""

    folder: Path
    image_folder: Path

    @classmethod
    def at(cls, image_folder: Path) -> Project:
        """The project of an image folder; nothing is written, so that the window need not wait for a disk."""
        image_folder = image_folder.resolve()
        digest = hashlib.sha256(os.fsencode(image_folder)).hexdigest()[:8]
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", image_folder.name).strip("-")[:40] or "photos"
        return cls(data_dir() / "projects" / f"{name}-{digest}", image_folder)

    @classmethod
    def of(cls, image_folder: Path) -> Project:
        """The project of an image folder, made on first use, and from now on the one used last."""
        project = cls.at(image_folder)
        (project.folder / "runs").mkdir(parents=True, exist_ok=True)
        write_json(
            project.folder / "project.json", {"schema_version": 1, "image_folder": str(project.image_folder)}
        )
        return project

    @classmethod
    def recent(cls) -> list[Project]:
        """Every project whose image folder still exists, last used first; damaged ones are passed over."""
        described = (data_dir() / "projects").glob("*/project.json")
        newest = sorted(described, key=lambda path: path.stat().st_mtime, reverse=True)
        return [project for path in newest if (project := cls._read(path)) is not None]

    @classmethod
    def _read(cls, path: Path) -> Project | None:
        try:
            image_folder = Path(read_json(path)["image_folder"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("%s cannot be read: %r", path, error)
            return None
        return cls(path.parent, image_folder) if image_folder.is_dir() else None

    def new_run(self) -> Path:
        """An empty run folder with a name that sorts by time."""
        stamp = datetime.datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        for attempt in range(1, 1000):
            folder = self.folder / "runs" / (stamp if attempt == 1 else f"{stamp}_{attempt}")
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
            return folder
        raise RuntimeError(f"a thousand runs in one second in {self.folder}")

    def run_folders(self) -> list[Path]:
        """The folder of each run, the newest first."""
        folders = sorted((self.folder / "runs").iterdir(), reverse=True)
        return [folder for folder in folders if (folder / ASKED).is_file()]

    def runs(self) -> list[RunSummary]:
        """What is known of each run, the newest first; damaged ones are passed over."""
        return list(each_readable(self.run_folders(), summarise))


def each_readable(folders: Iterable[Path], read: Callable[[Path], R]) -> Iterator[R]:
    """What is read of each folder; those that are damaged are passed over with a line in the log."""
    for folder in folders:
        try:
            yield read(folder)
        except InputError as error:
            _log.warning("%s %s", error, error.details)
