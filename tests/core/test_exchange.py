"""Projects: copied, exported as one file, imported here and elsewhere (row M12)."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.folder_help import put, scanned, state_of
from tests.zip_help import photo
from workbench.core.data import edits
from workbench.core.data.catalog import Catalog
from workbench.core.errors import InputError, Stopped
from workbench.core.files import read_json
from workbench.core.jobs import run
from workbench.core.messages import Message
from workbench.core.paths import data_dir, temporary_profile
from workbench.core.project.copies import Imported, duplicate, new_project
from workbench.core.project.exchange import export_project, import_project, is_project_file
from workbench.core.project.projects import Project
from workbench.core.project.runs import write_asked
from workbench.core.project.store import ProjectStore

EDIT = Message("edit.reclassed", {"count": 1, "class_name": "dogs"})


def edited(folder: Path, photo: str = "cats/a.png", project: Project | None = None) -> Project:
    """A folder whose project has one photo put into another class, and a run."""
    if not folder.exists():
        put(folder, *(f"{kind}/{name}.png" for kind in ("cats", "dogs") for name in "abcdef"))
    catalog = scanned(folder)
    project = project or Project.of(folder, catalog)
    with ProjectStore(project.folder) as store:
        store.begin(catalog)
        store.edit(EDIT, lambda catalog: edits.reclassed(catalog, {photo}, "dogs"))
    made = project.new_run()
    write_asked(made, folder, {"mode": "instant"})
    (made / "model.checkpoint").write_bytes(b"a model")
    (made / "run.lock").write_text("{}")
    return project


def opened(project: Path, folder: Path) -> Catalog:
    """As the window opens it."""
    read = scanned(folder)
    with ProjectStore(Project.of(folder, read, project).folder) as store:
        return store.begin(read)


def classes(catalog: Catalog) -> dict[str, str | None]:
    return {sample.path: sample.class_id for sample in catalog.samples}


def exported(project: Project, file: Path, *, photos: bool = False) -> Path:
    return run(export_project(project.folder, file, photos=photos)).file


def imported(file: Path, folder: Path | None = None) -> Imported:
    return run(import_project(file, folder=folder))


def unfinished() -> list[Path]:
    return list((data_dir() / "unfinished").glob("*"))


# Several projects of one folder


def test_a_copy_has_the_edits_and_goes_its_own_way(tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    first = edited(folder)
    photos = state_of(folder)
    second = duplicate(first, "  With wolves ")
    assert second.folder != first.folder
    assert classes(opened(second.folder, folder))["cats/a.png"] == "dogs"
    with ProjectStore(second.folder) as store:
        assert store.can_undo == EDIT
        store.undo()
    assert classes(opened(first.folder, folder))["cats/a.png"] == "dogs"
    assert classes(opened(second.folder, folder))["cats/a.png"] == "cats"
    assert len(second.runs()) == len(first.runs()) == 1
    assert (second.runs()[0].folder / "model.checkpoint").read_bytes() == b"a model"
    assert not (second.runs()[0].folder / "run.lock").exists()
    assert [each.name for each in Project.recent()] == ["With wolves", ""]
    assert state_of(folder) == photos


def test_the_folder_alone_opens_what_was_used_last(tmp_path: Path) -> None:
    first = edited(tmp_path / "pets")
    second = duplicate(first, "Copy")
    assert Project.of(tmp_path / "pets").folder == second.folder
    catalog = scanned(tmp_path / "pets")
    assert Project.of(tmp_path / "pets", catalog, first.folder).folder == first.folder
    assert Project.of(tmp_path / "pets", catalog).folder == first.folder
    assert Project.of(tmp_path / "pets", catalog, tmp_path / "gone").folder == first.folder


def test_another_project_begins_anew(tmp_path: Path) -> None:
    first = edited(tmp_path / "pets")
    second = new_project(first, "Anew")
    assert second.runs() == []
    assert classes(opened(second.folder, tmp_path / "pets"))["cats/a.png"] == "cats"
    assert classes(opened(first.folder, tmp_path / "pets"))["cats/a.png"] == "dogs"


def test_photos_that_move_take_all_their_projects_along(tmp_path: Path) -> None:
    first = edited(tmp_path / "pets")
    second = duplicate(first, "Copy")
    (tmp_path / "pets").rename(tmp_path / "animals")
    assert Project.of(tmp_path / "animals", scanned(tmp_path / "animals")).folder == second.folder
    assert {each.folder for each in Project.recent()} == {first.folder, second.folder}
    assert classes(opened(first.folder, tmp_path / "animals"))["cats/a.png"] == "dogs"


def test_a_project_that_is_open_is_copied_by_whoever_has_it_open(tmp_path: Path) -> None:
    project = edited(tmp_path / "pets")
    with ProjectStore(project.folder) as store:
        with pytest.raises(InputError, match="open in another window"):
            duplicate(project, "Copy")
        assert unfinished() == []
        copy = duplicate(project, "Copy", store)
    assert classes(opened(copy.folder, tmp_path / "pets"))["cats/a.png"] == "dogs"


def test_a_name_is_needed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs a name"):
        duplicate(edited(tmp_path / "pets"), "  ")


# There and back


def test_a_project_comes_back_where_it_was_made(tmp_path: Path) -> None:
    project = edited(tmp_path / "pets")
    before = state_of(tmp_path / "pets"), state_of(project.folder)
    file = exported(project, tmp_path / "pets project.zip")
    assert is_project_file(file)
    content = file.read_bytes()
    found = imported(file)
    assert found.image_folder == tmp_path / "pets"
    assert found.project != project.folder
    assert classes(opened(found.project, tmp_path / "pets"))["cats/a.png"] == "dogs"
    assert len(Project.of(tmp_path / "pets").runs()) == 1
    assert state_of(tmp_path / "pets") == before[0]
    assert {name: each for name, each in state_of(project.folder).items() if "project." not in name} == {
        name: each for name, each in before[1].items() if "project." not in name
    }
    assert file.read_bytes() == content


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Where another computer keeps the program's things."""
    return tmp_path / "another computer"


