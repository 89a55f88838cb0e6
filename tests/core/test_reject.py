"""“None of these”: the thresholds, the file, and one decision wherever a model is asked."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import workbench
from tests.core.training_help import drive, tiny_config
from tests.drawn_photos import tinted
from workbench import cli
from workbench.core.config.training_config import TrainingConfig
from workbench.core.data.scan import scan
from workbench.core.errors import InputError
from workbench.core.events import Prediction
from workbench.core.instant.familiar import described
from workbench.core.learning import train
from workbench.core.models.archive import read_archive, write_archive
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.classifier import Classifier
from workbench.core.models.learned_cloud import describe
from workbench.core.models.model_file import DISTANCE, ModelFile
from workbench.core.project.runs import MODEL
from workbench.core.results.predictions import PredictionTable
from workbench.core.results.reject import CAUTIONS, Caution, RejectRule
from workbench.core.results.reject_thresholds import FEWEST, SILENT, calibrated
from workbench.engine.questions import predict
from workbench.engine.requests import Predict
from workbench.sample.photo import draw_photo
from workbench.sample.things import THINGS


def random_table(seed: int, count: int, *, grouped: bool = False) -> PredictionTable:
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet([0.4] * 4, count)
    targets = np.where(random.random(count) < 0.8, probabilities.argmax(1), random.integers(0, 4, count))
    groups = random.integers(0, count // 2, count) if grouped else None
    names = [f"{number}.jpg" for number in range(count)]
    return PredictionTable.of("abcd", names, targets, probabilities, groups=groups)


def by_hand(
    table: PredictionTable, far: NDArray[np.float64] | None, most: float
) -> tuple[float, float | None, float, float]:
    """Every k is tried, photo by photo."""
    photos = list(range(len(table)))
    of_group: dict[int, int] = {}
    numbers = list(range(len(table))) if table.groups is None else table.groups.tolist()
    for number in numbers:
        of_group[number] = of_group.get(number, 0) + 1
    best = [max(row) for row in table.probabilities.tolist()]
    found = (0.0, None, 0.0, 0.0)
    for k in photos:
        least = sorted(best)[k]
        high = None if far is None else sorted(far.tolist(), reverse=True)[min(2 * k, len(photos) - 1)]
        refused = {p for p in photos if best[p] < least or (high is not None and far[p] > high)}
        silent = sum(1 / of_group[numbers[p]] for p in refused)
        if silent / len(of_group) > most:
            break
        rest = [p for p in photos if p not in refused]
        right = sum(1 / of_group[numbers[p]] for p in rest if table.is_right[p])
        share = right / sum(1 / of_group[numbers[p]] for p in rest)
        found = (least, high, (silent + 1) / (len(of_group) + 1), share)
    return found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("with_distance", [True, False])
def test_thresholds_and_prices_are_those_of_a_computation_by_hand(seed: int, with_distance: bool) -> None:
    table = random_table(seed, 120 + 40 * seed, grouped=seed % 2 == 1)
    far = np.random.default_rng(seed + 100).gamma(2.0, size=len(table)) if with_distance else None
    rule = calibrated(table, far)
    assert rule is not None
    assert rule.samples == len(table)
    for caution in CAUTIONS:
        least, most, silent, right = by_hand(table, far, SILENT[caution])
        found = rule.of(caution)
        assert found.probability == pytest.approx(least, abs=1e-12)
        assert found.distance == (None if most is None else pytest.approx(most, abs=1e-12))
        assert found.silent == pytest.approx(silent, abs=1e-9)
        assert found.right == pytest.approx(right, abs=1e-9)


def test_what_a_setting_refuses_the_more_careful_ones_refuse_too() -> None:
    rule = calibrated(random_table(7, 400), np.random.default_rng(7).gamma(2.0, size=400))
    assert rule is not None
    least = [rule.of(caution).probability for caution in CAUTIONS]
    most = [rule.of(caution).distance for caution in CAUTIONS]
    assert least == sorted(least)
    assert most == sorted(most, reverse=True)  # type: ignore[type-var]
    assert rule.refusal(1.0, 1e9, "bold") == "unlike"
    assert rule.refusal(0.0, 0.0, "bold") == "unsure"
    assert rule.refusal(1.0, 0.0, "careful") == ""


def test_few_photos_give_no_rule() -> None:
    assert calibrated(random_table(1, FEWEST - 1)) is None
    assert calibrated(random_table(1, FEWEST)) is not None
    twice = replace(random_table(1, FEWEST), groups=np.arange(FEWEST) // 2)
    assert calibrated(twice) is None


def test_distances_are_from_the_other_folds_alone() -> None:
    random = np.random.default_rng(3)
    features = (random.standard_normal((90, 40)) @ random.standard_normal((40, 40))).astype(np.float32)
    folds = np.arange(90) % 5
    distance, apart = described(features, folds)
    signs = np.unpackbits(distance.signs, axis=1) * 2.0 - 1
    places = (features - distance.mean) * distance.factor @ signs

    def expected(rows: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.float64]:
        covariance = np.cov(places[known].T, bias=True)
        covariance = 0.7 * covariance + 0.3 * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
        off = places[rows] - places[known].mean(0)
        return np.einsum("ij,jk,ik->i", off, np.linalg.inv(covariance), off) / len(covariance)

    for fold in range(5):
        assert apart[folds == fold] == pytest.approx(expected(folds == fold, folds != fold), rel=2e-3)
    every = np.ones(90, bool)
    assert distance.distances(features) == pytest.approx(expected(every, every), rel=2e-3)
    some = describe(features[folds != 0])
    assert some.distances(features[folds != 0]).mean() == pytest.approx(
        distance.distances(features).mean(), rel=0.1
    )
    assert some.distances(features[folds == 0]).mean() > some.distances(features[folds != 0]).mean()


@pytest.fixture(scope="module")
def model(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    drive(train(drive(scan(drawn_pair))[1], TrainingConfig(networks="one"), run, device="cpu"))
    return run / "model.checkpoint"


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Drawn photos of other things."""
    folder, files = tmp_path_factory.mktemp("strangers"), []
    others = [row for row in THINGS if row.name not in ("apples", "leaves")]
    for place, row in enumerate(others):
        for index in range(6):
            files.append(folder / f"{row.name}_{index}.jpg")
            draw_photo(row, np.random.default_rng([9, place, index])).save(files[-1], quality=90)
    return files


