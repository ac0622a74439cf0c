"""Whether two runs asked the same question: a figure of 1,000 clients is nothing beside one of 200."""

from __future__ import annotations

import math
from collections.abc import Iterable

from pushbench import prose
from pushbench.analysis.figures import Figures, Group
from pushbench.store.records import SATURATION, Run, Trial, number_in

# What makes a workload, by its name in a trial's result.
SETTINGS = {"connections": "connections", "rate_per_s": "notifications/s", "payload_bytes": "bytes of payload",
            "topics": "topics", "poll_interval_ms": "ms between polls", "duration_s": "s measured"}
FOUND = {"capacity": ("rate_per_s",), "scale": ("duration_s",)}  # what a scenario finds out is no setting of it
UNCOMPARED = ("wrk", SATURATION)
ROUNDING = 0.01  # a window that was asked for in seconds is written in seconds


def unlike(old: Figures, new: Figures) -> list[str]:
    """What differs, a line per scenario and setting: 'broadcast: 1,000 against 200 connections'."""
    found: dict[tuple[str, str], str] = {}
    for place in sorted(old.groups.keys() & new.groups.keys()):
        scenario = place[0]
        for setting in SETTINGS if scenario not in UNCOMPARED else ():
            values = [_value(figures.groups[place], setting) for figures in (old, new)]
            if setting not in FOUND.get(scenario, ()) and not _alike(*values):
                said = " against ".join(prose.number(value) for value in values)
                found.setdefault((scenario, setting), f"{scenario}: {said} {SETTINGS[setting]}")
    return [*found.values(), *_unlike_counts(old, new)]


def _value(group: Group, setting: str) -> float | None:
    trials: Iterable[Trial] = [*group.good.values(), *group.bad]
    found = (_of_trial(trial, setting) for trial in trials)
    return next((value for value in found if value is not None), None)


def _of_trial(trial: Trial, setting: str) -> float | None:
    """Of a duet, the setting of its first side: both have the same."""
    value = trial.number(setting)
    return value if value is not None else number_in(trial.raw, "results", "a", setting)


def _alike(one: float | None, other: float | None) -> bool:
    if one is None or other is None:  # an older run may not have written it
        return True
    return math.isclose(one, other, rel_tol=ROUNDING)


def _unlike_counts(old: Figures, new: Figures) -> list[str]:
    """A slope over 250 to 5,000 connections is another one than over 100 to 500."""
    cases = [figures.cases("idle") for figures in (old, new)]
    if not all(cases) or cases[0] == cases[1]:
        return []
    said = " against ".join(prose.listing([case.partition("=")[2] for case in each]) for each in cases)
    return [f"idle: {said} connections"]


def surroundings(old: Run, new: Run) -> list[str]:
    """What else changed between the runs: a comparison across machines is no comparison of code."""
    machines = [run.context.get("machine") if isinstance(run.context.get("machine"), dict) else {}
                for run in (old, new)]
    pairs = [(name, [machine.get(name) for machine in machines])  # type: ignore[union-attr]
             for name in ("cpu_model", "cores", "kernel", "virtualization", "governor")]
    pairs += [(name, [run.context.get(name) for run in (old, new)])
              for name in ("profile", "compiler", "build_type", "boost")]
    return [f"{name.replace('_', ' ')} differs: {before} → {after}" for name, (before, after) in pairs
            if before != after]
