"""What one event costs in this run: a delivery, a poll, a second of waiting. A case is a sum of these.

Each comes from the workload that is nearest to the case, and says which that is and how far away it lies: a reader of a
scaled figure must be able to tell what of it was measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pushbench import prose
from pushbench.analysis import events, memory, waiting
from pushbench.analysis.events import BEYOND, DELIVERY, STREAM, Curve
from pushbench.analysis.figures import Figure, Figures
from pushbench.analysis.level import level
from pushbench.setup import transports
from pushbench.setup.cases import Case
from pushbench.stats import estimates as stats
from pushbench.store.records import Trial

OWN, SHARED = ("sparse",), ("broadcast", "stream")  # the workloads that a case may be near to
IDLE = events.WAITING
PERCENTILES = {"latency_p99_ms": "p99", "latency_p90_ms": "p90", "latency_p50_ms": "p50"}


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
    found = homes(case.shared, figures)
    return min(found, key=lambda scenario: abs(math.log(found[scenario] / case.users))) if found else None


def homes(shared: bool, figures: Figures) -> dict[str, float]:
    """The workloads of a kind, of those that ran the ones with the most transports, and how many clients each has."""
    clients = {scenario: _clients(trial) for scenario in (SHARED if shared else OWN)
               if (trial := _any_trial(scenario, figures)) is not None}
    choices = [row.name for row in transports.TRANSPORTS.values() if row.is_choice]
    holes = {scenario: sum(_figure(scenario, base, DELIVERY, figures) is None for base in choices)
             for scenario in clients}
    return {scenario: count for scenario, count in clients.items() if holes[scenario] == min(holes.values())}


def workload(scenario: str, case: Case, figures: Figures) -> str:
    """The workload in a few words: 'sparse: 500 deliveries/s, each to one of 5,000 users'."""
    trial = _any_trial(scenario, figures)
    assert trial is not None
    users, rate = prose.plural(_clients(trial), "user"), trial.number("rate_per_s") or 0.0
    if case.shared:
        return f"{scenario}: {prose.number(rate)} notifications/s, each to {users}"
    return f"{scenario}: {prose.number(rate)} notifications/s, each to one of {users}"


def variant_in(scenario: str, base: str, figures: Figures) -> str | None:
    """'short-poll@1s' where 'short-poll' was run so; the shortest interval of several."""
    return next((each for each in figures.variants(scenario) if transports.base_of(each) == base), None)


def delivery(case: Case, scenario: str, base: str, figures: Figures) -> Unit | None:
    """Of a workload with topics of its own at the case's rate of events, by how the cost of a delivery goes with it."""
    figure = _figure(scenario, base, DELIVERY, figures)
    if figure is None:
        return None
    source = f"a delivery, in {workload(scenario, case, figures)}"
    us, files = figure.estimate, figure.files
    by_block: Mapping[int, float] = figure.by_block
    if (all_streams := level(scenario, base, figures)) is not None:
        us, by_block, files = all_streams.us, all_streams.by_block, all_streams.files
        names = prose.listing([transports.name_of(other) for other in all_streams.others])
        source += f" (its level from trials of {names} too, by duets)"
    scale = stats.Estimate(us.n, 1.0, 1.0, 1.0)
    if not case.shared and (scaled := _by_rate(scenario, case.deliveries_per_s, figures)) is not None:
        scale, files = scaled[0], files + scaled[1]
        source += f", × {scale.middle:.2f} for {prose.number(case.deliveries_per_s)}/s, by the scenario events"
    return Unit(_product(us, scale), source, files, scenario, by_block)


def _by_rate(scenario: str, per_s: float, figures: Figures) -> tuple[stats.Estimate, tuple[str, ...]] | None:
    """What a delivery costs at this rate of events over what it costs at the workload's own."""
    curve = events.deliveries(STREAM, figures)
    trial = _any_trial(scenario, figures)
    if curve is None or trial is None or len(curve.rates) < 2 or not (own := trial.number("rate_per_s")):
        return None
    here, there = _trusted(per_s, curve), _trusted(own, curve)
    ratio = stats.mean([line.at(here) / line.at(there) for line in curve.lines.values()])
    return None if ratio is None else (ratio, curve.files)


def _trusted(per_s: float, curve: Curve) -> float:
    """The rate itself, or the furthest that the line through the measured ones is trusted for."""
    return min(max(per_s, curve.rates[0] / BEYOND), curve.rates[-1] * BEYOND)


def _product(a: stats.Estimate, b: stats.Estimate) -> stats.Estimate:
    """Of two figures from trials of their own: their relative errors add as squares."""
    middle = a.middle * b.middle
    if not (a.has_interval and b.has_interval) or middle <= 0:
        return stats.Estimate(min(a.n, b.n), middle)
    ends = [(each.middle - (each.low or 0.0), (each.high or 0.0) - each.middle, each.middle) for each in (a, b)]
    below, above = (math.hypot(*(end[side] / end[2] for end in ends)) for side in (0, 1))
    return stats.Estimate(a.n, middle, max(middle * (1 - below), 0.0), middle * (1 + above))


