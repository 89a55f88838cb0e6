"""Looks and how they are compared: what is the same picture, and what only resembles it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from tests.altered import ALTERED, saved
from workbench.core.images.alike import candidates, components, known
from workbench.core.images.closer import details_of
from workbench.core.images.look import SIDE, fitted, is_flat, look_of

WHOLE = np.array([[0, 1, 0, 1]], np.float32)


@pytest.fixture(scope="module")
def photos(drawn_pair: Path) -> list[Image.Image]:
    """Drawn photos, no two of one thing."""
    found = []
    for path in sorted((drawn_pair / "train").rglob("*.jpg"))[::4]:
        with Image.open(path) as image:
            found.append(image.convert("RGB"))
    return found


def looks_of(photos: list[Image.Image]) -> NDArray[np.uint8]:
    return np.stack([look_of(np.asarray(photo)) for photo in photos])


def parts_of(photos: list[Image.Image]) -> list[int]:
    """Which photos are one picture, after a closer look."""
    made = [details_of(np.asarray(photo)) for photo in photos]
    pixels, of_use = np.stack([details for details, _ in made]), np.array([of_use for _, of_use in made])
    found = components(looks_of(photos), details=lambda indices: (pixels[indices], of_use[indices]))
    parts: list[int] = found.tolist()
    return parts


def scene(thing: tuple[int, int], size: int = 60) -> Image.Image:
    """What a fixed camera sees, with a small thing somewhere."""
    coarse = np.random.default_rng(3).integers(40, 190, (6, 8, 3), np.uint8)
    image = Image.fromarray(coarse).resize((400, 300), Image.Resampling.BICUBIC)
    x, y = thing
    ImageDraw.Draw(image).ellipse((x, y, x + size, y + size), fill=(250, 230, 40))
    return image


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
def test_an_altered_photo_is_the_same_picture(
    photos: list[Image.Image], alter: Callable[[Image.Image], Image.Image]
) -> None:
    altered = [saved(alter(photo)) for photo in photos]
    assert parts_of([*photos, *altered])[len(photos) :] == list(range(len(photos)))


def test_by_its_look_alone_an_altered_photo_is_nearly_always_known(photos: list[Image.Image]) -> None:
    found = [
        known(looks_of([saved(alter(p)) for p in photos]), looks_of(photos)) for alter in ALTERED.values()
    ]
    assert np.mean(found) > 0.95
    assert not known(looks_of(photos[::2]), looks_of(photos[1::2])).any()


def test_photos_of_like_things_are_different_pictures(photos: list[Image.Image]) -> None:
    assert components(looks_of(photos)).tolist() == list(range(len(photos)))
    assert parts_of(photos) == list(range(len(photos)))


@pytest.mark.parametrize("size", [20, 30, 60])
def test_a_fixed_camera_sees_different_pictures(size: int) -> None:
    """The thing may be as small as a twentieth of the width."""
    frames = [scene((x, y), size) for x in (20, 90, 160, 230, 300) for y in (20, 110, 200)]
    assert parts_of(frames) == list(range(len(frames)))


def grainy(seed: int) -> Image.Image:
    """One thing in one place on a ground of sand, no two grains of which are where they were."""
    random = np.random.default_rng(seed)
    sand = random.normal((90, 140, 70), 18, (60, 80, 3)).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(sand).resize((400, 300), Image.Resampling.BICUBIC)
    ImageDraw.Draw(image).ellipse((120, 90, 240, 210), fill=(200, 30, 30))
    return image


def test_another_grain_is_another_picture() -> None:
    assert parts_of([grainy(seed) for seed in range(8)]) == list(range(8))


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
def test_the_grain_of_an_altered_photo_is_the_same(alter: Callable[[Image.Image], Image.Image]) -> None:
    own = [grainy(seed) for seed in range(4)]
    assert parts_of([*own, *(saved(alter(photo), 85) for photo in own)]) == [*range(4), *range(4)]


def test_an_altered_frame_of_a_fixed_camera_is_its_own_copy() -> None:
    frames = [scene((x, 110), 30) for x in (20, 120, 220, 320)]
    altered = [saved(ALTERED["half"](frame), 60) for frame in frames]
    assert parts_of([*frames, *altered]) == [0, 1, 2, 3] * 2


def test_a_negative_and_another_part_of_the_photo_are_different_pictures(photos: list[Image.Image]) -> None:
    photo = photos[0]
    width, height = photo.size
    half = photo.crop((0, 0, width // 2, height))
    assert components(looks_of([photo, ImageOps.invert(photo), half])).tolist() == [0, 1, 2]


def test_what_shows_nothing_is_like_nothing() -> None:
    plain = [Image.new("RGB", (90, 60), colour) for colour in ("white", "black", "#808080", "#818181")]
    looks = looks_of(plain)
    assert is_flat(looks).all()
    assert components(looks).tolist() == [0, 1, 2, 3]


def test_a_chain_of_altered_photos_is_one_picture(photos: list[Image.Image]) -> None:
    chain = [photos[1]]
    for alter in (ALTERED["quality 60"], ALTERED["half"], ImageOps.mirror, ALTERED["brighter"]):
        chain.append(saved(alter(chain[-1])))
    assert components(looks_of([*photos, *chain[1:]]))[len(photos) :].tolist() == [1] * 4


def test_the_fit_says_where_the_crop_was_taken(photos: list[Image.Image]) -> None:
    photo = photos[2]
    width, height = photo.size
    box = (0.06, 0.97, 0.02, 0.9)
    cut = photo.crop(
        (round(box[0] * width), round(box[2] * height), round(box[1] * width), round(box[3] * height))
    )
    darker = ImageEnhance.Brightness(cut).enhance(0.8)
    found = fitted(looks_of([darker]), looks_of([photo]), WHOLE)
    np.testing.assert_allclose(found.boxes[0], box, atol=0.015)
    assert found.gain[0] == pytest.approx(0.8, abs=0.05)
    assert found.is_same.all()


def test_comparing_only_what_is_new_finds_the_same(photos: list[Image.Image]) -> None:
    altered = [ImageOps.mirror(photo) for photo in photos[:5]]
    looks = looks_of([*photos, *altered])
    before = np.append(components(looks[: len(photos)]), np.full(len(altered), -1))
    np.testing.assert_array_equal(components(looks, before), components(looks))


def test_the_order_does_not_matter(photos: list[Image.Image]) -> None:
    looks = looks_of([*photos, *(ImageOps.flip(photo) for photo in photos[:6])])
    order = np.random.default_rng(1).permutation(len(looks))
    parts = components(looks)[order]
    shuffled = components(looks[order])
    same = parts[:, None] == parts[None]
    np.testing.assert_array_equal(shuffled[:, None] == shuffled[None], same)


def test_descriptions_agree_with_a_cosine_transform_by_the_book() -> None:
    """The candidates' scores, against SciPy's DCT of looks enlarged until sums are integrals."""
    from scipy.fft import dctn

    random = np.random.default_rng(0)
    first = random.integers(0, 255, (1, SIDE, SIDE), np.uint8)
    second = np.clip(first.astype(int) + random.integers(-30, 30, first.shape), 0, 255).astype(np.uint8)
    found = candidates(first, second)
    assert len(found) == 1

    def described(look: NDArray[np.uint8]) -> NDArray[np.float64]:
        fine = np.kron(look.astype(float), np.ones((32, 32)))
        spectrum = dctn(fine, type=2)[:12, :12] * np.hypot(*np.mgrid[:12, :12])
        values = spectrum.ravel()[1:]
        return values / np.linalg.norm(values)

    assert found.correlation[0] == pytest.approx(float(described(first[0]) @ described(second[0])), abs=1e-3)


def test_nothing_to_compare() -> None:
    none = np.empty((0, SIDE, SIDE), np.uint8)
    assert components(none).shape == (0,)
    assert known(none, none).shape == (0,)
