"""Percentiles of all blocks together, where one block alone has too few samples beyond a percentile.

Counts are added up and percentiles never averaged; the bootstrap takes whole blocks, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pushbench import stats
from pushbench.load import Trial

MIN_BEYOND = 10  # a percentile with fewer samples beyond it is left out
TO_MS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1.0}
RESAMPLES = 2000


def buckets_ms(trial: Trial) -> dict[float, int]:
    """The trial's latency histogram; empty when it is missing or not as expected."""
    histogram: Any = trial.result.get("histogram")
    if not isinstance(histogram, dict) or not isinstance(histogram.get("buckets"), list):
        return {}
    scale = TO_MS.get(str(histogram.get("unit", "us")))
    if scale is None:
        return {}
    found: dict[float, int] = {}
    for bucket in histogram["buckets"]:
        pair = bucket if isinstance(bucket, list) and len(bucket) == 2 else [None]
        if all(isinstance(part, (int, float)) for part in pair):
            found[pair[0] * scale] = found.get(pair[0] * scale, 0) + int(pair[1])
    return {value: count for value, count in found.items() if value > 0 and count > 0}


def percentile(histograms: Sequence[dict[float, int]], share: float) -> stats.Estimate | None:
    """The percentile of the merged histograms, with an interval over blocks; None = too few samples."""
    values = np.array(sorted(set().union(*histograms)), dtype=float) if histograms else np.array([])
    counts = np.array([[histogram.get(value, 0) for value in values] for histogram in histograms], float)
    if counts.size == 0 or counts.sum() * (1 - share) < MIN_BEYOND:
        return None
    blocks = len(histograms)
    middle = float(_of_counts(values, counts.sum(axis=0, keepdims=True), share)[0])
    if blocks < stats.MIN_BLOCKS:
        return stats.Estimate(blocks, middle)
    draws = np.random.default_rng([stats.SEED, blocks, 3]).integers(0, blocks, size=(RESAMPLES, blocks))
    times_drawn = np.array([np.bincount(draw, minlength=blocks) for draw in draws], dtype=float)
    return stats.Estimate(blocks, middle, *stats.interval(_of_counts(values, times_drawn @ counts, share)))


def _of_counts(values: np.ndarray, counts: np.ndarray, share: float) -> np.ndarray:
    """The percentile of each row of counts."""
    reached = np.cumsum(counts, axis=1) >= share * counts.sum(axis=1, keepdims=True)
    return values[np.argmax(reached, axis=1)]
