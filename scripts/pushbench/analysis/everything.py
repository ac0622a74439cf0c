"""The answer with every trial in, void ones too: a model of block, transport and how late timers woke meanwhile.

What was left out could have been left out unequally. So beside the figure of the valid trials stands one of all that
measured anything: log y = block + transport + slope · log of the wake-up delay. The floor, where it ran, is one of the
transports: what slowed it down in a block is part of that block's effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from pushbench.analysis.figures import Figures
from pushbench.setup.claims import TRIALS, Claim, Measure
from pushbench.stats import estimates as stats, twoway
from pushbench.store.metrics import METRICS
from pushbench.store.records import Trial

ATTEMPTS_APART = 1000  # each attempt of a block was run together, at another time than the others: its own block
MODELLED = ("server_cpu_us_per_delivery",)  # what slow timers and busy neighbours move


@dataclass(frozen=True)
class WithAll:
    """`void` is how many of the trials in it are in no other figure. `lateness` is the slope of the wake-up delay."""

    measure: Measure
    workload: str
    subject: str
    against: str
    ratio: stats.Estimate
    lateness: stats.Estimate | None
    trials: int
    void: int


def with_all(claim: Claim, figures: Figures) -> list[WithAll]:
    """For each comparison of CPU by trials that a claim names."""
    measures = [measure for measure in (*claim.deciding, *claim.secondary)
                if measure.design == TRIALS and measure.compare == "ratio" and measure.metric in MODELLED
                and not measure.against_workload and not measure.against_case]
    found = [_one(measure, workload, other, figures)
             for measure in measures for workload in measure.workloads for other in measure.against]
    return [each for each in found if each is not None]


def _one(measure: Measure, workload: str, other: str, figures: Figures) -> WithAll | None:
    case = figures.main_case(workload) if measure.case is None else measure.case
    # All of them: a void trial says something only beside those that it was run with, which its repetition replaced.
    trials = [trial for trial in figures.run.trials if (trial.scenario, trial.case) == (workload, case)]
    model = _model(trials, measure.metric)
    ratio = model.ratio(measure.subject, other) if model is not None else None
    if model is None or ratio is None:
        return None
    ours = [not trial.ok for trial in trials if trial.variant in (measure.subject, other)
            and METRICS[measure.metric].read(trial) is not None]
    return WithAll(measure, workload, measure.subject, other, ratio, model.slope, len(ours), sum(ours))


def _model(trials: list[Trial], metric: str) -> twoway.Model | None:
    """With the covariate where every trial tells it, else without: an older run, or one without such a thread."""
    values: dict[twoway.Cell, float] = {}
    late: dict[twoway.Cell, float] = {}
    for trial in trials:
        cell, value = (trial.block * ATTEMPTS_APART + trial.attempt, trial.variant), METRICS[metric].read(trial)
        if value is not None:
            values[cell] = value
            late[cell] = _lateness(trial)
    told = all(math.isfinite(each) for each in late.values()) and len(set(late.values())) > 1
    return (twoway.fit(values, late) if told else None) or twoway.fit(values)


def _lateness(trial: Trial) -> float:
    """The logarithm of the later of both sides' timers, at p90."""
    seen = [value for side in ("server", "loadgen")
            if (value := trial.number(side, "wakeup_delay_p90_us")) is not None and value > 0]
    return math.log(max(seen)) if seen else math.nan
