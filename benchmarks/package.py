"""How soon the packaged program's window can be used, on a screen of its own, and how large it is.

`packaging/build.py` makes it first; `WORKBENCH_PACKAGE` names its folder where that is not
`dist/light/workbench`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.child import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "packaging"))

import build
import packaged
from screen import NotSeenError, screen

_MB = 1e6


def start(cold: bool) -> dict[str, Any]:
    """One start, from the process to the first page painted and to a key's other page, and its orderly end.

    Args:
        cold: Whether the program's files are put out of the system's cache before; those of the system
            itself (its C library, fonts) stay.
    """
    folder = Path(os.environ.get("WORKBENCH_PACKAGE", REPOSITORY / "dist" / "light" / "workbench"))
    if not (folder / "workbench").is_file():
        raise SystemExit(
            f"There is no program in “{folder}”: uv run --group package python packaging/build.py"
        )
    archives = sorted(folder.parents[1].glob(f"workbench-*-{folder.parent.name}-*.zip"))
    sizes: dict[str, Any] = {
        "unpacked_mb": build.size_of(folder) / _MB,
        "zipped_mb": archives[-1].stat().st_size / _MB if archives else None,
    }
    if cold:
        forget(folder)
    with screen() as on, tempfile.TemporaryDirectory(prefix="package-") as scratch:
        program = packaged.Packaged(folder, on, Path(scratch))
        try:
            with program.window(program.profile()) as (process, seconds):
                memory = process.memory_info().rss / _MB
                usable = seconds + program.answers(process)
        except NotSeenError as error:
            return {"seconds": packaged.START_SECONDS, "started": False, "why": str(error), **sizes}
    return {"seconds": seconds, "usable": usable, "started": True, "window_mb": memory, **sizes}


def forget(folder: Path) -> None:
    """Asks the system to forget what it has cached of every file in a folder."""
    os.sync()  # what is still to be written cannot be forgotten
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
