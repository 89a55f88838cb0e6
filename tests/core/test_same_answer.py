"""One model and one photo: the same probabilities whatever engine, home folder, batch or way to ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.bad_files import turned
from tests.conftest import REPOSITORY, LogWatch
from tests.core.same_answer_help import (
    CLOSE,
    Coarse,
    another_home,
    apart,
    asked,
    learned,
    own_backbone,
    quickest,
    table,
    two_things,
)
from tests.core.training_help import drive
from workbench.core import devices
from workbench.core.evaluation import evaluate
from workbench.core.features import runtime_choice
from workbench.core.features.agreement import AGREEMENT, DEVIATION, cosine, largest_deviation
from workbench.core.features.backbone import Backbone
from workbench.core.features.runtime_choice import remembered_choice, runtime_for
from workbench.core.features.runtimes import (
    TORCH_FREE,
    FeatureRuntime,
    OnnxRuntime,
    OpenVinoFull,
    compute_threads,
)
from workbench.core.features.torch_runtime import TorchCpu
from workbench.core.models.checkpoint import Checkpoint
from workbench.core.models.classifier import Classifier
from workbench.core.models.linear_head import LinearHead
from workbench.core.models.model_file import ModelFile
from workbench.core.models.onnx_model import write as write_onnx
from workbench.core.models.predictor import RuntimePredictor
from workbench.core.project.runs import MODEL

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def photos(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_things(drawn_pair, tmp_path_factory.mktemp("things"))


@pytest.fixture
def own(profile: Path, ready_backbone: None) -> Backbone:
    return own_backbone(profile)


@pytest.fixture(scope="module")
def blends(drawn_pair: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Photos that are a bit of both, of which no model is sure: there, a difference shows."""
    folder = tmp_path_factory.mktemp("blends")
    pairs = zip(
        *(sorted((drawn_pair / "val" / name).iterdir()) for name in ("apples", "leaves")), strict=True
    )
    for number, pair in enumerate(pairs):
        one, two = (Image.open(path).convert("RGB").resize((400, 300)) for path in pair)
        for share in (0.35, 0.5, 0.65):
            Image.blend(one, two, share).save(folder / f"{number:02} {share}.png")
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def model(photos: Path, tmp_path_factory: pytest.TempPathFactory, ready_backbone: None) -> Path:
    """A run folder with a finished instant model."""
    return learned(photos, tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="module")
def expected(model: Path, blends: list[Path]) -> NDArray[np.float64]:
    """What torch says of the blends in float32, nothing folded, one at a time."""
    checkpoint = Checkpoint.load(model / MODEL)
    network, recipe = checkpoint.build_model(), checkpoint.preprocessing
    with torch.inference_mode():
        images = [torch.from_numpy(recipe.load(path)).permute(2, 0, 1)[None] for path in blends]
        found = [network(recipe.normalise(image)).double().softmax(1) for image in images]
    probabilities: NDArray[np.float64] = torch.cat(found).numpy()
    assert ((probabilities > 0.1) & (probabilities < 0.9)).mean() > 0.2, "a difference has to show"
    return probabilities


# Engines.


@pytest.mark.parametrize("kind", [*TORCH_FREE, TorchCpu], ids=lambda kind: kind.kind)
def test_every_engine_that_may_answer_answers_the_same(
    kind: type[FeatureRuntime], model: Path, blends: list[Path], expected: NDArray[np.float64]
) -> None:
    file = ModelFile.load(model / MODEL)
    described = file.description
    runtime = kind(Backbone(described.config.architecture, described.backbone, described.preprocessing))
    pixels, features = runtime.backbone.probe()
    if largest_deviation(runtime.features(pixels), features) > DEVIATION:
        assert kind.kind == "OpenVINO", "the others compute in float32 everywhere"
        pytest.skip("this processor has bfloat16, so that this engine only learns")
    predictor = RuntimePredictor(
        runtime, LinearHead(file.weights["head.weight"], file.weights["head.bias"]), 2
    )
    squares = np.stack([described.preprocessing.load(path) for path in blends])
    for batch in (1, 7, 16, len(squares)):
        parts = [predictor.probabilities(squares[i : i + batch]) for i in range(0, len(squares), batch)]
        assert apart(np.concatenate(parts), expected) < CLOSE


