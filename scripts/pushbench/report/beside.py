"""Servers of other people, for a program and for a terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from pushbench.analysis.servers import CPU, Servers, ServerTable
from pushbench.report.words import wording


def to_json(servers: Servers) -> list[dict[str, Any]]:
    """Their figures are among `cells`; here what stands between them."""
    return [{"scenario": table.scenario, "sentence": table.sentence,
             "rows": [{"variant": row.variant, "runtime": row.runtime, "gap": row.gap,
                       "of_ours": row.of_ours.to_json() if row.of_ours else None} for row in table.rows],
             "within_a_runtime": [{"runtime": pair.runtime, "title": pair.title, "trials": list(pair.files)}
                                  | pair.ratio.to_json() for pair in table.pairs]}
            for table in servers.tables]


def table(found: ServerTable) -> Table:
    shown = Table(box=None, padding=(0, 1))
    for name in ("", "CPU/del. µs", "of ours", ""):
        shown.add_column(name, justify="right" if name else "left")
    for row in found.rows:
        cpu = row.figures.get(CPU)
        each = wording.half_width(cpu.estimate) if cpu else "–"
        shown.add_row(row.name, each, wording.estimate(row.of_ours), row.gap)
    return shown
