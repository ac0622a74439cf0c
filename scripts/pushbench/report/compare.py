"""compare OLD NEW, in the manner of benchstat: prints what changed, and ends with a code that a script can act on."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pushbench.analysis import likeness
from pushbench.analysis.comparison import BETTER, UNKNOWN, Change, compare
from pushbench.analysis.figures import Figures
from pushbench.errors import NOTHING_JUDGED, WORSE, PushbenchError, UsageError
from pushbench.report import compare_markdown
from pushbench.report.compare_options import DEFAULT_THRESHOLD, add_arguments
from pushbench.report.words import comparing, wording
from pushbench.store.records import Run, load_run

__all__ = ["add_arguments", "main"]

WIDTHS = (35, 10, 10, 14, 7)  # 80 in all with the gaps: a line of a terminal
TABLE_WIDTH = sum(WIDTHS) + len(WIDTHS) - 1
MOST_NAMED = 3  # of what makes two runs unlike: a line has an end


def main(old: Path, new: Path, options: argparse.Namespace) -> int:
    """0 nothing worse, 3 something worse, 4 nothing could be judged. Raises a UsageError (2) for what cannot be."""
    threshold = getattr(options, "threshold", None)
    threshold = DEFAULT_THRESHOLD if threshold is None else float(threshold)
    before, after = _load(Path(old)), _load(Path(new))
    figures = Figures(before), Figures(after)
    workloads, machines = likeness.unlike(*figures), likeness.unlike_machines(before, after)
    if (workloads or machines) and not getattr(options, "force", False):
        raise UsageError(_refusal((str(old), str(new)), workloads, machines))
    changes = compare(*figures, threshold)
    if not changes:
        raise UsageError(f"'{old}' and '{new}' have no figure in common: nothing to compare")
    remarks = [*workloads, *machines, *likeness.surroundings(before, after), *likeness.in_one_only(*figures),
               *(f"{run.run_id}: {remark}" for run in (before, after) for remark in run.remarks)]
    if getattr(options, "markdown", False):
        print(compare_markdown.markdown(changes, remarks, threshold, (before.run_id, after.run_id)), end="")
    else:
        _print(changes, remarks, threshold, Console(markup=False, emoji=False))
    return exit_code(changes)


def exit_code(changes: Sequence[Change]) -> int:
    """The same for whatever makes changes: two runs, or two builds in one run."""
    if all(change.verdict == UNKNOWN for change in changes):
        return NOTHING_JUDGED
    return WORSE if any(change.is_regression for change in changes) else 0


def _refusal(names: tuple[str, str], workloads: list[str], machines: list[str]) -> str:
    what = " and ".join(said for said, found in (("ran unlike workloads", workloads),
                                                 ("on unlike machines" if workloads else "ran on unlike machines",
                                                  machines)) if found)
    differences = workloads + machines
    more = len(differences) - MOST_NAMED
    named = "; ".join(differences[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
    return (f"'{names[0]}' and '{names[1]}' {what}, and their figures cannot be compared ({named});"
            " --force compares them all the same")


def _load(folder: Path) -> Run:
    try:
        return load_run(folder)
    except PushbenchError as error:
        # For compare, a folder without trials is a wrong argument as well.
        error.exit_code = UsageError.exit_code
        raise


def _print(changes: list[Change], remarks: list[str], threshold: float, console: Console) -> None:
    for heading in dict.fromkeys(change.heading for change in changes):
        here = [change for change in changes if change.heading == heading]
        _print_some(heading, here, console)
        if beside := [change for change in here if change.beside]:
            _print_beside(heading, beside, console)
    for remark in remarks:
        console.print(Text(f"! {remark}"))
    if unknown := comparing.unknown(changes):
        console.print(unknown, highlight=False)
    regressions = [change for change in changes if change.is_regression]
    for change in regressions:
        console.print(Text(f"regression: {change.heading} · {change.row} {comparing.delta(change)}", style="bold red"),
                      soft_wrap=True)
    if not regressions and not all(change.verdict == UNKNOWN for change in changes):
        console.print(comparing.headline(changes, threshold), highlight=False)


def _print_some(heading: str, changes: list[Change], console: Console) -> None:
    """A table; two lines a figure where the terminal is too narrow for one, since a figure cut off is none."""
    rows = [((change.row, *comparing.sides(change), comparing.delta(change), comparing.word(change)), _style(change))
            for change in changes]
    _print_rows(heading, rows, console)


def _print_beside(heading: str, changes: list[Change], console: Console) -> None:
    """Not one comparison more, but what the ones above rest on: a machine that was busier was so for the floor, too."""
    rows = [((change.row, wording.half_width(change.beside.old), wording.half_width(change.beside.new),
              comparing.percent(change.beside.ratio), ""), "dim") for change in changes if change.beside]
    _print_rows(f"{heading}, as a ratio to the floor", rows, console)


def _print_rows(heading: str, rows: Sequence[tuple[tuple[str, ...], str]], console: Console) -> None:
    if console.width >= max(TABLE_WIDTH, _needed(rows)):
        console.print(_table(heading, rows))
        return
    console.print(Text(f"\n{heading}", style="bold"))
    for (name, old, new, *said), style in rows:
        console.print(Text(name, style=style))
        console.print(Text(f"  {old} → {new}  {' '.join(part for part in said if part)}", style=style))


def _needed(rows: Sequence[tuple[tuple[str, ...], str]]) -> int:
    """With its gaps, a table whose cells are all whole."""
    columns = zip(*(cells for cells, _ in rows), strict=True)
    return sum(max(width, *map(len, column)) + 1 for width, column in zip(WIDTHS, columns, strict=True)) - 1


def _table(heading: str, rows: Sequence[tuple[tuple[str, ...], str]]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), title_justify="left", title_style="bold", title=f"\n{heading}")
    for title, width in zip(("", "old", "new", "delta", ""), WIDTHS, strict=True):
        table.add_column(title, min_width=width, no_wrap=True, justify="right" if title else "left")
    for cells, style in rows:
        table.add_row(*cells, style=style)
    return table


def _style(change: Change) -> str:
    return "bold red" if change.is_regression else "green" if change.verdict == BETTER else ""
