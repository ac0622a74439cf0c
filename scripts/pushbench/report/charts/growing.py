"""How cost grows: CPU per delivery and memory per connection over connections, both axes by powers of ten."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from pushbench import prose
from pushbench.analysis.growth import FIT_FROM, LARGEST, Growth, GrowthCurve
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup import transports

_K = (f"k is taken from {FIT_FROM:,} connections on, fewer are only shown. It says how the total grows with the "
      "connections n, as n^k: k = 1.00 means that each costs the same however many there are, less that each gets "
      "cheaper, more that each gets dearer.")


def growing(found: Growth) -> list[Drawing | None]:
    return [
        _draw(found.cpu, "growth-cpu", "CPU per delivery as connections grow", "server CPU per delivery (µs)"),
        _draw(found.memory, "growth-memory", "Memory per connection as connections grow",
              "user memory per connection (KiB)"),
    ]


def _draw(found: Sequence[GrowthCurve], name: str, title: str, unit: str) -> Drawing | None:
    if not found:
        return None
    with style.styled():
        canvas = style.canvas(4.6)
        axes = canvas.subplots()
        for series in found:
            _plot(axes, series)
        style.plain_log(axes)
        style.plain_log(axes, "y")
        _whole_decades(axes, found)
        axes.set_xlabel("connections")
        axes.set_ylabel(unit)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=2, fontsize=11, borderpad=0,
                    handlelength=1.6, columnspacing=1.2)
    return Drawing(name, title, f"Lower is better; a level line is a cost that does not grow. {_K}{_of_scale(found)}",
                   canvas)


def _plot(axes: Axes, series: GrowthCurve) -> None:
    look = transports.transport_of(series.variant)
    counts = [count for count, _ in series.points]
    k = f", k = {series.exponent.middle:.2f}" if series.exponent else ""
    axes.plot(counts, [figure.estimate.middle for _, figure in series.points], marker=look.marker, markersize=7,
              color=look.colour, linestyle=":" if look.name == "floor" else "-", label=f"{series.name}{k}")
    for count, figure in series.points:
        if figure.estimate.low is not None and figure.estimate.high is not None and figure.estimate.low > 0:
            axes.plot([count, count], [figure.estimate.low, figure.estimate.high], color=look.colour, linewidth=1.2)


def _whole_decades(axes: Axes, found: Sequence[GrowthCurve]) -> None:
    """From one power of ten to another: on an axis in between there would be no figure to read."""
    estimates = [figure.estimate for series in found for _, figure in series.points]
    values = [value for each in estimates for value in (each.low, each.middle, each.high)]
    above = [math.log10(value) for value in values if value is not None and value > 0]
    if above:
        axes.set_ylim(10 ** math.floor(min(above)), 10 ** math.ceil(max(above) + 0.05))


def _of_scale(found: Sequence[GrowthCurve]) -> str:
    largest = [count for series in found for count, figure in series.points if figure.key.scenario == LARGEST]
    if not largest:
        return ""
    return (f" The point at {prose.number(max(largest))} is from the scenario {LARGEST}: several server processes"
            " share the core there, notifications are fewer, and the load generators sleep as soon as nothing comes"
            " (--awake 0s), elsewhere after 30 µs.")
