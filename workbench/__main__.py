"""`python -m workbench` and the `workbench` command. Imports nothing heavy: engines pass here too."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys

from workbench.frozen import give_back_library_paths


def main() -> int:
    """Starts the window or a command; returns the exit status."""
    multiprocessing.freeze_support()  # first of all: a frozen program starts its engines by starting itself
    give_back_library_paths()
    from workbench.cli import main as run  # an engine needs nothing of it

    code = run(sys.argv[1:])
    if "workbench.core.threads" in sys.modules:
        from workbench.core.threads import is_left_at_work  # loaded already, see above

        if is_left_at_work():  # native code that an ordinary exit could hang on, or crash in
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(
                    AttributeError, OSError, ValueError
                ):  # it is closed, or its disk full
                    stream.flush()
            os._exit(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
