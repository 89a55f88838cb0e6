"""What every test gets: a throw-away profile, no display, and the real images where they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def profile(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A profile folder of the test's own, so that nothing is remembered and nothing of yours is touched."""
    folder = tmp_path_factory.mktemp("profile")
    monkeypatch.setenv("WORKBENCH_PROFILE", str(folder))
    yield folder


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Real images for tests; skips where they are absent."""
    folder = Path(os.environ.get("WORKBENCH_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no test images at {folder}; set WORKBENCH_TEST_DATA")
    return folder
