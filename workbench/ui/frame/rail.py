"""The rail at the left: one button for each page, the settings and the help."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton

from workbench.ui.frame.places import PLACES, Place
from workbench.ui.parts.widgets import IconButton, column, row
from workbench.ui.style import theme
from workbench.ui.style.icons import icon

_HIGH, _ROOM_FOR_WORD = 64, 52


class RailButton(QToolButton):
    """A page's icon over its word, with a dot where something waits."""

    def __init__(self, place: Place, title: str, keys: str) -> None:
        super().__init__()
        self._place = place
        self._dot = False
        self.setProperty("role", "rail")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(24, 24))
        self.set_height(theme.px(_HIGH))
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip(f"{title} ({keys})")
        self.toggled.connect(self._tint)
        self._tint()

    def set_height(self, height: int) -> None:
        """Takes another height; where it is small, the word gives way to the icon."""
        word = height >= theme.px(_ROOM_FOR_WORD)
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonTextUnderIcon if word else style.ToolButtonIconOnly)
        self.setFixedSize(theme.px(theme.RAIL_WIDTH) - 2 * theme.S, height)

    def set_dot(self, shown: bool) -> None:
        """Shows or hides the dot."""
        if shown != self._dot:
            self._dot = shown
            self.setAccessibleDescription(self.tr("Something new is here.") if shown else "")
            self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the button and, where something waits, its dot."""
        super().paintEvent(event)
        if self._dot:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(self.width() // 2 + 12, 8, 8, 8)

    @Slot()
    def _tint(self) -> None:
        self.setIcon(icon(self._place.icon, "accent" if self.isChecked() else "muted"))


class Rail(QFrame):
    """Leads from page to page; Ctrl+1 to Ctrl+5 do the same.

    Signals:
        chosen: The name of the page.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "rail")
        self.setFixedWidth(theme.px(theme.RAIL_WIDTH))
        self.buttons: dict[str, RailButton] = {}
        self.settings = IconButton("ph.gear", self.tr("Settings"))
        self.help = IconButton("ph.question", self.tr("Help"))
        self._group = QButtonGroup(self)
        layout = column(space=theme.XS)
        layout.setContentsMargins(theme.S, theme.M, theme.S, theme.M)
        for number, place in enumerate(PLACES, start=1):
            keys = QKeySequence(f"Ctrl+{number}")
            button = RailButton(
                place, self.tr(place.title), keys.toString(QKeySequence.SequenceFormat.NativeText)
            )
            button.setObjectName(place.name)
            shortcut = QShortcut(keys, self)
            shortcut.activated.connect(button.click)
            button.clicked.connect(self._clicked)
            self._group.addButton(button)
            self.buttons[place.name] = button
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addLayout(row(-1, self.settings, self.help, -1, space=0))
        self.setLayout(layout)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Has lower buttons where the window is low."""
        super().resizeEvent(event)
        around = 2 * theme.M + self.settings.sizeHint().height() + theme.S + len(PLACES) * theme.XS
        high = (self.height() - around) // len(PLACES)
        for button in self.buttons.values():
            button.set_height(max(theme.HIT, min(high, theme.px(_HIGH))))

    def minimumSizeHint(self) -> QSize:
        """The rail makes do with what there is."""
        return QSize(theme.px(theme.RAIL_WIDTH), len(PLACES) * theme.HIT + 3 * theme.XL)

    def show_page(self, name: str) -> None:
        """Marks a page as the one that is shown."""
        self.buttons[name].setChecked(True)

    def show_dots(self, names: frozenset[str]) -> None:
        """Shows where something waits."""
        for name, button in self.buttons.items():
            button.set_dot(name in names and not button.isChecked())

    @Slot()
    def _clicked(self) -> None:
        self.chosen.emit(self.sender().objectName())
