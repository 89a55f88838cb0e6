"""Fills a sentence's template with values."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.core.messages import Message
from workbench.core.names import visible

_NAMES_IN_SENTENCE = 5
_translate: Callable[[str], str] = str


def translate_with(function: Callable[[str], str]) -> None:
    """Sets what translates a template before it is filled in; without it, it stays English."""
    global _translate
    _translate = function


def filled(template: str, values: Mapping[str, Any]) -> str:
    """The template in the reader's language with the values in it.

    Raises:
        KeyError: A value that the template names is not given.
    """
    return _Filler().vformat(_translate(template), (), values) if template else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(visible, names))


def quoted(names: Sequence[str]) -> str:
    """Names in quotation marks, the first five of them: “cat”, “dog” and 5 more."""
    parts = [f"“{visible(name)}”" for name in names[:_NAMES_IN_SENTENCE]]
    if len(names) > _NAMES_IN_SENTENCE:
        parts.append(_translate("{count:,} more").format(count=len(names) - _NAMES_IN_SENTENCE))
    return _translate(" and ").join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _lines(messages: Sequence[Message]) -> str:
    return "\n".join(message.title for message in messages)


def in_percent(share: float) -> str:
    """A share of 0 to 1 as “20.6 %”."""
    return f"{100 * share:.1f} %"


def _megabytes(count: float) -> str:
    return f"{count / 1e6:,.0f}"


SPECS: dict[str, Callable[[Any], str]] = {
    "as_it_is": str,
    "listed": _listed,
    "quoted": quoted,
    "lines": _lines,
    "megabytes": _megabytes,
    "percent": in_percent,
    "term": lambda term: _translate(term),
}
"""What may follow the colon of a placeholder, besides Python's own."""


class _Filler(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, Mapping):  # a message that was read from a file
            value = Message.read(value)
        if isinstance(value, Message):
            return value.hint if format_spec == "hint" else value.title
        if isinstance(value, int) and "|" in format_spec:
            one, several = format_spec.split("|")
            return f"{value:,} {one if value == 1 else several}"
        if format_spec in SPECS:
            return SPECS[format_spec](value)
        if isinstance(value, str):  # a name may hold anything
            value = visible(value)
        return super().format_field(value, format_spec)
