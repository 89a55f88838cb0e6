"""Which photos and classes are doubted, from answers that are made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.catalogs import classes_of, sample_at
from workbench.core.data.catalog import Catalog, Roots
from workbench.core.data.edits import confirmed, reclassed, without_class
from workbench.core.events import Followed
from workbench.core.health.checks import examine
from workbench.core.health.evidence import Evidence
from workbench.core.health.wrong_class import mixed_up, suggestions, suspects
from workbench.words.findings import told

NAMES = ("cat", "dog", "fox")


def answered(*answers: tuple[str | None, str, float, float]) -> tuple[Catalog, Followed]:
    """Photos with their class, what a model says, how surely, and how much it gives their own class."""
    samples = tuple(sample_at(f"{number}.jpg", own) for number, (own, *_) in enumerate(answers))
    catalog = Catalog(Roots.of(Path("/photos")), classes_of(NAMES), samples)
    _, said, probability, own = zip(*answers, strict=True)
    followed = Followed(
        str(catalog.folder),
        0,
        None,
        NAMES,
        tuple(sample.id for sample in samples),
        np.array([NAMES.index(name) for name in said], np.int32),
        np.array(probability, np.float32),
        np.array(own, np.float32),
    )
    return catalog, followed


NAN = float("nan")
CATALOG, FOLLOWED = answered(
    ("cat", "cat", 0.9, 0.9),
    ("cat", "dog", 0.6, 0.3),
    ("dog", "fox", 0.95, 0.01),
    ("fox", "cat", 0.8, NAN),
    (None, "dog", 0.7, NAN),
    (None, "fox", 0.99, NAN),
)


def test_the_least_believed_comes_first_and_what_could_not_be_asked_is_not_doubted() -> None:
    found = suspects(CATALOG, FOLLOWED)
    assert [(sample, each.class_id) for sample, each in found.items()] == [("2.jpg", "fox"), ("1.jpg", "dog")]
    assert found["2.jpg"].probability == np.float32(0.95)


def test_what_a_person_confirmed_or_put_right_is_no_longer_doubted() -> None:
    assert list(suspects(confirmed(CATALOG, ["2.jpg"]), FOLLOWED)) == ["1.jpg"]
    assert list(suspects(reclassed(CATALOG, ["2.jpg"], "fox"), FOLLOWED)) == ["1.jpg"]
    assert list(suspects(without_class(CATALOG, "fox"), FOLLOWED)) == ["1.jpg"]


def test_photos_without_a_class_get_one_suggested_the_surest_first() -> None:
    found = suggestions(CATALOG, FOLLOWED)
    assert [(sample, each.class_id) for sample, each in found.items()] == [("5.jpg", "fox"), ("4.jpg", "dog")]
    assert list(suggestions(reclassed(CATALOG, ["5.jpg"], "fox"), FOLLOWED)) == ["4.jpg"]


def test_classes_that_are_taken_for_each_other_are_named() -> None:
    cats = [("cat", "cat", 0.8, 0.8)] * 6 + [("cat", "dog", 0.6, 0.4)] * 4
    dogs = [("dog", "dog", 0.8, 0.8)] * 7 + [("dog", "cat", 0.6, 0.4)] * 3
    foxes = [("fox", "fox", 0.8, 0.8)] * 6 + [("fox", "dog", 0.6, 0.4)] * 4
    catalog, followed = answered(*cats, *dogs, *foxes)
    assert mixed_up(catalog, followed) == [("cat", "dog", 7 / 20)], (
        "foxes are taken for dogs, but no dog for one"
    )
    (finding,) = (e for e in examine(Evidence(catalog, followed=followed)) if e.check == "mixed_up")
    assert told(finding).startswith("“cat” and “dog” are mixed up for 35 of 100 of their photos.")


def test_answers_of_before_an_edit_do_no_harm() -> None:
    gone = replace(CATALOG, samples=CATALOG.samples[:2], classes=CATALOG.classes[:1])
    assert suspects(gone, FOLLOWED) == {}
    assert suggestions(gone, FOLLOWED) == {}
