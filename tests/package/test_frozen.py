"""What the program does differently once it is frozen."""

from __future__ import annotations

import os
import sys

import pytest

from workbench import frozen


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/workbench/_internal", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/workbench/_internal")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    monkeypatch.setenv("QT_PLUGIN_PATH", "/opt/workbench/_internal/PySide6/Qt/plugins")


@pytest.mark.usefixtures("packaged")
def test_programs_that_it_starts_get_the_persons_library_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/home/mine/lib")
    frozen.give_back_library_paths()
    assert os.environ["LD_LIBRARY_PATH"] == "/home/mine/lib"
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    assert "QT_PLUGIN_PATH" not in os.environ, "another Qt would load our plug-ins, and end"


@pytest.mark.usefixtures("packaged")
def test_or_none_where_the_person_has_none() -> None:
    frozen.give_back_library_paths()
    assert "LD_LIBRARY_PATH" not in os.environ


def test_from_the_sources_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/home/mine/lib")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/other")
    frozen.give_back_library_paths()
    assert os.environ["LD_LIBRARY_PATH"] == "/home/mine/lib"
    assert not frozen.is_frozen()
