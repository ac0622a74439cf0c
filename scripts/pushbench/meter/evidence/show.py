"""The table of evidence: one text a column, for terminal and page."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from pushbench import prose, tables
from pushbench.meter.evidence.record import EventCost, Record

COLUMNS = ("instructions", "bytes to client", "bytes to server", "data segments", "heap B/connection", "system calls")


def cells(row: EventCost) -> tuple[str, ...]:
    return (prose.number(row.instructions), prose.number(row.bytes_in), prose.number(row.bytes_out), segments(row),
            prose.number(row.heap_bytes_per_connection), calls(row))


def calls(row: EventCost) -> str:
    """'5: 2 epoll_wait, sendto, …', the most frequent first; those that come once without their number."""
    if row.calls is None:
        return "–"
    most_first = sorted(row.calls.items(), key=lambda call: (-call[1], call[0]))
    names = [name if count == 1 else f"{prose.number(count)} {name}" for name, count in most_first]
    return f"{prose.number(sum(row.calls.values()))}: {', '.join(names)}" if names else "0"


def segments(row: EventCost) -> str:
    if row.data_segments_in is None or row.data_segments_out is None:
        return "–"
    return prose.number(row.data_segments_in + row.data_segments_out)


def show(record: Record, console: Console) -> None:
    """The calls stand below the table: with them it would be too wide for a terminal."""
    table = Table(box=None, padding=(0, 1))
    table.add_column("", no_wrap=True)
    for column in COLUMNS[:-1]:
        table.add_column(column, justify="right")
    for row in record.rows:
        table.add_row(row.name, *cells(row)[:-1])
    tables.show(table, console)
    console.print("system calls:", highlight=False)
    for row in record.rows:
        console.print(f" {row.name}  {calls(row)}", highlight=False, soft_wrap=True)
    for part, why in record.missing.items():
        console.print(f"{part.replace('_', ' ')}: not measured: {why}", highlight=False, soft_wrap=True)
