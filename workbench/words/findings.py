"""The findings of a folder's checks in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.core.health.checks import CHECKS, Finding
from workbench.core.messages import Message
from workbench.core.names import shown, visible
from workbench.words.fill import quoted


def told(finding: Finding, translate: Callable[[str], str] = str) -> str:
    """A finding as a sentence.

    Args:
        translate: From the English template, as the check's row has it, to the person's language.
    """
    values = {name: _worded(value) for name, value in finding.values.items()}
    return translate(CHECKS.of(finding.check).sentence).format(**values)


def _worded(value: Any) -> str:
    if isinstance(value, Message):
        return value.title
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str):
        return visible(value)
    return quoted([shown(name) for name in value])
