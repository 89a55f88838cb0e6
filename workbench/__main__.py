"""`python -m workbench` and the `workbench` command. Imports nothing heavy: engines pass here too."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Starts the window or a command; returns the exit status."""
    multiprocessing.freeze_support()  # first of all: a frozen program starts its engines by starting itself
    from workbench.cli import main as run  # an engine needs nothing of it

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
