"""What a confusion matrix says, in words. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:  # NumPy is loaded when the first numbers are shown
    import numpy as np
    from numpy.typing import NDArray

_LONGEST = 28


def shortened(name: str, most: int = _LONGEST) -> str:
    """A class name for a sentence, without its middle where it is long."""
    return name if len(name) <= most else f"{name[: most // 2]}…{name[len(name) - most // 2 + 1 :]}"


def count_text(count: int) -> str:
    """A count as it is written in a cell."""
    return f"{count:,}"


def share_text(share: float) -> str:
    """A share of a row, 0 to 1, as it is written in a cell: never all or nothing where that is not so."""
    if 0.995 <= share < 1:
        return ">99 %"
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def cell_sentence(
    classes: Sequence[str],
    counts: NDArray[np.int64],
    true: int,
    predicted: int,
    *,
    short: bool = False,
    percent: bool = False,
) -> str:
    """What a cell says, or a whole row or column.

    Args:
        counts: Shape (classes, classes), row = true class.
        true, predicted: Its place; -1 in one of them stands for the whole row or column.
        short: Whether long class names are shortened.
        percent: Whether the share of its row is said of a cell.
    """
    if percent and min(true, predicted) >= 0 and (total := int(counts[true].sum())):
        sentence = cell_sentence(classes, counts, true, predicted, short=short)
        share = share_text(int(counts[true, predicted]) / total)
        return _tr("{sentence} ({share} of {total})").format(
            sentence=sentence, share=share, total=count_text(total)
        )
    if min(true, predicted) < 0:
        part = counts[true] if predicted < 0 else counts[:, predicted]
        count, wrong = int(part.sum()), int(part.sum() - part[max(true, predicted)])
        if predicted < 0 and not count:
            text = _tr("No photo of “{true}” was tested")
        elif predicted < 0:
            text = _tr("“{true}”: {count} photos, {wrong} of them taken for something else")
            text = _tr("“{true}”: 1 photo, {wrong} of them taken for something else") if count == 1 else text
        elif not count:
            text = _tr("No photo was taken for “{predicted}”")
        else:
            text = _tr("Taken for “{predicted}”: {count} photos, {wrong} of them something else")
            text = (
                _tr("Taken for “{predicted}”: 1 photo, {wrong} of them something else")
                if count == 1
                else text
            )
    else:
        count, wrong = int(counts[true, predicted]), 0
        if not counts[true].any():
            text = _tr("No photo of “{true}” was tested")
        elif true == predicted and count == 1:
            text = _tr("“{true}” recognised: 1 photo")
        elif true == predicted:
            text = _tr("“{true}” recognised: {count} photos")
        elif count == 1:
            text = _tr("“{true}” taken for “{predicted}”: 1 photo")
        else:
            text = _tr("“{true}” taken for “{predicted}”: {count} photos")
    names = (classes[max(place, 0)] for place in (true, predicted))
    true_name, predicted_name = (shortened(name) if short else name for name in names)
    return text.format(
        count=f"{count:,}" if count else _tr("no"),
        wrong=f"{wrong:,}" if wrong else _tr("none"),
        true=true_name,
        predicted=predicted_name,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConfusionMatrix", text)
