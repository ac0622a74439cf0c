"""A run as one tidy CSV: a line for each figure of each trial, for pandas, R or a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pushbench.analysis import duets
from pushbench.analysis.attempts import counting
from pushbench.analysis.exclusions import broken_rules
from pushbench.store.folder import written_whole
from pushbench.store.metrics import METRICS
from pushbench.store.records import Run, Trial, number_in

FILE = "trials.csv"
DUET = {
    "duet_a_cpu_us_per_delivery": "server CPU per delivery of the first of a duet, while both played",
    "duet_b_cpu_us_per_delivery": "the same of the second",
    "duet_cpu_ratio": "the first over the second: what the report's ratios are means of",
}
ANOTHER_ATTEMPT = "another attempt of this block counts"
# Each column with its unit and meaning.
COLUMNS = {
    "run": ("", "id of the run"),
    "scenario": ("", "of bench/scenarios/"),
    "case": ("", "what the scenario varies, such as payload=1024, or empty"),
    "variant": ("", "transport, with its poll interval where a scenario has several; of a duet both: sse-vs-floor"),
    "block": ("count", "the unit of all intervals: one whole trial a variant"),
    "attempt": ("count", "1, or more where an invalid trial was repeated"),
    "order": ("count", "place in the run"),
    "status": ("", "ok, invalid or failed"),
    "counts": ("", "yes where the trial is in the figures of the report"),
    "excluded_because": ("", "why it is not: in words, several apart by '; '. Empty where it counts"),
    "broken_rules": ("", "the names of the rules that void it, apart by spaces; older records name none"),
    "marked_because": ("", "what made it slow; it counts all the same"),
    "connections": ("count", "clients; empty where there is no result"),
    "rate_per_s": ("per_s", "notifications a second over all topics"),
    "payload_bytes": ("bytes", "of a notification"),
    "poll_interval_ms": ("ms", "of short polls"),
    "metric": ("", "a figure of the table above, or of a duet one of the next; empty in the line of a trial without"),
    "unit": ("", "of the value"),
    "value": ("", "of this trial, with all its digits"),
    "file": ("", "the trial's own file in trials/"),
}


def write(run: Run, path: Path) -> Path:
    """All trials, those left out too, each with the reason. A figure that a trial does not have has no line."""
    counted = {trial.file for trial in counting(sorted(run.trials, key=lambda each: (each.block, each.attempt)))}
    with written_whole(path) as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for trial in run.trials:
            writer.writerows(_lines(run, trial, trial.file in counted))
    return path


def why_excluded(trial: Trial, counts: bool) -> str:
    if counts:
        return ""
    if trial.ok:
        return ANOTHER_ATTEMPT
    return "; ".join(trial.reasons) or f"{trial.status}, and no reason was given"


def _lines(run: Run, trial: Trial, counts: bool) -> Iterator[tuple[object, ...]]:
    about = (run.run_id, trial.scenario, trial.case, trial.variant, trial.block, trial.attempt, trial.order,
             trial.status, "yes" if counts else "no", why_excluded(trial, counts), " ".join(broken_rules(trial)),
             "; ".join(trial.marks),
             *(_plain(number_in(trial.result, name))
               for name in ("connections", "rate_per_s", "payload_bytes", "poll_interval_ms")))
    values = [(metric.key, metric.unit, value) for metric in METRICS.values()
              if (value := metric.read(trial)) is not None]
    if (costs := duets.costs_us(trial)) is not None:
        values += zip(DUET, ("µs", "µs", ""), (*costs, costs[0] / costs[1]), strict=True)
    if not values:  # it ran, and whoever counts trials must find it
        yield (*about, "", "", "", trial.file)
    for key, unit, value in values:
        yield (*about, key, unit, repr(value), trial.file)


def _plain(value: float | None) -> str:
    """Whole numbers as such, and with all their digits: a million clients are not 1e+06."""
    return "" if value is None else f"{value:.15g}"
