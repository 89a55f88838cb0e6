"""The checkpoint file: nothing damaged, foreign or hostile gets in."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.core.training_help import tiny_config
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.architectures.build import build
from workbench.core.config.recipe import preprocessing_for
from workbench.core.errors import InputError, ResourceError
from workbench.core.models.archive import DamagedError
from workbench.core.models.checkpoint import Checkpoint, load_newest


def made() -> Checkpoint:
    config = tiny_config()
    recipe = preprocessing_for(architecture_of("custom"), config)
    torch.manual_seed(0)
    model = build("custom", classes=3, channels=3, input_size=32, dropout=0.0, design=config.design)
    training = {"step": 7, "best": {"badness": 0.123456789012345678}}
    tensors = {"optimizer.0.step": torch.tensor(7.0), "buffer.true": torch.arange(3)}
    return Checkpoint(
        ("a", "é", "b\ud800"), config, recipe, model.state_dict(), {"epoch": 3}, training, tensors
    )


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("checkpoint") / "model.checkpoint"
    made().save(path)
    return path.read_bytes()


def test_everything_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "model.checkpoint"
    made().save(path)
    loaded, original = Checkpoint.load(path), made()
    assert loaded.classes == original.classes
    assert loaded.config == original.config
    assert loaded.preprocessing == original.preprocessing
    assert loaded.training == original.training
    assert loaded.about["epoch"] == 3
    for left, right in (
        (loaded.weights, original.weights),
        (loaded.training_tensors, original.training_tensors),
    ):
        assert left.keys() == right.keys()
        assert all(torch.equal(left[name], right[name]) for name in right)
    images = torch.rand(2, 3, 32, 32)
    assert loaded.build_model()(images).shape == (2, 3)


def test_it_opens_as_a_plain_zip_whose_weights_any_tool_can_read(content: bytes) -> None:
    from safetensors.numpy import load

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("about.json"))["classes"] == ["a", "é", "b\ud800"]
        weights = load(archive.read("model.safetensors"))
    assert all(np.isfinite(value).all() for value in weights.values())


def test_a_thousand_flipped_bits_and_cut_ends_are_all_noticed(content: bytes, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    path = tmp_path / "model.checkpoint"
    for number in range(1000):
        damaged = bytearray(content)
        if number % 2:
            damaged[random.integers(len(damaged))] ^= 1 << random.integers(8)
        else:
            del damaged[random.integers(len(damaged)) :]
        path.write_bytes(damaged)
        with pytest.raises(InputError):
            Checkpoint.load(path)


def test_a_flipped_bit_in_the_weights_is_called_damage(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.checkpoint"
    damaged = bytearray(content)
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(DamagedError, match="is damaged"):
        Checkpoint.load(path)


def test_the_generation_before_is_used_and_said(content: bytes, tmp_path: Path) -> None:
    newest, previous = tmp_path / "resume.checkpoint", tmp_path / "resume.previous.checkpoint"
    previous.write_bytes(content)
    newest.write_bytes(content[:-1])
    assert load_newest(newest, previous)[1] is True
    newest.unlink()
    assert load_newest(newest, previous)[1] is True
    newest.write_bytes(content)
    assert load_newest(newest, previous)[1] is False
    previous.write_bytes(b"")
    newest.write_bytes(content[:-1])
    with pytest.raises(DamagedError):
        load_newest(newest, previous)


class Canary:
    def __reduce__(self) -> tuple:
        return (Path.write_text, (Path("canary"), "executed"))


@pytest.mark.parametrize("kind", ["pickle", "torch", "text", "empty", "zip", "image"])
def test_foreign_files_are_refused_and_never_run(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.checkpoint"
    if kind == "pickle":
        path.write_bytes(pickle.dumps(Canary()))
    elif kind == "torch":
        torch.save({"x": Canary()}, path)
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("../evil", "x")
    else:
        path.write_bytes({"text": b"hello", "empty": b"", "image": b"\x89PNG\r\n\x1a\n"}[kind])
    with pytest.raises(InputError):
        Checkpoint.load(path)
    assert not (tmp_path / "canary").exists()


def test_weights_that_are_no_numbers_or_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.checkpoint"
    bad = made()
    next(iter(bad.weights.values())).view(-1)[0] = float("nan")
    bad.save(path)
    with pytest.raises(InputError, match="not all numbers"):
        Checkpoint.load(path).build_model()
    short = made()
    del short.weights[next(iter(short.weights))]
    short.save(path)
    with pytest.raises(InputError, match="do not fit"):
        Checkpoint.load(path).build_model()


def test_a_newer_versions_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "model.checkpoint"
    newer = made()
    newer.about["schema_version"] = 99
    newer.save(path)
    with pytest.raises(InputError, match="newer version"):
        Checkpoint.load(path)


def test_a_failed_save_leaves_the_old_file_and_nothing_else(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.checkpoint"
    path.write_bytes(content)

    def full(descriptor: int) -> None:  # a full disk, at the outermost edge
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ResourceError, match="could not be saved"):
        made().save(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
