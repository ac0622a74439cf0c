"""Whether two runs asked the same question: a figure of 1,000 clients is nothing beside one of 200."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pushbench import prose
from pushbench.analysis.figures import Figures
from pushbench.store.records import Run, number_in
from pushbench.store.rules import SATURATION

# What makes a workload, by its name in a trial's result.
SETTINGS = {"connections": "connections", "rate_per_s": "notifications/s", "payload_bytes": "bytes of payload",
            "topics": "topics", "poll_interval_ms": "ms between polls", "duration_s": "s measured",
            "slice_s": "s a window"}
FOUND = {"capacity": ("rate_per_s",), "scale": ("duration_s",)}  # what a scenario finds out is no setting of it
# What makes a machine: the same program takes another time on another one.
MACHINE = ("cpu_model", "cores", "cores_allowed", "cpu_quota_cores", "smt", "virtualization")
UNCOMPARED = ("wrk", SATURATION)
ROUNDING = 0.01  # a window that was asked for in seconds is written in seconds


def unlike(old: Figures, new: Figures) -> list[str]:
    """What differs, a line per scenario and setting: 'broadcast: 1,000 against 200 connections'."""
    before, after = _settings(old.run), _settings(new.run)
    found: dict[tuple[str, str], str] = {}
    for place in sorted(before.keys() & after.keys()):
        scenario, *_, setting = place
        if not math.isclose(before[place], after[place], rel_tol=ROUNDING) and scenario not in UNCOMPARED:
            said = f"{prose.number(before[place])} against {prose.number(after[place])} {SETTINGS[setting]}"
            found.setdefault((scenario, setting), f"{scenario}: {said}")
    return [*found.values(), *_unlike_counts(old, new)]


def _settings(run: Run) -> dict[tuple[str, str, str, str], float]:
    """By scenario, case, variant and setting. What an older run did not write is not there."""
    found: dict[tuple[str, str, str, str], float] = {}
    for trial in run.trials:
        for setting in SETTINGS:
            value = trial.number(setting)
            value = number_in(trial.raw, "duet", setting) if value is None else value
            if value is not None and setting not in FOUND.get(trial.scenario, ()):
                found.setdefault((trial.scenario, trial.case, trial.variant, setting), value)
    return found


def _unlike_counts(old: Figures, new: Figures) -> list[str]:
    """A slope over 250 to 5,000 connections is another one than over 100 to 500."""
    cases = [figures.cases("idle") for figures in (old, new)]
    if not all(cases) or cases[0] == cases[1]:
        return []
    said = " against ".join(prose.listing([case.partition("=")[2] for case in each]) for each in cases)
    return [f"idle: {said} connections"]


def unlike_machines(old: Run, new: Run) -> list[str]:
    """What makes it another machine: a comparison across two is no comparison of code. Unknown is not unlike."""
    before, after = _machine(old), _machine(new)
    return [line for name in MACHINE if before.get(name) is not None and after.get(name) is not None
            for line in _difference(name, before, after)]


def surroundings(old: Run, new: Run) -> list[str]:
    """What else changed between the runs. It is told, and may be just what was to be compared."""
    of_machine = (_difference(name, _machine(old), _machine(new)) for name in ("kernel", "governor"))
    of_run = (_difference(name, old.context, new.context) for name in ("profile", "compiler", "build_type", "boost"))
    return [line for found in (*of_machine, *of_run) for line in found]


def in_one_only(old: Figures, new: Figures) -> list[str]:
    """Scenarios that one of the two has, and that nothing can be said of."""
    before, after = ({scenario for scenario, _, _ in figures.groups} for figures in (old, new))
    return [f"only in the {which} run: {prose.listing(sorted(alone))}"
            for which, alone in (("old", before - after), ("new", after - before)) if alone]


def _machine(run: Run) -> Mapping[str, Any]:
    machine = run.context.get("machine")
    return machine if isinstance(machine, dict) else {}


def _difference(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    values = before.get(name), after.get(name)
    return [f"{name.replace('_', ' ')} differs: {values[0]} → {values[1]}"] if values[0] != values[1] else []
