"""The two small dialogs: the question on closing while a model learns, and the help."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QWidget

from workbench.ui.parts.widgets import Button, PrimaryButton, column, label, row
from workbench.ui.style import theme
from workbench.version import __version__


class ClosingQuestion(QDialog):
    """Asks whether to go on learning or to close.

    Args:
        parent: The window.
        stays: What is kept of the run, and whether it can go on.

    Signals:
        stop: The person wants to stop and close.
    """

    stop = Signal()

    def __init__(self, parent: QWidget, stays: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Still learning"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = label(self.tr("Close while it is learning?"), "section")
        self.text = label(stays, "muted", wrap=True)
        self.keep = PrimaryButton(self.tr("Keep learning"), self.reject)
        self.close_now = Button(self.tr("Stop and close"), self._stop)
        self.keep.setDefault(True)
        layout = column(title, self.text, theme.S, row(-1, self.close_now, self.keep))
        layout.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        self.setLayout(layout)
        self.setFixedWidth(theme.px(460))

    def _stop(self) -> None:
        self.accept()
        self.stop.emit()


class Help(QDialog):
    """How the work goes, the keys, and the version."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        steps = (
            self.tr(
                "Images: choose a folder that has one folder of photos for each class. "
                "A first model learns from them right away; you can turn that off in the settings."
            ),
            self.tr("Train: if that model isn't good enough, Better and Best take longer. Stop at any time."),
            self.tr("Results: see how often it is right about new photos, and which classes it mixes up."),
            self.tr("Try it: drop a photo and read the answer."),
            self.tr("Share: take the model along as a file. Drop such a file on the window to open it."),
        )
        keys = (
            ("Ctrl+1 … Ctrl+5", self.tr("Go to a page")),
            ("Ctrl+O", self.tr("Choose a folder of photos")),
            ("Ctrl+V", self.tr("On Try it: ask about the picture on the clipboard")),
            ("Tab, Shift+Tab", self.tr("Go from control to control")),
            ("F1", self.tr("This page")),
        )
        layout = column(label(self.tr("From photos to answers"), "section"), theme.XS)
        layout.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        for number, step in enumerate(steps, start=1):
            layout.addLayout(_numbered(number, step))
        layout.addSpacing(theme.M)
        layout.addWidget(label(self.tr("Keys"), "section"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.L)
        for line, (key, text) in enumerate(keys):
            grid.addWidget(label(key, "strong"), line, 0)
            grid.addWidget(label(text, "muted"), line, 1)
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        layout.addSpacing(theme.M)
        about = self.tr(
            "Image classification workbench {version}. "
            "Your photos stay on this computer and are never changed."
        )
        layout.addWidget(label(about.format(version=__version__), "caption", wrap=True))
        layout.addLayout(row(-1, PrimaryButton(self.tr("Close"), self.accept)))
        self.setLayout(layout)
        self.setFixedWidth(theme.px(560))


def _numbered(number: int, text: str) -> QHBoxLayout:
    figure = label(str(number), "strong")
    figure.setFixedWidth(theme.M)
    words = label(text, "muted", wrap=True)
    words.setAlignment(Qt.AlignmentFlag.AlignTop)
    line = row(figure, words)
    line.setAlignment(figure, Qt.AlignmentFlag.AlignTop)
    line.setStretch(1, 1)
    return line
