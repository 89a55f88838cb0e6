"""A folder of very many photos in the window: how soon they are seen, how they scroll, what that takes.

Three processes, one after the other, share a profile: the folder is opened for the first time; again, with
its cache warm; and once more while its photos are examined, with what was found of them deleted.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PySide6.QtCore import QEventLoop, QObject, QRect, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from benchmarks.child import run_in_child
from benchmarks.clock import Clock
from workbench.core.paths import cache_dir
from workbench.ui.app import Program
from workbench.ui.pages.images import ImagesPage
from workbench.ui.parts.card_list import THUMBNAIL
from workbench.ui.session.pictures import PhotoKey

_PATIENCE = 900.0
_BEAT_MS = 5
_FRAMES = 600
_FRAME_MS = 16
_SETTLED_MS = 3000


def measure(folder: str) -> dict[str, Any]:
    """All three.

    Returns:
        seconds: From the start with the folder, the window made already, to a gallery full of thumbnails;
        `first_seconds` the same for the first time, with nothing known; `shown_seconds` from where the photos
        are known to the thumbnails; `skeletons`, frames of scrolling in which a photo had not come yet;
        `frame_p99_ms`, `frame_max_ms` of scrolling; `window_mb`, largest memory of the window's process;
        `beat_p99_ms`, `beat_max_ms` of the event loop while photos are examined.
    """
    profile = Path(os.environ["WORKBENCH_PROFILE"])
    first = run_in_child("benchmarks.gallery:opened", {"folder": folder}, profile)
    again = run_in_child("benchmarks.gallery:scrolled", {"folder": folder}, profile)
    examined = run_in_child("benchmarks.gallery:examined", {"folder": folder}, profile)
    return {
        "seconds": again["seconds"],
        "first_seconds": first["seconds"],
        "shown_seconds": again["shown_seconds"],
        "window_mb": again["window_mb"],
        **{key: again[key] for key in ("photos", "frame_p99_ms", "frame_max_ms", "skeletons")},
        **{key: examined[key] for key in ("beat_p99_ms", "beat_max_ms", "examined_seconds")},
    }


def opened(folder: str) -> dict[str, Any]:
    """Opens the folder, and waits until what is seen first has its thumbnails."""
    with _Shown(folder) as shown:
        return shown.clock.results(shown_seconds=shown.seconds)


def scrolled(folder: str) -> dict[str, Any]:
    """The same, and then scrolls through the gallery: slowly, quickly, to anywhere."""
    with _Shown(folder) as shown:
        frames = shown.scroll()
        return shown.clock.results(
            photos=len(shown.gallery.rows),
            shown_seconds=shown.seconds,
            frame_p99_ms=round(float(np.percentile(frames, 99)), 1),
            frame_max_ms=round(max(frames), 1),
            skeletons=shown.skeletons,
            window_mb=round(psutil.Process().memory_info().rss / 2**20),
        )


def examined(folder: str) -> dict[str, Any]:
    """The heartbeat of the event loop while photos are examined and the findings come."""
    shutil.rmtree(cache_dir() / "traits", ignore_errors=True)
    with _Shown(folder) as shown:
        begun, beats = time.perf_counter(), shown.beat(lambda: shown.session.state.health.traits is not None)
        return shown.clock.results(
            examined_seconds=round(time.perf_counter() - begun, 1),
            beat_p99_ms=round(float(np.percentile(beats, 99)), 1),
            beat_max_ms=round(float(beats.max()), 1),
        )


class _Shown:
    """The program with a folder open and its gallery full of thumbnails; use it with `with`."""

    def __init__(self, folder: str) -> None:
        self._app = QApplication([])
        self.program = Program(self._app, Path(folder), "images")
        self.session, window = self.program.session, self.program.window
        window.resize(1280, 800)
        window.show()
        self.session.preferences.train_on_opening = False
        page = window.page
        assert isinstance(page, ImagesPage)
        self.gallery = page.folder_view.gallery
        self.clock = Clock()
        self.program.begin()
        self._until(lambda: bool(self.gallery.rows) and self.gallery.isVisible())
        known = self.clock.seconds
        self.clock.mark("photos known")
        self._until(self._is_full)
        self.clock.mark("thumbnails")
        self.seconds = round(self.clock.seconds - known, 3)
        self.skeletons = 0

    def __enter__(self) -> _Shown:
        return self

    def __exit__(self, *_: object) -> None:
        self.program.window._closing = True  # without a question: nobody is there to answer it
        self.program.window.close()
        self._wait(0)

    def scroll(self) -> list[float]:
        """Milliseconds that the window's thread takes for each frame of scrolling."""
        bar, frames = self.gallery.verticalScrollBar(), []
        self._wait(_SETTLED_MS)
        random = np.random.default_rng(0)
        for number in range(_FRAMES):
            due = time.perf_counter() + _FRAME_MS / 1000
            step = 24 if number < _FRAMES // 3 else 400
            far = number >= 2 * _FRAMES // 3 and number % 20 == 0
            begun = time.perf_counter()
            bar.setValue(int(random.integers(bar.maximum())) if far else bar.value() + step)
            self._app.processEvents()
            frames.append(1000 * (time.perf_counter() - begun))
            self.skeletons += not self._is_full()
            while (left := due - time.perf_counter()) > 0:
                self._wait(min(left, 0.004) * 1000)
        return frames

    def beat(self, done: Callable[[], bool]) -> np.ndarray[Any, Any]:
        """Milliseconds between the beats of the event loop until something is done, and a little longer."""
        heart = _Heart(self.program)
        self._until(done)
        self._wait(_SETTLED_MS)
        return 1000 * np.diff(heart.beats)

    def _is_full(self) -> bool:
        """Whether each photo in view has its thumbnail."""
        view, gallery = QRect(self.gallery.viewport().rect()), self.gallery
        catalog = self.session.state.folders.catalog
        assert catalog is not None
        side = gallery.gridSize().height()
        for top in range(side // 2, view.height(), side):
            for left in range(side // 2, view.width(), side):
                index = gallery.indexAt(view.topLeft() + QRect(left, top, 1, 1).topLeft())
                if index.isValid():
                    photo = PhotoKey.of(catalog, gallery.rows[index.row()])
                    if self.session.thumbnails.peek(photo, THUMBNAIL) is None:
                        return False
        return True

    def _until(self, done: Callable[[], bool]) -> None:
        begun = time.monotonic()
        while not done():
            if time.monotonic() - begun > _PATIENCE:
                raise RuntimeError(f"this never came; {self.session.state.work.error}")
            self._wait(2)

    def _wait(self, milliseconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(milliseconds), loop.quit)  # up to 2 s these are precise
        loop.exec()


class _Heart(QObject):
    """Writes down when the event loop comes round."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.beats: list[float] = []
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    @Slot()
    def _beat(self) -> None:
        self.beats.append(time.perf_counter())
