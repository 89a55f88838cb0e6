"""Tables on standard output: every name whole and as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.core.names import visible

_UNBOUNDED = 100_000
"""Columns of an output that nobody's window limits."""


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints rows of cells.

    Nothing in a cell is taken for markup. On a terminal, what is too long goes on in the next line; in a pipe
    or a file a row is one line, however long.

    Args:
        heads: Of the columns; empty strings for a table without heads.
    """
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, emoji=False, highlight=False, width=_UNBOUNDED)
    table = Table(show_header=any(heads))
    for number, head in enumerate(heads):
        table.add_column(Text(head), overflow="fold", no_wrap=bool(number))
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    console.print(table)