def test_an_engine_that_computes_in_few_bits_learns_but_does_not_answer(
    own: Backbone,
    model: Path,
    blends: list[Path],
    expected: NDArray[np.float64],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quickest(monkeypatch, Coarse)
    assert runtime_for(own, "cpu").kind == "coarse"
    assert runtime_for(own, "cpu", exact=True).kind == "ONNX Runtime"
    choice = remembered_choice(own)
    assert choice is not None
    assert choice.agreement["coarse"] >= AGREEMENT
    assert choice.deviation["coarse"] > 10 * DEVIATION > 100 * choice.deviation["ONNX Runtime"]
    assert apart(asked(model, blends), expected) < CLOSE


def test_the_deviation_is_that_of_the_worst_photo() -> None:
    expected = np.array([[3, 4], [0, 2]], np.float32)
    assert largest_deviation(
        expected + np.array([[0, 0.5], [0.4, 0]], np.float32), expected
    ) == pytest.approx(0.2)
    assert not largest_deviation(np.full((2, 2), np.nan, np.float32), expected) <= DEVIATION
    assert cosine(expected, expected).tolist() == pytest.approx([1, 1])


def test_what_an_older_version_remembers_is_measured_again(
    own: Backbone,
    model: Path,
    blends: list[Path],
    expected: NDArray[np.float64],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quickest(monkeypatch, Coarse)
    runtime_for(own, "cpu")
    file = own.folder / "engine.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    del values["exact"], values["deviation"]
    file.write_text(json.dumps(values), encoding="utf-8")
    assert apart(asked(model, blends), expected) < CLOSE
    assert json.loads(file.read_text(encoding="utf-8"))["exact"] == "ONNX Runtime"


def test_where_the_answering_engine_breaks_another_exact_one_takes_over(
    own: Backbone,
    model: Path,
    blends: list[Path],
    expected: NDArray[np.float64],
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    quickest(monkeypatch, Coarse)
    runtime_for(own, "cpu")

    class Gone(OnnxRuntime):
        def __init__(self, backbone: Backbone) -> None:
            raise OSError("a library is missing")

    monkeypatch.setattr(runtime_choice, "TORCH_FREE", (Coarse, Gone, OpenVinoFull))
    log_watch.expect("does not start any more")
    assert apart(asked(model, blends), expected) < CLOSE
    assert remembered_choice(own).exact == "OpenVINO float32"  # type: ignore[union-attr]


def test_where_no_engine_but_torch_is_exact_torch_answers(
    own: Backbone,
    model: Path,
    blends: list[Path],
    expected: NDArray[np.float64],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runtime_choice, "TORCH_FREE", (Coarse,))
    monkeypatch.setattr(
        runtime_choice, "_rate", lambda runtime, _: 900.0 if type(runtime) is Coarse else 90.0
    )
    assert Classifier.load(model, device="cpu").runtime == "torch"
    assert apart(asked(model, blends), expected) < CLOSE
    assert runtime_for(own, "cpu").kind == "coarse"


def test_float32_is_asked_of_a_card_and_given_back() -> None:
    def now() -> list[str]:
        return [part.fp32_precision for part in (torch.backends.cudnn.conv, torch.backends.cuda.matmul)]

    before = now()
    with devices.in_float32():
        assert now() == ["ieee", "ieee"]
    assert now() == before

    def failing() -> None:
        with devices.in_float32():
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        failing()
    assert now() == before


# Homes, processes, files.


def test_a_new_home_says_the_same(
    own: Backbone,
    model: Path,
    blends: list[Path],
    expected: NDArray[np.float64],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    quickest(monkeypatch, Coarse)
    here = asked(model, blends)
    with another_home(tmp_path):
        assert apart(asked(model, blends), here) < CLOSE
    assert apart(here, expected) < CLOSE


def test_another_process_with_other_threads_says_the_same(
    model: Path, blends: list[Path], expected: NDArray[np.float64], tmp_path: Path
) -> None:
    threads = "1" if compute_threads() > 1 else "2"
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "predict", str(model), *map(str, blends), "--json"],
        env={**os.environ, "OMP_NUM_THREADS": threads, "WORKBENCH_PROFILE": str(tmp_path / "other")},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    found = np.array([list(each["probabilities"].values()) for each in told])
    assert apart(found, expected) < CLOSE


def test_the_onnx_export_says_the_same(
    own: Backbone,
    model: Path,
    blends: list[Path],
    expected: NDArray[np.float64],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quickest(monkeypatch, Coarse)
    write_onnx(model / MODEL, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    classifier = Classifier.load(model, device="cpu")
    squares = np.stack([classifier.preprocessing.load(path) for path in blends])
    (given,) = session.run(["probabilities"], {"pixels": squares})
    assert apart(given.astype(np.float64), expected) < CLOSE
    assert apart(classifier.probabilities(squares), given.astype(np.float64)) < CLOSE


def test_two_threads_at_once_say_the_same(
    model: Path, blends: list[Path], expected: NDArray[np.float64]
) -> None:
    classifier = Classifier.load(model, device="cpu")
    found: dict[int, NDArray[np.float64]] = {}

    def ask(number: int) -> None:
        found[number] = table(classifier.predict_images(blends[number:] + blends[:number]))

    threads = [threading.Thread(target=ask, args=(number,)) for number in (0, 5, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, answers in found.items():
        assert apart(np.roll(answers, number, axis=0), expected) < CLOSE
    assert len(found) == 3


# Batches and ways to ask.


def test_neighbours_in_a_batch_change_nothing(
    model: Path, blends: list[Path], expected: NDArray[np.float64], tmp_path: Path
) -> None:
    classifier = Classifier.load(model, device="cpu")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    alone = table([classifier.predict_images([path])[0] for path in blends])
    mixed = classifier.predict_images([tmp_path / "broken.jpg", *blends[::-1], tmp_path / "broken.jpg"])
    assert apart(alone, expected) < CLOSE
    assert apart(table([each for each in mixed if not each.error])[::-1], expected) < CLOSE
    many = classifier.predict_images([blends[3]] * 33)
    assert apart(table(many), np.repeat(expected[3:4], 33, axis=0)) < CLOSE


def test_a_mirror_image_gets_the_same_answer(
    model: Path, blends: list[Path], expected: NDArray[np.float64]
) -> None:
    classifier = Classifier.load(model, device="cpu")
    squares = np.stack([classifier.preprocessing.load(path) for path in blends])
    assert apart(classifier.probabilities(np.ascontiguousarray(squares[:, :, ::-1])), expected) < CLOSE


def test_a_turned_file_and_its_pixels_in_memory_get_the_same_answer(
    model: Path, blends: list[Path], expected: NDArray[np.float64], tmp_path: Path
) -> None:
    classifier, ways = Classifier.load(model, device="cpu"), []
    for number, path in enumerate(blends[:8]):
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        other = tmp_path / f"{number}.png"
        other.write_bytes(turned(image, number + 1, "PNG"))
        with Image.open(other) as lying:
            ways.append([other, image, np.asarray(image), lying.copy()])
    for way in zip(*ways, strict=True):
        assert apart(table(classifier.predict_images(way)), expected[:8]) < CLOSE


def test_evaluation_says_what_prediction_says(
    model: Path, photos: Path, tmp_path: Path, own: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickest(monkeypatch, Coarse)
    folder = tmp_path / "odd"
    for name in ("apples", "leaves"):
        source = sorted((photos / "test" / name).iterdir())[0]
        (folder / name).mkdir(parents=True)
        with Image.open(source) as opened:
            image = opened.convert("RGB")
        for width, height in ((1600, 1200), (900, 200), (20, 30), (300, 1900), (48, 48)):
            image.resize((width, height)).save(folder / name / f"{width}.{name[0]}.jpg", quality=92)
        image.convert("L").save(folder / name / f"grey.{name[0]}.png")
        ImageOps.flip(image).convert("P").save(folder / name / f"palette.{name[0]}.png")
    _, found = drive(evaluate(model, folder, device="cpu"))
    files = [folder / sample for sample in found.table.samples]
    assert len(files) == 14
    assert apart(found.table.probabilities, asked(model, files)) < CLOSE