@pytest.mark.parametrize("how", ["moved", "renamed one by one"])
def test_the_photos_are_found_by_content_on_another_computer(
    tmp_path: Path, elsewhere: Path, how: str
) -> None:
    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip")
    (tmp_path / "pets").rename(tmp_path / "mine")
    moved = "cats/a.png"
    if how != "moved":
        moved = "cats/new name.png"
        for each in sorted((tmp_path / "mine").rglob("*.png")):
            each.rename(each.with_name("new name.png" if each.name == "a.png" else f"x{each.name}"))
    with temporary_profile(elsewhere):
        found = imported(file, tmp_path / "mine")
        assert found.image_folder == tmp_path / "mine"
        catalog = opened(found.project, tmp_path / "mine")
        assert classes(catalog)[moved] == "dogs"
        (made,) = Project.of(tmp_path / "mine").runs()
        assert made.image_folder == tmp_path / "mine"


def test_a_project_whose_photos_are_not_here_waits_for_them(tmp_path: Path, elsewhere: Path) -> None:
    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip")
    (tmp_path / "pets").rename(tmp_path / "mine")
    with temporary_profile(elsewhere):
        found = imported(file)
        assert found.image_folder is None
        assert found.name == "pets"
        catalog = scanned(tmp_path / "mine")
        assert Project.of(tmp_path / "mine", catalog).folder == found.project
        assert classes(opened(found.project, tmp_path / "mine"))["cats/a.png"] == "dogs"


def test_other_photos_are_refused(tmp_path: Path) -> None:
    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip")
    put(tmp_path / "other", *(f"{kind}/{name}.png" for kind in ("x", "y") for name in "abc"))
    with pytest.raises(InputError, match="other photos than the project"):
        imported(file, tmp_path / "other")
    assert len(list((data_dir() / "projects").iterdir())) == 1
    assert unfinished() == []


