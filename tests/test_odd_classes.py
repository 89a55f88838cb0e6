"""Classes as people make them: forty nasty names, and copies of photos everywhere."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import onnx
import pytest
from PIL import Image

from tests.altered import saved
from tests.core.folder_help import put, scanned, state_of
from workbench.core.data.groups import groups_of

pytestmark = pytest.mark.e2e

NAMES = [
    *("CON", "nul", "aux", "com1.txt", "LPT9", "Cat", "cat", "CAT "),
    *("trailing.", "trailing ", " leading", "two  blanks", "tab\there", "new\nline", "bell\a"),
    *("100%", "#1", "%20", "a&b", "<b>", "a:b", "a|b", "a\\b", "q?", "*", "~", "-rf", "--json", "=1+1"),
    *("quote\"d", "it's", "{0}", "$HOME", "`id`", "[red]", "猫", "🐝", "عربي", "a\u200bc", "x" * 200),
    *(unicodedata.normalize(form, "été") for form in ("NFC", "NFD")),
]  # fmt: skip


def command(*arguments: str | Path) -> Any:
    ended = subprocess.run(
        [sys.executable, "-m", "workbench", *map(str, arguments), "--json"], capture_output=True, timeout=300
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return json.loads(ended.stdout.decode().splitlines()[-1])


@pytest.mark.skipif(os.name == "nt", reason="Windows does not take such names")
def test_forty_nasty_names_go_from_folder_to_model_to_export_and_back(
    tmp_path: Path, ready_backbone: None
) -> None:
    assert len(NAMES) == len(set(NAMES)) >= 40
    folder = tmp_path / "photos"
    put(folder, *(f"{name}/{number}.png" for name in NAMES for number in range(2)))
    if {path.name for path in folder.iterdir()} != set(NAMES):
        pytest.skip("this file system changes some of the names")
    before = state_of(folder)
    run = tmp_path / "run"
    trained = command("train", folder, "--out", run)
    assert set(trained["classes"]) == set(NAMES)
    answers = command("predict", run, folder / "CON")
    assert set(answers[0]["probabilities"]) == set(NAMES)
    command("export", run, tmp_path / "model.onnx")
    about = {each.key: each.value for each in onnx.load(tmp_path / "model.onnx").metadata_props}
    assert set(json.loads(about["classes"])) == set(NAMES)
    tested = command("evaluate", tmp_path / "run", folder)
    assert set(tested["classes"]) == set(NAMES)
    assert state_of(folder) == before


def together(folder: Path) -> set[frozenset[str]]:
    """Every pair of photos that is kept on one side."""
    catalog = scanned(folder)
    groups: dict[str, list[str]] = {}
    for sample, group in zip(catalog.samples, groups_of(catalog.samples), strict=True):
        groups.setdefault(group, []).append(sample.path)
    return {frozenset(pair) for paths in groups.values() for pair in itertools.combinations(paths, 2)}


def test_planted_copies_are_found_and_hardly_a_photo_is_taken_for_one(
    data_folder: Path, tmp_path: Path
) -> None:
    """In each class, one photo in ten has a copy: exact, saved anew and halved, in turn."""
    folder = tmp_path / "photos"
    for name in ("ants", "bees"):
        shutil.copytree(data_folder / "ants_bees" / "train" / name, folder / name)
    alone = together(folder)
    photos = sorted(folder.rglob("*.jpg"))
    planted: dict[str, list[frozenset[str]]] = {"exact": [], "near": []}
    for number, photo in enumerate(photos[::10]):
        kind = "exact" if number % 2 else "near"
        copy = photo.parent.parent / ("bees" if number % 4 < 2 else "ants") / f"planted {number}.jpg"
        if kind == "exact":
            shutil.copyfile(photo, copy)
        else:
            with Image.open(photo) as opened:
                image = opened.convert("RGB")
            small = image.resize((image.width // 2, image.height // 2), Image.Resampling.BICUBIC)
            saved(small, 60).save(copy, quality=80)
        planted[kind].append(
            frozenset((photo.relative_to(folder).as_posix(), copy.relative_to(folder).as_posix()))
        )
    found = together(folder)
    assert sum(pair in found for pair in planted["exact"]) == len(planted["exact"])
    assert sum(pair in found for pair in planted["near"]) >= 0.9 * len(planted["near"])
    between_photos = {pair for pair in found if not any("planted" in path for path in pair)}
    assert len(between_photos - alone) <= 0.001 * len(photos)
    assert len({path for pair in alone for path in pair}) <= 0.01 * len(photos)
