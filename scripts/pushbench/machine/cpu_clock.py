"""The CPU time of a process, read from outside in nanoseconds: it costs that process nothing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pushbench.errors import TrialError

# A process's CPU clock as clock_getcpuclockid(3) gives it, by the kernel's posix-timers.h: the complement of its
# number, and in the lowest bits which clock it is. This one counts what the scheduler gave, in ns; /proc/PID/stat
# counts in steps of 10 ms.
_SCHEDULED = 2


def cpu_ns(pid: int) -> int:
    try:
        return time.clock_gettime_ns((~pid << 3) | _SCHEDULED)
    except OSError:
        raise TrialError(f"process {pid} ended in mid-trial: its CPU time cannot be read") from None


def wants_cpu(pid: int) -> bool:
    """Whether a thread of it runs or waits for a CPU: one that others keep from its core is not at rest."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return any(_state(thread) == "R" for thread in threads)
    except OSError:
        return False  # it has ended; whoever waits for it learns that elsewhere


def _state(thread: Path) -> str:
    """Behind the name, which stands in brackets and may hold any character."""
    return (thread / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]


@contextmanager
def off_these_cores(cores: tuple[int, ...]) -> Iterator[None]:
    """Keeps this process, which wakes now and then to look, off cores that are being measured. Where it has others."""
    before = os.sched_getaffinity(0)
    if others := before - set(cores):
        os.sched_setaffinity(0, others)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
