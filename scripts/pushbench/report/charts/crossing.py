"""Where polling gets cheaper than a stream: a map of notification rate against the wait that users accept."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from pushbench.analysis.crossover import STREAM, Crossover, interpolated
from pushbench.analysis.events import DELIVERY, POLLED
from pushbench.analysis.figures import Figures
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup import transports
from pushbench.stats import estimates as stats

CLIENTS = 10_000  # polls a second follow from how many there are
RATES, WAITS = (0.1, 10_000), (0.1, 10_000)


def crossover_map(found: Crossover | None, figures: Figures) -> Drawing | None:
    """The line where both cost the same; its interval is the band around it; what was measured stands as points."""
    if found is None:
        return None
    with style.styled():
        canvas = style.canvas(4.6)
        axes = canvas.subplots()
        style.plain_log(axes)
        style.plain_log(axes, "y")
        _areas(axes, found)
        _cells(axes, figures)
        axes.text(0.16, 0.2, "a stream (SSE) costs less CPU", fontsize=12, fontweight="bold")
        axes.text(9000, 4200, "short polling costs less", fontsize=12, fontweight="bold", ha="right")
        axes.set_xlim(*RATES)
        axes.set_ylim(*WAITS)
        axes.set_xlabel("notifications per client and minute")
        axes.set_ylabel("poll interval (s) = longest wait")
    return Drawing("crossover", "When is polling the cheaper one?",
                   f"For {CLIENTS:,} clients, from what an empty poll, a delivery and what a poll finds cost at equal "
                   "event rates, and the heartbeats of a stream: where the line bends away, they alone cost as much as "
                   "so few polls. The band is the interval; the line is dashed where that makes fewer or more polls a "
                   "second than were measured. Points are workloads that were run, with their own clients: triangles "
                   "where short polling cost less, circles where SSE did, hollow where the two are not told apart.",
                   canvas)


def _areas(axes: Axes, found: Crossover) -> None:
    waits = np.geomspace(*WAITS, 200)

    def line(which: dict[float, float]) -> np.ndarray:
        """Notifications per client and minute on the border, for each wait."""
        polls = [CLIENTS / wait for wait in waits]
        found_by_poll = [interpolated(which, rate) * found.beside_heartbeats(rate, CLIENTS) for rate in polls]
        return (60 * np.array(found_by_poll) / waits).clip(RATES[0] / 10)  # nothing has no place on this scale

    rates = [border.polls_per_s for border in found.borders]
    middle = line({border.polls_per_s: border.k.middle for border in found.borders})
    measured = (waits >= CLIENTS / max(rates)) & (waits <= CLIENTS / min(rates))
    axes.plot(middle, waits, color=style.INK, linestyle=(0, (2, 2)), linewidth=1.4)
    axes.plot(middle[measured], waits[measured], color=style.INK)
    ends = {border.polls_per_s: (border.k.low, border.k.high) for border in found.borders}
    if all(low is not None and high is not None for low, high in ends.values()):
        low, high = (line({rate: float(end[place] or 0.0) for rate, end in ends.items()}) for place in (0, 1))
        axes.fill_betweenx(waits, low, high, color=style.INK, alpha=0.3, linewidth=0)
    for left, right, variant in ((RATES[0], middle, STREAM), (middle, RATES[1], POLLED)):
        axes.fill_betweenx(waits, left, right, color=transports.colour_of(variant), alpha=0.25, linewidth=0)


def _cells(axes: Axes, figures: Figures) -> None:
    """Each workload that both ran: a triangle where polling cost less, a circle where the stream did."""
    for group in figures.groups.values():
        if transports.base_of(group.variant) != POLLED or not group.poll_interval_ms:
            continue
        polled, streamed = (figures.get(group.scenario, group.case, variant, DELIVERY)
                            for variant in (group.variant, STREAM))
        trial = next(iter(group.good.values()), None)
        rate = trial.number("rate_per_s") if trial else None
        if trial is None or polled is None or streamed is None or not rate:
            continue
        ratio = stats.paired_ratio(polled.by_block, streamed.by_block)
        cheaper = POLLED if ratio and ratio.middle < 1 else STREAM
        known = ratio is not None and ratio.low is not None and ratio.high is not None
        told = known and not ratio.low <= 1 <= ratio.high  # type: ignore[union-attr, operator]
        colour = transports.colour_of(cheaper)
        axes.plot([60 * rate / (trial.number("topics") or 1)], [group.poll_interval_ms / 1000], markersize=9,
                  marker=transports.transport_of(cheaper).marker, color=colour, clip_on=True,
                  markerfacecolor=colour if told else "none", markeredgewidth=1.6, zorder=4)
