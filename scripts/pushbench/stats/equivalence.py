"""When two cost the same, when one costs less, and when nobody can tell: one convention for the whole package.

Equivalence by two one-sided tests (Schuirmann 1987, "A comparison of the two one-sided tests procedure and the power
approach for assessing the equivalence of average bioavailability"): two are equivalent when both "it is lower than the
band" and "it is higher than the band" are refused. Each of the two is held at 2.5 %, which is the same as: the
95 % interval that is printed lies inside the band. Schuirmann's own 5 % would take the 90 % interval. We keep to one
interval for all verdicts, so that a reader can check each against the figures beside it; it is the stricter of the two,
and the 2.5 % that ICH E9 (1998) asks of one-sided tests.

A band of 10 % is a factor of 1.10 to either side, 0.909 to 1.10: whichever of the two stands above the line of the
ratio, the verdict is the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

from pushbench.stats.estimates import Estimate
from pushbench.stats.student import p_value, quantile

BAND = 0.10  # the smallest difference that matters, where a claim names no other
BELOW, INSIDE, ABOVE, ACROSS = "below", "inside", "above", "across"
Name = TypeVar("Name")


def band_of(share: float = BAND) -> tuple[float, float]:
    """The ratios between which a difference does not matter."""
    return 1 / (1 + share), 1 + share


def place(estimate: Estimate, low: float, high: float) -> str:
    """Where the whole interval lies: below the band, inside it, above it; else across one of its edges."""
    if estimate.low is None or estimate.high is None:
        return ACROSS
    if estimate.high < low:
        return BELOW
    if estimate.low > high:
        return ABOVE
    return INSIDE if low <= estimate.low and estimate.high <= high else ACROSS


def is_equivalent(ratio: Estimate | None, share: float = BAND) -> bool:
    """No practical difference. False for a wide interval: what is not told apart is no tie."""
    return ratio is not None and place(ratio, *band_of(share)) == INSIDE


def half_width(ratio: Estimate | None) -> float | None:
    """Of the logarithm of a ratio: 0.04 is 'within 4 %'. None where there is no interval, or one that tells nothing."""
    if ratio is None or ratio.low is None or ratio.high is None or ratio.low <= 0:
        return None
    return math.log(ratio.high / ratio.low) / 2


def p_of_ratio(ratio: Estimate, even: float = 1.0) -> float | None:
    """How likely chance alone makes a ratio at least this far from `even`; None without an interval."""
    half = half_width(ratio)
    if half is None:
        return None
    freedom = ratio.freedom or ratio.n - 1
    error = half / quantile(freedom)
    distance = abs(math.log(ratio.middle / even))
    if error == 0:
        return 1.0 if distance == 0 else 0.0
    return p_value(distance / error, freedom)


def holm(p_values: Mapping[Name, float]) -> dict[Name, float]:
    """Each p corrected for the number of comparisons (Holm 1979): below 0.05 as often by chance as if there were one.

    The smallest counts times all, the next times all but one, and none less than the one before it.
    """
    corrected: dict[Name, float] = {}
    least = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda each: p_values[each])):
        least = max(least, min(1.0, p_values[name] * (len(p_values) - rank)))
        corrected[name] = least
    return corrected
