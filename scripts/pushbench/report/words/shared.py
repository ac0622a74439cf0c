"""What one source for several servers costs, in sentences, for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from pushbench import prose
from pushbench.analysis.shared import CARRIED, SOURCE_CORES, SOURCE_CPU, SharedRow, SharedTable
from pushbench.report.words import wording
from pushbench.store.metrics import METRICS

_PERCENTILE = {"latency_p99_ms": "p99", "latency_p90_ms": "p90", "latency_p50_ms": "median"}


def sentence(table: SharedTable) -> str:
    """Of what it has figures for; empty where that is nothing."""
    return _taken(table) if CARRIED in table.columns else _delivered(table)


def _delivered(table: SharedTable) -> str:
    rows = [row for row in table.rows if row.of_own is not None]
    if not rows:
        return ""
    return f"{table.conditions}: {'; '.join(_row(row) for row in rows)}."


def _row(row: SharedRow) -> str:
    said = f"{row.name} takes {wording.estimate(row.of_own, '×')} the server CPU per delivery of a source of its own"
    if row.later is not None:
        said += f", its {_PERCENTILE[row.tail]} is {_later(row)}"
    if SOURCE_CPU in row.figures and SOURCE_CORES in row.figures:
        said += (f", and nats-server takes {wording.middle(row.figures[SOURCE_CPU].estimate)} µs a delivery beside it,"
                 f" {wording.percent(row.figures[SOURCE_CORES].estimate.middle)} of a core")
    return said


def _later(row: SharedRow) -> str:
    assert row.later is not None
    way = "later" if row.later.middle >= 0 else "earlier"
    return f"{prose.number(abs(row.later.middle))} ms {way}"


def _taken(table: SharedTable) -> str:
    rates = [f"{row.name} {prose.number(row.figures[CARRIED].estimate.middle)}/s" for row in table.rows
             if CARRIED in row.figures]
    return f"Notifications carried where {table.title.partition(':')[0].partition(', ')[2] or 'nobody listens'}: " \
           f"{'; '.join(rates)}."


def to_json(tables: Sequence[SharedTable]) -> list[dict[str, Any]]:
    """The figures are among `cells`; here what stands between them."""
    return [{"scenario": table.scenario, "case": table.case,
             "rows": [{"variant": row.variant, "gap": row.gap, "tail": row.tail,
                       "of_own": row.of_own.to_json() if row.of_own else None,
                       "later_ms": row.later.to_json() if row.later else None,
                       "median_later_ms": row.median_later.to_json() if row.median_later else None}
                      for row in table.rows]} for table in tables]


def printed(table: SharedTable) -> Table:
    shown = Table(box=None, padding=(0, 1))
    shown.add_column("")
    for metric in table.columns:
        shown.add_column(f"{METRICS[metric].title}, {METRICS[metric].unit}".rstrip(", "), justify="right")
    if table.compares:
        shown.add_column("CPU, of its own source ×", justify="right")
    for row in table.rows:
        cells = [wording.middle(row.figures[metric].estimate) if metric in row.figures else "–"
                 for metric in table.columns]
        shown.add_row(row.name, *cells, *([wording.estimate(row.of_own)] if table.compares else []))
    return shown
