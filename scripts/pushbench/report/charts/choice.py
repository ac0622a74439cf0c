"""The first chart: what each choice costs, a line for each case. Made for a phone: one scale, few words."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pushbench.analysis.cases import Choice, Outcome
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup import transports

WIDTH = 4.4  # inches: half of a screen is enough, and on a phone the type stays large
APART = 0.17  # of a row, between two transports of a case


def which_one(outcomes: Sequence[Outcome]) -> Drawing | None:
    """CPU of each transport in each case, on a logarithmic scale: points, since bars have no honest length there."""
    shown = [outcome for outcome in outcomes if any(each.cores for each in outcome.choices)]
    if not shown:
        return None
    with style.styled():
        canvas = style.canvas(1.9 + 0.5 * len(shown), WIDTH)
        axes = canvas.subplots()
        style.plain_log(axes, between=(1, 2, 5))
        style.rows(axes, [outcome.case.title for outcome in shown])
        for place, outcome in enumerate(shown):
            _row(axes, place, outcome)
        axes.set_xlabel("server CPU (% of a core)")
        _legend(axes, shown)
    return Drawing("which-one", "What each choice costs",
                   "Ringed: the choice in each case, or all that this run does not tell apart. "
                   f"{_hollow(shown)}Thin lines are 95 % "
                   "intervals. Equal lengths on the scale are equal ratios.", canvas)


def _hollow(shown: Sequence[Outcome]) -> str:
    """What a hollow mark says here: a wait that was not measured is not known to be too long."""
    hollow = [each for outcome in shown for each in outcome.choices if each.cores and not each.in_time]
    why = [*(["later than the case allows"] if any(each.wait for each in hollow) else []),
           *(["its wait was not measured"] if any(not each.wait for each in hollow) else [])]
    return f"Hollow: {', or '.join(why)}. " if why else ""


def _row(axes: Axes, place: int, outcome: Outcome) -> None:
    choices = [each for each in outcome.choices if each.cores and each.cores.middle > 0]
    ringed = outcome.picks[:1] if outcome.decided else outcome.picks
    for number, each in enumerate(choices):
        height = place + (number - (len(choices) - 1) / 2) * APART
        _point(axes, height, each, ringed=any(each is pick for pick in ringed))


def _point(axes: Axes, height: float, each: Choice, *, ringed: bool) -> None:
    assert each.cores is not None
    row, percent = transports.TRANSPORTS[each.base], each.cores.middle * 100
    if each.cores.low is not None and each.cores.high is not None:
        low = max(each.cores.low * 100, percent / 10)  # nothing has no place on this scale
        axes.plot([low, each.cores.high * 100], [height, height], color=style.INK, linewidth=1.2, zorder=2)
    if ringed:
        axes.plot([percent], [height], "o", markersize=15, markerfacecolor="none", markeredgecolor=style.INK,
                  markeredgewidth=1.6, zorder=4)
    axes.plot([percent], [height], row.marker, markersize=8, color=row.colour, zorder=3,
              markerfacecolor=row.colour if each.in_time else "none")


def _legend(axes: Axes, shown: Sequence[Outcome]) -> None:
    bases = list(dict.fromkeys(each.base for outcome in shown for each in outcome.choices if each.cores))
    rows = [transports.TRANSPORTS[base] for base in bases]
    handles = [Line2D([], [], linestyle="none", marker=row.marker, color=row.colour, markersize=8, label=row.title)
               for row in rows]
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2, fontsize=11,
                handletextpad=0.1, columnspacing=1.0, borderpad=0.1)
