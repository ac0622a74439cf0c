"""The statistics, without any knowledge of transports.

The unit is the block: one whole trial per variant. Deliveries inside a trial are not independent, so an interval
comes from the scatter between blocks alone, as Georges et al. ("Statistically Rigorous Java Performance Evaluation",
2007) and Kalibera & Jones ("Rigorous Benchmarking in Reasonable Time", 2013) have it: Student's t over the blocks.

Times, bytes and their ratios scatter by a share of themselves, so t is taken over logarithms, and the figure is the
geometric mean; of differences it is the arithmetic mean. A bootstrap would need no such assumption, but has too few
values to draw from: of the median of 3 blocks its 95 % interval covers the truth in 75 % of runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pushbench.stats.student import CONFIDENCE, quantile

MIN_BLOCKS = 3  # below this an interval would only pretend
MOST_BLOCKS = 200  # whoever needs more will hardly run them


@dataclass(frozen=True)
class Estimate:
    """The mean over `n` blocks; `low` and `high` are None when they allow no interval.

    `freedom` is given where the degrees of freedom of Student's t are not `n` − 1.
    """

    n: int
    middle: float
    low: float | None = None
    high: float | None = None
    freedom: float | None = field(default=None, compare=False)

    @property
    def has_interval(self) -> bool:
        return self.low is not None and self.high is not None

    def times(self, factor: float) -> Estimate:
        """The same in another unit; the factor is above 0."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return replace(self, middle=self.middle * factor, low=low, high=high)

    def to_json(self) -> dict[str, float | None]:
        return {"n": self.n, "middle": self.middle, "low": self.low, "high": self.high}


def mean(values: Sequence[float]) -> Estimate | None:
    """Geometric mean and its interval; arithmetic where a value is not above 0. None without values."""
    finite = _finite(values)
    if not finite or min(finite) <= 0:
        return arithmetic_mean(finite)
    estimate = arithmetic_mean([math.log(value) for value in finite])
    assert estimate is not None
    if min(finite) == max(finite):  # the way there and back through logarithms rounds
        return Estimate(len(finite), finite[0], *([finite[0]] * 2 if estimate.has_interval else ()))
    return exponential(estimate)


def arithmetic_mean(values: Sequence[float]) -> Estimate | None:
    """Mean and interval of values that may be of any sign, such as differences. None without values.

    An interval of no width is given only to values that are equal to the last bit.
    """
    finite = _finite(values)
    if not finite:
        return None
    count, middle = len(finite), math.fsum(finite) / len(finite)
    if min(finite) == max(finite):
        middle = finite[0]
    if count < MIN_BLOCKS:
        return Estimate(count, middle)
    width = reach(count) * math.sqrt(_variance(finite))
    return Estimate(count, middle, middle - width, middle + width)


def reach(blocks: int, confidence: float = CONFIDENCE) -> float:
    """How far an interval reaches to each side, in standard deviations of the blocks."""
    return quantile(blocks - 1, confidence) / math.sqrt(blocks)


def _finite(values: Sequence[float]) -> list[float]:
    return [float(value) for value in values if math.isfinite(value)]


def _variance(values: Sequence[float]) -> float:
    if min(values) == max(values):
        return 0.0
    middle = math.fsum(values) / len(values)
    return math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1)


def exponential(logs: Estimate) -> Estimate:
    """From logarithms back to values; without an interval where its end is beyond all numbers."""
    if logs.low is None or logs.high is None or logs.high > 700:
        return Estimate(logs.n, math.exp(logs.middle))
    return Estimate(logs.n, math.exp(logs.middle), math.exp(logs.low), math.exp(logs.high), logs.freedom)


def paired_ratio(a: Mapping[int, float], b: Mapping[int, float]) -> Estimate | None:
    """a / b within each block, then the mean over blocks: what both had in common cancels out."""
    return mean(ratios_by_block(a, b))


