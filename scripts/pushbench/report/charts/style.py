"""How all charts look, and how a drawing becomes files: large type, few inks, text that stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pushbench.setup import transports
from pushbench.stats import estimates as stats

# 6.4 inches wide with 12-point type: shown 360 pixels wide on a phone, the type is still over 9 pixels.
WIDTH = 6.4
INK, GRID = "#1b1b1f", "#c4c4cc"
STYLE = {
    "font.size": 12, "font.family": "DejaVu Sans", "axes.titlesize": 13, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.labelsize": 12, "axes.edgecolor": GRID, "axes.labelcolor": INK,
    "text.color": INK, "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none", "axes.grid": True, "axes.axisbelow": True, "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.linewidth": 2.2,
    "xtick.major.size": 0, "ytick.major.size": 0, "xtick.minor.size": 0, "ytick.minor.size": 0,
    "legend.frameon": False,
    "axes.unicode_minus": False, "svg.fonttype": "none", "svg.hashsalt": "pushbench",
    "figure.constrained_layout.use": True,
}


@dataclass(frozen=True)
class Drawing:
    """A chart before it is a file. `caption` says in words what is shown and how to read it."""

    name: str
    title: str
    caption: str
    canvas: Canvas


@dataclass(frozen=True)
class Chart:
    name: str
    title: str
    caption: str
    svg: Path
    png: Path
    inline: str  # the SVG as it goes into an HTML page


def canvas(height: float, width: float = WIDTH) -> Canvas:
    with matplotlib.rc_context(STYLE):
        return Canvas(figsize=(width, height))


def styled() -> AbstractContextManager[None]:
    """Axes take their style when they are made and drawn, so drawing happens inside this."""
    return matplotlib.rc_context(STYLE)


def save(drawing: Drawing, folder: Path) -> Chart:
    svg, png = folder / f"{drawing.name}.svg", folder / f"{drawing.name}.png"
    with matplotlib.rc_context(STYLE):
        drawing.canvas.suptitle(drawing.title, x=0.01, ha="left", fontsize=15, fontweight="bold")
        # No date and no creator: the same results give the same bytes.
        drawing.canvas.savefig(svg, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})
        drawing.canvas.savefig(png, format="png", facecolor="white", dpi=150)
    text = svg.read_text(encoding="utf-8")
    # Where DejaVu is not at hand, a viewer would fall back to a serif face.
    svg.write_text(text.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif"), encoding="utf-8")
    inline = to_inline(text, drawing.name, f"{drawing.title}. {drawing.caption}")
    return Chart(drawing.name, drawing.title, drawing.caption, svg, png, inline)


def to_inline(svg: str, name: str, label: str) -> str:
    """Fits an SVG into a page: takes the page's ink and font, and has ids that no other chart has."""
    body = svg[svg.index("<svg"):]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.S)
    body = _slim(body)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r'(xlink:href="|href="|url\()#', rf"\1#{name}-", body)
    body = body.replace(INK, "currentColor").replace(GRID, "var(--grid)")
    body = re.sub(r"'DejaVu Sans'(, [^;\"]*)?", "system-ui, sans-serif", body)
    # The white sheet behind the chart would shine in a dark page.
    body = re.sub(r'style="fill: #ffffff(; stroke: #ffffff[^"]*)?"', 'style="fill: none"', body, count=1)
    body = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', "", body, count=1)
    text = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return re.sub(r"\n\s*", "\n", body.replace("<svg", f'<svg role="img" aria-label="{text}"', 1)).strip()


def _slim(svg: str) -> str:
    """Without what no eye sees: digits behind hundredths of a point, names that nothing refers to, turns by nothing."""
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", svg)
    svg = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", svg)
    svg = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\d+\.\d\d)\d{2,}", r"\1", tag[0]), svg)
    return re.sub(r"<g\s*/>\s*", "", svg)


def label_bars(axes: Axes, ends: Iterable[tuple[float, float, str]]) -> None:
    """Writes a figure behind the end of each horizontal bar: (end, row, text)."""
    for end, row, text in ends:
        axes.annotate(text, (end, row), xytext=(5, 0), textcoords="offset points", va="center", fontsize=11)


def whisker(axes: Axes, row: float, estimate: stats.Estimate) -> None:
    """The interval of a horizontal bar; none from too few blocks."""
    if estimate.low is not None and estimate.high is not None:
        axes.plot([estimate.low, estimate.high], [row, row], color=INK, linewidth=1.6, solid_capstyle="butt",
                  zorder=5)


def rows(axes: Axes, names: list[str]) -> None:
    """Names down the left side, the first on top, no lines between."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)


def room_for_labels(axes: Axes, largest: float, share: float = 0.28) -> None:
    """Leaves space right of the longest bar for its figure."""
    axes.set_xlim(0, largest * (1 + share) if largest > 0 else 1)


def few_ticks(axes: Axes) -> None:
    """For numbers too long to stand close together."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def plain_log(axes: Axes, which: str = "x", between: tuple[int, ...] = (1,)) -> None:
    """A log axis with 1, 10, 100 written out: 10² is for mathematicians. `between` has further marks of each decade."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    axis.set_major_locator(LogLocator(base=10, subs=between, numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def colours(variants: Iterable[str]) -> list[str]:
    return [transports.colour_of(variant) for variant in variants]