def test_photos_come_along_where_they_are_wanted(tmp_path: Path, elsewhere: Path) -> None:
    project = edited(tmp_path / "Käse & Co")
    (tmp_path / "Käse & Co" / "labels.csv").write_text("a,b\n")
    result = run(export_project(project.folder, tmp_path / "it.zip", photos=True))
    assert (result.photos, result.left_out) == (13, ())
    photos = {path.name: path.read_bytes() for path in (tmp_path / "Käse & Co" / "cats").iterdir()}
    shutil.rmtree(tmp_path / "Käse & Co")
    with temporary_profile(elsewhere):
        found = imported(tmp_path / "it.zip")
        assert found.image_folder is not None
        assert found.image_folder.name == "Käse & Co"
        assert found.image_folder.is_relative_to(data_dir())
        assert {path.name: path.read_bytes() for path in (found.image_folder / "cats").iterdir()} == photos
        assert classes(opened(found.project, found.image_folder))["cats/a.png"] == "dogs"
        again = imported(tmp_path / "it.zip")
        assert again.image_folder == found.image_folder
        assert again.project != found.project


def test_photos_that_are_there_already_are_not_unpacked(tmp_path: Path) -> None:
    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip", photos=True)
    assert imported(file).image_folder == tmp_path / "pets"
    assert not (data_dir() / "unpacked").exists()


def test_photos_that_are_gone_cannot_be_put_in(tmp_path: Path) -> None:
    project = edited(tmp_path / "pets")
    shutil.rmtree(tmp_path / "pets")
    with pytest.raises(InputError, match="without its photos"):
        exported(project, tmp_path / "it.zip", photos=True)
    assert exported(project, tmp_path / "it.zip").is_file()


def test_a_project_without_edits_is_exported_too(tmp_path: Path) -> None:
    put(tmp_path / "pets", *(f"{kind}/{name}.png" for kind in ("cats", "dogs") for name in "abc"))
    project = Project.of(tmp_path / "pets", scanned(tmp_path / "pets"))
    found = imported(exported(project, tmp_path / "it.zip"))
    assert found.image_folder == tmp_path / "pets"


# Ended early


def test_a_stopped_export_leaves_no_file(tmp_path: Path) -> None:
    project = edited(tmp_path / "pets")
    for at in (1, 3, 9, 14):
        asked = iter(range(1000))
        with pytest.raises(Stopped):
            run(
                export_project(
                    project.folder,
                    tmp_path / "it.zip",
                    photos=True,
                    stop=lambda asked=asked, at=at: next(asked) >= at,  # type: ignore[misc]
                )
            )
        assert sorted(path.name for path in tmp_path.iterdir()) == ["pets"]
    assert unfinished() == []


def test_a_stopped_import_leaves_no_project(tmp_path: Path, elsewhere: Path) -> None:
    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip", photos=True)
    shutil.rmtree(tmp_path / "pets")
    with temporary_profile(elsewhere):
        for at in (1, 4, 9, 15):
            asked = iter(range(1000))
            with pytest.raises(Stopped):
                run(import_project(file, stop=lambda asked=asked, at=at: next(asked) >= at))  # type: ignore[misc]
            assert not list((data_dir() / "projects").glob("*"))
            assert unfinished() == []
        assert imported(file).image_folder is not None


# Made by somebody else


