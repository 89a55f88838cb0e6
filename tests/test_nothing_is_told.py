"""What is done on this computer stays on it: no library tells its makers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_onnx_runtime_keeps_to_itself(tmp_path: Path) -> None:
    """Where it tells, it leaves a mark in the temporary folder, and one of the device at home."""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {name: str(tmp_path) for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    for name in ("CI", "PYTEST_CURRENT_TEST", "PYTEST_VERSION"):  # under which it keeps to itself anyway
        environment.pop(name, None)
    subprocess.run(
        [sys.executable, "-c", "import workbench.core.features.runtimes, onnxruntime"],
        env=environment,
        check=True,
        timeout=120,
    )
    assert list(tmp_path.rglob("*")) == []
