"""One duet: both servers and their load generators are started and verified, then they take turns in quads."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pushbench.machine.cpu_clock import off_these_cores
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
        started = {name: start_side(name, transport, trial, tools, evidence, Path(folder), ends)
                   for name, transport in chance.sample(both, 2)}  # by chance: who comes first may lie better in memory
        a, b = started["a"], started["b"]
        wait = _waiter([a, b], evidence)
        for side in (a, b):
            verify(side, trial, wait)
        quads = _play(Turns(trial, wait), a, b, trial.scenario.quads, chance)
        for side in (a, b):
            side.client.ask_to_end()  # both at once: to say goodbye takes them a while
        results = {side.name: end_client(side, evidence) for side in (a, b)}
        for side in (a, b):
            end_server(side.server, evidence)
    return outcome(trial, quads, results)


def _play(turns: Turns, a: Side, b: Side, quads: int, chance: random.Random) -> list[Quad]:
    """All quads of a block in one order, which chance gives.

    A slice right after a switch costs more than the next of the same side: by a fifth in a stream, where the lead-in is
    too short for TCP. So each side must have one of either kind in each quad: a quad begins with the side that played
    last, and the first quad with the side that ends the warm-up. With an order by chance for each quad, the side that
    did not end the warm-up seemed dearer: SSE beside itself by 4 %.
    """
    order = chance.choice(ORDERS)
    first, second = (a, b) if order[0] == "A" else (b, a)
    for active, resting in ((second, first), (first, second)):  # a fresh process pays for its memory
        turns.play(active, resting, chance.randrange(2**31))
    return [_quad(turns, order, a, b, chance) for _ in range(quads)]


def _quad(turns: Turns, order: str, a: Side, b: Side, chance: random.Random) -> Quad:
    """A B B A: what drifts evenly over a quad meets both alike. Both see the same arrivals."""
    seeds = [chance.randrange(2**31) for _ in range(2)]
    played: dict[str, list[Slice]] = {"A": [], "B": []}
    for turn in order:
        active, resting = (a, b) if turn == "A" else (b, a)
        played[turn].append(turns.play(active, resting, seeds[len(played[turn])]))
    return Quad(order, tuple(played["A"]), tuple(played["B"]))


def _waiter(sides: Sequence[Side], evidence: Evidence) -> Callable[[float], None]:
    processes = [process for side in sides for process in (side.server, side.client)]
    return lambda seconds: wait_beside(processes, seconds, evidence)
