"""The page of results, made from `benchmarks/results.json`."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import results
from benchmarks.contest import Benchmark, Figure
from benchmarks.registry import BENCHMARKS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"

_HEAD = """\
# What was measured

Made by `uv run --group bench python -m benchmarks docs` from `benchmarks/results.json`; nothing on this page
is written by hand. Every contestant runs in a fresh process of its own, in turn with the others, on the same
photos, the same split and the same pretrained weights (EfficientNet-Lite0, 224 px, mean and standard
deviation 0.5), with torch's own number of threads. The clock runs once everything is imported; the seconds
for that stand in a column of their own. The program's caches are empty, except that the computer has been
*got ready*: once on a computer, ever, the backbone is exported and the engines are compared, and the seconds
for that are given too. The operating system has read the photos before. Figures are medians over the runs; a
target that is missed is shown as missed.

How the peers are run stands in `benchmarks/peers`, one file each.
"""
_TAIL = """\
## What stands in no table

No benchmark has run on Windows or macOS.
"""


def write(file: Path = results.FILE) -> None:
    """Writes docs/benchmarks.md from a file of results."""
    PAGE.write_text(page(results.read(file)), encoding="utf-8")


def page(measured: dict[str, Any]) -> str:
    """The page as Markdown, from what `results.read` gives."""
    there = [row for row in BENCHMARKS if row.name in measured]
    parts = [_HEAD]
    if targets := [line for row in there for line in _targets(row, measured[row.name])]:
        header = "| benchmark | figure | target | measured | |\n| --- | --- | --- | --- | --- |\n"
        parts.append("## Targets\n\n" + header + "\n".join(targets) + "\n")
    parts += [_section(row, measured[row.name]) for row in there]
    if missing := [f"`{row.name}`" for row in BENCHMARKS if row.name not in measured]:
        parts.append("## Not measured yet\n\n" + ", ".join(missing) + ".\n")
    return "\n".join([*parts, _TAIL])


def table(row: Benchmark, entry: dict[str, Any]) -> str:
    """What the terminal shows of one benchmark."""
    lines = [f"{row.name}: {row.sentence}", ""]
    lines += [
        "  ".join(cell.ljust(width) for cell, width in zip(cells, (32, 10, 10, 10, 10, 4), strict=True))
        for cells in [_COLUMNS, *_contestants(entry)]
    ]
    lines.append("")
    for figure in row.figures(results.measured(entry)):
        lines.append(f"{figure.what}: {figure.shown}{_beside(figure)}")
    return "\n".join(lines) + "\n"


_COLUMNS = ("contestant", "seconds", "accuracy", "import s", "peak MB", "runs")
_VERDICTS = {True: "met", False: "missed", None: ""}


def _targets(row: Benchmark, entry: dict[str, Any]) -> list[str]:
    figures = [figure for figure in row.figures(results.measured(entry)) if figure.target]
    return [
        f"| `{row.name}` | {figure.what} | {figure.target} | {figure.shown} | {_VERDICTS[figure.met]} |"
        for figure in figures
    ]


def _section(row: Benchmark, entry: dict[str, Any]) -> str:
    machine, versions = entry["machine"], entry["versions"]
    lines = [f"## {row.name}", "", row.sentence, "", _markdown(_COLUMNS)]
    lines += ["| --- |" + " --- |" * (len(_COLUMNS) - 1), *map(_markdown, _contestants(entry)), ""]
    lines += [f"- {f.what}: {f.shown}{_beside(f)}" for f in row.figures(results.measured(entry))]
    if "ready" in entry:
        lines.append(
            f"- to get this computer ready, once: {entry['ready']['seconds']:.1f} s, {_engine(entry)}"
        )
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    computer = f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gb']} GB"
    computer += f", {machine['gpu']}" if machine["gpu"] else ", no GPU"
    system = f"{machine['system']}, Python {machine['python']}, {named}"
    commands = ", then ".join(f"`{command}`" for command in entry["commands"])
    lines += ["", f"{commands}, {entry['date']}: {computer}, {system}.", ""]
    return "\n".join(lines)


def _engine(entry: dict[str, Any]) -> str:
    return f"after which it takes {entry['ready']['engine']}"


def _contestants(entry: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = []
    for name, runs in entry["contestants"].items():
        accuracies = [run["accuracy"] for run in runs if run.get("accuracy") is not None]
        seconds = [run["seconds"] for run in runs]
        rows.append(
            (
                name,
                f"{median(seconds):,.1f}",
                f"{median(accuracies):.3f}" if accuracies else "",
                f"{median(run['import_seconds'] for run in runs):.1f}",
                f"{median(run['peak_mb'] for run in runs):,.0f}",
                str(len(runs)),
            )
        )
    return rows


def _beside(figure: Figure) -> str:
    target = f" (target {figure.target}: {_VERDICTS[figure.met]})" if figure.target else ""
    return target + (f"; {figure.note}" if figure.note else "")


def _markdown(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
