"""From duets to ratios: what one transport costs against another that ran at once with it.

A quad is two windows, of which each side begins one, and gives one ratio. The unit of the interval is the block all the
same, a pair of fresh processes: where their memory came to lie stays for all quads of a block and differs between
blocks. So a block's value is the mean over its quads, and t is taken over the logarithms of the blocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pushbench.analysis.figures import Figures
from pushbench.setup import transports
from pushbench.setup.claims import DUET_PREFIX
from pushbench.stats import estimates as stats
from pushbench.store.records import Run, Trial


@dataclass(frozen=True)
class Duet:
    """`a` against `b`, in CPU time of the server per delivery. `ratio` is a / b, the mean over blocks.

    `a_us` and `b_us` hold what each cost while the other's memory was in the caches as well: more than alone. A cost
    that is added to both draws a ratio towards 1.
    """

    scenario: str
    workload: str
    a: str
    b: str
    ratio: stats.Estimate
    by_block: dict[int, float]
    a_us: stats.Estimate
    b_us: stats.Estimate
    quads: int
    quads_left_out: int
    files: tuple[str, ...]
    alone: stats.Estimate | None = None  # the same ratio from trials of one server each

    @property
    def title(self) -> str:
        """The workload; of a reader's own duets of it their own name, since they may play it otherwise."""
        return self.workload if self.scenario == f"{DUET_PREFIX}{self.workload}" else self.scenario


@dataclass(frozen=True)
class _Block:
    """One trial: geometric means over its windows."""

    a_us: float
    b_us: float
    quads: int
    left_out: int
    file: str


def duet(of: Figures | Run, workload: str, a: str, b: str, scenario: str = "") -> Duet | None:
    """None where it was not run, or no trial of it is valid. The order is as asked for, whichever was run.

    `scenario`: that of the workload's own duets, where none is named.
    """
    for swapped in (False, True):
        trials = _trials(of, scenario or f"{DUET_PREFIX}{workload}", workload, *((b, a) if swapped else (a, b)))
        if (found := _duet(workload, a, b, trials, swapped)) is not None:
            return replace(found, alone=_alone(of, workload, a, b)) if isinstance(of, Figures) else found
    return None


def duets(of: Figures | Run) -> list[Duet]:
    """All that gave a figure, in the order of workloads as they ran and of the table of transports."""
    run = of.run if isinstance(of, Figures) else of
    played = {(str(trial.raw["duet"].get("of")), trial.scenario) for trial in run.trials if is_duet(trial)}
    pairs = {transports.pair_of(trial.variant) for trial in run.trials if is_duet(trial)}
    in_order = sorted((pair for pair in pairs if pair), key=lambda pair: [transports.sort_key(name) for name in pair])
    found = (duet(of, workload, a, b, scenario) for workload, scenario in sorted(played) for a, b in in_order)
    return [each for each in found if each is not None]


def is_duet(trial: Trial) -> bool:
    return isinstance(trial.raw.get("duet"), dict)


def costs_us(trial: Trial) -> tuple[float, float] | None:
    """What one trial says of either side; None where it is no duet, or holds nothing that counts."""
    block = _block(trial, swapped=False) if is_duet(trial) else None
    return (block.a_us, block.b_us) if block else None


def _trials(of: Figures | Run, scenario: str, workload: str, a: str, b: str) -> list[Trial]:
    run = of.run if isinstance(of, Figures) else of
    # The scenario first: of most trials it says all, and a table asks for each pair.
    return [trial for trial in run.trials if trial.scenario == scenario and is_duet(trial)
            and transports.pair_of(trial.variant) == (a, b) and trial.raw["duet"].get("of") == workload]


def _duet(workload: str, a: str, b: str, trials: list[Trial], swapped: bool) -> Duet | None:
    blocks: dict[int, _Block] = {}
    for trial in sorted(trials, key=lambda trial: (trial.block, trial.attempt)):
        # The first good attempt of a block counts, never the best.
        if trial.ok and trial.block not in blocks and (block := _block(trial, swapped)) is not None:
            blocks[trial.block] = block
    by_block = {number: block.a_us / block.b_us for number, block in blocks.items()}
    ratio = stats.mean(list(by_block.values()))
    a_us = stats.mean([block.a_us for block in blocks.values()])
    b_us = stats.mean([block.b_us for block in blocks.values()])
    if ratio is None or a_us is None or b_us is None:
        return None
    return Duet(trials[0].scenario, workload, a, b, ratio, by_block, a_us, b_us,
                sum(block.quads for block in blocks.values()), sum(block.left_out for block in blocks.values()),
                tuple(block.file for block in blocks.values()))


def _alone(figures: Figures, workload: str, a: str, b: str) -> stats.Estimate | None:
    sides = [figures.get(workload, "", name, "server_cpu_us_per_delivery") for name in (a, b)]
    found = [side.by_block for side in sides if side is not None]
    return stats.paired_ratio(*found) if len(found) == len(sides) else None


def _block(trial: Trial, swapped: bool) -> _Block | None:
    told = trial.raw["duet"]
    quads = [quad for quad in map(_quad, _list(told.get("quads"))) if quad is not None]
    if not quads:
        return None
    a_us, b_us = (math.exp(math.fsum(side) / len(quads)) for side in zip(*quads, strict=True))
    left_out = told.get("quads_left_out")
    return _Block(*((b_us, a_us) if swapped else (a_us, b_us)), len(quads),
                  left_out if isinstance(left_out, int) else 0, trial.file)


def _quad(quad: Any) -> tuple[float, float] | None:
    """Mean logarithms of both sides; None where a window holds no cost."""
    if not isinstance(quad, Mapping):
        return None
    sides = [_mean_log(_list(quad.get(name))) for name in ("a_us", "b_us")]
    return (sides[0], sides[1]) if None not in sides else None  # type: ignore[return-value]


def _mean_log(values: Iterable[Any]) -> float | None:
    found = list(values)
    if not found or not all(isinstance(value, (int, float)) and 0 < value < math.inf for value in found):
        return None
    return math.fsum(map(math.log, found)) / len(found)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
