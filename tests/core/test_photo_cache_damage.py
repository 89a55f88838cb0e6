"""The photo cache among other processes, without room, and after whatever may befall its files."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.core.cache_help import flip, homes, opened_in, segments, some_photos
from tests.core.folder_help import put, scanned
from workbench.core.data import photo_segments
from workbench.core.data.catalog import Catalog
from workbench.core.data.photo_cache import PhotoCache, small_picture
from workbench.core.images.loader import open_image
from workbench.core.images.preprocessing import PHOTO_SIDE, brought_down
from workbench.core.paths import cache_dir

SCAN = """
import sys
from pathlib import Path
from workbench.core.data import photo_cache
from workbench.core.data.scan import scan
"""


@pytest.fixture
def folder(drawn_pair: Path, tmp_path: Path) -> Path:
    return some_photos(drawn_pair, tmp_path / "photos")


def check_all(folder: Path, expected: Catalog) -> list[str]:
    """Scans again: the same catalog, the right pixels. Returns which files had to be opened for that."""
    with opened_in(folder) as opened:
        assert scanned(folder) == expected
        with PhotoCache(folder) as cache:
            pixels = [cache.photo(sample.path).pixels for sample in expected.samples]
        read = sorted(set(opened))
    for sample, found in zip(expected.samples, pixels, strict=True):
        image = brought_down(open_image(folder / sample.path, short_side=PHOTO_SIDE), PHOTO_SIDE)
        assert np.array_equal(found, np.asarray(image))
    return read


def test_flipped_bits_cost_one_photo_each(folder: Path) -> None:
    catalog = scanned(folder)
    (segment,) = segments()
    picture = small_picture(folder / catalog.samples[0].path, 160)
    flip(segment, 5)
    flip(segment, segment.stat().st_size - 1)
    assert len(set(check_all(folder, catalog))) == 2
    assert check_all(folder, catalog) == []
    assert np.array_equal(small_picture(folder / catalog.samples[0].path, 160), picture)


def test_a_cut_segment_costs_what_it_lost(folder: Path) -> None:
    catalog = scanned(folder)
    (segment,) = segments()
    os.truncate(segment, segment.stat().st_size // 2)
    assert 0 < len(check_all(folder, catalog)) < len(catalog.samples)
    for path in segments():
        path.unlink()
    assert len(check_all(folder, catalog)) == len(catalog.samples)
    assert check_all(folder, catalog) == []


def test_a_garbled_index_is_made_anew(folder: Path) -> None:
    catalog = scanned(folder)
    index = homes()[0] / "index.sqlite"
    for content in (b"", b"SQLite format 3\x00 and no more", os.urandom(20_000), index.read_bytes()[:5000]):
        index.write_bytes(content)
        assert small_picture(folder / catalog.samples[0].path, 50).shape[2] == 3
        assert len(check_all(folder, catalog)) == len(catalog.samples)
        assert check_all(folder, catalog) == []


def test_a_flipped_bit_anywhere_in_the_index_does_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    put(folder, *(f"{name}/{number}.png" for name in ("cat", "dog") for number in range(10)))
    catalog = scanned(folder)
    index = homes()[0] / "index.sqlite"
    whole = index.read_bytes()
    kept = tmp_path / "kept"
    shutil.copytree(homes()[0], kept)
    position = random.Random(0)
    for _ in range(60):
        shutil.rmtree(homes()[0])
        shutil.copytree(kept, cache_dir() / "photos" / index.parent.name)
        flip(index, position.choice([number for number, byte in enumerate(whole) if byte]))
        check_all(folder, catalog)


def test_two_processes_may_scan_at_once(folder: Path) -> None:
    code = SCAN + "photo_cache._COMMITS_A_SECOND = 50\nfor event in scan(Path(sys.argv[1])): pass\n"
    running = [subprocess.Popen([sys.executable, "-c", code, str(folder)]) for _ in range(3)]
    for process in running:
        assert process.wait(120) == 0
    assert len(homes()) == 1
    catalog = scanned(folder)
    assert check_all(folder, catalog) == []


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_a_killed_scan_keeps_what_it_had(folder: Path) -> None:
    code = SCAN + (
        "import os, signal, threading\n"
        "photo_cache._COMMITS_A_SECOND = 1e9\n"
        "put, written = photo_cache.PhotoIndex.put, []\n"
        "def counted(self, rows):\n"
        "    put(self, rows)\n"
        "    written.extend(rows)\n"
        "    if len(written) == 5: os.kill(os.getpid(), signal.SIGKILL)\n"
        "photo_cache.PhotoIndex.put = counted\n"
        "for event in scan(Path(sys.argv[1]), threads=1): pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], check=False, timeout=120)
    assert done.returncode == -9
    with opened_in(folder) as opened:
        catalog = scanned(folder)
    assert len(opened) == len(catalog.samples) - 5
    assert check_all(folder, catalog) == []


def test_photos_beyond_the_budget_are_not_cached(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_segments, "MAX_BYTES", 3 * 256 * 384 * 3)
    catalog = scanned(folder)
    assert len(catalog.samples) == 8
    assert segments()[0].stat().st_size <= photo_segments.MAX_BYTES
    assert 4 <= len(check_all(folder, catalog)) <= 6


def test_the_least_recently_used_folder_makes_room(
    drawn_pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [some_photos(drawn_pair, tmp_path / name) for name in ("one", "two", "three")]
    catalogs = [scanned(folder) for folder in folders[:2]]
    for age, home in enumerate(homes()):
        os.utime(home, (age, age))
    assert check_all(folders[0], catalogs[0]) == []  # used last
    used = sum(photo_segments.used_bytes(home) for home in homes())
    monkeypatch.setattr(photo_segments, "MAX_BYTES", used + 1000)
    third = scanned(folders[2])
    assert len(homes()) == 2
    assert check_all(folders[2], third) == []
    assert check_all(folders[0], catalogs[0]) == []


def test_what_is_left_of_changed_photos_does_not_pile_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.core.data.photo_cache._DEAD_BYTES", 50_000)
    put(tmp_path, *(f"{name}/{number}.png" for name in ("cat", "dog") for number in range(40)))
    for time in range(1, 12):
        for path in tmp_path.rglob("*.png"):
            os.utime(path, (time, time))
        scanned(tmp_path)
    assert sum(path.stat().st_size for path in segments()) < 7 * 80 * 144
    assert check_all(tmp_path, scanned(tmp_path)) == []


def test_without_a_cache_folder_everything_works(folder: Path) -> None:
    (cache_dir() / "photos").write_text("in the way")
    catalog = scanned(folder)
    assert len(check_all(folder, catalog)) == len(catalog.samples)
    assert small_picture(folder / catalog.samples[0].path, 50).shape[2] == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file sizes")
def test_a_full_disk_is_no_obstacle(folder: Path) -> None:
    code = SCAN + (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))\n"
        "job = scan(Path(sys.argv[1]))\n"
        "while True:\n"
        "    try: next(job)\n"
        "    except StopIteration as end: print(len(end.value.samples)); break\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.split() == ["8"]
    with opened_in(folder) as opened:
        catalog = scanned(folder)
    assert len(opened) == 6  # two fitted
    assert check_all(folder, catalog) == []
