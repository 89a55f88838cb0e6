"""The program's icon, drawn from resources/workbench.svg in every form that a system asks for."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def draw(drawing: Path, folder: Path) -> None:
    """Writes `workbench-SIDE.png` for each size, `workbench.ico` and `workbench.icns`.

    Raises:
        ValueError: The drawing cannot be read.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(str(drawing))
    if not renderer.isValid():
        raise ValueError(f"{drawing} cannot be read")
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for side in SIZES:
        image = QImage(side, side, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        file = folder / f"workbench-{side}.png"
        image.save(str(file))
        pictures.append(Image.open(file))
    largest = pictures[-1]
    largest.save(folder / "workbench.ico", sizes=[(side, side) for side in SIZES if side <= 256])
    largest.save(folder / "workbench.icns", append_images=pictures[:-1])
    for picture in pictures:
        picture.close()
    del application
