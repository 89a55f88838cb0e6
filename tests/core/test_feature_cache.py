"""What is known of a photo's content is never computed again."""

from __future__ import annotations

import shutil
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
from workbench.core.features.extract import FeatureCache, View, look, mean_of_views
from workbench.core.features.runtimes import FeatureRuntime
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.jobs import never

RECIPE = Preprocessing(16, 12, 3, (0.5,) * 3, (0.5,) * 3, "bilinear", 256)
BACKBONE = Backbone("colours", "none", RECIPE)


class Colours(FeatureRuntime):
    """The mean colour of the left half: quick, and not that of the mirror image."""

    kind = name = "colours"
    batch = 4

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


def computed(folder: Path, *views: View) -> tuple[int, list[NDArray[np.float32]]]:
    """How many photos the engine had to look at, and the features of each view."""
    engine, cache, samples = Colours(), FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    with Crops(Roots.of(folder), samples, RECIPE) as crops:
        for view in views:
            before = engine.seen
            done, _ = drive(look(engine, cache, crops, samples, (view,)))
            assert (done[-1] if done else 0) == engine.seen - before
    cache.save()
    return engine.seen, [cache.take(view, samples) for view in views]


def test_nothing_is_computed_twice(folder: Path) -> None:
    assert computed(folder, "centre", "mirrored")[0] == 20
    assert computed(folder, "centre", "mirrored")[0] == 0


def test_features_are_those_of_the_samples_in_their_order(folder: Path) -> None:
    _, fresh = computed(folder, "centre", "mirrored")
    _, known = computed(folder, "centre", "mirrored")
    with Crops(Roots.of(folder), catalog_of(folder).samples, RECIPE) as crops:
        pixels = np.stack([square for _, square in crops.of(catalog_of(folder).samples, stop=never)])
    for found in (fresh, known):
        np.testing.assert_allclose(found[0], pixels[:, :, :6].mean((1, 2)), rtol=2**-11)
        np.testing.assert_allclose(found[1], pixels[:, :, 6:].mean((1, 2)), rtol=2**-11)


def test_one_view_alone_is_kept_too(folder: Path) -> None:
    assert computed(folder, "centre")[0] == 10
    assert computed(folder, "centre", "mirrored")[0] == 10
    assert computed(folder, "centre", "mirrored")[0] == 0


def test_equal_photos_are_computed_once(folder: Path) -> None:
    for number in range(5):
        shutil.copy(folder / "a" / "0.png", folder / "b" / f"copy-{number}.png")
    seen, (features,) = computed(folder, "centre")
    assert seen == 10
    assert features.shape == (15, 3)
    assert len(np.unique(features, axis=0)) == 10


def test_only_what_was_added_or_changed_is_computed(folder: Path) -> None:
    computed(folder, "centre")
    put(folder, "a/new.png", "b/new.png")
    (folder / "a" / "1.png").rename(folder / "b" / "moved.png")
    (folder / "a" / "2.png").unlink()
    shutil.copy(folder / "b" / "1.png", folder / "b" / "2.png")
    assert computed(folder, "centre")[0] == 2


@pytest.mark.parametrize("damage", ["flipped", "cut", "foreign", "empty"])
def test_a_damaged_file_is_computed_again(folder: Path, profile: Path, damage: str) -> None:
    _, (expected,) = computed(folder, "centre")
    (file,) = (profile / "cache" / "features").rglob("*.npz")
    content = bytearray(file.read_bytes())
    if damage == "flipped":
        content[len(content) // 3] ^= 1
    file.write_bytes({"flipped": content, "cut": content[:-50], "foreign": b"hello", "empty": b""}[damage])
    seen, (found,) = computed(folder, "centre")
    assert seen == 10
    np.testing.assert_array_equal(found, expected)
    assert computed(folder, "centre")[0] == 0


def test_what_was_computed_before_a_stop_is_kept(folder: Path) -> None:
    engine, cache, samples = Colours(), FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    with (
        Crops(Roots.of(folder), samples, RECIPE) as crops,
        pytest.raises(Stopped),
    ):
        drive(look(engine, cache, crops, samples, ("centre",), stop=lambda: engine.seen > 4))
    cache.save()
    assert engine.seen == 8
    assert computed(folder, "centre")[0] == 2


def test_what_a_head_takes_is_the_mean_of_its_views_and_leaves_the_cache_as_it_is(folder: Path) -> None:
    computed(folder, "centre", "mirrored")
    cache, samples = FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    centre, mirrored = (cache.take(view, samples) for view in ("centre", "mirrored"))
    np.testing.assert_array_equal(mean_of_views(cache, samples, ("centre",)), centre)
    np.testing.assert_allclose(
        mean_of_views(cache, samples, ("centre", "mirrored")), (centre + mirrored) / 2, rtol=1e-6
    )
    np.testing.assert_array_equal(cache.take("centre", samples), centre)


def test_both_views_of_a_photo_are_computed_from_one_look(folder: Path) -> None:
    engine, cache, samples = Colours(), FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    with Crops(Roots.of(folder), samples, RECIPE) as crops:
        done, _ = drive(look(engine, cache, crops, samples, ("centre", "mirrored")))
    assert done[-1] == engine.seen == 20
    centre, mirrored = computed(folder, "centre", "mirrored")[1]
    np.testing.assert_array_equal(cache.take("centre", samples), centre)
    np.testing.assert_array_equal(cache.take("mirrored", samples), mirrored)


def test_a_photo_that_is_gone_is_told_and_its_copy_is_looked_at_instead(folder: Path) -> None:
    shutil.copy(folder / "a" / "0.png", folder / "b" / "copy.png")
    engine, cache, samples = Colours(), FeatureCache(BACKBONE, folder), catalog_of(folder).samples
    (folder / "a" / "0.png").unlink()
    (folder / "a" / "1.png").unlink()
    with Crops(Roots.of(folder), samples, RECIPE) as crops:
        drive(look(engine, cache, crops, samples, ("centre",)))
        assert set(crops.lost) == {"a/0.png", "a/1.png"}
    assert engine.seen == 9
    known = {sample.id for sample in samples if cache.knows("centre", sample)}
    assert known == {sample.id for sample in samples} - {"a/1.png"}
