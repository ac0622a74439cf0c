"""The crossover maps: who costs the least at each rate of notifications and each wait, made to be shared alone."""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pushbench.analysis import mapping as of
from pushbench.analysis.mapping import CostMap, family, is_all_open, is_open
from pushbench.analysis.measured_map import MapPoint
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.report.words import mapping
from pushbench.setup import transports

HATCHES = {"stream": "", "long-poll": "xx", "short-poll": "//"}


def charts(maps: list[CostMap], points: list[MapPoint], lender: str = "") -> list[Drawing]:
    return [_drawing(each, points if each.of == of.CPU else [], lender) for each in maps]


def _drawing(found: CostMap, points: list[MapPoint], lender: str) -> Drawing:
    with style.styled(), matplotlib.rc_context({"hatch.color": style.INK, "hatch.linewidth": 0.5}):
        canvas = style.canvas(6.0)
        axes = canvas.subplots()
        style.plain_log(axes)
        style.plain_log(axes, "y")
        families = _areas(axes, found)
        _points(axes, points)
        if is_all_open(found):
            axes.text(0.5, 0.5, "all within 10 %,\nor not told apart", transform=axes.transAxes, fontsize=15,
                      fontweight="bold", ha="center", va="center")
        axes.set_xlim(of.RATES[0], of.RATES[-1])
        axes.set_ylim(of.WAITS_S[0], of.WAITS_S[-1])
        axes.set_xlabel("notifications a second, to each client")
        axes.set_ylabel("how late is fine (s) = poll interval")
        axes.set_title(f"{of.CLIENTS:,} clients, a topic each, {of.PAYLOAD_BYTES} bytes; kept-alive polls;\n"
                       "one server core, loopback, no TLS. Areas are modelled.", fontsize=11,
                       fontweight="normal")
        _legend(axes, families, points)
    return Drawing(mapping.chart_of(found), f"Who costs the least: {found.of}", mapping.caption(found, points, lender),
                   canvas)


def _areas(axes: Axes, found: CostMap) -> list[str]:
    """A colour and a hatch for each family; over them a band where another may cost as little."""
    families = list(dict.fromkeys(family(base) for base in found.found))
    rates, waits = np.array(of.RATES), np.array(of.WAITS_S)
    if is_all_open(found):
        return []
    least = np.array([[float(families.index(family(cell.least))) for cell in row] for row in found.cells])
    edge = [place - 0.5 for place in range(len(families) + 1)]
    if len(families) == 2:  # how far one leads says where between two cells the border lies
        least = np.array([[(2 * families.index(family(cell.least)) - 1) * cell.lead for cell in row]
                          for row in found.cells])
        edge = [-np.inf, 0.0, np.inf]
    colours = [transports.colour_of(_row_of(each)) for each in families]
    axes.contourf(rates, waits, least, levels=edge, colors=colours, alpha=0.4,
                  hatches=[HATCHES.get(each, "") for each in families])
    open_here = np.array([[1.0 if is_open(cell) else 0.0 for cell in row] for row in found.cells])
    if open_here.any():
        axes.contourf(rates, waits, open_here, levels=[0.5, 1.5], colors=["white"], alpha=0.6)
    if len(families) > 1:
        axes.contour(rates, waits, least, levels=edge[1:-1], colors=[style.INK], linewidths=2.0,
                     linestyles="solid" if _all_are_told(found, families) else "dashed")
    beyond = np.array([[1.0 if cell.beyond else 0.0 for cell in row] for row in found.cells])
    if beyond.any() and not beyond.all():
        axes.contour(rates, waits, beyond, levels=[0.5], colors=[style.INK], linewidths=1.0, linestyles="dotted")
    return families


def _all_are_told(found: CostMap, families: list[str]) -> bool:
    """Whether each of them is shown to cost the least somewhere: else the line is but the likeliest border."""
    return {family(cell.least) for row in found.cells for cell in row if not is_open(cell)} == set(families)


def _row_of(name: str) -> str:
    return next(row.name for row in transports.TRANSPORTS.values() if row.is_choice and family(row.name) == name)


def _points(axes: Axes, points: list[MapPoint]) -> None:
    for point in points:
        row = transports.TRANSPORTS[point.least]
        axes.plot([point.rate], [point.wait_s], row.marker, markersize=10, color=row.colour, markeredgewidth=1.8,
                  markerfacecolor=row.colour if point.told else "white", zorder=5, clip_on=False)


def _legend(axes: Axes, families: list[str], points: list[MapPoint]) -> None:
    handles: list[Patch | Line2D] = [
        Patch(facecolor=transports.colour_of(_row_of(each)), alpha=0.4, hatch=HATCHES.get(each, ""),
              label=mapping.family_name(each)) for each in families]
    if families:
        handles.append(Patch(facecolor="white", edgecolor=style.GRID, label="paler: not told apart"))
    for base in sorted({point.least for point in points}, key=transports.sort_key):
        row = transports.TRANSPORTS[base]
        handles.append(Line2D([], [], linestyle="none", marker=row.marker, color=row.colour, markersize=8,
                              label=f"measured: {row.title}"))
    if handles:
        axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.45, -0.13), ncols=2, fontsize=11)
