"""How late a page hears, and beside it the load generator, as the run's observed.json has it."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pushbench.report.charts import style
from pushbench.report.charts.style import Drawing
from pushbench.setup.transports import TRANSPORTS
from pushbench.setup.transport import Transport
from pushbench.store.observed import Observed, SeenTable

TABLE = "browser-latency"
BUSY_SHARE = 0.25  # of the machine, by other work: beyond it, waits are the machine's
_OFF = 0.17  # a page's mark above the middle of its row, the load generator's below


def late_in_a_page(found: Observed | None) -> Drawing | None:
    table = found.table(TABLE) if found else None
    if table is None or not any("p50_ms" in cell.figures for cell in table.cells):
        return None
    # A row of the table is "20 a second, in a page".
    rates = list(dict.fromkeys(row.partition(", ")[0] for row in table.rows))
    places = list(dict.fromkeys(row.partition(", ")[2] for row in table.rows))
    with style.styled():
        canvas = style.canvas(1.4 + 2.3 * len(rates))
        panels = canvas.subplots(len(rates), 1, sharex=True, squeeze=False)[:, 0]
        for axes, rate in zip(panels, rates, strict=True):
            _panel(axes, table, rate, places)
        low, high = panels[-1].get_xlim()
        panels[-1].set_xlim(min(low, 0.1), max(high, 2000))
        panels[-1].set_xlabel("due → received (ms)")
        panels[0].legend(handles=[_mark(style.INK, place == places[0], label=place) for place in places],
                         loc="lower left", bbox_to_anchor=(0, 1.12), ncols=2, fontsize=11, borderpad=0)
    busy = any(cell.figures.get("busy_share", 0) > BUSY_SHARE for cell in table.cells)
    browsers = " and ".join(f"{name} {version}" for name, version in table.tools.items())
    return Drawing(TABLE, "How late a browser hears",
                   f"Lower is better. The mark is the median, the line goes on to p90 where enough was measured. One "
                   f"observation in {browsers}, on one machine without a network: it has no interval."
                   + " The machine had other work meanwhile." * busy, canvas)


def _panel(axes: Axes, table: SeenTable, rate: str, places: list[str]) -> None:
    style.plain_log(axes)
    for number, column in enumerate(table.columns):
        row = transport_titled(column)
        for place in places:
            cell = table.cell(f"{rate}, {place}", column)
            if cell is not None and "p50_ms" in cell.figures:
                in_page = place == places[0]
                height, middle = number + (-_OFF if in_page else _OFF), cell.figures["p50_ms"]
                axes.plot([middle, cell.figures.get("p90_ms", middle)], [height] * 2, color=row.colour, linewidth=1.6)
                axes.add_line(_mark(row.colour, in_page, middle, height))
    style.rows(axes, list(table.columns))
    axes.set_title(f"{rate}, to each client", fontsize=12)


def _mark(colour: str, filled: bool, x: float = 0, y: float = 0, label: str = "") -> Line2D:
    """Told apart without colour too: a full disc, an empty diamond."""
    marker, size, inside = ("o", 9, colour) if filled else ("D", 7, "none")
    return Line2D([x], [y], linestyle="none", marker=marker, markersize=size, color=colour, markerfacecolor=inside,
                  markeredgewidth=1.8, label=label, zorder=4)


def transport_titled(column: str) -> Transport:
    """'Short poll, 1 s' is of Short poll."""
    found = [row for row in TRANSPORTS.values() if row.is_choice and column.startswith(row.title)]
    return found[0] if found else Transport(column, "")
