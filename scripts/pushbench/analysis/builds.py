"""What a run of two builds has shown: server CPU per delivery, B against A, for each transport and workload.

Each is a duet, whose unit is the block: a pair of fresh processes. Whatever the machine does it does to both, so
nothing is held against the floor. All are judged together by Holm's correction, and at 0.1 %: who compares builds does
so after each change, and soon nobody hears an alarm that comes for nothing. At 1 %, one of 20 comparisons of a build
with itself gave one, which over so many is to be expected in one case of six.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pushbench.analysis.comparison import Change, judged
from pushbench.analysis.duets import Duet, duet
from pushbench.setup import transports
from pushbench.stats import equivalence, estimates as stats
from pushbench.stats.student import quantile
from pushbench.store.records import Run

LEVEL = 0.001  # of all together: how often two builds that cost the same may be told apart
HEADING = "Server CPU per delivery (µs)"


@dataclass(frozen=True)
class Versus:
    """One transport in one workload, or in all of them together. Of `change`, old is A, new is B, the ratio B / A."""

    name: str
    change: Change | None  # None: no trial of it is valid
    why: str = ""  # why none is
    told_from: float | None = None  # the least share that would have been told, beside all others: 0.02
    is_of_all: bool = False  # of all workloads together: then costs are those of no workload

    def judged(self, change: Change, together: int) -> Versus:
        return replace(self, change=change, told_from=_told_from(change.ratio, together))


def compared(run: Run, threshold: float) -> list[Versus]:
    """In the order of the table of transports, and of workloads by name; a verdict is for all together."""
    played = {(trial.variant, trial.scenario) for trial in run.trials if transports.pair_of(trial.variant)}
    found: list[Versus] = []
    for variant in sorted({variant for variant, _ in played}, key=transports.sort_key):
        scenarios = sorted(scenario for each, scenario in played if each == variant)
        duets = {scenario: _duet(run, variant, scenario) for scenario in scenarios}
        found += [_one(run, variant, scenario, each) for scenario, each in duets.items()]
        found += _all(variant, [each for each in duets.values() if each is not None])
    judgements = iter(changes := judged([each.change for each in found if each.change], threshold, LEVEL))
    return [each.judged(next(judgements), len(changes)) if each.change else each for each in found]


def _duet(run: Run, variant: str, scenario: str) -> Duet | None:
    pair = transports.pair_of(variant)
    return duet(run, _workload(run, scenario), *pair, scenario) if pair else None


def _one(run: Run, variant: str, scenario: str, found: Duet | None) -> Versus:
    name = f"{_transport(variant)}, {_workload(run, scenario)}"
    if found is not None:
        return Versus(name, _change(name, found.a_us, found.b_us, found.by_block))
    trials = [each for each in run.trials if (each.variant, each.scenario) == (variant, scenario)]
    reasons = [str(each.raw.get("error") or "; ".join(each.reasons)) for each in trials]
    return Versus(name, None, next((why for why in reversed(reasons) if why), ""))


def _all(variant: str, found: list[Duet]) -> list[Versus]:
    """What slows a transport in each workload by as little as none of them alone can tell."""
    blocks = set.intersection(*({*each.by_block} for each in found)) if len(found) > 1 else set()
    if not blocks:
        return []
    by_block = {block: math.exp(math.fsum(math.log(each.by_block[block]) for each in found) / len(found))
                for block in sorted(blocks)}
    name = f"{_transport(variant)}, {len(found)} workloads together"
    return [Versus(name, _change(name, found[0].a_us, found[0].b_us, by_block), is_of_all=True)]


def _change(name: str, a_us: stats.Estimate, b_us: stats.Estimate, by_block: Mapping[int, float]) -> Change:
    """The ratios of a duet are a / b; asked is what B takes of A."""
    ratio = stats.mean([1 / value for value in by_block.values()])
    return Change(HEADING, name, a_us, b_us, ratio, equivalence.p_of_ratio(ratio) if ratio else None)


def _told_from(ratio: stats.Estimate | None, together: int) -> float | None:
    """By Holm's first step, which is the strictest."""
    half = equivalence.half_width(ratio)
    if half is None or ratio is None:
        return None
    freedom = ratio.freedom or ratio.n - 1
    return math.expm1(half / quantile(freedom) * quantile(freedom, 1 - LEVEL / together))


def _transport(variant: str) -> str:
    return transports.name_of((transports.pair_of(variant) or (variant,))[0])


def _workload(run: Run, scenario: str) -> str:
    settings = run.context.get("scenarios", {}).get(scenario)
    return str(settings["of"]) if isinstance(settings, dict) and "of" in settings else scenario
