"""Runs contestants: each in a process of its own, so that neither imports nor memory leak between them.

`python -m benchmarks.child MODULE:FUNCTION RESULT` is what the process runs; its arguments come on stdin.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]


class ContestantFailedError(Exception):
    """A contestant's process ended with an error; carries the end of what it said."""


def run_in_child(function: str, arguments: Mapping[str, Any], profile: Path) -> dict[str, Any]:
    """Calls `package.module:function` in a fresh process.

    Args:
        function: What to call; it returns a dictionary of plain JSON values.
        arguments: Keyword arguments, plain JSON values.
        profile: The folder in which the program keeps its things; made where it is missing.

    Returns:
        What the function returned, with `import_seconds` and `peak_mb` (largest resident memory); and
        `seconds` for the whole call. What it says of these itself counts.

    Raises:
        ContestantFailedError: It failed.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        answer = Path(scratch) / "result.json"
        environment = {**os.environ, "WORKBENCH_PROFILE": str(profile), "TMPDIR": scratch}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.child", function, str(answer)],
            input=json.dumps(dict(arguments)),
            env=environment,
            cwd=REPOSITORY,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0 or not answer.is_file():
            said = (done.stdout + done.stderr)[-3000:]
            raise ContestantFailedError(f"{function} ended with status {done.returncode}:\n{said}")
        result: dict[str, Any] = json.loads(answer.read_text())
        return result


def main() -> int:
    """The child's side."""
    function, answer = sys.argv[1:]
    arguments = json.load(sys.stdin)
    module_name, name = function.split(":")
    begun = time.perf_counter()
    module = importlib.import_module(module_name)
    imported = time.perf_counter() - begun
    begun = time.perf_counter()
    result = getattr(module, name)(**arguments)
    taken = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    own = {"import_seconds": round(imported, 2), "peak_mb": round(peak)}
    figures = {"seconds": round(taken, 3), **own, **result}
    Path(answer).write_text(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
