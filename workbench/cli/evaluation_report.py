"""What `evaluate --json` says beyond the few numbers of a run: docs/evaluate.md lists every key."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from workbench.core.names import visible
from workbench.core.results.calibration import Calibration, Reliability
from workbench.core.results.cost import Cost
from workbench.core.results.curves import Curve, coverage_accuracy
from workbench.core.results.numbers import Numbers
from workbench.core.results.slices import Slices
from workbench.core.results.trust import MINIMUM, Trust
from workbench.words.slices import kind_of, name_of

_POINTS = 50
"""Of a curve: enough to draw it."""


def numbers_json(numbers: Numbers, trust: Trust) -> dict[str, Any]:
    """Everything that follows from the predictions, by key; null where something is not defined."""
    by_class, names = numbers.by_class, numbers.classes
    means = {
        how: {**_plain(getattr(by_class, how)), "classes": int((by_class.samples > 0).sum())}
        for how in ("macro", "weighted")
    }
    overall = numbers.overall
    highest = numbers.probabilities.max(axis=1)
    right = numbers.probabilities.argmax(axis=1) == numbers.targets
    found = {
        **means,
        "map": means["macro"]["average_precision"],
        "log_loss": numbers.calibration.log_loss,
        "brier": numbers.calibration.brier,
        "calibration": _calibration(numbers.calibration),
        "micro": {
            "average_precision": overall.precision_recall.area,
            "roc_auc": overall.roc.area,
        },
        "curves": {name: _curves(numbers, number) for number, name in enumerate(names)},
        "coverage": {
            **_curve(coverage_accuracy(highest, right), "coverage", "accuracy"),
            "mean_accuracy": overall.coverage.area,
        },
        "baseline": _baseline(trust, names),
        "trust": {
            "verdict": trust.verdict,
            "least_photos": MINIMUM,
            "different_photos": trust.estimate.groups or trust.estimate.samples,
            "interval": [trust.estimate.low, trust.estimate.high],
            "from": trust.estimate.how,
        },
    }
    defined: dict[str, Any] = _defined(found)
    return defined


def classes_json(numbers: Numbers) -> dict[str, dict[str, Any]]:
    """What `classes` gains, by class name."""
    found, names = numbers.by_class, numbers.classes
    values = {
        name: {
            "average_precision": float(found.average_precision[number]),
            "roc_auc": float(found.roc_auc[number]),
        }
        for number, name in enumerate(names)
    }
    defined: dict[str, dict[str, Any]] = _defined(values)
    return defined


def kinds_json(found: Slices) -> dict[str, Any]:
    """What the model makes of kinds of photos, by key."""
    rows = [
        {
            "by": each.by,
            "column": each.name,
            "name": name_of(each.by, each.value, {}),
            "photos": each.samples,
            "different_photos": each.groups,
            **{key: getattr(each, key) for key in ("accuracy", "low", "high", "rest", "p_value", "adjusted")},
            "much_worse": each.stands_out,
        }
        for each in found.found
    ]
    return {"photos": found.samples, "too_small": found.too_small, "kinds": rows}


def kind_lines(found: Slices) -> list[str]:
    """The kinds of photos at which it is much worse, a sentence each."""
    return [
        f"{kind_of(each.by, each.name)} “{visible(name_of(each.by, each.value, {}))}”: "
        f"{round(100 * each.accuracy)} of 100 right, against {round(100 * each.rest)} of the others."
        for each in found.standing_out
    ]


def cost_json(cost: Cost) -> dict[str, Any]:
    """What the model costs, by key; null where it is not known, or was not measured."""
    return dataclasses.asdict(cost)


def cost_line(cost: Cost) -> str:
    """The same in a sentence."""
    work = f", {cost.multiply_adds / 1e6:,.0f} million multiply-adds a photo" if cost.multiply_adds else ""
    took = ""
    if cost.milliseconds is not None and cost.decode_milliseconds is not None:
        took = (
            f" Here a photo takes {cost.milliseconds:.1f} ms ({cost.runtime}, {cost.batch} at a time), and "
        )
        took += f"{cost.decode_milliseconds:.1f} ms before that to be decoded."
    size = f"{cost.file_bytes / 1e6:,.1f} MB"
    return f"{cost.parameters / 1e6:,.1f} million parameters{work}, {size} on disk.{took}"


def held_against(numbers: Numbers, trust: Trust) -> list[str]:
    """What the accuracy has to be held against, a sentence each."""
    sentences = []
    if trust.verdict == "too_few":
        sentences.append(f"Fewer than {MINIMUM} different photos are too few to call a model good.")
    if trust.baseline is not None:
        name = visible(numbers.classes[trust.baseline.index])
        percent = round(100 * trust.baseline.accuracy)
        sentences.append(f"Always saying “{name}” would be right for {percent} of 100 photos.")
    found = numbers.calibration
    after = f", {found.after.error:.3f} after temperature scaling" if found.after is not None else ""
    sentences.append(f"Mean average precision {numbers.by_class.macro.average_precision:.3f}, "
                     f"calibration error {found.before.error:.3f}{after}.")  # fmt: skip
    return sentences


def _baseline(trust: Trust, names: Sequence[str]) -> dict[str, Any] | None:
    if trust.baseline is None:
        return None
    return {"class": names[trust.baseline.index], "accuracy": trust.baseline.accuracy}


def _calibration(found: Calibration) -> dict[str, Any]:
    return {
        "error": found.before.error,
        "reliability": _bins(found.before),
        "temperature": found.temperature,
        "error_after": found.after.error if found.after is not None else None,
        "reliability_after": _bins(found.after) if found.after is not None else None,
        "log_loss_after": found.log_loss_after,
        "brier_after": found.brier_after,
    }


def _bins(found: Reliability) -> list[dict[str, Any]]:
    bins = len(found.counts)
    return [
        {
            "from": number / bins,
            "to": (number + 1) / bins,
            "photos": int(found.counts[number]),
            "probability": float(found.probability[number]),
            "right": float(found.share[number]),
        }
        for number in range(bins)
    ]


def _curves(numbers: Numbers, number: int) -> dict[str, Any]:
    curves = numbers.of_class(number)
    return {
        "precision_recall": _curve(curves.precision_recall, "recall", "precision"),
        "roc": _curve(curves.roc, "false_positive_rate", "true_positive_rate"),
    }


def _curve(curve: Curve, x: str, y: str) -> dict[str, Any]:
    thin = curve.thinned(_POINTS)
    return {x: thin.x.tolist(), y: thin.y.tolist(), "probability": thin.thresholds.tolist()}


def _plain(values: Any) -> dict[str, float]:
    return dataclasses.asdict(values)


def _defined(value: Any) -> Any:
    """The same with null for what is no number."""
    if isinstance(value, dict):
        return {key: _defined(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_defined(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
