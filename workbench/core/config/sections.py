"""Under which headings the settings stand."""

from __future__ import annotations

BASICS, OPTIMISER, SCHEDULE, REGULARISATION, DATA, HARDWARE = (
    "Basics",
    "Optimizer",
    "Learning rate",
    "Against overfitting",
    "Data",
    "Computer",
)
