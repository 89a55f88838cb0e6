"""Runs benchmarks and prints their figures beside their targets.

uv run --group bench python -m benchmarks NAME… [--data FOLDER] [--runs N] [--only TEXT]… [--add|--anew]
uv run --group bench python -m benchmarks list     names every benchmark and who runs in it
uv run --group bench python -m benchmarks docs     writes docs/benchmarks.md from benchmarks/results.json
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import data, report, results
from benchmarks.child import run_in_child
from benchmarks.contest import Benchmark, Contestant
from benchmarks.registry import BENCHMARKS, named

_GET_READY = "benchmarks.ours:get_ready"


def main() -> int:
    """Returns 0 where every target was met, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help="a benchmark, or the beginning of several")
    parser.add_argument(
        "--data", type=Path, default=data.default_folder(), help="holds ants_bees, cifar10.zip, …"
    )
    parser.add_argument("--runs", type=int, help="how often each contestant runs")
    parser.add_argument("--only", action="append", help="contestants whose names contain this text")
    parser.add_argument("--add", action="store_true", help="add to the runs that were measured before")
    parser.add_argument("--results", type=Path, default=results.FILE, help="where the figures are kept")
    parser.add_argument(
        "--anew", action="store_true", help="as --add, but forget what these contestants did before"
    )
    parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
    options = parser.parse_args()
    if options.names == ["list"]:
        for row in BENCHMARKS:
            print(f"{row.name:36} {', '.join(contestant.name for contestant in row.contestants)}")
        return 0
    if options.names == ["docs"]:
        report.write(options.results)
        return 0
    missed = False
    for row in [row for name in options.names for row in named(name)]:
        if row.needs_data and not options.data.is_dir():
            raise SystemExit(
                f"There is no folder “{options.data}”; name the one with the photos with --data."
            )
        entry = run(row, options)
        figures = row.figures(results.measured(entry))
        print(json.dumps({row.name: entry}) if options.json else report.table(row, entry))
        if options.results == results.FILE:
            report.write()
        missed |= any(figure.met is False for figure in figures)
    return 1 if missed else 0


def run(row: Benchmark, options: argparse.Namespace) -> dict[str, Any]:
    """Lets the contestants run in turn, writing down every run as soon as it is over."""
    runs = options.runs or row.runs
    chosen = [c for c in row.contestants if not options.only or any(text in c.name for text in options.only)]
    command = f"uv run --group bench python -m benchmarks {row.name} --runs {runs}"
    command += "".join(f" --only {shlex.quote(text)}" for text in options.only or ())
    command += " --add" * options.add + " --anew" * options.anew
    entry = results.begin(row.name, command, adding=options.add or options.anew, file=options.results)
    if options.anew:
        for contestant in chosen:
            entry["contestants"].pop(contestant.name, None)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        os.environ["WORKBENCH_PROFILE"] = str(Path(scratch) / "own")  # nothing of the person's is touched
        photos = Path(scratch) / "photos"
        photos.mkdir()
        shared = row.prepare(options.data, photos)
        _read_once(shared)
        ready = Path(scratch) / "ready"
        if any(contestant.is_ready for contestant in chosen):
            entry["ready"] = run_in_child(_GET_READY, {}, ready)
        for number in range(runs):
            for contestant in chosen:
                profile = Path(scratch) / "profile"
                if contestant.is_ready:
                    shutil.copytree(ready, profile)
                result = run_in_child(contestant.function, {**shared, **contestant.arguments}, profile)
                shutil.rmtree(profile, ignore_errors=True)
                entry["contestants"].setdefault(contestant.name, []).append(result)
                results.write(row.name, entry, options.results)
                _say(row, contestant, number, runs, result)
    return entry


def _read_once(shared: dict[str, Any]) -> None:
    """Lets the operating system read the photos, so that whoever runs first does not wait for the disk."""
    for folder in {Path(value) for value in shared.values() if Path(value).is_dir()}:
        for path in folder.rglob("*"):
            if path.is_file():
                path.read_bytes()


def _say(row: Benchmark, contestant: Contestant, number: int, runs: int, result: dict[str, Any]) -> None:
    accuracy = "" if result.get("accuracy") is None else f", accuracy {result['accuracy']:.3f}"
    line = f"{row.name}, run {number + 1} of {runs}, {contestant.name}: {result['seconds']:.1f} s{accuracy}"
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
