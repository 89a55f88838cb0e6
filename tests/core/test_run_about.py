"""Names and notes of runs, what may be deleted, and in what two runs differ."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psutil
import pytest

from tests.conftest import REPOSITORY, LogWatch
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.errors import InputError, ResourceError
from workbench.core.project.copies import RUN_FILE
from workbench.core.project.run_about import (
    ABOUT,
    LONGEST_NAME,
    LONGEST_NOTE,
    RunAbout,
    check_deletable,
    read_about,
    write_about,
)
from workbench.core.project.run_differences import RunFacts, differences
from workbench.core.project.run_predictions import held_out
from workbench.core.project.runs import summarise, write_asked
from workbench.core.settings import replace
from workbench.words.setting_values import value_words

GOLDEN = REPOSITORY / "tests" / "golden"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "2026-01-01_10-00-00-1"
    folder.mkdir(parents=True)
    write_asked(folder, tmp_path, TrainingConfig().to_dict())
    return folder


def test_a_name_and_a_note_stay_and_what_the_run_wrote_does_not_change(run: Path) -> None:
    before = {file.name: file.read_bytes() for file in run.iterdir()}
    about = RunAbout.typed("Hirsche & Rehe <b>", "  one\n\ntwo \n")
    write_about(run, about)
    assert summarise(run).about == RunAbout("Hirsche & Rehe <b>", "  one\n\ntwo".strip())
    assert {file.name: file.read_bytes() for file in run.iterdir() if file.name != ABOUT} == before
    write_about(run, RunAbout())
    assert read_about(run) == RunAbout()
    assert RUN_FILE.fullmatch(ABOUT), "it belongs to a copy of the run"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\nlines\tand a tab ", "two lines and a tab"),
        ("bell\a, escape\x1b[31m, zero\0", "bell, escape[31m, zero"),
        ("turned \u202eround\u202c \u2066again\u2069", "turned round again"),
        ("half \ud800 a character", "half a character"),
        ("e\u0301", "é"),
        ("日本語 😀 עברית", "日本語 😀 עברית"),
        ("x" * 500, "x" * (LONGEST_NAME - 1) + "…"),
        ("", ""),
    ],
)
def test_any_text_may_be_typed(run: Path, typed: str, kept: str) -> None:
    about = RunAbout.typed(typed, typed)
    assert about.name == kept
    write_about(run, about)
    assert read_about(run) == about
    assert read_about(run).name == kept


def test_a_note_keeps_its_lines_and_has_an_end() -> None:
    assert RunAbout.typed("", "one\r\ntwo\rthree").note == "one\ntwo\nthree"
    assert len(RunAbout.typed("", "x" * 5000).note) == LONGEST_NOTE


@pytest.mark.parametrize("content", ["", "{", '{"name": 1, "note": ""}', "[]", '{"name": "x"}'])
def test_a_damaged_file_is_no_name(run: Path, content: str, log_watch: LogWatch) -> None:
    (run / ABOUT).write_text(content, encoding="utf-8")
    log_watch.expect("cannot be read")
    assert summarise(run).about == RunAbout()


def test_says_where_it_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ResourceError):
        write_about(tmp_path / "gone", RunAbout("a", "b"))


def test_a_run_in_use_or_in_work_is_not_deleted(run: Path) -> None:
    check_deletable(run, None)
    check_deletable(run, run.with_name("another"))
    with pytest.raises(InputError) as refused:
        check_deletable(run, run)
    assert refused.value.message.code == "run_deleted.in_use"
    lock = {"pid": os.getpid(), "started": psutil.Process().create_time()}
    (run / "run.lock").write_text(json.dumps(lock), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        check_deletable(run, None)
    assert refused.value.message.code == "run_deleted.learning"


def named(first: TrainingConfig, second: TrainingConfig) -> dict[str, tuple[str, str]]:
    found = differences(first.to_dict(), second.to_dict())
    assert found is not None
    return {
        each.name: (value_words(each.declared, each.first), value_words(each.declared, each.second))
        for each in found
    }


def test_only_settings_that_have_an_effect_differ() -> None:
    scratch = recommended("scratch")
    assert named(scratch, scratch) == {}
    assert named(TrainingConfig(), TrainingConfig(epochs=99)) == {}, "instant has no epochs"
    other = replace(scratch, {"epochs": 7, "head_epochs": 3, "ema": 0.99, "deterministic": True})
    assert named(scratch, other) == {
        "epochs": (str(scratch.epochs), "7"),
        "ema": ("off", "0.99"),
        "deterministic": ("off", "on"),
    }
    assert named(TrainingConfig(), TrainingConfig(input_size=96)) == {
        "input_size": ("Automatic", "96 pixels")
    }
    told = named(TrainingConfig(), scratch)
    assert told["mode"] == ("Instant", "Learn from nothing")
    assert told["epochs"] == ("–", str(scratch.epochs))
    assert "test_fraction" not in told


def test_a_mix_of_ones_own_and_a_network_of_ones_own_are_told_value_by_value() -> None:
    scratch = replace(recommended("scratch"), {"augmentation": "light"})
    mixed = replace(
        scratch, {"augmentation": "custom", "augmentations": {"rotation": 0.5, "horizontal_flip": 1.0}}
    )
    told = named(scratch, mixed)
    assert told["augmentation.rotation"] == ("off", "0.5")
    assert "augmentation.horizontal_flip" not in told, "both mirror"
    assert "augmentation.colour_jitter" in told
    deeper = replace(scratch, {"design": replace(scratch.design, {"blocks": scratch.design.blocks + 1})})
    assert named(scratch, deeper) == {
        "design.blocks": (str(scratch.design.blocks), str(scratch.design.blocks + 1))
    }


def test_settings_of_a_newer_version_are_not_guessed() -> None:
    newer = {**TrainingConfig().to_dict(), "schema_version": 99}
    assert differences(TrainingConfig().to_dict(), newer) is None
    assert differences({"mode": "instant", "no_such": 1}, TrainingConfig().to_dict()) is None


def test_runs_of_an_older_version_can_be_compared() -> None:
    """Its answers are in another file, of training samples in folds."""
    old = summarise(GOLDEN / "instant")
    found = held_out(old)
    assert found.samples
    assert set(found.sets) == {"cross_validated"}
    assert all(found.digests)
    assert RunFacts.of(old).network == "efficientnet_lite0"


def test_a_run_that_was_cut_off_before_it_was_tested_says_so(run: Path) -> None:
    with pytest.raises(InputError) as refused:
        held_out(summarise(run))
    assert refused.value.message.code == "run_without_answers"
