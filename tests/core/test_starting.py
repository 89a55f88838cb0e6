"""What improving starts from: the instant model, with whichever way to look at the photos wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.core.training_help import catalog_of, drive, small_folder
from workbench.core.config.training_config import recommended
from workbench.core.data.split import own_split
from workbench.core.durations import Photos, Rates, improve_stages, seconds_for
from workbench.core.events import Event, HeadFitted, Note, Progress, TrainingResult, TrainingStarted
from workbench.core.export.formats import export
from workbench.core.features.runtimes import onnx_session
from workbench.core.improve import starting, ways
from workbench.core.improve.plan import ImproveSpeed
from workbench.core.improve.ways import MOST, TRIAL, WAYS, ways_to_try
from workbench.core.instant import which_networks
from workbench.core.instant.which_networks import FEW, TWO
from workbench.core.models.classifier import Classifier
from workbench.core.models.model_file import ModelFile
from workbench.core.models.torch_predictor import TorchPredictor
from workbench.core.project.runs import MODEL, PREDICTIONS, SPLIT
from workbench.core.results.comparison import Comparison
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.prospects import Prospects
from workbench.core.settings import replace
from workbench.words.tables import SENTENCES

ONE = "efficientnet_lite0"
BETTER = recommended("improve")
TWO_NETWORKS, SMALL = WAYS


@pytest.fixture
def photos(drawn_pair: Path, tmp_path: Path, ready_backbone: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight photos of each class; and so many are not few any more."""
    monkeypatch.setattr(which_networks, "FEW", 4)
    small_folder(drawn_pair / "train", tmp_path / "photos", 2, 8)
    return tmp_path / "photos"


@pytest.fixture
def some_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the model that stands made enough mistakes: of the drawn photos it is right about all."""
    monkeypatch.setattr(Prospects, "of", lambda *_: Prospects(Comparison.of_counts(0, 0, 0), 0, 8, 8))


def begun(photos: Path, run: Path, **more: Any) -> tuple[list[Event], TrainingResult]:
    run.mkdir()
    split = own_split(catalog_of(photos))
    stop = more.get("stop", lambda: False)
    events, result = drive(starting.start(split, BETTER, run, device="cpu", stop=stop))
    assert {file.name for file in run.iterdir()} == {MODEL, PREDICTIONS, SPLIT}
    assert [event.mode for event in events if isinstance(event, TrainingStarted)] == ["improve"]
    assert not any(isinstance(event, TrainingResult) for event in events)
    return events, result


def model_in(run: Path) -> tuple[str, int]:
    """Architecture and side in pixels."""
    description = ModelFile.load(run / MODEL).description
    return description.config.architecture, description.preprocessing.crop


def notes(events: list[Event]) -> list[tuple[str, str]]:
    """Which way came to what."""
    return [(event.code, event.values["look"].code) for event in events if isinstance(event, Note)]


def comparing(*counts: tuple[int, int]) -> Callable[..., Comparison]:
    """What the comparisons come to, one after the other."""
    left: Iterator[tuple[int, int]] = iter(counts)
    return lambda *_: Comparison.of_counts(*next(left), 16)


@pytest.mark.e2e
def test_each_way_is_tried_from_what_was_kept_before(
    photos: Path, tmp_path: Path, some_mistakes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two networks it is known that they help; others have to win by more than luck."""
    monkeypatch.setattr(starting.Comparison, "of", comparing((3, 2), (5, 0)))
    events, result = begun(photos, tmp_path / "run")
    assert notes(events) == [
        ("look_kept", "look.two_networks"),
        ("look_dropped", "look.small_objects"),
    ]
    assert model_in(tmp_path / "run") == (TWO, 224)
    assert (result.architecture, result.look) == (TWO, "two_networks")
    assert (result.run, result.checkpoint) == (str(tmp_path / "run"), str(tmp_path / "run" / MODEL))
    assert PredictionTable.load(tmp_path / "run" / PREDICTIONS).models == ("instant",) * 16
    assert sum(isinstance(event, HeadFitted) for event in events) == 2  # those of the first network
    told = {event.message.code for event in events if isinstance(event, Progress) and event.message}
    assert {"looking", *(f"looking.{way.key}" for way in WAYS)} <= told


