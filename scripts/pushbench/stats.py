"""The statistics, without any knowledge of transports.

The unit of resampling is the block: one whole trial per variant. Deliveries inside a trial are not
independent, so they are never resampled, and percentiles are never averaged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

MIN_BLOCKS = 3  # below this an interval would only pretend
CONFIDENCE = 0.95
RESAMPLES = 20_000
SEED = 20_240_229


@dataclass(frozen=True)
class Estimate:
    """A median over blocks; `low` and `high` are None when there are too few blocks for an interval."""

    n: int
    median: float
    low: float | None = None
    high: float | None = None

    @property
    def has_interval(self) -> bool:
        return self.low is not None and self.high is not None


@lru_cache(maxsize=64)
def _middle_ranks(n: int, stream: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The ranks of the two middle values of each resample (the same rank twice when n is odd).

    A resampled median depends on nothing else, so the draws are sorted once per n. Seeded by n only: no
    figure depends on the order of the others.
    """
    draws = np.sort(np.random.default_rng([SEED, n, stream]).integers(0, n, size=(RESAMPLES, n)), axis=1)
    return draws[:, (n - 1) // 2], draws[:, n // 2]


def _resampled_medians(values: Sequence[float], stream: int = 0) -> np.ndarray:
    data = np.sort(np.asarray(values, dtype=float))
    below, above = _middle_ranks(len(data), stream)
    return (data[below] + data[above]) / 2


def interval(samples: np.ndarray) -> tuple[float, float]:
    tail = (1 - CONFIDENCE) / 2
    # Nearest observed resample, not interpolated: an end is always a median that really came up.
    low, high = np.quantile(samples, [tail, 1 - tail], method="nearest")
    return float(low), float(high)


def median(values: Sequence[float]) -> Estimate | None:
    """The median over blocks with its bootstrap interval; None without values."""
    if not values:
        return None
    middle = float(np.median(values))
    if len(values) < MIN_BLOCKS:
        return Estimate(len(values), middle)
    return Estimate(len(values), middle, *interval(_resampled_medians(values)))


def paired_ratio(a: Mapping[int, float], b: Mapping[int, float]) -> Estimate | None:
    """a / b within each block, then the median over blocks: what both had in common cancels out."""
    return median(ratios_by_block(a, b))


def ratios_by_block(a: Mapping[int, float], b: Mapping[int, float]) -> list[float]:
    return [a[block] / b[block] for block in sorted(a.keys() & b.keys()) if b[block] > 0]


def paired_difference(a: Mapping[int, float], b: Mapping[int, float]) -> Estimate | None:
    """a − b within each block, for figures that may be zero."""
    return median([a[block] - b[block] for block in sorted(a.keys() & b.keys())])


def independent_ratio(new: Sequence[float], old: Sequence[float]) -> Estimate | None:
    """Median of new over median of old, for two runs whose blocks have nothing to do with each other."""
    if not new or not old or float(np.median(old)) <= 0:
        return None
    n = min(len(new), len(old))
    ratio = float(np.median(new) / np.median(old))
    if n < MIN_BLOCKS:
        return Estimate(n, ratio)
    below = _resampled_medians(old, stream=2)
    if float(below.min()) <= 0:
        return Estimate(n, ratio)
    return Estimate(n, ratio, *interval(_resampled_medians(new, stream=1) / below))


def coverage(n: int) -> float:
    """How often an interval from n blocks covers the true median, at best.

    Even the whole range of n values misses the median when all fall on one side of it: 2 · 0.5^n.
    """
    return min(CONFIDENCE, 1 - 2 * 0.5**n) if n > 0 else 0.0


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Least-squares slope of y over x; None with fewer than two distinct x."""
    if len({x for x, _ in points}) < 2:
        return None
    x, y = np.asarray(points, dtype=float).T
    x = x - x.mean()
    return float((x @ y) / (x @ x))


def blocks_to_tell(values: Sequence[float], edges: Sequence[float]) -> int | None:
    """Blocks in all after which the interval would likely clear the nearest edge; None = hardly ever.

    The standard error of a median of n near-normal values is 1.2533 · s / √n.
    """
    if len(values) < 2:
        return None
    spread = float(np.std(values, ddof=1))
    distance = min(abs(float(np.median(values)) - edge) for edge in edges)
    if distance <= 0:
        return None
    needed = math.ceil((1.96 * 1.2533 * spread / distance) ** 2)
    # Six blocks are the fewest whose range covers the median with 95 %.
    needed = max(needed, 6, len(values) + 1)
    return needed if needed <= 200 else None
