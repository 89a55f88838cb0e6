"""Probabilities in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale


def percent(share: float) -> str:
    """A probability in words that never claim certainty: “86 %”, “over 99 %”, “under 1 %”."""
    if share > 0.995:
        return QCoreApplication.translate("PredictionView", "over 99 %")
    if share < 0.005:
        return QCoreApplication.translate("PredictionView", "under 1 %")
    return QLocale().toString(round(100 * share)) + " %"
