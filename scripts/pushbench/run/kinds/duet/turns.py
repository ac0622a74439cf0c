"""Who plays when, and what it cost: slices of schedule, whose edges are readings of both servers' CPU clocks."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pushbench.errors import TrialError
from pushbench.run.kinds.duet.side import REST_LOOK_S, REST_LOOKS, HandedOver, Side, wait_until_at_rest
from pushbench.setup.plan import Planned

# A server publishes the first notification of an order 2 ms after it took it. Who reads its clock sooner than that
# has the order itself (0.12 ms) before the slice, where it belongs.
_FIRST_DUE_NS = 1_800_000
_TYPICAL_ORDER_NS = 120_000  # for a clock that was read too late, until this duet has orders of its own
_ON_THEIR_WAY = 0.01  # of the polls: so few do not show in the cost
_GAPS = 12  # of random arrivals: one so much longer than the mean comes once in 160,000
_BUSY_S = 10.0  # how long an order may wait for the end of the one before it


@dataclass(frozen=True)
class Shape:
    """The numbers of a slice."""

    lead_in: int  # notifications before those that count
    lead_in_per_s: float
    count: int  # notifications that count
    deliveries_each: int  # of one notification
    settle_s: float  # at least so long after the last is due
    looks: int  # that find the server at rest, one after the other, before it counts as through

    @property
    def deliveries(self) -> int:
        return self.count * self.deliveries_each


@dataclass(frozen=True)
class Slice:
    """What both servers used from one edge to the other."""

    active_ns: int
    resting_ns: int
    order_ns: int | None  # what taking the order cost, where the clock was read in time
    delivered: bool


def shape_of(trial: Planned) -> Shape:
    scenario = trial.scenario
    looks = math.ceil(_GAPS / trial.rate_per_s / REST_LOOK_S) if scenario.arrival == "poisson" else 0
    lead_in_per_s = scenario.values.get("lead_in_rate", trial.rate_per_s)
    return Shape(max(1, round(lead_in_per_s * scenario.lead_in)), lead_in_per_s,
                 max(1, round(trial.rate_per_s * scenario.slice)), trial.connections // trial.topics, scenario.settle,
                 max(REST_LOOKS, looks))


class Turns:
    """`wait` sleeps, and raises when a process has ended meanwhile."""

    def __init__(self, trial: Planned, wait: Callable[[float], None]) -> None:
        self._trial = trial
        self._wait = wait
        self.shape = shape_of(trial)
        self._orders_ns: list[int] = []
        self._was_late = False  # a server that still published when it was to be through

    def play(self, active: Side, resting: Side, seed: int) -> Slice:
        """A lead-in, which warms the caches that the other has used, then the slice that counts."""
        self._was_late = False
        self._order(active, self.shape.lead_in, self.shape.lead_in_per_s, seed + 1)
        self._wait_until_through(active, self.shape.lead_in, self.shape.lead_in_per_s)
        rested_ns, before_ns = resting.cpu_ns(), active.cpu_ns()
        began_ns = self._order(active, self.shape.count, self._trial.rate_per_s, seed)
        ordered_ns = active.cpu_ns()
        in_time = time.monotonic_ns() - began_ns < _FIRST_DUE_NS
        if in_time:
            self._orders_ns.append(ordered_ns - before_ns)
        else:
            ordered_ns = before_ns + self._typical_order_ns()
        self._wait_until_through(active, self.shape.count, self._trial.rate_per_s)
        used_ns, rested_ns = active.cpu_ns() - ordered_ns, resting.cpu_ns() - rested_ns
        return Slice(used_ns, rested_ns, self._orders_ns[-1] if in_time else None, self._all_delivered(active))

    def _order(self, side: Side, count: int, rate_per_s: float, seed: int) -> int:
        side.expected = side.expected.after(count * self.shape.deliveries_each)
        order: dict[str, Any] = {
            "rate": rate_per_s, "payload_bytes": self._trial.payload_bytes,
            "arrival": self._trial.scenario.arrival, "seed": seed, "topics": self._trial.topics, "count": count}
        return self._place(side, order)

    def _place(self, side: Side, order: dict[str, Any]) -> int:
        end = time.monotonic() + _BUSY_S
        while (began_ns := side.link.order(order)) is None:
            self._was_late = True
            if time.monotonic() > end:
                raise TrialError(f"{side.server.name} still ran an earlier schedule after {_BUSY_S:g} s")
            self._wait(REST_LOOK_S)
        return began_ns

    def _wait_until_through(self, side: Side, count: int, rate_per_s: float) -> None:
        """By its timetable, and then until it rests."""
        self._wait(max(0.0, (count - 1) / rate_per_s) + self.shape.settle_s)
        wait_until_at_rest(side, self._wait, self.shape.looks)

    def _all_delivered(self, side: Side) -> bool:
        """Asked after the edge, so that the answer is in no slice. What is late is not booked on the next slice."""
        seen = side.done()
        all_delivered = seen.is_as(side.expected, slack=1 + round(_ON_THEIR_WAY * self._trial.connections))
        side.expected = HandedOver(seen.deliveries, side.expected.parked)
        return all_delivered and not self._was_late

    def _typical_order_ns(self) -> int:
        known = sorted(self._orders_ns)
        return known[len(known) // 2] if known else _TYPICAL_ORDER_NS
