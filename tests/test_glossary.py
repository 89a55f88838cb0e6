"""One word for a thing: names in the code keep to `docs/glossary.md`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "workbench"
ROWS = re.compile(r"^\| (?P<word>[^|]+) \| [^|]+ \|(?P<avoided>[^|]*)\|$", re.MULTILINE)
CROSS_VALIDATION = tuple(
    f"core/{room}" for room in ("instant", "improve", "results", "data", "config", "project", "stress")
)


def avoided_words() -> set[str]:
    found = ROWS.findall((REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8"))
    return {word.strip() for _, avoided in found[2:] for word in avoided.split(",") if word.strip()}


def names(path: Path) -> Iterator[str]:
    """The names that a module gives: its own, and those of classes, functions, arguments and what it sets."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def parts(name: str) -> set[str]:
    """The words of a name, in the singular and small letters: `TunedStages`, `tuned_stages`."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return {word.lower() for word in words} | {word.lower().removesuffix("s") for word in words}


def test_the_glossary_names_words_to_avoid() -> None:
    assert {"bake", "tally", "trunk", "tail", "answering"} <= avoided_words()


def test_names_keep_to_the_glossary() -> None:
    avoided = avoided_words()
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        wrong += [f"{where}: {name}" for name in names(path) if parts(name) & avoided]
    assert not wrong, "\n".join(wrong)


def test_an_engine_is_a_process_and_a_fold_a_part_of_a_cross_validation() -> None:
    wrong = []
    for path in sorted((*(PACKAGE / "core").rglob("*.py"), *(PACKAGE / "ui").rglob("*.py"))):
        where = path.relative_to(PACKAGE).as_posix()
        for name in names(path):
            process = "engine" in parts(name) and where.startswith("core")
            if process or ("fold" in parts(name) and not where.startswith(CROSS_VALIDATION)):
                wrong.append(f"{where}: {name}")
    assert not wrong, "\n".join(wrong)
