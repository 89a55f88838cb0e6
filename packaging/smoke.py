"""Starts the packaged program as a person would, and lets it do the main job with real clicks and keys.

uv run python packaging/smoke.py FOLDER [--pictures FOLDER] [--only NAME]

FOLDER is what `build.py` made (`dist/light/workbench`). Linux, with Xvfb and xdotool. Prints a line for each
check and ends with 0 where all went well. What cannot be tried here (no right to another user, or to a
network of its own) is said and counts as nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import sqlite3
import stat
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import scipy.ndimage

from packaged import ACCENT, CannotTryError, Packaged, apart
from screen import NotSeenError, Screen, screen, wait

HERE = Path(__file__).resolve().parent
_LEARN, _ANSWER = 180.0, 60.0
_STARTS, _FEW = 20, 10
_ODD_FOLDER = "Ünsere Bögen 写真 (1)"
_SAMPLE = "Try with sample photos"
_READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


def selftest(packaged: Packaged) -> str:
    """The program's own test."""
    lines = packaged.command("--selftest").splitlines()
    return f"{sum(line.startswith('ok') for line in lines)} steps, {lines[0]}"


def main_job(packaged: Packaged) -> str:
    """Sample photos, a first model, its results, and an answer, with real clicks and keys."""
    profile = packaged.profile()
    on = packaged.on
    with packaged.window(profile) as (process, seconds):
        window = on.windows(process.pid)[0]
        on.do("windowfocus", window)
        packaged.picture("first-page")
        corner, places = _places(on, window)
        x, y = places[_SAMPLE]
        clicked = time.monotonic()
        on.click(corner[0] + x, corner[1] + y)
        wait(lambda: _finished(profile), "a finished run", _LEARN, pause=0.1)
        learned = time.monotonic() - clicked
        on.do("key", "ctrl+3")
        time.sleep(1.5)
        packaged.picture("results")
        on.do("key", "ctrl+4")
        time.sleep(1.5)
        before = on.pixels()
        on.click(*_largest_button(on))
        time.sleep(1.5)
        photo = sorted((profile / "data" / "Sample photos").rglob("*-004.*"))[0]
        on.do("type", "--delay", "20", str(photo))
        on.do("key", "Return")
        wait(lambda: apart(on.pixels(), before) > 0.02, "an answer on the page", _ANSWER, pause=0.2)
        time.sleep(2.0)
        packaged.picture("try-it")
        engines = len(process.children(recursive=True))
    (run,) = _runs(profile)
    (answer,) = json.loads(packaged.command("predict", run, photo, "--json", profile=profile))
    if answer["class"] != photo.parent.name:
        raise NotSeenError(f"{photo.name} is told to be {answer}")
    return (
        f"window in {seconds:.2f} s, a model {learned:.1f} s after the click, {engines} processes beside it"
    )


def edits(packaged: Packaged) -> str:
    """Photos are put right on *Images*, with clicks and keys; it is kept, and no photo has changed."""
    profile, on = packaged.profile(), packaged.on
    photos = profile / "Fotos ä"
    packaged.command("sample", photos)
    before = {path: path.read_bytes() for path in photos.rglob("*.*")}
    with packaged.window(profile, "--open", photos) as (process, _):
        wait(lambda: _finished(profile), "a finished run", _LEARN, pause=0.1)
        window = on.windows(process.pid)[0]
        corner, places = _places(on, window, photos)
        on.do("windowfocus", window)
        for photo, key in (("photo 0", "2"), ("photo 1", "Delete"), ("photo 2", "Delete")):
            made = len(_edits(profile))
            on.click(corner[0] + places[photo][0], corner[1] + places[photo][1])
            on.do("key", key)
            wait(lambda: len(_edits(profile)) > made, f"an edit by “{key}”", _ANSWER)  # noqa: B023 - at once
        on.do("key", "ctrl+z")
        wait(lambda: _edits(profile) == [0, 0, 1], "an edit taken back", _ANSWER)
        time.sleep(3.0)
        packaged.picture("edits")
    with packaged.window(profile) as (process, _):  # it opens what was open
        wait(lambda: _moved(profile) == (1, 1), "the same photos", _ANSWER)
        time.sleep(6.0)
        packaged.picture("edits-again")
        on.do("windowfocus", on.windows(process.pid)[0])
        on.click(corner[0] + places["photo 3"][0], corner[1] + places["photo 3"][1])
        on.do("key", "ctrl+y")
        wait(lambda: _edits(profile) == [0, 0, 0], "an edit of before, made again", _ANSWER)
    if {path: path.read_bytes() for path in photos.rglob("*.*")} != before:
        raise NotSeenError("photos are not as they were")
    return "1 photo put into another class, 2 left out, 1 brought back and out again; no photo has changed"


