"""compare OLD NEW, in the manner of benchstat: prints what changed, and ends with a code that a script can act on."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pushbench import prose
from pushbench.analysis import likeness
from pushbench.analysis.comparison import BETTER, EQUAL, UNKNOWN, Change, compare
from pushbench.analysis.figures import Figures
from pushbench.errors import NOTHING_JUDGED, WORSE, PushbenchError, UsageError
from pushbench.report.compare_options import DEFAULT_THRESHOLD, add_arguments
from pushbench.report.words import wording
from pushbench.stats import estimates as stats
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
    differences = likeness.unlike(*figures)
    if differences and not getattr(options, "force", False):
        more = len(differences) - MOST_NAMED
        named = "; ".join(differences[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
        raise UsageError(f"'{old}' and '{new}' ran unlike workloads, and their figures cannot be compared ({named});"
                         " --force compares them all the same")
    changes = compare(*figures, threshold)
    if not changes:
        raise UsageError(f"'{old}' and '{new}' have no figure in common: nothing to compare")
    _print(changes, differences + likeness.surroundings(before, after), threshold, Console())
    if all(change.verdict == UNKNOWN for change in changes):
        return NOTHING_JUDGED
    return WORSE if any(change.is_regression for change in changes) else 0


def _load(folder: Path) -> Run:
    try:
        return load_run(folder)
    except PushbenchError as error:
        # For compare, a folder without trials is a wrong argument as well.
        error.exit_code = UsageError.exit_code
        raise


def _print(changes: list[Change], differences: list[str], threshold: float, console: Console) -> None:
    for heading in dict.fromkeys(change.heading for change in changes):
        _print_some(heading, [change for change in changes if change.heading == heading], console)
    for difference in differences:
        console.print(Text(f"! {difference}"))
    unknown = sum(change.verdict == UNKNOWN for change in changes)
    if unknown:
        console.print(f"? = fewer than {stats.MIN_BLOCKS} blocks in a run: no interval, nothing can be told "
                      f"({unknown} of {prose.plural(len(changes), 'figure')})", highlight=False)
    regressions = [change for change in changes if change.is_regression]
    for change in regressions:
        console.print(Text(f"regression: {change.heading} · {change.row} {_delta(change)}", style="bold red"),
                      soft_wrap=True)
    if not regressions and unknown < len(changes):
        console.print(f"no regression beyond {threshold:g} % in {prose.plural(len(changes) - unknown, 'figure')}"
                      ", corrected for their number", highlight=False)


def _print_some(heading: str, changes: list[Change], console: Console) -> None:
    """A table; two lines a figure where the terminal is too narrow for one, since a figure cut off is none."""
    if console.width >= TABLE_WIDTH:
        console.print(_table(heading, changes))
        return
    console.print(Text(f"\n{heading}", style="bold"))
    for change in changes:
        said = " ".join(part for part in (_delta(change), _word(change)) if part)
        console.print(Text(change.row, style=_style(change)))
        console.print(Text(f"  {wording.half_width(change.old)} → {wording.half_width(change.new)}  {said}",
                           style=_style(change)))


def _table(heading: str, changes: list[Change]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), title_justify="left", title_style="bold", title=f"\n{heading}")
    for title, width in zip(("", "old", "new", "delta", ""), WIDTHS, strict=True):
        table.add_column(title, min_width=width, no_wrap=True, justify="right" if title else "left")
    for change in changes:
        table.add_row(change.row, wording.half_width(change.old), wording.half_width(change.new), _delta(change),
                      _word(change), style=_style(change))
    return table


def _word(change: Change) -> str:
    return "" if change.verdict == EQUAL else change.verdict


def _style(change: Change) -> str:
    return "bold red" if change.is_regression else "green" if change.verdict == BETTER else ""


def _delta(change: Change) -> str:
    ratio = change.ratio
    if ratio is None:
        return "–"
    if change.verdict == EQUAL:
        return "~"
    text = f"{change.percent:+.0f}%"
    if ratio.low is None or ratio.high is None:
        return text
    return f"{text} [{(ratio.low - 1) * 100:+.0f},{(ratio.high - 1) * 100:+.0f}]"
