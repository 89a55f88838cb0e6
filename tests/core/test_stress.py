"""The stress test: what is done to photos, the rule of its verdicts, and that it can be kept."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.stats import binomtest

from workbench.core.augmentation.augmentation_rows import AUGMENTATIONS
from workbench.core.results.comparison import exact_p_value
from workbench.core.results.estimate import wilson_interval
from workbench.core.stress import changes
from workbench.core.stress.disturbances import ATTACKS, DISTURBANCES, Disturbance, rows_for
from workbench.core.stress.findings import (
    DROP,
    FILES,
    MINIMUM,
    PhotosTested,
    Point,
    RowFound,
    StressFound,
    from_json,
    judged,
    load_found,
    save_found,
    to_json,
)
from workbench.core.stress.stressing import disturbed
from workbench.words.stress import on_which, told

Pixels = NDArray[np.uint8]


def photo(height: int = 90, width: int = 120, seed: int = 0) -> Pixels:
    """Something at every scale."""
    random = np.random.default_rng(seed)
    small = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    smooth = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.int64)
    return np.clip(smooth + random.integers(-20, 21, smooth.shape), 0, 255).astype(np.uint8)


def point(strength: float, right: int, of: int, *, spoiled: int = 0, put_right: int = 0) -> Point:
    low, high = wilson_interval(right, of)
    return Point(strength, right / of, low, high, put_right, spoiled, exact_p_value(put_right, spoiled))


# What is done to photos


@pytest.mark.parametrize("row", list(DISTURBANCES), ids=lambda row: row.key)
@pytest.mark.parametrize("shape", [(90, 120), (120, 90), (7, 200), (1, 1)])
def test_a_change_keeps_the_size_its_source_and_the_seed(row: Disturbance, shape: tuple[int, int]) -> None:
    pixels = photo(*shape)
    before = pixels.copy()
    views, again = (list(disturbed(pixels, row, "ab" * 32)) for _ in range(2))
    assert len(views) == len(row.strengths)
    assert np.array_equal(pixels, before)
    for view, other in zip(views, again, strict=True):
        assert view.shape == pixels.shape
        assert view.dtype == np.uint8
        assert np.array_equal(view, other)


@pytest.mark.parametrize("row", list(DISTURBANCES), ids=lambda row: row.key)
def test_more_of_it_changes_a_photo_more(row: Disturbance) -> None:
    if row.key == "rotation":
        row = replace_strengths(row, (2.0, 5.0, 10.0, 20.0))  # farther, a photo is as unlike itself as can be
    pixels = photo()
    far = [np.abs(view.astype(int) - pixels).mean() for view in disturbed(pixels, row, "cd" * 32)]
    assert far == sorted(far)
    assert far[0] > 0


def replace_strengths(row: Disturbance, strengths: tuple[float, ...]) -> Disturbance:
    from dataclasses import replace as replaced  # the other one is of settings

    return replaced(row, strengths=strengths)


@pytest.mark.parametrize("stops", [1.0, 2.5])
def test_light_is_added_up_linearly(stops: float) -> None:
    random = np.random.default_rng(0)
    values = np.arange(256, dtype=np.uint8).repeat(3).reshape(1, 256, 3)

    def by_hand(value: int, gain: float) -> int:
        c = value / 255
        linear = min(1.0, gain * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4))
        back = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
        return round(255 * back)

    darker, brighter = (
        change(values, stops, random)[0, :, 0] for change in (changes.darker, changes.brighter)
    )
    assert darker.tolist() == pytest.approx([by_hand(v, 2**-stops) for v in range(256)], abs=1)
    assert brighter.tolist() == pytest.approx([by_hand(v, 2**stops) for v in range(256)], abs=1)


def test_blur_is_a_gaussian_as_wide_as_the_photo_is_large() -> None:
    pixels = photo(200, 260)
    blurred = changes.blurred(pixels, 2, np.random.default_rng(0))
    by_scipy = gaussian_filter(pixels.astype(float), sigma=(4, 4, 0), mode="nearest")
    assert np.abs(blurred - by_scipy)[20:-20, 20:-20].max() < 4


def test_grain_is_normal_with_the_deviation_that_was_asked_for() -> None:
    grey = np.full((200, 200, 3), 128, np.uint8)
    noisy = changes.noisy(grey, 20, np.random.default_rng(3)).astype(float) - 128
    assert noisy.std() == pytest.approx(20, rel=0.02)
    assert abs(noisy.mean()) < 0.3


def test_a_quarter_turn_turns_what_is_in_the_middle() -> None:
    pixels = photo(101, 101)
    sides = {int(np.random.default_rng(seed).random() < 0.5): seed for seed in range(8)}
    for left, seed in sides.items():
        turned = changes.turned(pixels, 90, np.random.default_rng(seed))
        assert np.abs(turned.astype(int) - np.rot90(pixels, 1 if left else -1)).max() <= 1
    assert len(sides) == 2


def test_corners_of_a_turned_photo_are_not_black() -> None:
    white = np.full((60, 90, 3), 255, np.uint8)
    assert changes.turned(white, 45, np.random.default_rng(0)).min() == 255


def test_nearer_is_the_middle_enlarged() -> None:
    pixels = photo(80, 120)
    middle = Image.fromarray(pixels[20:60, 30:90]).resize((120, 80), Image.Resampling.BICUBIC)
    nearer = changes.nearer(pixels, 2, np.random.default_rng(0)).astype(int)
    assert np.abs(nearer - np.asarray(middle))[8:-8, 8:-8].max() <= 1


def test_jpeg_is_what_pillow_saves() -> None:
    pixels, content = photo(), io.BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=10, subsampling=2)
    assert np.array_equal(
        changes.as_jpeg(pixels, 10, np.random.default_rng(0)), np.asarray(Image.open(content))
    )


def test_a_tint_leaves_green_and_goes_both_ways() -> None:
    grey = np.full((2, 2, 3), 100, np.uint8)
    seen = {tuple(changes.tinted(grey, 1, np.random.default_rng(seed))[0, 0].tolist()) for seed in range(8)}
    assert len(seen) == 2
    (red, green, blue), other = sorted(seen)
    assert green == other[1] == 100
    assert (red, blue) == (other[2], other[0])
    assert red < 100 < blue


# The rows


def test_every_row_names_an_augmentation_that_there_is() -> None:
    for row in DISTURBANCES:
        assert row.helps in AUGMENTATIONS, row.key
        assert len(row.helps_at) == len(row.strengths) > 1, row.key
        assert all(0 < each <= 1 for each in row.helps_at), row.key
        assert list(row.helps_at) == sorted(row.helps_at), row.key
        assert row.help_at(row.strengths[-1]) == row.helps_at[-1]
    assert all(not row.helps for row in ATTACKS)


def test_a_model_of_grey_values_is_not_tinted() -> None:
    assert {row.key for row in rows_for(3)} - {row.key for row in rows_for(1)} == {"cast"}


# The rule


def test_holds_fails_and_cannot_say() -> None:
    base = point(0, 95, 100)
    mild, strong = point(1, 94, 100, spoiled=1), point(2, 70, 100, spoiled=26, put_right=1)

    def verdict(*points: Point, different: int = 100, baseline: float = 0.5) -> tuple[object, ...]:
        found = judged(base, points, different=different, baseline=baseline)
        return found.code, found.at, found.before, found.onwards

    assert verdict(mild, mild) == ("holds", 1, None, True)
    assert verdict(mild, strong) == ("fails", 2, 1, True)
    assert verdict(strong, strong) == ("fails", 2, None, True)
    assert verdict(strong, mild) == ("fails", 2, None, False)
    assert verdict(mild, strong, different=MINIMUM - 1)[0] == "too_few"
    assert verdict(mild, strong, baseline=0.93)[0] == "too_weak"
    # Five fewer, but five against none is chance at a level of 0.05 / 2.
    assert verdict(mild, point(3, 90, 100, spoiled=5)) == ("unclear", 3, None, True)
    # Clearly worse, but by less than five of a hundred.
    assert (
        judged(point(0, 950, 1000), [point(1, 910, 1000, spoiled=40)], different=1000, baseline=0.5).code
        == "holds"
    )


def test_never_says_that_it_fails_without_both_a_drop_and_a_test() -> None:
    random = np.random.default_rng(0)
    codes = set()
    for _ in range(500):
        count, strengths = int(random.integers(10, 200)), int(random.integers(1, 6))
        right = int(random.integers(count // 2, count + 1))
        base, points = point(0, right, count), []
        for strength in range(1, strengths + 1):
            spoiled = int(random.integers(0, right + 1) * random.random() ** 2)
            put_right = int(random.integers(0, count - right + 1) * random.random())
            now = right - spoiled + put_right
            points.append(point(strength, now, count, spoiled=spoiled, put_right=put_right))
        found = judged(base, points, different=count, baseline=0.3)
        codes.add(found.code)
        for each in points:
            differ = each.spoiled + each.put_right
            p_value = binomtest(each.spoiled, differ).pvalue if differ else 1.0
            worse = (
                base.accuracy - each.accuracy >= DROP - 1e-9
                and each.spoiled > each.put_right
                and p_value < 0.05 / strengths
            )
            if found.code == "fails":
                assert found.at is not None
                assert not worse or each.strength >= found.at
                assert worse or each.strength != found.at
                assert worse or each.strength < found.at or not found.onwards
            elif found.code in ("holds", "unclear"):
                assert not worse
        if found.code == "holds":
            assert all(base.accuracy - each.accuracy < DROP for each in points)
    assert {"too_few", "holds", "unclear", "fails"} <= codes


def test_a_sentence_says_what_was_measured_and_no_more() -> None:
    tested = PhotosTested("validation", 100, 200, 0.5, "bees")
    base = point(0, 95, 100)

    def said(*points: Point, key: str = "rotation") -> str:
        found = RowFound(key, base, points, judged(base, points, different=100, baseline=0.5))
        return told(found, tested)

    fine, bad = point(10, 95, 100), point(20, 60, 100, spoiled=35)
    assert said(fine, point(90, 94, 100, spoiled=1)) == (
        "Holds in all that was tried: 94 of 100 photos right even when turned by 90°, and 95 undisturbed."
    )
    assert said(fine, bad) == (
        "Begins to fail when turned by 20°: right for 60 of 100 photos instead of 95. "
        "Not shown to be worse when turned by 10°, the next step down."
    )
    assert said(bad, bad).startswith("Fails already when turned by 20°, the least that was tried")
    assert said(bad, fine).endswith("At some greater strength it is not shown to be worse.")
    found = StressFound("disturbances", replaced(tested, "cross_validated"), ())
    assert "another model of the same kind that had not learned it" in on_which(found)


def replaced(tested: PhotosTested, how: str) -> PhotosTested:
    from dataclasses import replace as other  # the other one is of settings

    return other(tested, how=how)  # type: ignore[arg-type]


def test_what_is_kept_comes_back_and_damage_is_not_shown(tmp_path: Path) -> None:
    base = point(0, 95, 100)
    rows = (
        RowFound(
            "blur", base, (point(0.5, 60, 100, spoiled=35),), judged(base, [base], different=9, baseline=0)
        ),
    )
    found = StressFound("disturbances", PhotosTested("test", 9, 9, 0.5, "a"), rows, "ab", 1.5)
    assert from_json(json.loads(json.dumps(to_json(found)))) == found
    save_found(tmp_path, found)
    assert load_found(tmp_path, "disturbances", "ab") == found
    values = to_json(found)
    values["rows"] = [*values["rows"], {**values["rows"][0], "key": "of_a_newer_version"}]
    assert from_json(values).rows == rows
    for broken in ("", "{}", "[]", json.dumps({**to_json(found), "schema_version": 99})):
        (tmp_path / FILES["disturbances"]).write_text(broken)
        assert load_found(tmp_path, "disturbances", "ab") is None
