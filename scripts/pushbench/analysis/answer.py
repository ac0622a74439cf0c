"""The answer to 'which one, for my case?': a table per case, cells with interval and ratio to the best eligible one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pushbench import prose
from pushbench.analysis import memory, ratios
from pushbench.analysis.duets import Duet
from pushbench.analysis.figures import FIT, SLOPES, TAILS, Figure, Figures
from pushbench.analysis.lacking import could_not_run, why_not_run
from pushbench.setup import transports
from pushbench.stats import estimates as stats
from pushbench.store.metrics import METRICS

AT_ONCE_MS = 100.0
DECIDING = ("server_cpu_us_per_delivery", "server_cpu_us_per_idle_connection_s")


@dataclass(frozen=True)
class Column:
    metric: str
    title: str
    unit: str
    short: str  # for a terminal
    case: str | None = None  # None = the main case of the scenario
    ratio: bool = True  # whether a ratio means something


@dataclass(frozen=True)
class Workload:
    """`at_once_ms` is how late a notification may be: who is later competes with nobody."""

    scenario: str
    title: str
    plain: str
    columns: tuple[Column, ...]
    at_once_ms: float = AT_ONCE_MS


_LATENCY = (Column("latency_p50_ms", "latency p50", "ms", "p50"),
            Column("latency_p99_ms", "latency p99", "ms", "p99"))
_P90 = Column("latency_p90_ms", "latency p90", "ms", "p90")  # where a run has too few notifications for p99
_CPU = Column("server_cpu_us_per_delivery", "CPU / delivery", "µs", "CPU/del.")
_USER = Column("user_kib_per_connection", "user mem / conn", "KiB", "user")
_MEMORY = Column("memory_kib_per_connection", "memory / conn", "KiB", "memory", FIT)
_BYTES = Column("bytes_per_delivery", "bytes / delivery", "B", "wire/del.")
# The kernel's share is a difference of system-wide figures. It takes the fit over five counts of the idle case to tell
# it from what else the machine does, so it stands there alone.
_DELIVERING = (*_LATENCY, _CPU, _USER, _BYTES)

CASES = (
    Workload("sparse", "Sparse notifications", "a notification now and then, each client its own", _DELIVERING),
    Workload("broadcast", "Broadcast", "one notification to everybody", _DELIVERING),
    Workload("stream", "Stream", "few clients, many notifications", _DELIVERING),
    Workload("idle", "Idle connections", "connected and waiting, nothing to say", (
        Column("server_cpu_us_per_idle_connection_s", "CPU / conn·s", "µs", "CPU/conn·s"),
        _MEMORY,  # in all: whoever runs a server pays for both parts of it
        Column("user_kib_per_connection", "of it user", "KiB", "user", FIT, ratio=False),
        Column("kernel_kib_per_connection", "of it kernel", "KiB", "kernel", FIT, ratio=False),
        Column("bytes_per_connection_minute", "bytes / conn·min", "B", "wire/conn·min", ratio=False))),
)


@dataclass(frozen=True)
class Cell:
    """`gap` says why there is no figure. `ratio` is to the best eligible transport, and `standing` what it tells."""

    figure: Figure | None = None
    ratio: stats.Estimate | None = None
    floor_ratio: stats.Estimate | None = None
    standing: str = ""
    duet: Duet | None = None  # where the ratio comes from one
    gap: str = ""
    slowed: str = ""  # of a latency: how many of its trials something else on the machine slowed

    @property
    def least(self) -> bool:
        """The best of those that deliver at once, or shown to make no difference to it."""
        return self.standing in (ratios.BASE, ratios.SAME)


@dataclass
class Row:
    variant: str
    name: str
    is_choice: bool
    at_once: bool = True  # within the tolerance of the case
    wait: Figure | None = None  # what its users wait, by the highest percentile that was measured
    cells: dict[str, Cell] = field(default_factory=dict)

    def middle(self, metric: str) -> float | None:
        cell = self.cells.get(metric)
        return cell.figure.estimate.middle if cell and cell.figure else None


@dataclass(frozen=True)
class Answer:
    case: Workload
    rows: tuple[Row, ...]
    conditions: str

    @property
    def choices(self) -> list[Row]:
        return [row for row in self.rows if row.is_choice]

    @property
    def metric(self) -> str | None:
        """The cost that decides, where any transport has a figure of it."""
        return next((name for name in DECIDING if any(row.middle(name) is not None for row in self.choices)), None)

    @property
    def missing(self) -> list[Row]:
        """Contenders without a figure of the cost that decides: none of the others can be called the best."""
        metric = self.metric
        measured = {transports.base_of(row.variant) for row in self.choices
                    if metric and row.middle(metric) is not None}
        return [row for row in self.choices if transports.base_of(row.variant) not in measured]


def answers(figures: Figures) -> list[Answer]:
    """One answer per case that was run at all."""
    return [answer_of(case, figures.main_case(case.scenario), figures) for case in CASES
            if figures.cases(case.scenario)]


def missing_cases(figures: Figures) -> list[str]:
    return [case.title for case in CASES if not figures.cases(case.scenario)]


def answer_of(case: Workload, of_scenario: str, figures: Figures) -> Answer:
    """The table of a case; `of_scenario` is the scenario's own case that stands for it, such as 'connections=5000'."""
    shown = replace(case, columns=_columns(case, of_scenario, figures))
    rows = tuple(_row(variant, shown, of_scenario, figures) for variant in _variants(case.scenario, figures))
    for column in shown.columns:
        _fill(rows, case.scenario, of_scenario, column, figures)
    return Answer(shown, rows, conditions(case.scenario, of_scenario, figures))


