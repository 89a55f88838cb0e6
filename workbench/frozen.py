"""What a frozen program (`packaging/`) has to put right before anything else. Imports nothing heavy."""

from __future__ import annotations

import os
import sys

_SEARCHED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def is_frozen() -> bool:
    """Whether this is the packaged program rather than Python with its sources."""
    return bool(getattr(sys, "frozen", False))


def give_back_library_paths() -> None:
    """Lets the programs that are started from here, a file manager or a browser, find their own libraries.

    A frozen program is started with its own folder in `LD_LIBRARY_PATH` and the person's value in
    `LD_LIBRARY_PATH_ORIG`. The loader has read it by now, and an engine, which is the frozen program again,
    sets it anew for itself. Qt finds its plug-ins beside its libraries without being told.
    """
    if not is_frozen():
        return
    for name in _SEARCHED:
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is not None:
            os.environ[name] = before
        elif os.environ.get(name, "").startswith(getattr(sys, "_MEIPASS", "\0")):
            del os.environ[name]
