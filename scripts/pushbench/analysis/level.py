"""What a delivery by stream costs in all: the level from every stream that ran, the differences from duets.

Trials of each alone stand minutes apart on a machine that changes its pace, so SSE and WebSocket alone may differ by a
quarter where side by side they differ by 2 %. A reader who sees both would believe the quarter. So each trial of a
stream alone tells the level of all of them, by the ratio that a duet gave, and each stream's cost is that level by its
own ratio.

Polls are left out: what one costs goes with how many notifications it finds, and that is another at a duet's rate.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pushbench.analysis.duets import duet
from pushbench.analysis.events import DELIVERY
from pushbench.analysis.figures import Figure, Figures
from pushbench.setup import transports
from pushbench.setup.transport import Transport
from pushbench.stats import estimates as stats
from pushbench.stats.equivalence import half_width


@dataclass(frozen=True)
class Level:
    """µs per delivery of one stream. `others` are the streams whose trials told the level with it."""

    us: stats.Estimate
    by_block: Mapping[int, float]
    files: tuple[str, ...]
    others: tuple[str, ...]


def level(scenario: str, base: str, figures: Figures) -> Level | None:
    """None where no duet with another stream was played, or this is none."""
    own = _alone(scenario, figures).get(base)
    if own is None:
        return None
    told: dict[int, list[float]] = defaultdict(list)
    files, others, widths = list(own.files), [], []
    for other, figure in _alone(scenario, figures).items():
        ratio = stats.Estimate(1, 1.0, 1.0, 1.0)
        if other != base:
            found = duet(figures, scenario, base, other)
            width = half_width(found.ratio) if found else None
            if found is None or width is None:
                continue
            ratio, files = found.ratio, [*files, *figure.files, *found.files]
            others.append(other)
            widths.append(width)
        for block, value in figure.by_block.items():
            told[block].append(math.log(value * ratio.middle))
    if not others:
        return None
    by_block = {block: math.exp(math.fsum(values) / len(values)) for block, values in sorted(told.items())}
    us = stats.mean(list(by_block.values()))
    return None if us is None else Level(_wider(us, max(widths)), by_block, tuple(dict.fromkeys(files)), tuple(others))


def _alone(scenario: str, figures: Figures) -> dict[str, Figure]:
    """The figures of all streams of a workload, SSE under another name among them: it is one more."""
    case, found = figures.main_case(scenario), {}
    for variant in figures.variants(scenario, twins=True):
        row = transports.transport_of(variant)
        figure = figures.get(scenario, case, variant, DELIVERY)
        if figure is not None and figure.by_block and min(figure.by_block.values()) > 0 and _streams(row):
            found[variant] = figure
    return found


def _streams(row: Transport) -> bool:
    return not (row.polls or row.asks_again or row.floods)


def _wider(us: stats.Estimate, ratio_width: float) -> stats.Estimate:
    """By how well the ratios are known: errors of their own, so they add as squares over logarithms."""
    own_width = half_width(us)
    if own_width is None:
        return us
    reach = math.hypot(own_width, ratio_width)
    return stats.Estimate(us.n, us.middle, us.middle / math.exp(reach), us.middle * math.exp(reach))
