from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

import workbench.ui
from workbench.ui.style import theme
from workbench.ui.style.icons import icon

SOURCES = [path.read_text(encoding="utf-8") for path in Path(workbench.ui.__file__).parent.rglob("*.py")]
NAMES = sorted({name for source in SOURCES for name in re.findall(r'"(ph\.[a-z-]+)"', source)})


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_in_use_is_there_in_its_colour(name: str, qapp: QApplication) -> None:
    theme.Theme(qapp).choose("light")
    picture = icon(name, "accent").pixmap(32, 32).toImage()
    pixels = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    strongest, accent = max(pixels, key=QColor.alpha), QColor(theme.LIGHT.accent)
    assert strongest.alpha() > 128
    assert abs(strongest.blue() - accent.blue()) + abs(strongest.red() - accent.red()) < 16
    assert min(pixels, key=QColor.alpha).alpha() == 0


def test_a_name_that_the_font_lacks_is_no_icon(qapp: QApplication) -> None:
    with pytest.raises(Exception, match="no-such-thing"):
        icon("ph.no-such-thing").pixmap(32, 32)
