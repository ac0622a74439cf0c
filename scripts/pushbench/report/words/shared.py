"""What one source for several servers costs, in sentences, for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from pushbench import prose
from pushbench.analysis.figures import case_value
from pushbench.analysis.shared import CARRIED, SOURCE_CORES, SOURCE_CPU, SharedRow, SharedTable
from pushbench.report.words import wording
from pushbench.stats.estimates import Estimate
from pushbench.store.metrics import METRICS

_AS_LATE_MS = 0.02
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
        said += f", its {_PERCENTILE[row.tail]} comes {_later(row.later)}"
    if SOURCE_CPU in row.figures and SOURCE_CORES in row.figures:
        said += (f", and nats-server takes {wording.middle(row.figures[SOURCE_CPU].estimate)} µs a delivery beside it,"
                 f" {wording.percent(row.figures[SOURCE_CORES].estimate.middle)} of a core")
    return said


def _later(found: Estimate) -> str:
    """'1.2 ms later [0.9–1.5]'; earlier is below nothing."""
    if abs(found.middle) < _AS_LATE_MS:
        return "as late"
    way = "later" if found.middle > 0 else "earlier"
    between = wording.interval(found, signed=True)
    return f"{prose.number(abs(found.middle))} ms {way}{f' [{between}]' if between else ''}"


def _taken(table: SharedTable) -> str:
    rates = [f"{row.name} {prose.number(row.figures[CARRIED].estimate.middle)}/s" for row in table.rows
             if CARRIED in row.figures]
    offered = case_value(table.case)
    where = f"{prose.number(offered)} a second are offered" if offered else "nobody listens"
    return f"Notifications carried where {where}: {'; '.join(rates)}."


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
        shown.add_column(f"{METRICS[metric].title}\n{METRICS[metric].unit}".rstrip("\n"), justify="right")
    if table.compares:
        shown.add_column("CPU, of its own source\n×", justify="right")
    for row in table.rows:
        cells = [wording.middle(row.figures[metric].estimate) if metric in row.figures else "–"
                 for metric in table.columns]
        shown.add_row(row.name, *cells, *([wording.estimate(row.of_own)] if table.compares else []))
    return shown
