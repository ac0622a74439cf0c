"""A run as one tidy CSV: a line for each figure of each trial, for pandas, R or a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pushbench.store.folder import writing
from pushbench.store.metrics import METRICS
from pushbench.store.records import Run, Trial, number_in

FILE = "trials.csv"
COLUMNS = ("run", "scenario", "case", "variant", "block", "attempt", "order", "status", "connections", "rate_per_s",
           "payload_bytes", "poll_interval_ms", "metric", "unit", "value", "file")


def write(run: Run, path: Path) -> Path:
    """All trials, the invalid ones too: `status` tells them apart. A figure that a trial does not have has no line."""
    with writing(path), path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for trial in run.trials:
            writer.writerows(_lines(run, trial))
    return path


def _lines(run: Run, trial: Trial) -> Iterator[tuple[object, ...]]:
    settings = [_plain(number_in(trial.result, name))
                for name in ("connections", "rate_per_s", "payload_bytes", "poll_interval_ms")]
    for metric in METRICS.values():
        value = metric.read(trial)
        if value is not None:
            yield (run.run_id, trial.scenario, trial.case, trial.variant, trial.block, trial.attempt, trial.order,
                   trial.status, *settings, metric.key, metric.unit, repr(value), trial.file)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
