"""Networks whose stages are pooled: how wide they are, and that folding changes nothing."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from workbench.core.architectures.architecture_rows import ARCHITECTURES, architecture_of
from workbench.core.architectures.build import build
from workbench.core.architectures.design import NetworkDesign
from workbench.core.architectures.pooled_stages import FeatureNetwork, pooled_stages
from workbench.core.features.fusing import fuse

pytestmark = pytest.mark.e2e

CHANNELS = {
    "efficientnet_lite0": (16, 24, 40, 80, 112, 192, 320, 1280),
    "efficientnet_lite0_max": (16, 24, 40, 80, 112, 192, 320, 1280),
    "efficientnet_lite2": (16, 24, 48, 88, 120, 208, 352, 1280),
    "efficientnet_b0": (16, 24, 40, 80, 112, 192, 320, 1280),
    "mobilenet_v3_small": (16, 24, 40, 48, 96, 576, 1024),
    "mobilenet_v3_large": (16, 24, 40, 80, 112, 160, 960, 1280),
    "resnet18": (64, 128, 256, 512),
    "resnet34": (64, 128, 256, 512),
    "resnet50": (256, 512, 1024, 2048),
    "convnext_tiny": (96, 192, 384, 768),
    "vit_b_16": (768, 768, 768, 768),
    "vgg11": (64, 128, 256, 512, 512, 4096),
    "alexnet": (64, 192, 256, 4096),
}
"""Of each stage, from the papers; last, what the head gets."""
TWO = ("efficientnet_lite0", "efficientnet_lite2")


def network(key: str) -> nn.Module:
    """One whose BatchNorms have seen something."""
    torch.manual_seed(0)
    model = build(key, classes=3, channels=3, input_size=64, dropout=0.0, design=NetworkDesign()).eval()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
    return model


@pytest.mark.parametrize("key", [row.key for row in ARCHITECTURES if row.weights is not None])
@pytest.mark.parametrize("channels", [3, 1])
def test_every_row_with_trained_weights_has_all_its_stages(key: str, channels: int) -> None:
    row = architecture_of(key)
    with torch.device("meta"), torch.inference_mode():  # shapes alone: nothing is computed
        stages = pooled_stages(row, channels=channels, input_size=row.input_size).eval()
        features = stages(torch.empty(2, channels, row.input_size, row.input_size))
    each = [CHANNELS[part] for part in (TWO if row.parts else (key,))]
    assert sum(map(len, each)) == len(row.stages) + len(each)
    halves = (
        0 if key in ("vit_b_16", "efficientnet_lite0_max") else sum(sum(channels[-4:-1]) for channels in each)
    )
    assert features.shape == (2, sum(map(sum, each)) + halves)
    assert features.dtype == torch.float32


def test_features_are_means_over_the_picture_its_halves_and_what_the_head_gets() -> None:
    stages = pooled_stages(architecture_of("resnet18"), channels=3, input_size=64).eval()
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        features = stages(images)
        model = stages.model
        first = model.layer1(model.maxpool(model.act1(model.bn1(model.conv1(images)))))
        last = model.layer4(model.layer3(model.layer2(first)))
    torch.testing.assert_close(features[:, :64], first.mean((2, 3)))
    above, below = first[:, :, :8].mean((2, 3)), first[:, :, 8:].mean((2, 3))
    torch.testing.assert_close(features[:, 64:128], (above - below) / 2)
    torch.testing.assert_close(features[:, -512:], last.mean((2, 3)))
    assert not any(module._forward_hooks for module in model.modules())


def test_for_small_objects_they_are_the_greatest_anywhere() -> None:
    stages = pooled_stages(architecture_of("efficientnet_lite0_max"), channels=3, input_size=64).eval()
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        features = stages(images)
        model = stages.model
        first = model.blocks[0](model.bn1(model.conv_stem(images)))
        last = model.bn2(model.conv_head(model.blocks[1:](first)))
    torch.testing.assert_close(features[:, :16], first.amax((2, 3)))
    torch.testing.assert_close(features[:, -1280:], last.amax((2, 3)))


@pytest.mark.parametrize("views", [1, 2])
def test_with_two_views_a_mirror_image_is_the_same(views: int) -> None:
    row = architecture_of("resnet18")
    model = FeatureNetwork(row, classes=3, channels=1, input_size=64, width=1408, views=views).eval()
    images = torch.randn(2, 1, 64, 64)
    with torch.inference_mode():
        logits, mirrored = model(images), model(images.flip(-1))
    assert logits.shape == (2, 3)
    assert torch.allclose(logits, mirrored, atol=1e-4) is (views == 2)


@pytest.mark.parametrize(
    "key", ["efficientnet_lite0", "efficientnet_b0", "mobilenet_v3_small", "resnet18", "resnet50", "custom"]
)
def test_folding_takes_every_batch_norm_out_and_changes_nothing(key: str) -> None:
    model, images = network(key), torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        before = model(images)
        after = fuse(model)(images)
    assert not any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules())
    assert (after - before).norm() <= 1e-4 * before.norm()
    assert before.std() > 0


@pytest.mark.parametrize("key", ["lenet5", "small_vit"])
def test_where_there_is_no_batch_norm_folding_leaves_all_as_it_is(key: str) -> None:
    model, images = network(key), torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(model(images), fuse(model)(images))