def ratios_by_block(a: Mapping[int, float], b: Mapping[int, float]) -> list[float]:
    """None at all when b is nothing in some block: a ratio of the blocks that are left would be a choice."""
    blocks = sorted(a.keys() & b.keys())
    return [a[block] / b[block] for block in blocks] if all(b[block] > 0 for block in blocks) else []


def paired_difference(a: Mapping[int, float], b: Mapping[int, float]) -> Estimate | None:
    """a − b within each block, for figures that may be zero."""
    return arithmetic_mean(differences_by_block(a, b))


def differences_by_block(a: Mapping[int, float], b: Mapping[int, float]) -> list[float]:
    return [a[block] - b[block] for block in sorted(a.keys() & b.keys())]


def independent_ratio(new: Sequence[float], old: Sequence[float]) -> Estimate | None:
    """Mean of new over mean of old, for two runs whose blocks have nothing to do with each other.

    Welch's t over the logarithms, its degrees of freedom by Welch and Satterthwaite.
    """
    new, old = _finite(new), _finite(old)
    above, below = mean(new), mean(old)
    if above is None or below is None or below.middle <= 0:
        return None
    count, ratio = min(above.n, below.n), above.middle / below.middle
    if count < MIN_BLOCKS or min(*new, *old) <= 0:
        return Estimate(count, ratio)
    squares = [_variance([math.log(value) for value in values]) / len(values) for values in (new, old)]
    if sum(squares) == 0:
        return Estimate(count, ratio, ratio, ratio)
    freedom = sum(squares) ** 2 / sum(square**2 / (len(values) - 1)
                                      for square, values in zip(squares, (new, old), strict=True))
    width = quantile(freedom) * math.sqrt(sum(squares))
    return exponential(Estimate(count, math.log(ratio), math.log(ratio) - width, math.log(ratio) + width, freedom))


@dataclass(frozen=True)
class Line:
    """A straight line through points, by least squares, and how far the points are from it."""

    slope: float
    intercept: float
    points: tuple[tuple[float, float], ...]

    def at(self, x: float) -> float:
        return self.intercept + self.slope * x

    @property
    def residuals(self) -> list[tuple[float, float]]:
        """For each point: x, and how far it lies above the line."""
        return [(x, y - self.at(x)) for x, y in self.points]


def line(points: Sequence[tuple[float, float]]) -> Line | None:
    """None with fewer than two distinct x."""
    if len({x for x, _ in points}) < 2:
        return None
    x, y = np.asarray(points, dtype=float).T
    slope = float(((x - x.mean()) @ y) / ((x - x.mean()) @ (x - x.mean())))
    return Line(slope, float(y.mean() - slope * x.mean()), tuple(points))


def blocks_to_tell(values: Sequence[float], edges: Sequence[float], *, differences: bool = False) -> int | None:
    """Blocks in all after which the interval would likely clear the nearest edge; None = hardly ever."""
    finite = _finite(values)
    if len(finite) < 2:
        return None
    if not differences and min(finite) > 0:
        finite, edges = [math.log(value) for value in finite], [math.log(edge) for edge in edges if edge > 0]
    return _until(len(finite), math.fsum(finite) / len(finite), math.sqrt(_variance(finite)), edges)


def blocks_by_interval(estimate: Estimate, edges: Sequence[float]) -> int | None:
    """The same of a figure above 0 that has an interval and no values by block, such as a pooled percentile."""
    if estimate.low is None or estimate.high is None or estimate.low <= 0:
        return None
    spread = math.log(estimate.high / estimate.low) / 2 / reach(estimate.n)
    return _until(estimate.n, math.log(estimate.middle), spread, [math.log(edge) for edge in edges if edge > 0])


def _until(blocks: int, middle: float, spread: float, edges: Sequence[float]) -> int | None:
    distance = min((abs(middle - edge) for edge in edges), default=0.0)
    counts = range(max(MIN_BLOCKS, blocks + 1), MOST_BLOCKS + 1)
    return next((count for count in counts
                 if distance > 0 and reach(count) * spread < distance), None)
