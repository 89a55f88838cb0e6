"""A project belongs to its photos, wherever they lie, and one damaged file costs one entry."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LogWatch
from tests.core.folder_help import put, scanned, state_of
from workbench.core.data.split import own_split
from workbench.core.events import Note
from workbench.core.files import write_json
from workbench.core.paths import data_dir
from workbench.core.project.event_log import EventLog
from workbench.core.project.projects import Project
from workbench.core.project.runs import summarise, write_asked
from workbench.core.project.split_file import write_split


def photos(folder: Path, names: str = "abcdefgh") -> Path:
    put(folder, *(f"{kind}/{name}.png" for kind in ("cats", "dogs") for name in names))
    return folder


def opened(folder: Path) -> Project:
    """As the window opens a folder: with what is in it."""
    return Project.of(folder, scanned(folder))


def with_run(folder: Path, project: Project | None = None) -> Path:
    run = (project or opened(folder)).new_run()
    write_asked(run, folder, {"mode": "instant"})
    return run


def shown(project: Project) -> list[Path]:
    return [run.folder for run in project.runs()]


def elsewhere(folder: Path, other: Path) -> Path:
    """Moves a folder as to another disk: it is another folder for the file system."""
    shutil.copytree(folder, other)
    shutil.rmtree(folder)
    return other


@pytest.mark.parametrize("known", [True, False], ids=["catalog", "path"])
@pytest.mark.parametrize("move", [Path.rename, elsewhere], ids=["renamed", "to another disk"])
def test_photos_that_were_moved_bring_their_runs(
    tmp_path: Path, move: Callable[[Path, Path], Any], known: bool
) -> None:
    run = with_run(photos(tmp_path / "photos"))
    before = state_of(run)
    there = tmp_path / "archive" / "photos 2026"
    there.parent.mkdir()
    move(tmp_path / "photos", there)
    found = opened(there) if known else Project.of(there)
    assert shown(found) == [run]
    assert state_of(run) == before
    assert [project.image_folder for project in Project.recent()] == [there]
    assert shown(opened(there)) == [run], "and again"


def test_a_folder_above_that_is_renamed_is_no_move_for_the_photos(tmp_path: Path) -> None:
    run = with_run(photos(tmp_path / "work" / "deep" / "photos"))
    (tmp_path / "work").rename(tmp_path / "done")
    assert shown(opened(tmp_path / "done" / "deep" / "photos")) == [run]


def test_photos_that_were_renamed_one_by_one_and_moved_are_known_by_content(tmp_path: Path) -> None:
    run = with_run(photos(tmp_path / "photos"))
    there = elsewhere(tmp_path / "photos", tmp_path / "sorted")
    (there / "cats").rename(there / "felis")
    for number, photo in enumerate(sorted(there.rglob("*.png"))):
        photo.rename(photo.with_name(f"{number:03}.png"))
    assert shown(opened(there)) == [run]


def test_a_project_of_before_is_known_by_the_split_of_its_run(tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    run = with_run(folder)
    write_split(run / "split.json", own_split(scanned(folder)))
    (file,) = (data_dir() / "projects").glob("*/project.json")
    write_json(file, {"schema_version": 1, "image_folder": str(folder)})
    assert shown(opened(elsewhere(folder, tmp_path / "moved"))) == [run]


@pytest.mark.parametrize("spelling", ["../photos", "./x/../../photos/", "{link}", "{link}/../photos"])
def test_a_folder_has_one_project_however_it_is_spelled(
    spelling: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = with_run(photos(tmp_path / "photos"))
    (tmp_path / "link").symlink_to("photos", target_is_directory=True)
    (tmp_path / "work" / "x").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    assert shown(Project.of(Path(spelling.format(link=tmp_path / "link")))) == [run]


def test_a_copy_is_asked_about_and_the_answer_is_kept(tmp_path: Path) -> None:
    run = with_run(photos(tmp_path / "photos"))
    copy = Path(shutil.copytree(tmp_path / "photos", tmp_path / "copy"))
    project = opened(copy)
    assert shown(project) == []
    assert project.maybe is not None
    assert project.maybe.image_folder == tmp_path / "photos"
    own = with_run(copy, project)
    project.answer(project.maybe.folder, same=True)
    again = opened(copy)
    assert again.maybe is None
    assert shown(again) == [own, run]
    assert shown(opened(tmp_path / "photos")) == [run]


def test_a_no_is_kept_too(tmp_path: Path) -> None:
    with_run(photos(tmp_path / "photos"))
    copy = Path(shutil.copytree(tmp_path / "photos", tmp_path / "copy"))
    project = opened(copy)
    assert project.maybe is not None
    project.answer(project.maybe.folder, same=False)
    assert (opened(copy).maybe, shown(opened(copy))) == (None, [])


def test_half_of_the_photos_elsewhere_is_a_question(tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos", "abcdefghijklmnop")
    with_run(folder)
    there = elsewhere(folder, tmp_path / "some")
    for kind in ("cats", "dogs"):
        for name in "abcdef":
            (there / kind / f"{name}.png").unlink()
    project = opened(there)
    assert shown(project) == []
    assert project.maybe is not None


def test_a_folder_that_took_several_in_is_not_certainly_one_of_them(tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    with_run(folder)
    big = tmp_path / "all"
    photos(big, "qrstuvwxyz0123456789")
    for kind in ("cats", "dogs"):
        for photo in (folder / kind).iterdir():
            shutil.copy(photo, big / kind / photo.name)
    shutil.rmtree(folder)
    project = opened(big)
    assert shown(project) == []
    assert project.maybe is not None


def test_another_card_in_the_same_slot_is_asked_about(tmp_path: Path) -> None:
    slot, first, second = tmp_path / "DCIM", tmp_path / "first", tmp_path / "second"
    photos(first)
    photos(second)
    first.rename(slot)
    run = with_run(slot)
    slot.rename(first)
    second.rename(slot)
    project = opened(slot)
    assert shown(project) == []
    assert project.maybe is not None
    other = with_run(slot, project)
    slot.rename(second)
    first.rename(slot)
    assert shown(opened(slot)) == [run]
    slot.rename(first)
    second.rename(slot)
    assert shown(opened(slot)) == [other]


def test_photos_that_are_added_and_taken_away_leave_the_project(tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    run = with_run(folder)
    put(folder, *(f"birds/{number}.png" for number in range(40)))
    assert shown(opened(folder)) == [run]
    shutil.rmtree(folder / "cats")
    assert shown(opened(folder)) == [run]


def test_strangers_with_the_same_names_have_nothing_to_do_with_each_other(tmp_path: Path) -> None:
    with_run(photos(tmp_path / "one"))
    shutil.rmtree(tmp_path / "one")
    project = opened(photos(tmp_path / "two"))
    assert (shown(project), project.maybe) == ([], None)


# One damaged file costs one entry


def break_with(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = {
    "empty": break_with(b""),
    "zeros": break_with(bytes(80)),
    "a list": break_with(b"[1]"),
    "nested": break_with(b'{"image_folder":' + b"[" * 100_000),
    "no text": break_with(b"\xff\xfe\x00"),
    "a number": break_with(b'{"image_folder": 7, "config": {}}'),
    "a folder": make_folder,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_project_file_is_made_anew_from_its_runs(
    damage: Callable[[Path], object], tmp_path: Path, log_watch: LogWatch
) -> None:
    log_watch.expect("project.json cannot be read")
    runs = {name: with_run(photos(tmp_path / name)) for name in ("a", "b", "c")}
    damage(runs["b"].parents[1] / "project.json")
    assert {project.image_folder.name for project in Project.recent()} == {"a", "b", "c"}
    for name, run in runs.items():
        if name != "b" or not (run.parents[1] / "project.json").is_dir():
            assert shown(opened(tmp_path / name)) == [run]


@pytest.mark.parametrize("file", ["run.json", "events.jsonl", "run.lock"])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_of_a_run_costs_at_most_that_run(
    damage: Callable[[Path], object], file: str, tmp_path: Path, log_watch: LogWatch
) -> None:
    log_watch.expect("is damaged or cannot be read|lines that cannot be read")
    folder = photos(tmp_path / "photos")
    project = opened(folder)
    runs = [with_run(folder, project) for _ in range(3)]
    for run in runs:
        (run / "run.lock").write_text("{}")
        log = EventLog(run)
        log.append(Note.said("One."))
        log.close()
    damage(runs[1] / file)
    kept = shown(project)
    assert {runs[0], runs[2]} <= set(kept)
    if file == "run.lock":
        assert kept == runs[::-1]


@pytest.mark.parametrize(
    "line",
    [
        b'{"event": "EpochDone", "training": {"confusion": [[99999999999999999999999]]}}',
        b'{"event": "Note", "code": ' + b"[" * 50_000,
        b'{"event": "Sparkle", "glitter": 9}',
        bytes(60),
    ],
    ids=["huge", "nested", "newer", "zeros"],
)
def test_a_torn_line_costs_that_line(line: bytes, tmp_path: Path, log_watch: LogWatch) -> None:
    log_watch.expect("lines that cannot be read, passed over: 1")
    run = with_run(photos(tmp_path / "photos"))
    for text in ("Before.", "After."):
        log = EventLog(run)
        log.append(Note.said(text))
        log.close()
        if text == "Before.":
            with (run / "events.jsonl").open("ab") as file:
                file.write(line + b"\n")
    assert [note.title for note in summarise(run).notes] == ["Before.", "After."]


def test_a_project_of_a_newer_version_is_named_and_not_written_to(
    tmp_path: Path, log_watch: LogWatch
) -> None:
    log_watch.expect("newer version")
    run = with_run(photos(tmp_path / "photos"))
    file = run.parents[1] / "project.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "schema_version": 99, "sparkle": 1}))
    before = state_of(run.parents[1])
    project = opened(tmp_path / "photos")
    assert shown(project) == []
    assert [error.message.code for error in project.refused()] == ["newer_project"]
    assert state_of(run.parents[1]) == before


def test_what_a_later_version_adds_to_a_file_is_kept(tmp_path: Path) -> None:
    run = with_run(photos(tmp_path / "photos"))
    file = run.parents[1] / "project.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "colour": "green"}))
    opened(tmp_path / "photos")
    assert json.loads(file.read_text())["colour"] == "green"


def test_a_recent_folder_that_cannot_even_be_looked_for_hides_no_other(tmp_path: Path) -> None:
    with_run(photos(tmp_path / "photos"))
    for number, folder in enumerate(("/" + "x" * 5000, "/proc/1/root\0", "~nobody/…")):
        project = data_dir() / "projects" / f"odd-{number}"
        project.mkdir()
        write_json(project / "project.json", {"schema_version": 1, "image_folder": folder})
    assert [project.image_folder for project in Project.recent()] == [tmp_path / "photos"]


# The newest is the newest


def test_the_newest_run_is_the_newest_whatever_the_clock_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = photos(tmp_path / "photos")
    project, made = opened(folder), []
    for name in ("2026-10-25_02-30-00", "2099-12-31_23-59-59-1"):  # of before; with a clock that went wrong
        run = project.folder / "runs" / name
        run.mkdir()
        write_asked(run, folder, {})
        made.append(run)
    for zone in ("Asia/Tokyo", "UTC", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        made.append(with_run(folder, project))
    monkeypatch.undo()
    time.tzset()
    assert shown(project) == made[::-1]
    assert len({run.name for run in made}) == 5


def test_the_folder_opened_last_is_the_first_of_the_recent_ones(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        opened(photos(tmp_path / name))
    file = Project.of(tmp_path / "a").folder / "project.json"
    os.utime(file, (0, 0))  # a clock that was wrong for a while
    assert [project.image_folder.name for project in Project.recent()] == ["a", "c", "b"]
