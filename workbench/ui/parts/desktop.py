"""What is asked of the desktop: a folder in its file manager, a file or folder from its dialogs."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.core.errors import ErrorReport
from workbench.core.project.runs import MODEL
from workbench.ui.session.preference_control import PreferenceControl
from workbench.ui.session.session import Session

PHOTO_ENDINGS = (
    *("jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp", "dib", "tif", "tiff", "avif"),
    *("ppm", "pgm", "pbm", "pnm", "heic", "heif", "mpo", "dng"),
)
"""What a dialog for photos offers first; *All files* offers the rest, and the loader decides."""


def show_folder(session: Session, folder: Path) -> None:
    """Shows a folder in the file manager; where there is none, says where the folder is."""
    opened = folder.is_dir() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
    if opened:
        return
    if folder.is_dir():
        title = _tr("This computer has no program that shows folders.")
        hint = _tr("The folder is “{folder}”.").format(folder=folder)
    else:
        title = _tr("The folder “{folder}” is no longer there.").format(folder=folder)
        hint = _tr("It may have been moved or renamed, or its disk is not connected.")
    session.work.report(ErrorReport.said(title, hint, "", is_input=True))


def begin_at(
    dialog: QFileDialog, preferences: PreferenceControl, what: str, usual: Path | None = None
) -> None:
    """Has a dialog begin where the person chose the last time, else at `usual`, else at their pictures.

    Args:
        dialog: It; where the person goes is remembered.
        preferences: Where that is remembered.
        what: What is chosen, such as `photos`: each kind has a place of its own.
        usual: Where to begin the first time.
    """
    key = f"dialogs/{what}"
    last = preferences.recall(key, "")
    places = [Path(last) if last else None, usual, pictures(), Path.home()]
    start = next((place for place in places if place is not None and place.is_dir()), None)
    if start is not None:
        dialog.setDirectory(str(start))

    def remember(chosen: str) -> None:
        preferences.remember(key, os.path.dirname(chosen))

    def remember_first(chosen: list[str]) -> None:
        if chosen:
            remember(chosen[0])

    dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
    dialog.fileSelected.connect(remember)
    dialog.filesSelected.connect(remember_first)


def photo_filters() -> list[str]:
    """The filters of a dialog for photos: those first, then everything."""
    names = " ".join(f"*.{ending} *.{ending.upper()}" for ending in PHOTO_ENDINGS)
    return [f"{_tr('Photos')} ({names})", f"{_tr('All files')} (*)"]


def choose_model(parent: QWidget, session: Session) -> None:
    """Lets the person choose a model file, and opens it."""

    def opened(file: str) -> None:
        session.models.open(Path(file))

    dialog = QFileDialog(parent, _tr("Open a model"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"{_tr('Models')} (*{Path(MODEL).suffix})", f"{_tr('All files')} (*)"])
    begin_at(dialog, session.preferences, "model", Path.home())
    dialog.fileSelected.connect(opened)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def choose_zip(parent: QWidget, session: Session, usual: Path) -> None:
    """Lets the person choose a ZIP file of photos or an exported project, and opens it."""

    def opened(file: str) -> None:
        session.folders.open(Path(file))

    dialog = QFileDialog(parent, _tr("Open a ZIP file of photos"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"{_tr('ZIP files')} (*.zip *.ZIP)", f"{_tr('All files')} (*)"])
    begin_at(dialog, session.preferences, "zip", usual)
    dialog.fileSelected.connect(opened)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def choose_export(parent: QWidget, session: Session, name: str, *, photos: bool) -> None:
    """Lets the person choose where a project is exported to.

    Args:
        name: Of the project.
        photos: Whether its photos go along.
    """

    def chosen(file: str) -> None:
        session.projects.export(Path(file), photos=photos)

    dialog = QFileDialog(parent, _tr("Export the project"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("zip")
    dialog.setNameFilters([f"{_tr('ZIP files')} (*.zip)"])
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # nothing of others is replaced, and we say so
    begin_at(dialog, session.preferences, "export", Path.home())
    words = _tr("{name} with photos.zip") if photos else _tr("{name} project.zip")
    dialog.selectFile(words.format(name=name.replace("/", "-")))
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def pictures() -> Path | None:
    """The person's folder for pictures, None where there is none."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(found) if found else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Desktop", text)
