"""Predictions as a table of values separated by commas, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from workbench.core.events import Prediction

PROBABILITY_OF = "probability of "
"""What the head of a class's column begins with: no class is then taken for another column."""
_FORMULA = re.compile(r"[=@\t\r\uff1d\uff20]|[+\-\uff0b\uff0d](?!\d+(?:[.,]\d+)?$)")
"""What spreadsheets take for a formula, which may start programs. A plain number is none."""


def answers_csv(classes: Sequence[str], answers: Sequence[Prediction]) -> str:
    """The table, one row for each answer: path, class, probability, one column for each class, error.

    Numbers have a decimal point, wherever it is written. See `harmless` for names that would be formulas.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    heads = [f"{PROBABILITY_OF}{name}" for name in classes]
    writer.writerow(["path", "class", "probability", *heads, "error"])
    for answer in answers:
        shares = [answer.probabilities.get(name, "") for name in classes]
        probability = "" if answer.error else answer.probability
        path = f"./{answer.path}" if is_formula(answer.path) else answer.path
        writer.writerow([path, harmless(answer.class_name), probability, *shares, answer.error or ""])
    return text.getvalue()


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula."""
    return bool(_FORMULA.match(text))


def harmless(name: str) -> str:
    """A class name that no spreadsheet takes for a formula: with an apostrophe before it where one would.

    After OWASP, “CSV Injection”. Paths get `./` instead, with which they are the same path.
    """
    return f"'{name}" if is_formula(name) else name
