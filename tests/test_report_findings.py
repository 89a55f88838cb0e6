"""What was found by work of its own stands in the report: a kind of photos that fails, and a stress test."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli_help import call
from tests.core.training_help import drive
from workbench.core.models.classifier import Classifier
from workbench.core.stress.jobs import stress_run

pytestmark = pytest.mark.e2e
FIRST = 9


def test_a_folder_of_wrong_classes_and_a_stress_test_are_told(
    drawn_model: Path, drawn_pair: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(drawn_model.parent, run)
    photos = {name: sorted((drawn_pair / "val" / name).iterdir()) for name in ("apples", "leaves")}
    for name, other in (("apples", "leaves"), ("leaves", "apples")):
        for site, source in (("first", photos[name][:FIRST]), ("second", photos[other][FIRST:])):
            place = tmp_path / "photos" / name / site
            place.mkdir(parents=True)
            for photo in source:
                shutil.copy(photo, place / f"{site} {photo.name}")
    model = next(run.glob("*.checkpoint"))
    classifier = Classifier.load(model, device="cpu")
    stressed = drive(stress_run(run, classifier, "disturbances", photos=8))[1]
    told = call(
        capsys, "evaluate", run, tmp_path / "photos", "--device", "cpu", "--report", tmp_path / "it.html"
    )
    kinds = {(each["by"], each["name"]): each for each in told["groups"]["kinds"]}
    second = kinds["folder", "second"]
    assert second["photos"] == 10
    assert second["accuracy"] < 0.3
    assert second["rest"] > 0.7
    assert second["much_worse"]
    assert not kinds["folder", "first"]["much_worse"]
    page = (tmp_path / "it.html").read_text(encoding="utf-8")
    assert "Folder: second" in page
    assert all(row.row.name in page for row in stressed.rows)
    json.dumps(told)
