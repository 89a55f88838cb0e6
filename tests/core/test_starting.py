"""What improving starts from: the instant model of one network, or of two where that is right more often."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.core.training_help import catalog_of, drive, small_folder
from workbench.core.config.training_config import recommended
from workbench.core.data.split import own_split
from workbench.core.durations import Rates, improve_stages, seconds_for
from workbench.core.events import Event, HeadFitted, Note, Progress, TrainingResult, TrainingStarted
from workbench.core.improve import starting
from workbench.core.improve.plan import ImproveSpeed
from workbench.core.instant import which_networks
from workbench.core.instant.which_networks import FEW, MOST, TWO, has_second_look
from workbench.core.models.model_file import ModelFile
from workbench.core.project.runs import MODEL, PREDICTIONS, SPLIT
from workbench.core.results.comparison import Comparison
from workbench.core.results.predictions import PredictionTable
from workbench.core.settings import replace

ONE = "efficientnet_lite0"
BETTER = recommended("improve")


@pytest.fixture
def photos(drawn_pair: Path, tmp_path: Path, ready_backbone: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight photos of each class; and so many are not few any more."""
    monkeypatch.setattr(which_networks, "FEW", 4)
    small_folder(drawn_pair / "train", tmp_path / "photos", 2, 8)
    return tmp_path / "photos"


def begun(photos: Path, run: Path, **more: Any) -> tuple[list[Event], TrainingResult]:
    run.mkdir()
    split = own_split(catalog_of(photos))
    stop = more.get("stop", lambda: False)
    events, result = drive(starting.start(split, BETTER, run, device="cpu", stop=stop))
    assert {file.name for file in run.iterdir()} == {MODEL, PREDICTIONS, SPLIT}
    assert [event.mode for event in events if isinstance(event, TrainingStarted)] == ["improve"]
    assert not any(isinstance(event, TrainingResult) for event in events)
    return events, result


def architecture(run: Path) -> str:
    return ModelFile.load(run / MODEL).description.config.architecture


@pytest.mark.e2e
def test_two_that_are_right_more_often_are_kept(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting.Comparison, "of", lambda *_: Comparison.of_counts(3, 2, 16))
    events, result = begun(photos, tmp_path / "run")
    (note,) = (event for event in events if isinstance(event, Note))
    assert (note.code, note.values) == ("two_networks_kept", {"put_right": 3, "spoiled": 2, "samples": 16})
    assert (architecture(tmp_path / "run"), result.architecture) == (TWO, TWO)
    assert result.second_network
    assert (result.run, result.checkpoint) == (str(tmp_path / "run"), str(tmp_path / "run" / MODEL))
    assert PredictionTable.load(tmp_path / "run" / PREDICTIONS).models == ("instant",) * 16
    assert sum(isinstance(event, HeadFitted) for event in events) == 2  # those of the first network
    told = {event.message.code for event in events if isinstance(event, Progress) and event.message}
    assert {"looking", "looking_with_two"} <= told


@pytest.mark.e2e
def test_otherwise_everything_stays_as_it_was(photos: Path, tmp_path: Path) -> None:
    """The drawn photos are told apart by either without a mistake."""
    events, result = begun(photos, tmp_path / "run")
    (note,) = (event for event in events if isinstance(event, Note))
    assert (note.code, note.values) == ("one_network_stays", {"put_right": 0, "spoiled": 0, "samples": 16})
    assert (architecture(tmp_path / "run"), result.architecture, result.stopped) == (ONE, ONE, False)
    assert not result.second_network


@pytest.mark.e2e
def test_a_stop_keeps_the_first(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    fit = starting.fit_instant

    def counted(*arguments: Any, **named: Any) -> Any:
        looks.append(1)
        return fit(*arguments, **named)

    monkeypatch.setattr(starting, "fit_instant", counted)
    _, result = begun(photos, tmp_path / "run", stop=lambda: len(looks) == 2)
    assert (architecture(tmp_path / "run"), result.architecture, result.stopped) == (ONE, ONE, True)


@pytest.mark.parametrize(
    ("changes", "photos", "expected"),
    [
        ({}, FEW, False),
        ({}, FEW + 1, True),
        ({}, MOST, True),
        ({}, MOST + 1, False),
        ({"networks": "one"}, 500, False),
        ({"networks": "two"}, 500, False),
        ({"architecture": "resnet18"}, 500, False),
        ({"weights_file": "mine.safetensors"}, 500, False),
    ],
)
def test_it_is_tried_where_one_has_looked_and_nobody_has_said_otherwise(
    changes: dict[str, Any], photos: int, expected: bool
) -> None:
    assert has_second_look(replace(BETTER, changes), photos) == expected


def test_its_time_is_told_beforehand() -> None:
    rates = Rates(50.0, ImproveSpeed(100.0, 30.0))
    one = replace(BETTER, {"networks": "one"})
    stages = {stage.key: stage.seconds for stage in improve_stages(BETTER, 500, rates)}
    assert stages["looking_with_two"] == pytest.approx(2 * 500 / 50 * 2.5, rel=0.01)
    assert "looking_with_two" not in {stage.key for stage in improve_stages(one, 500, rates)}
    more, less = (seconds_for(config, 500, rates) for config in (BETTER, one))
    assert more is not None
    assert less is not None
    assert more - less == pytest.approx(stages["looking_with_two"])
