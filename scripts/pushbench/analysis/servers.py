"""Servers of other people beside ours: what a runtime costs against what a transport costs.

Two transports of one runtime differ by what the transport costs; one transport by two runtimes, by what a runtime
costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pushbench import prose
from pushbench.analysis.answer import conditions
from pushbench.analysis.asked import question
from pushbench.analysis.figures import Figure, Figures
from pushbench.analysis.lacking import why_not_run
from pushbench.setup import transports
from pushbench.setup.transport import Transport
from pushbench.stats import estimates as stats

CPU = "server_cpu_us_per_delivery"
SHOWN = (CPU, "latency_p50_ms", "user_kib_per_connection", "bytes_per_delivery")
OURS = Transport("", "").runtime


@dataclass(frozen=True)
class ServerRow:
    """`of_ours` is its CPU against that of the same transport by our code: what the runtime costs."""

    runtime: str
    variant: str
    speaks: str
    name: str
    figures: Mapping[str, Figure]
    of_ours: stats.Estimate | None
    gap: str = ""  # why there is no figure


@dataclass(frozen=True)
class RuntimePair:
    """Two transports of one runtime, by CPU: what the transport costs."""

    runtime: str
    title: str
    ratio: stats.Estimate
    files: tuple[str, ...]


@dataclass(frozen=True)
class ServerTable:
    scenario: str
    question: str
    conditions: str
    rows: tuple[ServerRow, ...]
    pairs: tuple[RuntimePair, ...]

    @property
    def sentence(self) -> str:
        """The widest of both kinds, each with its interval; empty where one of them was not measured."""
        runtimes = [row for row in self.rows if row.of_ours is not None]
        if not runtimes or not self.pairs:
            return ""
        dearest = max(runtimes, key=lambda row: _distance(row.of_ours))
        furthest = max(self.pairs, key=lambda pair: _distance(pair.ratio))
        return (f"The runtime: {dearest.name} takes {_times(dearest.of_ours)} the server CPU per delivery of the same "
                f"transport by our code, the furthest of {prose.plural(len(runtimes), 'server')}. The transport: "
                f"{furthest.title} in {furthest.runtime} is {_times(furthest.ratio)}, the furthest of "
                f"{prose.plural(len(self.pairs), 'runtime')}.")


@dataclass(frozen=True)
class Servers:
    tables: tuple[ServerTable, ...]
    described: Mapping[str, Mapping[str, Any]]  # versions, command and files by transport

    def __bool__(self) -> bool:
        return bool(self.tables)


def servers(figures: Figures) -> Servers:
    found = figures.run.context.get("servers")
    described = {name: each for name, each in found.items() if isinstance(each, dict)} if isinstance(
        found, dict) else {}
    return Servers(tuple(_table(scenario, figures) for scenario in scenarios(figures)), described)


def scenarios(figures: Figures) -> list[str]:
    """Those of loads in which a server of somebody else ran, or was to run."""
    planned = figures.run.context.get("scenarios")
    order = list(planned) if isinstance(planned, dict) else []
    ran = {group.scenario for group in figures.groups.values()}
    return sorted((scenario for scenario in ran if _is_of_servers(scenario, figures)),
                  key=lambda name: (order.index(name) if name in order else len(order), name))


def _is_of_servers(scenario: str, figures: Figures) -> bool:
    foreign = any(transports.transport_of(each).is_foreign for each in _named(scenario, figures))
    settings = _settings(scenario, figures)
    return foreign and settings.get("kind", "load") == "load"


def _settings(scenario: str, figures: Figures) -> Mapping[str, Any]:
    """As the run recorded them; none where it did not."""
    planned = figures.run.context.get("scenarios")
    settings = planned.get(scenario) if isinstance(planned, dict) else None
    return settings if isinstance(settings, dict) else {}


def _named(scenario: str, figures: Figures) -> list[str]:
    return sorted({*figures.variants(scenario), *figures.planned(scenario)}, key=transports.sort_key)


def _table(scenario: str, figures: Figures) -> ServerTable:
    case = figures.main_case(scenario)
    rows = tuple(_row(scenario, case, variant, figures) for variant in _named(scenario, figures)
                 if transports.transport_of(variant).client_name)
    asked = question(scenario, figures)
    return ServerTable(scenario, asked, conditions(scenario, case, figures), rows,
                       tuple(_pairs(rows)))


def _row(scenario: str, case: str, variant: str, figures: Figures) -> ServerRow:
    row = transports.transport_of(variant)
    found = {metric: figure for metric in SHOWN if (figure := figures.get(scenario, case, variant, metric))}
    ours = next((figure for each in figures.variants(scenario) if _speaks_so(each, row)
                 and (figure := figures.get(scenario, case, each, CPU))), None)
    of_ours = None
    if row.runtime != OURS and ours is not None and CPU in found:
        of_ours = stats.paired_ratio(found[CPU].by_block, ours.by_block)
    speaks = transports.transport_of(row.client_name).title
    return ServerRow(row.runtime, variant, speaks, row.title, found, of_ours, "" if found else
                     _gap(scenario, case, variant, figures))


def _speaks_so(variant: str, row: Transport) -> bool:
    ours = transports.transport_of(variant)
    return ours.runtime == OURS and ours.client_name == row.client_name


def _gap(scenario: str, case: str, variant: str, figures: Figures) -> str:
    bad = figures.bad_trials(scenario, case, variant)
    return f"{prose.plural(len(bad), 'trial')} invalid or failed: {'; '.join(bad[0].reasons)}" if bad else (
        why_not_run(variant, figures))


def _pairs(rows: Iterable[ServerRow]) -> Iterable[RuntimePair]:
    """SSE against WebSocket, or whichever two a runtime has: the later in the table against the earlier."""
    by_runtime: dict[str, list[ServerRow]] = {}
    for row in rows:
        if CPU in row.figures:
            by_runtime.setdefault(row.runtime, []).append(row)
    for runtime, found in by_runtime.items():
        speaks = {row.speaks: row for row in found}
        if len(speaks) != 2:
            continue
        b, a = sorted(speaks.values(), key=lambda row: row.speaks, reverse=True)
        ratio = stats.paired_ratio(a.figures[CPU].by_block, b.figures[CPU].by_block)
        if ratio is not None:
            yield RuntimePair(runtime, f"{a.speaks} / {b.speaks}", ratio, a.figures[CPU].files + b.figures[CPU].files)


def _distance(ratio: stats.Estimate | None) -> float:
    """How far from 1, whichever way."""
    return 0.0 if ratio is None or ratio.middle <= 0 else max(ratio.middle, 1 / ratio.middle)


def _times(ratio: stats.Estimate | None) -> str:
    assert ratio is not None
    return prose.estimate(ratio.middle, ratio.low, ratio.high, "×")
