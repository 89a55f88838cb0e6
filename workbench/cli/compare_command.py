"""`workbench compare`: two runs, or two files of predictions, on the same photos."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from workbench.cli.run_report import print_json
from workbench.cli.tables import print_table
from workbench.core.names import visible
from workbench.core.project.run_differences import Difference, RunFacts, differences
from workbench.core.project.run_predictions import held_out_at
from workbench.core.project.runs import PREDICTIONS, RunSummary, is_run, summarise
from workbench.core.results.paired import Paired
from workbench.core.results.verdict import FIRST, SECOND, cautions, verdict
from workbench.words import say
from workbench.words.setting_values import value_words


def compare(options: argparse.Namespace) -> int:
    """`workbench compare A B`: which is better on the photos that neither had learned from."""
    found = Paired.of(held_out_at(options.first), held_out_at(options.second))
    runs = [_run_at(path) for path in (options.first, options.second)]
    differ = _differences(*runs)
    if options.json:
        return print_json(_told(options, found, runs, differ))
    for who, path in ((FIRST, options.first), (SECOND, options.second)):
        print(f"{who}: {visible(str(path))}")
    if (accuracy := found.accuracy) is not None:
        shares = [f"{who} {100 * share:.1f} %" for who, share in zip((FIRST, SECOND), accuracy, strict=True)]
        photos = "photo" if len(found) == 1 else "photos"
        print(
            f"Right, on the same {len(found):,} {photos} that neither had learned from: {', '.join(shares)}."
        )
    print(say(verdict(found.comparison)))
    for caution in cautions(found):
        print(say(caution))
    if differ:
        rows = [(each.declared.label, *_values(each)) for each in differ]
        print_table(("Settings that differ", FIRST, SECOND), rows)
    return 0


def _run_at(path: Path) -> RunSummary | None:
    """The run of a folder, or of a file in one; None where it is a file of predictions by itself."""
    folder = path if path.is_dir() else path.parent
    if path.is_dir() or (path.name == PREDICTIONS and is_run(folder)):
        return summarise(folder)
    return None


def _differences(first: RunSummary | None, second: RunSummary | None) -> list[Difference]:
    if first is None or second is None:
        return []
    return differences(first.config, second.config) or []


def _values(each: Difference) -> tuple[str, str]:
    return value_words(each.declared, each.first), value_words(each.declared, each.second)


def _told(
    options: argparse.Namespace,
    found: Paired,
    runs: list[RunSummary | None],
    differ: list[Difference],
) -> dict[str, Any]:
    """What `compare --json` prints; docs/evaluate.md lists every key."""
    said = verdict(found.comparison)
    sides = []
    for number, path in enumerate((options.first, options.second)):
        whole, run = (found.first, found.second)[number], runs[number]
        facts = RunFacts.of(run) if run is not None else None
        sides.append(
            {
                "path": str(path),
                "name": run.about.name if run is not None else "",
                "accuracy": found.accuracy[number] if found.accuracy is not None else None,
                "right": int(found.right[number].sum()),
                "tested": len(whole.samples),
                "from": found.sets(number),
                "network": facts.network if facts is not None else None,
                "learned_from": facts.learned if facts is not None else None,
            }
        )
    out = found.left_out
    return {
        "a": sides[0],
        "b": sides[1],
        "photos": len(found),
        "different_photos": found.comparison.samples,
        "fixed": found.comparison.put_right,
        "broken": found.comparison.spoiled,
        "p_value": found.comparison.p_value if len(found) else None,
        "verdict": said.code.removeprefix("compared."),
        "sentence": say(said),
        "warnings": [say(caution) for caution in cautions(found)],
        "left_out": {
            "a_learned": out.learned[0],
            "b_learned": out.learned[1],
            "a_missing": out.missing[0],
            "b_missing": out.missing[1],
            "reclassed": out.reclassed,
            "unchecked": out.unchecked,
        },
        "fixed_photos": [found.second.samples[found.rows[1][row]] for row in found.fixed.tolist()],
        "broken_photos": [found.second.samples[found.rows[1][row]] for row in found.broken.tolist()],
        "settings": [{"name": each.name, "a": each.first, "b": each.second} for each in differ],
    }
