"""Photos that are easily told apart, and the command line called on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from workbench import cli

TRAIN_KEYS = {
    "run", "checkpoint", "mode", "architecture", "device", "classes", "train_samples", "validation_samples",
    "skipped_files", "accuracy", "macro_f1", "cross_validated_accuracy", "kept", "engine", "seconds",
    "samples_per_second", "estimate", "comparison", "empty_classes", "notes", "test_accuracy", "per_class",
    "test_samples", "warnings",
}  # fmt: skip
PHASES = {"scan", "features", "head", "train", "total"}
PATIENCE = 300
WITHOUT_TORCH = """
import sys
import time
sys.modules["torch"] = sys.modules["PySide6"] = None
from workbench.cli import main
sys.exit(main(sys.argv[1:]))
"""


def two_colours(folder: Path, seed: int = 0) -> Path:
    """Twenty red and twenty blue photos, and one file that is none."""
    random = np.random.default_rng(seed)
    for name, channel in (("red", 0), ("blue", 2)):
        (folder / name).mkdir()
        for index in range(20):
            pixels = random.integers(0, 90, (40, 40, 3), dtype=np.uint8)
            pixels[..., channel] += 150
            Image.fromarray(pixels).save(folder / name / f"{index}.png")
    (folder / "red" / "letter.jpg").write_text("Dear reader")
    return folder


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """The object on the last line that a command prints with `--json`."""
    assert cli.main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What a command says that exits with status 2; it is short, and no traceback."""
    assert cli.main(list(map(str, arguments))) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("workbench: ")
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err
    return captured.err
