"""scikit-learn's logistic regression on pooled features from eager torch in float32: the quick script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.clock import Clock
from benchmarks.peers.backbone import lite0, outputs_of


def train(folder: str) -> dict[str, Any]:
    """From the folder's path to predictions for the held-out photos.

    Args:
        folder: Holds `train` and `val`.
    """
    clock = Clock()
    backbone = lite0(0)
    features, targets, _ = outputs_of(str(Path(folder) / "train"), backbone)
    clock.mark("features")
    head = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    head.fit(features.numpy(), targets.numpy())
    held_out, wanted, _ = outputs_of(str(Path(folder) / "val"), backbone)
    predicted = head.predict(held_out.numpy())
    clock.mark("predictions", float((predicted == wanted.numpy()).mean()))
    return clock.results()
