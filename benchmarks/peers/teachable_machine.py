"""A head as Teachable Machine trains it: on the frozen backbone's last map, flattened.

After its published library (`@teachablemachine/image`): centre crop, features computed once, a dense layer of
100 with ReLU, a dense layer to the classes, Adam with learning rate 0.001, batch 16, 50 epochs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

from benchmarks.clock import Clock
from benchmarks.peers.backbone import lite0, outputs_of


class _LastMap(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.model = lite0(0)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Shape (photos, 7 × 7 × 1280)."""
        features: torch.Tensor = self.model.forward_features(images)
        return features.flatten(1)


def train(folder: str, epochs: int = 50) -> dict[str, Any]:
    """From the folder's path to predictions for the held-out photos.

    Args:
        folder: Holds `train` and `val`.
        epochs: Of the head.
    """
    clock = Clock()
    backbone = _LastMap()
    features, targets, classes = outputs_of(str(Path(folder) / "train"), backbone)
    clock.mark("features")
    head = nn.Sequential(nn.Linear(features.shape[1], 100), nn.ReLU(), nn.Linear(100, len(classes)))
    optimizer = torch.optim.Adam(head.parameters(), lr=0.001)
    for _ in range(epochs):
        for chosen in torch.randperm(len(features)).split(16):
            optimizer.zero_grad()
            nn.functional.cross_entropy(head(features[chosen]), targets[chosen]).backward()
            optimizer.step()
    held_out, wanted, _ = outputs_of(str(Path(folder) / "val"), backbone)
    with torch.inference_mode():
        predicted = head(held_out).argmax(1)
    clock.mark("predictions", float((predicted == wanted).float().mean()))
    return clock.results()
