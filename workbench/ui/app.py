"""Starts the window."""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

from workbench import words
from workbench.core.errors import ErrorReport
from workbench.core.logs import crashes_to_file, log_to_file
from workbench.core.paths import resource
from workbench.core.project.projects import Project
from workbench.ui.frame.places import PLACES
from workbench.ui.garbage import Garbage
from workbench.ui.parts.dropped import is_model, is_zip_by_name
from workbench.ui.session.session import Session
from workbench.ui.style import theme
from workbench.ui.window import MainWindow

log = logging.getLogger(__name__)

_TURN_SECONDS = 0.001
"""So long the window's thread waits at most for a thread that computes beside it; Python's own is 0.005."""


class UncaughtErrors(QObject):
    """Catches what nobody caught: into the log and, as a message, into the window. The program lives on."""

    caught = Signal(object)

    def install(self) -> None:
        """Takes over from Python's own handling."""
        self._previous = sys.excepthook, threading.excepthook
        sys.excepthook = self._handle
        threading.excepthook = self._handle_from_thread

    def remove(self) -> None:
        """Gives back to Python's own handling."""
        sys.excepthook, threading.excepthook = self._previous

    def _handle(
        self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.error("nobody caught this", exc_info=(kind, error, traceback))
        self.caught.emit(ErrorReport.of(error))

    def _handle_from_thread(self, failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            self._handle(failed.exc_type, failed.exc_value, failed.exc_traceback)


class Application(QApplication):
    """The application, which some systems tell of a double click on a file.

    Signals:
        asked_to_open: The path of the file.
    """

    asked_to_open = Signal(str)

    def event(self, event: QEvent) -> bool:
        """Passes on which file is to be opened."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.asked_to_open.emit(event.file())
            return True
        return super().event(event)


class Program(QObject):
    """The session, the window and the order in which they begin and end."""

    def __init__(self, app: QApplication, folder: Path | None, page: str, model: Path | None = None) -> None:
        super().__init__()
        self._folder, self._model = folder, model
        self._garbage = Garbage(self)
        self._turn = sys.getswitchinterval()
        sys.setswitchinterval(_TURN_SECONDS)  # painting asks for its turn dozens of times
        if isinstance(app, Application):
            app.asked_to_open.connect(self._open)
        self.session = Session(self)
        self.uncaught = UncaughtErrors(self)
        self.uncaught.caught.connect(self.session.work.report, Qt.ConnectionType.QueuedConnection)
        self.uncaught.install()
        appearance = theme.Theme(app)
        appearance.more_contrast = self.session.preferences.recall("window/contrast", False)
        appearance.choose(self.session.preferences.recall("window/theme", "system"))
        self.window = MainWindow(self.session, appearance, page)
        app.aboutToQuit.connect(self._end)

    def begin(self) -> None:
        """Shows the window; the engine starts once it has been painted."""
        self.window.show()
        QTimer.singleShot(0, self, self._painted)

    @Slot()
    def _painted(self) -> None:
        self.session.work.warm()
        if self._model is not None:  # somebody else's, perhaps: it needs no folder
            self.session.models.open(self._model)
            return
        recent = Project.recent()
        folder = self._folder or (recent[0].image_folder if recent else None)
        if folder is not None:
            self.session.folders.open(folder)

    @Slot(str)
    def _open(self, path: str) -> None:
        """Opens what was double-clicked while the program runs, where the system tells it so."""
        if Path(path).is_dir() or is_zip_by_name(Path(path)):
            self.session.folders.open(Path(path))
        else:
            self.session.models.open(Path(path))

    @Slot()
    def _end(self) -> None:
        self.session.close()
        self.uncaught.remove()
        self._garbage.give_back()
        sys.setswitchinterval(self._turn)


def main(argv: Sequence[str]) -> int:
    """Opens the window and returns the exit status.

    Args:
        argv: `--open PATH` opens an image folder or a model file, `--page NAME` begins with a page.
    """
    parser = argparse.ArgumentParser(
        prog="workbench", description="Train an image classifier on your own photos."
    )
    parser.add_argument("--open", metavar="PATH", type=Path, help="the image folder or model file to open")
    parser.add_argument(
        "--page", choices=[place.name for place in PLACES], default="images", help="where to begin"
    )
    options = parser.parse_args(argv)
    log_to_file("window")
    crashes_to_file("window")
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = Application(sys.argv[:1])
    words.translate_with(lambda template: QCoreApplication.translate("words", template))
    app.setApplicationName("workbench")
    app.setApplicationDisplayName("Image classification workbench")
    app.setDesktopFileName("workbench")
    app.setWindowIcon(QIcon(str(resource("workbench.svg"))))
    model = options.open if options.open is not None and is_model(options.open) else None
    program = Program(app, None if model is not None else options.open, options.page, model)
    program.begin()
    return app.exec()
