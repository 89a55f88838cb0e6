"""The walls of the house, and its rules on files."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path
    for folder in ("workbench", "tests", "docs", "benchmarks", "packaging")
    for path in (REPOSITORY / folder).rglob("*.py")
)
LONGEST = 400
TORCH_SIDE = ("torch", "torchvision", "timm", "torchmetrics", "onnxruntime", "openvino")
QT_SIDE = ("PySide6", "shiboken6", "pyqtgraph", "qtawesome", "qtpy")

# Imports every module of some packages while others cannot be imported; prints those that failed.
_IMPORT_ALL = """
import importlib, pkgutil, sys
blocked, packages = sys.argv[1].split(","), sys.argv[2].split(",")
for name in blocked:
    sys.modules[name] = None
count = 0
for package in packages:
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(getattr(root, "__path__", []), package + "."):
        importlib.import_module(found.name)
        count += 1
loaded = sorted(name for name in blocked if sys.modules.get(name) is not None)
print(count, *loaded)
"""


def import_all(blocked: tuple[str, ...], packages: str) -> int:
    """How many modules could be imported with others blocked; fails where one could not."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL, ",".join(blocked), packages],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    count, *loaded = done.stdout.split()
    assert loaded == []
    return int(count)


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "0 broken" in done.stdout


def test_the_window_can_be_imported_where_there_is_no_torch() -> None:
    assert import_all(TORCH_SIDE, "workbench.ui") > 10


@pytest.mark.e2e
def test_core_and_engine_can_be_imported_where_there_is_no_qt() -> None:
    assert import_all(QT_SIDE, "workbench.core,workbench.engine") > 30


def test_the_command_line_can_be_imported_where_there_is_neither() -> None:
    import_all((*TORCH_SIDE, *QT_SIDE), "workbench.cli,workbench.__main__")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_files_fit_in_the_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_one_word_is_used_for_each_thing() -> None:
    """What is called class and probability is never defined under another name."""
    other_words = {"tag", "tags", "category", "categories", "confidence", "confidences", "score", "scores"}
    found = [
        f"{path.relative_to(REPOSITORY)}:{line} {name}"
        for path in (REPOSITORY / "workbench").rglob("*.py")
        for line, name in _defined(ast.parse(path.read_text(encoding="utf-8")))
        if other_words & set(re.findall(r"[A-Z]?[a-z]+", name.lower()))
    ]
    assert found == []


def _defined(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of everything that a module defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def test_nothing_names_a_package_registry() -> None:
    """Whoever installs says where from; a mirror's address in here would be wrong for everybody else."""
    address = re.compile(r"https?://[^\s\"'<>)]*(?:/simple\b|pypi|npmjs|debian\.org/debian)")
    texts = [*SOURCES, *REPOSITORY.glob("*.md"), *REPOSITORY.glob("*.toml"), REPOSITORY / ".ci" / "run"]
    assert [path.name for path in texts if address.search(path.read_text(encoding="utf-8"))] == []


def test_an_import_inside_a_function_says_why_it_stands_there() -> None:
    """Everything else is imported at the top of its module."""
    found = []
    for path in sorted((REPOSITORY / "workbench").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for function in ast.walk(ast.parse(text)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if not isinstance(node, ast.Import | ast.ImportFrom):
                    continue
                own, before = lines[node.lineno - 1], lines[node.lineno - 2].strip()
                if not (re.search(r"#(?! noqa)", own) or before.startswith("#")):
                    found.append(f"{path.relative_to(REPOSITORY)}:{node.lineno} {own.strip()}")
    assert found == []
