"""Large photos into the cache against Pillow's default path, and what scaled decoding costs."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from benchmarks.clock import Clock, drain, photos_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.data.scan import scan
from workbench.core.images.loader import open_image
from workbench.core.images.preprocessing import PHOTO_SIDE
from workbench.core.jobs import never
from workbench.core.threads import in_threads, thread_count

_LARGE = (4000, 3000)
_SIDES = (600, 1200, 2400)  # are decoded at 1/2, 1/4 and 1/8
_QUALITY = 90
_ORIENTATIONS = (1, 6, 3, 8)
_NOISE = 4.0  # standard deviation, of 255
_BATCH = 25


def large_photos(data: Path, scratch: Path, count: int = 40) -> dict[str, Any]:
    """Photos of ants_bees, enlarged to 12 megapixels; three of four lie on their side or head.

    Noise gives the files the weight of a camera's, which costs the decoder as much as they do.
    """
    sources = photos_of(data / "ants_bees" / "val")
    step = len(sources) / count

    def enlarge(number: int) -> None:
        source = sources[int(number * step)]
        place = scratch / source.parent.name / f"{number:02}.jpg"
        place.parent.mkdir(exist_ok=True)
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = _ORIENTATIONS[number % len(_ORIENTATIONS)]
        with Image.open(source) as image:
            large = image.convert("RGB").resize(_LARGE, Image.Resampling.BICUBIC)
        _noisy(large, number).save(place, quality=_QUALITY, exif=exif)

    with ThreadPoolExecutor(thread_count()) as pool:
        list(pool.map(enlarge, range(count)))
    return {"photos": str(scratch)}


def into_cache(photos: str) -> dict[str, Any]:
    """Scans a folder: decoded, turned upright, brought down, hashed and written into an empty cache."""
    clock = Clock()
    catalog = drain(scan(Path(photos)))
    clock.mark("scanned")
    return clock.results(photos=len(catalog.samples), threads=thread_count())


def from_cache(photos: str) -> dict[str, Any]:
    """Scans it a second time, when nothing has changed."""
    drain(scan(Path(photos)))
    return into_cache(photos)


def pillow(photos: str) -> dict[str, Any]:
    """Opens, converts and resizes as most programs do, in as many threads, and keeps nothing."""
    clock = Clock()
    paths = photos_of(Path(photos))
    for _ in in_threads(_as_usual, paths, stop=never):
        pass
    clock.mark("decoded")
    return clock.results(photos=len(paths), threads=thread_count())


def labelled_photos(data: Path, scratch: Path) -> dict[str, Any]:
    """One photo of every fifth ImageNet class, enlarged so that each is decoded at 1/2, 1/4 or 1/8."""
    with (data / "imagenet_200" / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    def enlarge(row: dict[str, str], side: int) -> None:
        with Image.open(data / "imagenet_200" / row["file"]) as image:
            width, height = (round(length * side / min(image.size)) for length in image.size)
            large = image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
        large.save(scratch / f"{row['class_index']}.jpg", quality=_QUALITY)

    with ThreadPoolExecutor(thread_count()) as pool:
        list(pool.map(enlarge, rows, cycle(_SIDES)))
    return {"photos": str(scratch)}


def scaled_against_full(photos: str, architecture: str = "efficientnet_lite0") -> dict[str, Any]:
    """The same ImageNet model on the same files, decoded at a fraction of their size and wholly.

    The photos were enlarged before, so they lack the finest detail of a large sensor.

    Args:
        photos: Files called `CLASS_INDEX.jpg`.
        architecture: Its pretrained weights are used as they are, with their own head.
    """
    import torch

    from workbench.core.architectures.architecture_rows import architecture_of
    from workbench.core.architectures.build import build
    from workbench.core.config.training_config import TrainingConfig
    from workbench.core.tensors import as_tensor
    from workbench.core.weights.store import apply, fetch

    row = architecture_of(architecture)
    config = TrainingConfig(mode="transfer", architecture=architecture)
    recipe = preprocessing_for(row, config)
    model = build(
        row, classes=1000, channels=3, input_size=recipe.crop, dropout=0.0, design=config.design
    ).eval()
    apply(model, row, drain(fetch(row)))
    paths = sorted(Path(photos).glob("*.jpg"))
    truth = np.array([int(path.stem) for path in paths])

    def both(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        return recipe.load(path), recipe.crop_pixels(recipe.pixels(open_image(path)))

    def answers(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
        with torch.inference_mode():
            images = recipe.normalise(as_tensor(pixels))
            return torch.cat([model(part).argmax(1) for part in images.split(_BATCH)]).numpy()

    scaled, full = (np.stack(pixels) for pixels in zip(*in_threads(both, paths, stop=never), strict=True))
    given, expected = answers(scaled), answers(full)
    accuracies = [100 * float((found == truth).mean()) for found in (given, expected)]
    return {
        "photos": len(paths),
        "pixel_difference": round(float(np.abs(scaled.astype(int) - full).mean()), 3),
        "accuracy_scaled": round(accuracies[0], 2),
        "accuracy_full": round(accuracies[1], 2),
        "points_lost": round(accuracies[1] - accuracies[0], 2),
        "same_answers": round(100 * float((given == expected).mean()), 2),
    }


def _noisy(image: Image.Image, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).standard_normal((image.height, image.width, 1), np.float32)
    pixels = np.asarray(image) + _NOISE * noise
    return Image.fromarray(np.rint(pixels).clip(0, 255).astype(np.uint8))


def _as_usual(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        rgb = image.convert("RGB")
    share = PHOTO_SIDE / min(rgb.size)
    size = (round(rgb.width * share), round(rgb.height * share))
    return np.asarray(rgb.resize(size, Image.Resampling.BICUBIC))
