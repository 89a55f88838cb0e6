"""A model before a large folder is read: in the engine that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.core.training_help import drive
from tests.drawn_photos import tinted
from workbench.core.config.training_config import recommended
from workbench.core.data.catalog import Catalog
from workbench.core.events import FirstModel, Progress
from workbench.core.first_model import LARGE, has_model
from workbench.core.jobs import never
from workbench.core.learning import train
from workbench.core.models.model_file import ModelFile
from workbench.core.project.projects import Project
from workbench.engine import jobs, questions
from workbench.engine.requests import Predict, Scan

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tinted(tmp_path_factory.mktemp("many") / "photos", {"red": 300, "green": 210, "rare": 4})


def scanned(folder: Path, *, first_model: bool = True) -> tuple[list[Any], Catalog]:
    events, catalog = drive(jobs.scan(Scan(folder, first_model=first_model), never))
    return [event for event in events if not isinstance(event, Progress)], catalog


def test_a_large_folder_has_a_model_before_it_is_read(many: Path, ready_backbone: None) -> None:
    job = jobs.scan(Scan(many, first_model=True), never)
    events: Iterator[Any] = iter(job)
    before = []
    for event in events:
        if isinstance(event, FirstModel):
            break
        before.append(event)
    assert all(event.done < LARGE for event in before)  # listed, but not read
    assert event.folder == str(many)
    assert event.classes == ("green", "rare", "red")
    assert (event.samples, event.of) == (100, 514)
    assert event.estimate is not None
    assert event.estimate.samples == 100
    assert event.estimate.accuracy > 0.8
    answers = drive(questions.predict(Predict(Path(event.file), [str(many / "red" / "299.png")]), never))[1]
    assert answers[0].most_probable == "red"
    _, catalog = drive(job)
    assert len(catalog.samples) == 514
    assert "rare" in {each.name for each in catalog.classes}


def test_what_was_looked_at_is_not_looked_at_again(many: Path, ready_backbone: None, tmp_path: Path) -> None:
    (first,), catalog = scanned(many)
    looked = drive(train(catalog, recommended("instant"), tmp_path, device="cpu"))[0]
    totals = {event.total for event in looked if isinstance(event, Progress) and event.phase == "features"}
    again = {32}  # photos that are looked at once more where the processor has bfloat16
    assert totals - again == {(2 * 514 - first.samples) // 2}


@pytest.mark.parametrize("why", ["small", "not asked", "one class", "has a model"])
def test_there_is_none_where_it_would_be_of_no_use(
    tmp_path: Path, many: Path, ready_backbone: None, why: str
) -> None:
    folder = many
    if why == "small":
        folder = tinted(tmp_path / "photos", {"red": 20, "green": 20})
    elif why == "one class":
        folder = tinted(tmp_path / "photos", {"red": LARGE, "green": 1})
        for path in (folder / "green").iterdir():
            path.write_bytes(b"")
    elif why == "has a model":
        run = Project.of(many).new_run()
        run.mkdir(parents=True, exist_ok=True)
        (run / "model.checkpoint").write_bytes(b"of another run")
        assert has_model(many)
    if why == "one class":
        with pytest.raises(Exception, match="class"):
            scanned(folder)
        return
    assert scanned(folder, first_model=why != "not asked")[0] == []


def test_of_a_large_folder_with_damaged_photos_there_is_one_of_the_others(
    tmp_path: Path, ready_backbone: None
) -> None:
    folder = tinted(tmp_path / "photos", {"red": 300, "green": 300})
    for number in range(0, 300, 2):
        (folder / "red" / f"{number:03}.png").write_bytes(b"")
    (first,), catalog = scanned(folder)
    assert 50 < first.samples < 100
    assert first.of == 600
    assert len(catalog.samples) == 450
    assert ModelFile.load(Path(first.file)).description.about["training_samples"] == first.samples
