"""A plain training script, as torchvision's transfer learning tutorial has it (written for ants and bees).

Its settings: whole network, batch 4, SGD with learning rate 0.001 and momentum 0.9, a tenth of it after every
7 epochs, 25 epochs, random resized crop and mirror image, float32, 4 loading processes, best epoch kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

from benchmarks.clock import Clock
from benchmarks.peers.backbone import HALF, SIDE, centre_crop, lite0


def train(folder: str, epochs: int = 25) -> dict[str, Any]:
    """From the folder's path to the last epoch's validation.

    Args:
        folder: Holds `train` and `val`.
        epochs: How many of the tutorial's 25 to run.
    """
    clock = Clock()
    random = transforms.Compose(
        [
            transforms.RandomResizedCrop(SIDE),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize(HALF, HALF),
        ]
    )
    learned = ImageFolder(Path(folder) / "train", random)
    held_out = ImageFolder(Path(folder) / "val", centre_crop())
    training = DataLoader(learned, batch_size=4, shuffle=True, num_workers=4)
    checking = DataLoader(held_out, batch_size=4, num_workers=4)
    model = lite0(len(learned.classes))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
    best = 0.0
    for epoch in range(epochs):
        model.train()
        for images, targets in training:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images), targets).backward()
            optimizer.step()
        schedule.step()
        best = max(best, _accuracy(model, checking))
        clock.mark(f"epoch {epoch + 1}", best)
    return clock.results()


def _accuracy(model: nn.Module, loader: DataLoader) -> float:
    model.eval()
    right = seen = 0
    with torch.no_grad():
        for images, targets in loader:
            right += int((model(images).argmax(1) == targets).sum())
            seen += len(targets)
    return right / seen
