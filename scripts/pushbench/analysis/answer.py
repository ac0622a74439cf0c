"""The answer to 'which one, for my case?': a table per case, cells with interval and ratio to the least."""

from __future__ import annotations

from dataclasses import dataclass, field

from pushbench import prose
from pushbench.analysis.figures import FIT, SLOPES, Figure, Figures
from pushbench.setup import transports
from pushbench.stats import estimates as stats
from pushbench.store.metrics import METRICS

TIE = 1.10  # within 10 % of the least is as good as the least
AT_ONCE_MS = 100.0


@dataclass(frozen=True)
class Column:
    metric: str
    title: str
    unit: str
    short: str  # for a terminal
    case: str | None = None  # None = the main case of the scenario
    ratio: bool = True  # whether a ratio to the least means something


@dataclass(frozen=True)
class Case:
    scenario: str
    title: str
    plain: str
    columns: tuple[Column, ...]


_LATENCY = (Column("latency_p50_ms", "latency p50", "ms", "p50"),
            Column("latency_p99_ms", "latency p99", "ms", "p99"))
_CPU = Column("server_cpu_us_per_delivery", "CPU / delivery", "µs", "CPU/del.")
_USER = Column("user_kib_per_connection", "user mem / conn", "KiB", "user")
_BYTES = Column("bytes_per_delivery", "bytes / delivery", "B", "wire/del.")
# The kernel's share is a difference of system-wide figures. It takes the fit over five counts of the idle case to tell
# it from what else the machine does, so it stands there alone.
_DELIVERING = (*_LATENCY, _CPU, _USER, _BYTES)

CASES = (
    Case("sparse", "Sparse notifications", "a notification now and then, each client its own", _DELIVERING),
    Case("broadcast", "Broadcast", "one notification to everybody", _DELIVERING),
    Case("stream", "Stream", "few clients, many notifications", _DELIVERING),
    Case("idle", "Idle connections", "connected and waiting, nothing to say", (
        Column("server_cpu_us_per_idle_connection_s", "CPU / conn·s", "µs", "CPU/conn·s"),
        Column("user_kib_per_connection", "user mem / conn", "KiB", "user", FIT),
        Column("kernel_kib_per_connection", "kernel mem / conn", "KiB", "kernel", FIT),
        Column("bytes_per_connection_minute", "bytes / conn·min", "B", "wire/conn·min", ratio=False))),
)


@dataclass(frozen=True)
class Cell:
    """`gap` says why there is no figure. `least` marks the least and whatever cannot be told from it."""

    figure: Figure | None = None
    ratio: stats.Estimate | None = None
    floor_ratio: stats.Estimate | None = None
    least: bool = False
    gap: str = ""


@dataclass
class Row:
    variant: str
    name: str
    is_choice: bool
    cells: dict[str, Cell] = field(default_factory=dict)

    def middle(self, metric: str) -> float | None:
        cell = self.cells.get(metric)
        return cell.figure.estimate.middle if cell and cell.figure else None


@dataclass(frozen=True)
class Answer:
    case: Case
    rows: tuple[Row, ...]
    conditions: str

    @property
    def choices(self) -> list[Row]:
        return [row for row in self.rows if row.is_choice]


def answers(figures: Figures) -> list[Answer]:
    """One answer per case that was run at all."""
    return [_answer(case, figures) for case in CASES if figures.cases(case.scenario)]


def missing_cases(figures: Figures) -> list[str]:
    return [case.title for case in CASES if not figures.cases(case.scenario)]


def _answer(case: Case, figures: Figures) -> Answer:
    rows = tuple(Row(variant, figures.name(variant, case.scenario), transports.transport_of(variant).is_choice)
                 for variant in figures.variants(case.scenario))
    for column in case.columns:
        _fill(rows, case.scenario, column, figures)
    return Answer(case, rows, _conditions(case.scenario, figures))


def _fill(rows: tuple[Row, ...], scenario: str, column: Column, figures: Figures) -> None:
    found = {row.variant: _find(scenario, column, row.variant, figures) for row in rows}
    # Only what one can choose competes: the floor is no transport. Memory at or below nothing is noise, which
    # a short run with few connections has more of than memory.
    competing = [figure for row in rows if row.is_choice and (figure := found[row.variant]) is not None
                 and (figure.estimate.middle > 0 or column.metric not in SLOPES)]
    least = min(competing, key=lambda figure: figure.estimate.middle, default=None)
    floor = found.get("floor")
    for row in rows:
        figure = found[row.variant]
        if figure is None:
            row.cells[column.metric] = Cell(gap=_gap(scenario, column, row.variant, figures))
            continue
        against = least if column.ratio and row.variant != "floor" else None
        row.cells[column.metric] = Cell(
            figure, ratio=_ratio(figure, against) if against else None,
            floor_ratio=_ratio(figure, floor) if floor and row.variant != "floor" else None,
            least=row.is_choice and least is not None and ties(figure, least))


def _find(scenario: str, column: Column, variant: str, figures: Figures) -> Figure | None:
    main = figures.main_case(scenario)
    if column.case is not None:
        figure = figures.get(scenario, column.case, variant, column.metric)
        if figure is not None:
            return figure
    return figures.get(scenario, main, variant, column.metric)


def _ratio(figure: Figure, other: Figure) -> stats.Estimate | None:
    """Paired by block; of pooled percentiles, which have no blocks, the plain ratio without an interval."""
    paired = stats.paired_ratio(figure.by_block, other.by_block)
    if paired is None and not (figure.by_block and other.by_block) and other.estimate.middle > 0:
        return stats.Estimate(1, figure.estimate.middle / other.estimate.middle)
    return paired


def ties(figure: Figure, least: Figure) -> bool:
    """Whether a figure is as good as the least: within 10 %, not told apart, or by less than matters."""
    gap = figure.estimate.middle - least.estimate.middle
    if gap <= METRICS[figure.key.metric].resolution:
        return True
    ratio = _ratio(figure, least)
    if ratio is None:
        return False
    return ratio.middle <= TIE or (ratio.low is not None and ratio.low <= 1.0)


def _gap(scenario: str, column: Column, variant: str, figures: Figures) -> str:
    case = None if column.case else figures.main_case(scenario)
    bad = figures.bad_trials(scenario, case, variant)
    group = figures.group(scenario, case or figures.main_case(scenario), variant)
    if bad and not (group and group.good):
        reasons = "; ".join(bad[0].reasons) or "no reason given"
        return f"{prose.plural(len(bad), 'trial')} invalid or failed: {reasons}"
    if group and group.good and column.metric.startswith("latency_"):
        return "too few samples: fewer than 10 beyond this percentile"
    return "not measured" if group and group.good else "not run"


def _conditions(scenario: str, figures: Figures) -> str:
    """The workload in one line, from the trials themselves."""
    case = figures.main_case(scenario)
    groups = [group for group in figures.groups.values() if (group.scenario, group.case) == (scenario, case)]
    trial = next((trial for group in groups for trial in group.good.values()), None)
    if trial is None:
        return "no valid trial"
    clients, rate = trial.number("connections"), trial.number("rate_per_s")
    parts = [f"{prose.number(clients)} connections" if clients else ""]
    if rate and clients:
        topics = trial.number("topics") or 1
        each = f"{prose.number(rate)} notifications/s" if topics <= 1 else (
            f"{prose.number(topics)} topics, {prose.number(rate)} notifications/s in all")
        parts += [each, f"{prose.number(trial.number('payload_bytes'))}-byte payload"]
    blocks = {block for group in groups for block in group.good}
    return " · ".join([part for part in parts if part] + [prose.plural(len(blocks), "block")])
