"""The accuracies that the program promises, on real photos; minutes each."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.accuracy import BENCHMARKS, run


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_promised_accuracy_is_reached(name: str, data_folder: Path) -> None:
    figures = run(BENCHMARKS[name], data_folder, device="cpu", amp="auto")
    assert figures["accuracy"] >= figures["target"], figures