def known(drawn_pair: Path) -> list[Path]:
    return sorted((drawn_pair / "val").rglob("*.jpg"))


def test_strangers_are_refused_and_photos_of_the_classes_are_not(
    model: Path, drawn_pair: Path, strangers: list[Path]
) -> None:
    classifier = Classifier.load(model, device="cpu")
    own = classifier.predict_images(known(drawn_pair), caution="careful")
    others = classifier.predict_images(strangers, caution="careful")
    assert np.mean([answer.accepted is False for answer in others]) >= 0.7
    assert np.mean([answer.accepted is False for answer in own]) <= 0.25
    for answer in others:
        assert answer.nearest == max(answer.probabilities, key=answer.probabilities.__getitem__)
        assert answer.class_name == ("" if answer.accepted is False else answer.nearest)
        assert bool(answer.refusal) == (answer.accepted is False)


def test_probabilities_are_those_of_the_network(model: Path, strangers: list[Path]) -> None:
    classifier = Classifier.load(model, device="cpu")
    pixels = np.stack([classifier.pixels(file) for file in strangers[:4]])
    found = classifier.predict_images(strangers[:4])
    rows = [list(answer.probabilities.values()) for answer in found]
    assert np.array(rows) == pytest.approx(classifier.probabilities(pixels), abs=1e-6)
    assert [answer.probability for answer in found] == [max(row) for row in rows]


