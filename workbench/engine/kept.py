"""What an engine keeps from one request to the next: the last model, and what is known of the open folder."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from workbench.core.explain.influential import InfluenceFinder
from workbench.core.instant.following import Follower
from workbench.core.models.classifier import Classifier
from workbench.core.project.runs import model_in
from workbench.core.torch_lock import torch_loading
from workbench.engine.requests import (
    AuditFolder,
    ExplainHeldOut,
    FindInfluential,
    Follow,
    LayOut,
    LookCloser,
    SliceUp,
)

AboutFolder = Follow | LayOut | LookCloser | FindInfluential | ExplainHeldOut | SliceUp | AuditFolder
"""Requests that carry the open folder's catalog and the configuration of its model."""

_classifiers: dict[tuple[Path, int], Classifier] = {}
_finders: dict[Follower, InfluenceFinder] = {}
_follower: Follower | None = None
_choosing = threading.Lock()


def load_torch() -> None:
    """Loads torch, and has it leave a processor to the window."""
    with torch_loading:
        import torch  # takes seconds, and many jobs need none

        if (cores := os.cpu_count() or 1) > 2:
            torch.set_num_threads(cores - 1)


def classifier_of(path: Path) -> Classifier:
    """The model in a file or run folder; the last one used stays loaded until its file changes."""
    file = model_in(path)
    key = (file, file.stat().st_mtime_ns if file.exists() else 0)
    with torch_loading:
        if key not in _classifiers:
            _classifiers.clear()
            _classifiers[key] = Classifier.load(file)
        return _classifiers[key]


def follower_of(request: AboutFolder) -> Follower:
    """What knows the features of the open folder's photos; the last folder's is kept for the next request."""
    global _follower  # one folder is open at a time
    with _choosing:
        if _follower is None or not _follower.fits(request.catalog, request.config):
            if _follower is not None:
                _follower.close()
                _finders.clear()
            _follower = Follower(request.catalog, request.config)
        return _follower


def finder_of(request: AboutFolder) -> InfluenceFinder:
    """What knows which photos pull the answers of the open folder's model."""
    follower = follower_of(request)
    if follower not in _finders:
        _finders[follower] = InfluenceFinder(follower)
    return _finders[follower]
