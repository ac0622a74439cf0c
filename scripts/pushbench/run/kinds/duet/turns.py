"""Both play at once, their notifications in turn, and what it cost each: windows whose edges are readings of both
servers' CPU clocks."""

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
# has the order itself (0.12 ms) before the window, where it belongs.
_FIRST_DUE_NS = 1_800_000
_TYPICAL_ORDER_NS = 120_000  # for a clock that was read too late, until this duet has orders of its own
_ON_THEIR_WAY = 0.01  # of the polls: so few do not show in the cost
_GAPS = 12  # of random arrivals: one so much longer than the mean comes once in 160,000
_BUSY_S = 10.0  # how long an order may wait for the end of the one before it


@dataclass(frozen=True)
class Shape:
    """The numbers of a window, of each side. Together the two make the rate of the workload."""

    lead_in: int  # notifications before the first window of a block
    lead_in_per_s: float
    count: int  # notifications that count
    rate_per_s: float
    deliveries_each: int  # of one notification
    settle_s: float  # at least so long after the last is due
    looks: int  # that find the server at rest, one after the other, before it counts as through

    @property
    def deliveries(self) -> int:
        return self.count * self.deliveries_each


@dataclass(frozen=True)
class Slice:
    """What one server used in a window."""

    used_ns: int
    order_ns: int | None  # what taking the order cost, where the clock was read in time
    delivered: bool


def shape_of(trial: Planned) -> Shape:
    scenario, rate_per_s = trial.scenario, trial.rate_per_s / 2
    looks = math.ceil(_GAPS / rate_per_s / REST_LOOK_S) if scenario.arrival == "poisson" else 0
    lead_in_per_s = scenario.values.get("lead_in_rate", rate_per_s)
    return Shape(max(1, round(lead_in_per_s * scenario.lead_in)), lead_in_per_s,
                 max(1, round(rate_per_s * scenario.slice)), rate_per_s, trial.connections // trial.topics,
                 scenario.settle, max(REST_LOOKS, looks))


class Turns:
    """`wait` sleeps, and raises when a process has ended meanwhile."""

    def __init__(self, trial: Planned, wait: Callable[[float], None]) -> None:
        self._trial = trial
        self._wait = wait
        self.shape = shape_of(trial)
        self._orders_ns: list[int] = []
        self._late: set[str] = set()  # servers that still published when they were to be through

    def warm_up(self, first: Side, second: Side, seed: int) -> None:
        """Fresh processes pay for their memory, and fresh connections acknowledge each of the first 16 segments."""
        self._play(first, second, self.shape.lead_in, self.shape.lead_in_per_s, (seed, seed + 1))

    def play(self, first: Side, second: Side, seeds: tuple[int, int]) -> tuple[Slice, Slice]:
        """One window, in the order in which the two begin. Each has arrivals of its own."""
        return self._play(first, second, self.shape.count, self.shape.rate_per_s, seeds)

    def _play(self, first: Side, second: Side, count: int, rate_per_s: float,
              seeds: tuple[int, int]) -> tuple[Slice, Slice]:
        """The second begins half a gap after the first: then notifications of the two come in turn, and whatever the
        machine does meanwhile it does to both."""
        self._late.clear()
        sides, edges = (first, second), []
        for side, seed in zip(sides, seeds, strict=True):
            began = time.monotonic()
            edges.append(self._begin(side, count, rate_per_s, seed))
            self._wait(max(0.0, 0.5 / rate_per_s - (time.monotonic() - began)))
        self._wait(max(0.0, (count - 1) / rate_per_s) + self.shape.settle_s)
        for side in sides:
            wait_until_at_rest(side, self._wait, self.shape.looks)
        used = [side.cpu_ns() - start_ns for side, (start_ns, _) in zip(sides, edges, strict=True)]
        one, two = (Slice(used_ns, order_ns, self._all_delivered(side))
                    for side, used_ns, (_, order_ns) in zip(sides, used, edges, strict=True))
        return one, two

    def _begin(self, side: Side, count: int, rate_per_s: float, seed: int) -> tuple[int, int | None]:
        """Orders the notifications. The side's clock where its window begins, and what the order took of it."""
        before_ns = side.cpu_ns()
        began_ns = self._order(side, count, rate_per_s, seed)
        ordered_ns = side.cpu_ns()
        if time.monotonic_ns() - began_ns < _FIRST_DUE_NS:
            self._orders_ns.append(ordered_ns - before_ns)
            return ordered_ns, ordered_ns - before_ns
        return before_ns + self._typical_order_ns(), None

    def _order(self, side: Side, count: int, rate_per_s: float, seed: int) -> int:
        side.expected = side.expected.after(count * self.shape.deliveries_each)
        order: dict[str, Any] = {
            "rate": rate_per_s, "payload_bytes": self._trial.payload_bytes,
            "arrival": self._trial.scenario.arrival, "seed": seed, "topics": self._trial.topics, "count": count}
        return self._place(side, order)

    def _place(self, side: Side, order: dict[str, Any]) -> int:
        end = time.monotonic() + _BUSY_S
        while (began_ns := side.link.order(order)) is None:
            self._late.add(side.name)
            if time.monotonic() > end:
                raise TrialError(f"{side.server.name} still ran an earlier schedule after {_BUSY_S:g} s")
            self._wait(REST_LOOK_S)
        return began_ns

    def _all_delivered(self, side: Side) -> bool:
        """Asked after the edge, so that the answer is in no window. What is late is not booked on the next."""
        seen = side.done()
        all_delivered = seen.is_as(side.expected, slack=1 + round(_ON_THEIR_WAY * self._trial.connections))
        side.expected = HandedOver(seen.deliveries, side.expected.parked)
        return all_delivered and side.name not in self._late

    def _typical_order_ns(self) -> int:
        known = sorted(self._orders_ns)
        return known[len(known) // 2] if known else _TYPICAL_ORDER_NS
