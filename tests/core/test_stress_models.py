"""The stress test of real models: who answers for photos, what is kept, and that it is stopped at once."""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.cli_help import call, refused
from tests.core.test_one_row import added
from tests.core.training_help import drive, tiny_config
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.scan import scan
from workbench.core.errors import InputError, Stopped
from workbench.core.images.preprocessing import Preprocessing
from workbench.core.learning import train
from workbench.core.models.archive import stated_digest
from workbench.core.models.classifier import Classifier
from workbench.core.project.runs import MODEL, SPLIT
from workbench.core.project.split_file import read_split
from workbench.core.settings import replace
from workbench.core.stress.disturbances import DISTURBANCES, Disturbance
from workbench.core.stress.findings import (
    FILES,
    RowFound,
    load_found,
)
from workbench.core.stress.jobs import stress_on_folder, stress_run
from workbench.core.stress.photos import photo_of
from workbench.core.stress.stressing import square_of
from workbench.words.stress import on_which

Pixels = NDArray[np.uint8]
pytestmark = pytest.mark.e2e


def photo(height: int = 90, width: int = 120, seed: int = 0) -> Pixels:
    """Something at every scale."""
    random = np.random.default_rng(seed)
    small = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    smooth = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.int64)
    return np.clip(smooth + random.integers(-20, 21, smooth.shape), 0, 255).astype(np.uint8)


def inverted(pixels: Pixels, strength: float, random: np.random.Generator) -> Pixels:
    return (pixels * (1 - strength) + (255 - pixels) * strength).astype(np.uint8)


@contextlib.contextmanager
def only(*keys: str) -> Iterator[None]:
    """As if there were no other disturbances; for tests of what is the same for each of them."""
    others = [row for row in DISTURBANCES if row.key not in keys]
    kept = list(DISTURBANCES)
    for row in others:
        DISTURBANCES.remove(row.key)
    try:
        yield
    finally:
        for row in kept:
            if row.key in DISTURBANCES:
                DISTURBANCES.remove(row.key)
            DISTURBANCES.add(row)  # in their old order


@pytest.fixture(scope="module")
def instant(
    drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory, ready_backbone: None
) -> tuple[Path, Path]:
    """A folder without sets, and the run of an instant model that has learned all of it."""
    folder = tmp_path_factory.mktemp("all") / "photos"
    shutil.copytree(drawn_pair / "train", folder)
    run = tmp_path_factory.mktemp("instant")
    drive(train(drive(scan(folder))[1], TrainingConfig(networks="one"), run, device="cpu"))
    return folder, run


def test_undisturbed_a_photo_is_what_the_model_is_given(instant: tuple[Path, Path]) -> None:
    _, run = instant
    classifier = Classifier.load(run, device="cpu")
    split = read_split(run / SPLIT)
    for sample in split.training[:4]:
        file = split.roots.locate(sample)
        pixels = photo_of(file, sample, classifier.preprocessing)
        assert pixels is not None
        assert np.array_equal(square_of(pixels, classifier.preprocessing), classifier.pixels(file))
    assert (
        photo_of(file, split.training[0], classifier.preprocessing) is None
    )  # another file than was learned


def test_a_model_that_has_learned_all_is_tested_by_models_that_have_not(instant: tuple[Path, Path]) -> None:
    folder, run = instant
    classifier = Classifier.load(run, device="cpu")
    before = {path: path.read_bytes() for path in folder.rglob("*.jpg")}
    events, found = drive(stress_run(run, classifier, photos=20))
    assert {path: path.read_bytes() for path in folder.rglob("*.jpg")} == before
    assert found.tested.how == "cross_validated"
    assert found.tested.photos == 20 < found.tested.available
    assert [row.key for row in found.rows] == [row.key for row in DISTURBANCES]
    assert [event for event in events if isinstance(event, RowFound)] == list(found.rows)
    for row in found.rows:
        assert row.undisturbed == found.rows[0].undisturbed
        for each in row.points:
            change = (each.put_right - each.spoiled) / found.tested.photos
            assert each.accuracy == pytest.approx(row.undisturbed.accuracy + change)
            assert each.low <= each.accuracy <= each.high
            assert Image.open(io.BytesIO(each.picture)).size == (112, 112)
    noise = next(row for row in found.rows if row.key == "noise")
    assert noise.points[-1].accuracy < noise.undisturbed.accuracy
    assert found.model == stated_digest(run / MODEL) != ""
    assert load_found(run, "disturbances", found.model) == found
    assert load_found(run, "disturbances", "0" * 64) is None
    assert load_found(run, "attacks", found.model) is None
    chance = ("noise", "rotation", "cast")  # those that draw random numbers
    with only(*chance):
        again = drive(stress_run(run, classifier, photos=20))[1]
    assert again.rows == tuple(row for row in found.rows if row.key in chance) != ()


