"""The tokens of the look, light and dark, and the palette that is made from them.

Nothing else in the window holds a colour or a size. A widget that paints itself asks `tokens()`
each time it paints, and paints again by itself when the theme changes (Qt sends `PaletteChange`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from workbench.ui.style.stylesheet import stylesheet

Choice = Literal["system", "light", "dark"]


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as `#RRGGBB`.

    Attributes:
        canvas: The window.
        surface: Cards, lists, plots.
        raised: Menus, tips, the drop target.
        line: Hairlines, 1 px, sparingly.
        text, muted: Body and secondary text.
        accent, on_accent, accent_hover: The one primary action, selection, the training curve.
        second: The validation curve.
        good, warn, bad: Always with an icon and a word, never colour alone.
        hover, selected: Backgrounds of what the pointer is over and of what is chosen.
        skeleton: Where something will be that is still loading.
        handle: What a scroll bar is held by.
    """

    canvas: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_hover: str
    second: str
    good: str
    warn: str
    bad: str
    hover: str
    selected: str
    skeleton: str
    handle: str


LIGHT = Tokens(
    canvas="#F6F7F9",
    surface="#FFFFFF",
    raised="#FFFFFF",
    line="#E1E5EA",
    text="#1A1F26",
    muted="#5A6573",
    accent="#2B6BE6",
    on_accent="#FFFFFF",
    accent_hover="#1F59C9",
    second="#C2620A",
    good="#12806A",
    warn="#9A5B00",
    bad="#B83A1B",
    hover="#EDF0F4",
    selected="#E6EEFD",
    skeleton="#EBEEF2",
    handle="#B4BDC8",
)
DARK = Tokens(
    canvas="#14171B",
    surface="#1C2026",
    raised="#242A31",
    line="#313842",
    text="#E8EBEF",
    muted="#9BA6B3",
    accent="#74A5FF",
    on_accent="#0D1A30",
    accent_hover="#92B8FF",
    second="#F0A04B",
    good="#3FBFA3",
    warn="#E5B04C",
    bad="#F08A6B",
    hover="#262D35",
    selected="#22324F",
    skeleton="#262C34",
    handle="#4A5462",
)

CLASS_COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
"""For classes, to be told apart by those who see red and green alike (Okabe & Ito, Color Universal Design,
2008); from the eighth class on another shape is drawn in the same colours."""
MORE_CONTRAST = {
    LIGHT.canvas: replace(
        LIGHT, canvas="#FFFFFF", line="#7A8593", muted="#2C343E", accent="#1648AE", accent_hover="#0F3A92"
    ),
    DARK.canvas: replace(
        DARK, canvas="#000000", surface="#0B0D10", line="#8C97A5", muted="#D3DAE2", accent="#A9C8FF"
    ),
}
_BY_CANVAS = {each.canvas: each for each in (LIGHT, DARK, *MORE_CONTRAST.values())}

BODY, CAPTION = 13, 11
"""Type sizes where the system's font is of the usual size, px; the others stand in the style sheet."""
LARGEST_SCALE = 2.0
"""Words grow with the system's font up to here: from there on nothing would fit beside anything."""
XS, S, M, L, XL = 4, 8, 16, 24, 40
"""The steps of space, in px."""
CARD_RADIUS, CONTROL_RADIUS, HIT = 8, 6, 32
RAIL_WIDTH, PAGE_WIDTH, MINIMUM_SIZE = 88, 1200, (800, 500)


def tokens() -> Tokens:
    """The tokens of the theme in use."""
    return _BY_CANVAS.get(QApplication.palette().color(QPalette.ColorRole.Window).name().upper(), LIGHT)


def colour(name: str) -> QColor:
    """A token of the theme in use as a Qt colour."""
    return QColor(getattr(tokens(), name))


def class_colour(number: int) -> QColor:
    """The colour of a class by its number; of seven, after which they come again."""
    return QColor(CLASS_COLOURS[number % len(CLASS_COLOURS)])


def is_dark() -> bool:
    """Whether the theme in use is dark, with more contrast or without."""
    return tokens() in (DARK, MORE_CONTRAST[DARK.canvas])


def px(size: float) -> int:
    """A size that holds words, in px, grown as the system's font is larger than the usual one."""
    return round(size * max(QApplication.font().pixelSize(), BODY) / BODY)


def caption() -> int:
    """Type size of captions, px."""
    return px(CAPTION)


def readable_on(red: int, green: int, blue: int) -> QColor:
    """Black or white, whichever stands out more from a colour: never by less than 4.5 : 1 (WCAG 2.2)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (red / 255, green / 255, blue / 255)
    ]
    luminance = sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return QColor("#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF")


def motion(widget: QWidget) -> int:
    """How long something may move, in ms; 0 where the system asks for less motion."""
    asked = widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget)
    return 150 if asked > 0 else 0


class Theme(QObject):
    """Gives the application its colours and follows the system's light and dark."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.choice: Choice = "system"
        self.more_contrast = False
        app.setStyle("Fusion")
        app.setFont(_ui_font(_system_font()))
        app.styleHints().colorSchemeChanged.connect(self._follow)

    def choose(self, choice: Choice) -> None:
        """Takes a theme: the system's, light or dark."""
        self.choice = choice
        hints = self._app.styleHints()
        if choice == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
        self._apply()

    def set_more_contrast(self, more: bool) -> None:
        """Draws lines and words stronger, for those who see little of the usual ones."""
        self.more_contrast = more
        self._apply()

    @Slot()
    def _follow(self) -> None:
        if self.choice == "system":
            self._apply()

    def _apply(self) -> None:
        dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        chosen = DARK if self.choice == "dark" or (self.choice == "system" and dark) else LIGHT
        dark = chosen is DARK
        chosen = MORE_CONTRAST[chosen.canvas] if self.more_contrast else chosen
        self._app.setPalette(_palette(chosen))
        self._app.setStyleSheet(stylesheet(asdict(chosen), px, dark=dark))


def _system_font() -> QFont:
    """The font that the person has chosen for windows."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if QGuiApplication.platformName() in ("offscreen", "minimal"):  # nobody has chosen one
        font.setPixelSize(BODY)
    return font


def _ui_font(chosen: QFont) -> QFont:
    """The window's font: the system's, in its size where that is larger than the usual one."""
    font = QFont(chosen)
    size = min(max(QFontInfo(chosen).pixelSize(), BODY), round(LARGEST_SCALE * BODY))
    font.setPixelSize(size)
    font.setFeature(QFont.Tag("tnum"), 1)  # figures of one width, so that counters do not dance
    return font


def _palette(colours: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, value in (
        ((role.Window, role.AlternateBase), colours.canvas),
        ((role.Base, role.Button), colours.surface),
        ((role.ToolTipBase,), colours.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), colours.text),
        ((role.PlaceholderText,), colours.muted),
        ((role.Highlight, role.Accent, role.Link), colours.accent),
        ((role.HighlightedText,), colours.on_accent),
        ((role.Light, role.Midlight, role.Mid), colours.line),
        ((role.Dark, role.Shadow), colours.muted),
    ):
        for each in roles:
            palette.setColor(each, QColor(value))
    for each in (role.WindowText, role.Text, role.ButtonText):
        faint = QColor(colours.muted)
        faint.setAlpha(150)
        palette.setColor(QPalette.ColorGroup.Disabled, each, faint)
    return palette
