"""What users wait by what a network or a gap between notifications is: a line for each transport."""

from __future__ import annotations

from matplotlib.axes import Axes

from pushbench.analysis.figures import Figure, Figures, case_value
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup import transports

LATENCY = "latency_p50_ms"
# What a scenario varies, what its chart is called, and its axis.
ALONG = {
    "round_trip": ("Wait by round trip", "round trip of the network (ms)"),
    "gap": ("Wait by gap", "gap between two notifications of a client (ms)"),
}
Points = list[tuple[float, Figure]]


def by_time(figures: Figures) -> list[Drawing | None]:
    """One for each scenario that varies a time."""
    return [_draw(scenario, key, figures) for scenario, key in varied(figures).items()]


def varied(figures: Figures) -> dict[str, str]:
    """The scenarios that vary a time, and which."""
    keys = {(group.scenario, group.case.partition("=")[0]) for group in figures.groups.values()}
    return {scenario: key for scenario, key in sorted(keys) if key in ALONG}


def _draw(scenario: str, key: str, figures: Figures) -> Drawing | None:
    found = {variant: points for variant in figures.variants(scenario)
             if len(points := _points(scenario, variant, figures)) >= 2}
    if not found:
        return None
    title, axis = ALONG[key]
    with style.styled():
        canvas = style.canvas(4.4)
        axes = canvas.subplots()
        for place, (variant, points) in enumerate(found.items()):
            # What lies on another line is smaller, so that both are seen.
            _plot(axes, figures.name(variant, scenario), variant, points, 11 - 2 * min(place, 3))
        if key == "gap":  # which goes over powers of ten; the waits do not
            style.plain_log(axes)
            axes.set_ylim(bottom=0)
        else:  # which begins at none, where a stream waits a thousandth of what a short poll does
            style.plain_log(axes, "y")
        axes.set_xlabel(axis)
        axes.set_ylabel("median, due → received (ms)")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=11, borderpad=0)
    return Drawing(f"time-{scenario}", f"{title}: {scenario}",
                   "Lower is better. The median from when a notification was due to when its client had it; vertical "
                   "lines are intervals over blocks.", canvas)


def _points(scenario: str, variant: str, figures: Figures) -> Points:
    found = ((case_value(case), figures.get(scenario, case, variant, LATENCY)) for case in figures.cases(scenario))
    return [(seconds * 1000, figure) for seconds, figure in found if seconds is not None and figure is not None]


def _plot(axes: Axes, name: str, variant: str, points: Points, size: float) -> None:
    colour = transports.colour_of(variant)
    axes.plot([place for place, _ in points], [figure.estimate.middle for _, figure in points], label=name,
              color=colour, marker=transports.transport_of(variant).marker, markersize=size)
    for place, figure in points:
        low, high = figure.estimate.low, figure.estimate.high
        if low is not None and high is not None and low > 0:
            axes.plot([place, place], [low, high], color=colour, linewidth=1.2)
