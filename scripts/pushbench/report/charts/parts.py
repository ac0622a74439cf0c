"""Stacked bars: what a connection's memory and a delivery's CPU are made of."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from pushbench import prose
from pushbench.analysis import memory
from pushbench.analysis.cpu import Cpu
from pushbench.analysis.generator import Generator
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.report.words import wording
from pushbench.stats.estimates import Estimate

# Okabe–Ito again: blue for user space, orange for the kernel, told apart by lightness too.
PARTS = {
    memory.HEAP: ("heap in use", "#0072B2"), memory.USER: ("user space", "#0072B2"),
    memory.OTHER: ("user space otherwise", "#56B4E9"),
    memory.OBJECTS: ("kernel objects", "#D55E00"), memory.BUFFERS: ("kernel buffers", "#F0C05A"),
    memory.KERNEL: ("kernel", "#D55E00"),
    "user": ("user", "#0072B2"), "system": ("kernel", "#D55E00"), "all": ("user and kernel", "#8A8A8A"),
}
Bar = tuple[str, list[tuple[str, float]], Estimate | None]  # name, parts, the total with its interval


def memory_of(table: memory.Table) -> Drawing | None:
    bars: list[Bar] = [(row.name, row.stacked, row.amounts[memory.TOTAL].estimate)
                       for row in table.rows if memory.TOTAL in row.amounts]
    if not bars:
        return None
    which = "kernel's part of both ends" if table.both_ends else "server's end"
    with style.styled():
        canvas = style.canvas(1.9 + 0.36 * len(bars))
        axes = canvas.subplots()
        _stack(axes, bars)
        axes.set_xlabel(f"KiB per connection, {which}")
    name = "memory-per-connection" if table.scenario == "idle" else f"memory-{table.scenario}"
    ends = ("The kernel's part holds both ends of the connection: this run did not tell them apart."
            if table.both_ends else "The client's end is in the table only.")
    return Drawing(name, f"Where the memory goes: {table.title[0].lower()}{table.title[1:]}",
                   "Shorter is better. Slopes over all connection counts, so what the server takes empty is not in "
                   f"it. The thin line is the interval of the total. {ends}", canvas)


def cpu_of(cpu: Cpu) -> Drawing | None:
    """One panel per scenario; transports whose trials do not tell the parts apart stay away."""
    panels = {scenario: [row for row in rows if row.user and row.system]
              for scenario, rows in cpu.deliveries.items()}
    panels = {scenario: rows for scenario, rows in panels.items() if rows}
    if not panels:
        return None
    counts = [len(rows) for rows in panels.values()]
    with style.styled():
        canvas = style.canvas(sum(0.8 + 0.3 * count for count in counts) + 0.8)
        grid = canvas.subplots(len(panels), 1, squeeze=False, gridspec_kw={"height_ratios": counts})
        for place, (scenario, rows) in enumerate(panels.items()):
            bars: list[Bar] = [(row.name, [("user", row.user.middle), ("system", row.system.middle)],
                                row.total.estimate)
                               for row in rows if row.user and row.system]
            _stack(grid[place, 0], bars, legend="right" if place == 0 else "")
            grid[place, 0].set_title(scenario.capitalize())
        grid[-1, 0].set_xlabel("server CPU per delivery (µs)")
    return Drawing("cpu-parts", "Where the CPU goes",
                   "Shorter is better. User is the server's own code; kernel is what its system calls take, which on "
                   "loopback holds part of the receiver's work. The thin line is the interval of the total.", canvas)


def _stack(axes: Axes, bars: Sequence[Bar], legend: str = "left") -> None:
    style.rows(axes, [name for name, _, _ in bars])
    ends, labelled = [], set()
    for row, (_, parts, total) in enumerate(bars):
        left = 0.0
        for part, size in parts:
            title, colour = PARTS[part]
            axes.barh(row, size, left=left, color=colour, height=0.62, edgecolor="white", linewidth=0.8,
                      label=None if part in labelled else title)
            labelled.add(part)
            left += size
        if total is not None:
            style.whisker(axes, row, total)
        high = total.high if total is not None and total.high is not None else left
        ends.append((max(left, high), row, wording.middle(total) if total is not None else prose.number(left)))
    style.label_bars(axes, ends)
    style.room_for_labels(axes, max(end for end, _, _ in ends), 0.2)
    if legend:
        place = (-0.02 if legend == "left" else 1, 1)
        axes.legend(loc=f"lower {legend}", bbox_to_anchor=place, ncols=2, fontsize=11, borderpad=0, handlelength=1.2)


def limits_of(generator: Generator) -> Drawing | None:
    found = generator.limits
    if not found:
        return None
    with style.styled():
        canvas = style.canvas(1.4 + 0.36 * len(found))
        axes = canvas.subplots()
        style.rows(axes, [limit.name for limit in found])
        values = [limit.taken.estimate.middle for limit in found]
        axes.barh(range(len(found)), values, color=style.colours(limit.variant for limit in found), height=0.62)
        for row, limit in enumerate(found):
            style.whisker(axes, row, limit.taken.estimate)
        style.label_bars(axes, [(max(limit.taken.estimate.high or 0.0, value), row,
                                 wording.middle(limit.taken.estimate))
                                for row, (limit, value) in enumerate(zip(found, values, strict=True))])
        style.room_for_labels(axes, max(limit.taken.estimate.high or value
                                        for limit, value in zip(found, values, strict=True)), 0.3)
        style.few_ticks(axes)
        axes.set_xlabel("deliveries per second")
    return Drawing("generator-limit", "How much the load generator can take",
                   "Longer is better. Against a server that never pauses, what ends the race is the load generator. "
                   "Any figure of a run near it would be the load generator's own.", canvas)
