"""The wheel in a virtual environment of its own, far from the sources: `pip install workbench` and `uvx`."""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from workbench.core.architectures.architecture_rows import ARCHITECTURES

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("uv") is None, reason="uv builds the wheel"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # What builds it is in this environment or is fetched, which a computer without network cannot.
    command = ["uv", "build", "--wheel", "--out-dir", str(folder), str(REPOSITORY)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 and "fetch" in done.stderr:
        pytest.skip(f"the tool that builds the wheel cannot be had: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; what it depends on is lent by this one, not downloaded."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = ["uv", "pip", "install", "--quiet", "--no-deps", "--python", str(python), str(wheel)]
    subprocess.run(install, check=True)
    variables = {"base": str(folder), "platbase": str(folder)}
    lending = Path(sysconfig.get_path("purelib", vars=variables)) / "lent.pth"
    # Paths alone: the files of this environment that lead to the sources are not read from there.
    lending.write_text("\n".join(path for path in site.getsitepackages()), encoding="utf-8")
    return folder


def run(environment: Path, *words: object, cwd: Path) -> str:
    command = environment / ("Scripts/workbench.exe" if os.name == "nt" else "bin/workbench")
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(command), *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=variables,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_program_its_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"workbench"}
    assert "workbench/resources/workbench.svg" in names
    references = (f"workbench/resources/reference/{row.key}.npz" for row in ARCHITECTURES if row.lite)
    assert set(references) <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_works_outside_the_repository_with_its_resources(environment: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [str(environment / "bin" / "python"), "-c", "import workbench; print(workbench.__file__)"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        check=True,
    ).stdout
    assert Path(told.strip()).is_relative_to(environment)
    out = run(environment, "--selftest", cwd=tmp_path)
    assert "ok      resources" in out
    assert "ok      reopen" in out


def test_the_window_opens_and_has_its_icon(environment: Path, tmp_path: Path) -> None:
    code = (
        "import json, sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from PySide6.QtCore import QTimer\n"
        "from workbench.ui import app\n"
        "class Window(app.MainWindow):\n"
        "    def showEvent(self, event):\n"
        "        super().showEvent(event)\n"
        "        QTimer.singleShot(500, self.tell)\n"
        "    def tell(self):\n"
        "        icon = QApplication.windowIcon().pixmap(64, 64)\n"
        "        print(json.dumps({'icon': not icon.isNull(), 'page': self.page is not None}), flush=True)\n"
        "        self.close()\n"
        "app.MainWindow = Window\n"
        "sys.exit(app.main([]))\n"
    )
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(environment / "bin" / "python"), "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=variables,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"icon": True, "page": True}
