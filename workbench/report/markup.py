"""HTML whose texts are always escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable

from workbench.core.names import visible

_EMPTY = frozenset({"br", "img", "meta", "hr"})


class Html(str):
    """Text that is HTML already; everything else is escaped where it is put in."""

    __slots__ = ()


Child = str | Html | None


def text(value: str) -> Html:
    """A text of any origin as HTML, on one line, with what would turn its reading order written out."""
    return Html(html.escape(visible(value), quote=True))


def el(name: str, /, *children: Child, **attributes: str | int | None) -> Html:
    """One element.

    Args:
        name: Of the element.
        children: HTML as it is, texts escaped; None is left out.
        attributes: By name, with `_` for `-` and one behind a name that is Python's own (`class_`); None is
            left out.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{joined(children)}</{name}>")


def joined(children: Iterable[Child]) -> Html:
    """Several pieces, one behind the other."""
    return Html("".join(_html(child) for child in children if child is not None))


def _html(child: str) -> str:
    return child if isinstance(child, Html) else text(child)
