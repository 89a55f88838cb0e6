"""A screen without a monitor for the packaged program: what it shows, real clicks and keys. Linux only."""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 1280, 800
_COLOUR_BYTES = 12  # of an entry of the colour table in an X window dump
_STARTING = 20.0
_CLIENT_MESSAGE = 33


class _ClientMessage(ctypes.Structure):
    """`XClientMessageEvent` of Xlib."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
    )


class _Event(ctypes.Union):
    """`XEvent` of Xlib, which is larger than any one event."""

    _fields_ = (("message", _ClientMessage), ("room", ctypes.c_long * 24))


class NotSeenError(AssertionError):
    """Something did not come to be in time."""


@dataclass(frozen=True)
class Screen:
    """A running Xvfb.

    Attributes:
        display: Its name, as `DISPLAY` has it.
    """

    display: str
    _memory: mmap.mmap

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with the screen in it, and nothing of another one."""
        kept = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY",)}
        kept.pop("QT_QPA_PLATFORM", None)
        return {**kept, "DISPLAY": self.display}

    def pixels(self) -> NDArray[np.uint8]:
        """What is on it now, (height, width, 3), RGB."""
        header = struct.unpack(">25I", self._memory[:100])
        first, line, colours = header[0], header[12], header[19]
        start = first + colours * _COLOUR_BYTES
        found = np.frombuffer(self._memory, np.uint8, HEIGHT * line, start).reshape(HEIGHT, line // 4, 4)
        return found[:, :WIDTH, 2::-1].copy()

    def save(self, file: Path) -> None:
        """Saves a picture of it."""
        Image.fromarray(self.pixels()).save(file)

    def shows(self, colour: str) -> int:
        """How many of its pixels have a colour, `#RRGGBB`."""
        wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], np.uint8)
        return int((self.pixels() == wanted).all(axis=2).sum())

    def do(self, *words: object, check: bool = True) -> str:
        """Lets xdotool do something; returns what it says."""
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if check and done.returncode != 0:
            raise NotSeenError(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def windows(self, pid: int) -> list[str]:
        """The windows of a process that can be seen."""
        found = self.do("search", "--onlyvisible", "--pid", pid, check=False)
        return found.split()

    def close(self, window: str) -> None:
        """Asks a window to close, as its button with the cross does."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        protocols, delete = (
            x11.XInternAtom(display, name, False) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
        )
        message = _ClientMessage(
            _CLIENT_MESSAGE, 0, True, display, int(window), protocols, 32, (ctypes.c_long * 5)(delete, 0)
        )
        event = _Event(message)
        x11.XSendEvent(display, ctypes.c_ulong(int(window)), False, ctypes.c_long(0), ctypes.byref(event))
        x11.XFlush(display)
        x11.XCloseDisplay(display)

    def click(self, x: int, y: int) -> None:
        """Moves the pointer somewhere and clicks."""
        self.do("mousemove", x, y)
        time.sleep(0.2)
        self.do("click", 1)


@contextmanager
def screen() -> Iterator[Screen]:
    """Starts a screen whose memory can be read, on a number that is free, and ends it."""
    with tempfile.TemporaryDirectory(prefix="screen-") as folder:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]
        command += ["-fbdir", folder, "-nolisten", "tcp", "-noreset", "-ac"]
        process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                number = told.readline().strip()
            if not number:
                raise NotSeenError("Xvfb did not start")
            with (Path(folder) / "Xvfb_screen0").open("rb") as file:
                memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            yield Screen(f":{number}", memory)
        finally:
            process.terminate()
            process.wait(_STARTING)


def wait(seen: Callable[[], object], what: str, seconds: float, pause: float = 0.02) -> float:
    """Waits until something is seen; returns how long it took.

    Raises:
        NotSeenError: It was not seen in so many seconds.
    """
    begun = time.monotonic()
    while not seen():
        if time.monotonic() - begun > seconds:
            raise NotSeenError(f"{what}: not seen in {seconds:.0f} s")
        time.sleep(pause)
    return time.monotonic() - begun
