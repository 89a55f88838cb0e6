"""A run folder tells its story, also where lines of it were damaged."""

from __future__ import annotations

import dataclasses
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import LogWatch
from workbench.core.errors import InputError
from workbench.core.events import EpochDone, HeadFitted, Note, StepDone, TrainingResult, TrainingStarted
from workbench.core.project.event_log import EventLog, from_json, read_events, to_json
from workbench.core.project.projects import Project
from workbench.core.project.run_predictions import judged, read_predictions, with_confusion
from workbench.core.project.runs import PREDICTIONS, RunSummary, summarise, write_asked
from workbench.core.results.comparison import Comparison
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import metrics_of
from workbench.core.results.numbers import Numbers
from workbench.core.results.predictions import PredictionTable, concat

GOLDEN = Path(__file__).parent.parent / "golden"
STARTED = TrainingStarted("r", "scratch", "custom", "cpu", "off", 10, ("a", "b"), 8, 4, 0, 2, 4)


def measures(classes: int = 2, samples: int = 4) -> Measures:
    return Measures(math.pi, 1 / 3, math.e / 3, samples, np.full((classes, classes), 10**6))


def epoch(number: int, *, best: bool = False) -> EpochDone:
    return EpochDone(number, number * 4, measures(), measures(), best, math.pi / 1000, 1.0)


def run_folder(folder: Path, *events: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_asked(folder, Path("/photos"), {"mode": "scratch"})
    log = EventLog(folder)
    for event in events:
        log.append(event)
    log.close()
    return folder


@pytest.mark.parametrize("classes", [200, 1000])
def test_an_epoch_of_many_classes_is_a_short_line(classes: int, tmp_path: Path) -> None:
    many = measures(classes, 10**6)
    run = run_folder(tmp_path, EpochDone(10**6, 10**9, many, many, True, math.pi, math.pi))
    assert (run / "events.jsonl").stat().st_size < 2000


def test_every_event_comes_back_from_json() -> None:
    result = TrainingResult(
        "r",
        "m",
        2,
        2,
        8,
        measures(),
        None,
        False,
        1.5,
        0,
        {"total": 2.5},
        comparison=Comparison(6, 0, 9, 0.03),
    )
    loss_of_none = StepDone(1, 1, 0.5, math.nan, 0.9, 0.1, 10.0, -1.0)
    for event in (
        STARTED,
        epoch(1),
        HeadFitted("ridge", measures(), 1.0),
        Note("x", {"count": 3}),
        result,
        loss_of_none,
    ):
        written = json.dumps(to_json(event))
        again = from_json(json.loads(written))
        assert type(again) is type(event)
        assert json.dumps(to_json(again)) == written
    assert from_json(to_json(STARTED)) == STARTED
    assert from_json(to_json(result)) == result
    assert from_json(to_json(epoch(1))).training.confusion is None


def test_numbers_of_numpy_are_written_as_numbers() -> None:
    written = to_json(Measures(np.float64(0.5), np.float32(0.25), 1.0, np.int64(3)))  # type: ignore[arg-type]
    assert (written["loss"], written["accuracy"], written["samples"]) == (0.5, 0.25, 3)


def test_the_summary_of_a_folder_is_that_of_its_events_one_by_one(tmp_path: Path) -> None:
    result = TrainingResult("r", "m", 2, 2, 8, measures(), None, False, 1.0, 0)
    events = (STARTED, epoch(1, best=True), epoch(2), epoch(2, best=True), Note.said("gone"), result)
    run = run_folder(tmp_path, *events)
    (run / "model.checkpoint").touch()
    told = RunSummary(run, Path("/photos"), {"mode": "scratch"}, "training")
    for event in events:
        told = told.after(event)
    assert told == summarise(run)
    assert [done.epoch for done in told.history] == [1, 2]
    assert told.state == "finished"
    assert [note.title for note in told.notes] == ["gone"]


def test_only_the_newest_and_the_best_epoch_keep_their_matrices() -> None:
    told = RunSummary(Path("/run"), Path("/photos"), {}, "training")
    for number in range(1, 6):
        told = told.after(epoch(number, best=number in (1, 3)))
    held = [done.epoch for done in told.history if done.validation.confusion is not None]
    assert held == [3, 5]
    told = told.after(epoch(6, best=True))
    assert [done.epoch for done in told.history if done.training.confusion is not None] == [6]


@pytest.mark.parametrize(
    "damage",
    [
        b'{"event": "EpochDone", "epoch": 1, "st',
        b"\0" * 40,
        b'{"event": "Sparkle"}',
        b'{"event": "Note", "values": {}}',
        b'{"event": "Note", "code": 1, "text": []}',
        b'{"event": "EpochDone", "training": {"confusion": [["x"], 2]}}',
        b"[]",
        b"7",
        b"\xff\xfe",
    ],
)
def test_a_line_that_cannot_be_read_is_passed_over(
    damage: bytes, tmp_path: Path, log_watch: LogWatch
) -> None:
    log_watch.expect("lines that cannot be read, passed over: 2")
    run = run_folder(tmp_path, STARTED, epoch(1))
    with (run / "events.jsonl").open("ab") as file:
        file.write(damage + b"\n" + damage)
    run = run_folder(tmp_path, epoch(2))  # goes on after the disk was full
    told = summarise(run)
    assert [done.epoch for done in told.history] == [1, 2]
    assert told.unread == 2


def test_a_last_line_that_is_being_written_does_not_count(tmp_path: Path) -> None:
    run = run_folder(tmp_path, STARTED)
    with (run / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "EpochDone", "epoch": 1, "st')
    assert read_events(run) == ([STARTED], 0)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("run.json", b""),
        ("run.json", bytes(100)),
        ("run.json", b"{}"),
        ("run.json", b"[]"),
        ("run.json", b'"x"'),
    ],
)
def test_one_damaged_run_hides_no_other(
    file: str, content: bytes, tmp_path: Path, profile: Path, log_watch: LogWatch
) -> None:
    log_watch.expect("“run.json” of the run “.*” is damaged")
    project = Project.of(tmp_path)
    folders = [run_folder(project.new_run(), STARTED) for _ in range(3)]
    (folders[1] / file).write_bytes(content)
    assert {run.folder for run in project.runs()} == {folders[0], folders[2]}


