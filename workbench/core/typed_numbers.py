"""Numbers as people type them: with a decimal point or comma, in the digits of any script.

A number is understood or refused, and never taken for another: where a separator could stand before a
fraction or between thousands, nobody can tell 1.000 from 1,000.
"""

from __future__ import annotations

import re
import unicodedata

_SAME = {"\u2212": "-", "\u066b": ".", "\u066c": ",", "\uff0e": ".", "\uff0c": ","}
_SPACES = re.compile("(?<=\\d)[ \u00a0\u2009\u202f'\u2019](?=\\d)")
_WRITTEN = re.compile(r"([+-]?)([\d.,]+)((?:[eE][+-]?\d+)?)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")


class UnclearNumberError(ValueError):
    """A number that can be read in two ways."""


def number_typed(text: str, point: str = ".") -> float:
    """The number that somebody typed.

    Args:
        point: What stands before a fraction where the person lives, `.` or `,`. It is only asked where a text
            such as 1.000 can be read in two ways.

    Raises:
        UnclearNumberError: It can be read in two ways: 1,000 where a point stands before fractions.
        ValueError: It is no number.
    """
    plain = _in_ascii(text)
    parts = _WRITTEN.fullmatch(plain)
    if parts is None:
        return float(plain)  # infinity, 1_000
    sign, digits, exponent = parts.groups()
    return float(sign + _with_point(digits, _in_ascii(point)) + exponent)


def whole_number_typed(text: str) -> int:
    """The whole number that somebody typed; thousands may be kept apart by spaces.

    Raises:
        UnclearNumberError: It can be read in two ways: 1.000, 1,000.
        ValueError: It is no whole number.
    """
    plain = _in_ascii(text)
    digits = plain.lstrip("+-")
    if _THOUSANDS.fullmatch(digits) and digits.count(".") + digits.count(",") == 1:
        raise UnclearNumberError(text)
    return int(plain)


def _in_ascii(text: str) -> str:
    """The same with the digits 0 to 9, and thousands no longer kept apart by spaces.

    Raises:
        ValueError: The spaces are elsewhere than between thousands.
    """
    plain = "".join(_SAME.get(each, str(unicodedata.decimal(each, each))) for each in text.strip())
    if not _SPACES.search(plain):
        return plain
    commas = _SPACES.sub(",", plain)
    whole = re.match(r"[+-]?([\d,]+)", commas)
    if whole is None or not _THOUSANDS.fullmatch(whole[1]):
        raise ValueError(text)
    return _SPACES.sub("", plain)


def _with_point(digits: str, point: str) -> str:
    """Digits with at most one point, before the fraction."""
    points, commas = digits.count("."), digits.count(",")
    if points + commas == 0:
        return digits
    if points and commas:  # the one that stands last is the decimal one
        last = max(".,", key=digits.rindex)
        whole, _, fraction = digits.rpartition(last)
        if last in whole or not _THOUSANDS.fullmatch(whole):
            raise ValueError(digits)
        return f"{whole.translate({ord('.'): None, ord(','): None})}.{fraction}"
    separator = "." if points else ","
    if points + commas > 1:
        if not _THOUSANDS.fullmatch(digits):
            raise ValueError(digits)
        return digits.replace(separator, "")
    if separator != point and _THOUSANDS.fullmatch(digits):
        raise UnclearNumberError(digits)
    return digits.replace(separator, ".")