@pytest.mark.e2e
def test_what_makes_no_mistakes_is_not_looked_at_again(photos: Path, tmp_path: Path) -> None:
    """The drawn photos are told apart without one."""
    events, result = begun(photos, tmp_path / "run")
    assert notes(events) == []
    assert (*model_in(tmp_path / "run"), result.look, result.stopped) == (ONE, 224, "", False)


@pytest.mark.e2e
@pytest.mark.parametrize(("stopped_at", "expected"), [(2, (ONE, 224)), (3, (TWO, 224))])
def test_a_stop_keeps_what_has_won(
    photos: Path,
    tmp_path: Path,
    some_mistakes: None,
    monkeypatch: pytest.MonkeyPatch,
    stopped_at: int,
    expected: tuple[str, int],
) -> None:
    looks: list[int] = []
    fit = starting.fit_instant

    def counted(*arguments: Any, **named: Any) -> Any:
        looks.append(1)
        return fit(*arguments, **named)

    monkeypatch.setattr(starting, "fit_instant", counted)
    monkeypatch.setattr(starting.Comparison, "of", comparing((3, 2)))
    _, result = begun(photos, tmp_path / "run", stop=lambda: len(looks) == stopped_at)
    assert model_in(tmp_path / "run") == expected
    assert (result.architecture, result.stopped) == (expected[0], True)


def small_things(folder: Path, each: int) -> Path:
    """Discs and rings of 28 pixels, anywhere on large blurred pictures."""
    random = np.random.default_rng(0)
    for name in ("disc", "ring"):
        (folder / name).mkdir(parents=True)
        for number in range(each):
            coarse = random.integers(60, 200, (6, 6, 3), dtype=np.uint8)
            image = Image.fromarray(coarse).resize((768, 768), Image.Resampling.BICUBIC)
            left, top = random.integers(100, 640, 2).tolist()
            box = (left, top, left + 28, top + 28)
            ImageDraw.Draw(image).ellipse(box, "black" if name == "disc" else None, "black", 7)
            image.save(folder / name / f"{number}.jpg", quality=92)
    return folder