def test_it_is_stopped_at_once_and_keeps_what_it_has(instant: tuple[Path, Path], tmp_path: Path) -> None:
    _, kept = instant
    run = tmp_path / "run"
    shutil.copytree(kept, run)
    for file in FILES.values():
        (run / file).unlink(missing_ok=True)
    classifier = Classifier.load(run, device="cpu")
    job = stress_run(run, classifier, photos=30, stop=lambda: True)
    with pytest.raises(Stopped):
        drive(job)
    assert not (run / FILES["disturbances"]).exists()
    seen: list[RowFound] = []
    job = stress_run(run, classifier, photos=30, stop=lambda: len(seen) == 2)
    found = None
    while found is None:
        try:
            event = next(job)
        except StopIteration as end:
            found = end.value
        else:
            seen += [event] if isinstance(event, RowFound) else []
    assert found.stopped
    assert list(found.rows) == seen
    assert load_found(run, "disturbances", found.model) == found
    assert on_which(found).endswith("Ended early: what is missing was not tried.")


def test_a_validation_set_is_used_and_a_scratch_model_is_tested(drawn_pair: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    drive(train(drive(scan(drawn_pair))[1], tiny_config(), run, device="cpu"))
    found = drive(stress_run(run, Classifier.load(run, device="cpu"), photos=12))[1]
    assert (found.tested.how, found.tested.photos) == ("validation", 12)
    assert {row.verdict.code for row in found.rows} == {"too_few"}
    grey = tmp_path / "grey"
    grey.mkdir()
    drive(train(drive(scan(drawn_pair))[1], replace(tiny_config(), {"channels": 1}), grey, device="cpu"))
    found = drive(stress_run(grey, Classifier.load(grey, device="cpu"), photos=12))[1]
    assert "cast" not in {row.key for row in found.rows}


def test_a_model_that_has_learned_every_photo_and_cannot_be_fitted_again_says_so(
    drawn_pair: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    drive(train(drive(scan(drawn_pair / "train"))[1], tiny_config(), run, device="cpu"))
    split = read_split(run / SPLIT)
    learned = tmp_path / "learned"
    for sample in split.training:
        target = learned / sample.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(split.roots.locate(sample), target)
    with pytest.raises(InputError, match="has learned from every photo"):
        drive(stress_on_folder(run, learned))


def test_photos_that_are_gone_are_passed_over_or_said(instant: tuple[Path, Path], tmp_path: Path) -> None:
    folder, run = instant
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    classifier = Classifier.load(run, device="cpu")
    roots = drive(scan(moved))[1].roots
    every = sorted(moved.rglob("*.jpg"))
    gone = every[::2]
    for path in gone:
        path.unlink()
    with only("blur"):  # which photos are tested is known before the first row
        found = drive(stress_run(run, classifier, roots=roots, photos=1000))[1]
        assert found.tested.photos == found.tested.available == len(every) - len(gone)
        sorted(moved.rglob("*.jpg"))[0].write_bytes(every[-1].read_bytes())  # another photo by now
        found = drive(stress_run(run, classifier, roots=roots, photos=1000))[1]
        assert found.tested.photos == found.tested.available - 1
        shutil.rmtree(moved)
        with pytest.raises(InputError, match="None of these photos can be read"):
            drive(stress_run(run, classifier, roots=roots, photos=30))


def test_a_disturbance_is_one_row(
    instant: tuple[Path, Path], drawn_pair: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, run = instant
    row = Disturbance(
        "negative", "As a negative", "Inverted.", "{strength:g}", "when inverted by {strength:g}", (0.5, 1),
        f"{__name__}:inverted", "grayscale", (0.5, 1),
    )  # fmt: skip
    with added(DISTURBANCES, row):
        said = call(capsys, "stress", run, drawn_pair, "--photos", 8)
        assert said["from"] == "validation"
        assert said["photos"] == 8
        assert set(said["rows"]) == {each.key for each in DISTURBANCES}
        assert [each["strength"] for each in said["rows"]["negative"]["points"]] == [0.5, 1]
        assert said["rows"]["negative"]["verdict"] == "too_few"
        assert said["rows"]["negative"]["helps"] == "grayscale"


def test_the_command_line_says_it_in_sentences(
    instant: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from workbench import cli  # as `call` does

    folder, run = instant
    with only("rotation", "blur"):
        assert cli.main(["stress", str(run), str(folder), "--photos", "31"]) == 0
    text = capsys.readouterr().out
    assert "Tested on 31 photos" in text
    assert "another model of the same kind" in text
    assert "Turned (undisturbed:" in text
    assert "Blurred (undisturbed:" in text
    assert "no number of photos" in refused(capsys, "stress", run, folder, "--photos", "0")


def test_the_recipe_of_older_models_works_as_well() -> None:
    recipe = Preprocessing(32, 28, 3, (0.5,) * 3, (0.5,) * 3, "bilinear")
    assert square_of(photo(), recipe).shape == (28, 28, 3)
