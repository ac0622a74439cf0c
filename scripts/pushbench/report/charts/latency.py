"""Latency by percentile, in the manner of HdrHistogram's plots: each further nine gets the same room."""

from __future__ import annotations

from collections import Counter

import numpy as np
from matplotlib.axes import Axes

from pushbench.analysis.figures import Figures, Group
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup import transports
from pushbench.stats.percentiles import MIN_BEYOND
from pushbench.store.histograms import buckets_ms
from pushbench.store.metrics import notifications

SCENARIOS = ("broadcast", "sparse", "stream")
MARKS = ((1, "0 %"), (10, "90 %"), (100, "99 %"), (1000, "99.9 %"), (10_000, "99.99 %"))


def percentiles(figures: Figures) -> list[Drawing | None]:
    return [_draw(scenario, figures) for scenario in SCENARIOS]


def _draw(scenario: str, figures: Figures) -> Drawing | None:
    case = figures.main_case(scenario)
    groups = [group for variant in figures.variants(scenario, case)
              if (group := figures.group(scenario, case, variant)) and curve(group) is not None]
    if not groups:
        return None
    with style.styled():
        canvas = style.canvas(4.6)
        axes = canvas.subplots()
        last = max(_plot(axes, group) for group in groups)
        style.plain_log(axes, "y")
        axes.set_xscale("log")
        axes.set_xticks([place for place, _ in MARKS], [text for _, text in MARKS])
        axes.minorticks_off()
        axes.set_xlim(1, max(last, 10))
        axes.set_xlabel("share of deliveries that took no longer")
        axes.set_ylabel("due → received (ms)")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=11, borderpad=0)
    title = f"How long users wait: {scenario}"
    return Drawing(f"latency-{scenario}", title,
                   "Lower is better. Read it upwards from a share: at 99 %, one delivery in a "
                   "hundred took longer. Lines end where fewer than ten notifications lie beyond.", canvas)


def _plot(axes: Axes, group: Group) -> float:
    """Draws one transport; returns how far right it reaches."""
    points = curve(group)
    assert points is not None
    places, values = points
    floor = transports.base_of(group.variant) == "floor"
    axes.plot(places, values, color=transports.colour_of(group.variant), label=group.name,
              linestyle=":" if floor else "-", zorder=2 if floor else 3)
    return float(places[-1])


def curve(group: Group, *, thin: bool = True) -> tuple[np.ndarray, np.ndarray] | None:
    """x = 1 / share beyond, y = milliseconds. Counts of good trials are added: nothing is averaged.

    A line ends where fewer than ten notifications lie beyond, as no percentile is told there either.
    """
    counts: Counter[float] = Counter()
    published = 0.0
    for trial in group.good.values():
        buckets = buckets_ms(trial)
        counts.update(buckets)
        events = notifications(trial)
        published += sum(buckets.values()) if events is None else events
    if not counts:
        return None
    values = np.array(sorted(counts))
    numbers = np.array([counts[value] for value in values], dtype=float)
    total = numbers.sum()
    below = np.concatenate([[0.0], np.cumsum(numbers)[:-1]])
    beyond = total - below  # deliveries at this value or above
    # Of notifications that went to many, their share among the deliveries.
    least = MIN_BEYOND * max(1.0, total / published) if published else total
    kept = beyond >= min(least, total)
    places = total / beyond[kept]
    return _thin(places, values[kept]) if thin else (places, values[kept])


def _thin(places: np.ndarray, values: np.ndarray, points: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """As many points as an eye can see, so that the page stays small."""
    wanted = np.geomspace(places[0], places[-1], points)
    chosen = np.unique(np.clip(np.searchsorted(places, wanted), 0, len(places) - 1))
    return places[chosen], values[chosen]
