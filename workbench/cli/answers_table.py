"""Predictions as a table of values separated by commas, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from workbench.core.events import Prediction
from workbench.core.names import harmless, is_formula

PROBABILITY_OF = "probability of "
"""What the head of a class's column begins with: no class is then taken for another column."""


def answers_csv(classes: Sequence[str], answers: Sequence[Prediction]) -> str:
    """The table, one row for each answer.

    Its columns: path, class, probability, one for each class, error, accepted (`yes`, `no`, or nothing where
    the model has no rule for that) and nearest: the most probable class, where `class` is empty, too.

    Numbers have a decimal point, wherever it is written. See `harmless` for names that would be formulas.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    heads = [f"{PROBABILITY_OF}{name}" for name in classes]
    writer.writerow(["path", "class", "probability", *heads, "error", "accepted", "nearest"])
    for answer in answers:
        shares = [answer.probabilities.get(name, "") for name in classes]
        probability = "" if answer.error else answer.probability
        path = f"./{answer.path}" if is_formula(answer.path) else answer.path
        accepted = "" if answer.accepted is None else "yes" if answer.accepted else "no"
        told = [answer.error or "", accepted, harmless(answer.most_probable)]
        writer.writerow([path, harmless(answer.class_name), probability, *shares, *told])
    return text.getvalue()
