"""`workbench compare`: real runs and kept predictions, on the photos that neither had learned from."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from tests.core.training_help import drive
from tests.ui.compare_help import drawn, scanned
from workbench import cli
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.learning import train
from workbench.core.results.predictions import PredictionTable
from workbench.core.settings import replace

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, ready_backbone: None) -> tuple[Path, Path, Path, Path]:
    """Two instant runs, one from nothing, and other photos of the same kind."""
    place = tmp_path_factory.mktemp("compare")
    catalog = scanned(drawn(place / "photos"))
    wishes = {"epochs": 3, "input_size": 64, "batch_size": 16, "augmentation": "none", "amp": "off"}
    configs = (
        TrainingConfig(networks="one"),
        TrainingConfig(networks="one", channels=1),
        replace(recommended("scratch"), wishes),
    )
    made = []
    for number, config in enumerate(configs):
        (place / f"run {number}").mkdir()
        drive(train(catalog, config, place / f"run {number}", device="cpu"))
        made.append(place / f"run {number}")
    return made[0], made[1], made[2], drawn(place / "others", 9, seed=4)


def told(*arguments: str | Path) -> dict[str, Any]:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert cli.main([*map(str, arguments), "--json"]) == 0
    said: dict[str, Any] = json.loads(printed.getvalue().splitlines()[-1])
    return said


def right_by_sample(run: Path) -> dict[str, bool]:
    """Counted by hand from the run's own file."""
    table = PredictionTable.load(run / "predictions.npz")
    said = table.probabilities.argmax(axis=1) == table.targets
    return {s: bool(r) for s, r, f in zip(table.samples, said, table.folds, strict=True) if f >= 0}


def test_two_instant_runs_are_compared_on_all_their_photos(runs: tuple[Path, Path, Path, Path]) -> None:
    first, second, *_ = runs
    said = told("compare", first, second)
    before, after = right_by_sample(first), right_by_sample(second)
    fixed = sorted(each for each in after if after[each] and not before[each])
    broken = sorted(each for each in after if before[each] and not after[each])
    assert (said["photos"], said["fixed"], said["broken"]) == (48, len(fixed), len(broken))
    assert sorted(said["fixed_photos"]) == fixed
    assert sorted(said["broken_photos"]) == broken
    assert fixed or broken, "the runs must differ, or nothing is tested"
    assert said["p_value"] == pytest.approx(binomtest(len(fixed), len(fixed) + len(broken)).pvalue, abs=1e-9)
    assert said["a"]["accuracy"] == pytest.approx(np.mean(list(before.values())))
    assert said["b"]["accuracy"] == pytest.approx(np.mean(list(after.values())))
    assert said["a"]["from"] == {"cross_validated": 48}
    assert said["settings"] == [{"name": "channels", "a": 3, "b": 1}]
    back = told("compare", second, first)
    assert (back["fixed"], back["broken"]) == (len(broken), len(fixed))


def test_photos_that_one_learned_from_are_left_out(runs: tuple[Path, Path, Path, Path]) -> None:
    instant, _, scratch, _ = runs
    said = told("compare", instant, scratch)
    kept = said["b"]["tested"]
    assert said["photos"] == kept < 48
    assert said["left_out"]["b_learned"] == 48 - kept == said["b"]["learned_from"]
    assert said["left_out"]["a_learned"] == 0
    assert said["b"]["from"] == {"validation": kept}
    assert any(each.startswith("The split changed") for each in said["warnings"])
    assert any("decided what was kept of B" in each for each in said["warnings"])


def test_kept_predictions_can_be_compared(runs: tuple[Path, Path, Path, Path], tmp_path: Path) -> None:
    first, second, scratch, others = runs
    for run, name in ((first, "a"), (scratch, "b")):
        told("evaluate", run, others, "--device", "cpu", "--predictions", tmp_path / f"{name}.npz")
    said = told("compare", tmp_path / "a.npz", tmp_path / "b.npz")
    tables = [PredictionTable.load(tmp_path / f"{name}.npz") for name in "ab"]
    right = [table.probabilities.argmax(axis=1) == table.targets for table in tables]
    assert tables[0].samples == tables[1].samples
    assert said["photos"] == len(right[0])
    assert said["fixed"] == int((right[1] & ~right[0]).sum())
    assert said["broken"] == int((right[0] & ~right[1]).sum())
    assert said["settings"] == []
    assert any("place in the folder alone" in each for each in said["warnings"])
    assert told("compare", first / "predictions.npz", second)["photos"] == 48


def test_is_said_in_words(runs: tuple[Path, Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["compare", str(runs[0]), str(runs[1])]) == 0
    printed = capsys.readouterr().out
    assert "on the same 48 photos that neither had learned from" in printed
    assert " fixed, " in printed
    assert "Colour channels" in printed
    assert cli.main(["compare", str(runs[0]), str(runs[0])]) == 0
    assert "0 fixed, 0 broken" in capsys.readouterr().out


def test_says_what_cannot_be_compared(
    runs: tuple[Path, Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"nothing")
    assert cli.main(["compare", str(runs[0]), str(broken)]) == 2
    assert cli.main(["compare", str(runs[0]), str(tmp_path)]) == 2
    assert cli.main(["compare", str(runs[0]), str(tmp_path / "gone")]) == 2
    assert "Traceback" not in capsys.readouterr().err
