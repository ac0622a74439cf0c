"""Figures as text, the same in HTML, Markdown and on the terminal."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pushbench import labels, stats
from pushbench.answer import Cell
from pushbench.figures import Figures
from pushbench.load import Run
from pushbench.metrics import METRICS
from pushbench.verdicts import Finding


def interval(value: stats.Estimate | None) -> str:
    if value is None or value.low is None or value.high is None:
        return ""
    low, high = labels.number(value.low), labels.number(value.high)
    return f"{low}–{high}" if low != high else low


def estimate(value: stats.Estimate | None, unit: str = "") -> str:
    """'10.3 µs [10.1–10.5]', or the point alone."""
    if value is None:
        return "–"
    text = f"{labels.number(value.median)} {unit}".strip()
    return f"{text} [{interval(value)}]" if value.has_interval else text


def ratio(value: stats.Estimate | None) -> str:
    return f"{labels.number(value.median)} ×" if value else ""


def files(names: Iterable[str]) -> str:
    """Trial files, those that differ only by block and attempt folded: sse__b{1,2,3}__a1.json."""
    folded: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        match = re.fullmatch(r"(.*__)b(\d+)__a(\d+)\.json", name)
        if match:
            folded[f"{match[1]}b*__a{match[3]}.json"].append(match[2])
        else:
            folded[name].append("")
    return "  ".join(pattern.replace("b*", f"b{{{','.join(blocks)}}}" if len(blocks) > 1 else f"b{blocks[0]}")
                     for pattern, blocks in folded.items())


def cell_title(cell: Cell) -> str:
    """The tooltip of a table cell: where its number comes from."""
    if cell.figure is None:
        return cell.gap
    figure = cell.figure
    parts = [f"{METRICS[figure.key.metric].title}: {estimate(figure.estimate, figure.unit)}",
             f"median of {labels.plural(figure.estimate.n, 'block')}"]
    if not figure.estimate.has_interval:
        parts.append(f"no interval from fewer than {stats.MIN_BLOCKS} blocks")
    if cell.ratio:
        parts.append(f"ratio to the least: {estimate(cell.ratio)}")
    if cell.floor_ratio:
        parts.append(f"ratio to the floor: {estimate(cell.floor_ratio)}")
    if figure.note:
        parts.append(figure.note)
    return "; ".join(parts) + f". From trials/{files(figure.files)}"


def finding_between(finding: Finding, figures: Figures) -> str:
    """'SSE / WebSocket', 'SSE − WebSocket' or 'SSE'."""
    scenario = finding.measure.scenario
    subject = figures.name(finding.subject, scenario)
    if not finding.against:
        return subject
    sign = "/" if finding.measure.compare == "ratio" else "−"
    return f"{subject} {sign} {figures.name(finding.against, scenario)}"


def blocks_line(run: Run) -> str:
    """How far an interval can be trusted, by the fewest blocks that a scenario has."""
    per_scenario = defaultdict(set)
    for trial in run.trials:
        if trial.ok:
            per_scenario[trial.scenario].add(trial.block)
    counts = sorted({len(blocks) for blocks in per_scenario.values() if len(blocks) >= stats.MIN_BLOCKS})
    said = [f"from {count} blocks at best {stats.coverage(count) * 100:.0f} %" for count in counts]
    return f"An interval covers the true median {labels.listing(said)} of the time." if said else ""


def machine(context: dict[str, Any]) -> list[tuple[str, str]]:
    """The context file as lines of a table; unknown entries as they are, missing ones not at all."""
    skipped = {"schema_version", "run_id", "scenarios", "machine"}
    lines = [(key, context[key]) for key in context if key not in skipped]
    described = context.get("machine")
    if isinstance(described, dict):
        lines = [*described.items(), *lines]
    return [(key.replace("_", " "), _plain(key, value)) for key, value in lines
            if value not in (None, "", {}, [])]


def _plain(key: str, value: Any) -> str:
    if key.endswith("_bytes") and isinstance(value, (int, float)):
        return f"{value / 2**30:.1f} GiB"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(name, each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)
