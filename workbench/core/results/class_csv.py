"""The numbers of each class as a table of values separated by commas, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.core.names import harmless

if TYPE_CHECKING:  # NumPy is loaded when the first numbers are shown
    from workbench.core.results.by_class import ByClass

_SHARES = ("precision", "recall", "f1", "iou", "average_precision", "roc_auc")
COLUMNS = ("class", "samples", *_SHARES, "most_confused_with", "confused")
"""What the table begins with."""


def class_csv(classes: Sequence[str], found: ByClass) -> str:
    """The table, one row for each class; what is not defined is an empty cell.

    Numbers have a decimal point, wherever it is written. Names that a spreadsheet would take for a formula
    have an apostrophe before them (`workbench.core.names.harmless`).
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, name in enumerate(classes):
        shares = [float(getattr(found, key)[number]) for key in _SHARES]
        other = int(found.confused_with[number])
        writer.writerow(
            [
                harmless(name),
                int(found.samples[number]),
                *("" if math.isnan(share) else share for share in shares),
                harmless(classes[other]) if other >= 0 else "",
                int(found.confused[number]),
            ]
        )
    return text.getvalue()
