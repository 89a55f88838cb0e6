"""The light edition as commands and engines, in processes that find no torch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli_help import two_colours
from tests.light_help import light

pytestmark = pytest.mark.e2e


@pytest.fixture
def fresh(profile: Path) -> Path:
    """A profile in which no backbone was ever made ready."""
    (profile / "cache" / "backbones").unlink()
    return profile


@pytest.mark.usefixtures("fresh")
def test_the_self_test_goes_through_without_torch(tmp_path: Path) -> None:
    done = light(tmp_path, "--selftest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "light edition" in done.stdout
    for step in ("scan", "instant", "killed", "predict", "reopen", "share", "processes"):
        assert f"ok      {step}: " in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--mode", "improve"], "“Improve the instant model” comes with the full edition"),
        (["--mode", "transfer"], "“Fine-tune a trained network” comes with the full edition"),
        (["--mode", "scratch"], "“Learn from nothing” comes with the full edition"),
        (["--device", "cuda"], "does not use graphics cards"),
        (["--architecture", "resnet18"], "“ResNet-18” with these weights cannot be made ready by the light"),
    ],
)
def test_what_it_cannot_do_it_says_in_a_sentence(arguments: list[str], says: str, tmp_path: Path) -> None:
    photos, site = tmp_path / "photos", tmp_path / "site"
    photos.mkdir()
    site.mkdir()
    done = light(site, "train", two_colours(photos), *arguments)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_run_and_a_model_of_the_full_edition_are_told_apart(tmp_path: Path) -> None:
    golden = Path(__file__).parent / "golden"
    interrupted = light(tmp_path, "train", "--resume", golden / "interrupted")
    assert interrupted.returncode == 2, interrupted.stderr
    assert "comes with the full edition" in interrupted.stderr
    model = golden / "scratch" / "model.checkpoint"
    for command in (["predict", model, golden], ["export", model, tmp_path / "model.onnx"]):
        done = light(tmp_path, *command)
        assert done.returncode == 2, done.stderr
        assert "was made by the full edition of this program, and only that can use it" in done.stderr


def test_the_doctor_says_which_edition_it_is(tmp_path: Path) -> None:
    done = light(tmp_path, "doctor", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["edition"] == "light"
    assert facts["device"] == "cpu"
    assert facts["self_test"]["photos_decoded_per_second"] > 0
    assert any("light edition" in warning for warning in facts["warnings"])


def test_photos_are_disturbed_without_torch_but_no_attacks_are_looked_for(tmp_path: Path) -> None:
    photos, site = tmp_path / "photos", tmp_path / "site"
    photos.mkdir()
    site.mkdir()
    run = tmp_path / "run"
    done = light(site, "train", two_colours(photos), "--out", run)
    assert done.returncode == 0, done.stderr
    done = light(site, "stress", run, photos, "--photos", "8", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["from"], said["photos"]) == ("cross_validated", 8)
    done = light(site, "stress", run, photos, "--adversarial")
    assert done.returncode == 2
    assert "comes with the full edition" in done.stderr
