"""Kinds of photos in words: what they have in common, and how good a model is at them. No widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from workbench.core.health.honesty import in_percent
from workbench.core.results.slicing import FEWEST, By
from workbench.words import slices as words

if TYPE_CHECKING:  # NumPy is loaded with the first numbers
    from workbench.core.results.slices import Slice, Slices


def kind_of(by: By, column: str) -> str:
    """What photos were divided by."""
    return words.kind_of(by, column, _tr)


def name_of(found: Slice, paths: Mapping[str, str]) -> str:
    """What the photos of one kind have in common, in a few words; see `words.slices.name_of`."""
    return words.name_of(found.by, found.value, paths, _tr, _number)


def _number(value: float) -> str:
    return QLocale().toString(value, "g", 4)


def photos_of(found: Slice, paths: Mapping[str, str]) -> str:
    """The photos of one kind, as a sentence begins with them."""
    name = name_of(found, paths)
    texts: dict[By, str] = {
        "folder": _tr("Photos in “{name}”"),
        "column": _tr("Photos with {column} “{name}”"),
        "camera": _tr("Photos from the camera “{name}”"),
        "date": _tr("Photos taken {name}"),
        "brightness": _tr("Photos that are {name}"),
        "side": _tr("Photos whose shorter side has {name}"),
        "look": _tr("Photos {name}"),
    }
    text = _tr("Photos in no folder of their own") if found.by == "folder" and not found.value else ""
    return (text or texts[found.by]).format(name=name, column=found.name)


def worse_line(found: Slice, paths: Mapping[str, str]) -> str:
    """That a model is much worse at one kind: “Photos from camera B: 71 % right, against 93 %…”."""
    text = _tr("{photos}: {percent} % right, against {rest} % of the others")
    return text.format(
        photos=photos_of(found, paths), percent=in_percent(found.accuracy), rest=in_percent(found.rest)
    )


def chosen_line(found: Slice, paths: Mapping[str, str]) -> str:
    """The head above the photos of one kind."""
    text = _tr("{photos}: {percent} % of {count} right")
    return text.format(
        photos=photos_of(found, paths), percent=in_percent(found.accuracy), count=_photos(found.samples)
    )


def range_of(found: Slice) -> str:
    """The interval of its accuracy."""
    return _tr("{low} to {high} of 100").format(low=in_percent(found.low), high=in_percent(found.high))


def nothing_line(found: Slices) -> str:
    """That no kind stands out, and what was looked at."""
    if not found.found:
        return _tr(
            "No kind has enough photos to say anything: it takes {count} that don't belong together."
        ).format(count=FEWEST)
    kinds = [kind_of(by, column) for by, column in found.looked_at]
    text = _tr("Nothing stands out: none of {count} kinds of photos is so much worse that it can't be luck.")
    return text.format(count=f"{len(found.found):,}") + " " + _looked_at(kinds)


def sure_line(found: Slices) -> str:
    """How sure that is which stands out."""
    text = _tr(
        "{count} kinds were looked at, and differences that luck alone would make are left out "
        "(Fisher's exact test, corrected for all of them)."
    )
    return text.format(count=f"{len(found.found):,}")


def too_small_line(found: Slices) -> str:
    """How many kinds have too few photos; "" where none has."""
    if not found.too_small:
        return ""
    if found.too_small == 1:
        text = _tr("1 more kind has fewer than {least} photos, or nearly all, and isn't judged.")
    else:
        text = _tr("{count} more kinds have fewer than {least} photos, or nearly all, and aren't judged.")
    return text.format(count=f"{found.too_small:,}", least=FEWEST)


def missing_line(count: int) -> str:
    """How many photos of the run are in no kind; "" where all are."""
    if not count:
        return ""
    if count == 1:
        return _tr("1 photo isn't counted: it isn't in the folder any more, is left out, or has changed.")
    text = _tr("{count} photos aren't counted: they aren't in the folder any more, are left out, or changed.")
    return text.format(count=f"{count:,}")


def _looked_at(kinds: Sequence[str]) -> str:
    return _tr("Looked at: {kinds}.").format(kinds=", ".join(kinds))


def _photos(count: int) -> str:
    return _tr("1 photo") if count == 1 else _tr("{count} photos").format(count=f"{count:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Slices", text)
