"""A model at any moment: which photos the first models learn from, and what is said of them."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.core.training_help import catalog_of, drive
from workbench.core.config.training_config import recommended
from workbench.core.data.split import own_split
from workbench.core.data.stored_split import without_lost
from workbench.core.errors import Stopped
from workbench.core.events import HeadFitted, Note, Progress, TrainingResult
from workbench.core.instant.growth import handful, prefixes
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ModelFile
from workbench.core.project.runs import MODEL, PREDICTIONS, summarise
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
    assert Classifier.load(tmp_path / MODEL).predict_images([photo])[0].class_name in SIZES
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
