"""What to measure next while there is time: precision decides, never whether a result pleases.

Stopping as soon as a difference is significant finds differences that are not there: with a look after each block an
A/A test would show one far more often than 5 times in 100. A rule that looks at the width of an interval alone, and not
at where it lies, has no such favourite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pushbench.stats.equivalence import BAND, half_width
from pushbench.stats.estimates import MIN_BLOCKS, Estimate

NEEDED_SHARE_OF_BAND = 0.4  # with a band of 10 % an interval of ± 4 %: it fits inside unless its middle is past 6 %


@dataclass(frozen=True)
class Precision:
    """How exactly one measure is known so far. `half_width` is None while there is no interval."""

    name: str
    blocks: int
    half_width: float | None
    needed: float

    @property
    def lack(self) -> float:
        """How many times as wide as its claim needs."""
        return float("inf") if self.half_width is None else self.half_width / self.needed


def precision(name: str, ratio: Estimate | None, smallest_difference: float = BAND) -> Precision:
    """Of a ratio, against the smallest difference that its claim names."""
    width = half_width(ratio) if ratio is not None else None
    return Precision(name, ratio.n if ratio is not None else 0, width, NEEDED_SHARE_OF_BAND * smallest_difference)


def next_measure(measures: Sequence[Precision]) -> str | None:
    """Which to give the next block; None when all are known as exactly as they must be.

    First those with too few blocks for an interval, the fewest first. Then the one whose interval is the widest against
    what its claim needs; of equals the first.
    """
    short = [each for each in measures if each.blocks < MIN_BLOCKS]
    if short:
        return min(short, key=lambda each: each.blocks).name
    wide = [each for each in measures if each.lack > 1.0]
    return max(wide, key=lambda each: each.lack).name if wide else None