def _columns(case: Workload, of_scenario: str, figures: Figures) -> tuple[Column, ...]:
    """The highest percentile that the run allows stands in the place of p99: the same for all transports."""
    tail = figures.tail(case.scenario, of_scenario)
    return tuple(_P90 if column.metric == TAILS[0] and tail == _P90.metric else column for column in case.columns)


def _variants(scenario: str, figures: Figures) -> list[str]:
    """Those that ran, and the contenders that were planned and left no trial."""
    ran = figures.variants(scenario)
    bases = {transports.base_of(variant) for variant in ran}
    absent = [name for name in figures.planned(scenario)
              if name not in bases
              and (transports.transport_of(name).is_choice or name in could_not_run(scenario, figures))]
    return sorted([*ran, *absent], key=transports.sort_key)


def _row(variant: str, case: Workload, of_scenario: str, figures: Figures) -> Row:
    found = (figures.get(case.scenario, of_scenario, variant, metric) for metric in TAILS)
    wait = next((figure for figure in found if figure is not None), None)
    group = figures.group(case.scenario, of_scenario, variant)
    # Where nothing is delivered, the interval of a poll says how late the next notification would be.
    longest_ms = wait.estimate.middle if wait else (group.poll_interval_ms or 0.0) if group else 0.0
    return Row(variant, figures.name(variant, case.scenario), transports.transport_of(variant).is_choice,
               longest_ms <= case.at_once_ms, wait)


def _fill(rows: tuple[Row, ...], scenario: str, case: str, column: Column, figures: Figures) -> None:
    found = {row.variant: _find(scenario, case, column, row.variant, figures) for row in rows}
    base = _base(rows, found, column, figures)
    if base is not None and base.at_least:
        base = None  # nobody is shown to be below it or to be as good: it may be much more
    floor = found.get("floor")
    for row in rows:
        figure = found[row.variant]
        if figure is None:
            row.cells[column.metric] = Cell(gap=_gap(scenario, case, column, row.variant, figures))
            continue
        against = base if column.ratio and row.variant != "floor" else None
        row.cells[column.metric] = Cell(
            figure, ratio=ratios.between(figure, against, figures) if against else None,
            floor_ratio=ratios.between(figure, floor, figures) if floor and row.variant != "floor" else None,
            standing=_standing(row, figure, base, figures),
            duet=ratios.duet_of(figure, against, figures) if against else None,
            slowed=figures.slowed(figure))


def _base(rows: Sequence[Row], found: dict[str, Figure | None], column: Column, figures: Figures) -> Figure | None:
    """The best of those that one can choose and that deliver at once; of all that one can choose, where none does.

    The floor is no transport. Memory at or below nothing is noise, which a short run with few connections has more of
    than of memory.
    """
    choices = [row for row in rows if row.is_choice]
    field = [row for row in choices if row.at_once] or choices
    measured = [figure for row in field for figure in [found[row.variant]] if figure is not None]
    competing = [figure for figure in measured if column.metric not in SLOPES or ratios.is_something(figure.estimate)]
    competing.sort(key=lambda figure: figure.estimate.middle)
    if not METRICS[column.metric].lower_is_better:
        return competing[-1] if competing else None
    best: Figure | None = None
    for figure in competing:
        # Means over unlike blocks may put another in front than the blocks that both share.
        ratio = ratios.between(figure, best, figures) if best else None
        best = figure if best is None or (ratio is not None and ratio.middle < 1) else best
    return best


def _standing(row: Row, figure: Figure, base: Figure | None, figures: Figures) -> str:
    if base is None or not row.is_choice:
        return ""
    if figure is base:
        return ratios.BASE
    standing = ratios.standing(figure, base, ratios.between(figure, base, figures))
    # Who is late is not among the best, whatever it costs.
    return "" if standing == ratios.SAME and not row.at_once else standing


def _find(scenario: str, case: str, column: Column, variant: str, figures: Figures) -> Figure | None:
    if column.case is not None:
        figure = figures.get(scenario, column.case, variant, column.metric)
        if figure is not None:
            return figure
    return figures.get(scenario, case, variant, column.metric)


def _gap(scenario: str, case: str, column: Column, variant: str, figures: Figures) -> str:
    bad = figures.bad_trials(scenario, None if column.case else case, variant)
    group = figures.group(scenario, case, variant)
    if bad and not (group and group.good):
        return f"{prose.plural(len(bad), 'trial')} invalid or failed: {'; '.join(bad[0].reasons) or 'no reason given'}"
    if group and group.good and column.metric.startswith("latency_"):
        return "too few notifications: fewer than 10 beyond this percentile"
    return memory.gap(column.metric, figures.run) if group and group.good else why_not_run(variant, figures)


def conditions(scenario: str, case: str, figures: Figures) -> str:
    """The workload in one line, from the trials themselves."""
    groups = [group for group in figures.groups.values() if (group.scenario, group.case) == (scenario, case)]
    trial = next((trial for group in groups for trial in group.good.values()), None)
    if trial is None:
        return "no valid trial"
    rates = {each.number("rate_per_s") for group in groups for each in group.good.values()}
    # A rate that each trial found for itself is its result, and no condition of all.
    clients, rate = trial.number("connections"), rates.pop() if len(rates) == 1 else None
    parts = [prose.plural(clients, "connection") if clients else ""]
    if rate and clients:
        topics = trial.number("topics") or 1
        each = f"{prose.number(rate)} notifications/s" if topics <= 1 else (
            f"{prose.number(topics)} topics, {prose.number(rate)} notifications/s in all")
        parts += [each, f"{prose.number(trial.number('payload_bytes'))}-byte payload"]
    blocks = {block for group in groups for block in group.good}
    return " · ".join([part for part in parts if part] + [prose.plural(len(blocks), "block")])
