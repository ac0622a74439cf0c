"""A table on a terminal: whole where it fits, and a few lines a row where it does not, since a name cut off is none."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

_CUT = "…"
NOTHING = "–"


def show(table: Table, console: Console, width: int | None = None) -> None:
    """`width`: no wider than this, where a log has none of its own."""
    if not _is_whole(table, console, width):
        _wrap_headings(table)
    if _is_whole(table, console, width):
        console.print(table, width=width)
        return
    for name, parts, style in _rows(table):
        console.print(Text(name, style=style), width=width)
        parts = parts if parts.plain else Text(NOTHING)
        console.print(Padding(parts, (0, 0, 0, 2), expand=False), width=width, style=style)


def _wrap_headings(table: Table) -> None:
    """Each column as narrow as its cells and the longest word of its heading: rich itself would cut the widest ones."""
    for column in table.columns:
        column.no_wrap = False
        column.width = max(map(len, [*str(column.header).split(), *map(str, column.cells)]), default=0)


def _is_whole(table: Table, console: Console, width: int | None) -> bool:
    """Whether nothing is cut: by what rich makes of it, since how it shares out a width is its own affair."""
    options = console.options.update(width=width) if width else console.options
    lines = console.render_lines(table, options)
    drawn = "".join(segment.text for line in lines for segment in line)
    told = [str(part) for column in table.columns for part in (column.header, *column.cells)]
    return drawn.count(_CUT) == sum(text.count(_CUT) for text in told)


def _rows(table: Table) -> Iterator[tuple[str, Text, str]]:
    """What a row is called, and what it says: the columns at the left that have no heading are its name."""
    first = next((place for place, column in enumerate(table.columns) if str(column.header)), 0)
    cells = [list(column.cells) for column in table.columns]
    for place, row in enumerate(table.rows):
        name = ": ".join(filter(None, (str(column[place]) for column in cells[:first])))
        parts = [_part(column, column_cells[place]) for column, column_cells in zip(
            table.columns[first:], cells[first:], strict=True) if str(column_cells[place]) not in ("", NOTHING)]
        yield name, Text("; ").join(parts), str(row.style or "")


def _part(column: Column, cell: object) -> Text:
    """'latency p99 0.33 ms': a heading's last line is its unit."""
    title, _, unit = str(column.header).rpartition("\n")
    title, unit = (title, unit) if title else (unit, "")
    value = cell if isinstance(cell, Text) else Text(str(cell))
    return Text(" ").join(part for part in (Text(title.replace("\n", " ")), value, Text(unit)) if part.plain)
