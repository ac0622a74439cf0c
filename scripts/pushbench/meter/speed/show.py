"""What a person reads of it: the cells of the table, the same on the terminal, in Markdown and in the report."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pushbench import prose
from pushbench.meter.speed.record import Speed
from pushbench.meter.speed.rows import OK, SHORT, Goal

TITLE = "How close to the limit"
_PIPE_WIDTH = 120  # a log has no width of its own
_STYLES = {OK: "green", SHORT: "bold red"}


def figure(row: Goal) -> str:
    return "–" if row.figure is None else f"{prose.number(row.figure)} {row.unit}"


def ratio(row: Goal) -> str:
    return "" if row.ratio is None else f"{row.ratio:.2f}"


def spread(row: Goal) -> str:
    """Of what is judged, so that it can be held against the target beside it."""
    if row.spread is None:
        return "–"
    low, high = (f"{value:.2f}" if row.spread_of == "ratio" else prose.number(value) for value in row.spread)
    return f"{low} to {high}"


def show(speed: Speed, console: Console) -> None:
    _wide(console).print(_table(speed))
    console.print(Text(f"{TITLE}: {speed.answer}", style="bold"), soft_wrap=True)
    for row in speed.rows:
        if row.note:
            mark, style = ("!", "bold") if row.short else ("·", "dim")
            console.print(Text(f"{mark} {row.group}, {row.name}: {row.note}", style=style), soft_wrap=True)


def _wide(console: Console) -> Console:
    """A width given to print() is cut to the console's own, which for a log is 80."""
    return console if console.is_terminal else Console(file=console.file, width=_PIPE_WIDTH, markup=False)


def _table(speed: Speed) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0))
    for title in ("", "what", "target", "figure", "ratio", "min to max"):
        table.add_column(title, overflow="fold", justify="right" if title in ("figure", "ratio") else "left")
    for group, rows in speed.by_group.items():
        table.add_row("", Text(group, style="bold"))
        for row in rows:
            table.add_row(Text(row.verdict, style=_STYLES.get(row.verdict, "")), f"  {row.name}", row.target,
                          figure(row), ratio(row), spread(row))
    return table
