"""Charts made of horizontal bars: CPU against the floor, bytes, capacity, fan-out position."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes

from pushbench import prose
from pushbench.analysis import ratios
from pushbench.analysis.figures import Figure, Figures
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.report.words import wording
from pushbench.setup import transports
from pushbench.stats import estimates as stats

DELIVERING = ("sparse", "broadcast", "stream")


def cpu_against_floor(figures: Figures) -> Drawing | None:
    """One panel per scenario; the floor is a line through it: what one write a notification and client costs."""
    metric = "server_cpu_us_per_delivery"
    shown = [scenario for scenario in DELIVERING if _found(figures, scenario, metric)]
    if not shown:
        return None
    rows = [len(_found(figures, scenario, metric)) for scenario in shown]
    with style.styled():
        canvas = style.canvas(sum(0.8 + 0.3 * count for count in rows) + 0.3)
        grid = canvas.subplots(len(shown), 1, squeeze=False, gridspec_kw={"height_ratios": rows})
        for scenario, axes in zip(shown, grid[:, 0], strict=True):
            found = _found(figures, scenario, metric)
            floor = next((figure for figure in found if figure.key.variant == "floor"), None)
            _bars(axes, found, figures, floor)
            axes.set_title(scenario.capitalize())
            if floor:
                axes.axvline(floor.estimate.middle, color=transports.colour_of("floor"), linestyle="--",
                             linewidth=1.4)
        grid[-1, 0].set_xlabel("server CPU per delivery (µs)")
    return Drawing("cpu-per-delivery", "Server CPU per delivery, against the floor",
                   "Shorter is better. The dashed line is the floor, and × the ratio to it, from the duet where the "
                   "two ran as one, else within each block: not the quotient of two bars. "
                   + transports.FLOOR_NOTE, canvas)


def _found(figures: Figures, scenario: str, metric: str, case: str | None = None) -> list[Figure]:
    case = figures.main_case(scenario) if case is None else case
    found = (figures.get(scenario, case, variant, metric) for variant in figures.variants(scenario))
    return [figure for figure in found if figure is not None]


def _name(figures: Figures, figure: Figure) -> str:
    return figures.name(figure.key.variant, figure.key.scenario)


def _bars(axes: Axes, found: list[Figure], figures: Figures, floor: Figure | None = None) -> None:
    style.rows(axes, [_name(figures, figure) for figure in found])
    middles = [figure.estimate.middle for figure in found]
    axes.barh(range(len(found)), middles, color=style.colours(figure.key.variant for figure in found),
              height=0.62)
    ends = []
    for row, figure in enumerate(found):
        style.whisker(axes, row, figure.estimate)
        ratio = ratios.between(figure, floor, figures) if floor and figure is not floor else None
        text = wording.shown(figure)
        text += f"  ({wording.middle(ratio)} ×)" if ratio else ""
        ends.append((_end(figure.estimate), row, text))
    style.label_bars(axes, ends)
    style.room_for_labels(axes, max(end for end, _, _ in ends), 0.34)


def _end(estimate: stats.Estimate) -> float:
    return max(estimate.middle, estimate.high if estimate.high is not None else estimate.middle)


def bytes_per_delivery(figures: Figures) -> Drawing | None:
    found = _found(figures, "sparse", "bytes_per_delivery")
    scenario = "sparse" if found else "broadcast"
    return _simple(
        figures, found or _found(figures, "broadcast", "bytes_per_delivery"), "bytes-per-delivery",
        f"Bytes on the wire per delivery: {scenario}", "bytes per delivery, both directions",
        "Shorter is better. Both directions; HTTP headers and empty polls are in it, TCP and IP headers not.")


def capacity(figures: Figures) -> Drawing | None:
    found = _found(figures, "capacity", "capacity_deliveries_per_s")
    said = ("Longer is better. The highest rate, found by search, at which 99 % still arrive in time. The floor "
            "is no bound here: it makes a call for each notification and client, where a transport that lags "
            "sends many notifications in one.")
    for what, why in (("generator", "the load generator was the limit"),
                      ("search", "the highest rate that was tried was carried")):
        limited = [figures.name(figure.key.variant, "capacity") for figure in found if _ended_by(what, figure, figures)]
        if limited:
            said += f" {prose.listing(limited)}: {why}, so the server can do more."
    return _simple(figures, found, "capacity", "Capacity of one server core", "deliveries per second", said)


def _ended_by(what: str, figure: Figure, figures: Figures) -> bool:
    group = figures.group("capacity", figure.key.case, figure.key.variant)
    trials = group.good.values() if group else ()
    return any(trial.raw.get("limited_by") == what for trial in trials)


def _simple(figures: Figures, found: list[Figure], name: str, title: str, unit: str,
            caption: str) -> Drawing | None:
    if not found:
        return None
    with style.styled():
        canvas = style.canvas(1.4 + 0.36 * len(found))
        axes = canvas.subplots()
        _bars(axes, found, figures)
        style.few_ticks(axes)
        axes.set_xlabel(unit)
    return Drawing(name, title, caption, canvas)


def fanout(figures: Figures) -> Drawing | None:
    """From the first to the last recipient of a notification: a line with three points per transport."""
    case = figures.main_case("broadcast")
    found = []
    for variant in figures.variants("broadcast", case):
        places = [figures.get("broadcast", case, variant, f"fanout_{place}_p50_ms")
                  for place in ("first", "median", "last")]
        if all(places):
            found.append((variant, [figure for figure in places if figure is not None]))
    if not found:
        return None
    with style.styled():
        canvas = style.canvas(1.6 + 0.42 * len(found))
        axes = canvas.subplots()
        style.rows(axes, [figures.name(variant, "broadcast") for variant, _ in found])
        ends = [_positions(axes, row, variant, places) for row, (variant, places) in enumerate(found)]
        style.label_bars(axes, ends)
        style.room_for_labels(axes, max(end for end, _, _ in ends), 0.15)
        axes.set_xlabel("latency of the first, median, last recipient (ms)")
    return Drawing("fan-out", "Who gets a broadcast when",
                   "Each line runs from the first recipient of a notification over the median one to the "
                   "last; medians over all notifications. Short polls have no common moment and are not "
                   "shown.", canvas)


def _positions(axes: Axes, row: int, variant: str, places: Iterable[Figure]) -> tuple[float, float, str]:
    values = [figure.estimate.middle for figure in places]
    axes.plot(values, [row] * 3, color=transports.colour_of(variant), linewidth=5, alpha=0.35,
              solid_capstyle="butt")
    axes.plot(values, [row] * 3, transports.transport_of(variant).marker, color=transports.colour_of(variant),
              markersize=8, linestyle="none")
    return values[-1], float(row), prose.number(values[-1])
