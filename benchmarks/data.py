"""The photos that contestants learn from and are held against, laid out the same for all."""

from __future__ import annotations

import colorsys
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.clock import drain
from workbench.core.data.scan import scan
from workbench.core.data.split import make_split

_PHOTOS_PER_CLASS = 5
_LARGE = 1200  # pixels
_SPLIT_NAMES = {"training": "train", "validation": "val"}


def default_folder() -> Path:
    """Where the data lies if nobody says: `WORKBENCH_TEST_DATA`, or beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("WORKBENCH_TEST_DATA", beside))


def ants_bees(data: Path, scratch: Path) -> dict[str, Any]:
    """Comes divided into `train` and `val`."""
    return {"folder": str(data / "ants_bees")}


def sign_digits(data: Path, scratch: Path) -> dict[str, Any]:
    """Divided as this program divides it, and written out, so that everybody has the same split."""
    catalog = drain(scan(data / "sign_digits"))
    split = make_split(catalog, validation_fraction=0.2, seed=0)
    for subset, name in _SPLIT_NAMES.items():
        for sample in getattr(split, subset):
            place = scratch / name / catalog.name_of(sample.class_id) / Path(sample.path).name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(data / "sign_digits" / sample.path, place)
    return {"folder": str(scratch)}


def cifar10(data: Path, scratch: Path) -> dict[str, Any]:
    """Unpacked: 50,000 photos in `train`, 10,000 in `test`."""
    with zipfile.ZipFile(data / "cifar10.zip") as archive:
        archive.extractall(scratch)
    return {"folder": str(scratch)}


def few_of_cifar10(data: Path, scratch: Path, each: int = 90) -> dict[str, Any]:
    """Some of the test photos of CIFAR-10, as many of each class."""
    with zipfile.ZipFile(data / "cifar10.zip") as archive:
        taken: dict[str, int] = {}
        for name in sorted(archive.namelist()):
            _, _, label = name.rpartition("/")[0].rpartition("/")
            if name.startswith("test/") and name.endswith(".jpg") and taken.get(label, 0) < each:
                taken[label] = taken.get(label, 0) + 1
                archive.extract(name, scratch)
    return {"folder": str(scratch / "test")}


def some_of_cifar10(data: Path, scratch: Path) -> dict[str, Any]:
    """600 test photos of CIFAR-10."""
    return few_of_cifar10(data, scratch, 60)


def some_of_sign_digits(data: Path, scratch: Path, each: int = 60) -> dict[str, Any]:
    """The first of each class."""
    for folder in sorted((data / "sign_digits").iterdir()):
        place = scratch / folder.name
        place.mkdir()
        for path in sorted(folder.iterdir())[:each]:
            shutil.copyfile(path, place / path.name)
    return {"folder": str(scratch)}


def small_objects(data: Path, scratch: Path, share: int = 3) -> dict[str, Any]:
    """Composed: each photo of ants_bees, its long side a third of 1,200 px, anywhere on another photo."""
    random = np.random.default_rng(0)
    others = sorted((data / "imagenet_200").glob("*.JPEG"))
    for path in sorted((data / "ants_bees").rglob("*.jpg")):
        whole = _resized(others[random.integers(len(others))], _LARGE)
        part = _resized(path, _LARGE // share)
        left, top = (
            int(random.integers(room - size + 1)) for room, size in zip(whole.size, part.size, strict=True)
        )
        whole.paste(part, (left, top))
        place = scratch / path.parent.name / path.name
        place.parent.mkdir(exist_ok=True)
        whole.save(place, quality=92)
    return {"folder": str(scratch)}


def smaller_objects(data: Path, scratch: Path) -> dict[str, Any]:
    """As `small_objects`, but a sixth."""
    return small_objects(data, scratch, 6)


def _resized(path: Path, side: int) -> Image.Image:
    """A photo whose long side is `side` pixels."""
    with Image.open(path) as photo:
        factor = side / max(photo.size)
        size = (round(photo.width * factor), round(photo.height * factor))
        return photo.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def small_photos(data: Path, scratch: Path, count: int = 5000) -> dict[str, Any]:
    """The first `count` test photos of CIFAR-10, 32 px, in one folder, and ants_bees to learn from."""
    photos = scratch / "photos"
    photos.mkdir()
    with zipfile.ZipFile(data / "cifar10.zip") as archive:
        names = sorted(
            name for name in archive.namelist() if name.startswith("test/") and name.endswith(".jpg")
        )
        for number, name in enumerate(names[:: max(1, len(names) // count)][:count]):
            (photos / f"{number:05}.jpg").write_bytes(archive.read(name))
    return {"photos": str(photos), "folder": str(data / "ants_bees")}


def many_classes(data: Path, scratch: Path, classes: int = 1000) -> dict[str, Any]:
    """Drawn: plain coloured pictures of 64 px, a few of each class."""
    random = np.random.default_rng(0)
    for index in range(classes):
        colour = 255 * np.array(colorsys.hsv_to_rgb(index / classes, 1.0, 0.8))
        place = scratch / f"class {index:04}"
        place.mkdir()
        for number in range(_PHOTOS_PER_CLASS):
            pixels = colour + random.normal(0, 30, (64, 64, 3))
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(place / f"{number}.png")
    return {"folder": str(scratch)}


def held_out(data: Path, scratch: Path, classes: int, count: int = 10_000) -> dict[str, Any]:
    """Drawn: noise of 32 px, so many photos, as many of each class."""
    random = np.random.default_rng(0)
    for number in range(count):
        place = scratch / "photos" / f"class {number % classes:04}"
        place.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(place / f"{number}.png", compress_level=0)
    return {"folder": str(scratch / "photos")}


def many_and_few(data: Path, scratch: Path) -> dict[str, Any]:
    """CIFAR-10's 10,000 test photos, and ants_bees."""
    return {"many": f"{cifar10(data, scratch)['folder']}/test", "few": str(data / "ants_bees")}


def very_many(data: Path, scratch: Path, count: int = 20_000, side: int = 192) -> dict[str, Any]:
    """The first photos of CIFAR-10, enlarged, as `CLASS/NUMBER.jpg`."""
    with zipfile.ZipFile(data / "cifar10.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        for number, name in enumerate(names[:: len(names) // count][:count]):
            place = scratch / "photos" / name.rpartition("/")[0].rpartition("/")[2] / f"{number:05}.jpg"
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as file, Image.open(file) as image:
                image.resize((side, side), Image.Resampling.BICUBIC).save(place, quality=85)
    return {"folder": str(scratch / "photos")}
