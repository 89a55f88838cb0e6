"""What the tests of added photos share: taking some into a project, and looking at what came of it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.core.training_help import drive
from workbench.core.data.added import ADDED, Added, folder_of_added
from workbench.core.data.adding import add_photos
from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.edits import added
from workbench.core.events import Progress
from workbench.core.messages import Message
from workbench.core.project.store import ProjectStore

TOLD = Message("edit.added", {"count": 1, "class_name": "cups"})


def others_of(source: Path, folder: Path) -> Path:
    """Photos that lie elsewhere: of two classes those that `small_folder(…, 2, 8)` leaves."""
    for each in sorted(path for path in source.iterdir() if path.is_dir())[:2]:
        (folder / each.name).mkdir(parents=True)
        for photo in sorted(each.iterdir())[8:]:
            shutil.copy(photo, folder / each.name)
    return folder


def take(store: ProjectStore, *paths: Path, group: str = "") -> Added:
    """Has photos copied and read."""
    assert store.catalog is not None
    job = add_photos(store.catalog, paths, folder_of_added(store.folder), group=group)
    events, found = drive(job)
    assert all(isinstance(event, Progress) and event.phase in ("add", "compare") for event in events)
    assert isinstance(found, Added)
    return found


def put(store: ProjectStore, found: Added, class_id: str | None) -> Catalog:
    """Adds what was taken, as the window does."""
    folder = folder_of_added(store.folder)
    return store.edit(TOLD, lambda c: added(c, found.samples, class_id, folder, found.pictures))


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with what is in it and when it was changed."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def added_to(catalog: Catalog) -> list[Sample]:
    """The samples that were added."""
    return [sample for sample in catalog.samples if sample.root == ADDED]


def classes_of(catalog: Catalog) -> list[str]:
    """Ids of the classes."""
    return [each.id for each in catalog.classes]
