"""What becomes of each file once it is clear how a folder is meant: classes, spellings, what lies beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.folder_help import Tree, listing_of, spread
from workbench.core.data.layout import arrange, look_at
from workbench.core.errors import InputError


@pytest.mark.parametrize(
    ("tree", "known", "classes"),
    [
        ({"square": 8}, "disc square", {"square": 8}),
        ({".22": 8}, ".22 .45", {".22": 8}),
        ({"square/2019": 4, "square/2020": 4}, "disc square", {"square": 8}),
        ({"new photos/Square": 8}, "disc square", {"square": 8}),
        (spread("disc square", "indoor outdoor"), "disc square", {"disc": 8, "square": 8}),
        (spread("indoor outdoor", "disc square"), "disc square", {"disc": 8, "square": 8}),
        ({"disc": 4, "triangle": 4}, "disc square", {"disc": 4}),
        ({"": 5}, "photos disc", {"photos": 5}),
    ],
)
def test_a_model_knows_what_its_classes_are_called(
    tree: Tree, known: str, classes: dict[str, int], tmp_path: Path
) -> None:
    names = known.split()
    look = look_at(tmp_path / "photos", listing_of(tree), names)
    layout = arrange(look, look.reading(), names)
    counted = [place.class_name for place in layout.places]
    assert {name: counted.count(name) for name in counted} == classes


@pytest.mark.parametrize(
    ("tree", "code"), [({"": 4}, "nothing_to_compare_with"), ({"a": 4, "b": 4}, "unknown_class")]
)
def test_a_model_has_nothing_to_be_compared_with(tree: Tree, code: str, tmp_path: Path) -> None:
    def arranged() -> None:
        look = look_at(tmp_path / "photos", listing_of(tree), ["disc", "square"])
        arrange(look, look.reading(), ["disc", "square"])

    with pytest.raises(InputError) as caught:
        arranged()
    assert caught.value.message.code == code


def test_what_lies_beside_the_classes_is_named(tmp_path: Path) -> None:
    tree = spread("images masks", "bars rings") | {"annotations": "xml", "thumbs": 5}
    look = look_at(tmp_path / "photos", listing_of(tree))
    layout = arrange(look, look.reading())
    assert {skipped.path: skipped.message.code for skipped in layout.skipped} == {
        "annotations": "beside_classes.no_photos",
        "masks": "beside_classes.version",
        "thumbs": "beside_classes.version",
    }
    assert layout.notes[0].title == "The classes are the folders inside “images”."


def test_names_of_sets_that_are_not_usual_are_said(tmp_path: Path) -> None:
    look = look_at(tmp_path / "photos", listing_of(spread("seg_train seg_test", "a b")))
    said = [note.title for note in arrange(look, look.reading()).notes]
    assert said == ["“seg_train” is taken for the training set.", "“seg_test” is taken for the test set."]


def test_masks_by_their_names_are_no_photos(tmp_path: Path) -> None:
    names = [f"benign ({n}){end}.png" for n in range(5) for end in ("", "_mask")]
    tree: Tree = {"benign": [*names, "benign (0)_mask_1.png"], "malignant": 4}
    look = look_at(tmp_path / "photos", listing_of(tree))
    layout = arrange(look, look.reading())
    assert len(layout.places) == 9
    assert {skipped.message.code for skipped in layout.skipped} == {"mask_file"}


def test_a_few_names_that_end_in_mask_are_photos(tmp_path: Path) -> None:
    tree: Tree = {"with": ["1.png", "1_mask.png", "2.png"], "without": 4}
    look = look_at(tmp_path / "photos", listing_of(tree))
    assert len(arrange(look, look.reading()).places) == 7


@pytest.mark.parametrize(
    ("own", "given"),
    [("Rings", "rings"), ("Rings", "RINGS "), ("fourmis ailées", "fourmis aile\u0301es"), ("a b", "a\u00a0b"),
     ("golden retriever", "golden_retriever"), ("ants", "an\u200bts")],
)  # fmt: skip
def test_sets_whose_names_are_spelled_in_two_ways_are_one(own: str, given: str, tmp_path: Path) -> None:
    tree: Tree = {f"train/{own}": 3, "train/other": 3, f"val/{given}": 2, "val/other": 2}
    look = look_at(tmp_path / "photos", listing_of(tree))
    layout = arrange(look, look.reading())
    assert layout.class_names == {own, "other"}
    (note,) = (each for each in layout.notes if each.code == "class_names_matched")
    assert note.values["meant"] == [own]


def test_a_name_that_could_mean_two_classes_means_none(tmp_path: Path) -> None:
    tree: Tree = {"train/Rings": 3, "train/rings": 3, "val/RINGS": 2, "val/rings": 2}
    look = look_at(tmp_path / "photos", listing_of(tree))
    layout = arrange(look, look.reading())
    assert layout.class_names == {"Rings", "rings", "RINGS"}


def test_a_reading_that_there_is_not(tmp_path: Path) -> None:
    look = look_at(tmp_path / "photos", listing_of({"a": 1, "b": 1}))
    with pytest.raises(InputError, match="cannot be read as “sets”"):
        look.reading("sets")
