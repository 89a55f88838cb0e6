"""`workbench explain`: what speaks for an answer, in words, as JSON and as pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli_help import call, refused
from workbench.core.explain.why import Explainer
from workbench.core.models.classifier import Classifier


def test_it_says_what_the_explainer_says_and_draws_it(
    drawn_model: Path, drawn_pair: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = drawn_pair / "val"
    photos = [*sorted((folder / "apples").iterdir())[:2], sorted((folder / "leaves").iterdir())[0]]
    before = [hashlib.sha256(photo.read_bytes()).hexdigest() for photo in photos]
    shown = tmp_path / "why"
    rows = call(capsys, "explain", drawn_model, *photos, "--pictures", shown, "--device", "cpu")
    explainer = Explainer(Classifier.load(drawn_model, device="cpu"))
    for row, photo in zip(rows, photos, strict=True):
        found = explainer.explain(photo)
        assert (row["path"], row["class"], row["method"]) == (str(photo), found.class_name, found.method)
        assert row["probability"] == pytest.approx(found.probability, abs=1e-6)
        assert row["covered"] == pytest.approx(found.covered, abs=1e-6)
        assert row["telling"] == found.is_telling
        with Image.open(row["picture"]) as picture:
            drawn = np.asarray(picture).astype(int)
        assert drawn.shape == found.pixels.shape
        assert (drawn <= found.pixels).all()  # darker, never lighter
        hot, cold = np.unravel_index(found.heat.argmax(), found.heat.shape), (found.heat == 0)
        assert found.heat[hot] == 1
        assert cold.any()
    assert sorted(path.name for path in shown.iterdir()) == sorted(Path(row["picture"]).name for row in rows)
    assert [hashlib.sha256(photo.read_bytes()).hexdigest() for photo in photos] == before


def test_a_class_can_be_asked_for(
    drawn_model: Path, drawn_pair: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = sorted((drawn_pair / "val" / "apples").iterdir())[0]
    (row,) = call(capsys, "explain", drawn_model, photo, "--class", "leaves", "--device", "cpu")
    assert row["class"] == "leaves"
    assert row["probability"] < 0.5
    assert "apples" in refused(capsys, "explain", drawn_model, photo, "--class", "pears")


def test_nothing_is_written_where_something_is(
    drawn_model: Path, drawn_pair: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = sorted((drawn_pair / "val" / "apples").iterdir())[0]
    (tmp_path / "mine.txt").write_text("mine")
    assert "already" in refused(capsys, "explain", drawn_model, photo, "--pictures", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    refused(capsys, "explain", drawn_model, photo.parent, "--pictures", photo.parent / "why")
    assert not (photo.parent / "why").exists()
