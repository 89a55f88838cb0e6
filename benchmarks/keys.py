"""Photos of the gallery edited by keys, many at once: how long until the page shows it and it is kept."""

from __future__ import annotations

import contextlib
import sqlite3
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from benchmarks.clock import Clock
from benchmarks.shown import Shown
from workbench.ui.session.showing import number_keys

_MANY = 500
_ROUNDS = 5
_Key = Qt.Key


class Keys:
    """Presses them, as a person would, and waits for what is then seen.

    Args:
        shown: Its gallery shows all photos of a folder.
    """

    def __init__(self, shown: Shown) -> None:
        self._shown, self._gallery = shown, shown.gallery
        self._taken: dict[str, list[tuple[float, float]]] = {}

    def every(self) -> dict[str, dict[str, float]]:
        """Everything in turn, several rounds of it.

        Returns:
            For each kind of edit the median `seconds` from the key to the paint, the `worst_seconds`, and the
            longest time between two beats of the event loop, `beat_max_ms`.
        """
        catalog = self._shown.catalog
        every = len(catalog.samples)
        ids = {key: class_id for class_id, key in number_keys(catalog).items()}
        for number in range(_ROUNDS):
            self._select()
            before = self._edits()
            key = str(2 + number)
            self._press("classed", key, lambda key=key: self._is_classed(ids[key]))  # type: ignore[misc]
            assert self._edits() == before + 1, "one edit"
            self._press("classed, undone", "Z", lambda: not self._is_classed(ids["2"]) and self._is_back())
            assert self._edits() == before
            self._select()
            self._press("left out", _Key.Key_Delete, lambda: len(self._gallery.rows) == every - _MANY)
            self._press("left out, undone", "Z", lambda: len(self._gallery.rows) == every)
            self._press("all selected", "A", lambda: len(self._gallery.selection()) == every)
            self._press("all classed", "3", lambda: self._is_classed(ids["3"], every))
            self._press("all classed, undone", "Z", self._is_back)
        return {
            kind: {
                "seconds": round(statistics.median(seconds for seconds, _ in taken), 3),
                "worst_seconds": round(max(seconds for seconds, _ in taken), 3),
                "beat_max_ms": round(max(beat for _, beat in taken), 1),
            }
            for kind, taken in self._taken.items()
        }

    def _select(self) -> None:
        """The first 500, with a click and another one with Shift."""
        gallery, shift = self._gallery, Qt.KeyboardModifier.ShiftModifier
        gallery.setFocus()
        for row, modifier in ((0, Qt.KeyboardModifier.NoModifier), (_MANY - 1, shift)):
            index = gallery.model().index(row, 0)
            gallery.scrollTo(index)
            self._shown.wait(0)
            at = gallery.visualRect(index).center()
            QTest.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, modifier, at)
        assert len(gallery.selection()) == _MANY
        self._classes_before = [sample.class_id for sample in gallery.rows]
        self._shown.until_painted(self._shown.is_full)
        self._shown.wait(500)

    def _press(self, kind: str, key: Any, done: Callable[[], bool]) -> None:
        """Presses a key (with Ctrl where it is a letter), and notes how long it takes until that is done."""
        is_letter = isinstance(key, str) and key.isalpha()
        code = getattr(_Key, f"Key_{key}") if isinstance(key, str) else key
        modifier = Qt.KeyboardModifier.ControlModifier if is_letter else Qt.KeyboardModifier.NoModifier
        self._shown.heart.begin()
        clock = Clock()
        QTest.keyClick(self._gallery, code, modifier)
        self._shown.until_painted(done)
        seconds = clock.seconds
        self._shown.wait(500)  # what comes after it counts for the beats
        self._taken.setdefault(kind, []).append((seconds, float(self._shown.heart.end().max())))

    def _is_classed(self, class_id: str, count: int = _MANY) -> bool:
        """Whether the gallery and the class list show it, at both ends of what was selected."""
        rows = self._gallery.rows
        listed = next(row.count for row in self._shown.view.classes.rows if row.class_id == class_id)
        ends = all(rows[place].class_id == class_id for place in (0, count // 2, count - 1))
        return ends and listed >= count

    def _is_back(self) -> bool:
        rows, before = self._gallery.rows, self._classes_before
        return len(rows) == len(before) and all(
            rows[place].class_id == before[place] for place in (0, _MANY // 2, _MANY - 1, -1)
        )

    def _edits(self) -> int:
        """How many edits the project's file holds, those that were undone apart."""
        project = self._shown.session.edits.project
        assert project is not None
        with tempfile.TemporaryDirectory() as scratch:
            project.copy_to(Path(scratch) / "copy.db")
            with contextlib.closing(sqlite3.connect(Path(scratch) / "copy.db")) as copy:
                (count,) = copy.execute("SELECT count(*) FROM edits WHERE NOT undone").fetchone()
        return int(count)
