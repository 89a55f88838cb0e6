"""Ways to divide the photos of a folder: by their folders, tables, cameras, dates, brightness and size."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np

from workbench.core.data.catalog import Catalog, Sample
from workbench.core.data.table_values import column_values
from workbench.core.errors import ImageError
from workbench.core.events import Progress
from workbench.core.health.traits import examine_photos
from workbench.core.images.facts import PhotoFacts
from workbench.core.images.inspecting import facts_of
from workbench.core.jobs import StopRequested, Throttle, never
from workbench.core.messages import Message
from workbench.core.results.slicing import By, Slicing, Span
from workbench.core.threads import in_threads

_PARTS = 4
_MOST_KINDS = 60
"""Of a column: with more, it names photos rather than kinds of them."""
_MOST_DAYS, _MOST_MONTHS = 14, 24
"""Photos of more days are divided by months, of more months by years."""
_PRIVATE = re.compile(
    r"gps|latitude|longitude|^(lat|lon|lng|long)$|coord|altitude|geohash|address|owner|author|artist", re.I
)
"""Names of columns that say where photos were taken, or by whom: a report must not tell that."""
_SAME = 0.99
"""Of the photos: a column that says the same as their classes divides nothing else."""


def slicings_of(
    catalog: Catalog, samples: Sequence[Sample], *, stop: StopRequested = never
) -> Generator[Progress, None, tuple[Slicing, ...]]:
    """The ways to divide some photos of a folder; one that has all of them in one slice is left out.

    Args:
        catalog: The folder.
        samples: Some of its samples.

    Raises:
        Stopped: `stop` returned true.
    """
    found = [*_by_folder(catalog, samples), *_by_column(catalog, samples)]
    traits = yield from examine_photos(replace(catalog, samples=tuple(samples), excluded=()), stop=stop)
    facts = yield from _facts(catalog, samples, stop)
    found.append(_named("camera", {key: each.camera for key, each in facts.items()}))
    found.append(_by_date({key: each.taken[:10] for key, each in facts.items()}))
    brightness = dict(zip(traits.samples, traits.column("brightness").tolist(), strict=True))
    found.append(_in_parts("brightness", brightness))
    found.append(_in_parts("side", {each.id: float(min(each.width, each.height)) for each in samples}))
    return tuple(each for each in found if len(each.values) > 1)


def _facts(
    catalog: Catalog, samples: Sequence[Sample], stop: StopRequested
) -> Generator[Progress, None, dict[str, PhotoFacts]]:
    """What the photos' files say of themselves, as far as they can be read."""

    def look(sample: Sample) -> PhotoFacts | None:
        try:
            return facts_of(catalog.roots.locate(sample))
        except (ImageError, OSError):  # it has gone since the folder was read: whoever shows it says so
            return None

    found, due = {}, Throttle()
    with closing(in_threads(look, samples, stop=stop)) as results:
        for done, (sample, facts) in enumerate(zip(samples, results, strict=True), start=1):
            if facts is not None:
                found[sample.id] = facts
            if due():
                yield Progress("health", done, len(samples), Message("examining_photos"))
    return found


def _by_folder(catalog: Catalog, samples: Sequence[Sample]) -> list[Slicing]:
    """By the folders above and below that of the class, one level and all levels."""
    folders = {each.id for each in catalog.classes} | {each.name for each in catalog.classes}
    if catalog.reading is not None:
        folders |= catalog.reading.classes.keys()
    parts = {}
    for sample in samples:
        above = sample.path.split("/")[:-1]
        last = max((place for place, name in enumerate(above) if name in folders), default=-1)
        parts[sample.id] = [name for place, name in enumerate(above) if place != last]
    first = _named("folder", {key: each[0] if each else "" for key, each in parts.items()})
    whole = _named("folder", {key: "/".join(each) for key, each in parts.items()})
    return [first] if whole.of == first.of else [first, whole]


def _by_column(catalog: Catalog, samples: Sequence[Sample]) -> list[Slicing]:
    """By the columns of tables that say the same of several photos, and something else than their classes."""
    own = [sample for sample in samples if sample.root == next(iter(catalog.roots.folders))]
    ids = {sample.path: sample.id for sample in own}
    classes = {sample.path: catalog.name_of(sample.class_id) for sample in own}
    found = []
    for name, cells in column_values(catalog.folder, list(ids)).items():
        if _PRIVATE.search(name):
            continue
        values = {ids[path]: cell for path, cell in cells.items()}
        if sum(classes[path] == cell for path, cell in cells.items()) >= _SAME * len(cells):
            continue
        if len(set(values.values())) <= min(_MOST_KINDS, len(values) // 2):
            found.append(_named("column", values, name))
        elif (numbers := _numbers(values)) is not None:
            found.append(_in_parts("column", numbers, name))
    return found


def _numbers(values: Mapping[str, str]) -> dict[str, float] | None:
    """The same as numbers; None where some are none."""
    try:
        numbers = {key: float(cell) for key, cell in values.items()}
    except ValueError:
        return None
    return numbers if np.isfinite(list(numbers.values())).all() else None


def _by_date(days: Mapping[str, str]) -> Slicing:
    """By the day, where photos were taken on few days, else by the month, else by the year."""
    known = {key: day for key, day in days.items() if _is_day(day)}
    for letters, most in ((10, _MOST_DAYS), (7, _MOST_MONTHS)):
        if len({day[:letters] for day in known.values()}) <= most:
            return _named("date", {key: day[:letters] for key, day in known.items()})
    return _named("date", {key: day[:4] for key, day in known.items()})


def _is_day(text: str) -> bool:
    year, month, day = text[:4], text[5:7], text[8:10]
    digits = (year + month + day).isascii() and (year + month + day).isdecimal()
    return len(text) == 10 and digits and int(year) > 0 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _named(by: By, values: Mapping[str, str], name: str = "") -> Slicing:
    """By what they have in common, the most frequent first; of what is not known ("") nothing is said.

    Photos beside their class's folder are no unknown ones where others lie in folders of their own.
    """
    counts = Counter(value for value in values.values() if value or by == "folder")
    order = tuple(sorted(counts, key=lambda value: (-counts[value], value)))
    places = {value: place for place, value in enumerate(order)}
    return Slicing(by, order, {key: places[each] for key, each in values.items() if each in places}, name)


def _in_parts(by: By, values: Mapping[str, float], name: str = "") -> Slicing:
    """By quarters of a number, smaller ones first; photos with the same number are in the same part."""
    if not values:
        return Slicing(by, (), {}, name)
    numbers = np.array(list(values.values()), np.float64)
    edges = np.unique(np.quantile(numbers, np.arange(1, _PARTS) / _PARTS, method="inverted_cdf"))
    place = np.searchsorted(edges, numbers, side="left")
    filled, place = np.unique(place, return_inverse=True)
    spans = tuple(
        Span(float(numbers[place == each].min()), float(numbers[place == each].max()), each, len(filled))
        for each in range(len(filled))
    )
    return Slicing(by, spans, dict(zip(values, place.tolist(), strict=True)), name)
