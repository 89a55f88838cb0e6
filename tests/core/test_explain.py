"""Why a model answers what it answers: exact sums over places, hand-made gradients, a planted thing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from tests.core.training_help import drive
from workbench.core.config.training_config import TrainingConfig, recommended
from workbench.core.data.scan import scan
from workbench.core.explain.covering import CELLS, FIFTH, covered, hottest, occlusion, random_fifths
from workbench.core.explain.places import GRID, Places
from workbench.core.explain.why import Explainer, direction
from workbench.core.features.runtime_choice import exact_runtime, open_runtime
from workbench.core.learning import train
from workbench.core.models.classifier import Classifier
from workbench.core.models.grad_cam import grad_cam, last_convolution
from workbench.core.results.probabilities import softmax
from workbench.core.settings import replace

Discs = tuple[Path, Path, dict[str, tuple[int, int]]]
"""A run, a folder of photos that it has not learned from, and the cell of each one's disc."""


def noise(side: int, seed: int = 0) -> NDArray[np.uint8]:
    """A picture with something at every scale."""
    random = np.random.default_rng(seed)
    layers = [random.integers(0, 256, (count, count, 3), dtype=np.uint8) for count in (4, 16, side)]
    pictures = [
        np.asarray(Image.fromarray(layer).resize((side, side), Image.Resampling.BICUBIC), np.float64)
        for layer in layers
    ]
    mean: NDArray[np.uint8] = np.mean(pictures, axis=0).astype(np.uint8)
    return mean


@pytest.mark.parametrize("views", [1, 2])
@pytest.mark.parametrize(
    "architecture", ["efficientnet_lite0", "two_efficientnets", "efficientnet_lite0_max"]
)
def test_what_the_places_add_is_the_whole_answer(architecture: str, views: int, ready_backbone: None) -> None:
    config = replace(TrainingConfig(), {"architecture": architecture})
    runtime = exact_runtime(drive(open_runtime(config, device="cpu"))[1], "cpu")
    pixels = noise(runtime.backbone.preprocessing.crop)
    both = np.stack([pixels, pixels[:, ::-1]][:views])
    features = runtime.features(both).mean(axis=0)
    weight = np.random.default_rng(1).normal(size=len(features))
    found = Places(runtime.backbone).contributions(pixels, weight, views)
    assert found.shape == (GRID, GRID)
    assert found.sum() == pytest.approx(float(features @ weight), rel=1e-3, abs=1e-3)


def test_a_mirror_image_is_explained_by_the_mirror_image(ready_backbone: None) -> None:
    runtime = exact_runtime(drive(open_runtime(TrainingConfig(), device="cpu"))[1], "cpu")
    pixels, places = noise(runtime.backbone.preprocessing.crop), Places(runtime.backbone)
    weight = np.random.default_rng(1).normal(size=runtime.backbone.about()["width"])
    one, other = (places.contributions(each, weight, 2) for each in (pixels, pixels[:, ::-1].copy()))
    assert other[:, ::-1] == pytest.approx(one, abs=1e-4 * np.abs(one).max())


def test_the_direction_is_the_gradient_of_the_log_odds() -> None:
    random = np.random.default_rng(2)
    weight, features, step = random.normal(size=(5, 7)), random.normal(size=7), 1e-6

    def odds(at: NDArray[np.float64]) -> float:
        share = softmax(weight @ at)[3]
        return float(np.log(share) - np.log(1 - share))

    by_hand = [(odds(features + step * e) - odds(features - step * e)) / (2 * step) for e in np.eye(7)]
    assert direction(weight, softmax(weight @ features), 3) == pytest.approx(by_hand, abs=1e-6)


def test_where_a_class_is_certain_the_others_count_the_same() -> None:
    weight = np.random.default_rng(0).normal(size=(3, 4))
    assert direction(weight, np.array([0.0, 1.0, 0.0]), 1) == pytest.approx(
        weight[1] - (weight[0] + weight[2]) / 2
    )


def test_a_fifth_is_covered_with_the_mean_colour() -> None:
    pixels = noise(70)
    heat = np.zeros((28, 28))
    heat[:4, :8] = 1.0  # the first two cells
    cells = hottest(heat)
    assert cells.sum() == FIFTH == 10
    assert cells[0, :2].all()
    found = covered(pixels, cells)
    assert (found[:10, :20] == pixels.mean(axis=(0, 1)).round()).all()
    places = np.arange(70) * CELLS // 70
    beside = ~cells[np.ix_(places, places)]
    assert (found[beside] == pixels[beside]).all()
    for other in random_fifths(3, cells):
        assert other.sum() == FIFTH
        assert not (other & cells).any()


