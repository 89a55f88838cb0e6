"""Rules for threads that a type checker cannot see, read off the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import workbench.ui
from workbench.ui.session.pictures import PhotoKey
from workbench.ui.session.session import Session

pytestmark = pytest.mark.e2e

SOURCES = sorted(Path(workbench.ui.__file__).parent.rglob("*.py"))


def calls(source: Path, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_lambda_is_connected_and_no_thread_is_shot(source: Path) -> None:
    for call in calls(source, "connect"):
        assert not any(isinstance(argument, ast.Lambda) for argument in call.args), f"line {call.lineno}"
    assert not list(calls(source, "terminate"))


def test_only_two_classes_are_threads() -> None:
    threads = [
        node.name
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith("QThread") for base in node.bases)
    ]
    assert sorted(threads) == ["EngineThread", "Task"]


@pytest.mark.parametrize("moment", [0, 30, 90, 200, 400, 800, 1500])
def test_closing_at_any_moment_leaves_nothing_behind(image_folder: Path, qtbot: QtBot, moment: int) -> None:
    session = Session()
    session.work.warm()
    session.folders.open(image_folder)
    session.thumbnails.request([PhotoKey(str(path)) for path in image_folder.rglob("*.png")], 64)
    qtbot.wait(moment)
    session.close()
    qtbot.wait(20)


def test_what_is_heard_only_after_closing_begins_nothing(qtbot: QtBot) -> None:
    """A function ends while the session closes; what its end would begin must not run into the end of all."""
    session, begun = Session(), []

    def next_one(_: object) -> None:
        begun.append("heard")
        session.work.run_in_thread(lambda: begun.append("ran"), print)

    session.work.run_in_thread(lambda: None, next_one)
    session.close()
    qtbot.waitUntil(lambda: begun == ["heard"])
    qtbot.wait(50)
    assert begun == ["heard"]
