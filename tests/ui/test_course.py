"""One bar over all stages of a run: it never goes back, is never full too soon, and its time is corrected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workbench.core.config.methods import METHODS
from workbench.core.config.training_config import recommended
from workbench.core.durations import Photos, Rates, Stage, seconds_for, stages_for
from workbench.core.events import EpochDone, HeadFitted, Progress, StepDone, TrainingStarted
from workbench.core.improve.plan import ImproveSpeed
from workbench.core.messages import Message
from workbench.core.results.measures import Measures
from workbench.ui.session.course import Course

MEASURES = Measures(0.3, 0.9, 0.9, 10)
PLAN = [
    Stage("getting_ready", 1.0, counts=False),
    Stage("looking", 20.0),
    Stage("fitting", 5.0),
    Stage("saving", 1.0, counts=False),
]


def counted(code: str, begin: float, end: float, total: int = 20) -> Iterator[tuple[float, Progress]]:
    for done in range(1, total + 1):
        yield begin + (end - begin) * done / total, Progress(code, done, total, Message(code))


def instant(slowness: float) -> list[tuple[float, object]]:
    """The events of an instant run that takes so many times as long as planned: (seconds, event)."""
    end = 1 + 20 * slowness
    events: list[tuple[float, object]] = [*counted("looking", 1, end)]
    middle = 1 + 10 * slowness
    events.insert(10, (middle, HeadFitted("ridge", MEASURES, 1.0, 5, 20)))
    events.append((end + 5 * slowness, HeadFitted("logistic", MEASURES, 1.0, 20, 20)))
    return events


@pytest.mark.parametrize("slowness", [0.3, 1.0, 4.0])
def test_one_share_over_all_stages_that_never_goes_back(slowness: float) -> None:
    course, shares, errors = Course(PLAN, 0.0), [], []
    events = instant(slowness)
    end = events[-1][0] + 1
    waiting = list(events)
    for tenth in range(int(10 * end)):
        now = tenth / 10
        while waiting and waiting[0][0] <= now:
            course.after(waiting[0][1], waiting[0][0])
            waiting.pop(0)
        reached = course.reached(now)
        shares.append(reached.share)
        if now > 1 + 5 * slowness:  # half of the first look: its pace is known
            errors.append(abs(reached.left - (end - now)) / (end - now + 2))
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.1
    assert 0.9 < shares[-1] < 1.0
    assert max(errors) < 0.75
    assert sum(errors) / len(errors) < 0.35


def test_a_stage_that_counts_nothing_goes_on_and_is_not_over_too_soon() -> None:
    course = Course(PLAN, 0.0)
    for when, event in instant(1.0)[:-1]:
        course.after(event, when)
    at = [course.reached(21 + seconds) for seconds in (0, 2, 4, 60)]
    assert [each.share for each in at] == sorted(each.share for each in at)
    assert at[0].share < at[1].share < at[2].share < 1
    assert all(each.left > 0 for each in at)


def test_training_goes_by_its_own_time_left() -> None:
    plan = [
        Stage("preparing_photos", 2.0, counts=False),
        Stage("learning", 500.0),
        Stage("checking", 4.0, counts=False),
    ]
    course = Course(plan, 0.0)
    for when, event in counted("preparing_photos", 0, 2):
        course.after(event, when)
    course.after(TrainingStarted("r", "transfer", "a", "d", "off", 1, ("a", "b"), 1, 1, 0, 4, 10), 2.0)
    course.after(StepDone(10, 1, 1.0, 0.1, 0.9, 1e-3, 10.0, 30.0), 12.0)
    course.after(Progress("evaluate", 3, 4, Message("checking")), 12.5)  # the validation set, between epochs
    course.after(EpochDone(1, 10, MEASURES, MEASURES, True, 1e-3, 1.0), 13.0)
    assert course.reached(14.0).left == pytest.approx(30 - 2 + 4)
    course.after(StepDone(40, 4, 1.0, 0.1, 0.9, 1e-3, 10.0, 0.0), 40.0)
    course.after(Progress("evaluate", 1, 4, Message("checking")), 41.0)
    assert course.reached(41.0).left < 8
    assert course.reached(41.0).share > 0.8


def test_where_it_may_be_over_soon_both_times_are_told() -> None:
    course = Course([Stage("looking_again", 10.0), Stage("learning", 90.0, part=1 / 3)], 0.0)
    assert (course.reached(0.0).left, course.reached(0.0).soonest) == (100.0, 10 + 30)
    for when, event in counted("looking_again", 0, 10):
        course.after(event, when)
    course.after(TrainingStarted("r", "improve", "a", "d", "off", 1, ("a", "b"), 1, 1, 0, 3, 10), 10.0)
    course.after(StepDone(5, 1, 0.5, 0.1, 0.9, 1e-3, 10.0, 75.0), 25.0)
    assert course.reached(25.0).left == pytest.approx(75)
    assert course.reached(25.0).soonest == pytest.approx(15)
    course.after(StepDone(10, 1, 1.0, 0.1, 0.9, 1e-3, 10.0, 60.0), 40.0)
    assert course.reached(40.0).soonest == pytest.approx(30)  # that round helped: the next one may not
    course.after(StepDone(25, 3, 0.5, 0.1, 0.9, 1e-3, 10.0, 15.0), 85.0)
    assert course.reached(85.0).soonest < 0  # the last round learns from all photos


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    course = Course([], 0.0)
    course.after(Progress("decode", 1, 2, Message("preparing_photos")), 1.0)
    assert course.reached(2.0).share < 0
    assert course.reached(2.0).left < 0


UNKNOWN = ("looking_again", "looking.small_objects", "looking_to_answer")
"""How long these take is known once they have begun, or nothing: no photo is to be answered."""


@pytest.mark.parametrize("key", [method.key for method in METHODS])
def test_every_method_has_a_plan_that_its_events_know(key: str) -> None:
    rates = Rates(100.0, ImproveSpeed(200.0, 100.0))
    for known in (Rates(), rates):
        plan = stages_for(recommended(key), Photos(500), known)
        assert all(stage.seconds > 0 for stage in plan if stage.key not in UNKNOWN)
        once = [stage.key for stage in plan if not stage.key.startswith(("looking.", "trying."))]
        assert len(set(once)) == len(once)
    total, told = sum(stage.seconds for stage in plan), seconds_for(recommended(key), Photos(500), rates)
    assert told is None or told * 0.8 <= total <= told * 1.2 + 20


def test_what_passes_between_two_stages_says_nothing_of_their_pace() -> None:
    """Heads and given sets after a look, before the next: that once made 25 minutes of two."""
    plan = [Stage("looking", 10.0), Stage("looking_again", 9.0), Stage("learning", 100.0)]
    course = Course(plan, 0.0)
    for now, event in counted("looking", 0, 10):
        course.after(event, now)
    for now, event in counted("looking_again", 25, 34, 100):
        course.after(event, now)
        true = 134.0 - now
        assert true / 1.5 <= course.reached(now).left <= true * 1.5


def test_a_stage_that_was_done_already_says_nothing_of_the_pace_either() -> None:
    course = Course([Stage("looking", 20.0), Stage("learning", 100.0)], 0.0)
    course.after(Progress("looking", 20, 20, Message("looking")), 8.0)
    assert course.reached(8.0).left == pytest.approx(100.0)
