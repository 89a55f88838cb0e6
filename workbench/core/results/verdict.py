"""What a comparison of two models says in the end, as codes: no more than its test does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.core.messages import Message
from workbench.core.results.comparison import FEWEST, LEVEL, Comparison
from workbench.core.results.held_out import HeldOut
from workbench.core.results.paired import Paired, classes_of
from workbench.core.results.trust import MINIMUM

PROBABLY = 2 * LEVEL
"""Two equally good models differ this much in at most one of ten comparisons: *probably* better."""
_ALWAYS = 0.995
"""From here on the p-value would be rounded to “100 times in 100”."""
FIRST, SECOND = "A", "B"
"""What the two are called in sentences."""


def verdict(comparison: Comparison) -> Message:
    """What a comparison of A and B says, and no more than that."""
    fixed, broken, chance = comparison.put_right, comparison.spoiled, comparison.p_value
    if not comparison.samples:
        return Message("compared.nothing")
    if not fixed + broken:
        return Message("compared.same", {"count": comparison.samples})
    if chance >= _ALWAYS:
        return Message("compared.even", {"fixed": fixed, "broken": broken})
    odds = dict(zip(("times", "of"), _odds(chance), strict=True))
    values: dict[str, Any] = {"fixed": fixed, "broken": broken, **odds}
    if chance >= PROBABLY:
        few = {**values, "fewest": FEWEST}
        return (
            Message("compared.too_few", few)
            if fixed + broken < FEWEST
            else Message("compared.unclear", values)
        )
    values["better"] = SECOND if fixed > broken else FIRST
    return Message("compared.better", values) if chance < LEVEL else Message("compared.probably", values)


def cautions(found: Paired) -> list[Message]:
    """What makes a comparison worth less than it looks, and which photos it leaves out; the gravest first."""
    told: list[Message] = []
    count, different, out = len(found), found.comparison.samples, found.left_out
    if any(out.learned):
        first, second = len(found.first.samples), len(found.second.samples)
        told.append(Message("compared.split", {"count": count, "first": first, "second": second}))
    if 0 < different < MINIMUM:
        told.append(Message("compared.few", {"count": different}))
    for who, side in ((FIRST, 0), (SECOND, 1)):
        if (found.first, found.second)[side].chose & found.sets(side).keys():
            told.append(Message("compared.chosen", {"who": who}))
    told += _about_classes(found.first, found.second)
    if different < count:
        told.append(Message("compared.together", {"samples": count, "different": different}))
    for who, side in ((FIRST, 0), (SECOND, 1)):
        if out.learned[side]:
            told.append(Message("compared.learned", {"count": out.learned[side], "who": who}))
        if out.missing[side]:
            told.append(Message("compared.missing", {"count": out.missing[side], "who": who}))
    if out.reclassed:
        told.append(Message("compared.reclassed", {"count": out.reclassed}))
    if out.unchecked:
        told.append(Message("compared.unchecked", {"count": out.unchecked}))
    for who, side in ((FIRST, 0), (SECOND, 1)):
        sets = found.sets(side)
        if "cross_validated" in sets:
            told.append(Message("compared.cross_validated", {"who": who, "count": sets["cross_validated"]}))
        if "validation" in sets:
            told.append(Message("compared.validation", {"who": who, "count": sets["validation"]}))
        if "test" in sets:
            told.append(Message("compared.test", {"who": who, "count": sets["test"]}))
    if count and not (any(found.first.digests) and any(found.second.digests)):
        told.append(Message("compared.by_name"))
    return told


def _about_classes(first: HeldOut, second: HeldOut) -> Iterable[Message]:
    same = classes_of(first, second)
    only_second = [name for number, name in enumerate(second.names) if number not in same]
    only_first = [name for number, name in enumerate(first.names) if number not in same.values()]
    for who, names in ((FIRST, only_first), (SECOND, only_second)):
        if names:
            yield Message("compared.classes", {"who": who, "classes": names})


def _odds(chance: float) -> tuple[int, int]:
    """A p-value rounded to so many times in a hundred, a thousand or ten thousand; at least once in these."""
    for of in (100, 1000, 10_000):
        if (times := int(chance * of + 0.5)) >= 1:
            return times, of
    return 1, 10_000
