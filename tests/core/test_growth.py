"""A model at any moment: which photos the first models learn from, and what is said of them."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.core.training_help import catalog_of, drive
from workbench.core.config.training_config import recommended
from workbench.core.data.split import own_split
from workbench.core.data.stored_split import without_lost
from workbench.core.durations import Rates, first_config
from workbench.core.errors import Stopped
from workbench.core.events import HeadFitted, Note, Progress, TrainingResult
from workbench.core.instant.growth import handful, is_enough, prefixes
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ModelFile
from workbench.core.project.runs import MODEL, PREDICTIONS, SPLIT, summarise
from workbench.core.project.split_file import read_split
from workbench.core.results.predictions import PredictionTable

SIZES = {"red": 260, "green": 180, "rare": 5}


@pytest.mark.parametrize("samples", [0, 5, 399])
def test_few_photos_are_all_looked_at_before_the_first_model(samples: int) -> None:
    assert prefixes(samples, 2) == []


@pytest.mark.parametrize(("samples", "classes"), [(400, 2), (1000, 10), (60_000, 10), (50_000, 1000)])
def test_models_on_the_way_grow_and_leave_something_to_come(samples: int, classes: int) -> None:
    sizes = prefixes(samples, classes)
    assert sizes == sorted(set(sizes))
    assert sizes[0] >= handful(classes) * classes
    assert sizes[-1] <= 0.4 * samples
    assert sum(sizes) < samples
    assert sizes[0] <= max(100, 2 * classes)


def test_it_is_enough_where_the_curve_is_flat_and_known_well() -> None:
    assert is_enough(1225, 0.90, 0.905)
    assert is_enough(4287, 0.905, 0.90)
    assert not is_enough(1225, 0.80, 0.85)
    assert not is_enough(350, 0.90, 0.90)


@pytest.mark.parametrize(("samples", "photos"), [(500, "all"), (7_000, "enough")])
def test_what_takes_more_than_a_minute_is_begun_with_as_many_as_help(
    samples: int, photos: str, folder: Path
) -> None:
    one = catalog_of(folder).samples[0]
    catalog = replace(catalog_of(folder), samples=(one,) * samples)
    assert first_config(catalog, Rates(features=100.0)).photos == photos
    assert first_config(catalog, Rates()).photos == "all"  # nothing is known of this computer yet


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tinted noise: two usual classes and a rare one."""
    made = tmp_path_factory.mktemp("many") / "photos"
    random = np.random.default_rng(0)
    for channel, (name, size) in enumerate(SIZES.items()):
        (made / name).mkdir(parents=True)
        for number in range(size):
            pixels = random.integers(0, 120, (24, 24, 3), dtype=np.uint8)
            pixels[..., channel] += 100
            Image.fromarray(pixels).save(made / name / f"{number:03}.png")
    return made


def test_every_beginning_is_a_fair_sample_and_a_small_class_comes_first(folder: Path) -> None:
    _, (whole, *_) = without_lost(own_split(catalog_of(folder)), ())
    ordered = whole.in_fair_order(0, handful(3))
    assert Counter(s.class_id for s in ordered.samples[:25]) == {"red": 10, "green": 10, "rare": 5}
    for end in (100, 200, 400):
        seen = Counter(sample.class_id for sample in ordered.samples[:end])
        assert seen["rare"] == 5
        assert seen["red"] / (seen["red"] + seen["green"]) == pytest.approx(260 / 440, abs=0.03)


def test_a_part_of_a_set_takes_all_that_belongs_to_its_samples(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "photos"))
    for number in range(100, 140):
        shutil.copy(copy / "red" / f"{number:03}.png", copy / "red" / f"copy {number:03}.png")
    shutil.copy(
        copy / "red" / "000.png", copy / "green" / "000 too.png"
    )  # says nothing: it is in two classes
    _, (whole, *_) = without_lost(own_split(catalog_of(copy)), ())
    rows = np.arange(len(whole))[::-1][:-5]
    part = whole.part(rows)
    for name in ("targets", "groups", "worth"):
        assert getattr(part, name).tolist() == getattr(whole, name)[rows].tolist()
    assert len(set(part.worth.tolist())) == 2
    assert len(set(part.groups.tolist())) < len(part)
    table = part.table("m", np.full((len(part), 3), 1 / 3))
    assert table.samples == tuple(whole.samples[row].id for row in rows.tolist())
    assert table.worth is not None
    assert table.worth.tolist() == whole.worth[rows].tolist()


