"""Loads the inference engines when it is imported, as in a program that has been open for a moment."""

from __future__ import annotations

import contextlib
import importlib

for _name in ("openvino", "onnxruntime"):
    with contextlib.suppress(ModuleNotFoundError):  # OpenVINO is not made for every processor
        importlib.import_module(_name)
