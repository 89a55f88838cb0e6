"""Where a spawned engine process begins. The window imports this module, so nothing here knows torch."""

from __future__ import annotations

import importlib
from multiprocessing.connection import Connection


def run_engine(connection: Connection, name: str) -> None:
    """Serves the window at the other end of `connection` until it says quit or is gone.

    Args:
        connection: This process's end of the pipe.
        name: Of the log file.
    """
    # By name, because the service leads to torch, and import walls follow every import statement.
    importlib.import_module("workbench.engine.service").serve(connection, name)