@pytest.mark.parametrize("caution", CAUTIONS)
def test_python_command_line_and_window_decide_the_same(
    model: Path, drawn_pair: Path, strangers: list[Path], caution: Caution, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [*known(drawn_pair)[::4], *strangers[::3]]
    python = workbench.load(model, device="cpu").predict_images(files, caution=caution)
    capsys.readouterr()
    command = ["predict", str(model), *map(str, files), "--device", "cpu", "--json"]
    assert cli.main([*command, *(["--caution", caution] if caution != "middle" else [])]) == 0
    told = {row["path"]: row for row in json.loads(capsys.readouterr().out)}
    events, _ = drive(predict(Predict(model, tuple(files)), lambda: False))
    rule = next(event for event in events if isinstance(event, RejectRule))
    window = [event.judged(rule, caution) for event in events if isinstance(event, Prediction)]
    for one, other in zip(python, window, strict=True):
        row = told[one.path]
        assert (one.accepted, one.class_name, one.nearest) == (
            row["accepted"], row["class"], row["nearest"],
        )  # fmt: skip
        assert replace(other, stamp="") == one
    assert {answer.accepted for answer in python} == {True, False} or caution == "bold"


def test_the_rule_survives_the_file_and_a_copy(model: Path, tmp_path: Path, strangers: list[Path]) -> None:
    before = ModelFile.load(model)
    before.save(tmp_path / "again.checkpoint")
    after = ModelFile.load(tmp_path / "again.checkpoint")
    assert after.description.rule == before.description.rule
    assert after.description.rule is not None
    first = Classifier.load(model, device="cpu").predict_images(strangers[:6])
    second = Classifier.load(tmp_path / "again.checkpoint", device="cpu").predict_images(strangers[:6])
    assert first == second


def test_a_model_without_a_rule_says_what_it_always_said(
    model: Path, tmp_path: Path, strangers: list[Path]
) -> None:
    entries = read_archive(model)
    about = json.loads(entries["about.json"])
    del about["reject"], entries[DISTANCE]
    write_archive(tmp_path / "old.checkpoint", {**entries, "about.json": json.dumps(about).encode()})
    for answer in Classifier.load(tmp_path / "old.checkpoint").predict_images(strangers[:3]):
        assert answer.accepted is None
        assert answer.class_name == answer.nearest != ""


@pytest.mark.parametrize("what", ["lacks the distance", "has no numbers"])
def test_a_rule_that_cannot_be_understood_is_refused(model: Path, tmp_path: Path, what: str) -> None:
    entries = read_archive(model)
    about = json.loads(entries["about.json"])
    if what == "lacks the distance":
        del entries[DISTANCE]
    else:
        about["reject"]["middle"]["probability"] = "much"
    write_archive(tmp_path / "bad.checkpoint", {**entries, "about.json": json.dumps(about).encode()})
    with pytest.raises(InputError) as raised:
        ModelFile.load(tmp_path / "bad.checkpoint")
    assert raised.value.message.code == "not_a_model"


def test_a_file_that_is_no_photo_is_neither_accepted_nor_refused(model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no photo")
    Image.new("RGB", (64, 64), "white").save(tmp_path / "b.png")
    shutil.copy(tmp_path / "b.png", tmp_path / "c.png")
    bad, *good = Classifier.load(model).predict_images(
        [tmp_path / name for name in ("a.jpg", "b.png", "c.png")]
    )
    assert (bad.accepted, bad.class_name, bad.nearest, bad.refusal) == (None, "", "", "")
    assert [each.accepted for each in good] == [False, False]


def test_a_network_that_learned_by_epochs_knows_what_it_has_seen(tmp_path: Path) -> None:
    folder = tinted(tmp_path / "photos", {"red": 110, "green": 110})
    (tmp_path / "run").mkdir()
    drive(train(drive(scan(folder))[1], tiny_config(epochs=1), tmp_path / "run", device="cpu"))
    classifier = Classifier.load(tmp_path / "run", device="cpu")
    table = PredictionTable.load(tmp_path / "run" / "predictions.npz").where(set="validation")
    rule = classifier.rule
    assert rule is not None
    assert rule.samples == len(table)
    assert rule.knows_distance
    known = {sample: Path(folder / sample) for sample in table.samples}
    own = classifier.predict_images(list(known.values()), caution="careful")
    far = np.array([answer.distance for answer in own])
    least, most, _, _ = by_hand(table, far, SILENT["careful"])
    assert rule.careful.probability == pytest.approx(least, abs=1e-6)
    assert rule.careful.distance == pytest.approx(most, rel=1e-4)
    for answer in own:
        unlike = answer.distance is not None and answer.distance > rule.careful.distance
        assert (answer.refusal == "unlike") is unlike
    noise = np.random.default_rng(2).integers(0, 256, (8, 64, 64, 3), np.uint8)
    strangers = classifier.predict_images(list(noise), caution="middle")
    assert {answer.refusal for answer in strangers} == {"unlike"}
    Checkpoint.load(tmp_path / "run" / MODEL).save(tmp_path / "again.checkpoint")  # as training on does
    again = Classifier.load(tmp_path / "again.checkpoint", device="cpu").predict_images(list(noise))
    assert [answer.distance for answer in again] == [answer.distance for answer in strangers]
