"""The large drop target of the empty Images page, with a little drawing of how a folder should look."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from workbench.ui.parts.widgets import Button, PrimaryButton, centre, clear, column, label, row
from workbench.ui.session.actions import enabled_actions
from workbench.ui.session.state import State
from workbench.ui.style import theme
from workbench.ui.style.icons import icon

_MOST_RECENT = 5
_LINE, _INDENT, _ICON = 30, 30, 20


class FolderTree(QWidget):
    """A folder with two class folders and their photos, drawn small."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(QSize(280, 3 * _LINE + theme.S))
        self.setAccessibleName(self.tr("A folder with one folder for each class, and photos in those."))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws the tree."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = (self.tr("My photos"), self.tr("cats"), self.tr("dogs"))
        left = 32
        stem = left + _ICON / 2
        painter.setPen(QPen(theme.colour("line"), 2))
        painter.drawLine(QPointF(stem, _LINE - 2), QPointF(stem, 2.5 * _LINE))
        for line in (1, 2):
            middle = (line + 0.5) * _LINE
            painter.drawLine(QPointF(stem, middle), QPointF(left + _INDENT - 4, middle))
        for line, name in enumerate(names):
            x = left + (_INDENT if line else 0)
            place = QRect(x, line * _LINE + (_LINE - _ICON) // 2, _ICON, _ICON)
            icon("ph.folder-fill" if line else "ph.folder-open-fill", "accent").paint(painter, place)
            painter.setPen(theme.colour("text"))
            words = QRect(x + _ICON + theme.S, line * _LINE, 90, _LINE)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
            if line:
                for photo in range(4):
                    spot = QRect(x + 84 + photo * 26, place.top(), _ICON, _ICON)
                    icon("ph.image", "muted").paint(painter, spot)


class DropTarget(QWidget):
    """Where the work begins: drop a folder, choose one, try the sample, or open a recent one.

    Signals:
        choose: The person wants to choose a folder.
        sample: The person wants the sample photos.
        recent: A folder that was open before.
    """

    choose = Signal()
    sample = Signal()
    recent = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.recent_known = False
        self._listed: list[Path] = []
        self.choose_button = PrimaryButton(
            self.tr("Choose folder…"), self.choose.emit, icon_name="ph.folder-open"
        )
        self.sample_button = Button(self.tr("Try with sample photos"), self.sample.emit)
        title = label(self.tr("Drop a folder of photos here, or a ZIP file"), "title")
        text = label(self.tr("One folder for each class, named after what the photos show:"), "muted")
        self._frame = QFrame()
        self._frame.setProperty("role", "drop")
        inside = column(-1, title, text, theme.S, FolderTree(), theme.M, space=theme.S)
        inside.addLayout(row(-1, self.choose_button, self.sample_button, -1))
        inside.addStretch(1)
        inside.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        centre(inside)
        self._frame.setLayout(inside)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self.recent_head = label(self.tr("Recent"), "caption")
        layout = column(self._frame, theme.S, self.recent_head, self._recent, -1, space=theme.XS)
        layout.setStretch(0, 100)
        layout.setStretch(layout.count() - 1, 1)
        self.setLayout(layout)

    def show_state(self, state: State) -> None:
        """Enables what may be done."""
        actions = enabled_actions(state)
        self.choose_button.setEnabled("choose_folder" in actions)
        self.sample_button.setEnabled("make_sample" in actions)

    def show_recent(self, folders: list[Path]) -> None:
        """Lists folders that were open before, the last one first."""
        self.recent_known = True
        folders = folders[:_MOST_RECENT]
        self.recent_head.setVisible(bool(folders))
        if folders == self._listed:
            return
        self._listed = folders
        clear(self._recent)
        for folder in folders:
            button = Button(
                f"{folder.name}   —   {folder.parent}", self._open_recent, role="row", icon_name="ph.folder"
            )
            button.setProperty("folder", str(folder))
            button.setAccessibleName(self.tr("Open {folder}").format(folder=folder))
            self._recent.addWidget(button)

    def _open_recent(self) -> None:
        self.recent.emit(self.sender().property("folder"))
