"""Two builds in one run: for each transport and workload a duet of the same transport from either build."""

from __future__ import annotations

import math
from pathlib import Path

from pushbench.errors import UsageError
from pushbench.setup.claims import DUET_PREFIX
from pushbench.setup.plan import Planned, estimate_s, make_plan
from pushbench.setup.scenario import Scenario, known_scenarios, load_profile
from pushbench.setup.transports import TRANSPORTS, pair_name
from pushbench.stats.estimates import MIN_BLOCKS

TRANSPORTS_BY_DEFAULT = ("sse", "websocket")
WORKLOADS = ("sparse", "broadcast", "stream")
PROFILE = "default"  # of whose scenarios the numbers are
MOST_BLOCKS = 1000
# Two quads of one pair of processes lie 2 to 4 % apart (standard deviation), two pairs 1 % more, and starting a pair
# and connecting all its clients takes as long as a quad. With more quads there would be too few pairs for Student's t.
QUADS = 2


def possible_transports() -> tuple[str, ...]:
    """Ours, that rest between two notifications and need no source beside them."""
    return tuple(name for name, row in TRANSPORTS.items()
                 if row.rests and not row.is_foreign and not row.needs and row.is_shown and not row.publishes_itself)


def duets_of(folder: Path, transports: tuple[str, ...], workloads: tuple[str, ...]) -> tuple[Scenario, ...]:
    """The duets of these workloads, each transport against itself: whose build a server is of is told by its side."""
    known = possible_transports()
    for name in transports:
        if name not in known:
            raise UsageError(f"unknown transport \"{name}\": two builds can be compared by {', '.join(known)}")
    played = [name.removeprefix(DUET_PREFIX) for name in known_scenarios(folder) if name.startswith(DUET_PREFIX)]
    for name in workloads:
        if name not in played:
            raise UsageError(f"unknown workload \"{name}\": there is no {folder / DUET_PREFIX}{name}.toml; known are"
                             f" {', '.join(played)}")
    profile = load_profile(folder, PROFILE, tuple(DUET_PREFIX + name for name in dict.fromkeys(workloads)))
    chosen = tuple(dict.fromkeys(transports))
    of_builds = {"pairs": tuple((name, name) for name in chosen), "transports": chosen, "blocks_of": {}, "quads": QUADS}
    return tuple(Scenario(each.name, {**each.values, **of_builds}) for each in profile.scenarios)


def plan_for(duets: tuple[Scenario, ...], blocks: int, seed: int) -> list[Planned]:
    return make_plan(tuple(Scenario(each.name, {**each.values, "blocks": blocks}) for each in duets), seed)


def blocks_in(duets: tuple[Scenario, ...], time_s: float) -> int:
    """As many as about fit. A run that is slower than that ends with fewer, none with more than it was to have."""
    return max(1, min(MOST_BLOCKS, int(time_s / _one_block_s(duets))))


def least_s(duets: tuple[Scenario, ...]) -> int:
    """The least time that about holds the blocks of an interval: with fewer nothing could be told."""
    return math.ceil(MIN_BLOCKS * _one_block_s(duets))


def _one_block_s(duets: tuple[Scenario, ...]) -> float:
    return sum(map(estimate_s, plan_for(duets, 1, 1)))


def variant_of(transport: str) -> str:
    return pair_name(transport, transport)
