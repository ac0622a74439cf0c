"""Writes everything a person or a page reads from a run: charts, report.html, summary.md, summary.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pushbench import prose
from pushbench.analysis import cpu, growth, memory, servers, spreading, told, waiting
from pushbench.errors import PushbenchError, described
from pushbench.meter.evidence import show as evidence_show
from pushbench.meter.speed import show
from pushbench.report import first, summary
from pushbench.report.charts import draw_all
from pushbench.report.findings import Analysis, analyse
from pushbench.report.web import bundle, contents, listing, planner
from pushbench.report.web.curves import SHARES, Curves
from pushbench.report.web.run_data import RunData, bases, offered
from pushbench.report.words import choosing, modelling, shared, summing, wording
from pushbench.report.words.coded import coded, uncoded
from pushbench.setup import transports
from pushbench.stats import estimates as stats
from pushbench.store.archive import ARCHIVE
from pushbench.store.folder import write_text
from pushbench.store.metrics import METRICS

# Charts that stand in the section they belong to, not among the others.
PLACED = ("which-one", "memory-per-connection", "memory-growth", "cpu-parts", "generator-limit", "growth-cpu",
          "growth-memory", "crossover-cpu", "crossover-bytes", "crossover-memory")
# What a phone on a slow line should have to fetch. A larger page leaves out figures of its last list, which are in
# summary.json as well: nobody reads so many.
MOST_BYTES = 1_500_000
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def build(run_dir: Path) -> Path:
    """Rebuilds all of it from the folder of the run alone; returns the path of report.html."""
    analysis = analyse(run_dir)
    try:
        charts = draw_all(analysis, Path(run_dir) / "charts")
        summary.write(analysis, Path(run_dir))
        page = Path(run_dir) / "report.html"
        write_text(page, render(analysis, charts=charts))
    except OSError as error:
        raise PushbenchError(f"cannot write the report into {run_dir}: {described(error)}") from error
    return page


def render(analysis: Analysis, charts: Any) -> str:
    most = listing.MOST_FIGURES
    page = _render(analysis, charts, most)
    while (beyond_bytes := len(page.encode()) - MOST_BYTES) > 0 and most > 0:
        page = _render(analysis, charts, most := listing.fewer(min(most, len(analysis.figures.all())), beyond_bytes))
    return page


def _render(analysis: Analysis, charts: Any, most_figures: int) -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    curves = Curves(analysis.figures)
    data = RunData(analysis, curves)
    environment.filters |= {
        "number": prose.number, "estimate": wording.estimate, "interval": wording.interval, "middle": wording.middle,
        "shown": wording.shown, "files": wording.files, "transport": transports.name_of, "safe_svg": Markup,
        "coded": coded, "uncoded": uncoded}
    environment.tests["costed"] = choosing.is_costed
    environment.globals |= {
        "metrics": METRICS, "min_blocks": stats.MIN_BLOCKS, "plural": prose.plural,
        "colour_of": transports.colour_of, "cell_title": wording.cell_title, "ratio_text": wording.ratio,
        "verdict_class": _verdict_class, "finding_between": told.between, "pair_name": told.pair_name,
        "finding_figure": told.figure, "matters": wording.matters,
        "no_difference": wording.no_difference,
        "blocks_line": wording.blocks_line, "blocks_done": wording.blocks_done, "order_line": wording.order_line,
        "percent": wording.percent, "floor_note": transports.FLOOR_NOTE, "memory_columns": memory.COLUMNS,
        "memory_gap": memory.gap,
        "evidence_columns": evidence_show.COLUMNS, "evidence_cells": evidence_show.cells,
        "speed_title": show.TITLE, "speed_figure": show.figure, "speed_ratio": show.ratio, "speed_spread": show.spread,
        "shared_sentence": shared.sentence,
        "server_columns": servers.SHOWN, "say": choosing, "made_of": summing.made_of, "model_words": modelling,
        "why_excluded": first.why_excluded, "number_of": data.number, "figure_title": wording.figure_title,
        "base_of": transports.base_of,
        "growth_from": growth.FIT_FROM, "usual_s": waiting.HEARTBEAT_S, "longer_s": waiting.LONGER_S,
        "heartbeat_clients": cpu.CLIENTS, "busy": spreading.BUSY}
    every_figure, figures_left_out = listing.figures(analysis.figures, most_figures)
    percentiles = curves.table()
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8") + bundle.style()
    page = environment.get_template("report.html.j2").render(
        analysis=analysis, run=analysis.run, css=Markup(css), script=Markup(bundle.script()), data=data,
        archive=ARCHIVE if (analysis.run.folder / ARCHIVE).is_file() else None,
        every_trial=listing.trials(analysis.run), every_figure=every_figure, figures_left_out=figures_left_out,
        percentiles=percentiles, shares=[f"{share:g} %" for share in SHARES],
        charts=[chart for chart in charts if chart.name not in PLACED
                and not (percentiles and chart.name.startswith("latency-"))],
        placed={chart.name: chart for chart in charts if chart.name in PLACED},
        plan_run=planner.named(analysis.figures),
        has_plan=analysis.maps and planner.is_possible(analysis.model, analysis.figures),
        offered=[transports.transport_of(base) for base in offered(analysis)],
        bases=bases(analysis),
        machine=wording.machine(analysis.run.context),
        pairs=list(zip(analysis.answers, analysis.readings, strict=True)))
    return contents.with_contents(page, [each.claim.id for each in analysis.on_trial])


def _verdict_class(verdict: str) -> str:
    return verdict.replace(" ", "-")
