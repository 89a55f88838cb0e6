"""An image classification workbench for people who do not program; from Python, see `workbench.api`."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

from workbench.version import __version__

if TYPE_CHECKING:
    from workbench.api import TrainedModel, evaluate, load, open_folder, train

_API = ("TrainedModel", "evaluate", "load", "open_folder", "train")
__all__ = ["TrainedModel", "__version__", "evaluate", "load", "open_folder", "train"]

# Since 1.29, ONNX Runtime tells its makers of each use, unless this is set before it loads. What is done on
# this computer stays on it. The processes that this one starts inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def __getattr__(name: str) -> Any:
    """The public names, loaded when one is asked for: the window and its engines start without them."""
    if name in _API:
        return getattr(importlib.import_module("workbench.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
