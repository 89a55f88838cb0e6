"""The store of decoded pixels: equal to the recipe, quick, and gone when closed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import pytest
from PIL import Image

from tests.catalogs import sample_at
from workbench.core.data import pixels
from workbench.core.data.catalog import Roots, Sample
from workbench.core.data.pixels import PixelStore
from workbench.core.errors import ResourceError, Stopped
from workbench.core.events import Progress
from workbench.core.files import sha256_of
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import StopRequested, never
from workbench.core.messages import Message
from workbench.core.paths import cache_dir

HALF = (0.5, 0.5, 0.5)
LARGE = Preprocessing(72, 64, 3, HALF, HALF, "bicubic")
SMALL = Preprocessing(32, 32, 3, HALF, HALF, "bilinear")
GREY = Preprocessing(72, 64, 1, (0.5,), (0.5,), "bilinear")


def built(
    folder: Path, samples: list[Sample], recipe: Preprocessing, stop: StopRequested = never
) -> tuple[PixelStore, list[Progress]]:
    job, events = PixelStore.build(Roots.of(folder), samples, recipe, stop=stop, threads=2), []
    while True:
        try:
            events.append(next(job))
        except StopIteration as end:
            return end.value, events


class Photos(NamedTuple):
    folder: Path
    samples: list[Sample]


@pytest.fixture
def photos(drawn_pair: Path, tmp_path: Path) -> Photos:
    samples = []
    for number, path in enumerate(sorted((drawn_pair / "val" / "leaves").glob("*.jpg"))[:12]):
        shutil.copyfile(path, tmp_path / f"{number}.jpg")
        with Image.open(path) as image:
            samples.append(sample_at(f"{number}.jpg", "a", "", sha256_of(path), *image.size))
    return Photos(tmp_path, samples)


@pytest.mark.parametrize("recipe", [LARGE, SMALL, GREY], ids=["large", "small", "grey"])
def test_crops_are_what_the_recipe_gives(photos: Photos, recipe: Preprocessing) -> None:
    store, events = built(*photos, recipe)
    with store:
        wanted = [3, 0, 11, 3]
        crops = store.crops(wanted)
        assert len(store) == 12
        assert crops.dtype == np.uint8
        assert crops.flags.writeable
        for crop, index in zip(crops, wanted, strict=True):
            assert np.array_equal(crop, recipe.load(photos.folder / f"{index}.jpg"))
        assert store.crops([]).shape == (0, recipe.crop, recipe.crop, recipe.channels)
    assert events[-1] == Progress("decode", 12, 12, Message("preparing_photos"))


def test_one_shape_for_all_is_gathered_alike(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (20, 32, 32, 3), np.uint8)
    for number, values in enumerate(noise):
        Image.fromarray(values).save(tmp_path / f"{number}.png")
    samples = [
        sample_at(f"{number}.png", "a", digest=sha256_of(tmp_path / f"{number}.png")) for number in range(20)
    ]
    wanted = np.array([5, 5, 19, 0])
    with built(tmp_path, samples, SMALL)[0] as store:
        assert np.array_equal(store.crops(wanted), noise[wanted])
    wide = Preprocessing(40, 32, 3, HALF, HALF, "bilinear")
    with built(tmp_path, samples, wide)[0] as store:
        for crop, index in zip(store.crops(wanted), wanted, strict=True):
            assert np.array_equal(crop, wide.load(tmp_path / f"{index}.png"))


@pytest.mark.parametrize("recipe", [LARGE, SMALL, GREY], ids=["large", "small", "grey"])
def test_random_crops_are_pillows(photos: Photos, recipe: Preprocessing) -> None:
    random = np.random.default_rng(0)
    sides = random.uniform(0.2, 1, (30, 2))
    boxes = np.hstack([random.uniform(0, 1, (30, 2)) * (1 - sides), sides])
    wanted = random.integers(0, 12, 30)
    with built(*photos, recipe)[0] as store:
        found = store.random_crops(wanted, boxes)
        for crop, index, (top, left, height, width) in zip(found, wanted, boxes, strict=True):
            stored = store.stored(index)
            rows, columns = stored.shape[:2]
            box = (left * columns, top * rows, (left + width) * columns, (top + height) * rows)
            whole = Image.fromarray(stored.squeeze())
            method = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
            expected = whole.resize((recipe.crop, recipe.crop), method[recipe.interpolation], box=box)
            difference = np.abs(crop.squeeze().astype(int) - np.asarray(expected, int))
            # At the box's edge the reference looks beyond it. Inside, Pillow may take rows before
            # columns or columns before rows, which rounds differently.
            edge = recipe.crop // 5
            assert difference[edge:-edge, edge:-edge].max() <= 8
            assert difference[edge:-edge, edge:-edge].mean() < 0.4
            assert difference.mean() < 3


def test_boxes_at_the_edges_work(photos: Photos) -> None:
    boxes = np.array(
        [
            [0, 0, 1, 1],
            [1, 1, 0, 0],
            [0, 0, 0, 0],
            [0.9999, 0, 0.0001, 1],
            [0.5, 0.5, 0.5, 0.5],
            [0, 0.7, 1, 0.3],
        ]
    )
    with built(*photos, LARGE)[0] as store:
        whole = store.random_crops([0] * 6, boxes)
        assert whole.shape == (6, 64, 64, 3)
        corner = store.stored(0)[-1, -1].astype(int)
        assert np.abs(whole[1].astype(int) - corner).max() <= 2


def test_the_whole_of_a_fitting_image_is_itself(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (32, 32, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    sample = sample_at("a.png", "a", digest=sha256_of(tmp_path / "a.png"))
    with built(tmp_path, [sample], SMALL)[0] as store:
        assert np.array_equal(store.random_crops([0], np.array([[0.0, 0.0, 1.0, 1.0]]))[0], noise)


@pytest.mark.parametrize("recipe", [LARGE, replace(LARGE, decode=256)], ids=["files", "cache"])
def test_a_file_that_vanished_broke_or_was_exchanged_is_lost_and_the_rest_is_there(
    photos: Photos, recipe: Preprocessing
) -> None:
    (photos.folder / "2.jpg").unlink()
    (photos.folder / "5.jpg").write_bytes((photos.folder / "5.jpg").read_bytes()[:3000])
    shutil.copyfile(photos.folder / "8.jpg", photos.folder / "7.jpg")
    with built(*photos, recipe)[0] as store:
        assert [(index, why.title) for index, why in store.lost] == [
            (2, "“2.jpg” is not there any more."),
            (5, "“5.jpg” is damaged or was cut off."),
            (7, "“7.jpg” was changed after its folder was read, so it is left out."),
        ]
        assert store.shapes[2].tolist() == [0, 0]
        with pytest.raises(IndexError, match="sample 2 was lost"):
            store.crops([1, 2])
        assert np.array_equal(store.crops([11])[0], recipe.load(photos.folder / "11.jpg"))


def test_a_store_without_a_photo(tmp_path: Path) -> None:
    with built(tmp_path, [sample_at("gone.jpg", "a")], LARGE)[0] as store:
        assert len(store.lost) == 1
        assert store.nbytes == 0
    with built(tmp_path, [], LARGE)[0] as store:
        assert len(store) == 0


def test_threads_may_read_together(photos: Photos) -> None:
    random = np.random.default_rng(1)
    boxes = np.tile([0.1, 0.2, 0.5, 0.6], (40, 1))
    wanted = random.integers(0, 12, 40)
    with built(*photos, LARGE)[0] as store:
        alone = store.random_crops(wanted, boxes)
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(lambda _: store.random_crops(wanted, boxes), range(12)):
                assert np.array_equal(found, alone)


def test_nothing_is_left_in_the_cache(photos: Photos) -> None:
    store, _ = built(*photos, LARGE)
    store.close()
    store.close()
    assert list(cache_dir().glob("pixels-*")) == []
    job = PixelStore.build(Roots.of(photos.folder), photos.samples, LARGE)
    next(job)
    job.close()
    assert list(cache_dir().glob("pixels-*")) == []
    with pytest.raises(Stopped):
        built(*photos, LARGE, stop=lambda: True)
    assert list(cache_dir().glob("pixels-*")) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes the file when the process has ended")
def test_a_killed_program_leaves_nothing(photos: Photos) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from workbench.core.data.catalog import Roots, Sample\n"
        "from workbench.core.data.pixels import PixelStore\n"
        "from workbench.core.images.preprocessing import Preprocessing\n"
        "recipe = Preprocessing(32, 32, 3, (.5,) * 3, (.5,) * 3, 'bilinear')\n"
        "samples = [Sample('0.jpg', '0.jpg', 'a', '', '', 9, 9)] * 99\n"
        "job = PixelStore.build(Roots.of(Path(sys.argv[1])), samples, recipe)\n"
        "next(job)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(photos.folder)], check=False, timeout=120)
    assert done.returncode == -9
    assert list(cache_dir().glob("pixels-*")) == []


def test_too_little_room_is_said_before_decoding(photos: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 10**9, 10**8))
    with pytest.raises(ResourceError, match="too little room"):
        next(PixelStore.build(Roots.of(photos.folder), photos.samples, LARGE))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_up_is_said(photos: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full").open("wb")  # noqa: SIM115 - the store closes it
    monkeypatch.setattr("workbench.core.paths.tempfile.TemporaryFile", lambda **_: full)
    with pytest.raises(ResourceError, match="too little room"):
        built(*photos, LARGE)
    assert full.closed


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much of a file is in memory")
def test_reading_many_photos_does_not_fill_the_memory(
    photos: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Preprocessing(512, 448, 3, HALF, HALF, "bicubic")

    def resident() -> int:
        return int(psutil.Process().memory_info().shared)  # pages of files

    with built(*photos, recipe)[0] as store:
        everything = np.arange(len(store))
        size = store.nbytes
        before = resident()
        expected = store.crops(everything)
        assert resident() > before + size // 2
        monkeypatch.setattr(pixels, "_RESIDENT_BYTES", size // 12)
        for index in everything:
            assert np.array_equal(store.crops([index])[0], expected[index])
        assert resident() < before + size // 3
