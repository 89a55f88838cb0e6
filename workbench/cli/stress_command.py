"""`workbench stress`: how far photos may be disturbed before a model fails."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
from typing import Any

from workbench.cli.run_report import print_json
from workbench.core.stress.disturbances import at_strength
from workbench.core.stress.findings import PhotosTested, Point, RowFound, StressFound
from workbench.core.stress.jobs import stress_on_folder
from workbench.progress import Reporter, stop_on_interrupt
from workbench.words import say
from workbench.words.stress import of_100, on_which, told


def stress(options: argparse.Namespace) -> int:
    """Disturbs the photos of a folder that a model had not learned from, more and more."""
    with Reporter() as reporter, stop_on_interrupt(reporter.say) as stop:
        job = stress_on_folder(
            options.model,
            options.folder,
            "attacks" if options.adversarial else "disturbances",
            device=options.device,
            reading=options.read_as,
            photos=options.photos,
            stop=stop,
        )
        found: StressFound = reporter.drive(job)
    if options.json:
        return print_json(_as_json(options, found))
    print(on_which(found))
    for row in found.rows:
        shares = ", ".join(
            f"{at_strength(row.row.amount, point.strength)}: {of_100(point)}" for point in row.points
        )
        print(f"{row.row.name} (undisturbed: {of_100(row.undisturbed)}, {shares} of 100)")
        print(f"  {told(row, found.tested)}")
    return 0


def _as_json(options: argparse.Namespace, found: StressFound) -> dict[str, Any]:
    return {
        "model": str(options.model),
        "folder": str(options.folder),
        "kind": found.kind,
        **_tested(found.tested),
        "seconds": found.seconds,
        "stopped": found.stopped,
        "rows": {row.key: _row(row, found.tested) for row in found.rows},
    }


def _tested(tested: PhotosTested) -> dict[str, Any]:
    return {
        "from": tested.how,
        "photos": tested.photos,
        "available": tested.available,
        "baseline": {"class": tested.baseline_class, "accuracy": tested.baseline},
        "warnings": [say(note) for note in tested.notes],
    }


def _row(found: RowFound, tested: PhotosTested) -> dict[str, Any]:
    verdict = found.verdict
    return {
        "verdict": verdict.code,
        "at": verdict.at,
        "before": verdict.before,
        "onwards": verdict.onwards,
        "text": told(found, tested),
        "helps": found.row.helps or None,
        "undisturbed": _point(found.undisturbed),
        "points": [{"strength": point.strength, **_point(point)} for point in found.points],
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "accuracy": point.accuracy,
        "low": point.low,
        "high": point.high,
        "put_right": point.put_right,
        "spoiled": point.spoiled,
        "p_value": point.p_value,
    }
