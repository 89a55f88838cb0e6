from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import files
from workbench.core.errors import Stopped
from workbench.ui.parts.drop import keep_image, photos_under
from workbench.ui.parts.mime import image_in, local_paths


def test_only_files_of_this_computer_count(tmp_path: Path) -> None:
    mime = files(
        tmp_path, tmp_path, "https://example.org/a.jpg", "file://elsewhere/share/a.jpg", "mailto:a@b.c"
    )
    assert local_paths(mime) == [tmp_path]


@pytest.mark.parametrize(
    "name", ["plain.jpg", "per%cent #1.jpg", "quo\"te's.jpg", "日本語 🐝.jpg", "e\u0301.jpg"]
)
def test_names_come_through_unchanged(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert local_paths(files(tmp_path / name)) == [tmp_path / name]


def test_anything_can_be_dropped(qapp: QApplication) -> None:
    chance = random.Random(1)
    formats = ["text/uri-list", "text/plain", "text/html", "image/png", "application/x-qt-image", "x/y"]
    for _ in range(2000):
        mime = QMimeData()
        for name in chance.sample(formats, chance.randint(0, 4)):
            mime.setData(name, QByteArray(chance.randbytes(chance.randint(0, 60))))
        assert all(path.is_absolute() for path in local_paths(mime))
        image_in(mime)


def test_a_picture_is_found_and_kept(qapp: QApplication) -> None:
    picture = QImage(20, 10, QImage.Format.Format_RGB32)
    picture.fill(QColor("orange"))
    mime = QMimeData()
    assert image_in(mime) is None
    mime.setImageData(picture)
    found = image_in(mime)
    assert found is not None
    kept = keep_image(found)
    assert QImage(str(kept)).size() == picture.size()
    week_ago = time.time() - 8 * 24 * 3600
    os.utime(kept, (week_ago, week_ago))
    newer = keep_image(found)
    assert not kept.exists()
    assert newer.exists()


def test_photos_are_found_at_any_depth(tmp_path: Path) -> None:
    for name in ("b.JPG", "a/c.png", "a/notes.txt", "a/._c.png", "a/deep/er/d.webp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "a" / "bare").write_bytes(b"\xff\xd8\xff\xe0")  # a JPEG, though its name does not say so
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    found = photos_under([tmp_path])
    assert [str(path.relative_to(tmp_path)) for path in found] == [
        "a/bare",
        "a/c.png",
        "a/deep/er/d.webp",
        "b.JPG",
    ]
    assert photos_under([tmp_path / "a" / "notes.txt"]) == [tmp_path / "a" / "notes.txt"]


def test_a_huge_folder_is_taken_whole(tmp_path: Path) -> None:
    for number in range(2100):
        (tmp_path / f"{number:05}.jpg").touch()
    assert len(photos_under([tmp_path])) == 2100


def test_looking_through_a_folder_can_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        photos_under([tmp_path], lambda: True)


def test_an_address_is_no_picture(qapp: QApplication) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.jpg")])
    mime.setText("https://example.org/cat.jpg")
    assert local_paths(mime) == []
    assert image_in(mime) is None
