"""What a command says of a finished run: a sentence for people, or one line of JSON."""

# ruff: noqa: T201 - printing is what commands do
from __future__ import annotations

import argparse
import dataclasses
import json
import math
from collections.abc import Sequence
from typing import Any

from workbench.core.data.catalog import Catalog
from workbench.core.events import TrainingResult
from workbench.core.messages import Message
from workbench.core.results.by_class import ByClass
from workbench.core.results.cautions import cautions
from workbench.core.results.comparison import LEVEL, Comparison
from workbench.core.results.estimate import Estimate, How
from workbench.core.results.measures import Measures
from workbench.core.results.metrics import metrics_of_measures
from workbench.progress import Reporter

_KEPT = {
    "instant": "Improving did not help on the same photos, so the instant model was kept.",
    "improved": "The improved model is better on the same photos and was kept; because they also chose it, "
    "its accuracy may be a little too high.",
}
_NOT_YET = "When it was stopped, improving had not helped on the same photos, so the instant model was kept."
_NOT_COMPARED = "It was stopped before the two models were compared, so the instant model was kept."
_LOOKS = {
    "two_networks": "Two networks are right about more of the same photos than one, so both look now.",
    "small_objects": "Looking closely for small things it is right about more of the same photos, so it "
    "looks like that now.",
}
_NOTHING_TO_SHOW = "Improving could not show that it helps, so the instant model was kept."
_TOO_FEW = "There are too few different photos to compare two models, so the instant model was kept."


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
        print_json(_run_json(reporter, result, catalog, scan_seconds, total_seconds))
        return
    if result.kept is not None:
        print(_verdict(result))
    if result.comparison is not None:
        print(compared(result.comparison))
    if result.cross_validated is not None:
        among = "photos, each by a model that had not learned it"
        print(meaning(result.cross_validated, among, how="cross_validated"))
        _say_cautions(result.cross_validated, started.classes)
    if validation is not None:
        print(f"Validation set: {meaning(validation)}")
        _say_cautions(validation, started.classes)
    elif result.cross_validated is None:
        print("No photos could be kept for checking, so how good it is is not known.")
    if result.test is not None:
        print(f"Test set: {meaning(result.test)}")
        _say_cautions(result.test, started.classes)
    if catalog is not None and (lacking := _without_training(catalog)):
        print(f"Not in these numbers: {lacking:,} photos of classes that the training set lacks.")
    print(f"Model: {result.checkpoint}")