def by_epochs(packaged: Packaged) -> str:
    """Learning by gradients and export of what was learned; the light edition says that it cannot."""
    profile = packaged.profile()
    photos = profile / "photos"
    packaged.command("sample", photos)
    for photo in photos.rglob("*.*"):
        if int(photo.stem[-3:]) > _FEW:
            photo.unlink()
    scratch = ["train", photos, "--mode", "scratch", "--epochs", 2, "--set", "input_size=32"]
    if not (packaged.folder / "_internal" / "torch").is_dir():
        said = packaged.command(*scratch, profile=profile, status=2)
        if "full edition" not in said:
            raise NotSeenError(f"it says: {said}")
        return said.strip().splitlines()[0]
    took = []
    for words in (scratch, ["train", photos, "--mode", "improve"]):
        begun, run = time.monotonic(), packaged.scratch / f"run-{len(took)}"
        packaged.command(*words, "--out", run, profile=profile)
        took.append(f"{words[3]} {time.monotonic() - begun:.0f} s")
        photo = sorted(photos.rglob("*-003.*"))[0]
        for suffix in ("onnx", "checkpoint"):
            file = packaged.scratch / f"model-{len(took)}.{suffix}"
            packaged.command("export", run, file, profile=profile)
        (answer,) = json.loads(packaged.command("predict", file, photo, "--json", profile=profile))
        took[-1] += f" ({answer['class']} for {photo.stem})"
    return ", ".join(took)


def odd_folder(packaged: Packaged) -> str:
    """From a folder whose name has blanks and letters of other scripts."""
    folder = packaged.scratch / _ODD_FOLDER
    shutil.copytree(packaged.folder, folder, symlinks=True, copy_function=_linked)
    profile = packaged.scratch / "Prófil 世界"
    profile.mkdir()
    with packaged.window(profile, program=folder / "workbench") as (_, seconds):
        pass
    moved = Packaged(folder, packaged.on, packaged.scratch)
    moved.command("sample", profile / "Fotos ä")
    moved.command("train", profile / "Fotos ä", "--json", profile=profile)
    return f"window in {seconds:.2f} s, and a model"


def read_only(packaged: Packaged) -> str:
    """From a place that nobody may write to, as another user."""
    writable = [path for path in packaged.folder.rglob("*") if path.stat().st_mode & stat.S_IWOTH]
    if writable:
        raise NotSeenError(f"others may write to {writable[:3]}")
    before = _stamps(packaged.folder)
    with packaged.window(packaged.profile(), before=_as_nobody()) as (process, seconds):
        user = process.username()
    packaged.command("--selftest", before=_as_nobody())
    if _stamps(packaged.folder) != before:
        raise NotSeenError("something in its folder has changed")
    return f"window in {seconds:.2f} s as {user}, self-test too, nothing written"


def read_only_disk(packaged: Packaged) -> str:
    """From a disk that nobody can write to, root neither."""
    mounted = ["unshare", "--mount", "sh", "-c", _READ_ONLY, str(packaged.folder)]
    if subprocess.run([*mounted, "true"], capture_output=True, check=False).returncode != 0:
        raise CannotTryError("this user may not mount anything")
    touch = [*mounted, "touch", str(packaged.folder / "written")]
    if subprocess.run(touch, capture_output=True, check=False).returncode == 0:
        raise NotSeenError("that place is not read-only")
    with packaged.window(packaged.profile(), before=mounted) as (_, seconds):
        pass
    packaged.command("--selftest", before=mounted)
    return f"window in {seconds:.2f} s, self-test too"


def no_home(packaged: Packaged) -> str:
    """Where a person has no home, and so no place to keep anything, not even a log."""
    environment = {
        name: value
        for name, value in packaged.on.environment.items()
        if not name.startswith(("XDG_", "WORKBENCH_", "PYTHON"))
    }
    photos = packaged.profile() / "photos"
    packaged.command("sample", photos)
    line = [*_as_nobody(), str(packaged.program), "scan", str(photos)]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=60.0, check=False)
    if done.returncode != 0:
        raise NotSeenError(f"it ended with {done.returncode}: {done.stderr[-2000:]}")
    return "photos are read, with nothing kept"


