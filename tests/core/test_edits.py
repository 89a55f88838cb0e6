"""Edits of a catalog: new snapshots, ids that stay, and nothing else changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogs import classes_of, sample_at
from workbench.core.data.catalog import Catalog, Roots
from workbench.core.data.edits import merged, reclassed, renamed, without
from workbench.core.data.split import make_split, own_split
from workbench.core.errors import InputError

PHOTOS = {"cat": 4, "dog": 6, "fox": 5}
SAMPLES = tuple(sample_at(f"{name}/{n}.jpg", name) for name, count in PHOTOS.items() for n in range(count))
CATALOG = Catalog(Roots.of(Path("/photos")), classes_of(PHOTOS), SAMPLES)


def test_a_renamed_class_keeps_its_id_and_is_sorted_anew() -> None:
    found = renamed(CATALOG, "cat", "tiger")
    assert [(each.id, each.name) for each in found.classes] == [
        ("dog", "dog"),
        ("fox", "fox"),
        ("cat", "tiger"),
    ]
    assert found.samples == CATALOG.samples
    assert found.counts == {"dog": 6, "fox": 5, "tiger": 4}
    assert found.name_of(SAMPLES[0].class_id) == "tiger"
    assert (CATALOG.revision, found.revision, CATALOG.class_names) == (0, 1, ("cat", "dog", "fox"))


def test_a_renamed_class_is_split_as_before() -> None:
    """Only the indices differ, which are made from the split."""
    before = make_split(CATALOG, validation_fraction=0.3, seed=3)
    after = make_split(renamed(CATALOG, "cat", "tiger"), validation_fraction=0.3, seed=3)
    assert after.validation == before.validation
    names = [before.class_names[index] for index in before.targets(before.validation)]
    renames = [after.class_names[index] for index in after.targets(after.validation)]
    assert renames == ["tiger" if name == "cat" else name for name in names]


def test_two_classes_of_one_name_are_refused() -> None:
    with pytest.raises(InputError) as taken:
        renamed(CATALOG, "cat", "dog")
    assert taken.value.message.code == "class_name_taken"
    with pytest.raises(InputError):
        renamed(CATALOG, "cat", " ")
    assert renamed(CATALOG, "cat", "cat").classes == CATALOG.classes


def test_samples_change_their_class_or_have_none() -> None:
    moved = reclassed(CATALOG, ["cat/0.jpg", "fox/1.jpg"], "dog")
    assert moved.counts == {"cat": 3, "dog": 8, "fox": 4}
    unsure = reclassed(moved, ["dog/0.jpg"], None)
    assert unsure.counts == {"cat": 3, "dog": 7, "fox": 4}
    assert unsure.revision == 2
    split = own_split(unsure)
    assert "dog/0.jpg" not in {sample.id for sample in split.samples}
    assert len(split.samples) == len(SAMPLES) - 1


def test_merged_classes_are_one() -> None:
    found = merged(CATALOG, ["fox", "dog"], "dog")
    assert found.counts == {"cat": 4, "dog": 11}
    assert [sample.id for sample in found.samples] == [sample.id for sample in SAMPLES]


def test_samples_are_left_out_and_an_empty_class_is_not_learned() -> None:
    found = without(CATALOG, [sample.id for sample in SAMPLES if sample.class_id == "cat"])
    assert found.counts == {"cat": 0, "dog": 6, "fox": 5}
    assert make_split(found, validation_fraction=0.2, seed=0).class_names == ("dog", "fox")


def test_edits_of_what_is_not_there_are_errors() -> None:
    for edit in (
        lambda: renamed(CATALOG, "owl", "x"),
        lambda: reclassed(CATALOG, ["cat/0.jpg"], "owl"),
        lambda: reclassed(CATALOG, ["cat/99.jpg"], "dog"),
        lambda: merged(CATALOG, ["owl"], "dog"),
        lambda: without(CATALOG, ["cat/99.jpg"]),
    ):
        with pytest.raises(KeyError):
            edit()
