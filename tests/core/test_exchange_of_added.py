"""Photos that were added to a project go wherever the project goes."""

from __future__ import annotations

from pathlib import Path

from tests.core.added_help import put as add
from tests.core.added_help import take
from tests.core.folder_help import put, scanned
from tests.zip_help import photo
from workbench.core.data.added import folder_of_added
from workbench.core.data.catalog import Catalog
from workbench.core.jobs import run
from workbench.core.project.copies import duplicate
from workbench.core.project.exchange import export_project, import_project
from workbench.core.project.projects import Project
from workbench.core.project.store import ProjectStore


def project_with_added(folder: Path, picture: Path) -> Project:
    """One whose photo `picture` was added, into the class of dogs."""
    put(folder, *(f"{kind}/{name}.png" for kind in ("cats", "dogs") for name in "abcdef"))
    catalog = scanned(folder)
    project = Project.of(folder, catalog)
    with ProjectStore(project.folder) as store:
        store.begin(catalog)
        add(store, take(store, picture), "dogs")
    return project


def opened(project: Path, folder: Path) -> Catalog:
    read = scanned(folder)
    with ProjectStore(Project.of(folder, read, project).folder) as store:
        return store.begin(read)


def content_of_added(catalog: Catalog) -> list[tuple[str | None, bytes]]:
    own = [sample for sample in catalog.samples if sample.root]
    return [(sample.class_id, catalog.roots.locate(sample).read_bytes()) for sample in own]


def test_a_copy_and_a_file_of_a_project_have_the_photos_that_were_added(tmp_path: Path) -> None:
    folder, picture = tmp_path / "pets", tmp_path / "rex.png"
    picture.write_bytes(photo(7))
    first = project_with_added(folder, picture)
    expected = [("dogs", picture.read_bytes())]
    assert content_of_added(opened(first.folder, folder)) == expected
    second = duplicate(first, "Copy")
    file = run(export_project(first.folder, tmp_path / "pets.zip")).file
    third = run(import_project(file, folder=folder))
    for project in (second.folder, third.project):
        catalog = opened(project, folder)
        assert content_of_added(catalog) == expected
        assert catalog.roots.folders["added"] == folder_of_added(project)
