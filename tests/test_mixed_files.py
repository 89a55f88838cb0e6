"""A thousand files of every format and fault, read by the real command line: each as it must be."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.core.folder_help import state_of
from tests.mixed_files import KINDS, SYSTEM_FILES, Mixed, make_mixed_folder

pytestmark = pytest.mark.e2e

COUNT = 1000
ROWS = {f"A{number}" for number in (*range(1, 15), 21, 22)} - {"A14"}
"""Those of the catalogue that are about a file's content; HEIC only where nothing reads it."""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Mixed]]:
    folder = tmp_path_factory.mktemp("mixed")
    return folder, make_mixed_folder(folder, seed=12, count=COUNT)


def said(command: str, folder: Path) -> dict[str, Any]:
    """What a command says to programs; it ends well, and without a word on standard error."""
    arguments = [sys.executable, "-m", "workbench", command, str(folder), "--json"]
    ended = subprocess.run(arguments, capture_output=True, timeout=300)
    assert (ended.returncode, ended.stderr.decode()) == (0, "")
    (line,) = ended.stdout.decode().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_every_kind_is_there(mixed: tuple[Path, list[Mixed]]) -> None:
    _, made = mixed
    assert len(made) == COUNT
    assert len({each.path for each in made}) == COUNT
    assert Counter(each.kind for each in made).keys() == set(KINDS)
    assert {each.kind.row for each in made} >= ROWS


def test_each_file_is_used_noted_or_left_out_for_its_reason(mixed: tuple[Path, list[Mixed]]) -> None:
    folder, made = mixed
    before = state_of(folder)
    found = said("scan", folder)
    assert state_of(folder) == before
    assert {each["path"]: each["reason"] for each in found["skipped"]} == {
        each.path: each.kind.code.partition(".")[0] for each in made if each.kind.code
    }
    assert {each["code"]: each["count"] for each in found["left_out"]} == Counter(
        each.kind.code for each in made if each.kind.code
    )
    counts: Counter[str] = Counter()
    for note in found["notes"]:
        counts[note["code"]] += note["count"]
    assert counts == Counter(note for each in made for note in each.kind.notes)
    used = Counter(each.path.partition("/")[0] for each in made if not each.kind.code)
    assert found["classes"] == used
    assert found["samples"] == used.total()
    assert found["system_files"] == len(SYSTEM_FILES)
    for sentence in (*found["skipped"], *found["left_out"], *found["notes"]):
        assert sentence.get("message", sentence.get("text")).rstrip().endswith(".")


def test_a_model_learns_from_what_is_left(mixed: tuple[Path, list[Mixed]], ready_backbone: None) -> None:
    folder, made = mixed
    before = state_of(folder)
    found = said("check", folder)
    assert state_of(folder) == before
    assert found["photos"] == sum(not each.kind.code for each in made)
    assert {each["path"]: each["reason"] for each in found["left_out"]} == {
        each.path: each.kind.code.partition(".")[0] for each in made if each.kind.code
    }
    named = {sample["path"] for finding in found["findings"] for sample in finding["samples"]}
    damaged = {each.path for each in made if "changed.looks_damaged" in each.kind.notes}
    (finding,) = [each for each in found["findings"] if each["check"] == "damaged"]
    assert {sample["path"] for sample in finding["samples"]} == damaged
    assert named <= {each.path for each in made if not each.kind.code}
