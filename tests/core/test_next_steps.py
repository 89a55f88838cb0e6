"""What to do next: what each step promises, counted by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.catalogs import classes_of, sample_at
from workbench.core.data.catalog import Catalog, Roots
from workbench.core.data.edits import confirmed
from workbench.core.events import Followed, Growth, Insight
from workbench.core.health.next_steps import MOST, next_steps

Photo = tuple[str, str, float, float]
"""Its class, what a model takes it for, the probability of that, and of its own class."""
NAMES = ("cat", "dog", "fox")


def answered(*photos: Photo) -> tuple[Catalog, Followed]:
    samples = tuple(sample_at(f"{place}.jpg", photo[0]) for place, photo in enumerate(photos))
    catalog = Catalog(Roots.of(Path("/photos")), classes_of(NAMES), samples)
    followed = Followed(
        "/photos", 0, None, NAMES, tuple(sample.id for sample in samples),
        np.array([NAMES.index(photo[1]) for photo in photos], np.int32),
        np.array([photo[2] for photo in photos], np.float32),
        np.array([photo[3] for photo in photos], np.float32),
    )  # fmt: skip
    return catalog, followed


def right(name: str, count: int) -> list[Photo]:
    return [(name, name, 0.9, 0.9)] * count


def taken(name: str, said: str, count: int, *, sure: bool = False) -> list[Photo]:
    return [(name, said, 0.95, 0.01) if sure else (name, said, 0.5, 0.4)] * count


def insight(classes: tuple[tuple[str, int], ...], everywhere: int = 0) -> Insight:
    return Insight("/photos", 0, (), Growth(classes, everywhere, 0.8, 0.9), None)


def test_the_step_that_promises_most_comes_first() -> None:
    catalog, followed = answered(
        *right("cat", 30), *right("dog", 30), *right("fox", 30),
        *taken("cat", "dog", 3, sure=True), *taken("fox", "cat", 7),
    )  # fmt: skip
    steps = next_steps(catalog, followed, insight((("fox", 40),)), is_instant=True)
    assert [step.kind for step in steps] == ["check_classes", "add_to_class", "train_longer"]
    assert steps[0].samples == ("90.jpg", "91.jpg", "92.jpg")
    assert steps[0].gain == pytest.approx(3 / 100)
    assert steps[1].gain == pytest.approx(7 / 3 / 100)
    assert steps[1].values == {"classes": ("fox",), "more": 40}
    assert steps[2].gain is None
    assert steps[2].values == {"mistakes": 10, "photos": 100}


def test_a_disturbance_that_it_fails_at_comes_after_what_has_a_gain_and_before_training_longer() -> None:
    catalog, followed = answered(*right("cat", 30), *right("dog", 30), *taken("cat", "dog", 8, sure=True))
    steps = next_steps(catalog, followed, None, is_instant=True, fails_at="rotation")
    assert [step.kind for step in steps] == ["check_classes", "practise", "train_longer"]
    assert steps[1].gain is None
    assert steps[1].values == {"disturbance": "rotation"}


def test_what_a_person_has_found_right_is_not_asked_about_again() -> None:
    catalog, followed = answered(*right("cat", 20), *right("dog", 20), *taken("cat", "dog", 2, sure=True))
    assert next_steps(catalog, followed, None, is_instant=False)[0].samples == ("40.jpg", "41.jpg")
    looked = confirmed(catalog, ["40.jpg"])
    assert next_steps(looked, followed, None, is_instant=False)[0].samples == ("41.jpg",)
    assert next_steps(confirmed(looked, ["41.jpg"]), followed, None, is_instant=False) == []


def test_classes_that_look_the_same_are_offered_to_be_one() -> None:
    catalog, followed = answered(
        *right("cat", 14), *taken("cat", "dog", 6), *right("dog", 15), *taken("dog", "cat", 5),
        *right("fox", 20),
    )  # fmt: skip
    (step,) = next_steps(catalog, followed, None, is_instant=False)
    assert (step.kind, step.values) == ("merge", {"classes": ("cat", "dog"), "mistakes": 11})
    assert step.gain == pytest.approx(11 / 60)
    assert len(step.samples) == 11


def test_the_last_two_classes_are_not_made_one() -> None:
    catalog, followed = answered(
        *right("cat", 14), *taken("cat", "dog", 6), *right("dog", 15), *taken("dog", "cat", 5)
    )
    assert next_steps(catalog, followed, None, is_instant=False) == []


def test_a_model_that_is_often_wrong_does_not_doubt_the_classes() -> None:
    catalog, followed = answered(*right("cat", 10), *taken("dog", "cat", 10, sure=True), *right("fox", 3))
    assert [step.kind for step in next_steps(catalog, followed, None, is_instant=True)] == ["train_longer"]


def test_with_few_mistakes_nothing_is_to_be_improved() -> None:
    catalog, followed = answered(*right("cat", 30), *right("dog", 30), *taken("cat", "dog", 5))
    assert next_steps(catalog, followed, None, is_instant=True) == []
    assert next_steps(*answered(), None, is_instant=True) == []


def test_there_are_at_most_three() -> None:
    catalog, followed = answered(
        *right("cat", 14), *taken("cat", "dog", 6), *right("dog", 15), *taken("dog", "cat", 5),
        *right("fox", 20), *taken("fox", "cat", 4, sure=True),
    )  # fmt: skip
    growth = insight((("cat", 20), ("dog", 30), ("fox", 40)))
    steps = next_steps(catalog, followed, growth, is_instant=True)
    assert len(steps) == MOST
    gains = [step.gain for step in steps if step.gain is not None]
    assert gains == sorted(gains, reverse=True)
