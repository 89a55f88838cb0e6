"""How honest a number is, in words: for what `workbench.words` does not say already. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.core.health.honesty import Audit, Kept, in_percent
from workbench.core.results.cautions import about_groups
from workbench.core.results.estimate import Estimate
from workbench.core.results.measures import Measures
from workbench.words import say


def at_random_of(measures: Measures) -> Estimate | None:
    """What a split at random showed while a run was made; None where that was not tried."""
    if measures.accuracy_apart is None:
        return None
    shown = Measures(measures.loss, measures.accuracy_apart, measures.macro_f1, measures.samples)
    return Estimate.of("cross_validated", shown)


def known_line(measures: Measures) -> str:
    """What is known of a run's photos without an audit; "" where nothing is."""
    if measures.accuracy_apart is not None:
        told = about_groups(measures)
        if told is not None:
            return say(told)
        text = _tr("{count} groups of photos belong together; a split at random shows the same here.")
        if measures.kept_together == 1:
            return _tr("1 group of photos belongs together; a split at random shows the same here.")
        return text.format(count=f"{measures.kept_together:,}")
    return ""


def range_line(estimate: Estimate, *, apart: bool) -> str:
    """An interval with what it counts: photos that do not belong together, or `apart` each for itself."""
    count = estimate.groups or estimate.samples
    several = _tr("{count} photos") if apart else _tr("{count} different photos")
    photos = _tr("1 photo") if count == 1 else several.format(count=f"{count:,}")
    text = _tr("{low} to {high} of 100, from {photos}")
    return text.format(low=in_percent(estimate.low), high=in_percent(estimate.high), photos=photos)


def group_line(group: Kept) -> str:
    """What became of one group."""
    text = _tr(
        "{count} photos that belong together: {at_random} right in a split at random, {together} when kept "
        "together"
    )
    return text.format(count=len(group.samples), at_random=group.at_random, together=group.together)


def measured_line(audit: Audit, *, edited: bool) -> str:
    """What the numbers were measured with."""
    text = _tr(
        "Measured with instant models of {count} photos, each asked of one that hadn't learned it. How much "
        "the two differ is what counts; the number of the run stands at the top."
    )
    told = text.format(count=f"{audit.samples:,}")
    return f"{told} " + _tr("The photos have been edited since.") if edited else told


def _tr(text: str) -> str:
    return QCoreApplication.translate("Honesty", text)
