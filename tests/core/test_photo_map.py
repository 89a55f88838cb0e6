"""Photos in a plane: the principal axes that scikit-learn finds, and places that stay."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from tests.core.training_help import catalog_of, drive, small_folder
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.catalog import Catalog
from workbench.core.data.edits import reclassed, without
from workbench.core.errors import Stopped
from workbench.core.events import PhotoMap, Plane, Progress
from workbench.core.instant.following import Follower
from workbench.core.instant.photo_map import found_plane

CONFIG = TrainingConfig(networks="one")


@pytest.fixture(scope="module")
def folder(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = tmp_path_factory.mktemp("map") / "photos"
    small_folder(drawn_pair / "train", whole, 2, 12)
    return whole


@pytest.fixture(scope="module")
def catalog(folder: Path) -> Catalog:
    return catalog_of(folder)


@pytest.fixture
def follower(catalog: Catalog, ready_backbone: None) -> Iterator[Follower]:
    with Follower(catalog, CONFIG, "cpu") as made:
        yield made


def laid_out(follower: Follower, catalog: Catalog, plane: Plane | None = None, *, look: bool) -> PhotoMap:
    found: PhotoMap = drive(follower.lay_out(catalog, plane, look=look))[1]
    return found


@pytest.mark.parametrize(("samples", "features"), [(20, 300), (200, 300), (5000, 150)])
def test_the_axes_are_those_of_scikit_learn(samples: int, features: int) -> None:
    random = np.random.default_rng(3)
    strong = random.normal(size=(samples, 2)) * (3, 2) @ np.linalg.qr(random.normal(size=(features, 2)))[0].T
    rows = (random.normal(0, 0.05, (samples, features)) + strong + 5).astype(np.float32)
    plane = found_plane(rows, "key")
    fitted = rows[::2] if samples == 5000 else rows
    np.testing.assert_allclose(plane.mean, fitted.mean(axis=0), rtol=1e-5)
    variance = fitted.astype(np.float64).var(axis=0)
    np.testing.assert_allclose(plane.factor, (variance + 0.02 * variance.mean()) ** -0.5, rtol=1e-3)
    standard = (fitted.astype(np.float64) - plane.mean) * plane.factor
    theirs = PCA(2, svd_solver="full").fit(standard)
    np.testing.assert_allclose(np.abs(theirs.components_ @ plane.axes), np.eye(2), atol=2e-3)
    largest = np.abs(plane.axes).argmax(axis=0)
    assert (plane.axes[largest, [0, 1]] > 0).all(), "the same photos give the same picture, never its mirror"


def test_one_axis_is_enough_for_photos_that_lie_on_a_line() -> None:
    rows = np.outer(np.arange(5, dtype=np.float32), np.ones(40, np.float32))
    plane = found_plane(rows, "key")
    places = (rows - plane.mean) * plane.factor @ plane.axes
    assert np.isfinite(places).all()
    assert np.ptp(places[:, 0]) > 1
    assert np.ptp(places[:, 1]) < 1e-3


def test_photos_that_nobody_has_looked_at_have_no_place_until_they_are(
    follower: Follower, catalog: Catalog
) -> None:
    before = laid_out(follower, catalog, look=False)
    if before.unknown:  # the features of another test's run may be there
        assert before.unknown + len(before.samples) == len(catalog.samples)
    found = laid_out(follower, catalog, look=True)
    assert found.samples == tuple(sample.id for sample in catalog.samples)
    assert (found.unknown, found.lost) == (0, 0)
    assert found.places.shape == (24, 2)
    assert found.places.dtype == np.float32


def test_classes_that_look_different_lie_apart(follower: Follower, catalog: Catalog) -> None:
    found = laid_out(follower, catalog, look=True)
    first = np.array([sample.class_id == catalog.classes[0].id for sample in catalog.samples])
    middles = [found.places[chosen].mean(axis=0) for chosen in (first, ~first)]
    nearer = np.linalg.norm(found.places - middles[0], axis=1) < np.linalg.norm(
        found.places - middles[1], axis=1
    )
    assert (nearer == first).mean() > 0.9


def test_photos_keep_their_places_when_others_come_and_go(follower: Follower, catalog: Catalog) -> None:
    fewer = without(catalog, [sample.id for sample in catalog.samples[:5]])
    before = laid_out(follower, fewer, look=True)
    after = laid_out(follower, catalog, before.plane, look=True)
    at = dict(zip(after.samples, after.places, strict=True))
    np.testing.assert_allclose([at[sample] for sample in before.samples], before.places, atol=1e-4)
    assert len(after.samples) == len(before.samples) + 5
    moved = laid_out(follower, reclassed(catalog, [catalog.samples[0].id], None), before.plane, look=False)
    np.testing.assert_array_equal(moved.places, after.places)


def test_the_plane_of_another_backbone_is_not_used(follower: Follower, catalog: Catalog) -> None:
    found = laid_out(follower, catalog, look=True)
    assert found.plane is not None
    other = Plane("another", found.plane.mean, found.plane.factor, found.plane.axes[:, ::-1])
    again = laid_out(follower, catalog, other, look=False)
    np.testing.assert_array_equal(again.places, found.places)


def test_a_photo_that_cannot_be_read_is_counted(catalog: Catalog, tmp_path: Path, drawn_pair: Path) -> None:
    small_folder(drawn_pair / "val", tmp_path / "photos", 2, 4)
    read = catalog_of(tmp_path / "photos")
    (tmp_path / "photos" / read.samples[0].path).write_bytes(b"no longer a photo")
    with Follower(read, CONFIG, "cpu") as fresh:
        found = laid_out(fresh, read, look=True)
    assert read.samples[0].id not in found.samples
    assert (len(found.samples), found.unknown, found.lost) == (len(read.samples) - 1, 0, 1)


def test_looking_is_stopped_and_what_was_looked_at_is_kept(tmp_path: Path, drawn_pair: Path) -> None:
    small_folder(drawn_pair / "train", tmp_path / "photos", 2, 16)
    read = catalog_of(tmp_path / "photos")
    with Follower(read, CONFIG, "cpu") as fresh:
        looking = fresh.lay_out(read, None, look=True, stop=lambda: bool(heard))
        heard: list[Progress] = []
        with pytest.raises(Stopped):
            _hear(looking, heard)
        assert laid_out(fresh, read, look=True).unknown == 0


def test_two_photos_are_too_few_for_a_plane(tmp_path: Path, drawn_pair: Path) -> None:
    small_folder(drawn_pair / "train", tmp_path / "photos", 2, 1)
    read = catalog_of(tmp_path / "photos")
    with Follower(read, CONFIG, "cpu") as fresh:
        found = laid_out(fresh, read, look=True)
    assert found.plane is None
    assert len(found.samples) == 2


def _hear(looking: Generator[Progress, None, PhotoMap], heard: list[Progress]) -> None:
    """Takes what is told one by one, so that the job knows of what was heard."""
    for event in looking:
        heard.append(event)
