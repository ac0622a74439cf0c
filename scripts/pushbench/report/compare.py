"""compare OLD NEW, in the manner of benchstat: what changed by more than chance, and got anything worse?"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pushbench import prose
from pushbench.analysis.figures import FIT, SLOPES, Figure, Figures, Key
from pushbench.errors import PushbenchError, UsageError
from pushbench.report.compare_options import DEFAULT_THRESHOLD, add_arguments
from pushbench.report.words import wording
from pushbench.setup import transports
from pushbench.stats import estimates as stats
from pushbench.store.metrics import BOTH_ENDS, METRICS, Metric
from pushbench.store.records import SATURATION, Run, load_run

__all__ = ["add_arguments", "compare", "main"]

BETTER, WORSE, EQUAL, UNKNOWN = "better", "WORSE", "~", "?"


@dataclass(frozen=True)
class Change:
    """One figure in both runs. `ratio` = new / old; `regression` = surely worse, beyond the threshold."""

    old: Figure
    new: Figure
    ratio: stats.Estimate | None
    verdict: str
    regression: bool

    @property
    def name(self) -> str:
        return f"{METRICS[self.new.key.metric].title} · {self.row}"

    @property
    def row(self) -> str:
        key = self.new.key
        place = f"{key.scenario} {key.case}"
        if not key.case or key.scenario == "idle":  # of idle, only one case is compared
            place = key.scenario
        elif key.case.startswith(key.scenario):  # 'payload payload=32' would say it twice
            place = key.case
        return f"{place} · {transports.name_of(key.variant)}"


def main(old: Path, new: Path, options: argparse.Namespace) -> int:
    """0 = no regression, 1 = a regression. Raises PushbenchError (code 2) for a folder that is no run."""
    threshold = getattr(options, "threshold", None)
    threshold = DEFAULT_THRESHOLD if threshold is None else float(threshold)
    before, after = _load(Path(old)), _load(Path(new))
    changes = compare(Figures(before), Figures(after), threshold)
    if not changes:
        raise UsageError(f"'{old}' and '{new}' have no figure in common: nothing to compare")
    _print(changes, _differences(before, after), threshold, Console())
    return 1 if any(change.regression for change in changes) else 0


def _load(folder: Path) -> Run:
    try:
        return load_run(folder)
    except PushbenchError as error:
        # For compare, a folder without trials is a wrong argument as well.
        error.exit_code = 2
        raise


def compare(old: Figures, new: Figures, threshold: float) -> list[Change]:
    """All figures that both runs have and that are worth a line, metric by metric."""
    changes = []
    for figure in new.all():
        key = figure.key
        before = old.get(key.scenario, key.case, key.variant, key.metric)
        # Kernel memory of both ends against that of one end is no comparison.
        alike = before is not None and (BOTH_ENDS in before.note) == (BOTH_ENDS in figure.note)
        if before is not None and alike and _is_compared(key, new):
            changes.append(_change(before, figure, threshold))
    order = list(METRICS)
    return sorted(changes, key=lambda change: order.index(change.new.key.metric))


def _is_compared(key: Key, figures: Figures) -> bool:
    """Each thing once: memory and idle CPU by the idle scenario, capacity by its own search."""
    if not transports.transport_of(key.variant).is_shown:
        return False
    if not METRICS[key.metric].compared or key.scenario in ("wrk", SATURATION):
        return False
    if key.metric in SLOPES:
        fitted = figures.get(key.scenario, FIT, key.variant, key.metric) is not None
        return key.scenario == "idle" and key.case == (FIT if fitted else figures.main_case("idle"))
    if key.metric == "server_cpu_us_per_idle_connection_s":
        return key.case == figures.main_case(key.scenario)
    return (key.scenario == "capacity") == (key.metric == "capacity_deliveries_per_s")


def _change(old: Figure, new: Figure, threshold: float) -> Change:
    metric = METRICS[new.key.metric]
    ratio = stats.independent_ratio(list(new.by_block.values()), list(old.by_block.values()))
    if ratio is not None and not (old.estimate.has_interval and new.estimate.has_interval):
        ratio = stats.Estimate(ratio.n, ratio.middle)
    verdict = _verdict(ratio, metric.lower_is_better)
    too_small = abs(new.estimate.middle - old.estimate.middle) <= metric.resolution
    if too_small and new.estimate.has_interval and old.estimate.has_interval:
        verdict = EQUAL
    delta = abs(ratio.middle - 1) * 100 if ratio else 0.0
    return Change(old, new, ratio, verdict, verdict == WORSE and delta > threshold)


def _verdict(ratio: stats.Estimate | None, lower_is_better: bool) -> str:
    if ratio is None or ratio.low is None or ratio.high is None:
        return UNKNOWN
    if ratio.low <= 1 <= ratio.high:
        return EQUAL
    return BETTER if (ratio.high < 1) == lower_is_better else WORSE


def _differences(old: Run, new: Run) -> list[str]:
    """What else changed between the runs: a comparison across machines is no comparison of code."""
    found = []
    machines = [run.context.get("machine") if isinstance(run.context.get("machine"), dict) else {}
                for run in (old, new)]
    for name in ("cpu_model", "cores", "kernel", "virtualization", "governor"):
        values = [machine.get(name) for machine in machines]  # type: ignore[union-attr]
        if values[0] != values[1]:
            found.append(f"{name.replace('_', ' ')} differs: {values[0]} → {values[1]}")
    for name in ("profile", "compiler", "build_type", "boost"):
        if old.context.get(name) != new.context.get(name):
            values = [run.context.get(name) for run in (old, new)]
            found.append(f"{name.replace('_', ' ')} differs: {values[0]} → {values[1]}")
    return found


def _print(changes: list[Change], differences: list[str], threshold: float, console: Console) -> None:
    for key in dict.fromkeys(change.new.key.metric for change in changes):
        console.print(_table(METRICS[key], [change for change in changes if change.new.key.metric == key]))
    for difference in differences:
        console.print(Text(f"! {difference}"))
    if all(change.verdict == UNKNOWN for change in changes):
        console.print(f"? = fewer than {stats.MIN_BLOCKS} blocks in a run: no interval, nothing can be told.")
    regressions = [change for change in changes if change.regression]
    for change in regressions:
        console.print(Text(f"regression: {change.name} {_delta(change)}", style="bold red"), soft_wrap=True)
    if not regressions:
        console.print(f"no regression beyond {threshold:g} % in {prose.plural(len(changes), 'figure')}")


def _table(metric: Metric, changes: list[Change]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), title_justify="left", title_style="bold",
                  title=f"\n{metric.title}{f' ({metric.unit})' if metric.unit else ''}")
    widths = (35, 10, 10, 14, 6)  # 79 in all: a line of a terminal
    for title, width in zip(("", "old", "new", "delta", ""), widths, strict=True):
        table.add_column(title, min_width=width, no_wrap=True, justify="right" if title else "left")
    for change in changes:
        table.add_row(change.row, wording.half_width(change.old.estimate),
                      wording.half_width(change.new.estimate), _delta(change),
                      "" if change.verdict == EQUAL else change.verdict,
                      style="bold red" if change.regression else "green" if change.verdict == BETTER
                      else None)
    return table


def _delta(change: Change) -> str:
    ratio = change.ratio
    if ratio is None:
        return "–"
    if change.verdict == EQUAL:
        return "~"
    text = f"{(ratio.middle - 1) * 100:+.0f}%"
    if ratio.low is None or ratio.high is None:
        return text
    return f"{text} [{(ratio.low - 1) * 100:+.0f},{(ratio.high - 1) * 100:+.0f}]"
