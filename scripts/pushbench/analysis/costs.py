"""What one event costs in this run: a delivery, a poll, a second of waiting. A case is a sum of these.

Each comes from the workload that is nearest to the case, and says which that is and how far away it lies: a reader of a
scaled figure must be able to tell what of it was measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pushbench import prose
from pushbench.analysis import memory
from pushbench.analysis.figures import Figure, Figures
from pushbench.setup import transports
from pushbench.setup.cases import Case
from pushbench.stats import estimates as stats
from pushbench.store.records import Trial

OWN, SHARED = ("sparse",), ("broadcast", "stream")  # the workloads that a case may be near to
DELIVERY, IDLE = "server_cpu_us_per_delivery", "server_cpu_us_per_idle_connection_s"
HEARTBEAT, HEARTBEAT_S = "server_cpu_us_per_heartbeat", 15.0
LONG_POLL_S = 25.0  # how long a long poll waits
PERCENTILES = {"latency_p99_ms": "p99", "latency_p90_ms": "p90", "latency_p50_ms": "median"}


@dataclass(frozen=True)
class Unit:
    """µs of server CPU for one event. `by_block` lets two transports be compared within each block.

    `gap` says what is not in it because this run did not measure that.
    """

    us: stats.Estimate
    source: str
    files: tuple[str, ...]
    scenario: str = ""
    by_block: Mapping[int, float] = field(default_factory=dict)
    gap: str = ""


@dataclass(frozen=True)
class Wait:
    """How long a notification takes; `scaled` by the size of the fan-out where that was measured at another."""

    percentile: str
    ms: stats.Estimate
    scaled: float
    files: tuple[str, ...]


def home(case: Case, figures: Figures) -> str | None:
    """The measured workload nearest to a case: own topics, or the nearest number of recipients.

    One in which a transport has no figure comes last: from it nothing could be recommended.
    """
    found = {scenario: trial for scenario in (SHARED if case.shared else OWN)
             if (trial := _any_trial(scenario, figures)) is not None}
    away = {scenario: abs(math.log(_clients(trial) / case.users)) for scenario, trial in found.items()}
    choices = [row.name for row in transports.TRANSPORTS.values() if row.is_choice]
    holes = {scenario: sum(_figure(scenario, base, DELIVERY, figures) is None for base in choices) for scenario in away}
    return min(away, key=lambda scenario: (holes[scenario], away[scenario])) if away else None


def workload(scenario: str, case: Case, figures: Figures) -> str:
    """The workload in a few words: 'sparse: 500 deliveries/s, each to one of 5,000 users'."""
    trial = _any_trial(scenario, figures)
    assert trial is not None
    users, rate = prose.number(_clients(trial)), trial.number("rate_per_s") or 0.0
    if case.shared:
        return f"{scenario}: {prose.number(rate)} notifications/s, each to {users} users"
    return f"{scenario}: {prose.number(rate)} notifications/s, each to one of {users} users"


def variant_in(scenario: str, base: str, figures: Figures) -> str | None:
    """'short-poll@1s' where 'short-poll' was run so; the shortest interval of several."""
    return next((each for each in figures.variants(scenario) if transports.base_of(each) == base), None)


def delivery(case: Case, scenario: str, base: str, figures: Figures) -> Unit | None:
    figure = _figure(scenario, base, DELIVERY, figures)
    return None if figure is None else Unit(figure.estimate, f"a delivery, in {workload(scenario, case, figures)}",
                                            figure.files, scenario, figure.by_block)


def poll(per_s: float, figures: Figures) -> Unit | None:
    """A poll that finds nothing, at this rate of polls: between the measured rates on a line over logarithms.

    Beyond them the nearest one stands: the cost falls with the rate, and nobody has measured for how long.
    """
    points = _empty_polls(figures)
    if not points:
        return None
    rates = sorted(points)
    near = [rates[max(0, int(np.searchsorted(rates, per_s)) - 1)], rates[min(len(rates) - 1, int(
        np.searchsorted(rates, per_s)))]]
    place = 0.0 if near[0] == near[1] else (math.log(per_s) - math.log(near[0])) / math.log(near[1] / near[0])
    place = min(1.0, max(0.0, place))
    ends = [points[rate] for rate in near]
    source = "an empty poll, in idle at " + " and ".join(f"{prose.number(rate)}" for rate in sorted(set(near)))
    return Unit(_between(ends[0].estimate, ends[1].estimate, place), f"{source} polls/s",
                tuple(dict.fromkeys(ends[0].files + ends[1].files)), "idle")


def found(case: Case, scenario: str, figures: Figures) -> Unit | None:
    """What a notification adds to the poll that finds it: what is left of its cost without the polls themselves."""
    unit = delivery(case, scenario, "short-poll", figures)
    trial = _any_trial(scenario, figures, "short-poll")
    polls, window = (trial.number("requests"), trial.number("window_s")) if trial else (None, None)
    if unit is None or trial is None or not polls or not window or not (told := trial.number("window_deliveries")):
        return None
    empty = poll(polls / window, figures)
    if empty is None:
        return None
    left = max(unit.us.middle - empty.us.middle * polls / told, 0.0)
    half = _half(unit.us)
    known = half is not None
    return Unit(stats.Estimate(unit.us.n, left, max(left - half, 0.0) if known else None,  # type: ignore[operator]
                               left + half if known else None),  # type: ignore[operator]
                f"what a notification adds to a poll, in {workload(scenario, case, figures)}", unit.files, scenario)


def idle(base: str, users: int, figures: Figures) -> Unit | None:
    """µs per connection and second of one that waits, with what keeps it alive as far as the run has that."""
    figure = _figure("idle", base, IDLE, figures)
    if figure is None:
        return None
    kept, said = _kept_alive(base, users, figures)
    if kept is None:
        return Unit(_not_below_zero(figure.estimate), "a second of waiting, in idle", figure.files, "idle", gap=said)
    every_s, unit = kept
    return Unit(_not_below_zero(total([(1.0, figure.estimate), (1 / every_s, unit.us)])),
                f"a second of waiting, in idle, with {said} in {every_s:.0f} s",
                tuple(dict.fromkeys(figure.files + unit.files)), "idle")


def _kept_alive(base: str, users: int, figures: Figures) -> tuple[tuple[float, Unit] | None, str]:
    """How often a waiting connection is touched, what that costs, and what it is called; or why that is not known."""
    if base == "long-poll":  # it comes back empty after its wait and is asked anew: an empty poll
        again = poll(users / LONG_POLL_S, figures)
        return ((LONG_POLL_S, again), "an answer that is empty") if again else (None, "no empty poll was measured")
    beat = _figure("heartbeat", base, HEARTBEAT, figures)
    if beat is None:
        return None, "its heartbeats were not measured"
    return (HEARTBEAT_S, Unit(beat.estimate, "", beat.files)), "a heartbeat"


def memory_kib(base: str, figures: Figures) -> memory.Amount | None:
    """User and kernel memory of a waiting connection, the server's end."""
    for table in memory.tables(figures):
        for row in table.rows:
            if table.scenario == "idle" and transports.base_of(row.variant) == base:
                return row.amounts.get(memory.TOTAL)
    return None


