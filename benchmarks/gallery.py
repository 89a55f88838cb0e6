"""A folder of very many photos in the window: how soon they are seen, how they scroll, what edits take.

Processes share a profile, one after the other: the folder is opened for the first time; again, with its cache
warm; once more while its photos are examined, with what was found of them deleted; by starting the program;
from the menu of recent folders; and then its photos are edited by keys.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.child import run_in_child
from benchmarks.keys import Keys
from benchmarks.shown import Shown
from workbench.core.paths import cache_dir
from workbench.sample.folder import FEWEST, draw_folder

_HERE = "benchmarks.gallery"


def measure(folder: str) -> dict[str, Any]:
    """All of it.

    Returns:
        seconds: From the start with the folder, the window made already, to a gallery full of thumbnails;
        `first_seconds` the same for the first time, with nothing known; `shown_seconds` from where the photos
        are known to the thumbnails; `skeletons`, frames of scrolling in which a photo had not come yet;
        `frame_p99_ms`, `frame_max_ms` of scrolling; `window_mb`, largest memory of the window's process;
        `beat_p99_ms`, `beat_max_ms` of the event loop while photos are examined; `started_seconds` and
        `again_seconds`, see `started` and `chosen_again`; and what `edited` returns.
    """
    profile = Path(os.environ["WORKBENCH_PROFILE"])

    def child(name: str, **arguments: Any) -> dict[str, Any]:
        return run_in_child(f"{_HERE}:{name}", {"folder": folder, **arguments}, profile)

    first, again, examined = child("opened"), child("scrolled"), child("examined")
    started = child("started", begun=time.time())
    chosen = child("chosen_again")
    edits = child("edited")
    return {
        "seconds": again["seconds"],
        "first_seconds": first["seconds"],
        "shown_seconds": again["shown_seconds"],
        "window_mb": again["window_mb"],
        **{key: again[key] for key in ("photos", "frame_p99_ms", "frame_max_ms", "skeletons")},
        **{key: examined[key] for key in ("beat_p99_ms", "beat_max_ms", "examined_seconds")},
        "started_seconds": started["started_seconds"],
        **{key: chosen[key] for key in ("again_seconds", "again_known_seconds", "again_beat_max_ms")},
        "edits": edits["edits"],
    }


def opened(folder: str) -> dict[str, Any]:
    """Opens the folder, and waits until what is seen first has its thumbnails."""
    with Shown(folder) as shown:
        return shown.clock.results(shown_seconds=shown.seconds)


def scrolled(folder: str) -> dict[str, Any]:
    """The same, and then scrolls through the gallery: slowly, quickly, to anywhere."""
    with Shown(folder) as shown:
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
    with Shown(folder) as shown:
        begun, beats = time.perf_counter(), shown.beat(lambda: shown.session.state.health.traits is not None)
        return shown.clock.results(
            examined_seconds=round(time.perf_counter() - begun, 1),
            beat_p99_ms=round(float(np.percentile(beats, 99)), 1),
            beat_max_ms=round(float(beats.max()), 1),
        )


def started(folder: str, begun: float) -> dict[str, Any]:
    """Starts the program, which opens the folder that was open last.

    Args:
        folder: Is that one.
        begun: When the process was started, by the clock.

    Returns:
        started_seconds: From the start of the process to a gallery full of thumbnails, its window included.
    """
    with Shown(None) as shown:
        seconds = time.time() - begun
        assert shown.catalog.folder == Path(folder)
        return shown.clock.results(started_seconds=round(seconds, 3))


def chosen_again(folder: str) -> dict[str, Any]:
    """Opens the folder by the menu of recent folders, in a window in which another one is open.

    Returns:
        again_seconds: From the choice to a gallery full of thumbnails, painted; `again_known_seconds` until
        its photos are known; `again_beat_max_ms`, the longest time between two beats of the event loop.
    """
    other = Path(os.environ["WORKBENCH_PROFILE"]) / "a few photos"
    if not other.is_dir():
        with closing(draw_folder(other, seed=0, per_class=FEWEST)) as drawing:
            list(drawing)
    with Shown(str(other)) as shown:
        shown.until(lambda: shown.is_quiet)
        shown.heart.begin()
        clock = shown.choose_recent(Path(folder))
        shown.until(lambda: shown.shows(Path(folder)))
        known = clock.seconds
        shown.until_painted(shown.is_full)
        seconds, beats = clock.seconds, shown.heart.end()
        return shown.clock.results(
            again_seconds=round(seconds, 3),
            again_known_seconds=round(known, 3),
            again_beat_max_ms=round(float(beats.max()), 1),
        )


def edited(folder: str) -> dict[str, Any]:
    """Edits many photos at once, by keys.

    Returns:
        edits: What `Keys.every` returns.
    """
    with Shown(folder) as shown:
        shown.until(lambda: shown.is_quiet)
        return shown.clock.results(edits=Keys(shown).every())
