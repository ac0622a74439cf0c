"""As many connections as a machine carried for real: what each of them cost, and which limit would have come next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushbench.analysis import memory
from pushbench.analysis.figures import Figure, Figures, Group
from pushbench.analysis.million.demand import CPU_US, LOADGEN, LOADGEN_US
from pushbench.setup import transports
from pushbench.store.records import Trial

SCENARIO = "most-connections"


@dataclass(frozen=True)
class Carried:
    """One transport. `bounds` are how many connections each limit allowed before anybody connected."""

    transport: str
    connections: int
    asked: int
    servers: int
    load_generators: int
    figures: Mapping[str, Figure]
    bounds: Mapping[str, int]
    taken_bytes: int | None  # by how much the machine's free memory fell, both ends and whatever else ran
    connecting_s: float | None
    last_s: float | None  # until the last client had a notification
    notifications: int

    @property
    def name(self) -> str:
        return transports.TRANSPORTS[self.transport].title

    @property
    def tightest(self) -> tuple[str, int] | None:
        """The limit that allowed the fewest: it stopped this run, or would have been the next to."""
        return min(self.bounds.items(), key=lambda bound: bound[1]) if self.bounds else None

    @property
    def stopped(self) -> bool:
        """Whether fewer were connected than had been asked for."""
        return self.connections < self.asked

    def middle(self, metric: str) -> float | None:
        figure = self.figures.get(metric)
        return figure.estimate.middle if figure else None

    @property
    def sum_kib(self) -> float | None:
        """Of both ends, as the figures have it: what the machine's free memory should have fallen by for each."""
        parts = [self.middle(metric) for metric in (memory.TOTAL, memory.CLIENT, LOADGEN)]
        return None if None in parts else sum(part for part in parts if part)

    @property
    def taken_kib(self) -> float | None:
        return None if self.taken_bytes is None else self.taken_bytes / self.connections / 1024


def carried(figures: Figures) -> list[Carried]:
    """In the order of the table of transports; those without a good trial are left out."""
    groups = [group for group in figures.groups.values() if group.scenario == SCENARIO and group.good]
    return [_carried(group, figures) for group in sorted(groups, key=lambda group: transports.sort_key(group.variant))]


def failed(figures: Figures) -> list[str]:
    """Of transports that have no good trial, what the last one said: time stops a run too."""
    groups = [group for group in figures.groups.values() if group.scenario == SCENARIO and group.bad and not group.good]
    return [f"{group.name}: {group.bad[-1].raw.get('error') or '; '.join(group.bad[-1].reasons)}" for group in groups]


def _carried(group: Group, figures: Figures) -> Carried:
    trial = next(iter(group.good.values()))
    scale = trial.raw.get("scale") or {}
    metrics = (memory.USER, memory.KERNEL, memory.TOTAL, memory.CLIENT, LOADGEN, CPU_US, LOADGEN_US)
    found = {metric: figure for metric in metrics
             if (figure := figures.get(SCENARIO, group.case, group.variant, metric)) is not None}
    connections = int(trial.number("connections") or 0)
    last_us = trial.number("latency_us", "max")
    return Carried(
        group.variant, connections, int(scale.get("asked") or connections), int(scale["servers"]),
        int(scale["load_generators"]), found, dict(scale.get("bounds") or {}), _taken(trial),
        trial.number("connect", "seconds"), last_us / 1e6 if last_us is not None else None,
        int(trial.number("notifications") or 0))


def _taken(trial: Trial) -> int | None:
    machine = (trial.raw.get("scale") or {}).get("machine") or {}
    before, end = (machine.get(when, {}).get("memory_free_bytes") for when in ("before", "end"))
    return before - end if isinstance(before, int) and isinstance(end, int) else None