def changed(file: Path, change: Callable[[dict[str, bytes]], object], **odd: int) -> Path:
    """An exported file with other members."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    other = file.with_name("other.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, (odd.get(name.replace("/", "_"), 0) | 0o644) << 16
            archive.writestr(info, content)
    return other


def with_trigger(members: dict[str, bytes]) -> None:
    path = data_dir() / "x.db"
    path.write_bytes(members["project.db"])
    database = sqlite3.connect(path)
    database.execute("CREATE TRIGGER t AFTER DELETE ON samples BEGIN DELETE FROM edits; END")
    database.commit()
    database.close()
    members["project.db"] = path.read_bytes()
    path.unlink()


def newer(members: dict[str, bytes]) -> None:
    about = json.loads(members["workbench-project.json"])
    members["workbench-project.json"] = json.dumps({**about, "schema_version": 99}).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda members: members.update({"../evil.png": b"x"}), "no project"),
        (lambda members: members.update({"/etc/evil": b"x"}), "no project"),
        (lambda members: members.update({"runs/../../evil.json": b"x"}), "no project"),
        (lambda members: members.update({"project.db": b"no database"}), "no project"),
        (lambda members: members.update({"project.db": members["project.db"][:5000]}), "no project"),
        (lambda members: members.update({"project.json": b"{"}), "no project"),
        (lambda members: members.update({"workbench-project.json": b"[]"}), "no project"),
        (lambda members: members.pop("project.json"), "no project"),
        (with_trigger, "no project"),
        (newer, "newer version"),
    ],
)  # fmt: skip
def test_what_no_export_has_is_refused(
    tmp_path: Path, change: Callable[[dict[str, bytes]], object], words: str
) -> None:
    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip")
    before = state_of(data_dir() / "projects")
    shutil.rmtree(tmp_path / "pets")
    with pytest.raises(InputError, match=words):
        imported(changed(file, change))
    assert state_of(data_dir() / "projects") == before
    assert not (tmp_path / "evil.png").exists()
    assert unfinished() == []


def test_a_link_in_it_is_refused(tmp_path: Path) -> None:
    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip")
    odd = changed(file, lambda members: members.update({"in_use.json": b"/etc/passwd"}), in_use_json=0)
    linked = changed(odd, lambda members: None, **{"in_use.json": stat.S_IFLNK})
    with pytest.raises(InputError, match="no project"):
        imported(linked)


def test_what_a_newer_version_may_add_is_passed_over(tmp_path: Path) -> None:
    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip")
    found = imported(
        changed(file, lambda m: m.update({"map.bin": b"x", "PROJECT.db": b"x", "runs/1/run.exe": b"MZ"}))
    )
    names = {path.name for path in found.project.rglob("*")}
    assert not names & {"map.bin", "run.exe", "PROJECT.db"}
    assert {"project.json", "project.db", "runs"} <= names


def test_paths_of_another_system_do_no_harm(tmp_path: Path) -> None:
    def windows(members: dict[str, bytes]) -> None:
        record = json.loads(members["project.json"])
        record["image_folder"] = "C:\\Users\\a\\pets"
        members["project.json"] = json.dumps({**record, "image_folders": ["C:\\Users\\a\\pets"]}).encode()

    file = exported(edited(tmp_path / "pets"), tmp_path / "it.zip")
    found = imported(changed(file, windows))
    assert found.image_folder is None
    assert read_json(found.project / "project.json")["image_folders"] == ["C:\\Users\\a\\pets"]


def test_every_flipped_byte_is_refused_or_harmless(tmp_path: Path) -> None:
    whole = exported(edited(tmp_path / "pets"), tmp_path / "it.zip").read_bytes()
    outcomes = set()
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        content = bytearray(whole)
        content[place] ^= 0x10
        (tmp_path / "it.zip").write_bytes(content)
        try:
            found = imported(tmp_path / "it.zip")
        except InputError as error:
            outcomes.add(error.message.code)
        else:
            outcomes.add("used")
            shutil.rmtree(found.project)
    assert "project_file_damaged" in outcomes
    others = {code for code in outcomes if not code.startswith("zip_")}  # a size that is huge now, say
    assert others <= {"project_file_damaged", "newer_project_file", "used"}
    assert unfinished() == []


def test_a_zip_of_photos_is_no_project(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("cats/0.png", photo(0))
    assert not is_project_file(tmp_path / "a.zip")
    assert not is_project_file(tmp_path / "gone.zip")
    with pytest.raises(InputError, match="no project"):
        imported(tmp_path / "a.zip")
