"""A catalog of two folders is learned from as one folder with the same photos is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.core.training_help import catalog_of, drive, tiny_config
from tests.drawn_photos import draw_small
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.catalog import Catalog, Roots
from workbench.core.data.pixels import PixelStore
from workbench.core.data.split import make_split
from workbench.core.errors import InputError
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.learning import resume, train
from workbench.core.project.runs import PREDICTIONS, SPLIT
from workbench.core.project.split_file import read_split
from workbench.core.results.predictions import PredictionTable

pytestmark = pytest.mark.e2e


@pytest.fixture
def whole(tmp_path: Path) -> Catalog:
    return catalog_of(draw_small(tmp_path / "whole", each=8))


@pytest.fixture
def parted(whole: Catalog, tmp_path: Path) -> Catalog:
    """The same photos in two folders by turns, which have files of the same names."""
    folders = {"": tmp_path / "mine", "theirs": tmp_path / "theirs"}
    samples = []
    for number, sample in enumerate(whole.samples):
        root = ("", "theirs")[number % 2]
        path = f"{sample.class_id}/{number // 2}.jpg"
        file = folders[root] / path
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(whole.roots.locate(sample), file)
        samples.append(replace(sample, path=path, root=root))
    return replace(whole, roots=Roots(folders), samples=tuple(samples))


def test_each_sample_is_found_in_its_own_folder(whole: Catalog, parted: Catalog) -> None:
    assert parted.folder == parted.roots.main == parted.roots.folders[""]
    assert len({parted.roots.locate(sample) for sample in parted.samples}) == len(whole.samples)
    assert len({sample.path for sample in parted.samples}) == len(whole.samples) / 2
    with pytest.raises(KeyError):
        parted.roots.locate(replace(parted.samples[0], root="nobody's"))


@pytest.mark.parametrize("decode", [True, False], ids=["cached", "uncached"])
def test_pixels_are_the_same(whole: Catalog, parted: Catalog, decode: bool) -> None:
    half = (0.5, 0.5, 0.5)
    recipe = Preprocessing(40, 32, 3, half, half, "bilinear", decode=64 if decode else 0)
    crops = []
    for catalog in (whole, parted):
        store = drive(PixelStore.build(catalog.roots, catalog.samples, recipe))[1]
        with store:
            assert not store.lost
            crops.append(store.crops(np.arange(len(store))))
    assert np.array_equal(*crops)


@pytest.mark.parametrize(
    "config", [recommended("instant"), tiny_config(epochs=1)], ids=["instant", "from scratch"]
)
def test_training_is_the_same(
    whole: Catalog, parted: Catalog, config: TrainingConfig, tmp_path: Path
) -> None:
    tables = []
    for name, catalog in (("one", whole), ("two", parted)):
        run = tmp_path / name
        run.mkdir()
        drive(train(catalog, config, run, device="cpu"))
        tables.append(PredictionTable.load(run / PREDICTIONS))
        assert read_split(run / SPLIT).roots == catalog.roots
    assert tables[0].samples == tables[1].samples
    assert np.array_equal(tables[0].probabilities, tables[1].probabilities)


def test_a_run_goes_on_unless_a_photo_of_either_folder_has_changed(parted: Catalog, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    drive(train(parted, tiny_config(epochs=1), run, device="cpu"))
    drive(resume(run, device="cpu"))
    theirs = next(sample for sample in parted.samples if sample.root)
    parted.roots.locate(theirs).write_bytes(b"another photo")
    with pytest.raises(InputError) as error:
        drive(resume(run, device="cpu"))
    assert error.value.message.code == "photos_changed"
    assert theirs.path in error.value.details


def test_the_split_is_the_same(whole: Catalog, parted: Catalog) -> None:
    splits = [make_split(catalog, validation_fraction=0.25, seed=1) for catalog in (whole, parted)]
    assert [s.id for s in splits[0].validation] == [s.id for s in splits[1].validation]