@pytest.mark.e2e
def test_small_things_are_found_by_looking_closely_after_a_trial(
    tmp_path: Path, ready_backbone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is put on here; and the model answers the same everywhere."""
    monkeypatch.setattr(which_networks, "FEW", 4)
    monkeypatch.setattr(ways, "TRIAL", 40)
    monkeypatch.setattr(ways, "WAYS", (SMALL,))
    folder = small_things(tmp_path / "photos", 40)
    events, result = begun(folder, tmp_path / "run")
    assert notes(events) == [("look_kept", "look.small_objects")]
    told = {event.message.code for event in events if isinstance(event, Progress) and event.message}
    assert {"trying.small_objects", "looking.small_objects"} <= told
    assert (model_in(tmp_path / "run"), result.look) == (
        (SMALL.changes["architecture"], 672),
        "small_objects",
    )
    file = tmp_path / "run" / MODEL
    model = ModelFile.load(file)
    pixels = np.stack(
        [model.description.preprocessing.load(path) for path in sorted(folder.rglob("*.jpg"))[::20]]
    )
    assert pixels.shape[1:] == (672, 672, 3)
    by_runtime = Classifier.load(file, device="cpu").probabilities(pixels)
    by_torch = Classifier.of(model, TorchPredictor(file, "cpu")).probabilities(pixels)
    assert np.abs(by_runtime - by_torch).max() < 1e-3
    exported = onnx_session(str(export(file, tmp_path / "model.onnx", "onnx")))
    by_file = exported.run(None, {"pixels": pixels})[0]
    assert np.abs(by_runtime - by_file).max() < 1e-3


@pytest.mark.e2e
def test_a_trial_that_goes_badly_spares_the_rest(
    tmp_path: Path, ready_backbone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Classes that nothing tells apart: half of the photos are wrong, however they are looked at."""
    monkeypatch.setattr(which_networks, "FEW", 4)
    monkeypatch.setattr(ways, "TRIAL", 20)
    monkeypatch.setattr(ways, "WAYS", (SMALL,))
    monkeypatch.setattr(starting.Comparison, "of", comparing((1, 5)))
    random = np.random.default_rng(0)
    for number in range(40):
        path = tmp_path / "photos" / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(path)
    events, result = begun(tmp_path / "photos", tmp_path / "run")
    assert notes(events) == [("look_unlikely", "look.small_objects")]
    told = {event.message.code for event in events if isinstance(event, Progress) and event.message}
    assert "trying.small_objects" in told
    assert "looking.small_objects" not in told
    assert (*model_in(tmp_path / "run"), result.look) == (ONE, 224, "")


@pytest.mark.parametrize(
    ("changes", "photos", "expected"),
    [
        ({}, FEW, [SMALL]),  # two look already
        ({}, FEW + 1, [TWO_NETWORKS, SMALL]),
        ({}, MOST, [TWO_NETWORKS, SMALL]),
        ({}, MOST + 1, []),
        ({"networks": "one"}, 500, []),
        ({"networks": "two"}, 500, []),
        ({"input_size": 288}, 500, []),
        ({"architecture": "resnet18"}, 500, []),
        ({"weights_file": "mine.safetensors"}, 500, []),
    ],
)
def test_they_are_tried_where_nobody_has_said_how_to_look(
    changes: dict[str, Any], photos: int, expected: list[ways.WayToLook]
) -> None:
    assert ways_to_try(replace(BETTER, changes), photos) == expected


@pytest.mark.parametrize(
    ("photos", "classes", "proven", "expected"),
    [
        (150, 2, 150, 150),
        (151, 2, 151, TRIAL),
        (1000, 30, 1000, 300),
        (450, 30, 450, 450),
        (451, 30, 451, 300),
    ],
)
def test_few_photos_are_a_trial(photos: int, classes: int, proven: int, expected: int) -> None:
    assert [way.first(photos, classes) for way in WAYS] == [proven, expected]


def test_an_edition_without_the_second_network_tries_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "weights_state", lambda row: "none" if row.parts else "here")
    assert ways_to_try(BETTER, 500) == [SMALL]


def test_their_time_is_told_beforehand() -> None:
    """Of one that may not help, the time of the trial: more is only spent where that goes well."""
    rates = Rates(50.0, ImproveSpeed(100.0, 30.0))
    one = replace(BETTER, {"networks": "one"})
    stages = {stage.key: stage.seconds for stage in improve_stages(BETTER, Photos(500), rates)}
    assert stages["looking.two_networks"] == pytest.approx(2 * 500 / 50 * 2.5, rel=0.01)
    assert stages["trying.small_objects"] == pytest.approx(2 * TRIAL / 50 * 9, rel=0.01)
    assert stages["looking.small_objects"] == 0.0
    few = {stage.key: stage.seconds for stage in improve_stages(BETTER, Photos(150), rates)}
    assert few["looking.small_objects"] == pytest.approx(2 * 150 / 50 * 9, rel=0.01)
    assert "trying.small_objects" not in few
    assert not any("two_networks" in stage.key for stage in improve_stages(one, Photos(500), rates))
    more, less = (seconds_for(config, Photos(500), rates) for config in (BETTER, one))
    assert more is not None
    assert less is not None
    assert more - less == pytest.approx(sum(stages[key] for key in stages if "." in key))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.key)
def test_every_way_has_its_words(way: ways.WayToLook) -> None:
    assert f"look.{way.key}" in SENTENCES
    assert f"looking.{way.key}" in SENTENCES
    assert way.proven or f"trying.{way.key}" in SENTENCES
