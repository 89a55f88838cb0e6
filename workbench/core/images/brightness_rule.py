"""A folder's rule for more than 8 bits, in memory and in JSON; `brightness` finds and applies it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Brightness = tuple[tuple[str, float, float], ...]
"""A folder's rule: for each kind of samples (`brightness.kind_of`) what becomes black and what white.

Empty, every photo is judged by itself. In place of a rule, None means what recipes from before there
were rules meant (`brightness._as_before`).
"""

BY_ITSELF: Brightness = ()


def brightness_json(rule: Brightness | None) -> dict[str, Any]:
    """The rule as an entry `brightness` of a JSON object; nothing where there is none."""
    return {} if rule is None else {"brightness": [list(each) for each in rule]}


def brightness_of(values: Mapping[str, Any]) -> Brightness | None:
    """Reads what `brightness_json` gave.

    Raises:
        ValueError, TypeError: It is something else.
    """
    if values.get("brightness") is None:
        return None
    rule = tuple((str(kind), float(black), float(white)) for kind, black, white in values["brightness"])
    if any(not math.isfinite(black) or not black < white < math.inf for _, black, white in rule):
        raise ValueError(f"no range from black to white: {rule}")
    return rule
