"""The model file without torch, and the answers beside it: whole, or refused in a sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.config.recipe import preprocessing_for
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError
from workbench.core.models.archive import DamagedError, read_archive, write_archive
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ABOUT, Description, ModelFile


def made() -> ModelFile:
    config = TrainingConfig(seed=5)
    recipe = preprocessing_for(architecture_of(config.architecture), config)
    description = Description(
        ("a", "é", "b\ud800"), config, recipe, 2, "some weights", {"training_samples": 9}
    )
    random = np.random.default_rng(0)
    weights = {
        "head.weight": random.normal(size=(3, 7)).astype(np.float32),
        "head.bias": np.zeros(3, np.float32),
        "stages.bn.num_batches_tracked": np.array(4),
    }
    return ModelFile(description, weights)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made().save(tmp_path / "model.checkpoint")
    return tmp_path / "model.checkpoint"


def with_about(path: Path, **changes: object) -> Path:
    """The same file, well made, but telling something else."""
    entries = read_archive(path)
    entries[ABOUT] = json.dumps({**json.loads(entries[ABOUT]), **changes}).encode()
    write_archive(path, entries)
    return path


def test_everything_comes_back(path: Path) -> None:
    original, loaded = made(), ModelFile.load(path)
    assert loaded.description.about["training_samples"] == 9
    for name in ("classes", "config", "preprocessing", "views", "backbone"):
        assert getattr(loaded.description, name) == getattr(original.description, name)
    assert loaded.weights.keys() == original.weights.keys()
    for name, value in original.weights.items():
        assert loaded.weights[name].dtype == value.dtype
        np.testing.assert_array_equal(loaded.weights[name], value)


def test_torch_reads_the_same_file(path: Path) -> None:
    checkpoint = Checkpoint.load(path)
    assert (checkpoint.views, checkpoint.backbone) == (2, "some weights")
    assert checkpoint.training is None
    np.testing.assert_array_equal(checkpoint.weights["head.weight"], made().weights["head.weight"])


def test_flipped_bits_and_cut_ends_are_noticed(path: Path) -> None:
    content, random = path.read_bytes(), np.random.default_rng(0)
    for number in range(200):
        damaged = bytearray(content)
        if number % 2:
            damaged[random.integers(2, len(damaged))] ^= 1 << random.integers(8)
        else:
            del damaged[random.integers(2, len(damaged)) :]
        path.write_bytes(damaged)
        with pytest.raises(DamagedError):
            ModelFile.load(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK", b"\x89PNG\r\n\x1a\n"])
def test_foreign_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.checkpoint"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"photo\.checkpoint"):
        ModelFile.load(path)
    with pytest.raises(InputError, match=r"none\.checkpoint"):
        ModelFile.load(tmp_path / "none.checkpoint")


def test_a_zip_with_other_entries_or_squeezed_ones_is_refused(path: Path, tmp_path: Path) -> None:
    entries = read_archive(path)
    write_archive(path, entries | {"script.py": b"print()"})
    with pytest.raises(InputError, match="not a model file"):
        ModelFile.load(path)
    squeezed = tmp_path / "squeezed.checkpoint"
    with zipfile.ZipFile(squeezed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    with pytest.raises(InputError):
        ModelFile.load(squeezed)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"schema_version": 99}, "newer version"),
        ({"format": "another-program"}, "not a model file"),
        ({"preprocessing": {}}, "not a model file"),
        ({"classes": None}, "not a model file"),
        ({"views": 3}, "not a model file"),
    ],
)
def test_what_it_says_of_itself_must_be_right(path: Path, changes: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        ModelFile.load(with_about(path, **changes))


@pytest.mark.parametrize("missing", ["head.weight", "head.bias", "stages.model.conv_stem.weight"])
def test_a_head_that_lacks_something_is_refused_before_it_answers(tmp_path: Path, missing: str) -> None:
    model, path = made(), tmp_path / "model.checkpoint"
    ModelFile(model.description, {n: v for n, v in model.weights.items() if n != missing}).save(path)
    with pytest.raises(InputError):
        Classifier.load(path, device="cpu")
