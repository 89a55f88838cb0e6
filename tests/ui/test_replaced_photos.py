"""A photo was replaced by another of the same name: the picture beside an answer is the one asked about."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from tests.ui.conftest import PATIENCE_MS
from workbench.core.files import stamp_of
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session


def paint(path: Path, colour: str) -> PhotoKey:
    Image.new("RGB", (40, 30), colour).save(path)
    return PhotoKey(str(path), stamp_of(path))


def red_of(session: Session, photo: PhotoKey, qtbot: QtBot) -> int:
    qtbot.waitUntil(lambda: session.thumbnails.get(photo, 64) is not None, timeout=PATIENCE_MS)
    picture = session.thumbnails.get(photo, 64)
    assert picture is not None
    return picture.pixelColor(5, 5).red()


def test_the_new_photo_is_shown_and_the_old_one_stays_what_it_was(
    session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "insect.png"
    old = paint(path, "red")
    assert red_of(session, old, qtbot) > 200
    new = paint(path, "blue")
    assert old != new
    assert red_of(session, new, qtbot) < 50
    assert red_of(session, old, qtbot) > 200


def test_a_photo_that_is_gone_shows_nothing_instead_of_what_took_its_name(
    session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "insect.png"
    old = paint(path, "red")
    new = paint(path, "blue")
    session.thumbnails.request([old], 64)
    assert red_of(session, new, qtbot) < 50
    assert session.thumbnails.get(old, 64) is None


def test_a_folder_that_is_read_again_shows_the_new_photo(
    opened: Session, image_folder: Path, qtbot: QtBot
) -> None:
    def first() -> PhotoKey:
        catalog = opened.state.folders.catalog
        assert catalog is not None
        return PhotoKey.of(catalog, catalog.samples[0])

    before = first()
    assert red_of(opened, before, qtbot) > 200
    path = Path(before.path)
    status = path.stat()
    Image.new("RGB", (64, 48), "blue").save(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    opened.folders.open(image_folder)
    qtbot.waitUntil(lambda: first() != before, timeout=PATIENCE_MS)
    assert red_of(opened, first(), qtbot) < 50


def test_another_stamp_for_another_file(tmp_path: Path) -> None:
    one = paint(tmp_path / "a.png", "red")
    two = paint(tmp_path / "a.png", "blue")
    assert one.stamp
    assert one.stamp != two.stamp
    assert stamp_of(tmp_path / "gone.png") == ""
    assert PhotoKey("a", "0" * 64).is_of("whatever")
