"""What a model says of work that nobody ran: a cost, an interval as wide as it was off, and how far it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushbench import prose
from pushbench.model.cells import PerSecond
from pushbench.model.design import amounts, wire_amounts
from pushbench.stats import estimates as stats

BEYOND = 2.0  # how far beyond the measured rates of events their cost is taken to go on falling
MOST_SAID = 1.05  # what lies less beyond than that is not called extrapolated
QUANTITIES = {"connections": "connections", "deliveries": "deliveries a second", "requests": "polls a second",
              "heartbeats": "heartbeats a second", "payload_bytes": "bytes of payload"}


@dataclass(frozen=True)
class Reach:
    """A quantity beyond the most of it that was measured, by this factor."""

    quantity: str
    factor: float

    @property
    def text(self) -> str:
        return f"{QUANTITIES[self.quantity]} {prose.number(float(f'{self.factor:.2g}'))}{prose.NBSP}×"


@dataclass(frozen=True)
class TransportModel:
    """All that a plan needs of one transport. `us` and `wire_bytes` are by term, `off` is the 90 % error of CPU."""

    transport: str
    us: Mapping[str, float]
    wire_bytes: Mapping[str, float]
    wire_off: float  # of bytes, of the cells that it was made from: they are counted, and hardly scatter
    off: float
    blocks: int
    most: Mapping[str, float]  # that was measured of each quantity


@dataclass(frozen=True)
class Bend:
    """Waking up costs what goes with this power of the rate of events, within the rates that were measured."""

    exponent: float
    least: float
    most: float

    def trusted(self, events_per_s: float) -> float:
        return min(max(events_per_s, self.least / BEYOND), self.most * BEYOND)


def by_term(model: TransportModel, bend: Bend, work: PerSecond, *, goes_on: bool = False) -> dict[str, float]:
    """µs a second by term. Beyond the measured rates an event costs what it costs there, or goes on falling."""
    at = work.events if goes_on else bend.trusted(work.events)
    return {term: model.us.get(term, 0.0) * amount for term, amount in amounts(work, bend.exponent, at).items()}


def cpu_us_per_s(model: TransportModel, bend: Bend, work: PerSecond) -> stats.Estimate:
    """Where events lie beyond what was measured, both ways to go on are in the interval."""
    middle = sum(by_term(model, bend, work).values())
    other = sum(by_term(model, bend, work, goes_on=True).values())
    if model.blocks < stats.MIN_BLOCKS:
        return stats.Estimate(model.blocks, middle)
    return stats.Estimate(model.blocks, middle, min(middle, other) / (1 + model.off),
                          max(middle, other) * (1 + model.off))


def wire_bytes_per_s(model: TransportModel, work: PerSecond) -> stats.Estimate | None:
    """Both directions, with the headers of TCP and IP; None where no cell counted them."""
    if not model.wire_bytes:
        return None
    middle = sum(model.wire_bytes.get(term, 0.0) * amount for term, amount in wire_amounts(work).items())
    return stats.Estimate(model.blocks, middle, middle / (1 + model.wire_off), middle * (1 + model.wire_off))


def reaches(model: TransportModel, work: PerSecond) -> list[Reach]:
    """What of this work lies beyond what was measured. Less than was measured is no risk: a sum of less costs less."""
    found = {quantity: getattr(work, quantity) / most for quantity, most in model.most.items()}
    return [Reach(quantity, factor) for quantity, factor in found.items() if factor > MOST_SAID]
