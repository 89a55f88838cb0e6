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
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import scipy.ndimage

from screen import NotSeenError, Screen, screen, wait

HERE = Path(__file__).resolve().parent
ACCENT = "#2B6BE6"
"""Of the one button of a page that goes on."""
_PAINTED = 2_000
"""So many pixels of it are there once the first page has been painted."""
START_SECONDS = 60.0
_LEARN, _ANSWER, _END, _COMMAND = 180.0, 60.0, 20.0, 400.0
_ODD_FOLDER = "Ünsere Bögen 写真 (1)"
_SAMPLE = "Try with sample photos"


class CannotTryError(Exception):
    """A check is not possible here."""


@dataclass
class Packaged:
    """The packaged program on a screen.

    Attributes:
        folder: Where it lies.
        on: The screen.
        scratch: For profiles.
        pictures: Where pictures go; None takes none.
    """

    folder: Path
    on: Screen
    scratch: Path
    pictures: Path | None = None

    @property
    def program(self) -> Path:
        """The executable."""
        return self.folder / "workbench"

    def profile(self) -> Path:
        """A new place in which nothing is remembered."""
        made = Path(tempfile.mkdtemp(prefix="profile-", dir=self.scratch))
        made.chmod(0o777)
        return made

    @contextmanager
    def window(
        self, profile: Path, *, before: Sequence[str] = (), program: Path | None = None
    ) -> Iterator[tuple[psutil.Process, float]]:
        """Starts the window, waits until it is painted, and closes it as a person does.

        Args:
            profile: Where it keeps its things.
            before: What is to start it, such as `unshare --net`.
            program: The executable, where it is another than `folder` has.

        Yields:
            The window's process, and the seconds from its start until it was painted.

        Raises:
            NotSeenError: It is not painted in time, or does not end with status 0.
        """
        environment = {**self.on.environment, "WORKBENCH_PROFILE": str(profile)}
        covered = self.on.shows(ACCENT) >= _PAINTED
        with (self.scratch / "output.txt").open("wb") as output:
            begun = time.monotonic()
            line = [*before, str(program or self.program)]
            started = subprocess.Popen(line, env=environment, stdout=output, stderr=output, cwd="/")

            def seen() -> bool:
                if started.poll() is not None:
                    return True
                if covered:  # by the window of another, which has the same colours
                    return _with_window(psutil.Process(started.pid), self.on) is not None
                return self.on.shows(ACCENT) >= _PAINTED

            try:
                wait(seen, "the window", START_SECONDS, pause=0.005)
                if started.poll() is not None:
                    raise NotSeenError(f"it ended with {started.returncode}: {self._said()}")
                seconds = time.monotonic() - begun
                process = _with_window(psutil.Process(started.pid), self.on)
                if process is None:
                    raise NotSeenError("no process has a window")
                yield process, seconds
                for window in self.on.windows(process.pid):
                    self.on.close(window)
                wait(lambda: started.poll() is not None, "the end of the window", _END)
            finally:
                _end(started)
        if started.returncode != 0:
            raise NotSeenError(f"it ended with {started.returncode}: {self._said()}")
        for log in sorted((profile / "log").glob("*.log")):
            told = log.read_text(encoding="utf-8", errors="replace")
            if " ERROR " in told or "Traceback" in told:
                raise NotSeenError(f"{log.name} tells of a mistake: {told[-2000:]}")

    def command(self, *words: object, before: Sequence[str] = (), profile: Path | None = None) -> str:
        """Runs a command of the program; returns what it printed.

        Raises:
            NotSeenError: It did not end with status 0.
        """
        environment = {**os.environ, "WORKBENCH_PROFILE": str(profile or self.profile())}
        environment = {name: value for name, value in environment.items() if name != "PYTHONPATH"}
        line = [*before, str(self.program), *map(str, words)]
        done = subprocess.run(
            line, env=environment, capture_output=True, text=True, timeout=_COMMAND, cwd="/", check=False
        )
        if done.returncode != 0:
            raise NotSeenError(f"{' '.join(line)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def picture(self, name: str) -> None:
        """Takes a picture of the screen."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.on.save(self.pictures / f"{name}.png")

    def _said(self) -> str:
        return (self.scratch / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]


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
        wait(lambda: _apart(on.pixels(), before) > 0.02, "an answer on the page", _ANSWER, pause=0.2)
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


CHECKS: dict[str, Callable[[Packaged], str]] = {
    "selftest": selftest,
    "main job": main_job,
    "odd folder": odd_folder,
    "read only, another user": read_only,
    "no network": no_network,
    "twice at once": twice,
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
    except (NotSeenError, OSError, subprocess.SubprocessError) as error:
        packaged.picture(f"failed-{name}")
        print(f"FAILED  {name}: {error}", flush=True)
        return False
    return True


def _with_window(started: psutil.Process, on: Screen) -> psutil.Process | None:
    """The process that has the window: the one started, or one that this has started."""
    every = (started, *started.children(recursive=True))
    return next((process for process in every if on.windows(process.pid)), None)


def _end(started: subprocess.Popen[bytes]) -> None:
    if started.poll() is None:
        for process in psutil.Process(started.pid).children(recursive=True):
            process.kill()
        started.kill()
        started.wait()


def _places(on: Screen, window: str) -> tuple[tuple[int, int], dict[str, tuple[int, int]]]:
    """The window's corner on the screen, and where its buttons are in it."""
    told = dict(line.split("=") for line in on.do("getwindowgeometry", "--shell", window).splitlines())
    command = [sys.executable, str(HERE / "places.py"), told["WIDTH"], told["HEIGHT"]]
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


def _apart(now: np.ndarray, before: np.ndarray) -> float:
    """The share of pixels that are not as they were."""
    return float((now != before).any(axis=2).mean())


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
