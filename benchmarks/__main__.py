"""Runs one benchmark and prints its figures beside their targets.

uv run python -m benchmarks NAME [--data FOLDER] [--device auto|cpu|cuda] [--amp …] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from benchmarks.accuracy import BENCHMARKS, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=list(BENCHMARKS))
    default = os.environ.get("WORKBENCH_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument(
        "--data", type=Path, default=Path(default), help="folder with ants_bees, sign_digits, …"
    )
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.add_argument("--amp", default="auto", choices=["auto", "off", "bf16", "fp16"])
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    figures = run(BENCHMARKS[chosen.name], chosen.data, chosen.device, chosen.amp)
    if chosen.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:24} {value}")
    return 0 if figures["reached"] else 1


if __name__ == "__main__":
    sys.exit(main())
