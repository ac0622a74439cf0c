"""Where a figure stands on the axis of its panel: from 0 to 100, left to right."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_WIDEST = 4.0  # an interval may reach so many times as far as all figures do; a wider one leaves the panel
_MARGIN = 0.06
_DECADES_FROM = 6.0  # from this ratio of both ends on the marks are 1, 2, 5, 10
_MOST_MARKS = 5


@dataclass(frozen=True)
class Axis:
    low: float
    high: float
    log: bool

    def place(self, value: float) -> float:
        """Held to the panel."""
        low, at, high = (self._of(each) for each in (self.low, value, self.high))
        return round(min(100.0, max(0.0, (at - low) / (high - low) * 100)), 2)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def marks(self) -> list[float]:
        """A few round numbers."""
        if self.log and self.high / self.low >= _DECADES_FROM:
            found = [mantissa * 10.0**power for power in range(math.floor(math.log10(self.low)),
                                                               math.ceil(math.log10(self.high)) + 1)
                     for mantissa in (1, 2, 5)]
        else:
            step = _round_step((self.high - self.low) / 3)
            found = [round(count * step, 10) for count in range(math.ceil(self.low / step),
                                                                math.floor(self.high / step) + 1)]
        inside = [each for each in found if 4 <= self.place(each) <= 96 and self.holds(each)]
        every = max(1, math.ceil(len(inside) / _MOST_MARKS))
        return inside[::every]

    def _of(self, value: float) -> float:
        return math.log(max(value, 1e-300)) if self.log else value


def axis(middles: Sequence[float], ends: Sequence[float], also: Sequence[float], log: bool) -> Axis:
    """Wide enough for all figures and for what they are held against; for intervals as long as they are no wider than
    several times that."""
    inner = [*middles, *also]
    scale: Callable[[float], float] = _log if log else _plain
    low, high = min(map(scale, inner)), max(map(scale, inner))
    reach = max(high - low, 0.1 if log else abs(high) * 0.1 or 1.0)
    bound = low - _WIDEST * reach, high + _WIDEST * reach
    reached = [min(max(scale(end), bound[0]), bound[1]) for end in ends]
    low, high = min([low, *reached]), max([high, *reached])
    margin = _MARGIN * max(high - low, reach / 2)
    if log:
        return Axis(math.exp(low - margin), math.exp(high + margin), True)
    return Axis(low - margin, high + margin, False)


def _log(value: float) -> float:
    return math.log(max(value, 1e-300))


def _plain(value: float) -> float:
    return value


def _round_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * mantissa for mantissa in (1, 2, 5, 10) if power * mantissa >= rough * 0.999)
