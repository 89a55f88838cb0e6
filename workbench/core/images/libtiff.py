"""What libtiff finds wrong: counted, where it would write to the terminal.

Pillow leaves libtiff's own handler in place, which prints to standard error, and hears of an error only where
nothing can be decoded at all.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from typing import Any

from PIL import _imaging

_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_heard = threading.local()


def complaints() -> int:
    """How many errors libtiff has reported in this thread; 0 where it cannot be listened to."""
    return getattr(_heard, "count", 0)


def listen() -> None:
    """Has libtiff report its errors here, in place of printing them.

    Where Pillow was built so that its libtiff cannot be reached (Windows), that stays as it is.
    """
    with contextlib.suppress(OSError, AttributeError):
        library: Any = ctypes.CDLL(_imaging.__file__)  # finds what it is linked with, too
        setter = library.TIFFSetErrorHandler
        setter.restype = ctypes.c_void_p
        setter(_count)


def _noted(module: int | None, text: int | None, values: int | None) -> None:
    _heard.count = complaints() + 1


_count = _HANDLER(_noted)  # kept for as long as libtiff may call it
