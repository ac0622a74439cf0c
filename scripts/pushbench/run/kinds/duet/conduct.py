"""One duet: both servers and their load generators are started and verified, then they play at once, in quads."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pushbench.machine.cpu_clock import off_these_cores
from pushbench.run import source
from pushbench.run.kinds.duet.outcome import Quad, outcome
from pushbench.run.kinds.duet.side import Side, end_client, start_side, verify
from pushbench.run.kinds.duet.turns import Slice, Turns
from pushbench.run.kinds.one import Say, end_server
from pushbench.run.launch import Evidence, Tools, wait_beside
from pushbench.setup.plan import Planned

ORDERS = ("ABBA", "BAAB")


def run_duet(trial: Planned, tools: Tools, evidence: Evidence, say: Say) -> dict[str, Any]:
    assert trial.against is not None
    chance = random.Random(f"{tools.seed} {trial.key}")
    with (tempfile.TemporaryDirectory(prefix="pushbench-") as folder, off_these_cores(tools.cores.server),
          ExitStack() as ends):
        both = [("a", trial.transport), ("b", trial.against)]
        shared = source.address_of(ends.enter_context(
            source.beside(trial.transports, tools.cores.server, evidence)))
        started = {name: start_side(name, transport, trial, tools, evidence, Path(folder), ends, shared)
                   for name, transport in (both if _a_starts(trial, tools.seed) else both[::-1])}
        a, b = started["a"], started["b"]
        wait = _waiter([a, b], evidence)
        for side in started.values():
            verify(side, trial, wait)
        quads = _play(Turns(trial, wait), a, b, trial.scenario.quads, chance)
        for side in (a, b):
            side.client.ask_to_end()  # both at once: to say goodbye takes them a while
        results = {side.name: end_client(side, evidence) for side in (a, b)}
        for side in (a, b):
            end_server(side.server, evidence)
    return outcome(trial, quads, results)


def _a_starts(trial: Planned, seed: int) -> bool:
    """Who comes first may lie better in memory: so it is the one in one block, the other in the next. Which of the two
    in the first is left to chance."""
    return bool((trial.block + random.Random(f"{seed} {trial.series}").randrange(2)) % 2)


def _play(turns: Turns, a: Side, b: Side, quads: int, chance: random.Random) -> list[Quad]:
    """All quads of a block, after a window that does not count. Who begins the first is left to chance."""
    first, second = chance.sample((a, b), 2)
    turns.warm_up(first, second, chance.randrange(2**31))
    return [_quad(turns, a, b, chance) for _ in range(quads)]


def _quad(turns: Turns, a: Side, b: Side, chance: random.Random) -> Quad:
    """Two windows, and four costs: in the second the other side begins, with the arrivals that this one had before."""
    seeds = chance.randrange(2**31), chance.randrange(2**31)
    order = chance.choice(ORDERS)
    played: dict[str, list[Slice]] = {"A": [], "B": []}
    for begins in (order[:2], order[2:]):
        sides = [a if turn == "A" else b for turn in begins]
        for turn, slice_ in zip(begins, turns.play(sides[0], sides[1], seeds), strict=True):
            played[turn].append(slice_)
    return Quad(order, tuple(played["A"]), tuple(played["B"]))


def _waiter(sides: Sequence[Side], evidence: Evidence) -> Callable[[float], None]:
    processes = [process for side in sides for process in (side.server, side.client)]
    return lambda seconds: wait_beside(processes, seconds, evidence)
