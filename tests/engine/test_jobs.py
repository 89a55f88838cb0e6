"""Which jobs an engine has, and what it loads before the first of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.engine.jobs import JOBS
from workbench.engine.model_jobs import MODEL_JOBS
from workbench.engine.requests import Request, Train


def test_every_request_has_one_job() -> None:
    for kind in Request.__subclasses__():
        assert callable(JOBS[kind])
    assert not JOBS.keys() & MODEL_JOBS.keys()
    assert JOBS[Train] is MODEL_JOBS[Train]


def test_what_is_no_request_has_none() -> None:
    with pytest.raises(KeyError):
        JOBS[int]  # type: ignore[index]


def test_an_engine_is_ready_before_it_loads_what_computes() -> None:
    script = "import sys, workbench.engine.service; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "workbench.core.data.scan" in loaded
    assert not loaded & {"onnx", "onnxruntime", "openvino", "scipy", "torch", "workbench.core.learning"}
