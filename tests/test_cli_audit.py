"""`workbench audit`, from real files to its sentences and its JSON; docs/audit.md has every key."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli_help import call, refused, two_colours
from tests.light_help import light
from workbench import cli

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("ready_backbone")]
DOCS = Path(__file__).resolve().parents[1] / "docs" / "audit.md"


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Noise in two classes, each picture there three times, and a test set with one that is learned from."""
    random = np.random.default_rng(4)
    folder = tmp_path / "copies"
    for number in range(16):
        name = ("one", "two")[number % 2]
        small = Image.fromarray(random.integers(0, 255, (7, 7, 3), np.uint8))
        picture = small.resize((140, 140), Image.Resampling.BICUBIC)
        for copy in range(3):
            path = folder / "train" / name / f"{number:02}-{copy}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            picture.save(path, quality=70 + 8 * copy)
        if number < 4:
            path = folder / "test" / name / f"{number:02}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            if number == 0:
                picture.resize((120, 120)).save(path)
            else:
                Image.fromarray(random.integers(0, 255, (90, 90, 3), np.uint8)).save(path)
    return folder


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(keys_of(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(keys_of(each) for each in value))
    return set()


def test_json_has_what_the_page_says(
    copies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in copies.rglob("*") if path.is_file()}
    call(capsys, "train", copies, "--out", tmp_path / "run", "--set", "networks=one")
    told = call(capsys, "audit", copies, "--model", tmp_path / "run", "--set", "networks=one")
    assert told["photos"] == 48
    assert [(each["kind"], each["groups"], each["photos"]) for each in told["together"]] == [
        ("same_picture", 16, 48)
    ]
    assert told["difference"] == told["at_random"]["accuracy"] - told["honest"]["accuracy"]
    assert told["flatters"] is True
    assert (told["at_random"]["groups"], told["honest"]["groups"]) == (48, 16)
    assert all(len(each["photos"]) == 3 and each["why"] == ["same_picture"] for each in told["largest"])
    assert told["sets"]["test"]["leaked"] == ["test/one/00.png"]
    assert (told["sets"]["test"]["photos"], told["sets"]["test"]["honest"]["photos"]) == (4, 3)
    assert told["model"]["says_what_it_learned"] is True
    assert (told["model"]["learned"]["photos"], told["model"]["new"]["photos"]) == (1, 3)
    assert "leaks" in {each["check"] for each in told["findings"]}
    documented = set(re.findall(r"`(\w+)`", DOCS.read_text("utf-8")))
    told["sets"] = list(told["sets"].values())
    assert keys_of(told) - {"reason", "code", "count", "text"} <= documented
    assert {path: path.read_bytes() for path in copies.rglob("*") if path.is_file()} == before


def test_people_read_sentences(copies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", str(copies), "--set", "networks=one"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("48 photos, each asked about in turn. A split at random would show ")
    assert any(line.startswith("  48 photos show nearly the same picture as another file") for line in lines)
    assert "The groups that flatter most:" in lines
    assert any("1 photo of the 4 in the test set belong" in line for line in lines)
    assert not any("{" in line for line in lines)


def test_the_light_edition_audits_too(tmp_path: Path) -> None:
    photos, site = tmp_path / "photos", tmp_path / "site"
    photos.mkdir()
    site.mkdir()
    done = light(site, "audit", two_colours(photos), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["flatters"] is False
    assert told["honest"]["accuracy"] > 0.9


def test_a_model_that_knows_none_of_the_classes_is_refused(
    copies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = tmp_path / "colours"
    photos.mkdir()
    call(capsys, "train", two_colours(photos), "--out", tmp_path / "run", "--set", "networks=one")
    assert refused(capsys, "audit", copies, "--model", tmp_path / "run")
