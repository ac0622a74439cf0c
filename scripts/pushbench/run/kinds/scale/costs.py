"""What several processes have cost together, read from outside: CPU clocks, memory, and the servers' own heaps."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pushbench.errors import TrialError

# A process's CPU clocks, by the kernel's posix-timers.h: the number is the complement of the process's, the lowest
# bits say which. They count in ns; /proc/PID/stat counts in steps of 10 ms.
_STEAL_FIELD = 8  # cpuN user nice system idle iowait irq softirq steal
_EXACT, _USER, _USER_AND_SYSTEM = 2, 1, 0


@dataclass(frozen=True)
class CpuTime:
    """Seconds of all processes together. User and system move with the kernel's tick, all of it is exact."""

    all_s: float
    user_s: float
    system_s: float

    def __sub__(self, other: "CpuTime") -> "CpuTime":
        return CpuTime(self.all_s - other.all_s, self.user_s - other.user_s, self.system_s - other.system_s)


def cpu_of(pids: Iterable[int]) -> CpuTime:
    listed = list(pids)
    user = sum(_clock_s(pid, _USER) for pid in listed)
    both = sum(_clock_s(pid, _USER_AND_SYSTEM) for pid in listed)
    return CpuTime(sum(_clock_s(pid, _EXACT) for pid in listed), user, both - user)


def _clock_s(pid: int, which: int) -> float:
    try:
        return time.clock_gettime_ns((~pid << 3) | which) / 1e9
    except OSError:
        raise TrialError(f"process {pid} ended in mid-trial: its CPU time cannot be read") from None


@dataclass(frozen=True)
class Memory:
    """Bytes of all processes together; heaps only of servers, which say it themselves."""

    anonymous: int  # not shared with any other process
    swapped: int


def memory_of(pids: Iterable[int]) -> Memory:
    """Private memory only, as Pss_Anon: heaps, stacks, data that was written to.

    All of Pss would hold shares of the program's text too, and such a share gets smaller with each further process:
    growth would come out too small.
    """
    texts = [_rollup(pid) for pid in pids]
    return Memory(sum(_bytes(text, "Pss_Anon") for text in texts), sum(_bytes(text, "SwapPss") for text in texts))


def _rollup(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        raise TrialError(f"process {pid} ended in mid-trial: its memory cannot be read") from None


def _bytes(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    if found is None:
        raise TrialError(f"/proc/PID/smaps_rollup has no line {name}: memory is told apart by Linux 5.4 and newer")
    return int(found[1]) << 10


def steal_ticks(cores: Iterable[int], stat: str | None = None) -> dict[int, int]:
    """What the hypervisor took of each core so far, in ticks of 10 ms."""
    text = Path("/proc/stat").read_text(encoding="ascii") if stat is None else stat
    lines = {line.split()[0]: line.split() for line in text.splitlines() if line.startswith("cpu")}
    try:
        return {core: int(lines[f"cpu{core}"][_STEAL_FIELD]) for core in cores}
    except (KeyError, IndexError, ValueError):
        raise TrialError("/proc/stat does not say what the hypervisor took of each core") from None


def kernel_sockets() -> int | None:
    """All TCP sockets that the kernel holds, those of programs that have ended included."""
    return _number("/proc/net/sockstat", r"^TCP:.* alloc (\d+)")


def machine_use() -> dict[str, int | None]:
    """Of the whole machine, the kernel's memory and other programs included: a check from outside on the sums.

    Not MemAvailable, which counts half of what sockets hold in the kernel as if it could be taken back.
    """
    parts = [_number("/proc/meminfo", rf"^{name}:\s+(\d+) kB") for name in ("MemFree", "Buffers", "Cached")]
    return {"memory_free_bytes": None if None in parts else sum(part or 0 for part in parts) << 10,
            "files": _number("/proc/sys/fs/file-nr", r"(\d+)"), "sockets": kernel_sockets()}


def _number(path: str, pattern: str) -> int | None:
    try:
        found = re.search(pattern, Path(path).read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) if found else None


def total(metrics: Sequence[dict[str, float]], name: str) -> float:
    """The sum of one metric over all servers. One that none of them has is no zero."""
    values = [each[name] for each in metrics if name in each]
    if len(values) < len(metrics):
        raise TrialError(f"a server has no metric {name}")
    return sum(values)
