"""Figures as text, the same in HTML, Markdown and on the terminal."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from pushbench import prose
from pushbench.analysis.answer import Answer, Cell
from pushbench.analysis.duets import Duet
from pushbench.analysis.figures import Figure
from pushbench.analysis.measures import band
from pushbench.setup import transports
from pushbench.setup.claims import Measure
from pushbench.stats import estimates as stats
from pushbench.store.counted import TOLD as METRICS
from pushbench.store.records import Run

# Keys of a context file that a reader would have to guess at; the others are told by their own words.
FACTS = {
    "cpu_model": "processor", "cores_allowed": "cores that pushbench may use", "cpu_quota_cores": "CPU quota, cores",
    "memory_bytes": "memory", "smt": "two threads a core (SMT)",
    "reads_slabinfo": "may read the kernel's memory (slabinfo)",
    "irq_time_accounting": "kernel tells interrupts' CPU apart", "os": "system",
    "load_before": "load before the run, of 1, 5 and 15 minutes", "started_utc": "began (UTC)",
    "about": "what the profile is for", "only": "scenarios that were asked for",
    "changed": "settings changed on the command line", "seed": "seed of all random orders",
    "blocks": "blocks planned", "dirty": "changes that are not committed", "sanitize": "sanitizers",
    "boost": "Boost", "rule_for_time_left": "what time that was left went into", "cpus": "cores of each side",
    "cpus_note": "of these cores", "floor_note": "the floor", "builds": "the two builds",
}
AT_LEAST = f"≥{prose.NBSP}"
MANY = 10  # blocks, from which on they are not told one by one


def middle(value: stats.Estimate | None, *, signed: bool = False) -> str:
    """'10.3', to the digit that the interval allows; '< 0.2' for a cost whose interval begins below nothing."""
    return "–" if value is None else prose.figure(value.middle, value.low, value.high, signed=signed)


def shown(figure: Figure) -> str:
    """The middle of a figure; '≥ 40,000' where a search ended before what it searched for."""
    return f"{AT_LEAST if figure.at_least else ''}{middle(figure.estimate)}"


def interval(value: stats.Estimate | None, *, signed: bool = False) -> str:
    """'10.1–10.5'; nothing where it would only repeat the figure."""
    return "" if value is None else prose.interval(value.low, value.high, signed=signed)


def estimate(value: stats.Estimate | None, unit: str = "", *, signed: bool = False) -> str:
    """'10.3 µs [10.1–10.5]', or the point alone. `signed`: a difference, which may be below nothing."""
    if value is None:
        return "–"
    return prose.estimate(value.middle, value.low, value.high, unit, signed=signed)


def half_width(estimate: stats.Estimate) -> str:
    """'10.3±2%': half the interval's width, as benchstat writes it, so that a row of a terminal stays one line."""
    text = middle(estimate)
    if estimate.low is None or estimate.high is None or estimate.low < 0 or not estimate.middle:
        return text
    if prose.is_bound(text):  # then all that a line has room for is what it is less than
        return prose.less_than(estimate.high) if estimate.middle < prose.LEAST else text
    share = (estimate.high - estimate.low) / 2 / abs(estimate.middle)
    # Over 100 % it would seem to reach below nothing, where the interval does not.
    return f"{text}±{share * 100:.0f}%" if share < 1 else f"{text} [{interval(estimate)}]"


def ratio(value: stats.Estimate | None) -> str:
    return f"{middle(value)} ×" if value else ""


def no_difference(tables: Iterable[Answer]) -> str:
    """When a table says that two make no practical difference: of some figures by the difference as well, for 0.02 ms
    beside 0.03 ms are half as much again, and nobody would notice."""
    titles: dict[str, list[str]] = defaultdict(list)
    for column in (column for table in tables for column in table.case.columns if column.ratio):
        metric, title = METRICS[column.metric], re.sub(r" p\d+$", "", column.title)
        step = f"{metric.resolution:g}{prose.NBSP}{metric.unit}".strip()
        if metric.resolution and title not in titles[step]:
            titles[step].append(title)
    steps = [f"{step} ({', '.join(each)})" for step, each in titles.items() if each]
    beside = f", or of their difference within {prose.listing(steps, 'or')}" if steps else ""
    return f"the whole interval of their ratio within 10{prose.NBSP}%{beside}"


def percent(share: float | None) -> str:
    return f"{prose.number(share * 100)}{prose.NBSP}%" if share is not None else "–"


def files(names: Iterable[str]) -> str:
    """Trial files, those that differ only by block and attempt folded: sse__b{1,2,3}__a1.json."""
    folded: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        match = re.fullmatch(r"(.*__)b(\d+)__a(\d+)\.json", name)
        if match:
            folded[f"{match[1]}b*__a{match[3]}.json"].append(match[2])
        else:
            folded[name].append("")
    return "  ".join(pattern.replace("b*", f"b{{{_listed(blocks)}}}" if len(blocks) > 1 else f"b{blocks[0]}")
                     for pattern, blocks in folded.items())


