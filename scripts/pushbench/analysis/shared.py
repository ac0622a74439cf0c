"""One source for several servers beside what a server holds by itself: what it adds, and what it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushbench.analysis.answer import conditions
from pushbench.analysis.asked import question
from pushbench.analysis.figures import TAILS, Figure, Figures
from pushbench.analysis.lacking import why_not_run
from pushbench.setup import transports
from pushbench.setup.fields import case_text
from pushbench.setup.transport import Transport
from pushbench.stats import estimates as stats

CPU, SOURCE_CPU, SOURCE_CORES = "server_cpu_us_per_delivery", "source_cpu_us_per_delivery", "source_cpu_cores"
MEDIAN, CARRIED = "latency_p50_ms", "carried_per_s"
# Of deliveries, and of what a source takes where nobody listens. A column that nobody has a figure for is left out.
DELIVERED = (CPU, SOURCE_CPU, MEDIAN, "latency_p90_ms", "latency_p99_ms", "user_kib_per_connection", "source_mib",
             "lost_share")
TAKEN = (CARRIED, "publisher_cpu_cores", SOURCE_CORES)


@dataclass(frozen=True)
class SharedRow:
    """`of_own` is its CPU against that of the same transport by a source of the server's own; `later` by how many ms
    its latency is above that one's, by the highest percentile that both have; `median_later` the median's."""

    variant: str
    name: str
    figures: Mapping[str, Figure]
    of_own: stats.Estimate | None = None
    tail: str = ""
    later: stats.Estimate | None = None
    median_later: stats.Estimate | None = None
    gap: str = ""


@dataclass(frozen=True)
class SharedTable:
    scenario: str
    case: str
    title: str
    conditions: str
    columns: tuple[str, ...]
    rows: tuple[SharedRow, ...]

    @property
    def compares(self) -> bool:
        return any(row.of_own for row in self.rows)


def scenarios(figures: Figures) -> list[str]:
    """Those of loads and intakes in which a server had what it told from a shared source, or was to."""
    planned = figures.run.context.get("scenarios")
    settings = planned if isinstance(planned, dict) else {}
    ran = {group.scenario for group in figures.groups.values()}
    return [name for name in [*settings, *sorted(ran - settings.keys())] if name in ran
            and _setting(settings, name, "kind") in ("load", "intake", "") and any(
                transports.transport_of(each).shares_source for each in _named(name, figures))]


def shared(figures: Figures) -> tuple[SharedTable, ...]:
    return tuple(_table(scenario, case, question(scenario, figures), figures)
                 for scenario in scenarios(figures) for case in figures.cases(scenario))


def _setting(settings: Mapping[str, object], scenario: str, key: str) -> str:
    found = settings.get(scenario)
    return str(found.get(key) or "") if isinstance(found, dict) else ""


def _named(scenario: str, figures: Figures) -> list[str]:
    return sorted({*figures.variants(scenario), *figures.planned(scenario)}, key=transports.sort_key)


def _table(scenario: str, case: str, asked: str, figures: Figures) -> SharedTable:
    ran = set(figures.variants(scenario, case))
    elsewhere = {each for other in figures.cases(scenario) for each in figures.variants(scenario, other)} - ran
    named = _beside([each for each in _named(scenario, figures) if each not in elsewhere])
    found = {each: {metric: figure for metric in (*DELIVERED, *TAKEN)
                    if (figure := figures.get(scenario, case, each, metric))} for each in named}
    wanted = TAKEN if any(CARRIED in each for each in found.values()) else DELIVERED
    columns = tuple(metric for metric in wanted if any(metric in each for each in found.values()))
    title = f"{scenario}, {case_text(case)}" if case else scenario
    rows = tuple(_row(scenario, case, each, found, figures) for each in named)
    return SharedTable(scenario, case, f"{title}: {asked}" if asked else title,
                       conditions(scenario, case, figures), columns, rows)


def _beside(named: list[str]) -> list[str]:
    """Those of one transport together, the one with a source of its own first."""
    speaks = [transports.transport_of(each).client_name for each in named]
    return sorted(named, key=lambda each: (speaks.index(transports.transport_of(each).client_name),
                                           transports.transport_of(each).shares_source))


def _row(scenario: str, case: str, variant: str, found: Mapping[str, Mapping[str, Figure]],
         figures: Figures) -> SharedRow:
    row, own = transports.transport_of(variant), found[variant]
    gap = "" if own else _gap(scenario, case, variant, figures)
    base = next((found[each] for each in found if _is_its_own(transports.transport_of(each), row)), None)
    if not row.shares_source or base is None or CARRIED in own:
        return SharedRow(variant, row.title, own, gap=gap)
    tail = next((metric for metric in TAILS if metric in own and metric in base), "")
    ratio = stats.paired_ratio(own[CPU].by_block, base[CPU].by_block) if CPU in own and CPU in base else None
    return SharedRow(variant, row.title, own, ratio, tail, _later(own, base, tail), _later(own, base, MEDIAN), gap)


def _is_its_own(other: Transport, row: Transport) -> bool:
    return not other.shares_source and other.client_name == row.client_name


def _later(a: Mapping[str, Figure], b: Mapping[str, Figure], metric: str) -> stats.Estimate | None:
    """By blocks where each has one; of all of them together there is a difference, and no interval."""
    if metric not in a or metric not in b:
        return None
    if by_block := stats.paired_difference(a[metric].by_block, b[metric].by_block):
        return by_block
    blocks = min(a[metric].estimate.n, b[metric].estimate.n)
    return stats.Estimate(blocks, a[metric].estimate.middle - b[metric].estimate.middle)


def _gap(scenario: str, case: str, variant: str, figures: Figures) -> str:
    bad = figures.bad_trials(scenario, case, variant)
    return f"{len(bad)} invalid or failed: {'; '.join(bad[0].reasons)}" if bad else why_not_run(variant, figures)
