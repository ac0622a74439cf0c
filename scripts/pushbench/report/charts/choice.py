"""The first chart: which one, for my case? Wait and cost side by side, a row of panels per case."""

from __future__ import annotations

from matplotlib.axes import Axes

from pushbench import prose
from pushbench.analysis.answer import DECIDING as CPU, Answer, Row
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.report.words import wording
from pushbench.report.words.reading import KERNEL, USER
from pushbench.setup import transports


def which_one(answers: list[Answer]) -> Drawing | None:
    shown = [answer for answer in answers if any(_cpu(row) is not None for row in answer.choices)]
    if not shown:
        return None
    heights = [1.0 + 0.3 * len(answer.choices) for answer in shown]
    with style.styled():
        canvas = style.canvas(sum(heights))
        grid = canvas.subplots(len(shown), 2, squeeze=False, gridspec_kw={"height_ratios": heights})
        for answer, (left, right) in zip(shown, grid, strict=True):
            _panels(answer, left, right)
    return Drawing("which-one", "Which one, for my case?",
                   "Left: how long users wait (99 % wait no longer), or the memory of an idle connection. "
                   "Right: what the server's CPU pays. Less is better on both; thin lines are intervals "
                   "over blocks.", canvas)


def _panels(answer: Answer, left: Axes, right: Axes) -> None:
    rows = answer.choices
    style.rows(left, [row.name for row in rows])
    style.rows(right, [""] * len(rows))
    left.set_title(answer.case.title)
    delivering = any(row.middle("latency_p50_ms") is not None for row in rows)
    if delivering:
        _latency(rows, left)
    else:
        _memory(rows, left)
    values = [_cpu(row) or 0.0 for row in rows]
    right.barh(range(len(rows)), values, color=style.colours(row.variant for row in rows), height=0.62)
    for place, row in enumerate(rows):
        _write(right, place, row, next((name for name in CPU if row.middle(name) is not None), CPU[0]))
    figures = [cell.figure for row in rows for name in CPU if (cell := row.cells.get(name)) and cell.figure]
    style.room_for_labels(right, max([*values, *(figure.estimate.high or 0.0 for figure in figures)]), 0.34)
    right.set_xlabel("CPU per delivery (µs)" if delivering else "CPU per connection·s (µs)")


def _cpu(row: Row) -> float | None:
    return next((value for name in CPU if (value := row.middle(name)) is not None), None)


def _latency(rows: list[Row], axes: Axes) -> None:
    """Bars on a log axis have no honest length, so this side is points."""
    style.plain_log(axes)
    shown = []
    # All rows of a panel show the same percentile: a short run may have none with a p99.
    has_p99 = [row.middle("latency_p99_ms") is not None for row in rows
               if row.middle("latency_p50_ms") is not None]
    metric = "latency_p99_ms" if all(has_p99) else "latency_p50_ms"
    for place, row in enumerate(rows):
        value = row.middle(metric)
        if value is not None:
            estimate = row.cells[metric].figure.estimate  # type: ignore[union-attr]
            shown += [value, estimate.low or value, estimate.high or value]
            axes.plot([value], [place], transports.transport_of(row.variant).marker, markersize=9,
                      color=transports.colour_of(row.variant))
        _write(axes, place, row, metric, offset=9)
    axes.set_xlim(min([1.5, *shown]) * 0.6, max([100.0, *shown]) * 8)
    axes.set_xlabel("p99 latency (ms)" if all(has_p99) else "median latency (ms)")


def _memory(rows: list[Row], axes: Axes) -> None:
    ends = []
    for place, row in enumerate(rows):
        # Below nothing is noise, of which a run with few connections has more than of memory.
        user, kernel = max(row.middle(USER) or 0.0, 0.0), max(row.middle(KERNEL) or 0.0, 0.0)
        axes.barh(place, user, color=transports.colour_of(row.variant), height=0.62)
        axes.barh(place, kernel, left=user, color=transports.colour_of(row.variant), height=0.62, alpha=0.4)
        ends.append((user + kernel, place, prose.number(user + kernel) if user + kernel else "–"))
    style.label_bars(axes, ends)
    style.room_for_labels(axes, max(end for end, _, _ in ends), 0.34)
    axes.set_xlabel("user + kernel memory (KiB)")


def _write(axes: Axes, place: int, row: Row, metric: str, offset: int = 5) -> None:
    cell = row.cells.get(metric)
    if cell is None or cell.figure is None:
        axes.annotate("no valid trial" if cell and "invalid" in cell.gap else "–", (0.02, place),
                      xycoords=("axes fraction", "data"), va="center", fontsize=11)
        return
    estimate = cell.figure.estimate
    style.whisker(axes, place, estimate)
    axes.annotate(wording.middle(estimate), (max(estimate.middle, estimate.high or 0), place),
                  xytext=(offset, 0), textcoords="offset points", va="center", fontsize=11,
                  fontweight="bold" if cell.least else "normal")
