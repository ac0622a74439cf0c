"""What several processes have cost together, read from outside: CPU clocks, memory, and the servers' own heaps."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pushbench.errors import TrialError

# A process's CPU clocks, by the kernel's posix-timers.h: the number is the complement of the process's, the lowest
# bits say which. They count in ns; /proc/PID/stat counts in steps of 10 ms.
_EXACT, _USER, _USER_AND_SYSTEM = 2, 1, 0


@dataclass(frozen=True)
class Cpu:
    """Seconds of all processes together. User and system move with the kernel's tick, all of it is exact."""

    all_s: float
    user_s: float
    system_s: float

    def __sub__(self, other: "Cpu") -> "Cpu":
        return Cpu(self.all_s - other.all_s, self.user_s - other.user_s, self.system_s - other.system_s)


def cpu_of(pids: Iterable[int]) -> Cpu:
    listed = list(pids)
    user = sum(_clock_s(pid, _USER) for pid in listed)
    both = sum(_clock_s(pid, _USER_AND_SYSTEM) for pid in listed)
    return Cpu(sum(_clock_s(pid, _EXACT) for pid in listed), user, both - user)


def _clock_s(pid: int, which: int) -> float:
    try:
        return time.clock_gettime_ns((~pid << 3) | which) / 1e9
    except OSError:
        raise TrialError(f"process {pid} ended in mid-trial: its CPU time cannot be read") from None


@dataclass(frozen=True)
class Memory:
    """Bytes of all processes together; heaps only of servers, which say it themselves."""

    pss: int
    swapped: int


def memory_of(pids: Iterable[int]) -> Memory:
    """Proportional set size: what several processes share is counted once."""
    texts = [_rollup(pid) for pid in pids]
    return Memory(sum(_bytes(text, "Pss") for text in texts), sum(_bytes(text, "SwapPss") for text in texts))


def _rollup(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        raise TrialError(f"process {pid} ended in mid-trial: its memory cannot be read") from None


def _bytes(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) << 10 if found else 0


def kernel_sockets() -> int | None:
    """All TCP sockets that the kernel holds, those of programs that have ended included."""
    try:
        found = re.search(r"^TCP:.* alloc (\d+)", Path("/proc/net/sockstat").read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) if found else None


def total(metrics: Sequence[dict[str, float]], name: str) -> float:
    """The sum of one metric over all servers. One that none of them has is no zero."""
    values = [each[name] for each in metrics if name in each]
    if len(values) < len(metrics):
        raise TrialError(f"a server has no metric {name}")
    return sum(values)