def poll(per_s: float, figures: Figures) -> Unit | None:
    """A poll that finds nothing, at this rate of polls: on the line over logarithms through the measured rates."""
    curve = events.empty_polls(figures)
    if curve is None:
        return None
    rates = prose.listing([prose.number(rate) for rate in curve.rates])
    by_block = {block: line.at(_trusted(per_s, curve)) for block, line in curve.lines.items()}
    us = stats.mean(list(by_block.values()))
    if us is None:  # no block has all rates: the nearest one, as it was measured
        us = curve.points[min(curve.rates, key=lambda rate: abs(math.log(rate / per_s)))].us
    return Unit(us, f"an empty poll, measured at {rates} polls/s", curve.files, "", by_block)


def found(case: Case, scenario: str, figures: Figures) -> Unit | None:
    """What a notification adds to the poll that finds it: what is left of its cost without the polls themselves."""
    if not case.shared and (adds := _found_in_events(case, scenario, figures)) is not None:
        return adds
    unit = delivery(case, scenario, "short-poll", figures)
    trial = _any_trial(scenario, figures, "short-poll")
    polls, window = (trial.number("requests"), trial.number("window_s")) if trial else (None, None)
    if unit is None or trial is None or not polls or not window or not (told := trial.number("window_deliveries")):
        return None
    empty = poll(polls / window, figures)
    if empty is None:
        return None
    left = max(unit.us.middle - empty.us.middle * polls / told, 0.0)
    us = stats.Estimate(unit.us.n, left)
    if unit.us.low is not None and unit.us.high is not None:
        half = (unit.us.high - unit.us.low) / 2
        us = stats.Estimate(unit.us.n, left, max(left - half, 0.0), left + half)
    source = f"what a notification adds to a poll, in {workload(scenario, case, figures)}"
    return Unit(us, source, unit.files, scenario)


def _found_in_events(case: Case, scenario: str, figures: Figures) -> Unit | None:
    """The share of a delivery by stream that a find costs at equal rates of events, of one at the case's own rate."""
    polls, streamed = events.empty_polls(figures), events.deliveries(STREAM, figures)
    adds = events.found(polls, streamed, figures) if polls and streamed else None
    one = delivery(case, scenario, STREAM, figures)
    if adds is None or one is None:
        return None
    return Unit(_product(one.us, _not_below_zero(adds.share)), f"what a notification adds to a poll: "
                f"{adds.share.middle:.2f} of {one.source}", tuple(dict.fromkeys(adds.files + one.files)))


def idle(base: str, users: int, figures: Figures) -> Unit | None:
    """µs per connection and second of one that waits, with what keeps it alive: see analysis/waiting.py."""
    figure = _figure("idle", base, IDLE, figures)
    if figure is not None:
        source = f"a second of waiting {figure.note}".strip()
        unit = Unit(_not_below_zero(figure.estimate), source, figure.files, "idle")
        return _returning(unit, base, users, figures) if transports.transport_of(base).asks_again else unit
    again = poll(users / waiting.LONGER_S, figures) if transports.transport_of(base).asks_again else None
    if again is None:
        return None
    # An older run: a long poll that comes back and is asked anew is an empty poll.
    return Unit(total([(1 / waiting.LONGER_S, again.us)]),
                f"a second of waiting, with an empty answer in {waiting.LONGER_S:.0f} s", again.files, "idle")


def _returning(unit: Unit, base: str, users: int, figures: Figures) -> Unit:
    """What comes back and asks anew is an empty poll, whose cost is known at the rate of so many users."""
    group = figures.group(waiting.BEATING, figures.main_case(waiting.BEATING), base)
    measured = waiting.connections(waiting.LONGER_S, list(group.good.values())) if group else None
    curve = events.empty_polls(figures)
    if curve is None or len(curve.rates) < 2 or not measured:
        return unit
    here, there = (_trusted(count / waiting.LONGER_S, curve) for count in (users, measured))
    scale = stats.mean([line.at(here) / line.at(there) for line in curve.lines.values()])
    if scale is None:
        return unit
    source = f"{unit.source}, × {scale.middle:.2f} for those of {prose.plural(users, 'user')}, by what empty polls cost"
    return replace(unit, us=_product(unit.us, scale), files=unit.files + curve.files, source=source)


def memory_kib(base: str, figures: Figures, scenario: str = "idle") -> memory.Amount | None:
    """User and kernel memory of a waiting connection, the server's end."""
    for table in memory.tables(figures):
        for row in table.rows:
            if table.scenario == scenario and transports.base_of(row.variant) == base:
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
    return Wait(PERCENTILES[metric], figure.estimate.times(scale), scale, figure.files)


def total(parts: list[tuple[float, stats.Estimate]]) -> stats.Estimate:
    """A sum of costs, each so many times. They come from trials of their own, so their errors add as squares."""
    middle = math.fsum(times * each.middle for times, each in parts)
    counts = min(each.n for _, each in parts)
    if not all(each.has_interval for _, each in parts):
        return stats.Estimate(counts, middle)
    # Each side for itself: an interval over logarithms reaches further up than down, and never below nothing.
    below, above = (math.hypot(*(times * reach for times, reach in side)) for side in (
        [(times, each.middle - (each.low or 0.0)) for times, each in parts],
        [(times, (each.high or 0.0) - each.middle) for times, each in parts]))
    return stats.Estimate(counts, middle, max(middle - below, 0.0), middle + above)


def _not_below_zero(each: stats.Estimate) -> stats.Estimate:
    if each.low is None or each.high is None:
        return stats.Estimate(each.n, max(each.middle, 0.0))
    return stats.Estimate(each.n, max(each.middle, 0.0), max(each.low, 0.0), max(each.high, 0.0))


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
