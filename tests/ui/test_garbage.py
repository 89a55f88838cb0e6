"""Garbage is collected in the window's thread, and in no other."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workbench.ui.app import Program
from workbench.ui.garbage import INTERVAL_MS, Garbage


@pytest.fixture
def automatic() -> None:
    """Python collects by itself, as in a program that has just started: without others' lost widgets."""
    gc.collect()  # or the thread below frees those of the tests before, which crashes Qt
    gc.enable()


class Ring:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def lose_some(freed_in: list[str]) -> list[object]:
    """Makes garbage, and then, in another thread, more objects than Python lets pass without collecting."""
    weakref.finalize(Ring(), lambda: freed_in.append(threading.current_thread().name))
    made: list[object] = []
    many = 50 * gc.get_threshold()[0]
    thread = threading.Thread(target=lambda: made.extend([] for _ in range(many)), name="other")
    thread.start()
    thread.join()
    return made


@pytest.mark.usefixtures("automatic")
def test_other_threads_collect_nothing_while_the_window_lives(qtbot: QtBot) -> None:
    freed_in: list[str] = []
    lose_some(freed_in)
    assert freed_in == ["other"]  # what Python does by itself
    parent = QObject()
    garbage = Garbage(parent)
    made = lose_some(freed_in)
    assert freed_in == ["other"]
    qtbot.waitUntil(lambda: len(freed_in) == 2, timeout=20 * INTERVAL_MS)
    assert freed_in[1] == threading.main_thread().name
    assert made
    garbage.give_back()
    assert gc.isenabled()


@pytest.mark.usefixtures("automatic")
def test_the_program_takes_collecting_over_and_gives_it_back(qapp: QApplication, tmp_path: Path) -> None:
    program = Program(qapp, None, "images")
    assert not gc.isenabled()
    program._end()
    assert gc.isenabled()
    program.window.close()


def test_a_window_survives_widgets_that_are_lost_while_threads_work() -> None:
    program = """
import gc, threading, time
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from workbench.ui.garbage import Garbage
from workbench.ui.parts.widgets import Bar

app = QApplication([])
parent = QObject()
garbage = Garbage(parent)
ended = threading.Event()

def work():
    while not ended.is_set():
        [[] for _ in range(10_000)]

def lose_one():
    window = QWidget()
    inside = Bar(0.5)
    QVBoxLayout(window).addWidget(inside)
    window.itself = window
    window.show()

thread = threading.Thread(target=work)
thread.start()
until = time.monotonic() + 3
while time.monotonic() < until:
    lose_one()
    app.processEvents()
ended.set()
thread.join()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
