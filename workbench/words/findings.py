"""The findings of a folder's checks in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.core.health.checks import CHECKS, Finding

_MOST_NAMES = 5


def told(finding: Finding, translate: Callable[[str], str] = str) -> str:
    """A finding as a sentence.

    Args:
        translate: From the English template, as the check's row has it, to the person's language.
    """
    values = {name: _worded(value) for name, value in finding.values.items()}
    return translate(CHECKS.of(finding.check).sentence).format(**values)


def _worded(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return value if isinstance(value, str) else listed(value)


def listed(names: list[str]) -> str:
    """Names in quotation marks, the first five of them."""
    from workbench.core.images.formats import shown  # for start-up: it imports Pillow

    quoted = [f"“{shown(name)}”" for name in names[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        quoted.append(f"{len(names) - _MOST_NAMES:,} more")
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
