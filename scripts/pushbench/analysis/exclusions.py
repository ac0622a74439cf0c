"""What was left out, by transport and by rule, and the figures with all of it in: whether leaving it out mattered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from pushbench.setup import transports
from pushbench.store.records import Run, Trial
from pushbench.store.rules import SATURATION, WRONG, broken


DUETS = "duets, two at once"


@dataclass
class Excluded:
    """Of one transport: how many of its trials are in no figure, and the rules that they broke."""

    base: str
    name: str
    trials: int = 0
    excluded: int = 0
    marked: int = 0  # slowed by the machine: they count
    rules: Counter[str] = field(default_factory=Counter)


def exclusions(run: Run) -> list[Excluded]:
    """In the order of tables. What drives the generator to its limit on purpose is no trial of a transport."""
    found: dict[str, Excluded] = {}
    for trial in run.trials:
        base = DUETS if transports.pair_of(trial.variant) else transports.base_of(trial.variant)
        if trial.scenario == SATURATION:
            continue
        row = found.setdefault(base, Excluded(base, DUETS if base == DUETS else transports.transport_of(base).title))
        row.trials += 1
        if not trial.ok:
            row.excluded += 1
            row.rules.update(broken_rules(trial))
        row.marked += trial.ok and bool(trial.marks)
    return sorted(found.values(), key=lambda row: transports.sort_key(row.base))


def broken_rules(trial: Trial) -> list[str]:
    """The names of the rules that void a trial. Older records have sentences only; then nothing is read into them."""
    if trial.status == "failed":
        return ["failed"]
    return [each.rule for each in broken(trial.rules, WRONG)]


def with_all(run: Run) -> Run:
    """The same run with every trial in that has figures, whatever it was left out for."""
    return replace(run, trials=tuple(
        replace(trial, status="ok") if trial.status == "invalid" and (trial.result or trial.raw.get("duet")) else trial
        for trial in run.trials))
