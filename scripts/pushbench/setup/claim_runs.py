"""Whether the scenarios that a claim names run what it compares: a claim about what nobody runs is never measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pushbench.errors import UsageError
from pushbench.setup.fields import TIMES, case_name
from pushbench.setup.tables import read_toml
from pushbench.setup.transports import base_of, pair_name

FIT = "fit"  # the case of what is fitted over all connection counts


def refuse_what_none_runs(where: str, folder: Path, scenario: str, variants: Iterable[str], case: str | None) -> None:
    """Of one scenario on its own."""
    table = _table(folder, scenario)
    runs = _list(table.get("transports"))
    for variant in variants if runs else ():
        if base_of(variant) not in runs:
            raise UsageError(f'{where}: {scenario}.toml does not run {variant}; it runs {", ".join(map(str, runs))}')
        _refuse_interval(where, scenario, variant, table)
    known = list(_cases(table))
    if table and case not in (None, FIT, *known):
        raise UsageError(f'{where}: case = "{case}": {scenario}.toml has no such case; known are'
                         f' {", ".join([FIT, *known])}')


def refuse_pairs_that_none_plays(where: str, folder: Path, scenario: str, subject: str, against: Iterable[str]) -> None:
    """Of a scenario of duets."""
    pairs = [tuple(pair) for pair in _list(_table(folder, scenario).get("pairs")) if isinstance(pair, list)]
    for other in against if pairs else ():
        if (subject, other) not in pairs and (other, subject) not in pairs:
            raise UsageError(f"{where}: {scenario}.toml does not play {subject} against {other}; it plays"
                             f" {', '.join(pair_name(*map(str, pair)) for pair in pairs if len(pair) == 2)}")


def _refuse_interval(where: str, scenario: str, variant: str, table: dict[str, Any]) -> None:
    interval, known = variant.partition("@")[2], _list(table.get("poll_intervals"))
    if interval and (interval not in known or len(known) < 2):
        raise UsageError(f"{where}: {scenario}.toml does not run {variant}: it polls at"
                         f" {', '.join(map(str, known)) or 'one interval'}")


def _cases(table: dict[str, Any]) -> Iterator[str]:
    cases = table.get("cases")
    for key, values in cases.items() if isinstance(cases, dict) else ():
        yield from (case_name(key, value) for value in _list(values)
                    if isinstance(value, str if key in TIMES else (int, float)))


def _table(folder: Path, scenario: str) -> dict[str, Any]:
    """Empty where the file cannot be read: that is told by whoever runs it, and must not cost a report."""
    try:
        return read_toml(folder / f"{scenario}.toml", "a scenario")
    except UsageError:
        return {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
