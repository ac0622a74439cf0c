"""The charts: each module draws some, this one draws them all into charts/*.svg and charts/*.png."""

from __future__ import annotations

from pathlib import Path

from pushbench.answer import Answer
from pushbench.charts import bars, choice, latency, lines
from pushbench.charts.style import Chart, Drawing, save
from pushbench.figures import Figures

__all__ = ["Chart", "draw_all"]


def draw_all(figures: Figures, answers: list[Answer], folder: Path) -> list[Chart]:
    """In the order in which the report shows them. A chart without data is not drawn."""
    drawings: list[Drawing | None] = [
        choice.which_one(answers),
        *latency.percentiles(figures),
        bars.cpu_against_floor(figures),
        bars.memory(figures),
        lines.idle_cpu(figures),
        lines.idle_memory(figures),
        bars.bytes_per_delivery(figures),
        bars.capacity(figures),
        bars.fanout(figures),
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
