"""`plan`: a service in the reader's own numbers, and what each transport would cost it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pushbench import tables
from pushbench.analysis.figures import Figures
from pushbench.analysis.modelling import modelled
from pushbench.analysis.planning import proposal
from pushbench.cli import commands
from pushbench.errors import NOTHING_JUDGED, UsageError
from pushbench.report.words import modelling, planning
from pushbench.setup.cases import Case
from pushbench.setup.fields import duration, whole
from pushbench.setup.tables import shown
from pushbench.store.records import load_run

MOST_USERS, MOST_BYTES = 100_000_000, 1 << 20
LEAST_INTERVAL_S = 0.01  # of polls: nobody asks more often
_NEEDED, _NO, _YES = object(), ("", "0", "no"), ("1", "yes")


def _count(low: int, high: int) -> Callable[[str], int]:
    read = whole(low, high)
    return lambda text: read(int(text) if text.isascii() and text.isdigit() else text)


def _flag(text: str) -> bool:
    if text.lower() not in (*_NO, *_YES):
        raise ValueError("must be 1 where all users hear the same, else 0")
    return text.lower() in _YES


# Each value by its name in `make plan`: how it is read, what stands for it where it is not given, and what it is.
VALUES: dict[str, tuple[Callable[[str], Any], Any, str]] = {
    "USERS": (_count(1, MOST_USERS), _NEEDED, "connected at once"),
    "EVERY": (duration(0.001, 7 * 86_400), _NEEDED, "each user is notified this often, like 5min"),
    "STALENESS": (duration(0.01, 3600), _NEEDED, "how late a notification may be, like 5s"),
    "RTT": (duration(0, 10), 0.0, "round trip of the users' network (default: 0s)"),
    "PAYLOAD": (_count(1, MOST_BYTES), 128, "bytes of a notification (default: 128)"),
    "SHARED": (_flag, False, "1 where all users hear the same (default: 0, each hears something of their own)"),
}


def add_arguments(parser: ArgumentParser) -> None:
    """As text: what is wrong with one is told in a line, like all else that people write."""
    for name, (_, _, about) in VALUES.items():
        parser.add_argument(f"--{name.lower()}", metavar=name, help=about)


def case_of(options: Namespace) -> Case:
    read = {name: _value(name, getattr(options, name.lower())) for name in VALUES}
    case = Case("plan", "Your service", read["USERS"], read["EVERY"], read["SHARED"], read["STALENESS"],
                read["PAYLOAD"], read["RTT"])
    if case.poll_interval_s < LEAST_INTERVAL_S:
        raise UsageError(f"STALENESS = {options.staleness}: must be half of RTT = {options.rtt} and 10ms at least, "
                         "since a notification is on its way for half a round trip, whatever carries it")
    return case


def _value(name: str, text: str | None) -> Any:
    read, otherwise, about = VALUES[name]
    if text is None or text == "":
        if otherwise is _NEEDED:
            raise UsageError(f"{name} is missing: {about}")
        return otherwise
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(f"{name} = {shown(text)}: {error}") from None


def plan(case: Case, run_dir: Path, console: Console) -> int:
    """0: a plan. 4: the run has too few cells for one, and the line says which."""
    run = load_run(run_dir)
    commands.say_remarks(run, console)
    figures = Figures(run)
    found = proposal(case, figures)
    if found is None:
        console.print(f"{run_dir.name}: no plan; {modelling.missing(modelled(figures))}", markup=False, highlight=False,
                      soft_wrap=True)
        return NOTHING_JUDGED
    console.print(Text(planning.asked(case), style="bold"))
    tables.show(_table(planning.COLUMNS, [planning.cells(row) for row in found.rows]), console)
    for line in planning.sentences(found):
        console.print(line, markup=False, highlight=False)
    console.print(f"\nThe cost model of {run_dir.name}: median error, and what 9 of 10 cells stay within",
                  style="bold", highlight=False)
    tables.show(_table(("", *modelling.HOWS), [(name, *scores) for name, scores, _ in modelling.rows(found.model)]),
                console)
    console.print(modelling.verdict(found.model), markup=False, highlight=False)
    return 0


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, padding=(0, 1))
    for column in columns:
        # A figure that a narrow terminal broke in two would be read as another; names and waits have words to break at.
        table.add_column(column, justify="right" if column else "left", no_wrap=column in planning.FIGURES)
    for row in rows:
        table.add_row(*row)
    return table
