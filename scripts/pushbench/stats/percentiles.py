"""Percentiles of all blocks together, where one block alone has too few samples beyond a percentile.

Counts are added up and percentiles never averaged. The interval is by sectioning (Asmussen & Glynn, "Stochastic
Simulation", 2007): around the percentile of all, as wide as those of the blocks scatter about it. A percentile of one
small block is off, but by so much for all blocks alike, and that widens the interval.

Deliveries of one notification are not independent: when it is late, it is late for everybody. So what must lie beyond a
percentile is ten notifications, however many deliveries these are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pushbench.stats import estimates as stats

MIN_BEYOND = 10  # a percentile with fewer notifications beyond it is left out


def allowed(notifications: float, share: float) -> bool:
    """Whether so many notifications leave enough beyond a percentile: 1,000 for p99, 100 for p90."""
    return notifications * (1 - share) >= MIN_BEYOND - 1e-6


def needed(share: float) -> int:
    """The fewest notifications that allow it."""
    return round(MIN_BEYOND / (1 - share))


def percentile(histograms: Sequence[dict[float, int]], share: float,
               notifications: float | None = None) -> stats.Estimate | None:
    """The percentile of the merged histograms, with an interval over blocks; None = too few beyond it.

    `notifications` is of all blocks together; without it each sample counts as one of its own.
    """
    values = np.array(sorted(set().union(*histograms)), dtype=float) if histograms else np.array([])
    counts = np.array([[histogram.get(value, 0) for value in values] for histogram in histograms], float)
    independent = min(counts.sum(), counts.sum() if notifications is None else notifications)
    if counts.size == 0 or not allowed(independent, share):
        return None
    blocks = len(histograms)
    middle = float(_of_counts(values, counts.sum(axis=0, keepdims=True), share)[0])
    if blocks < stats.MIN_BLOCKS:
        return stats.Estimate(blocks, middle)
    away = np.log(_of_counts(values, counts, share) / middle)
    width = stats.reach(blocks) * math.sqrt(float(away @ away) / (blocks - 1))
    return stats.Estimate(blocks, middle, middle * math.exp(-width), middle * math.exp(width))


def _of_counts(values: np.ndarray, counts: np.ndarray, share: float) -> np.ndarray:
    """The percentile of each row of counts."""
    reached = np.cumsum(counts, axis=1) >= share * counts.sum(axis=1, keepdims=True)
    return values[np.argmax(reached, axis=1)]
