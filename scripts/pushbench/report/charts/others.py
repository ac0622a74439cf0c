"""Charts of what is in no other one: a scenario of the reader's own, a row of panels per case."""

from __future__ import annotations

import re
from itertools import groupby

from matplotlib.axes import Axes

from pushbench.analysis.answer import Answer, Column, Row
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.report.words import wording

ELSEWHERE = ("capacity", "saturation", "growth")  # these have charts of their own
MOST = 2  # panels side by side: a third would be too narrow to read


def charts_of(tables: list[Answer]) -> list[Drawing | None]:
    """One for each scenario."""
    return [_draw(scenario, list(found)) for scenario, found in groupby(tables, key=lambda each: each.case.scenario)
            if scenario not in ELSEWHERE]


def _draw(scenario: str, tables: list[Answer]) -> Drawing | None:
    shown = [(table, columns) for table in tables if (columns := _columns(table))]
    if not shown:
        return None
    heights = [1.0 + 0.3 * len(table.rows) for table, _ in shown]
    width = max(len(columns) for _, columns in shown)
    with style.styled():
        canvas = style.canvas(sum(heights) + 0.3)
        grid = canvas.subplots(len(shown), width, squeeze=False, gridspec_kw={"height_ratios": heights})
        for (table, columns), row in zip(shown, grid, strict=True):
            for place, axes in enumerate(row):
                if place < len(columns):
                    _panel(axes, table.rows, columns[place], first=place == 0)
                else:
                    axes.set_axis_off()
            row[0].set_title(table.case.title)
    name = re.sub(r"[^A-Za-z0-9-]+", "-", scenario)
    better = "Shorter is better, with what is counted in a second longer. Thin lines are intervals over blocks."
    return Drawing(f"scenario-{name}", f"Scenario {scenario}", f"{shown[0][0].case.plain} {better}".strip(), canvas)


def _columns(table: Answer) -> list[Column]:
    """The last latency, and the first figure that is none: how long it takes, and what it costs."""
    measured = [column for column in table.case.columns if any(_figure(row, column) for row in table.rows)]
    waits = [column for column in measured if column.metric.startswith("latency_")]
    return [*waits[-1:], *(column for column in measured if column not in waits)][:MOST]


def _figure(row: Row, column: Column) -> bool:
    cell = row.cells.get(column.metric)
    return cell is not None and cell.figure is not None


def _panel(axes: Axes, rows: tuple[Row, ...], column: Column, first: bool) -> None:
    style.rows(axes, [row.name if first else "" for row in rows])
    values = [row.middle(column.metric) or 0.0 for row in rows]
    axes.barh(range(len(rows)), values, color=style.colours(row.variant for row in rows), height=0.62)
    ends = []
    for place, row in enumerate(rows):
        figure = row.cells[column.metric].figure
        if figure is None:
            ends.append((0.0, float(place), "–"))
            continue
        style.whisker(axes, place, figure.estimate)
        ends.append((max(figure.estimate.middle, figure.estimate.high or 0.0), float(place),
                     wording.middle(figure.estimate)))
    style.label_bars(axes, ends)
    style.room_for_labels(axes, max(end for end, _, _ in ends), 0.4)
    axes.locator_params(axis="x", nbins=4)
    if max(values) >= 1000:
        style.few_ticks(axes)
    axes.set_xlabel(f"{column.title} ({column.unit})" if column.unit else column.title)
