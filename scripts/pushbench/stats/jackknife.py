"""An interval for a figure that is computed from several others: how much it moves when one block is left out.

Of a border, which solves an equation, single blocks often have none, and a mean of those that have one would be a
choice. So it is computed from all blocks together, and its interval is by Tukey's jackknife (Miller, "The jackknife: a
review", 1974), with Student's t, over logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from pushbench.stats import estimates as stats
from pushbench.stats.student import quantile

Block = TypeVar("Block")


def jackknife(blocks: Sequence[Block], statistic: Callable[[Sequence[Block]], float | None]) -> stats.Estimate | None:
    """Of a statistic above 0: None where all blocks together have none; no interval where it is lost without one."""
    count, middle = len(blocks), statistic(blocks) if blocks else None
    if middle is None or middle <= 0:
        return None
    if count < stats.MIN_BLOCKS:
        return stats.Estimate(count, middle)
    without = [statistic([*blocks[:left], *blocks[left + 1:]]) for left in range(count)]
    logs = [math.log(each) for each in without if each is not None and each > 0]
    if len(logs) < count:
        return stats.Estimate(count, middle)
    centre = math.fsum(logs) / count
    error = math.sqrt((count - 1) / count * math.fsum((each - centre) ** 2 for each in logs))
    width = quantile(count - 1) * error
    return stats.Estimate(count, middle, middle * math.exp(-width), middle * math.exp(width))
