"""Two files of results beside each other, as the same machine measured two versions of the program.

    uv run --group bench python -m benchmarks.compare BEFORE.json AFTER.json

A figure counts as slower only where the slowest run before is still quicker than the quickest run after: the
runs of one version lie apart by that much.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.results import read

MEASURES = {"seconds": 1, "peak_mb": 1, "steps_per_second": -1, "p99_ms": 1}
"""What is compared, and whether more of it is worse (1) or better (-1)."""


def main() -> int:
    before, after = (read(Path(name)) for name in sys.argv[1:3])
    print("| benchmark | contestant | figure | before | after | ratio | |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    worse = False
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name]["contestants"], after[name]["contestants"]
        for contestant in sorted(old.keys() & new.keys()):
            for line, is_worse in rows(old[contestant], new[contestant]):
                print(f"| `{name}` | {contestant} | {line}")
                worse |= is_worse
    return int(worse)


def rows(old: list[dict[str, float]], new: list[dict[str, float]]) -> Iterator[tuple[str, bool]]:
    """One row for each figure that both have, and whether it is worse by more than the noise."""
    for key, sign in MEASURES.items():
        olds, news = ([float(run[key]) for run in runs if key in run] for runs in (old, new))
        if not olds or not news:
            continue
        worse = min(sign * value for value in news) > max(sign * value for value in olds)
        better = max(sign * value for value in news) < min(sign * value for value in olds)
        verdict = "worse" if worse else "better" if better else "within the noise"
        shown = " | ".join(f"{median(v):.2f} ({min(v):.2f} to {max(v):.2f})" for v in (olds, news))
        yield f"{key.replace('_', ' ')} | {shown} | {median(news) / median(olds):.2f} | {verdict} |", worse


if __name__ == "__main__":
    raise SystemExit(main())
