"""The networks that timm does not have: a function for each row that names one.

Each takes `classes`, `channels` (1 or 3), `input_size` (side in pixels), `dropout` (share of the inputs of
the head) and `design`, all by name, and makes a network with `get_classifier`, as timm's have.
"""

from __future__ import annotations

import math

import timm
import torch
import torchvision
from torch import Tensor, nn

from workbench.core.architectures.design import NetworkDesign


def lenet5(*, classes: int, channels: int, dropout: float, **_: object) -> nn.Module:
    """LeNet-5; see `LeNet5`."""
    return LeNet5(classes, channels, dropout)


def alexnet(*, classes: int, channels: int, dropout: float, **_: object) -> nn.Module:
    """AlexNet; see `AlexNet`."""
    return AlexNet(classes, channels, dropout)


def designed(
    *, classes: int, channels: int, input_size: int, dropout: float, design: NetworkDesign
) -> nn.Module:
    """The network that the person laid out; see `DesignedNetwork`."""
    return DesignedNetwork(classes, channels, input_size, dropout, design)


def small_vit(*, classes: int, channels: int, input_size: int, dropout: float, **_: object) -> nn.Module:
    """A vision transformer of patches of 4 pixels.

    After Dosovitskiy et al., “An image is worth 16x16 words”, 2021, with the mean of the patches in
    place of the class token, which small data prefers (Beyer et al., “Better plain ViT baselines”, 2022).
    """
    return timm.models.VisionTransformer(
        img_size=input_size,
        patch_size=4,
        in_chans=channels,
        num_classes=classes,
        embed_dim=192,
        depth=6,
        num_heads=3,
        mlp_ratio=2,
        class_token=False,
        global_pool="avg",
        drop_rate=dropout,
    )


def efficientnet_lite0_max(*, classes: int, channels: int, dropout: float, **_: object) -> nn.Module:
    """EfficientNet-Lite0 whose head takes the greatest of each channel, in place of its mean."""
    return timm.create_model(
        "tf_efficientnet_lite0", num_classes=classes, in_chans=channels, drop_rate=dropout, global_pool="max"
    )


def two_efficientnets(*, classes: int, channels: int, dropout: float, **_: object) -> nn.Module:
    """EfficientNet-Lite0 and Lite2; see `TwoNetworks`."""
    made = (
        timm.create_model(f"tf_efficientnet_{name}", num_classes=0, in_chans=channels)
        for name in ("lite0", "lite2")
    )
    return TwoNetworks(*made, classes=classes, dropout=dropout)


class TwoNetworks(nn.Module):
    """Two networks that see the same images, with one head on what both make of them.

    Args:
        lite0, lite2: Without heads, from images (n, channels, side, side) to features; they have
            `num_features`, as timm's have.
        classes: Number of classes.
        dropout: Share of the inputs of the head.
    """

    def __init__(self, lite0: nn.Module, lite2: nn.Module, *, classes: int, dropout: float) -> None:
        super().__init__()
        self.lite0, self.lite2 = lite0, lite2
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(lite0.num_features + lite2.num_features, classes)  # type: ignore[operator, arg-type]

    def forward(self, images: Tensor) -> Tensor:
        """Standardised images to logits (n, classes)."""
        features = torch.cat([self.lite0(images), self.lite2(images)], 1)
        logits: Tensor = self.head(self.drop(features))
        return logits

    def get_classifier(self) -> nn.Module:
        """The last layer."""
        return self.head


