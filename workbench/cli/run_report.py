"""What a command says of a finished run: a sentence for people, or one line of JSON."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from workbench.core.data.catalog import Catalog
from workbench.core.events import TrainingResult
from workbench.core.results.comparison import LEVEL, Comparison
from workbench.core.results.estimate import Estimate, wilson_interval
from workbench.core.results.measures import Measures
from workbench.progress import Reporter
from workbench.words import say

_KEPT = {
    "instant": "Improving did not help on the same photos, so the instant model was kept.",
    "improved": "The improved model is better on the same photos and was kept; because they also chose it, "
    "its accuracy may be a little too high.",
}
_NOT_YET = "When it was stopped, improving had not helped on the same photos, so the instant model was kept."
_NOT_COMPARED = "It was stopped before the two models were compared, so the instant model was kept."


def tell(
    options: argparse.Namespace,
    reporter: Reporter,
    result: TrainingResult,
    catalog: Catalog | None,
    scan_seconds: float,
    total_seconds: float,
) -> None:
    """Says how a training run came out."""
    started, validation = reporter.started, result.validation
    assert started is not None
    if result.stopped:
        reporter.say("Stopped early; the best so far is kept.")
    if options.json:
        print_json(
            {
                "run": result.run,
                "checkpoint": result.checkpoint,
                "mode": started.mode,
                "architecture": started.architecture,
                "device": started.device,
                "classes": started.classes,
                "empty_classes": list(catalog.empty_classes) if catalog is not None else [],
                "notes": [say(note) for note in catalog.notes] if catalog is not None else [],
                "train_samples": started.training_samples,
                "validation_samples": started.validation_samples,
                "skipped_files": result.lost_samples + (len(catalog.skipped) if catalog is not None else 0),
                "accuracy": validation.accuracy if validation is not None else None,
                "macro_f1": validation.macro_f1 if validation is not None else None,
                "cross_validated_accuracy": _with_interval(result.cross_validated),
                "kept": result.kept,
                "comparison": dataclasses.asdict(result.comparison) if result.comparison else None,
                "estimate": estimate_json(result.estimate),
                "engine": result.runtime,
                "seconds": {
                    "scan": scan_seconds,
                    "features": result.seconds.get("features", 0.0),
                    "head": result.seconds.get("head", 0.0),
                    "train": result.seconds.get("train", 0.0),
                    "total": total_seconds,
                },
                "samples_per_second": result.samples_per_second,
            }
        )
        return
    if result.kept is not None:
        print(_verdict(result))
    if result.comparison is not None:
        print(compared(result.comparison))
    if result.cross_validated is not None:
        print(meaning(result.cross_validated, "photos, each by a model that had not learned it"))
    if validation is not None:
        print(f"Validation set: {meaning(validation)}")
    elif result.cross_validated is None:
        print("No photos were kept for checking, so how good it is is not known.")
    if result.test is not None:
        print(f"Test set: {meaning(result.test)}")
    print(f"Model: {result.checkpoint}")


def _verdict(result: TrainingResult) -> str:
    """Which model an improve run keeps, and why."""
    if result.comparison is None or result.kept is None:
        return _NOT_COMPARED
    return _NOT_YET if result.stopped and result.kept == "instant" else _KEPT[result.kept]


def compared(comparison: Comparison) -> str:
    """What the instant and the improved model did differently, and what that says."""
    return (
        f"Of {comparison.samples:,} photos, improving put {comparison.put_right:,} right and spoiled "
        f"{comparison.spoiled:,} (McNemar's exact test: p = {comparison.p_value:.2g}; below {LEVEL} counts)."
    )


def estimate_json(estimate: Estimate | None) -> dict[str, Any] | None:
    """An estimate for JSON, None where nothing was measured."""
    return dataclasses.asdict(estimate) if estimate is not None else None


def meaning(measures: Measures, tested_on: str = "photos that it did not learn from") -> str:
    """How good a model is, in a sentence."""
    low, high = (round(100 * bound) for bound in wilson_interval(measures.right, measures.samples))
    figures = f"accuracy {measures.accuracy:.3f}, macro F1 {measures.macro_f1:.3f}"
    return f"{low} to {high} of 100 photos right (tested on {measures.samples:,} {tested_on}; {figures})."


def _with_interval(measures: Measures | None) -> dict[str, Any] | None:
    """An accuracy and between what values the true one lies, 95 times in 100."""
    if measures is None:
        return None
    low, high = wilson_interval(measures.right, measures.samples)
    return {"value": measures.accuracy, "interval": [low, high], "samples": measures.samples}


def print_json(values: Any) -> int:
    """One line of JSON; the exit status 0."""
    print(json.dumps(values))
    return 0
