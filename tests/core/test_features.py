"""Features of photos: every engine computes what torch does, and the quickest that does is taken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from tests.conftest import REPOSITORY
from tests.core.training_help import drive
from workbench.core.architectures.pooled_stages import PooledStages
from workbench.core.config.training_config import TrainingConfig
from workbench.core.errors import InputError, ResourceError
from workbench.core.features import prepare, runtime_choice, runtimes, torch_runtime
from workbench.core.features.agreement import AGREEMENT, cosine
from workbench.core.features.backbone import ABOUT, ONNX, PROBE, WEIGHTS, Backbone, backbone_of
from workbench.core.features.runtime_choice import (
    measure,
    open_runtime,
    rate_of,
    remembered_choice,
    runtime_for,
)
from workbench.core.features.runtimes import TORCH_FREE, FeatureRuntime, OnnxRuntime, compute_threads
from workbench.core.features.torch_runtime import TorchCpu, stages_of
from workbench.core.instant.ridge import fit_ridge
from workbench.core.models.linear_head import LinearHead

pytestmark = pytest.mark.e2e

EACH = 24


@pytest.fixture(scope="module")
def backbone(ready_backbone: None) -> Backbone:
    """The usual one, ready."""
    engine: FeatureRuntime = drive(open_runtime(TrainingConfig(), device="cpu"))[1]
    return engine.backbone


@pytest.fixture
def own(backbone: Backbone, profile: Path, monkeypatch: pytest.MonkeyPatch) -> Backbone:
    """The same one in a profile whose files the test may spoil; measured only for a moment."""
    monkeypatch.setattr(runtime_choice, "_MEASURED_SECONDS", 0.01)
    original = backbone.folder.resolve()
    (profile / "cache" / "backbones").unlink()
    shutil.copytree(original, backbone.folder)
    drive(open_runtime(TrainingConfig(), device="cpu"))  # whichever process was last here may have forgotten
    return backbone


@pytest.fixture(scope="module")
def photos(drawn_pair: Path, backbone: Backbone) -> NDArray[np.uint8]:
    """Apples, then as many leaves, as the network takes them."""
    folders = [drawn_pair / "train" / name for name in ("apples", "leaves")]
    paths = [path for folder in folders for path in sorted(folder.iterdir())[:EACH]]
    return np.stack([backbone.preprocessing.load(path) for path in paths])


@pytest.fixture(scope="module")
def expected(backbone: Backbone, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Their features in torch as it is: float32, nothing folded."""
    stages = stages_of(backbone)
    assert any(isinstance(module, nn.BatchNorm2d) for module in stages.modules())
    with torch.inference_mode():
        images = backbone.preprocessing.normalise(torch.from_numpy(photos).permute(0, 3, 1, 2))
        return stages(images).numpy()


@pytest.fixture(scope="module")
def head(expected: NDArray[np.float32]) -> LinearHead:
    """Tells apples from leaves; learned from every other photo."""
    targets = np.repeat([0, 1], EACH)
    return fit_ridge(expected[::2], targets[::2], [str(n) for n in range(EACH)], 2).head


@pytest.mark.parametrize("kind", [*TORCH_FREE, TorchCpu], ids=lambda kind: kind.kind)
def test_every_engine_computes_what_torch_does(
    kind: type[FeatureRuntime],
    backbone: Backbone,
    photos: NDArray[np.uint8],
    expected: NDArray[np.float32],
    head: LinearHead,
) -> None:
    engine = kind(backbone)
    found = engine.features(photos)
    assert found.dtype == np.float32
    assert found.shape == expected.shape == (2 * EACH, backbone.about()["width"])
    assert engine.name
    # Drawn photos are harder than the probes of which AGREEMENT is asked, where a processor has bfloat16.
    assert cosine(found, expected).mean() >= 1 - 2 * (1 - AGREEMENT)
    np.testing.assert_allclose(cosine(engine.features(photos[:3]), found[:3]), 1, atol=1e-3)
    targets = np.repeat([0, 1], EACH)[1::2]
    right = [(head.probabilities(each[1::2]).argmax(axis=1) == targets).mean() for each in (expected, found)]
    assert abs(right[0] - right[1]) <= 0.003
    assert right[0] > 0.8


_ENGINES = """
import sys
from workbench.core.features.backbone import backbone_of
from workbench.core.features.runtimes import TORCH_FREE
from workbench.core.config.training_config import TrainingConfig
for kind in TORCH_FREE:
    kind(backbone_of(TrainingConfig()))
print(*{"torch", "openvino_telemetry"} & set(sys.modules))
"""


