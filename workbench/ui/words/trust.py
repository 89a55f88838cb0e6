"""How far a number may be trusted, in words. No widgets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from workbench.core.results.estimate import How
from workbench.core.results.trust import GOOD, MINIMUM, Trust


@dataclass(frozen=True)
class Said:
    """A verdict: a sentence, and the role and icon that go with it."""

    sentence: str
    role: str
    icon: str


def verdict(trust: Trust, classes: Sequence[str]) -> Said | None:
    """What a number may be shown as; None where nothing can be said yet."""
    if trust.verdict == "learned":
        text = _tr("Says nothing about new photos: it had learned from all of these.")
        return Said(text, "warn", "ph.warning")
    if trust.verdict == "too_few":
        text = _tr("Too few photos to call it good: fewer than {count} different ones were tested.")
        return Said(text.format(count=MINIMUM), "warn", "ph.warning")
    if trust.baseline is None:
        return None
    if trust.verdict == "no_better":
        text = _tr("Not shown to be better than always saying “{name}”.")
        return Said(text.format(name=_name(trust, classes)), "bad", "ph.warning-circle")
    lower, asked = min(math.floor(100 * trust.estimate.low), 99), round(100 * GOOD)
    if trust.verdict == "good":
        text = _tr("Good: at least {low} of 100, as far as these photos can tell.")
        return Said(text.format(low=lower), "good", "ph.check-circle")
    text = _tr("Use it with care: it may be right for only {low} of 100. From {asked} on this says “good”.")
    return Said(text.format(low=lower, asked=asked), "muted", "ph.info")


def held_against(trust: Trust, classes: Sequence[str]) -> str:
    """What naming one class always would get right; empty where that is not known yet."""
    if trust.baseline is None:
        return ""
    text = _tr("Always saying “{name}” would be right for {count} of 100.")
    share = trust.baseline.accuracy
    count = round(100 * share) if share in (0, 1) else min(round(100 * share), 99)
    few = _tr("less than 1")
    return text.format(name=_name(trust, classes), count=count or few)


def set_used(how: How) -> str:
    """Which photos a number comes from, with the field's own word."""
    return {
        "test": _tr("From the test set"),
        "validation": _tr("From the validation set"),
        "cross_validated": _tr("From every photo in turn (cross-validation)"),
    }[how]


def _name(trust: Trust, classes: Sequence[str]) -> str:
    assert trust.baseline is not None
    return classes[trust.baseline.index] if trust.baseline.index < len(classes) else "?"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Trust", text)
