from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from workbench.core.config.training_config import TrainingConfig
from workbench.core.events import Note, Progress, StepDone
from workbench.core.files import write_json
from workbench.core.project.event_log import EventLog
from workbench.ui.alone import made_up_instant, made_up_run
from workbench.ui.session.run_record import MOST_POINTS, as_they_came, new_record, record_of, thinned

RUN = made_up_run(Path("/photos"))
assert RUN.started is not None
assert RUN.result is not None


def step(number: int) -> StepDone:
    return StepDone(number, 1 + number // 12, number % 12 / 12, 1.0 / number, 0.5, 1e-3, 50.0, 10.0)


def test_a_run_grows_event_by_event() -> None:
    record = new_record(Path("/runs/a"), Path("/photos"), TrainingConfig())
    assert record.run.state == "training"
    for event in (
        Progress("decode", 1, 2),
        RUN.started,
        step(1),
        RUN.history[0],
        Note.said("A photo is gone."),
    ):
        record = record.after(event)
    assert record.started == RUN.started
    assert record.losses == ((1, 1 / 12, 1.0, 0.5),)
    assert record.progress is None
    assert record.run.history == (RUN.history[0],)
    assert record.run.model
    assert [note.title for note in record.run.notes] == ["A photo is gone."]
    record = record.after(RUN.result)
    assert record.run.state == "finished"


def test_a_run_that_goes_on_takes_back_what_was_not_saved() -> None:
    record = new_record(Path("/runs/a"), Path("/photos"), TrainingConfig())
    for number in range(1, 21):
        record = record.after(step(number))
    record = record.after(replace(RUN.started, first_step=12))
    assert [loss[0] for loss in record.losses] == list(range(1, 13))


def test_an_epoch_that_is_done_again_replaces_the_first() -> None:
    record = new_record(Path("/runs/a"), Path("/photos"), TrainingConfig())
    again = replace(RUN.history[0], seconds=99.0)
    for event in (RUN.history[0], RUN.history[1], again):
        record = record.after(event)
    assert [epoch.seconds for epoch in record.run.history] == [99.0, RUN.history[1].seconds]


def test_curves_of_long_runs_are_thinned_and_keep_their_ends() -> None:
    losses = tuple((number, number / 10, 1.0, 0.5) for number in range(1, 10_001))
    few = thinned(losses)
    assert len(few) <= MOST_POINTS
    assert few[0] == losses[0]
    assert few[-1] == losses[-1]
    assert [loss[0] for loss in few] == sorted({loss[0] for loss in few})
    assert thinned(losses[:10]) == losses[:10]


def test_a_fitted_head_is_a_model_to_use(tmp_path: Path) -> None:
    first, second = made_up_instant().runs.heads
    record = new_record(tmp_path, Path("/photos"), TrainingConfig())
    record = record.after(Progress("features", 1, 2)).after(first)
    assert record.run.fitted is first
    assert record.progress is None
    assert record.run.model, "it is written before it is reported"
    record = record.after(second)
    assert record.heads == (first, second)
    assert record.run.model
    assert record.run.state == "training"


def test_an_instant_run_folder_tells_the_same_story(tmp_path: Path) -> None:
    made = made_up_instant().runs
    assert made.shown is not None
    asked = {"schema_version": 1, "image_folder": "/photos", "config": made.shown.config}
    write_json(tmp_path / "run.json", asked)
    log = EventLog(tmp_path)
    for event in (made.shown.started, *made.heads, made.shown.result):
        log.append(event)
    log.close()
    read = record_of(tmp_path)
    assert [head.kind for head in read.heads] == ["ridge", "logistic"]
    assert [head.cross_validated.accuracy for head in read.heads] == [0.9, 0.94]
    assert read.run.fitted is not None
    assert read.run.result is not None
    assert read.run.result.cross_validated is not None
    assert read.losses == ()


def test_a_run_folder_tells_the_same_story(tmp_path: Path) -> None:
    asked = {"schema_version": 1, "image_folder": "/photos", "config": TrainingConfig().to_dict()}
    write_json(tmp_path / "run.json", asked)
    log = EventLog(tmp_path)
    events = (RUN.started, step(1), step(2), RUN.history[0], RUN.result)
    live = new_record(tmp_path, Path("/photos"), TrainingConfig())
    for event in events:
        log.append(event)
        live = live.after(event)
    log.close()
    read = record_of(tmp_path)
    assert read.losses == live.losses
    assert read.step == live.step
    assert read.started == live.started
    assert len(read.run.history) == 1
    assert read.run.state == live.run.state == "finished"


def test_a_long_run_shows_the_same_points_live_and_read_again() -> None:
    record = new_record(Path("/runs/a"), Path("/photos"), TrainingConfig()).after(RUN.started)
    for number in range(1, 2 * MOST_POINTS + 700):
        record = record.after(step(number))
    every = [(n, n // 12 + n % 12 / 12, 1.0 / n, 0.5) for n in range(1, 2 * MOST_POINTS + 700)]
    again = as_they_came(every)
    assert [loss[0] for loss in again] == [loss[0] for loss in record.losses]
    assert len(again) <= MOST_POINTS
    assert again[-1][0] == every[-1][0]
