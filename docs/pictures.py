"""Takes a picture of every page, light and dark, small and large, of the real program on the sample photos.

    python docs/pictures.py FOLDER [--scale 2] [--epochs N] [--chosen docs/pictures]

It draws the sample, trains on it and asks about a photo, as a person would, and saves what is seen.
With `--chosen` the pictures that the documents use are copied there under the names that they use.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

SIZES = {"small": (960, 600), "large": (1440, 900)}
PATIENCE = 600.0
CHOSEN = {"images": "images-full", "train": "train-learning", "results": "results", "try-it": "try_it"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", default="1", help="pixels for each point, as on sharp screens")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--photo", type=Path, help="the photo to ask about; else one of the sample")
    parser.add_argument("--chosen", type=Path, help="where the pictures for the documents go")
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = options.scale
    from workbench.core.paths import use_temporary_profile

    use_temporary_profile()
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from workbench.ui.app import main as open_window

    options.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    tour = Tour(app, options)
    QTimer.singleShot(0, tour.take)
    status = open_window([])
    if options.chosen:
        options.chosen.mkdir(parents=True, exist_ok=True)
        for name, taken in CHOSEN.items():
            shutil.copyfile(options.folder / f"{taken}-light-large.png", options.chosen / f"{name}.png")
            shutil.copyfile(options.folder / f"{taken}-dark-large.png", options.chosen / f"{name}-dark.png")
    return status


class Tour:
    """Goes through the program and takes pictures on the way."""

    def __init__(self, app: object, options: argparse.Namespace) -> None:
        self.app, self.options = app, options

    def take(self) -> None:
        from dataclasses import replace

        from PySide6.QtWidgets import QApplication

        from workbench.core.config.training_config import recommended
        from workbench.ui.window import MainWindow

        self.window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
        self.session = self.window.session
        try:
            self.until(lambda: self.session.state.work.engine)
            self.pages("empty", ("images", "train", "results", "try_it", "share"))
            self.window.show_page("images")
            self.window.page.target.sample_button.click()
            self.wait(3000)
            self.picture("images-drawing")
            self.until(lambda: self.session.state.runs.news)
            self.wait(4000)
            self.picture("images-first-model")
            self.window.show_page("train")
            self.picture("train-instant")
            self.window.show_page("results")
            self.wait(500)
            self.picture("results-instant")
            self.window.show_page("images")
            self.wait(500)
            self.picture("images-full")
            self.window.page.folder_view.look.setChecked(True)
            self.picture("images-findings")
            self.window.page.folder_view.look.setChecked(False)
            gallery = self.window.page.folder_view.gallery
            gallery.setCurrentIndex(gallery.model().index(1, 0))
            gallery.opened.emit()
            self.wait(1500)
            self.picture("images-details")
            self.session.preferences.configure(replace(recommended("transfer"), epochs=self.options.epochs))
            self.window.show_page("train")
            self.wait(6000)
            self.picture("train-ready")
            self.window.page.start.click()
            half = self.options.epochs // 2
            runs = self.session.store
            self.until(lambda: runs.state.runs.watched and len(runs.state.runs.watched.history) >= half)
            self.picture("train-learning")
            self.window.show_page("images")
            self.window.close()
            self.wait(300)
            self.grab_dialogs("closing")
            self.window.show_page("train")
            self.until(lambda: "train" not in self.session.state.work.working)
            self.picture("train-done")
            self.window.show_page("results")
            self.wait(2500)
            self.picture("results")
            self.window.show_page("try_it")
            catalog = self.session.state.folders.catalog
            photos = [catalog.roots.locate(sample) for sample in catalog.samples[5::60]]
            self.session.predictions.predict([*photos, self.options.photo] if self.options.photo else photos)
            self.until(
                lambda: (
                    self.session.state.predictions.made and "predict" not in self.session.state.work.working
                )
            )
            self.wait(2500)
            self.picture("try_it")
            self.window.show_page("share")
            self.picture("share")
            self.window.rail.help.click()
            self.wait(300)
            self.grab_dialogs("help")
        finally:
            self.window.close()

    def pages(self, state: str, names: tuple[str, ...]) -> None:
        for name in names:
            self.window.show_page(name)
            self.picture(f"{name}-{state}")

    def picture(self, name: str) -> None:
        for theme in ("light", "dark"):
            self.window.appearance.choose(theme)
            for size, (width, height) in SIZES.items():
                self.window.resize(width, height)
                self.wait(350)
                self.window.grab().save(str(self.options.folder / f"{name}-{theme}-{size}.png"))

    def grab_dialogs(self, name: str) -> None:
        from PySide6.QtWidgets import QApplication, QDialog

        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                for theme in ("light", "dark"):
                    self.window.appearance.choose(theme)
                    self.wait(200)
                    dialog.grab().save(str(self.options.folder / f"{name}-{theme}.png"))
                dialog.reject()

    def wait(self, milliseconds: int) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, done: Callable[[], object]) -> None:
        begun = time.monotonic()
        while not done():
            if time.monotonic() - begun > PATIENCE or self.session.state.work.error is not None:
                raise RuntimeError(f"this never came; {self.session.state.work.error}")
            self.wait(100)


if __name__ == "__main__":
    raise SystemExit(main())
