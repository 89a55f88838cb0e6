"""A network and loop as the usual CIFAR-10 tutorials have them.

Three VGG blocks of 32, 64 and 128 channels with BatchNorm and dropout, a dense layer of 128; Adam, batch
64, a DataLoader over the files with `ToTensor`, float32.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import ToTensor

from benchmarks.clock import Clock


def train(folder: str, epochs: int = 25, accuracy: float = 0.81) -> dict[str, Any]:
    """Trains until the test photos are answered with an accuracy, or so many epochs are over.

    Args:
        folder: Holds `train` and `test`.
        epochs: At most.
        accuracy: Enough on the test photos.
    """
    clock = Clock()
    workers = torch.get_num_threads()
    learned = ImageFolder(Path(folder) / "train", ToTensor())
    training = DataLoader(learned, batch_size=64, shuffle=True, num_workers=workers)
    checking = DataLoader(ImageFolder(Path(folder) / "test", ToTensor()), batch_size=64, num_workers=workers)
    model = _network(len(learned.classes))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    for epoch in range(epochs):
        model.train()
        for images, targets in training:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images), targets).backward()
            optimizer.step()
        reached = _accuracy(model, checking)
        clock.mark(f"epoch {epoch + 1}", reached)
        if reached >= accuracy:
            break
    return clock.results()


def _network(classes: int) -> nn.Module:
    layers: list[nn.Module] = []
    before = 3
    for channels, dropout in ((32, 0.2), (64, 0.3), (128, 0.4)):
        for _ in range(2):
            layers += [nn.Conv2d(before, channels, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(channels)]
            before = channels
        layers += [nn.MaxPool2d(2), nn.Dropout(dropout)]
    dense = [nn.Flatten(), nn.Linear(128 * 4 * 4, 128), nn.ReLU(), nn.BatchNorm1d(128), nn.Dropout(0.5)]
    return nn.Sequential(*layers, *dense, nn.Linear(128, classes))


def _accuracy(model: nn.Module, loader: DataLoader) -> float:
    model.eval()
    right = seen = 0
    with torch.no_grad():
        for images, targets in loader:
            right += int((model(images).argmax(1) == targets).sum())
            seen += len(targets)
    return right / seen