def _run_json(
    reporter: Reporter,
    result: TrainingResult,
    catalog: Catalog | None,
    scan_seconds: float,
    total_seconds: float,
) -> dict[str, Any]:
    """What `train --json` prints."""
    started, validation = reporter.started, result.validation
    assert started is not None
    return {
        "run": result.run,
        "checkpoint": result.checkpoint,
        "mode": started.mode,
        "architecture": result.architecture or started.architecture,
        "device": started.device,
        "classes": started.classes,
        "empty_classes": list(catalog.empty_classes) if catalog is not None else [],
        "notes": reporter.notes,
        "train_samples": started.training_samples,
        "validation_samples": started.validation_samples,
        "test_samples": started.test_samples,
        "skipped_files": result.lost_samples + (len(catalog.skipped) if catalog is not None else 0),
        "accuracy": validation.accuracy if validation is not None else None,
        "macro_f1": validation.macro_f1 if validation is not None else None,
        "cross_validated_accuracy": _with_interval(result.cross_validated, "cross_validated"),
        "test_accuracy": _with_interval(result.test, "test"),
        "per_class": per_class(result.fairest[1] if result.fairest else None, started.classes),
        "warnings": [each.title for each in warnings_of(result, started.classes)],
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


def _verdict(result: TrainingResult) -> str:
    """Which model an improve run keeps, and why."""
    if result.look:
        return _LOOKS[result.look]
    if result.comparison is None or result.kept is None:
        if result.stopped:
            return _NOT_COMPARED
        return _TOO_FEW if result.cross_validated is None else _NOTHING_TO_SHOW
    return _NOT_YET if result.stopped and result.kept != "improved" else _KEPT[result.kept]


def warnings_of(result: TrainingResult, classes: Sequence[str]) -> list[Message]:
    """What makes the numbers of a run worth less than they look, each once."""
    sets = (result.cross_validated, result.validation, result.test)
    found = (each for measures in sets if measures is not None for each in cautions(measures, classes))
    return list({each.title: each for each in found}.values())


def per_class(measures: Measures | None, classes: Sequence[str]) -> dict[str, dict[str, Any]] | None:
    """The numbers of each class for JSON; null where there was nothing to tell them by."""
    metrics = metrics_of_measures(measures)
    if metrics is None:
        return None
    found = ByClass.of_confusion(metrics.confusion)

    def share(key: str, row: int) -> float | None:
        value = float(getattr(found, key)[row])
        return None if math.isnan(value) else value

    return {
        name: {
            **{key: share(key, row) for key in ("precision", "recall", "f1", "iou")},
            "samples": int(found.samples[row]),
            "most_confused_with": _confused(found, classes, row),
        }
        for row, name in enumerate(classes)
    }


def _confused(found: ByClass, classes: Sequence[str], row: int) -> dict[str, Any] | None:
    """Which class a class was most often wrongly taken for, and how often; None where it never was."""
    other = int(found.confused_with[row])
    return {"class": classes[other], "photos": int(found.confused[row])} if other >= 0 else None


def _say_cautions(measures: Measures, classes: Sequence[str]) -> None:
    for each in cautions(measures, classes):
        print(f"  {each.title}")


def _without_training(catalog: Catalog) -> int:
    return sum(skipped.reason == "class_not_in_training" for skipped in catalog.skipped)


def compared(comparison: Comparison) -> str:
    """What the instant and the improved model did differently, and what that says."""
    return (
        f"Of {comparison.samples:,} photos, improving put {comparison.put_right:,} right and spoiled "
        f"{comparison.spoiled:,} (McNemar's exact test: p = {comparison.p_value:.2g}; below {LEVEL} counts)."
    )


def estimate_json(estimate: Estimate | None) -> dict[str, Any] | None:
    """An estimate for JSON, None where nothing was measured."""
    return dataclasses.asdict(estimate) if estimate is not None else None


def meaning(
    measures: Measures, tested_on: str = "photos that it did not learn from", *, how: How = "test"
) -> str:
    """How good a model is, in a sentence."""
    estimate = Estimate.of(how, measures)
    low, high = estimate.of_100
    if measures.only_learned:
        tested_on = "photos that it learned from"
    tested = f"tested on {measures.samples:,} {tested_on}"
    return f"{low} to {high} of 100 photos right ({tested}; {figures(measures)})."


def figures(measures: Measures) -> str:
    """The numbers behind it: where classes count differently, never the accuracy alone."""
    metrics = metrics_of_measures(measures)
    parts = [f"accuracy {measures.accuracy:.3f}"]
    if metrics is None:
        return f"{parts[0]}, macro F1 {measures.macro_f1:.3f}"
    if abs(metrics.mean_recall - metrics.accuracy) >= 0.0005:
        parts.append(f"mean recall {metrics.mean_recall:.3f}")
    tested, classes = int(metrics.occurs.sum()), len(metrics.occurs)
    among = f" over {tested:,} of {classes:,} classes" if tested < classes else ""
    return f"{', '.join(parts)}, macro F1 {measures.macro_f1:.3f}{among}"


def _with_interval(measures: Measures | None, how: How) -> dict[str, Any] | None:
    """An accuracy and between what values the true one lies, 95 times in 100."""
    if measures is None:
        return None
    estimate, metrics = Estimate.of(how, measures), metrics_of_measures(measures)
    return {
        "value": estimate.accuracy,
        "interval": [estimate.low, estimate.high],
        "samples": measures.samples,
        "different_photos": measures.different,
        "macro_f1": measures.macro_f1,
        "mean_recall": metrics.mean_recall if metrics is not None else None,
        "classes": int(metrics.occurs.sum()) if metrics is not None else None,
        "learned": measures.learned,
        "value_with_learned": measures.accuracy_with_learned,
        "not_checked": measures.unchecked,
    }


def print_json(values: Any) -> int:
    """One line of JSON; the exit status 0."""
    print(json.dumps(values))
    return 0
