"""The packaged program, started and used: `packaging/smoke.py` on what `packaging/build.py` makes."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        sys.platform != "linux" or not (shutil.which("Xvfb") and shutil.which("xdotool")),
        reason="a screen without a monitor needs Xvfb and xdotool",
    ),
]


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `WORKBENCH_PACKAGE` names, or else the light edition, built for this."""
    if named := os.environ.get("WORKBENCH_PACKAGE"):
        return Path(named)
    if importlib.util.find_spec("PyInstaller") is None:
        pytest.skip("PyInstaller is not here: uv run --group package pytest -m slow tests/package")
    out = tmp_path_factory.mktemp("package")
    command = [sys.executable, "packaging/build.py", "--edition", "light", "--out", str(out), "--no-zip"]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    return out / "light" / "workbench"


def test_the_packaged_program_starts_everywhere_and_does_its_job(packaged: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "packaging/smoke.py", str(packaged), "--pictures", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line.split(":")[0].split(maxsplit=1) for line in done.stdout.splitlines()]
    assert {name for said, name in told if said == "ok"} >= {"main job", "edits", "by epochs", "starts"}
    assert (tmp_path / "results.png").is_file()


def test_every_part_of_it_has_its_licence_text(packaged: Path) -> None:
    index = json.loads((packaged / "licences" / "index.json").read_text("utf-8"))
    names = {entry["name"] for entry in index}
    for entry in index:
        assert entry["texts"], f"{entry['name']} has no text"
        for text in entry["texts"]:
            assert (packaged / "licences" / text).stat().st_size > 100, text
    inside = {folder.name.split("-")[0] for folder in (packaged / "_internal").glob("*.dist-info")}
    assert {name.lower().replace("-", "_") for name in inside} <= {
        name.lower().replace("-", "_") for name in names
    }
    assert ("torch" in names) == (packaged.parent.name == "full")
