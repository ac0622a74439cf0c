"""A made-up machine with the noise of real ones, on which whole runs are made: gate, repeats, time left, verdicts.

The noise is of the size that was seen in a reference run on a shared 2-core host (379 trials in 15 minutes) and in
duets on it, set by eye, and larger than what duets show since both sides play at once (1 to 3 % between blocks).
The cost of a delivery went up by half for 20 s to some minutes at a time and came back, drifted by 8 % between
blocks even where it was quiet, differed by 2 % between one process and the next of the same program, and from slice
to slice by 3 %, while the machine was busy by 8 %. One trial in fifty lost something and was void, whatever it
cost.

What is run is the code of the package: the wait for quiet, the attempts that count, the figures, what claims need, the
rule for the time that is left, the verdicts. Only servers and clock are made up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from pushbench.analysis.figures import Figures
from pushbench.analysis.needs import needs_of
from pushbench.machine.quiet import Delays, Quiet
from pushbench.run.precision import Need, most_wanting
from pushbench.setup.claims import Claim
from pushbench.store.records import Run, Trial

QUIET_S, BUSY_S = 150.0, 90.0  # how long a state lasts, on average
BUSY, DRIFT, DRIFT_S = math.log(1.5), 0.08, 100.0
PROCESS, SLICE, SLICE_WHEN_BUSY, VOID = 0.02, 0.03, 0.08, 0.02
RUN_S, CALIBRATION_S = 585.0, 45.0
DUET_S, QUADS, QUAD_S, SOLO_S = 3.0, 2, 1.0, 2.0
BLOCKS, WORKLOADS = 5, ("sparse", "broadcast", "stream")
LONG_S = 900


def hosts(rng: np.random.Generator, count: int, busy: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Of each host and second: the logarithm of what it multiplies costs by, and whether it is busy."""
    state = np.empty((count, LONG_S), dtype=bool)
    drift = np.empty((count, LONG_S))
    state[:, 0] = rng.random(count) < BUSY_S / (QUIET_S + BUSY_S)
    drift[:, 0] = DRIFT * rng.normal(size=count)
    keeps = math.exp(-1 / DRIFT_S)
    for second in range(1, LONG_S):
        flips = rng.random(count) < np.where(state[:, second - 1], 1 / BUSY_S, 1 / QUIET_S)
        state[:, second] = state[:, second - 1] ^ flips
        drift[:, second] = keeps * drift[:, second - 1] + DRIFT * math.sqrt(1 - keeps**2) * rng.normal(size=count)
    state |= busy
    return drift + BUSY * state, state


@dataclass
class Machine:
    """One host during one run. `costs` are the true µs per delivery, by workload and transport."""

    level: np.ndarray
    busy: np.ndarray
    rng: np.random.Generator
    costs: Mapping[tuple[str, str], float]
    now_s: float = CALIBRATION_S
    trials: list[Trial] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.quiet = Quiet((0, 1), 0.05 * RUN_S, look=self._look, sleep=self._pass)

    def _pass(self, seconds: float) -> None:
        self.now_s += seconds

    def _look(self, cores: tuple[int, ...]) -> Delays:
        self._pass(0.05)
        wakeup, send = np.exp(self._at(self.now_s) + 0.1 * self.rng.normal(size=2))
        return Delays(60 * float(wakeup), 3 * float(send))

    def _at(self, second: float) -> float:
        return float(self.level[min(int(second), LONG_S - 1)])

    def _slices(self, cost: float, process: float, second: float) -> list[float]:
        """Two slices of one side of a quad."""
        spread = SLICE_WHEN_BUSY if self.busy[min(int(second), LONG_S - 1)] else SLICE
        return [float(each) for each in cost * np.exp(self._at(second) + process + spread * self.rng.normal(size=2))]

    def duet(self, workload: str, a: str, b: str, block: int) -> None:
        """Until an attempt is valid, four at most: a duet is its own group."""
        for attempt in range(1, 5):
            self.quiet.wait()
            own = PROCESS * self.rng.normal(size=2)
            quads = [{"order": "ABBA", "a_us": self._slices(self.costs[workload, a], own[0], second),
                      "b_us": self._slices(self.costs[workload, b], own[1], second)}
                     for second in self.now_s + QUAD_S * np.arange(QUADS)]
            self._pass(DUET_S)
            void = self.rng.random() < VOID
            self._keep(f"duet-{workload}", f"{a}-vs-{b}", block, attempt, void, {},
                       {"duet": {"a": a, "b": b, "of": workload, "quads": quads}})
            if not void:
                return

    def alone(self, workload: str, names: Sequence[str], block: int) -> None:
        """One after the other in an order of chance; if one is void all run again at once."""
        for attempt in range(1, 5):
            voids = []
            for name in self.rng.permutation(names):
                self.quiet.wait()
                own = PROCESS * self.rng.normal()
                cost = float(np.mean(self._slices(self.costs[workload, str(name)], own, self.now_s)))
                self._pass(SOLO_S)
                voids.append(self.rng.random() < VOID)
                self._keep(workload, str(name), block, attempt, voids[-1],
                           {"server": {"cpu_us_per_delivery": cost}}, {})
            if not any(voids):
                return

    def _keep(self, scenario: str, variant: str, block: int, attempt: int, void: bool, result: dict[str, object],
              raw: dict[str, object]) -> None:
        self.trials.append(Trial(
            file=f"{scenario}__{variant}__default__b{block}__a{attempt}.json", scenario=scenario, variant=variant,
            case="", block=block, attempt=attempt, order=len(self.trials), status="invalid" if void else "ok",
            reasons=("lost: 1",) if void else (), result=result, raw=raw))

    def figures(self) -> Figures:
        return Figures(Run(Path("simulated"), {}, tuple(self.trials)))


def run(machine: Machine, pairs: Sequence[tuple[str, str]], alone: Sequence[str], claims: Sequence[Claim],
        until_s: float) -> Figures:
    """The planned blocks, then what time is left by the rule of the package."""
    for block in range(1, BLOCKS + 1):
        for workload in machine.rng.permutation(WORKLOADS):
            for a, b in pairs:
                machine.duet(str(workload), a, b, block)
            if alone:
                machine.alone(str(workload), alone, block)
    needs = {workload: _needs(machine, workload, claims) for workload in WORKLOADS}
    while machine.now_s + DUET_S < until_s:
        need = most_wanting([need for each in needs.values() for need in each])
        if need is None:
            break
        workload = need.scenario.removeprefix("duet-")
        a, b = need.variants[0].split("-vs-")
        machine.duet(workload, a, b, 1 + max(trial.block for trial in machine.trials
                                             if (trial.scenario, trial.variant) == (need.scenario, need.variants[0])))
        needs[workload] = _needs(machine, workload, claims)
    return machine.figures()


def _needs(machine: Machine, workload: str, claims: Sequence[Claim]) -> list[Need]:
    """What is needed in a workload follows from its own trials alone, and to read only those is quicker."""
    trials = tuple(trial for trial in machine.trials if trial.scenario == f"duet-{workload}")
    here = [replace(claim, primary=replace(claim.primary, workloads=(workload,))) for claim in claims]
    return needs_of(here, Figures(Run(Path("simulated"), {}, trials)))
