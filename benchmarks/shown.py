"""The program with a folder open and its gallery full of thumbnails, as benchmarks drive it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from benchmarks.clock import Clock
from workbench.core.data.catalog import Catalog
from workbench.ui.app import Program
from workbench.ui.pages.images import ImagesPage
from workbench.ui.parts.card_list import THUMBNAIL
from workbench.ui.session.pictures import PhotoKey

_PATIENCE = 300.0
_BEAT_MS = 5
_FRAMES = 600
_FRAME_MS = 16
_SETTLED_MS = 3000


class Shown:
    """A real window with a real engine; use it with `with`, in a process of its own.

    Args:
        folder: What it opens; None takes the folder that was open last.
    """

    def __init__(self, folder: str | None) -> None:
        self.app = QApplication([])
        self.program = Program(self.app, Path(folder) if folder is not None else None, "images")
        self.session, window = self.program.session, self.program.window
        window.resize(1280, 800)
        window.show()
        self.session.preferences.train_on_opening = False
        page = window.page
        assert isinstance(page, ImagesPage)
        self.page, self.view, self.gallery = page, page.folder_view, page.folder_view.gallery
        self.paints = _Paints(self.gallery.viewport())
        self.heart = _Heart(self.program)
        self.clock = Clock()
        self.program.begin()
        self.until(lambda: bool(self.gallery.rows) and self.gallery.isVisible())
        known = self.clock.seconds
        self.clock.mark("photos known")
        self.until(self.is_full)
        self.clock.mark("thumbnails")
        self.seconds = round(self.clock.seconds - known, 3)
        self.skeletons = 0

    def __enter__(self) -> Shown:
        return self

    def __exit__(self, *_: object) -> None:
        self.program.window._closing = True  # without a question: nobody is there to answer it
        self.program.window.close()
        self.wait(0)

    @property
    def catalog(self) -> Catalog:
        """The photos of the open folder."""
        catalog = self.session.state.folders.catalog
        assert catalog is not None
        return catalog

    @property
    def is_quiet(self) -> bool:
        """Whether the engine has loaded and the photos are examined: nothing happens by itself any more."""
        state = self.session.state
        return bool(state.work.engine) and state.health.traits is not None and not state.work.working

    def shows(self, folder: Path) -> bool:
        """Whether it is the photos of this folder that are seen."""
        catalog = self.session.state.folders.catalog
        is_here = catalog is not None and catalog.folder == folder
        return is_here and self.view._catalog is catalog and self.gallery.isVisible()

    def choose_recent(self, folder: Path) -> Clock:
        """Chooses a folder from the menu of recent ones.

        Returns:
            A clock that started with the choice.
        """
        self.until(lambda: any(each.image_folder == folder for each in self.page.menu._recent))
        self.page.menu.click()
        (menu,) = (each for each in self.page.menu.findChildren(QMenu) if each.isVisible())
        chosen = [
            entry
            for inner in menu.findChildren(QMenu)
            for entry in inner.actions()
            if getattr(entry.data(), "image_folder", None) == folder
        ]
        menu.close()
        clock = Clock()
        chosen[0].activate(QAction.ActionEvent.Trigger)
        return clock

    def scroll(self) -> list[float]:
        """Milliseconds that the window's thread takes for each frame of scrolling."""
        bar, frames = self.gallery.verticalScrollBar(), []
        self.wait(_SETTLED_MS)
        random = np.random.default_rng(0)
        for number in range(_FRAMES):
            due = time.perf_counter() + _FRAME_MS / 1000
            step = 24 if number < _FRAMES // 3 else 400
            far = number >= 2 * _FRAMES // 3 and number % 20 == 0
            begun = time.perf_counter()
            bar.setValue(int(random.integers(bar.maximum())) if far else bar.value() + step)
            self.app.processEvents()
            frames.append(1000 * (time.perf_counter() - begun))
            self.skeletons += not self.is_full()
            while (left := due - time.perf_counter()) > 0:
                self.wait(min(left, 0.004) * 1000)
        return frames

    def beat(self, done: Callable[[], bool]) -> np.ndarray[Any, Any]:
        """Milliseconds between the beats of the event loop until something is done, and a little longer."""
        self.heart.begin()
        self.until(done)
        self.wait(_SETTLED_MS)
        return self.heart.end()

    def is_full(self) -> bool:
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

    def until_painted(self, done: Callable[[], bool]) -> None:
        """Waits until something is so and the gallery has been painted as it is then."""
        self.paints.wanted, self.paints.seen = done, False
        self.gallery.viewport().update()
        self.until(lambda: self.paints.seen)
        self.paints.wanted = None

    def until(self, done: Callable[[], bool]) -> None:
        """Waits until something is so.

        Raises:
            RuntimeError: It never was.
        """
        begun = time.monotonic()
        while not done():
            if time.monotonic() - begun > _PATIENCE:
                raise RuntimeError(f"this never came; {self.session.state.work.error}")
            self.wait(2)

    def wait(self, milliseconds: float) -> None:
        """Lets the event loop run."""
        loop = QEventLoop()
        QTimer.singleShot(round(milliseconds), loop.quit)  # up to 2 s these are precise
        loop.exec()


class _Heart(QObject):
    """Writes down when the event loop comes round."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._beats: list[float] = []
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        """Begins anew."""
        self._beats = [time.perf_counter()]
        self._timer.start()

    def end(self) -> np.ndarray[Any, Any]:
        """Milliseconds from beat to beat since it began."""
        self._timer.stop()
        return 1000 * np.diff([*self._beats, time.perf_counter()])

    @Slot()
    def _beat(self) -> None:
        self._beats.append(time.perf_counter())


class _Paints(QObject):
    """Watches something being painted.

    Attributes:
        wanted: What has to be so when it is.
        seen: Whether it was.
    """

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.wanted: Callable[[], bool] | None = None
        self.seen = False
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Asks at each paint; what waits for it comes round once it is over."""
        if event.type() == QEvent.Type.Paint and self.wanted is not None:
            self.seen = self.seen or self.wanted()
        return False