def test_occlusion_finds_the_only_place_that_counts() -> None:
    """A model that answers by how red the third row's last cell is."""
    pixels = np.full((70, 70, 3), 90, np.uint8)
    pixels[20:30, 60:] = (255, 90, 90)

    def answers(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        red = pictures[:, 20:30, 60:, 0].mean(axis=(1, 2)) / 256
        return np.stack([1 - red, red], axis=1)

    found = occlusion(answers, pixels, 1)
    assert found.argmax() == 2 * CELLS + 6
    assert np.count_nonzero(np.abs(found) > 1e-9) == 1


def test_grad_cam_is_what_autograd_says_by_hand() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 6, 3, stride=2), nn.Flatten(), nn.LazyLinear(3)
    ).eval()
    inputs = torch.randn(1, 3, 9, 9)
    layer = last_convolution(model, inputs)
    assert layer is model[2]
    maps = model[2](model[1](model[0](inputs))).detach().requires_grad_()
    model[4](model[3](maps))[0, 1].backward()
    assert maps.grad is not None
    by_hand = (maps.grad.mean((2, 3), keepdim=True) * maps).sum(1)[0].detach().numpy()
    assert grad_cam(model, layer, inputs, 1) == pytest.approx(by_hand, abs=1e-6)


def test_a_transformer_has_no_last_convolution() -> None:
    class Tokens(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.patches, self.norm = nn.Conv2d(3, 8, 4, stride=4), nn.LayerNorm(8)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            passed: torch.Tensor = self.norm(self.patches(images).flatten(2).transpose(1, 2)).mean(1)
            return passed

    assert last_convolution(Tokens(), torch.zeros(1, 3, 16, 16)) is None


@pytest.fixture(scope="module")
def with_discs(tmp_path_factory: pytest.TempPathFactory, ready_backbone: None) -> Discs:
    """The instant model of a class with a disc somewhere and one without."""
    folder, kept = tmp_path_factory.mktemp("discs"), tmp_path_factory.mktemp("kept")
    places: dict[str, tuple[int, int]] = {}
    random = np.random.default_rng(0)
    for number in range(60):
        pixels = noise(224, number)
        cell = (int(random.integers(1, 6)), int(random.integers(1, 6)))
        with_disc = pixels.copy()
        down, across = np.ogrid[:224, :224]
        near = (down - cell[0] * 32 - 16) ** 2 + (across - cell[1] * 32 - 16) ** 2 < 30**2
        with_disc[near] = (250, 210, 20)
        for name, picture in (("disc", with_disc), ("none", pixels)):
            place = folder / name / f"{number}.png" if number < 40 else kept / f"{name}{number}.png"
            place.parent.mkdir(exist_ok=True)
            Image.fromarray(picture).save(place)
        places[f"disc{number}.png"] = cell
    run = tmp_path_factory.mktemp("run")
    catalog = drive(scan(folder))[1]
    drive(train(catalog, replace(recommended("instant"), {"networks": "one"}), run, device="cpu"))
    return run, kept, places


def test_a_planted_thing_is_where_the_heat_is(
    with_discs: Discs,
) -> None:
    run, kept, places = with_discs
    explainer = Explainer(Classifier.load(run, device="cpu"))
    found, telling = 0, 0
    photos = sorted(kept.glob("disc*.png"))
    for photo in photos:
        explanation = explainer.explain(photo)
        assert explanation.class_name == "disc"
        assert explanation.method == "places"
        assert explanation.heat.max() == 1.0
        assert explanation.heat.min() >= 0.0
        found += bool(hottest(explanation.heat)[places[photo.name]])
        telling += explanation.covered < explanation.elsewhere
    assert found >= 0.9 * len(photos)
    assert telling >= 0.9 * len(photos)


def test_every_class_can_be_asked_for(with_discs: Discs) -> None:
    run, kept, _ = with_discs
    classifier = Classifier.load(run, device="cpu")
    explainer, photo = Explainer(classifier), kept / "disc50.png"
    told = classifier.predict_images([photo])[0].probabilities
    for name in ("disc", "none"):
        assert explainer.explain(photo, name).probability == pytest.approx(told[name], abs=1e-6)
    with pytest.raises(ValueError, match="nowhere"):
        explainer.explain(photo, "nowhere")


@pytest.mark.parametrize(("architecture", "method"), [("lenet5", "grad_cam"), ("small_vit", "occlusion")])
def test_networks_of_torch_are_explained_too(
    architecture: str, method: str, tmp_path: Path, drawn_pair: Path
) -> None:
    (tmp_path / "run").mkdir()
    config = replace(recommended("scratch", architecture), {"epochs": 1, "input_size": 32})
    drive(train(drive(scan(drawn_pair))[1], config, tmp_path / "run", device="cpu"))
    photo = drawn_pair / "val" / "apples" / "000.jpg"
    explanation = Explainer(Classifier.load(tmp_path / "run", device="cpu")).explain(photo)
    assert explanation.method == method
    assert explanation.pixels.shape == (32, 32, 3)
    assert 0 <= explanation.heat.min() <= explanation.heat.max() <= 1
