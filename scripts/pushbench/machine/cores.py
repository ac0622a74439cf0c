"""Which cores the server and the load generator get: disjoint where the machine has two."""

import os
from dataclasses import dataclass
from pathlib import Path

_MAX_LOADGEN_CORES = 3  # more reactors than this no scenario of ours can keep busy


@dataclass(frozen=True)
class Cores:
    server: tuple[int, ...]
    loadgen: tuple[int, ...]
    note: str

    def to_json(self) -> dict[str, str]:
        return {"server": cpu_list(self.server), "loadgen": cpu_list(self.loadgen)}


def cpu_list(cores: tuple[int, ...]) -> str:
    return ",".join(str(core) for core in cores)


def choose_cores(allowed: set[int] | None = None, siblings: dict[int, set[int]] | None = None) -> Cores:
    """The server gets one core alone. The load generator gets others, none a hyper-thread twin of the server's.

    One core is left to the system and to this runner where there are four or more.
    """
    allowed = os.sched_getaffinity(0) if allowed is None else allowed
    ordered = sorted(allowed)
    server = ordered[0]
    if len(ordered) == 1:
        return Cores((server,), (server,),
                     "one core: server and load generator share it, so their figures are not apart")
    twins = (_siblings(server) if siblings is None else siblings.get(server, {server})) - {server}
    free = [core for core in ordered if core != server and core not in twins]
    if not free:
        return Cores((server,), (ordered[1],),
                     "server and load generator run on two hyper-threads of one core: expect noise")
    spare = 1 if len(free) >= 3 else 0
    return Cores((server,), tuple(free[: min(len(free) - spare, _MAX_LOADGEN_CORES)]), "")


def _siblings(core: int) -> set[int]:
    path = Path(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list")
    try:
        return parse_cpu_list(path.read_text())
    except (OSError, ValueError):
        return {core}


def parse_cpu_list(text: str) -> set[int]:
    """'0-2,8' as the kernel writes it."""
    cores: set[int] = set()
    for part in text.strip().split(","):
        low, _, high = part.partition("-")
        cores |= set(range(int(low), int(high or low) + 1))
    return cores
