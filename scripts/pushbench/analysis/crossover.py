"""Where short polling becomes the cheaper one: how many notifications must a poll find for that?

The cost of an event falls with how many events come together, since a server that is woken for each pays more than one
that finds several. So a poll and a delivery are compared at equal event rates: n clients that poll every T seconds
ask p = n / T times a second, and with k notifications for each poll the same clients would be told k · p a second by
stream. Both cost the same where

    k · (cost of a delivery at k · p a second)  =  (cost of an empty poll at p a second) + k · (what a find adds),

where the cost of a delivery goes with a power of the rate, and what a find adds is a share of it. A stream also has
its heartbeats, which come however little is told: where polls are so far apart that these cost as much as the polls,
polling is the cheaper one whatever it finds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pushbench import prose
from pushbench.analysis import events
from pushbench.analysis.events import BEYOND, STREAM, Curve, Found, PowerLaw, together
from pushbench.analysis.figures import Figures
from pushbench.stats import estimates as stats
from pushbench.stats.jackknife import jackknife


@dataclass(frozen=True)
class BorderAt:
    """At one rate of polls: k, and what an empty poll costs in deliveries at the same rate of events."""

    polls_per_s: float
    k: stats.Estimate
    poll_over_delivery: stats.Estimate
    heartbeats_s: stats.Estimate | None = None  # of so many seconds, the heartbeats of a stream cost as much as a poll


@dataclass(frozen=True)
class Crossover:
    """`found` is None where no poll that finds something was measured: then the true border is higher than told."""

    polls: Curve
    deliveries: Curve
    found: Found | None
    borders: tuple[BorderAt, ...]
    waiting: stats.Estimate | None = None  # µs that a stream costs by a connection and second, with its heartbeats

    def beside_heartbeats(self, polls_per_s: float, clients: int) -> float:
        """By what k is to be multiplied, since a stream has heartbeats: 0 where they alone cost as much as polls."""
        if self.waiting is None:
            return 1.0
        poll_us = together(list(self.polls.lines.values())).at(polls_per_s)
        left = max(0.0, 1 - clients / polls_per_s * self.waiting.middle / poll_us)
        return left ** (1 / (1 + together(list(self.deliveries.lines.values())).exponent))

    @property
    def middle(self) -> BorderAt:
        """In the middle of the measured rates."""
        return self.borders[(len(self.borders) - 1) // 2]

    @property
    def ratio(self) -> stats.Estimate:
        """The border at that rate, for who needs one."""
        return self.middle.k

    @property
    def files(self) -> tuple[str, ...]:
        found = self.found.files if self.found else ()
        return tuple(dict.fromkeys(self.polls.files + self.deliveries.files + found))

    @property
    def text(self) -> str:
        """The border as sentences that one can repeat."""
        told = prose.listing([f"{_figure(each.k)} at {prose.number(each.polls_per_s)} polls a second"
                              for each in _ends(self.borders)], "or")
        adds = "What a poll finds costs more still, which was not measured here: the true border is higher."
        if self.found:
            adds = (f"A notification that a poll finds adds {_figure(self.found.share)} of a delivery, its publishing "
                    "included.")
        return (f"Crossover: short polling costs less CPU than a stream only where a poll finds more notifications "
                f"than this on average: {told}; and where users accept the wait. At equal event rates, "
                f"{prose.number(self.middle.polls_per_s)} a second of each, an empty poll costs "
                f"{_figure(self.middle.poll_over_delivery)} × a delivery by stream (SSE). The cost of an event falls "
                f"with how many come together: {self._falls}. {adds}{self._heartbeats}")

    @property
    def _heartbeats(self) -> str:
        known = [(each.polls_per_s, each.heartbeats_s) for each in _ends(self.borders) if each.heartbeats_s]
        if not known:
            return ""
        apart = prose.listing([f"{_figure(seconds)} s at {prose.number(rate)} polls a second"
                               for rate, seconds in known])
        return (f" The heartbeats of a stream are not in that. They cost as much as one poll in {apart}: whoever asks "
                "more seldom than that pays less by polling, however little a poll finds.")

    @property
    def _falls(self) -> str:
        ends = dict.fromkeys((min(self.polls.rates), max(self.polls.rates)))
        rates = [f"{prose.number(rate)} a second" for rate in ends]
        streamed = (f"a delivery {self.deliveries.range_text}" if len(self.deliveries.rates) > 1 else
                    f"a delivery, measured at {prose.number(self.deliveries.rates[0])} only, "
                    f"{self.deliveries.range_text}")
        return f"from {' to '.join(rates)}, an empty poll takes {self.polls.range_text} of server CPU, {streamed}"


def crossover(figures: Figures) -> Crossover | None:
    """From the polls of the scenario idle and the deliveries of events, paired by block."""
    polls = events.empty_polls(figures)
    deliveries = events.deliveries(STREAM, figures)
    if polls is None or deliveries is None:
        return None
    found = events.found(polls, deliveries, figures)
    blocks = _blocks(polls, deliveries, found)
    waits = figures.get(events.IDLE, figures.main_case(events.IDLE), STREAM, events.WAITING)
    silence = list(waits.by_block.values()) if waits else []
    borders = tuple(border for rate in polls.rates if (border := _border(rate, blocks, deliveries, silence)))
    return Crossover(polls, deliveries, found, borders, waits.estimate if waits else None) if borders else None


@dataclass(frozen=True)
class _Block:
    """What one block says: cost by rate of an empty poll and of a delivery, and what a find adds of a delivery."""

    polls: PowerLaw
    deliveries: PowerLaw
    adds: float


def _blocks(polls: Curve, deliveries: Curve, found: Found | None) -> list[_Block]:
    asked, told = polls.lines, deliveries.lines
    blocks = asked.keys() & told.keys() & (found.by_block.keys() if found else asked.keys())
    return [_Block(asked[block], told[block], found.by_block[block] if found else 0.0) for block in sorted(blocks)]


def _border(rate: float, blocks: Sequence[_Block], deliveries: Curve, silence: Sequence[float]) -> BorderAt | None:
    k = jackknife(blocks, lambda some: _k(rate, some))
    even = stats.mean([block.polls.at(rate) / block.deliveries.at(rate) for block in blocks])
    # What silence costs comes from trials of its own, so its blocks have nothing to do with these.
    heartbeats_s = stats.independent_ratio([block.polls.at(rate) for block in blocks], silence)
    return BorderAt(rate, k, even, heartbeats_s) if k and even and _in_reach(rate * k.middle, deliveries) else None


def _k(rate: float, blocks: Sequence[_Block]) -> float | None:
    """k of these blocks together."""
    adds = math.fsum(block.adds for block in blocks) / len(blocks)
    polls, deliveries = (together([getattr(block, side) for block in blocks]) for side in ("polls", "deliveries"))
    return notifications_per_poll(rate, polls.at(rate), deliveries, adds)


def _in_reach(rate: float, deliveries: Curve) -> bool:
    """Whether deliveries were measured near that rate: a line far beyond its points is a guess."""
    beyond = BEYOND if len(deliveries.rates) > 1 else 1.2
    return min(deliveries.rates) / beyond <= rate <= max(deliveries.rates) * beyond


def notifications_per_poll(polls_per_s: float, poll_us: float, deliveries: PowerLaw, adds: float = 0.0) -> float | None:
    """k at which both cost the same: k · (1 − adds) · delivery(k · p) = poll, solved for k. None where there is none.

    A find that costs as much as a delivery leaves nothing to gain; less than nothing is noise.
    """
    left, power = 1 - max(adds, 0.0), 1 + deliveries.exponent
    if left <= 0 or power <= 0:
        return None
    return (poll_us / (left * deliveries.at(polls_per_s))) ** (1 / power)


def interpolated(borders: Mapping[float, float], polls_per_s: float) -> float:
    """k at any rate of polls, on straight lines over logarithms; beyond the measured rates the nearest stands."""
    rates = sorted(borders)
    if polls_per_s <= rates[0] or len(rates) == 1:
        return borders[rates[0]]
    if polls_per_s >= rates[-1]:
        return borders[rates[-1]]
    after = next(place for place, rate in enumerate(rates) if rate >= polls_per_s)
    low, high = rates[after - 1], rates[after]
    share = math.log(polls_per_s / low) / math.log(high / low)
    return math.exp((1 - share) * math.log(borders[low]) + share * math.log(borders[high]))


def _ends(borders: tuple[BorderAt, ...]) -> list[BorderAt]:
    return [borders[0], borders[-1]] if len(borders) > 1 else list(borders)


def _figure(value: stats.Estimate) -> str:
    return prose.estimate(value.middle, value.low, value.high)
