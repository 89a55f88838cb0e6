"""`workbench evaluate --json` has every number, and each is scikit-learn's of the predictions it keeps."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn import metrics as theirs

from tests.cli_help import call
from tests.conftest import REPOSITORY
from workbench import cli
from workbench.core.results.predictions import PredictionTable

pytestmark = pytest.mark.e2e
Told = tuple[dict[str, Any], PredictionTable, Path]
NAMES = ("dark", "light", "striped", "unlit")


def drawn(folder: Path, seed: int, counts: tuple[int, ...]) -> Path:
    """Photos of classes that are hard to tell apart: noise about a grey that the class says, with stripes."""
    random = np.random.default_rng(seed)
    for name, count in zip(NAMES, counts, strict=True):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            mean = {"dark": 90, "light": 150, "striped": 120, "unlit": 80}[name] + random.normal(0, 20)
            pixels = random.normal(mean, 40, (48, 48, 3))
            if name == "striped":
                pixels[:: random.integers(4, 9)] += 50
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / name / f"{seed}-{number}.png")
    return folder


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, session_profile: None) -> Told:
    """What evaluate says of a model and photos that it has not seen, the last class with one photo."""
    place = tmp_path_factory.mktemp("evaluate")
    learned = drawn(place / "learned", 1, (14, 14, 14, 14))
    tested = drawn(place / "tested", 2, (16, 12, 10, 1))
    run = place / "run"
    assert cli.main(["train", str(learned), "--device", "cpu", "--out", str(run)]) == 0
    keep = ["--predictions", str(place / "kept.npz"), "--json"]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert cli.main(["evaluate", str(run), str(tested), "--device", "cpu", *keep]) == 0
    said = json.loads(printed.getvalue().splitlines()[-1])
    return said, PredictionTable.load(place / "kept.npz"), place


def test_every_number_follows_from_the_predictions(
    told: Told,
) -> None:
    said, table, _ = told
    targets, predicted = table.targets, table.predicted
    probabilities = table.probabilities / table.probabilities.sum(axis=1, keepdims=True)  # kept in 7 digits
    assert 0 < said["accuracy"] < 1, "mistakes are needed to see anything"
    assert said["log_loss"] == pytest.approx(theirs.log_loss(targets, probabilities), abs=1e-6)
    truth = targets[:, None] == np.arange(4)
    assert said["brier"] == pytest.approx(((probabilities - truth) ** 2).sum(axis=1).mean(), abs=1e-6)
    for how in ("macro", "weighted"):
        precision, recall, f1, _ = theirs.precision_recall_fscore_support(
            targets, predicted, average=how, zero_division=0, labels=range(4)
        )
        expected = {
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "iou": theirs.jaccard_score(targets, predicted, average=how, zero_division=0),
            "average_precision": theirs.average_precision_score(truth, probabilities, average=how),
            "roc_auc": theirs.roc_auc_score(truth, probabilities, average=how),
            "classes": 4,
        }
        assert said[how] == pytest.approx(expected, abs=1e-6)
    assert said["map"] == said["macro"]["average_precision"]
    assert said["micro"]["roc_auc"] == pytest.approx(
        theirs.roc_auc_score(truth.ravel(), probabilities.ravel()), abs=1e-6
    )
    for number, name in enumerate(NAMES):
        row = said["classes"][name]
        assert row["average_precision"] == pytest.approx(
            theirs.average_precision_score(truth[:, number], probabilities[:, number]), abs=1e-6
        )
        wrong = [count for other, count in enumerate(said["confusion"][number]) if other != number]
        assert (row["most_confused_with"] or {"photos": 0})["photos"] == max(wrong)
        points = said["curves"][name]["precision_recall"]
        assert points["recall"][-1] == 1.0
        assert len(points["precision"]) == len(points["probability"]) <= 50
    assert sum(each["photos"] for each in said["calibration"]["reliability"]) == len(table)
    assert said["calibration"]["temperature"] > 0
    assert said["calibration"]["error_after"] is not None
    assert (said["coverage"]["coverage"][-1], said["coverage"]["accuracy"][-1]) == (
        1.0,
        pytest.approx(said["accuracy"]),
    )
    assert said["baseline"] == {"class": "dark", "accuracy": pytest.approx(16 / 39)}
    assert said["trust"]["verdict"] in ("good", "fair", "no_better")
    assert said["trust"]["interval"] == [said["estimate"]["low"], said["estimate"]["high"]]


def test_every_key_is_explained(told: Told) -> None:
    said, _, _ = told
    whole = (REPOSITORY / "docs" / "evaluate.md").read_text(encoding="utf-8")
    text, _, _ = whole.partition("\n# What `workbench stress --json` says")  # another command's keys
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert explained == set(said)
    inner = {name for key in ("trust", "baseline", "calibration", "coverage", "macro") for name in said[key]}
    inner |= set(said["classes"]["dark"]) | set(said["calibration"]["reliability"][0])
    assert not {name for name in inner if f"`{name}`" not in text}


def test_few_photos_are_said_to_be_too_few(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    told: Told,
) -> None:
    few = drawn(tmp_path / "few", 3, (5, 5, 5, 5))
    run = told[2] / "run"
    assert call(capsys, "evaluate", run, few, "--device", "cpu")["trust"]["verdict"] == "too_few"
    assert cli.main(["evaluate", str(run), str(few), "--device", "cpu"]) == 0
    printed = capsys.readouterr().out
    assert "Fewer than 30 different photos are too few to call a model good." in printed
    assert "Always saying “dark” would be right for 25 of 100 photos." in printed
