"""Where polling gets cheaper than a stream: a map of notification rate against the wait that users accept."""

from __future__ import annotations

from typing import Any

import numpy as np

from pushbench.analysis.crossover import Crossover
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup import transports


def crossover_map(found: Crossover | None) -> Drawing | None:
    """The line interval = ratio / rate, from two measured costs; its interval is the band around it."""
    if found is None or found.ratio.middle <= 0:
        return None
    per_minute = np.geomspace(0.1, 1000, 60)
    with style.styled():
        canvas = style.canvas(4.4)
        axes = canvas.subplots()
        style.plain_log(axes)
        style.plain_log(axes, "y")
        line = 60 * found.ratio.middle / per_minute
        axes.plot(per_minute, line, color=style.INK)
        if found.ratio.low is not None and found.ratio.high is not None:
            low, high = 60 * found.ratio.low / per_minute, 60 * found.ratio.high / per_minute
            axes.fill_between(per_minute, low, high, color=style.INK, alpha=0.3, linewidth=0)
        areas: tuple[tuple[Any, Any, str], ...] = ((0.1, line, "sse"), (line, 10_000, "short-poll"))
        for below, above, variant in areas:
            axes.fill_between(per_minute, below, above, color=transports.colour_of(variant), alpha=0.25, linewidth=0)
        axes.text(0.16, 0.25, "a stream (SSE) costs less CPU", fontsize=12, fontweight="bold")
        axes.text(5, 3000, "short polling can cost less", fontsize=12, fontweight="bold")
        axes.set_xlim(0.1, 1000)
        axes.set_ylim(0.1, 10_000)
        axes.set_xlabel("notifications per client and minute")
        axes.set_ylabel("poll interval (s) = longest wait")
    return Drawing("crossover", "When is polling the cheaper one?",
                   "Computed from two measured costs: an empty poll, and a delivery by stream. A poll that "
                   "brings something costs more than an empty one, so the line favours polling.", canvas)
