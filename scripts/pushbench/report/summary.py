"""summary.json for programs, summary.md for a CI job page, and the table at the end of `make bench`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pushbench import prose, tables
from pushbench.analysis.answer import Answer, Cell, Row
from pushbench.analysis.duets import Duet
from pushbench.analysis.figures import Figure
from pushbench.analysis.fits import Fit
from pushbench.analysis.everything import WithAll
from pushbench.analysis.measures import Measured
from pushbench.analysis.servers import CPU
from pushbench.analysis.verdicts import Judgement
from pushbench.meter.speed import show
from pushbench.report import beside, first
from pushbench.report.findings import Analysis, analyse
from pushbench.report.words import choosing, mapping, modelling, shared, wording
from pushbench.setup import transports
from pushbench.stats import estimates as stats
from pushbench.store.folder import write_text
from pushbench.store.metrics import METRICS

SCHEMA_VERSION = 2
TEMPLATES = Path(__file__).resolve().parent / "templates"
PIPE_WIDTH = 100  # a log or a job page has no width of its own


def write(analysis: Analysis, folder: Path) -> None:
    text = json.dumps(to_json(analysis), indent=1, ensure_ascii=False, sort_keys=True)
    write_text(folder / "summary.json", text + "\n")
    write_text(folder / "summary.md", markdown(analysis))


def to_json(analysis: Analysis) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION, "run_id": analysis.run.run_id, "headline": analysis.headline,
        "first": first.to_json(analysis.first),
        "cautions": analysis.cautions, "sittings": [asdict(each) for each in analysis.sittings],
        "cells": [_cell_json(figure) for figure in analysis.figures.all()],
        "answers": [{"scenario": answer.case.scenario, "best": list(reading.best), "text": reading.text}
                    for answer, reading in zip(analysis.answers, analysis.readings, strict=True)],
        "others": [_table_json(table) for table in analysis.others],
        "servers": beside.to_json(analysis.servers), "shared": shared.to_json(analysis.shared),
        "claims": [_claim_json(judgement) for judgement in analysis.judgements],
        "calibration": analysis.calibration.to_json() if analysis.calibration else None,
        "aa": _claim_json(analysis.aa) if analysis.aa else None,
        "crossover": asdict(analysis.crossover) if analysis.crossover else None,
        "evidence": _evidence_json(analysis),
        "model": modelling.to_json(analysis.model),
        "model_of": analysis.lender or analysis.run.run_id,
        "foretold": modelling.foretold_json(analysis.foretold),
        "maps": mapping.to_json(analysis.maps, analysis.map_points),
        "complexity": analysis.complexity.to_json() if analysis.complexity else None,
        "observed": analysis.observed.to_json() if analysis.observed else None,
        "duets": [_duet_json(each) for each in analysis.duets],
        "trials": {status: analysis.run.count(status) for status in ("ok", "invalid", "failed")},
    }


def _table_json(table: Answer) -> dict[str, Any]:
    """Of what ran beside: which figures there are, and why there is none. The figures themselves are `cells`."""
    return {"title": table.case.title, "scenario": table.case.scenario, "conditions": table.conditions,
            "rows": [{"variant": row.variant, "metrics": [metric for metric, cell in row.cells.items() if cell.figure],
                      "gaps": {metric: cell.gap for metric, cell in row.cells.items() if cell.gap}}
                     for row in table.rows]}


def _evidence_json(analysis: Analysis) -> dict[str, Any] | None:
    if analysis.evidence is None:
        return None
    return analysis.evidence.to_json() | {"bound": analysis.bound.lines if analysis.bound else []}


def _estimate_json(estimate: stats.Estimate | None) -> dict[str, Any]:
    return {} if estimate is None else estimate.to_json()


def _cell_json(figure: Figure) -> dict[str, Any]:
    return asdict(figure.key) | _estimate_json(figure.estimate) | {
        "unit": figure.unit, "note": figure.note, "blocks": sorted(figure.by_block),
        "trials": list(figure.files)} | _fit_json(figure.fit)


def _duet_json(duet: Duet) -> dict[str, Any]:
    return {"scenario": duet.scenario, "workload": duet.workload, "a": duet.a, "b": duet.b,
            "ratio": _estimate_json(duet.ratio), "a_us": _estimate_json(duet.a_us), "b_us": _estimate_json(duet.b_us),
            "blocks": sorted(duet.by_block), "quads": duet.quads, "quads_left_out": duet.quads_left_out,
            "trials": list(duet.files)}


def _fit_json(fit: Fit | None) -> dict[str, Any]:
    """Where the line crosses nothing, and how far the points lie off it (KiB, and as a share of the line)."""
    return {} if fit is None else {"fit": {
        "connections": list(fit.counts), "intercept": _estimate_json(fit.intercept),
        "residual": fit.residual if fit.tells_residual else None,
        "residual_share": fit.residual_share if fit.tells_residual else None}}


def _claim_json(judgement: Judgement) -> dict[str, Any]:
    claim, turn = judgement.claim, judgement.turn
    return {
        "id": claim.id, "claim": claim.text, "verdict": judgement.verdict, "sentence": judgement.sentence,
        "reason": judgement.reason, "criterion": claim.criterion, "note": judgement.note,
        "conditions": list(claim.conditions), "command": claim.command,
        "border": None if turn is None else _estimate_json(turn.value) | {
            "verdict": turn.verdict, "trials": list(turn.files),
            "by_rate": [{"polls_per_s": rate} | _estimate_json(k) for rate, k in turn.by_rate]},
        "along": [{"workload": walk.workload, "verdicts": {case: found.verdict for case, found in walk.decided},
                   "undecided": list(walk.undecided)} for walk in judgement.walks],
        "primary": [_finding_json(finding) for finding in judgement.primary],
        "secondary": [_finding_json(finding) for finding in judgement.secondary],
        "observed": [{"title": each.observation.title, "table": each.observation.table, "row": each.observation.row,
                      "column": each.observation.column, "says": list(each.observation.says),
                      "decides": each.observation.decides, "verdict": each.verdict, "seen": each.text}
                     for each in judgement.seen],
        "every_trial_in": [_with_all_json(each) for each in judgement.everything],
    }


def _with_all_json(found: WithAll) -> dict[str, Any]:
    return {"title": found.measure.title, "workload": found.workload, "subject": found.subject,
            "against": found.against, "trials": found.trials, "void": found.void,
            "wakeup_delay_slope": _estimate_json(found.lateness)} | _estimate_json(found.ratio)


def _finding_json(finding: Measured) -> dict[str, Any]:
    return {
        "title": finding.measure.title, "workload": finding.workload, "design": finding.measure.design,
        "compare": finding.measure.compare, "subject": finding.subject, "against": finding.against,
        "metric": finding.metric, "verdict": finding.verdict, "why": finding.why, "judged": finding.judged,
        "more_blocks": finding.more_blocks, "trials": list(finding.files)} | _estimate_json(finding.estimate)


def markdown(analysis: Analysis) -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    environment.globals |= {
        "speed_title": show.TITLE, "speed_figure": show.figure, "speed_ratio": show.ratio, "speed_spread": show.spread,
        "say": choosing, "checked": first.CHECKED, "cell_text": _cell_markdown, "plural": prose.plural,
        "floor_note": transports.FLOOR_NOTE, "server_cpu": CPU, "duet_pair": wording.duet_pair,
        "no_difference": wording.no_difference,
        "estimate": wording.estimate, "metrics": METRICS, "shared_sentence": shared.sentence}
    return environment.get_template("summary.md.j2").render(
        analysis=analysis, run=analysis.run,
        pairs=list(zip(analysis.answers, analysis.readings, strict=True)))


def _cell_markdown(cell: Cell) -> str:
    if cell.figure is None:
        return f"– ({cell.gap.split(':')[0]})"
    figure = wording.shown(cell.figure)
    parts = [f"**{figure}**" if cell.least else figure]
    if wording.interval(cell.figure.estimate) not in ("", figure):
        parts.append(f"[{wording.interval(cell.figure.estimate)}]")
    if cell.ratio and not cell.least:
        parts.append(wording.ratio(cell.ratio))
    if cell.slowed:
        parts.append(f"({cell.slowed})")
    return " ".join(parts)


def print_table(run_dir: Path, console: Console) -> str:
    """The answer on a terminal: a sentence and a table per case, then the verdicts. Returns what must be read last:
    that none of it has an interval. Above hundreds of lines nobody would see it."""
    analysis = analyse(run_dir)
    width = None if console.is_terminal else min(console.width, PIPE_WIDTH)
    # The answer comes after what ran beside: at the end it is still in sight.
    for table in analysis.others:
        console.print(Text.assemble((table.case.title, "bold"), f" {table.case.plain}"), width=width)
        console.print(Text(table.conditions, style="dim"), width=width)
        tables.show(_table(table), console, width)
        console.print()
    for found in analysis.servers.tables:
        console.print(Text.assemble(("Other servers, ", "bold"), f"{found.scenario}: {found.sentence}"), width=width)
        tables.show(beside.table(found), console, width)
        console.print()
    for one in analysis.shared:
        console.print(Text.assemble((f"One source for several servers, {one.scenario}: ", "bold"),
                                    shared.sentence(one)), width=width)
        tables.show(shared.printed(one), console, width)
        console.print()
    if analysis.duets:
        console.print(Text("Duets, as a ratio of server CPU per delivery", style="bold"), width=width)
        tables.show(_duets_table(analysis.duets), console, width)
        console.print()
    console.print(Text.assemble(("By workload, as it was measured: ", "bold"), analysis.headline), width=width)
    for answer, reading in zip(analysis.answers, analysis.readings, strict=True):
        console.print()
        console.print(Text.assemble((f"{answer.case.title}: {reading.lead}", "bold"), f" {reading.rest}"),
                      width=width)
        console.print(Text(answer.conditions, style="dim"), width=width)
        tables.show(_table(answer), console, width)
    console.print()
    # Last of the figures, so that it is still in sight when the run is over.
    _print_first(analysis, console, width)
    console.print()
    _print_claims(analysis, console, width)
    if analysis.sittings_line:
        console.print(Text(analysis.sittings_line, style="dim"), width=width)
    last = analysis.single_points
    for caution in analysis.cautions:
        if caution != last:
            console.print(Text(f"! {caution}"), width=width)
    return last


def _print_first(analysis: Analysis, console: Console, width: int | None) -> None:
    """The first screen in words: the choice, a line for each case, and whether to trust them."""
    console.print(Text(analysis.first.lead, style="bold"), width=width)
    for outcome, advice in analysis.first.cases:
        if not choosing.is_costed(outcome):
            continue
        console.print(Text.assemble((f"{outcome.case.title}: ", "bold"), f"{outcome.case.text}"), width=width)
        console.print(Text.assemble("  ", (choosing.take_line(outcome), "bold green" if outcome.picks else "yellow"),
                                    f". {advice.why}"), width=width)
    to_do = analysis.calibration.advice if analysis.calibration else []
    console.print(Text(" ".join([first.CHECKED, analysis.first.trust, *to_do]),
                       style="yellow" if analysis.first.careful else ""), width=width)


def _print_claims(analysis: Analysis, console: Console, width: int | None) -> None:
    for judgement in analysis.on_trial:
        console.print(Text.assemble(f"{judgement.claim.id} {judgement.claim.text} ",
                                    (judgement.verdict, "bold")), width=width)
        console.print(Text(f"  {judgement.finding}", style="dim"), width=width)
    if analysis.aside:
        listed = "; ".join(f"{each.claim.id} {each.claim.options}" for each in analysis.aside)
        console.print(Text(f"Not measured in this run; measure with make bench ARGS='…': {listed}", style="dim"),
                      width=width)


def _table(answer: Answer) -> Table:
    table = Table(box=None, padding=(0, 1))
    table.add_column("", no_wrap=True)
    for column in answer.case.columns:
        table.add_column(f"{column.short}\n{column.unit}", justify="right", no_wrap=True)
    for row in answer.rows:
        table.add_row(row.name, *(_cell_text(row, column.metric) for column in answer.case.columns),
                      style=None if row.is_choice else "dim")
    return table


def _duets_table(duets: list[Duet]) -> Table:
    table = Table(box=None, padding=(0, 1))
    for name in ("", "", "in a duet", "alone"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    for duet in duets:
        table.add_row(duet.title, wording.duet_pair(duet), wording.estimate(duet.ratio),
                      wording.estimate(duet.alone))
    return table


def _cell_text(row: Row, metric: str) -> Text:
    cell = row.cells[metric]
    if cell.figure is None:
        return Text("–")
    more = wording.AT_LEAST if cell.figure.at_least else ""
    return Text(more + wording.half_width(cell.figure.estimate), style="bold green" if cell.least else "")