def wait(case: Case, scenario: str, base: str, figures: Figures) -> Wait | None:
    """The furthest percentile that the nearest workload gives. To tell twice as many the same takes twice as long."""
    trial = _any_trial(scenario, figures)
    scale = case.users / _clients(trial) if case.shared and trial else 1.0
    metric = figures.tail(scenario, figures.main_case(scenario))
    figure = _figure(scenario, base, metric, figures) if metric in PERCENTILES else None
    if figure is None:
        return None
    middle, low, high = (None if value is None else value * scale for value in (
        figure.estimate.middle, figure.estimate.low, figure.estimate.high))
    return Wait(PERCENTILES[metric], stats.Estimate(figure.estimate.n, middle, low, high),  # type: ignore[arg-type]
                scale, figure.files)


def total(parts: list[tuple[float, stats.Estimate]]) -> stats.Estimate:
    """A sum of costs, each so many times. They come from trials of their own, so their errors add as squares."""
    middle = math.fsum(times * each.middle for times, each in parts)
    counts = min(each.n for _, each in parts)
    halves = [_half(each) for _, each in parts]
    if any(half is None for half in halves):
        return stats.Estimate(counts, middle)
    wide = math.sqrt(math.fsum((times * half) ** 2 for (times, _), half in  # type: ignore[operator]
                               zip(parts, halves, strict=True)))
    return stats.Estimate(counts, middle, max(middle - wide, 0.0), middle + wide)


def _half(each: stats.Estimate) -> float | None:
    """Half the width of an interval."""
    return None if each.low is None or each.high is None else (each.high - each.low) / 2


def _not_below_zero(each: stats.Estimate) -> stats.Estimate:
    if each.low is None or each.high is None:
        return stats.Estimate(each.n, max(each.middle, 0.0))
    return stats.Estimate(each.n, max(each.middle, 0.0), max(each.low, 0.0), max(each.high, 0.0))


def _between(a: stats.Estimate, b: stats.Estimate, place: float) -> stats.Estimate:
    """On the line over logarithms from a (place 0) to b (place 1)."""
    def at(x: float | None, y: float | None) -> float | None:
        if x is None or y is None:
            return None
        return x ** (1 - place) * y**place if x > 0 and y > 0 else x * (1 - place) + y * place

    middle = at(a.middle, b.middle)
    assert middle is not None
    return stats.Estimate(min(a.n, b.n), middle, at(a.low, b.low), at(a.high, b.high))


def _empty_polls(figures: Figures) -> dict[float, Figure]:
    """µs of an empty poll by polls per second, from the waiting clients of the idle scenario."""
    points: dict[float, Figure] = {}
    for group in figures.groups.values():
        figure = figures.get("idle", group.case, group.variant, IDLE) if group.scenario == "idle" else None
        interval_ms = group.poll_interval_ms
        if figure is None or not interval_ms or transports.base_of(group.variant) != "short-poll":
            continue
        seconds, clients = interval_ms / 1000, _clients(next(iter(group.good.values())))
        estimate = stats.arithmetic_mean([value * seconds for value in figure.by_block.values()])
        assert estimate is not None
        known = points.get(clients / seconds)
        if known is None or known.estimate.n < estimate.n:
            points[clients / seconds] = Figure(figure.key, "µs", estimate, figure.by_block, figure.files)
    return points


def _figure(scenario: str, base: str, metric: str, figures: Figures) -> Figure | None:
    variant = variant_in(scenario, base, figures)
    return None if variant is None else figures.get(scenario, figures.main_case(scenario), variant, metric)


def _any_trial(scenario: str, figures: Figures, base: str | None = None) -> Trial | None:
    case = figures.main_case(scenario)
    groups = (group for group in figures.groups.values() if (group.scenario, group.case) == (scenario, case)
              and base in (None, transports.base_of(group.variant)))
    return next((trial for group in groups for trial in group.good.values() if _clients(trial)), None)


def _clients(trial: Trial) -> float:
    return trial.number("connections") or 0.0