def test_the_engines_tell_nobody_that_they_are_used(backbone: Backbone, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", _ENGINES],
        env={**os.environ, **home, "CI": ""},  # where it is set, OpenVINO keeps quiet anyway
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
    assert list(tmp_path.iterdir()) == []  # its identifier of the computer would be here


class Broken(OnnxRuntime):
    """Does not start."""

    kind = name = "broken"

    def __init__(self, backbone: Backbone) -> None:
        raise OSError("a library is missing")


class Nonsense(OnnxRuntime):
    """Quick, but what it computes is something else."""

    kind = name = "nonsense"

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.random.default_rng(0).normal(size=(len(pixels), 2688)).astype(np.float32)


class NotANumber(OnnxRuntime):
    """Overflows."""

    kind = name = "not a number"

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.full((len(pixels), 2688), np.nan, np.float32)


class TooFew(OnnxRuntime):
    """Gives fewer features than there are."""

    kind = name = "too few"

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.ones((len(pixels), 7), np.float32)


class OnlyOnce(OnnxRuntime):
    """Works until it is to work hard."""

    kind = name = "only once"

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        if len(pixels) != 16 or self.__dict__.setdefault("used", False):
            raise RuntimeError("no more")
        self.used = True
        return super().features(pixels)


FAILING = (Broken, Nonsense, NotANumber, TooFew, OnlyOnce)


def test_engines_that_fail_in_whatever_way_are_passed_over(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_choice, "TORCH_FREE", (*FAILING, OnnxRuntime))
    found, opened = measure(backbone)
    assert [type(engine) for engine in opened.values()] == [OnnxRuntime]
    assert found.runtime == found.exact == "ONNX Runtime"
    assert found.failures.keys() == {kind.kind for kind in FAILING}
    assert found.rates["ONNX Runtime"] > 0
    assert found.agreement["ONNX Runtime"] >= found.worst["ONNX Runtime"] >= AGREEMENT


def test_where_no_other_engine_works_torch_computes(own: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_choice, "TORCH_FREE", FAILING)
    (own.folder / "engine.json").unlink()
    assert runtime_for(own, "cpu").kind == "torch"
    again = runtime_for(own, "cpu")
    assert again.kind == "torch"
    assert rate_of(again) > 0


def test_a_graphics_card_is_asked_first_and_only_believed_where_it_agrees(
    own: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_card(kind: type[FeatureRuntime]) -> tuple[str, set[str]]:
        monkeypatch.setattr(torch_runtime, "TorchCuda", kind)
        found, _ = measure(own, "cuda")
        return found.runtime, set(found.rates)

    class Card(OnnxRuntime):
        """Stands for one that computes the same."""

        kind = name = "card"

    assert with_card(Card) == ("card", {"card"})
    kind, asked = with_card(NotANumber)
    assert kind in {kind.kind for kind in TORCH_FREE}
    assert {kind for kind in asked if kind != "not a number"} == tried(asked)


def test_where_nothing_works_that_is_said(own: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_choice, "_groups", lambda device: [lambda: FAILING])
    (own.folder / "engine.json").unlink()
    with pytest.raises(ResourceError, match="No way to compute features"):
        runtime_for(own, "cpu")
    assert not (own.folder / "engine.json").exists()


def tried(rates: Collection[str]) -> set[str]:
    """All kinds, less the more exact OpenVINO where the quicker one is exact enough itself."""
    return {kind.kind for kind in TORCH_FREE if not kind.exact_for or kind.kind in rates}


def test_the_choice_is_remembered(own: Backbone) -> None:
    file = own.folder / "engine.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    assert set(values["rates"]) == tried(values["rates"])
    assert values["engine"] == max(values["rates"], key=values["rates"].__getitem__)
    for kind in (
        each for each in TORCH_FREE if each.kind in values["rates"]
    ):  # also one that is not the quickest: nothing is measured again
        written = json.dumps(values | {"engine": kind.kind})
        file.write_text(written, encoding="utf-8")
        engine = runtime_for(own, "cpu")
        assert type(engine) is kind
        assert rate_of(engine) == values["rates"][kind.kind]
        assert file.read_text(encoding="utf-8") == written


@pytest.mark.parametrize("spoilt", ["another computer", "another version", "nothing", "garbage", "unknown"])
def test_it_is_measured_again_where_what_is_remembered_does_not_hold(own: Backbone, spoilt: str) -> None:
    file = own.folder / "engine.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    real = dict(values["computer"])
    if spoilt == "another computer":
        file.write_text(json.dumps(values | {"computer": real | {"processor": "abacus"}}))
    elif spoilt == "another version":
        file.write_text(json.dumps(values | {"computer": real | {"onnxruntime": "0.1"}}))
    elif spoilt == "unknown":
        file.write_text(json.dumps(values | {"engine": "perpetual motion"}))
    else:
        file.write_text("{}" if spoilt == "nothing" else "{[")
    assert spoilt == "unknown" or remembered_choice(own) is None
    engine = runtime_for(own, "cpu")
    assert engine.kind in {kind.kind for kind in TORCH_FREE}
    again = json.loads(file.read_text(encoding="utf-8"))
    assert again["computer"] == real
    assert again["engine"] in again["rates"]
    assert rate_of(engine) > 0


class MeanColour(PooledStages):
    """Stands for tuned stages where it does not matter what they compute: exported in a second."""

    def __init__(self) -> None:
        nn.Module.__init__(self)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.mean((2, 3)) * self.scale


def test_what_a_crash_left_goes_and_so_do_tuned_backbones_not_used_for_long(own: Backbone) -> None:
    folder = own.folder.parent
    fresh, abandoned = folder / ".making-fresh", folder / ".making-abandoned"
    tuned = [folder / f"tuned{number:02}" for number in range(14)]
    for age, each in enumerate((fresh, *tuned)):
        each.mkdir()
        (each / ABOUT).write_text(json.dumps({"weights": f"tuned-{age}"}))
        os.utime(each, (time.time() - age, time.time() - age))
    abandoned.mkdir()
    os.utime(abandoned, (0, 0))
    os.utime(own.folder, (0, 0))
    prepare.export(MeanColour(), replace(own, architecture="resnet18", weights_id="tuned-new"))
    assert fresh.is_dir()
    assert not abandoned.exists()
    assert own.is_ready()
    assert [each for each in tuned if each.exists()] == tuned[:11]


def test_a_full_disk_is_said_and_nothing_is_left(own: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ResourceError, match="could not be kept"):
        prepare.export(MeanColour(), replace(own, architecture="resnet18", weights_id="tuned-new"))
    assert list(own.folder.parent.iterdir()) == [own.folder]


@pytest.mark.parametrize("name", [ONNX, WEIGHTS, PROBE])
def test_a_backbone_with_a_flipped_bit_is_not_ready(own: Backbone, name: str) -> None:
    assert own.is_ready()
    content = bytearray((own.folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (own.folder / name).write_bytes(content)
    assert not own.is_ready()


@pytest.mark.parametrize("name", [ONNX, WEIGHTS, PROBE, ABOUT])
def test_a_backbone_that_lacks_something_is_not_ready(own: Backbone, name: str) -> None:
    (own.folder / name).unlink()
    assert not own.is_ready()


def test_a_damaged_backbone_is_made_anew_and_only_once_by_two_at_a_time(own: Backbone) -> None:
    (own.folder / WEIGHTS).unlink()
    seen: list[Any] = []

    def warm() -> None:
        events, engine = drive(open_runtime(TrainingConfig(), device="cpu"))
        made = [(own.folder / name).stat() for name in (ABOUT, "engine.json")]
        seen.append(
            ([event.phase for event in events], engine.kind, [(s.st_ino, s.st_mtime_ns) for s in made])
        )

    threads = [threading.Thread(target=warm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert own.is_ready()
    assert [phases for phases, _, _ in seen] == [["prepare"], ["prepare"]]
    assert seen[0] == seen[1]
    assert [path.name for path in own.folder.parent.iterdir()] == [own.key]


def test_what_is_another_backbone_has_another_folder() -> None:
    usual = backbone_of(TrainingConfig())
    assert backbone_of(TrainingConfig(seed=3, epochs=99)).key == usual.key
    others = [
        TrainingConfig(channels=1),
        TrainingConfig(input_size=192),
        TrainingConfig(architecture="alexnet"),
    ]
    assert len({usual.key, *(backbone_of(config).key for config in others)}) == 4
    assert backbone_of(TrainingConfig(architecture="alexnet")).weights_id == ""
    with pytest.raises(InputError, match="no pretrained weights"):
        backbone_of(TrainingConfig(architecture="custom"))


@pytest.mark.parametrize(
    ("processors", "allowed", "expected"),
    [
        (1, "", 1), (2, "", 2), (8, "", 7), (8, "1", 1), (8, "3", 3), (8, "64", 7), (8, "4,2", 4),
        (8, "0", 1), (8, "-1", 7), (8, "many", 7),
    ],
)  # fmt: skip
def test_engines_take_no_more_threads_than_they_are_allowed(
    processors: int, allowed: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtimes, "thread_count", lambda: processors)
    monkeypatch.setenv("OMP_NUM_THREADS", allowed)
    assert compute_threads() == expected
