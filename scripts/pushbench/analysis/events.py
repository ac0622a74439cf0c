"""What an event costs at each rate of events: an empty poll, a delivery by stream, and what a poll finds.

Cost goes with a power of the rate, a straight line in logarithms: fitted within each block, so that what disturbed a
block is in all of its points alike, and told with an interval over blocks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis.figures import Figure, Figures, Group
from pushbench.setup import transports
from pushbench.stats import estimates as stats

EVENTS, IDLE, ONE_RATE = "events", "idle", "sparse"
POLLED, EMPTY = "short-poll", "short-poll-empty"
ENOUGH_RATES = 3  # of a line from which one rate may be missing
STREAM = "sse"  # whose deliveries were measured at several rates
BEYOND = 2.0  # how far beyond the measured rates a line through them is trusted
DELIVERY, WAITING = "server_cpu_us_per_delivery", "server_cpu_us_per_idle_connection_s"


@dataclass(frozen=True)
class Point:
    """µs of server CPU per event, at one rate of them."""

    us: stats.Estimate
    by_block: Mapping[int, float]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Curve:
    """Cost by events per second. `exponent`: −0.3 is 2.0 times less for 10 times as many; None of one rate alone."""

    name: str
    points: Mapping[float, Point]
    exponent: stats.Estimate | None

    @property
    def rates(self) -> list[float]:
        return sorted(self.points)

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(file for point in self.points.values() for file in point.files))

    @property
    def lines(self) -> dict[int, PowerLaw]:
        """For each block that has all rates, or of many all but one: the cost at any rate. One void trial of a line
        must not cost the block, for its slope is known without it."""
        blocks = sorted({block for point in self.points.values() for block in point.by_block})
        known = {block: {rate: us for rate, point in self.points.items() if (us := point.by_block.get(block, 0.0)) > 0}
                 for block in blocks}
        fewest = max(ENOUGH_RATES, len(self.points) - 1) if len(self.points) > ENOUGH_RATES else len(self.points)
        return {block: _line(costs) for block, costs in known.items() if len(costs) >= fewest}

    @property
    def range_text(self) -> str:
        """'80 to 31 µs', from the fewest events a second to the most."""
        ends = [self.points[self.rates[0]].us, self.points[self.rates[-1]].us]
        told = [prose.figure(each.middle, each.low, each.high) for each in ends]
        return f"{' to '.join(dict.fromkeys(told))}{prose.NBSP}µs"


@dataclass(frozen=True)
class Found:
    """What each notification adds to the poll that finds it, in µs and as a share of a delivery by stream.

    Publishing is most of it, and is in a delivery too: it falls with the rate of events as a delivery does. So the
    share holds at other rates than the measured ones, where the µs would not.
    """

    us: stats.Estimate
    share: stats.Estimate
    by_block: Mapping[int, float]  # of the share
    files: tuple[str, ...]


@dataclass(frozen=True)
class PowerLaw:
    """A power of the rate: a straight line in logarithms."""

    level: float  # the logarithm of the cost at one event a second
    exponent: float

    def at(self, rate: float) -> float:
        return math.exp(self.level + self.exponent * math.log(rate))


def _line(costs: Mapping[float, float]) -> PowerLaw:
    """Through the costs of one block; through one point alone, a level."""
    found = stats.line([(math.log(rate), math.log(cost)) for rate, cost in costs.items()])
    exponent = found.slope if found else 0.0
    levels = [math.log(cost) - exponent * math.log(rate) for rate, cost in costs.items()]
    return PowerLaw(math.fsum(levels) / len(levels), exponent)


def together(lines: Sequence[PowerLaw]) -> PowerLaw:
    """The geometric mean of several."""
    return PowerLaw(math.fsum(line.level for line in lines) / len(lines),
                    math.fsum(line.exponent for line in lines) / len(lines))


def curve(name: str, points: Mapping[float, Point]) -> Curve | None:
    if not points:
        return None
    found = Curve(name, points, None)
    exponents = [line.exponent for line in found.lines.values()] if len(points) > 1 else []
    return Curve(name, points, stats.arithmetic_mean(exponents))


def empty_polls(figures: Figures) -> Curve | None:
    """By the scenario events; of a run without it, from the clients of idle that ask at the shortest interval."""
    for scenario, variant in ((EVENTS, _polled_in(EVENTS, EMPTY, figures)), (IDLE, _polled_in(IDLE, POLLED, figures))):
        points: dict[float, Point] = {}
        for group in figures.groups.values():
            figure = figures.get(scenario, group.case, group.variant, WAITING)
            interval_ms, clients = group.poll_interval_ms, _number(group, "connections")
            if (group.scenario, group.variant) == (scenario, variant) and figure and interval_ms and clients:
                points[clients / interval_ms * 1000] = _scaled(figure, interval_ms / 1000)
        if points:
            return curve("empty poll", points)
    return None


def deliveries(variant: str, figures: Figures) -> Curve | None:
    """By the scenario events; of a run without it, the one rate of sparse."""
    points: dict[float, Point] = {}
    for scenario in (EVENTS, ONE_RATE):
        for case in figures.cases(scenario):
            figure, group = figures.get(scenario, case, variant, DELIVERY), figures.group(scenario, case, variant)
            rate = _number(group, "rate_per_s")
            if figure and rate:
                points[rate] = _scaled(figure)
        if points:
            break
    return curve(figures.name(variant), points)


def found(polls: Curve, deliveries: Curve, figures: Figures) -> Found | None:
    """From polls that find something: their CPU, less that of as many empty ones in the same block."""
    us: dict[int, list[float]] = {}
    shares: dict[int, list[float]] = {}
    files: list[str] = []
    variant = _polled_in(EVENTS, POLLED, figures)
    empty, streamed = polls.lines, deliveries.lines
    for group in figures.groups.values():
        for block, trial in group.good.items() if (group.scenario, group.variant) == (EVENTS, variant) else ():
            each, told = trial.number("server", "cpu_us_per_delivery"), trial.number("window_deliveries")
            asked, seconds = trial.number("requests"), trial.number("window_s")
            if each and told and asked and seconds and block in empty and block in streamed:
                adds = each - empty[block].at(asked / seconds) * asked / told
                us.setdefault(block, []).append(adds)
                shares.setdefault(block, []).append(adds / streamed[block].at(told / seconds))
                files.append(trial.file)
    by_block = {block: math.fsum(values) / len(values) for block, values in shares.items()}
    share = stats.arithmetic_mean(list(by_block.values()))
    mean_us = stats.arithmetic_mean([math.fsum(values) / len(values) for values in us.values()])
    return Found(mean_us, share, by_block, tuple(files)) if mean_us and share else None


def _polled_in(scenario: str, base: str, figures: Figures) -> str | None:
    found = [each for each in figures.variants(scenario, twins=True) if transports.base_of(each) == base]
    return min(found, key=transports.interval_s) if found else None


def _number(group: Group | None, field: str) -> float | None:
    trials = group.good.values() if group else ()
    return next((value for trial in trials if (value := trial.number(field))), None)


def _scaled(figure: Figure, by: float = 1.0) -> Point:
    """Of costs: the mean is over logarithms, so no interval reaches below nothing."""
    by_block = {block: value * by for block, value in figure.by_block.items()}
    us = stats.mean(list(by_block.values()))
    assert us is not None
    return Point(us, by_block, figure.files)
