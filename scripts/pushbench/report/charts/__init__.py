"""The charts: each module draws some, this one draws them all into charts/*.svg and charts/*.png."""

from __future__ import annotations

from pathlib import Path

from pushbench.report.charts import drawing  # first: it takes matplotlib in
from pushbench.report.charts import bars, browser, choice, crossing, growing, latency, lines, maps, network
from pushbench.report.charts import others, parts
from pushbench.report.charts.style import Chart, Drawing, save
from pushbench.report.findings import Analysis

__all__ = ["Chart", "draw_all", "drawing"]


def draw_all(analysis: Analysis, folder: Path) -> list[Chart]:
    """In the order in which the report shows them. A chart without data is not drawn."""
    figures = analysis.figures
    # Two maps of one question, by different sums, would only confuse.
    of_the_model = maps.charts(analysis.maps, analysis.map_points, analysis.lender)
    drawings: list[Drawing | None] = [
        choice.which_one([outcome for outcome, _ in analysis.first.cases]),
        *latency.percentiles(figures),
        bars.cpu_against_floor(figures),
        *(parts.memory_of(table) for table in analysis.memory),
        parts.cpu_of(analysis.cpu),
        *growing.growing(analysis.growth),
        lines.idle_cpu(figures),
        lines.idle_memory(figures),
        bars.bytes_per_delivery(figures),
        bars.capacity(figures),
        bars.fanout(figures),
        None if of_the_model else crossing.crossover_map(analysis.crossover, figures),
        *of_the_model,
        parts.limits_of(analysis.generator),
        *network.by_time(figures),
        browser.late_in_a_page(analysis.observed),
        *others.charts_of([table for table in analysis.others if table.case.scenario not in network.varied(figures)]),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    charts = [save(drawing, folder) for drawing in drawings if drawing is not None]
    _remove_others(folder, {chart.name for chart in charts})
    return charts


def _remove_others(folder: Path, names: set[str]) -> None:
    """A chart of an earlier build that has no data any more would lie."""
    for path in [*folder.glob("*.svg"), *folder.glob("*.png")]:
        if path.stem not in names:
            path.unlink()
