"""The photos behind a matrix in words: what each was taken for, and what edits have changed. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from workbench.core.data.catalog import Catalog, Sample
from workbench.ui.words.probability import percent

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    from workbench.core.project.run_photos import Answer, Since


def said_line(catalog: Catalog, answer: Answer) -> str:
    """What a model took a photo for: “Said 4 · 86 %”."""
    name = catalog.name_of(answer.predicted) or answer.predicted
    return _tr("Said {name} · {percent}").format(name=name, percent=percent(answer.probability))


def class_line(catalog: Catalog, sample: Sample, answer: Answer, *, out: bool) -> tuple[str, bool]:
    """The class of a photo, and whether somebody has changed that since the answer was given."""
    if out:
        return _tr("Left out"), True
    if sample.class_id is None:
        return _tr("Now without a class"), True
    name, changed = catalog.name_of(sample.class_id), sample.class_id != answer.true
    return (_tr("Now {name}") if changed else _tr("Class {name}")).format(name=name), changed


def whole_line(catalog: Catalog, sample: Sample, answer: Answer, *, out: bool) -> str:
    """Both in one, in full."""
    own, changed = class_line(catalog, sample, answer, out=out)
    if changed:
        before = catalog.name_of(answer.true) or answer.true
        own = _tr("was {name}").format(name=before) + " · " + own
    return f"{own} · {said_line(catalog, answer)}"


def gone_line(gone: int) -> str:
    """How many photos of a choice cannot be shown; "" where all can."""
    if not gone:
        return ""
    if gone == 1:
        return _tr("1 photo isn't shown: it isn't in the folder any more, or has changed.")
    text = _tr("{count} photos aren't shown: they aren't in the folder any more, or have changed.")
    return text.format(count=f"{gone:,}")


def since_line(found: Since) -> str:
    """What edits have fixed and broken; "" where nothing has changed."""
    compared = found.comparison
    if not (found.edited or compared.put_right or compared.spoiled):
        return ""
    text = _tr("Since this run: fixed {fixed}, broke {broke}, on the same {photos}.").format(
        fixed=f"{compared.put_right:,}", broke=f"{compared.spoiled:,}", photos=_photos(compared.samples)
    )
    if found.by_class and not found.by_model:
        text += " " + _tr("This run's answers are the same as before; only the classes have changed.")
    elif found.by_class:
        text += " " + (
            _tr("For 1 of the fixed, the answer is the same as before: its class has changed.")
            if found.by_class == 1
            else _tr(
                "For {count} of the fixed, the answer is the same as before: their class has changed."
            ).format(count=f"{found.by_class:,}")
        )
    if found.uncounted:
        text += " " + (
            _tr("1 photo that cannot be compared any more isn't counted.")
            if found.uncounted == 1
            else _tr("{count} photos that cannot be compared any more aren't counted.").format(
                count=f"{found.uncounted:,}"
            )
        )
    return text


def all_mistakes(count: int) -> str:
    """The head above all mistakes."""
    if not count:
        return _tr("No mistakes")
    return _tr("1 mistake") if count == 1 else _tr("{count} mistakes, worst first").format(count=f"{count:,}")


def _photos(count: int) -> str:
    return _tr("1 photo") if count == 1 else _tr("{count} photos").format(count=f"{count:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Mistakes", text)
