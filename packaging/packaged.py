"""The packaged program on a screen: its window is started and closed, its commands are run."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from screen import NotSeenError, Screen, wait

ACCENT = "#2B6BE6"
"""Of the one button of a page that goes on."""
_PAINTED = 2_000
"""So many pixels of it are there once the first page has been painted."""
_OTHER = 0.01
"""Such a share of the screen is not as it was once another page is there."""
START_SECONDS = 60.0
_END, _COMMAND = 20.0, 400.0


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
        self, profile: Path, *words: object, before: Sequence[str] = (), program: Path | None = None
    ) -> Iterator[tuple[psutil.Process, float]]:
        """Starts the window, waits until it is painted, and closes it as a person does.

        Args:
            profile: Where it keeps its things.
            words: What it is started with, such as `--open FOLDER`.
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
            line = [*before, str(program or self.program), *map(str, words)]
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

    def command(
        self, *words: object, before: Sequence[str] = (), profile: Path | None = None, status: int = 0
    ) -> str:
        """Runs a command of the program; returns what it printed, and what it said where that went wrong.

        Args:
            status: How it has to end.

        Raises:
            NotSeenError: It ended in another way.
        """
        environment = {**os.environ, "WORKBENCH_PROFILE": str(profile or self.profile())}
        environment = {name: value for name, value in environment.items() if name != "PYTHONPATH"}
        line = [*before, str(self.program), *map(str, words)]
        done = subprocess.run(
            line, env=environment, capture_output=True, text=True, timeout=_COMMAND, cwd="/", check=False
        )
        if done.returncode != status:
            raise NotSeenError(f"{' '.join(line)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout if status == 0 else done.stderr

    def answers(self, process: psutil.Process) -> float:
        """Presses the keys of another page; returns the seconds until that is there."""
        self.on.do("windowfocus", self.on.windows(process.pid)[0])
        before, begun = self.on.pixels(), time.monotonic()
        self.on.do("key", "ctrl+4")
        wait(lambda: apart(self.on.pixels(), before) > _OTHER, "another page", START_SECONDS, pause=0.005)
        return time.monotonic() - begun

    def picture(self, name: str) -> None:
        """Takes a picture of the screen."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.on.save(self.pictures / f"{name}.png")

    def _said(self) -> str:
        return (self.scratch / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]


def apart(now: np.ndarray, before: np.ndarray) -> float:
    """The share of pixels that are not as they were."""
    return float((now != before).any(axis=2).mean())


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
