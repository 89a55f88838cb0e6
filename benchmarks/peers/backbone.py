"""EfficientNet-Lite0 with the weights that this program comes with: the same backbone for every peer."""

from __future__ import annotations

import timm
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

from benchmarks.clock import drain
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.weights.store import apply, fetch

SIDE = 224
HALF = [0.5, 0.5, 0.5]


def lite0(classes: int) -> nn.Module:
    """timm's network with pretrained weights and a fresh head; 0 classes leave the head out."""
    row = architecture_of("efficientnet_lite0")
    tensors = drain(fetch(row))
    whole = timm.create_model("tf_efficientnet_lite0", num_classes=1000)
    apply(whole, row, tensors)
    whole.reset_classifier(classes)
    return whole


def centre_crop() -> transforms.Compose:
    """The usual test transform (short side 256, middle 224), standardised as the weights expect."""
    return transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(SIDE),
            transforms.ToTensor(),
            transforms.Normalize(HALF, HALF),
        ]
    )


def outputs_of(
    folder: str, collect: nn.Module, batch: int = 32
) -> tuple[torch.Tensor, torch.Tensor, list[str]]:
    """What a frozen network makes of every photo of `CLASS/*` folders, in float32 with torch's DataLoader.

    Returns:
        Its outputs, shape (photos, …); class indices, shape (photos,); class names.
    """
    photos = ImageFolder(folder, centre_crop())
    loader = DataLoader(photos, batch_size=batch, num_workers=torch.get_num_threads())
    collect.eval()
    outputs, targets = [], []
    with torch.inference_mode():
        for images, wanted in loader:
            outputs.append(collect(images))
            targets.append(wanted)
    return torch.cat(outputs), torch.cat(targets), photos.classes