class LeNet5(nn.Module):
    """LeNet-5 with ReLU and max pooling, as it is taught today.

    After LeCun, Bottou, Bengio, Haffner, “Gradient-based learning applied to document recognition”,
    1998, which has scaled tanh, trained averages and a radial output. Made for 32 × 32 pixels; what
    comes from larger pictures is averaged down to the 5 × 5 cells that its dense layers expect.
    """

    def __init__(self, classes: int, channels: int, dropout: float) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(channels, 6, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.AdaptiveAvgPool2d(5),
        )
        self.hidden = nn.Sequential(
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU()
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(84, classes)
        initialise_for_relu(self)

    def forward(self, images: Tensor) -> Tensor:
        """Images (n, channels, side, side) to logits (n, classes)."""
        logits: Tensor = self.head(self.dropout(self.hidden(self.features(images))))
        return logits

    def get_classifier(self) -> nn.Module:
        """The last layer."""
        return self.head


class AlexNet(nn.Module):
    """torchvision's AlexNet for any number of channels; its weights fit by name.

    After Krizhevsky, “One weird trick for parallelizing convolutional neural networks”, 2014.
    """

    def __init__(self, classes: int, channels: int, dropout: float) -> None:
        super().__init__()
        whole = torchvision.models.AlexNet(num_classes=classes, dropout=dropout)
        self.features: nn.Sequential = whole.features
        self.avgpool: nn.Module = whole.avgpool
        self.classifier: nn.Sequential = whole.classifier
        if channels != 3:
            self.features[0] = nn.Conv2d(channels, 64, kernel_size=11, stride=4, padding=2)
        initialise_for_relu(self)

    def forward(self, images: Tensor) -> Tensor:
        """Images (n, channels, side, side) to logits (n, classes)."""
        logits: Tensor = self.classifier(torch.flatten(self.avgpool(self.features(images)), 1))
        return logits

    def get_classifier(self) -> nn.Module:
        """The last layer."""
        return self.classifier[-1]


class DesignedNetwork(nn.Module):
    """The convolutional network that a `NetworkDesign` describes.

    Args:
        classes: Number of classes, ≥ 2.
        channels: 1 or 3.
        input_size: Side of the pictures; matters only without global pooling.
        dropout: Share of the head's inputs silenced.
        design: The form as the person filled it in.
    """

    def __init__(
        self, classes: int, channels: int, input_size: int, dropout: float, design: NetworkDesign
    ) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        width = channels
        for number in range(design.blocks):
            wider = min(design.channels * 2**number, design.max_channels)
            blocks.append(_block(width, wider, design))
            width = wider
        self.blocks = nn.Sequential(*blocks)
        side = 1 if design.global_pooling else input_size // 2**design.blocks
        self.pool = nn.AdaptiveAvgPool2d(1) if design.global_pooling else nn.Identity()
        width *= side * side
        dense: list[nn.Module] = []
        if design.dense:
            dense = [nn.Linear(width, design.dense), nn.ReLU()]
            width = design.dense
        self.dense = nn.Sequential(nn.Flatten(), *dense)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, classes)
        initialise_for_relu(self)
        if design.batch_norm:
            for module in self.blocks.modules():
                if isinstance(module, nn.Conv2d):
                    _begin_passing_on(module)

    def forward(self, images: Tensor) -> Tensor:
        """Images (n, channels, side, side) to logits (n, classes)."""
        logits: Tensor = self.head(self.dropout(self.dense(self.pool(self.blocks(images)))))
        return logits

    def get_classifier(self) -> nn.Module:
        """The last layer."""
        return self.head


def initialise_for_relu(model: nn.Module) -> None:
    """Draws the weights so that signals keep their size through layers of ReLU.

    After He, Zhang, Ren, Sun, “Delving deep into rectifiers”, 2015. torch's own default shrinks
    them layer by layer, and a deep network without BatchNorm then starts by learning nothing.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _begin_passing_on(convolution: nn.Conv2d) -> None:
    """Lets a convolution begin by passing its inputs on, with what channels are left drawn at random.

    After Zagoruyko & Komodakis, “DiracNets”, 2017, and Jordan 2024, arXiv:2404.00498: what the first
    layer sees then reaches the last one from the first step on.
    """
    nn.init.kaiming_uniform_(convolution.weight, a=math.sqrt(5))  # torch's own: small beside the ones
    nn.init.dirac_(convolution.weight[: convolution.in_channels])


def _block(width: int, wider: int, design: NetworkDesign) -> nn.Sequential:
    layers: list[nn.Module] = []
    for number in range(design.convolutions):
        layers.append(nn.Conv2d(width, wider, design.kernel, padding="same", bias=not design.batch_norm))
        if design.pool_first and number == 0:
            layers.append(nn.MaxPool2d(2))
        if design.batch_norm:
            layers.append(nn.BatchNorm2d(wider))
        layers.append(nn.ReLU())
        width = wider
    if not design.pool_first:
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Dropout2d(design.dropout))
