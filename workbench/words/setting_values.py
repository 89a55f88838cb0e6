"""The value of a setting in the words of the form, with its unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.core.settings import Setting

NO_EFFECT = "–"


def value_words(declared: Setting, value: Any, translate: Callable[[str], str] = str) -> str:
    """What a person reads for a value: “6 epochs”, “Automatic”, “lowest loss”, “on”.

    Args:
        value: None where the setting has no effect.
        translate: Gives the words of a choice, a unit or of 0 in the person's language.
    """
    if value is None:
        return NO_EFFECT
    if isinstance(value, bool):
        return translate("on") if value else translate("off")
    if declared.choices is not None and value in declared.choices:
        return translate(declared.choices[value])
    if isinstance(value, int | float):
        if value == 0 and declared.zero:
            return translate(declared.zero)
        number = str(value) if isinstance(value, int) else f"{value:g}"
        return f"{number} {translate(declared.unit)}" if declared.unit else number
    return str(value) or translate("none")
