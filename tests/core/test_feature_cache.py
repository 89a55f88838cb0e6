"""What is known of a photo's content is never computed again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.core.folder_help import put
from tests.core.training_help import catalog_of, drive
from workbench.core.data.catalog import Roots
from workbench.core.data.crops import Crops
from workbench.core.errors import Stopped
from workbench.core.features.backbone import Backbone
from workbench.core.features.extract import VIEWS, FeatureCache, FeatureRows, View, look
from workbench.core.features.runtimes import FeatureRuntime
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import never

RECIPE = Preprocessing(16, 12, 3, (0.5,) * 3, (0.5,) * 3, "bilinear", 256)
BACKBONE = Backbone("colours", "none", RECIPE)


class Colours(FeatureRuntime):
    """The mean colour of the left half: quick, and not that of the mirror image."""

    kind = name = "colours"
    most = 4

    def __init__(self) -> None:
        super().__init__(BACKBONE)
        self.seen = 0

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.seen += len(pixels)
        return pixels[:, :, : pixels.shape[2] // 2].mean((1, 2), dtype=np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of five photos."""
    put(tmp_path / "photos", *(f"{name}/{number}.png" for name in ("a", "b") for number in range(5)))
    return tmp_path / "photos"


def computed(folder: Path, views: Sequence[View] = VIEWS) -> tuple[int, NDArray[np.float32]]:
    """How many photos the engine had to look at, and what a head takes."""
    engine, cache, samples = Colours(), FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    with Crops(Roots.of(folder), samples, RECIPE) as crops:
        done, _ = drive(look(engine, cache, crops, samples, views))
        assert (done[-1] if done else 0) == engine.seen
    cache.save()
    return engine.seen, cache.take(views, samples)


def test_nothing_is_computed_twice(folder: Path) -> None:
    assert computed(folder)[0] == 20
    assert computed(folder)[0] == 0


def test_features_are_those_of_the_samples_in_their_order(folder: Path) -> None:
    with Crops(Roots.of(folder), catalog_of(folder).samples, RECIPE) as crops:
        pixels = np.stack([square for _, square in crops.of(catalog_of(folder).samples, stop=never)])
    centre = pixels[:, :, :6].mean((1, 2))
    for _ in ("fresh", "known"):
        np.testing.assert_allclose(computed(folder, VIEWS[:1])[1], centre, rtol=2**-11)
    for _ in ("fresh", "known"):
        np.testing.assert_allclose(computed(folder)[1], pixels.mean((1, 2)), rtol=2**-10)


def test_the_photo_as_it_is_is_not_looked_at_again_for_the_mean(folder: Path) -> None:
    assert computed(folder, VIEWS[:1])[0] == 10
    assert computed(folder)[0] == 10
    assert computed(folder)[0] == 0


def test_where_the_mean_is_known_the_photo_as_it_is_is_looked_at_again(folder: Path) -> None:
    _, expected = computed(folder, VIEWS[:1])
    _, mean = computed(folder)
    seen, found = computed(folder, VIEWS[:1])
    assert seen == 10
    np.testing.assert_array_equal(found, expected)
    seen, found = computed(folder)
    assert seen == 0
    np.testing.assert_array_equal(found, mean)


def test_each_view_of_an_earlier_version_is_taken_over(folder: Path, profile: Path) -> None:
    centre, mean = computed(folder, VIEWS[:1])[1], computed(folder)[1]
    (file,) = (profile / "cache" / "features").rglob("*.npz")
    digests = np.array([sample.digest for sample in catalog_of(folder).samples], dtype="S64")
    views = {"centre": centre, "mirrored": 2 * mean - centre}
    halves = {name: rows.astype(np.float16) for name, rows in views.items()}
    np.savez(  # it was stopped three photos before the end
        file,
        centre=halves["centre"],
        centre_digests=digests,
        mirrored=halves["mirrored"][:7],
        mirrored_digests=digests[:7],
    )
    seen, found = computed(folder)
    assert seen == 3
    np.testing.assert_allclose(found, mean, rtol=2**-9)


def test_equal_photos_are_computed_once(folder: Path) -> None:
    for number in range(5):
        shutil.copy(folder / "a" / "0.png", folder / "b" / f"copy-{number}.png")
    seen, features = computed(folder, VIEWS[:1])
    assert seen == 10
    assert features.shape == (15, 3)
    assert len(np.unique(features, axis=0)) == 10


def test_only_what_was_added_or_changed_is_computed(folder: Path) -> None:
    computed(folder, VIEWS[:1])
    put(folder, "a/new.png", "b/new.png")
    (folder / "a" / "1.png").rename(folder / "b" / "moved.png")
    (folder / "a" / "2.png").unlink()
    shutil.copy(folder / "b" / "1.png", folder / "b" / "2.png")
    assert computed(folder, VIEWS[:1])[0] == 2


@pytest.mark.parametrize("damage", ["flipped", "cut", "foreign", "empty"])
def test_a_damaged_file_is_computed_again(folder: Path, profile: Path, damage: str) -> None:
    _, expected = computed(folder, VIEWS[:1])
    (file,) = (profile / "cache" / "features").rglob("*.npz")
    content = bytearray(file.read_bytes())
    if damage == "flipped":
        content[len(content) // 3] ^= 1
    file.write_bytes({"flipped": content, "cut": content[:-50], "foreign": b"hello", "empty": b""}[damage])
    seen, found = computed(folder, VIEWS[:1])
    assert seen == 10
    np.testing.assert_array_equal(found, expected)
    assert computed(folder, VIEWS[:1])[0] == 0


def test_what_was_computed_before_a_stop_is_kept(folder: Path) -> None:
    engine, cache, samples = Colours(), FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    with (
        Crops(Roots.of(folder), samples, RECIPE) as crops,
        pytest.raises(Stopped),
    ):
        drive(look(engine, cache, crops, samples, VIEWS[:1], stop=lambda: engine.seen > 4))
    cache.save()
    assert engine.seen == 8
    assert computed(folder, VIEWS[:1])[0] == 2


def test_both_views_of_a_photo_are_computed_from_one_look(folder: Path) -> None:
    engine, cache, samples = Colours(), FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    with Crops(Roots.of(folder), samples, RECIPE) as crops:
        done, _ = drive(look(engine, cache, crops, samples, VIEWS))
    assert done[-1] == engine.seen == 20
    np.testing.assert_array_equal(cache.take(VIEWS, samples), computed(folder)[1])


def test_some_rows_at_a_time_are_those_of_all(folder: Path) -> None:
    _, features = computed(folder)
    rows = FeatureRows(FeatureCache(BACKBONE, folder), catalog_of(folder).samples, VIEWS)
    assert (len(rows), rows.shape) == (10, (10, 3))
    np.testing.assert_array_equal(rows[2:7], features[2:7])
    np.testing.assert_array_equal(rows[np.array([8, 1])], features[[8, 1]])


def test_a_photo_that_is_gone_is_told_and_its_copy_is_looked_at_instead(folder: Path) -> None:
    shutil.copy(folder / "a" / "0.png", folder / "b" / "copy.png")
    engine, cache, samples = Colours(), FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    (folder / "a" / "0.png").unlink()
    (folder / "a" / "1.png").unlink()
    with Crops(Roots.of(folder), samples, RECIPE) as crops:
        drive(look(engine, cache, crops, samples, VIEWS[:1]))
        assert set(crops.lost) == {"a/0.png", "a/1.png"}
    assert engine.seen == 9
    known = {sample.id for sample in samples if cache.knows(VIEWS[:1], sample)}
    assert known == {sample.id for sample in samples} - {"a/1.png"}
