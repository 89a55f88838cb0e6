"""`docs/reliability.md` names tests that exist, and every row that it promises."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests/)?[\w/]*test[\w/]*(?:\.py)?(?:::\w+)?)`", PAGE)))


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def is_there(name: str) -> bool:
    """Whether a test, a file of tests or a folder of them exists; where only a file is named, anywhere."""
    place, _, function = name.partition("::")
    path = REPOSITORY / place
    found = [path] if path.exists() else list((REPOSITORY / "tests").rglob(place))
    return len(found) == 1 and (not function or function in functions(found[0]))


def test_every_test_on_the_page_exists() -> None:
    assert len(NAMED) > 100
    assert [name for name in NAMED if not is_there(name)] == []
    assert not is_there("tests/core/test_scan.py::test_that_there_is_not")
    assert not is_there("test_nothing_of_this_name.py")


def test_every_row_of_files_and_classes_is_there_once_and_has_a_test() -> None:
    rows = re.findall(r"^\| ([AB]\d+) \|.*$", PAGE, re.MULTILINE)
    assert rows == [*(f"A{number}" for number in range(1, 23)), *(f"B{number}" for number in range(1, 13))]
    for line in re.findall(r"^\| [AB]\d+ \|.*$", PAGE, re.MULTILINE):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        assert len(cells) == 5
        assert all(cells[:4])
        assert "`tests/" in cells[3]
