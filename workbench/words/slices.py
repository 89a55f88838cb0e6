"""Kinds of photos in words: what they were divided by, and what those of one kind have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workbench.core.results.slicing import By, Span, Typical, Value

Translate = Callable[[str], str]
"""From an English text to the person's language."""
_KINDS: Mapping[By, str] = {
    "folder": "Folder",
    "column": "Table: {column}",
    "camera": "Camera",
    "date": "Taken",
    "brightness": "Brightness",
    "side": "Size",
    "look": "Looks alike",
}


def kind_of(by: By, column: str, translate: Translate = str) -> str:
    """What photos were divided by."""
    return translate(_KINDS[by]).format(column=column)


def name_of(
    by: By,
    value: Value,
    paths: Mapping[str, str],
    translate: Translate = str,
    number: Callable[[float], str] = "{:.4g}".format,
) -> str:
    """What the photos of one kind have in common, in a few words.

    Args:
        paths: Of photos, by the ids of their samples.
        number: Writes a number as the person's language does.
    """
    if isinstance(value, Typical):
        first = (paths[each] for each in value.samples if each in paths)
        name = next(first, "").rpartition("/")[2]
        return translate("like “{name}”").format(name=name) if name else translate("photos that have gone")
    if isinstance(value, Span):
        return _of_span(by, value, translate, number)
    if by == "folder" and not value:
        return translate("in no folder of their own")
    return value


def _of_span(by: By, span: Span, translate: Translate, number: Callable[[float], str]) -> str:
    if by == "column":
        return _between(number(span.low), number(span.high), translate)
    if by == "side":
        return _between(f"{span.low:,.0f}", f"{span.high:,.0f}", translate) + " px"
    if span.parts == 1 or 0 < span.place < span.parts - 1:
        middle = "rather dark" if 2 * span.place < span.parts - 1 else "rather bright"
        return translate("of medium brightness" if 2 * span.place == span.parts - 1 else middle)
    return translate("the darkest" if span.place == 0 else "the brightest")


def _between(low: str, high: str, translate: Translate) -> str:
    return low if low == high else translate("{low} to {high}").format(low=low, high=high)
