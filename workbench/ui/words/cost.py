"""What a model costs, in plain words with the field's term beside them. No widgets."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.core.results.cost import Cost


def lines(cost: Cost, *, learning: bool) -> list[str]:
    """A sentence each on size, work, file and time.

    Args:
        cost: What was found.
        learning: Whether a model is learning now, for which nothing is timed.
    """
    found = [
        _tr("{count} numbers learned (parameters)").format(count=rounded(cost.parameters)),
        _tr("{count} multiplications a photo (multiply-adds)").format(count=rounded(cost.multiply_adds))
        if cost.multiply_adds is not None
        else _tr("how many multiplications a photo takes could not be counted"),
        _tr("{size} MB on disk").format(size=_number(cost.file_bytes / 1e6)),
    ]
    if cost.milliseconds is not None and cost.decode_milliseconds is not None:
        time = _tr("{time} ms a photo on this computer ({runtime}, {batch} at a time; {photos} photos timed)")
        found.append(
            time.format(
                time=_number(cost.milliseconds),
                runtime=cost.runtime,
                batch=cost.batch,
                photos=cost.photos,
            )
        )
        opening = _tr("{time} ms before that to open a photo (decoding)")
        found.append(opening.format(time=_number(cost.decode_milliseconds)))
    elif cost.multiply_adds is None and not cost.runtime:
        found.append(_tr("only the full edition can run it, so the time a photo takes is not known"))
    elif learning:
        found.append(_tr("the time a photo takes is measured when nothing is learning any more"))
    else:
        found.append(_tr("the time a photo takes was not measured: no photo is at hand"))
    return [text[0].upper() + text[1:] + "." for text in found]


def rounded(count: int) -> str:
    """A large number in words, such as “4.7 million”."""
    for size, unit in ((1e9, _tr("{number} billion")), (1e6, _tr("{number} million"))):
        if count >= size / 10:
            return unit.format(number=_number(count / size))
    return f"{count:,}"


def _number(value: float) -> str:
    """With as many digits as matter: three at most, and two decimals."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return QLocale().toString(value, "f", decimals)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Cost", text)