def _listed(blocks: list[str]) -> str:
    """'1,2,3'; many that follow each other as a shell has them, '1..30'."""
    numbers = [int(block) for block in blocks]
    if len(numbers) >= MANY and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}..{numbers[-1]}"
    return ",".join(blocks)


def cell_title(cell: Cell) -> str:
    """The tooltip of a table cell, a line each: its figure first, last where that comes from."""
    if cell.figure is None:
        return cell.gap
    lines = _about(cell.figure)
    if cell.ratio:
        how = f", as a duet (trials/{files(cell.duet.files)})" if cell.duet else ""
        lines.append(f"ratio to the best that delivers at once: {estimate(cell.ratio)}{how}")
    if cell.floor_ratio:
        lines.append(f"ratio to the floor: {estimate(cell.floor_ratio)}")
    return _with_source(lines, cell.figure)


def figure_title(figure: Figure) -> str:
    """The same of a figure that is held against nothing."""
    return _with_source(_about(figure), figure)


def _about(figure: Figure) -> list[str]:
    lines = [f"{METRICS[figure.key.metric].title}: {estimate(figure.estimate, figure.unit)}",
             f"mean of {prose.plural(figure.estimate.n, 'block')}"]
    if figure.estimate.n < stats.MIN_BLOCKS:
        lines.append(f"no interval from fewer than {stats.MIN_BLOCKS} blocks")
    return lines


def _with_source(lines: list[str], figure: Figure) -> str:
    return "\n".join([*lines, *([figure.note] if figure.note else []), f"From trials/{files(figure.files)}"])


def duet_pair(duet: Duet) -> str:
    """'SSE / WebSocket'."""
    return f"{transports.name_of(duet.a)} / {transports.name_of(duet.b)}"


def matters(measure: Measure) -> str:
    """What a figure is held against: a threshold, or the smallest difference that matters."""
    unit = "" if measure.compare == "ratio" else METRICS[measure.metric].unit
    if measure.threshold is not None:
        times = " ×" if measure.compare == "ratio" else f" {unit}"
        return f"{measure.expect} than {prose.number(measure.threshold)}{times}".strip()
    if measure.compare == "ratio":
        low, high = band(measure)
        return f"outside {prose.number(low)}–{prose.number(high)}"
    return f"± {prose.number(measure.smallest_difference)} {unit}".strip()


def blocks_line(run: Run) -> str:
    """What an interval assumes, and how wide that makes it with as many blocks as the scenarios have."""
    per_scenario = defaultdict(set)
    for trial in run.trials:
        if trial.ok:
            per_scenario[trial.scenario].add(trial.block)
    counts = sorted({len(blocks) for blocks in per_scenario.values() if len(blocks) >= stats.MIN_BLOCKS})
    if not counts:
        return ""
    said = [f"{prose.number(stats.reach(count))} from {count}" for count in counts]
    return ("An interval assumes that blocks are independent and that their logarithms scatter about normally. "
            "In simulations of 3 to 10 blocks it covers the truth in 93–97 % of runs, with heavy tails and with "
            "moderately lopsided scatter too. Were that as lopsided as waiting times, an interval of a figure would "
            "cover it in 88 % only, one of a ratio still in 95 %. "
            f"Few blocks make it wide: it reaches {prose.listing(said)} blocks, in standard deviations to each side.")


def blocks_done(run: Run) -> str:
    """'7 blocks, of 6 planned': time that is left goes into more of them, and a run that is stopped has fewer."""
    planned = run.context.get("blocks")
    return prose.plural(run.blocks, "block") + (
        f", of {planned} planned" if isinstance(planned, int) and planned != run.blocks else "")


def order_line(run: Run) -> str:
    """How far apart in time those run that are compared: older runs mixed all scenarios of a block."""
    blocks: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for trial in run.trials:
        if trial.attempt == 1:
            blocks[trial.block].append((trial.scenario, trial.case))
    changes = sum(before != after for found in blocks.values() for before, after in pairwise(found))
    if changes == sum(len(set(found)) - 1 for found in blocks.values()):
        return "In each block, the transports of a scenario run back to back in a random order"
    return "Transports take turns in a random order within each block"


def machine(context: dict[str, Any]) -> list[tuple[str, str]]:
    """The context file as lines of a table; unknown entries as they are, missing ones not at all."""
    skipped = {"schema_version", "run_id", "scenarios", "machine", "sittings", "cautions", "claims", "servers",
               "not_measured"}
    lines = [(key, context[key]) for key in context if key not in skipped]
    described = context.get("machine")
    if isinstance(described, dict):
        lines = [*described.items(), *lines]
    return [(FACTS.get(key, key.replace("_", " ")), _plain(key, value)) for key, value in lines
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
