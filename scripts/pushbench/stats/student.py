"""Student's t: how far an interval reaches, and how likely a figure as far off as this one is.

SciPy has both, but its Debian package cannot stand beside the Boost that the servers need, so they are here, held
against the tables of textbooks.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

CONFIDENCE = 0.95


@lru_cache(maxsize=4096)
def quantile(freedom: float, confidence: float = CONFIDENCE) -> float:
    """How many standard errors hold this share of Student's distribution: 12.7 at 1 degree of freedom, 1.96 at many.

    With t = √freedom · tan(angle) the share within ± t is the integral of cos(angle)^(freedom − 1), scaled. It is
    concave in the angle, so Newton's steps from 0 never overshoot.
    """
    angle = 0.0
    for _ in range(100):
        slope = _scale(freedom) * math.cos(angle) ** (freedom - 1)
        step = (confidence - _within(freedom, angle)) / slope
        angle += step
        if abs(step) < 1e-12:
            break
    return math.sqrt(freedom) * math.tan(angle)


def p_value(distance: float, freedom: float) -> float:
    """How likely chance alone is to put a figure at least this many standard errors off, to either side."""
    return max(0.0, 1.0 - _within(freedom, math.atan(abs(distance) / math.sqrt(freedom))))


def _within(freedom: float, angle: float) -> float:
    places, weights = _gauss_legendre()
    return _scale(freedom) * angle * float(weights @ np.cos(angle * places) ** (freedom - 1))


def _scale(freedom: float) -> float:
    return 2 * math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(math.pi)


@lru_cache(maxsize=1)
def _gauss_legendre() -> tuple[np.ndarray, np.ndarray]:
    """Places and weights of an integral from 0 to 1."""
    places, weights = np.polynomial.legendre.leggauss(48)
    return (places + 1) / 2, weights / 2
