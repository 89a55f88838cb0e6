"""What makes a number worth less than it looks: never the accuracy alone where that misleads."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.core.messages import Message
from workbench.core.results.measures import Measures

UNEQUAL = 0.1
"""From this difference between all photos and all classes on, the accuracy alone misleads."""


def cautions(measures: Measures, classes: Sequence[str]) -> list[Message]:
    """What to say beside a number, the gravest first.

    Args:
        measures: With its matrix; without it, what is about classes cannot be said.
        classes: Their names, in the order of the matrix; none where they are not known.
    """
    return [*_about_samples(measures), *_about_classes(measures, classes)]


def _about_samples(measures: Measures) -> list[Message]:
    found = []
    if measures.only_learned:
        found.append(Message("result.learned_all", {"count": measures.learned}))
    elif measures.learned:
        values = {"count": measures.learned, "percent": round(100 * (measures.accuracy_with_learned or 0.0))}
        found.append(Message("result.learned", values))
    if measures.different < measures.samples:
        values = {"samples": measures.samples, "different": measures.different}
        found.append(about_groups(measures) or Message("result.copies", values))
    if measures.unchecked:
        found.append(Message("result.unchecked", {"count": measures.unchecked}))
    return found


def about_groups(measures: Measures) -> Message | None:
    """What a split at random would have shown, where that was tried and flatters; else None."""
    if measures.accuracy_apart is None or measures.group_accuracy is None:
        return None
    apart, honest = round(100 * measures.accuracy_apart), round(100 * measures.group_accuracy)
    values = {"groups": measures.kept_together, "apart": apart, "honest": honest}
    return Message("result.kept_together", values) if apart > honest else None


def _about_classes(measures: Measures, classes: Sequence[str]) -> list[Message]:
    from workbench.core.results.metrics import metrics_of_measures  # NumPy: with the first numbers

    metrics = metrics_of_measures(measures)
    if metrics is None:
        return []
    found = []
    occurs = metrics.occurs.tolist()
    named = list(zip(classes, occurs, metrics.recall.tolist(), strict=False))
    absent = [name for name, tested, _ in named if not tested]
    if absent:
        values = {"classes": absent, "tested": sum(occurs), "all": len(occurs)}
        found.append(Message("result.classes_not_tested", values))
    never = [name for name, tested, recall in named if tested and recall == 0]
    if never:
        found.append(Message("result.never_found", {"classes": never}))
    if metrics.accuracy - metrics.mean_recall > UNEQUAL:
        found.append(Message("result.unequal", {"found": round(100 * metrics.mean_recall)}))
    return found
