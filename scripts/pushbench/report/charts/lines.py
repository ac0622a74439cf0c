"""Charts over the number of idle connections: CPU and memory as it grows."""

from __future__ import annotations

from matplotlib.axes import Axes

from pushbench.analysis.figures import Figure, Figures, case_value
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup import transports

Series = list[tuple[float, Figure]]


def idle_cpu(figures: Figures) -> Drawing | None:
    return _draw(figures, "server_cpu_us_per_idle_connection_s", 1.0, Drawing(
        "idle-cpu", "Server CPU of idle connections",
        "Lower is better. CPU time each waiting connection costs per second: a million µs is one whole core. Short "
        "polls ask. Streams and long polls only wait, and cost what keeps them alive: level lines where that was "
        "measured at one number of connections.", style.canvas(4.4)),
        "µs per connection and second", True)


def idle_memory(figures: Figures) -> Drawing | None:
    return _draw(figures, "memory_kib_per_connection", 1 / 1024, Drawing(
        "idle-memory", "Server memory as connections grow",
        "Lower is better. User space and the kernel's part of the server's end, above what the server takes empty, by "
        "number of idle connections.", style.canvas(4.4)), "memory (MiB)", False)


def _draw(figures: Figures, metric: str, scale: float, drawing: Drawing, unit: str,
          log: bool) -> Drawing | None:
    found = {variant: series for variant in figures.variants("idle")
             if (series := _series(figures, variant, metric))}
    if not found or max(len(series) for series in found.values()) < 2:
        return None
    with style.styled():
        axes = drawing.canvas.subplots()
        for variant, series in found.items():
            _plot(axes, figures.name(variant, "idle"), variant, series, 1.0 if log else scale, total=not log)
        if log:
            # Streams may cost nothing at all, and a plain log axis has no nothing.
            axes.set_yscale("symlog", linthresh=1)
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            axes.set_ylim(bottom=0)
        else:
            axes.set_ylim(bottom=0)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.set_xlabel("idle connections")
        axes.set_ylabel(unit)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=11, borderpad=0)
    return drawing


def _series(figures: Figures, variant: str, metric: str) -> Series:
    found = ((case_value(case), figures.get("idle", case, variant, metric)) for case in figures.cases("idle"))
    return [(count, figure) for count, figure in found if count is not None and figure is not None]


def _plot(axes: Axes, name: str, variant: str, series: Series, scale: float, total: bool) -> None:
    """`total` multiplies a figure per connection by the connections. One figure alone stands for any number of them."""
    if len(series) == 1 and not total:
        axes.axhline(series[0][1].estimate.middle * scale, label=name, color=transports.colour_of(variant),
                     linestyle="--")
        return
    counts = [count for count, _ in series]
    factors = [count * scale if total else scale for count in counts]
    values = [figure.estimate.middle * factor for (_, figure), factor in zip(series, factors, strict=True)]
    floor = transports.base_of(variant) == "floor"
    axes.plot(counts, values, marker=transports.transport_of(variant).marker, markersize=7, label=name,
              color=transports.colour_of(variant), linestyle=":" if floor else "-")
    for (count, figure), factor in zip(series, factors, strict=True):
        low, high = figure.estimate.low, figure.estimate.high
        if low is not None and high is not None:
            axes.plot([count, count], [low * factor, high * factor], color=transports.colour_of(variant),
                      linewidth=1.2)
