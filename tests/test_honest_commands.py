"""What the commands say of numbers that would flatter, on folders as people have them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from tests.altered import ALTERED
from tests.cli_help import call
from workbench import cli

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("ready_backbone")]


def thing(seed: int, shape: str, size: tuple[int, int] = (220, 160)) -> Image.Image:
    """A ring or a bar on a blotchy ground of its own."""
    random = np.random.default_rng([seed, shape == "ring"])
    coarse = Image.fromarray(random.integers(30, 200, (6, 8, 3), np.uint8))
    image = coarse.resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    x, y = (int(random.integers(5, side - 70)) for side in size)
    if shape == "ring":
        draw.ellipse((x, y, x + 60, y + 60), outline=(30, 200, 60), width=13)
    else:
        draw.rectangle((x, y + 20, x + 60, y + 40), fill=(240, 140, 20))
    return image


def fill(folder: Path, shape: str, count: int, first: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        thing(number, shape).save(folder / f"{number:03}.jpg", quality=92)


def trained(capsys: pytest.CaptureFixture[str], folder: Path, out: Path, *more: str) -> Any:
    return call(capsys, "train", folder, "--device", "cpu", "--out", out, *more)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, session_profile: None, ready_backbone: None) -> Path:
    """A folder of photos with a run that learned from them beside it."""
    above = tmp_path_factory.mktemp("learned")
    fill(above / "photos" / "rings", "ring", 12)
    fill(above / "photos" / "bars", "bar", 12)
    assert cli.main(["train", str(above / "photos"), "--device", "cpu", "--out", str(above / "run")]) == 0
    return above


def test_copies_count_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name, shape in (("rings", "ring"), ("bars", "bar")):
        fill(tmp_path / "photos" / name, shape, 5)
        for photo in sorted((tmp_path / "photos" / name).iterdir()):
            for number in range(9):
                shutil.copy(photo, photo.with_name(f"{photo.stem} ({number}).jpg"))
    told = trained(capsys, tmp_path / "photos", tmp_path / "run")
    measured = told["cross_validated_accuracy"]
    assert (measured["samples"], measured["different_photos"]) == (100, 10)
    assert measured["interval"][1] - measured["interval"][0] > 0.25
    assert any("count as 10." in warning for warning in told["warnings"])


def test_random_labels_come_out_at_chance_whatever_was_done_to_the_copies(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    random = np.random.default_rng(4)
    for number in range(60):
        folder = tmp_path / "photos" / random.choice(["heads", "tails"])
        folder.mkdir(parents=True, exist_ok=True)
        photo = thing(number, "ring")
        photo.save(folder / f"{number}.png")
        for name in ("quality 60", "half", "crop a corner", "mirrored", "brighter"):
            ALTERED[name](photo).save(folder / f"{number} {name}.jpg", quality=85)
    measured = trained(capsys, tmp_path / "photos", tmp_path / "run")["cross_validated_accuracy"]
    assert (measured["samples"], measured["different_photos"]) == (360, 60)
    assert measured["interval"][0] < 0.5 < measured["interval"][1]


def test_evaluate_says_that_it_learned_from_these_photos(
    capsys: pytest.CaptureFixture[str], learned: Path
) -> None:
    told = call(capsys, "evaluate", learned / "run", learned / "photos")
    assert told["learned_from"] == {
        "same": 24, "nearly": 0, "all_of_them": True, "accuracy_with_them": None,
    }  # fmt: skip
    assert cli.main(["evaluate", str(learned / "run"), str(learned / "photos")]) == 0
    printed = capsys.readouterr().out
    assert "tested on 24 photos that it learned from" in printed
    assert "says nothing about new photos" in printed


def test_evaluate_counts_new_photos_apart_from_altered_ones(
    capsys: pytest.CaptureFixture[str], learned: Path, tmp_path: Path
) -> None:
    """A model file alone, moved; its photos renamed, resized, mirrored; and some new ones."""
    model = shutil.copy(learned / "run" / "model.checkpoint", tmp_path / "a model.checkpoint")
    for name, shape in (("rings", "ring"), ("bars", "bar")):
        fill(tmp_path / "others" / name, shape, 5, first=100)
        for number, photo in enumerate(sorted((learned / "photos" / name).iterdir())[:6]):
            with Image.open(photo) as image:
                altered = ALTERED["half"](image) if number % 2 else ImageOps.mirror(image)
            altered.save(tmp_path / "others" / name / f"my {number}.png")
    told = call(capsys, "evaluate", model, tmp_path / "others")
    assert told["samples"] == 22
    assert (told["learned_from"]["same"], told["learned_from"]["nearly"]) == (0, 12)
    assert sum(row["samples"] for row in told["classes"].values()) == 10
    assert told["learned_from"]["accuracy_with_them"] is not None
    assert any("12 more photos are also among the others" in warning for warning in told["warnings"])


def test_given_sets_that_share_photos_say_so_beside_their_number(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    for name, shape in (("rings", "ring"), ("bars", "bar")):
        fill(photos / "train" / name, shape, 10)
        fill(photos / "val" / name, shape, 4, first=50)
        (photos / "test" / name).mkdir(parents=True)
        for photo in sorted((photos / "train" / name).iterdir())[:4]:
            shutil.copy(photo, photos / "test" / name / f"t_{photo.name}")
            with Image.open(photo) as image:
                ALTERED["half"](image).save(photos / "val" / name / f"v_{photo.stem}.png")
    assert cli.main(["train", str(photos), "--device", "cpu", "--out", str(tmp_path / "run")]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Validation set:"))
    assert "tested on 8 photos" in lines[at]
    assert "8 more photos are also among the others" in lines[at + 1]
    at = next(number for number, line in enumerate(lines) if line.startswith("Test set:"))
    assert "All 8 of these photos are also among the others" in lines[at + 1]


@pytest.mark.parametrize("mode", ["transfer", "scratch"])
def test_epochs_know_of_shared_photos_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, mode: str
) -> None:
    photos = tmp_path / "photos"
    for name, shape in (("rings", "ring"), ("bars", "bar")):
        fill(photos / "train" / name, shape, 6)
        fill(photos / "val" / name, shape, 2, first=50)
        (photos / "test" / name).mkdir(parents=True)
        for photo in sorted((photos / "train" / name).iterdir())[:3]:
            with Image.open(photo) as image:
                ImageOps.mirror(image).save(photos / "test" / name / f"{photo.stem}.png")
                ImageOps.flip(image).save(photos / "val" / name / f"v_{photo.stem}.png")
    more = ("--mode", mode, "--epochs", "1", "--set", "input_size=64")
    if mode == "scratch":
        more += ("--architecture", "lenet5")
    told = trained(capsys, photos, tmp_path / "run", *more)
    assert (told["test_accuracy"]["learned"], told["test_accuracy"]["samples"]) == (6, 6)
    assert any("All 6 of these photos" in warning for warning in told["warnings"])
    assert any("6 more photos are also among the others" in warning for warning in told["warnings"])
    assert sum(row["samples"] for row in told["per_class"].values()) == 6


def test_the_majority_is_no_headline(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fill(tmp_path / "photos" / "common", "ring", 80)
    fill(tmp_path / "photos" / "rare", "ring", 4, first=500)
    told = trained(capsys, tmp_path / "photos", tmp_path / "run")
    assert told["per_class"]["rare"]["recall"] == 0
    numbers = {"precision", "recall", "f1", "iou", "samples", "most_confused_with"}
    assert set(told["per_class"]["common"]) == numbers
    assert told["per_class"]["rare"]["most_confused_with"] == {"class": "common", "photos": 4}
    assert told["cross_validated_accuracy"]["mean_recall"] == pytest.approx(0.5, abs=0.05)
    assert told["cross_validated_accuracy"]["macro_f1"] < 0.55
    assert "It found none of the photos of “rare”." in told["warnings"]
    assert (
        cli.main(["train", str(tmp_path / "photos"), "--device", "cpu", "--out", str(tmp_path / "again")])
        == 0
    )
    printed = capsys.readouterr().out
    assert "It found none of the photos of “rare”." in printed
    assert "mean recall" in printed


def test_a_lone_photo_is_not_counted_as_a_mistake(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fill(tmp_path / "photos" / "rings", "ring", 10)
    fill(tmp_path / "photos" / "bars", "bar", 10)
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "photos" / "rings" / "gradient.png")
    (tmp_path / "photos" / "gradients").mkdir()
    shutil.move(tmp_path / "photos" / "rings" / "gradient.png", tmp_path / "photos" / "gradients")
    told = trained(capsys, tmp_path / "photos", tmp_path / "run")
    measured = told["cross_validated_accuracy"]
    assert (measured["samples"], measured["not_checked"], measured["classes"]) == (20, 1, 2)
    untested = told["per_class"]["gradients"]
    assert (untested["recall"], untested["f1"], untested["iou"], untested["samples"]) == (None, None, None, 0)
    assert any("2 of 3 classes: “gradients”" in warning for warning in told["warnings"])


def test_nothing_can_be_checked_and_that_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    fill(tmp_path / "photos" / "rings", "ring", 1)
    fill(tmp_path / "photos" / "bars", "bar", 1)
    told = trained(capsys, tmp_path / "photos", tmp_path / "run")
    assert (told["cross_validated_accuracy"], told["estimate"], told["per_class"]) == (None, None, None)
    assert (
        cli.main(["train", str(tmp_path / "photos"), "--device", "cpu", "--out", str(tmp_path / "again")])
        == 0
    )
    assert "how good it is is not known" in capsys.readouterr().out


def test_one_picture_in_two_classes_counts_for_neither(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, shape in (("rings", "ring"), ("bars", "bar")):
        fill(tmp_path / "photos" / name, shape, 10)
        for number in range(5):
            thing(900, "ring").save(tmp_path / "photos" / name / f"gone{number}.jpg", quality=95 - 5 * number)
    told = trained(capsys, tmp_path / "photos", tmp_path / "run")
    measured = told["cross_validated_accuracy"]
    assert (measured["samples"], measured["not_checked"]) == (20, 10)
    found = call(capsys, "scan", tmp_path / "photos")["findings"]
    finding = next(each for each in found if each["check"] == "contradictions")
    assert finding["check"] == "contradictions"
    assert len(finding["samples"]) == 10


def test_photos_without_training_are_counted_beside_the_numbers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    for name, shape in (("rings", "ring"), ("bars", "bar")):
        fill(photos / "train" / name, shape, 8)
        fill(photos / "val" / name, shape, 4, first=50)
    fill(photos / "val" / "stars", "bar", 3, first=90)
    assert cli.main(["train", str(photos), "--device", "cpu", "--out", str(tmp_path / "run")]) == 0
    assert "3 photos of classes that the training set lacks" in capsys.readouterr().out


def test_a_set_without_a_class_says_what_the_averages_are_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    for name, shape in (("rings", "ring"), ("bars", "bar")):
        fill(photos / "train" / name, shape, 8)
    fill(photos / "val" / "rings", "ring", 6, first=50)
    told = trained(capsys, photos, tmp_path / "run")
    assert any("averages are over 1 of 2 classes: “bars”" in warning for warning in told["warnings"])
    assert cli.main(["train", str(photos), "--device", "cpu", "--out", str(tmp_path / "again")]) == 0
    assert "over 1 of 2 classes" in capsys.readouterr().out


def test_a_model_of_before_does_not_say_what_it_learned_from(
    capsys: pytest.CaptureFixture[str], learned: Path, tmp_path: Path
) -> None:
    from workbench.core.models.model_file import ModelFile

    whole = ModelFile.load(learned / "run" / "model.checkpoint")
    ModelFile(whole.description, whole.weights).save(tmp_path / "old.checkpoint")
    told = call(capsys, "evaluate", tmp_path / "old.checkpoint", learned / "photos")
    assert told["learned_from"] is None
    assert any("does not say which photos" in warning for warning in told["warnings"])


def test_what_is_noted_on_the_way_is_in_the_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ready_backbone: None
) -> None:
    for name, shape in (("rings", "ring"), ("bars", "bar")):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for quality in (60, 75, 90):
            thing(0, shape).save(tmp_path / "photos" / name / f"{quality}.jpg", quality=quality)
    told = trained(capsys, tmp_path / "photos", tmp_path / "run")
    assert any("Too few different photos" in note for note in told["notes"])
