"""Every page starts by itself: `python -m workbench.ui.alone NAME`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from workbench.ui.frame.places import PLACES
from workbench.ui.style import theme

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("name", "dark"), [*((place.name, False) for place in PLACES), (PLACES[0].name, True)]
)
def test_a_page_is_shown_by_itself(name: str, dark: bool, tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    command = [sys.executable, "-m", "workbench.ui.alone", name, "--picture", str(file)]
    done = subprocess.run([*command, *(["--dark"] if dark else [])], capture_output=True, text=True)
    # The display for tests says that it cannot pass on how large a window should be.
    complaints = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (done.returncode, done.stdout, complaints) == (0, "", [])
    seen = QImage(str(file))
    assert (seen.width(), seen.height()) == (1100, 700)
    tokens = theme.DARK if dark else theme.LIGHT
    assert seen.pixelColor(2, 2).name().upper() == tokens.canvas
    colours = {seen.pixel(x, y) for x in range(0, 1100, 7) for y in range(0, 700, 3)}
    assert len(colours) > 20, "nothing is drawn on it"