def no_network(packaged: Packaged) -> str:
    """Where there is no network at all, not even to itself."""
    alone = ["unshare", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        raise CannotTryError("this user may not make a network of its own")
    packaged.command("--selftest", before=alone)
    with packaged.window(packaged.profile(), before=alone) as (_, seconds):
        pass
    return f"window in {seconds:.2f} s, self-test too"


def twice(packaged: Packaged) -> str:
    """Two windows at once, of the same person."""
    profile = packaged.profile()
    with packaged.window(profile) as (first, _), packaged.window(profile) as (second, seconds):
        if first.pid == second.pid:
            raise NotSeenError("only one window came")
    return f"the second in {seconds:.2f} s"


def starts(packaged: Packaged) -> str:
    """It always starts, and its window answers to keys."""
    seconds = []
    for _ in range(_STARTS):
        with packaged.window(packaged.profile()) as (process, painted):
            seconds.append(painted + packaged.answers(process))
    median, slowest = statistics.median(seconds), max(seconds)
    return f"{len(seconds)} of {_STARTS}; a usable window in {median:.2f} s, slowest {slowest:.2f} s"


CHECKS: dict[str, Callable[[Packaged], str]] = {
    "selftest": selftest,
    "main job": main_job,
    "edits": edits,
    "by epochs": by_epochs,
    "odd folder": odd_folder,
    "read only, another user": read_only,
    "read-only disk": read_only_disk,
    "no home": no_home,
    "no network": no_network,
    "twice at once": twice,
    "starts": starts,
}


def main() -> int:
    """Returns 0 where every check that could be tried went well."""
    parser = argparse.ArgumentParser(prog="smoke.py", description="Tries the packaged program.")
    parser.add_argument("folder", type=Path, help="what build.py made")
    parser.add_argument("--pictures", type=Path, help="where pictures of the window go")
    parser.add_argument("--only", help="one of: " + ", ".join(CHECKS))
    options = parser.parse_args()
    failed = False
    with screen() as on, tempfile.TemporaryDirectory(prefix="smoke-") as scratch:
        os.chmod(scratch, 0o755)
        packaged = Packaged(options.folder.absolute(), on, Path(scratch), options.pictures)
        for name, check in CHECKS.items():
            if options.only in (None, name):
                failed |= not tried(name, check, packaged)
    return 1 if failed else 0


def tried(name: str, check: Callable[[Packaged], str], packaged: Packaged) -> bool:
    """Makes a check and prints what came of it; returns whether it went well or could not be tried."""
    try:
        print(f"ok      {name}: {check(packaged)}", flush=True)
    except CannotTryError as error:
        print(f"not tried  {name}: {error}", flush=True)
    except (NotSeenError, OSError, sqlite3.Error, subprocess.SubprocessError) as error:
        packaged.picture(f"failed-{name}")
        print(f"FAILED  {name}: {error}", flush=True)
        return False
    return True


def _places(
    on: Screen, window: str, photos: Path | None = None
) -> tuple[tuple[int, int], dict[str, tuple[int, int]]]:
    """The window's corner on the screen, and where its buttons and photos are in it."""
    told = dict(line.split("=") for line in on.do("getwindowgeometry", "--shell", window).splitlines())
    command = [sys.executable, str(HERE / "places.py"), told["WIDTH"], told["HEIGHT"]]
    command += [str(photos)] if photos is not None else []
    with screen() as another:  # as large as the first, or the window would be smaller
        done = subprocess.run(command, env=another.environment, capture_output=True, text=True, check=True)
    return (int(told["X"]), int(told["Y"])), json.loads(done.stdout.splitlines()[-1])


def _largest_button(on: Screen) -> tuple[int, int]:
    """The middle of the largest patch of the accent colour."""
    wanted = np.array([int(ACCENT[place : place + 2], 16) for place in (1, 3, 5)], np.uint8)
    labels, count = scipy.ndimage.label((on.pixels() == wanted).all(axis=2))
    if not count:
        raise NotSeenError("no button that goes on")
    sizes = np.bincount(labels.ravel())[1:]
    rows, columns = scipy.ndimage.find_objects(labels)[int(sizes.argmax())]
    return (columns.start + columns.stop) // 2, (rows.start + rows.stop) // 2


def _runs(profile: Path) -> list[Path]:
    return sorted((profile / "data" / "projects").glob("*/runs/*"))


def _finished(profile: Path) -> bool:
    logs = [run / "events.jsonl" for run in _runs(profile)]
    return any(log.is_file() and '"TrainingResult"' in log.read_text(encoding="utf-8") for log in logs)


def _edits(profile: Path) -> list[int]:
    """For each edit that the open project remembers, whether it has been taken back."""
    return [undone for (undone,) in _asked(profile, "SELECT undone FROM edits ORDER BY number")]


def _moved(profile: Path) -> tuple[int, int]:
    """How many photos are in another class than their folder's, and how many are left out."""
    query = "SELECT sum(class IS NOT folder_class AND NOT excluded), sum(excluded) FROM samples"
    return _asked(profile, query)[0]


def _asked(profile: Path, query: str) -> list[tuple]:
    """What the one project's file says as it would if the computer stopped now: the window has it locked."""
    (project,) = {file.parent for file in (profile / "data" / "projects").glob("*/project.db")}
    with tempfile.TemporaryDirectory(dir=profile) as copy:
        for name in ("project.db-wal", "project.db"):  # what has left the first is in the second
            if (project / name).exists():
                shutil.copyfile(project / name, Path(copy) / name)
        with closing(sqlite3.connect(Path(copy) / "project.db")) as database:
            return database.execute(query).fetchall()


def _as_nobody() -> list[str]:
    if os.geteuid() != 0:
        raise CannotTryError("only root may start it as another user")
    nobody = pwd.getpwnam("nobody")
    user = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    return ["env", "HOME=/nonexistent", "setpriv", *user]


def _linked(source: str, target: str) -> None:
    """A second name for a file instead of a copy, where the file system has that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    found = {str(path): path.lstat() for path in folder.rglob("*")}
    return {name: (status.st_mtime_ns, status.st_size) for name, status in found.items()}


if __name__ == "__main__":
    sys.exit(main())
