"""The icons, from the Phosphor font that comes with QtAwesome.

QtAwesome goes through qtpy, which touches every class that Qt has, and then reads all of its dozen fonts:
together that takes longer than all else before the first paint. So it is given Qt itself, and one font.
"""

from __future__ import annotations

import functools
import sys

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtGui import QIcon

from workbench.ui.style import theme

for _module in (QtCore, QtGui, QtWidgets):
    sys.modules.setdefault(_module.__name__.replace("PySide6", "qtpy"), _module)

import qtawesome  # noqa: E402 - after qtpy's place has been taken

_PREFIX = "ph"


@functools.cache
def _font() -> qtawesome.IconicFont:
    return qtawesome.IconicFont(next(font for font in qtawesome._BUNDLED_FONTS if font[0] == _PREFIX))


def icon(name: str, colour: str = "text") -> QIcon:
    """An icon of the Phosphor set (`ph.image`) in a token of the theme in use, faint where disabled."""
    made: QIcon = _font().icon(name, color=theme.colour(colour), color_disabled=theme.colour("muted"))
    return made