def test_one_damaged_project_hides_no_other(tmp_path: Path, profile: Path, log_watch: LogWatch) -> None:
    log_watch.expect("project.json cannot be read")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    sound, damaged = Project.of(tmp_path / "a"), Project.of(tmp_path / "b")
    (damaged.folder / "project.json").write_text("")
    assert Project.recent() == [sound]


def test_a_run_of_a_newer_version_says_so(tmp_path: Path) -> None:
    run = run_folder(tmp_path, STARTED)
    asked = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**asked, "schema_version": 99}))
    with pytest.raises(InputError, match="newer version"):
        summarise(run)


def test_matrices_are_counted_from_the_predictions(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    table = PredictionTable.of(
        ("a", "b"), list("wxyz"), np.array([0, 1, 1, 0]), random.dirichlet([1, 1], 4), subset="validation",
        model="scratch",
    )  # fmt: skip
    expected = metrics_of(table)
    light = expected.measures.without_confusion()
    done = dataclasses.replace(epoch(1, best=True), validation=light)
    result = TrainingResult("r", "m", 1, 1, 4, light, None, False, 1.0, 0)
    run = run_folder(tmp_path, STARTED, done, dataclasses.replace(done, epoch=2, is_best=False), result)
    assert with_confusion(summarise(run)) == summarise(run), "nothing was predicted yet"
    table.save(run / PREDICTIONS)
    told = with_confusion(summarise(run))
    assert told.result is not None
    assert told.result.validation is not None
    np.testing.assert_array_equal(told.result.validation.confusion, expected.confusion)
    assert told.best is not None
    np.testing.assert_array_equal(told.best.validation.confusion, expected.confusion)
    assert told.history[1].validation.confusion is None, "of another model than the one that was kept"


def of_a_set(subset: str, right: list[bool], *, model: str = "scratch", fold: int = -1) -> PredictionTable:
    """A prediction for each of some samples of class a, right or wrong."""
    names = [f"{subset}{model}{number}" for number in range(len(right))]
    probabilities = np.array([[0.9, 0.1] if each else [0.2, 0.8] for each in right])
    zeros = np.zeros(len(right), np.int64)
    return PredictionTable.of(
        ("a", "b"), names, zeros, probabilities, subset=subset, model=model, folds=zeros + fold
    )


def test_a_run_is_judged_by_the_predictions_of_its_fairest_measures(tmp_path: Path) -> None:
    validation, test = of_a_set("validation", [True, False]), of_a_set("test", [True, True, False])
    learned = of_a_set("training", [True] * 5)
    of = {name: metrics_of(table).measures for name, table in (("v", validation), ("t", test))}
    done = dataclasses.replace(epoch(1, best=True), validation=of["v"].without_confusion())
    result = TrainingResult("r", "m", 1, 1, 4, of["v"], of["t"], False, 1.0, 0)
    run = run_folder(tmp_path, STARTED, done)
    assert judged(summarise(run)) is None, "nothing was predicted yet"
    concat([learned, validation]).save(run / PREDICTIONS)
    assert judged(summarise(run)).samples == validation.samples
    concat([learned, validation, test]).save(run / PREDICTIONS)
    run = run_folder(tmp_path / "ended", STARTED, done, result)
    concat([learned, validation, test]).save(run / PREDICTIONS)
    assert judged(summarise(run)).samples == test.samples
    table = judged(summarise(run))
    assert table is not None
    numbers = Numbers.of(table)
    assert numbers is not None
    assert numbers.by_class.recall[0] == pytest.approx(2 / 3)


def test_an_improved_run_is_judged_by_the_model_that_was_kept(tmp_path: Path) -> None:
    instant = of_a_set("training", [True, False, False], model="instant", fold=1)
    improved = of_a_set("training", [True, True, True], model="improved", fold=1)
    measured = {table.models[0]: metrics_of(table).measures for table in (instant, improved)}
    run = tmp_path / "run"
    run.mkdir()
    write_asked(run, Path("/photos"), {"mode": "improve"})
    log = EventLog(run)
    log.append(dataclasses.replace(STARTED, mode="improve"))
    log.append(HeadFitted("ridge", measured["instant"], 1.0))
    concat([instant, improved]).save(run / PREDICTIONS)
    assert set(judged(summarise(run)).models) == {"instant"}
    after = measured["improved"]
    log.append(
        TrainingResult(
            "r", "m", None, 1, 4, None, None, False, 1.0, 0, cross_validated=after, kept="improved"
        )
    )
    log.close()
    assert set(judged(summarise(run)).models) == {"improved"}


def test_damaged_predictions_leave_the_rest_of_the_story(tmp_path: Path, log_watch: LogWatch) -> None:
    log_watch.expect("How each photo was answered cannot be read")
    run = run_folder(tmp_path, STARTED, epoch(1, best=True))
    (run / PREDICTIONS).write_bytes(b"PK")
    assert with_confusion(summarise(run)) == summarise(run)


@pytest.mark.parametrize("name", ["scratch", "instant", "improve", "transfer"])
def test_a_run_of_the_first_version_keeps_its_matrices(name: str, tmp_path: Path) -> None:
    run = Path(shutil.copytree(GOLDEN / name, tmp_path / name))
    lines = (run / "events.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line]
    told = with_confusion(summarise(run))
    assert told.unread == 0
    assert told.result is not None
    ended = next(record for record in records if record["event"] == "TrainingResult")
    for subset in ("validation", "test", "cross_validated"):
        was, found = ended[subset], getattr(told.result, subset)
        assert (was is None) == (found is None)
        if was is not None:
            assert found.confusion.tolist() == was["confusion"]
            assert found.samples == int(np.sum(was["confusion"]))
            assert (found.loss, found.accuracy) == (was["loss"], was["accuracy"])
    assert told.result.runtime == (ended["engine"] or None)
    assert told.result.kept == (ended["kept"] or None)
    assert told.result.best_epoch == (ended["best_epoch"] or None)
    if name in ("instant", "improve"):
        table = read_predictions(told)
        found = told.result.cross_validated
        assert (len(table), metrics_of(table).accuracy) == (found.samples, found.accuracy)
        assert table.classes == ("discs", "stripes")


def test_events_are_read_without_numpy(tmp_path: Path) -> None:
    run = run_folder(tmp_path, STARTED, epoch(1))
    code = (
        "import sys; from pathlib import Path; from workbench.core.project.runs import summarise\n"
        f"assert len(summarise(Path({str(run)!r})).history) == 1\n"
        "print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