@pytest.fixture(scope="module")
def story(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, ready_backbone: None
) -> tuple[Path, list[Any]]:
    run = tmp_path_factory.mktemp("runs") / "run"
    run.mkdir()
    return run, drive(train(catalog_of(folder), recommended("instant"), run, device="cpu"))[0]


@pytest.mark.e2e
def test_a_model_stands_long_before_all_photos_were_looked_at(story: tuple[Path, list[Any]]) -> None:
    run, events = story
    first, final = (event for event in events if isinstance(event, HeadFitted))
    assert (first.kind, first.samples, first.of) == ("ridge", 100, 445)
    assert first.is_of_some
    assert not first.is_final
    assert first.cross_validated.samples == 100
    assert (final.samples, final.of, final.is_of_some, final.is_final) == (445, 445, False, True)
    looked = [event for event in events[: events.index(first)] if isinstance(event, Progress)]
    assert all(event.done <= 51 for event in looked if event.phase == "features")  # half a look each
    table = PredictionTable.load(run / PREDICTIONS)
    assert len(table) == 445


def stopped_after_first_model(folder: Path, run: Path) -> tuple[list[Any], TrainingResult]:
    pressed = False
    events = []
    job = train(catalog_of(folder), recommended("instant"), run, device="cpu", stop=lambda: pressed)
    while True:
        try:
            events.append(next(job))
        except StopIteration as end:
            return events, end.value
        pressed = pressed or isinstance(events[-1], HeadFitted)


@pytest.mark.e2e
def test_stopped_on_the_way_the_model_says_what_it_stands_on(
    folder: Path, tmp_path: Path, ready_backbone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, result = stopped_after_first_model(folder, tmp_path)
    assert result.stopped
    assert result.cross_validated is not None
    assert result.cross_validated.samples == 100
    notes = [event for event in events if isinstance(event, Note)]
    assert [(note.code, dict(note.values)) for note in notes] == [
        ("learned_from_first", {"seen": 100, "all": 445})
    ]
    model = ModelFile.load(tmp_path / MODEL)
    assert model.description.about["training_samples"] == 100
    assert model.description.classes == ("green", "rare", "red")
    photo = folder / "red" / "000.png"
    assert Classifier.load(tmp_path / MODEL).predict_images([photo])[0].most_probable in SIZES
    told = summarise(tmp_path)
    assert told.fitted is not None
    assert told.fitted.is_of_some


@pytest.mark.e2e
def test_photos_that_are_gone_by_then_are_told_once_and_left_out(
    folder: Path, tmp_path: Path, ready_backbone: None
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "photos"))
    catalog = catalog_of(copy)
    for number in range(0, 100, 10):
        (copy / "red" / f"{number:03}.png").unlink()
    (tmp_path / "run").mkdir()
    events, result = drive(train(catalog, recommended("instant"), tmp_path / "run", device="cpu"))
    assert result.lost_samples == 10
    assert [event.code for event in events if isinstance(event, Note)] == ["sample_lost"] * 10
    assert len(PredictionTable.load(tmp_path / "run" / PREDICTIONS)) == 435


@pytest.mark.e2e
def test_stopped_before_the_first_model_nothing_is_kept(
    folder: Path, tmp_path: Path, ready_backbone: None
) -> None:
    with pytest.raises(Stopped):
        drive(train(catalog_of(folder), recommended("instant"), tmp_path, device="cpu", stop=lambda: True))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.e2e
def test_where_that_is_asked_it_ends_with_as_many_photos_as_help(
    folder: Path, tmp_path: Path, ready_backbone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.core.instant.growth._TELLS", 100)
    monkeypatch.setattr("workbench.core.instant.growth._FLAT", 2.0)
    monkeypatch.setattr("workbench.core.instant.growth._WORTH", 1.0)
    config = replace(recommended("instant"), photos="enough")
    events, result = drive(train(catalog_of(folder), config, tmp_path, device="cpu"))
    final = [event for event in events if isinstance(event, HeadFitted)][-1]
    assert final.is_final
    assert (final.samples, final.of) == (350, 445)
    assert final.is_of_some
    assert [event.code for event in events if isinstance(event, Note)] == ["enough_photos"]
    assert not result.stopped
    assert result.cross_validated is not None
    assert result.cross_validated.samples == 350
    assert len(PredictionTable.load(tmp_path / PREDICTIONS)) == 350
    assert len(read_split(tmp_path / SPLIT).training) == 445  # all that there are
