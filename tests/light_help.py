"""The light edition from the sources: processes, and those that they start, which find no torch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LACKING = ("torch", "torchvision", "timm", "torchmetrics", "onnxscript", "onnx_ir", "huggingface_hub")
_SITE = f"""
import sys
for name in {LACKING}:
    sys.modules[name] = None
"""


def light_environment(folder: Path) -> dict[str, str]:
    """An environment for Python in which it finds no torch.

    Args:
        folder: Empty; takes what Python reads at its start.
    """
    (folder / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(REPOSITORY)])}


def light(folder: Path, *arguments: object, seconds: float = 300.0) -> subprocess.CompletedProcess[str]:
    """Runs a command of the light edition; `folder` as `light_environment` takes it."""
    return subprocess.run(
        [sys.executable, "-m", "workbench", *map(str, arguments)],
        env=light_environment(folder),
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=REPOSITORY,
        check=False,
    )
