"""The chart: one panel a figure, one line a transport, one step a commit, each as a share of what it was at first.

Absolute figures of transports lie a hundredfold apart; on one axis a fifth less of the smallest would not be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from pushbench import prose
from pushbench.history.entries import Entry
from pushbench.meter.evidence.check import RARE_CALLS
from pushbench.meter.evidence.record import EventCost
from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup import transports

NAME = "history"
# push_server runs the same code behind one port, and would only cover the lines of the three.
SHOWN = ("sse", "websocket", "websocket-beast", "long-poll", "short-poll")
_MOST_NAMES = 16  # of commits below the chart; of more every second, third, ...
_APART = 0.11  # of a panel's height between two labels, or they would stand on each other
_LEAST_SPAN = 0.1  # of an axis, as a share: where nothing moved a hair is no mountain

Read = Callable[[EventCost], float | None]
PANELS: tuple[tuple[str, Read], ...] = (
    ("instructions in user space", lambda row: row.instructions),
    ("system calls", lambda row: None if row.calls is None else sum(
        count for count in row.calls.values() if count >= RARE_CALLS)),
    ("bytes, both ways", lambda row: None if row.bytes_in is None else row.bytes_in + (row.bytes_out or 0)),
    ("heap of a connection, bytes", lambda row: row.heap_bytes_per_connection),
)


@dataclass(frozen=True)
class Trace:
    """`points`: at which entry, and what part of the first figure it is; `newest` is the last figure itself."""

    name: str
    points: tuple[tuple[int, float], ...]
    newest: float

    @property
    def label(self) -> str:
        return f"{transports.transport_of(self.name).title} {prose.number(self.newest)}"


def chart(found: Sequence[Entry]) -> Drawing:
    first, last = found[0].commit, found[-1].commit
    with style.styled():
        canvas = style.canvas(2.3 * len(PANELS) + 1, 8.4)
        panels = canvas.subplots(len(PANELS), 1, sharex=True)
        for axes, (title, read) in zip(panels, PANELS, strict=True):
            _panel(axes, title, [line for name in SHOWN if (line := _line(found, name, read))])
        _name_commits(panels[-1], found)
    return Drawing(NAME, "What a delivery takes, commit by commit",
                   f"Counted at each commit that recorded it anew, from {first.short} ({first.committed[:10]}) to"
                   f" {last.short} ({last.committed[:10]}), as a share of the first; at the right the newest figure."
                   " A step is what a commit did; no noise is in it.", canvas)


def _line(found: Sequence[Entry], name: str, read: Read) -> Trace | None:
    """None where nothing was measured, or nothing is what it began with."""
    rows = [(place, row) for place, entry in enumerate(found) if (row := entry.record.row(name)) is not None]
    values = [(place, value) for place, row in rows if (value := read(row)) is not None]
    if not values or not values[0][1]:
        return None
    first = values[0][1]
    return Trace(name, tuple((place, value / first) for place, value in values), values[-1][1])


def _panel(axes: Axes, title: str, lines: Sequence[Trace]) -> None:
    axes.set_title(title, fontsize=12)
    for line in lines:
        look = transports.transport_of(line.name)
        axes.plot([place for place, _ in line.points], [share for _, share in line.points], drawstyle="steps-post",
                  color=look.colour, marker=look.marker, markersize=5)
    shares = [share for line in lines for _, share in line.points] or [1.0]
    low, high = min(shares), max(shares)
    margin = max(0.08 * (high - low), (_LEAST_SPAN - (high - low)) / 2)
    axes.set_ylim(low - margin, high + margin)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
    ends = sorted(((line.points[-1][1], line) for line in lines), key=lambda end: end[0])
    heights = apart([(share - low + margin) / (high - low + 2 * margin) for share, _ in ends])
    for height, (_, line) in zip(heights, ends, strict=True):
        axes.annotate(line.label, (1.015, height), xycoords="axes fraction", va="center", fontsize=11,
                      color=transports.colour_of(line.name), fontweight="bold")


def apart(heights: Sequence[float]) -> list[float]:
    """From the lowest up, moved so that no two labels touch, and back down where the last would leave the panel."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + _APART) if placed else height)
    top = 1.0
    for place in range(len(placed) - 1, -1, -1):
        placed[place] = min(placed[place], top)
        top = placed[place] - _APART
    return placed


def _name_commits(axes: Axes, found: Sequence[Entry]) -> None:
    every = -(-len(found) // _MOST_NAMES)
    shown = range(0, len(found), every)
    axes.set_xticks(list(shown), [found[place].commit.short for place in shown], rotation=60, ha="right",
                    rotation_mode="anchor", fontsize=10.5, family="DejaVu Sans Mono")
