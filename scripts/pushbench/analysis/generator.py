"""What the load generator itself costs, and how far it is from its limit: it must never be what is measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from pushbench.analysis.cpu import DELIVERING
from pushbench.analysis.figures import FIT, Figure, Figures
from pushbench.setup import transports
from pushbench.store.metrics import METRICS
from pushbench.store.rules import SATURATION

TO_THE_LIMIT = ("capacity", "wrk", SATURATION)  # where it is driven to its limit on purpose


@dataclass
class Spent:
    """CPU per delivery by scenario, and memory per connection."""

    variant: str
    name: str
    cpu: dict[str, Figure] = field(default_factory=dict)
    memory: Figure | None = None


@dataclass(frozen=True)
class Headroom:
    """The lowest of a scenario: of one trial, not of a mean."""

    scenario: str
    left: float
    name: str
    file: str


@dataclass(frozen=True)
class Limit:
    variant: str
    name: str
    taken: Figure
    busiest: Figure | None


@dataclass(frozen=True)
class Generator:
    scenarios: tuple[str, ...]
    rows: tuple[Spent, ...]
    headrooms: tuple[Headroom, ...]
    limits: tuple[Limit, ...]


def generator(figures: Figures) -> Generator:
    scenarios = tuple(scenario for scenario in DELIVERING if figures.cases(scenario))
    rows: dict[str, Spent] = {}
    for variant in sorted({variant for scenario in (*scenarios, "idle") for variant in figures.variants(scenario)},
                          key=transports.sort_key):
        # A short poll each second is 'short-poll@1s' where there are other intervals, else 'short-poll'.
        row = rows.setdefault(figures.name(variant), Spent(variant, figures.name(variant)))
        for scenario in scenarios:
            figure = figures.get(scenario, figures.main_case(scenario), variant, "loadgen_cpu_us_per_delivery")
            if figure is not None:
                row.cpu[scenario] = figure
        row.memory = figures.get("idle", FIT, variant, "loadgen_kib_per_connection") or row.memory
    return Generator(scenarios, tuple(row for row in rows.values() if row.cpu or row.memory), _headrooms(figures),
                     _limits(figures))


def _headrooms(figures: Figures) -> tuple[Headroom, ...]:
    lowest: dict[str, Headroom] = {}
    for group in figures.groups.values():
        for trial in group.good.values() if group.scenario not in TO_THE_LIMIT else ():
            left = METRICS["loadgen_headroom"].read(trial)
            if left is not None and (group.scenario not in lowest or left < lowest[group.scenario].left):
                name = f"{group.name} {group.case}".strip()
                lowest[group.scenario] = Headroom(group.scenario, left, name, trial.file)
    return tuple(sorted(lowest.values(), key=lambda each: each.left))


def _limits(figures: Figures) -> tuple[Limit, ...]:
    case, found = figures.main_case(SATURATION), []
    for variant in figures.variants(SATURATION, case):
        taken = figures.get(SATURATION, case, variant, "taken_per_s")
        if taken is not None:
            found.append(Limit(variant, figures.name(variant, SATURATION), taken,
                               figures.get(SATURATION, case, variant, "loadgen_busiest_thread_cores")))
    return tuple(found)
