"""`import workbench`: what `docs/python.md` shows, and what it leaves unsaid."""

from __future__ import annotations

import doctest
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import workbench
from tests.conftest import REPOSITORY
from workbench.core.errors import InputError
from workbench.core.models.classifier import Classifier

pytestmark = pytest.mark.e2e

GOLDEN = REPOSITORY / "tests" / "golden"


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(GOLDEN / "photos", tmp_path / "photos"))


def test_the_examples_of_the_documentation_run(photos: Path) -> None:
    failed, tried = doctest.testfile(str(REPOSITORY / "docs" / "python.md"), module_relative=False)
    assert tried > 10
    assert not failed


def test_importing_it_loads_nothing_heavy() -> None:
    heavy = {"torch", "numpy", "PySide6", "PIL", "rich"}
    code = f"import sys, workbench; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    assert all(hasattr(workbench, name) for name in workbench.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        workbench.nonsense  # noqa: B018


def scratch_model(photos: Path) -> Classifier:
    trained = workbench.train(
        photos, mode="scratch", out=photos.parent / "run", epochs=1, input_size=32, progress=False
    )
    assert trained.run == photos.parent / "run"
    return trained.classifier


def test_pixels_in_memory_are_predicted_as_their_file_is(photos: Path) -> None:
    model = scratch_model(photos)
    files = sorted(photos.rglob("*.png"))
    by_file = model.predict_images(files)
    images = [opened(file) for file in files]
    by_image = model.predict_images(images)
    assert [found.probabilities for found in by_image] == [found.probabilities for found in by_file]
    assert [found.path for found in by_file] == list(map(str, files))
    usual = [number for number, image in enumerate(images) if image.mode in ("RGB", "RGBA", "L")]
    assert len(usual) > 15
    by_array = model.predict_images([np.asarray(images[number]) for number in usual])
    assert [found.probabilities for found in by_array] == [by_file[number].probabilities for number in usual]


def opened(file: Path) -> Image.Image:
    with Image.open(file) as image:
        image.load()
        return image


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4, 3), np.float32),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((1, 4, 4, 3), np.uint8),
    ],
)
def test_an_array_that_is_no_image_is_refused(array: np.ndarray, photos: Path) -> None:
    model = scratch_model(photos)
    with pytest.raises(InputError, match="is no image that can be used"):
        model.predict_images([array])


def test_a_setting_that_does_not_exist_is_refused(photos: Path) -> None:
    with pytest.raises(InputError, match="no setting called “epoch”"):
        workbench.train(photos, mode="scratch", epoch=3, progress=False)


def test_nothing_is_printed_without_progress(photos: Path, capfd: pytest.CaptureFixture[str]) -> None:
    workbench.open_folder(photos, progress=False)
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""
