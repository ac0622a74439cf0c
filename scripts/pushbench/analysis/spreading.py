"""Over how many processes a service is spread. The servers that are measured have one thread, and tell one client after
the other: the last of very many hears late, though all of it costs little CPU. Half of the clients on a second process
hear in half of the time, so no transport is called too late for what a second process mends.
"""

from __future__ import annotations

import math
from dataclasses import replace

from pushbench.analysis.costs import Wait
from pushbench.setup import transports
from pushbench.setup.cases import Case
from pushbench.stats import estimates as stats

BUSY = 0.8  # of a core: a process of one thread that is busier than that has no room left
_ROUNDING = 1e-9  # so much of a process or of a wait is arithmetic


def processes(case: Case, base: str, cores: stats.Estimate, wait: Wait | None) -> int:
    """The fewest that have room for the CPU, and whose fan-outs are in time. Each takes its part of the users."""
    needed = [1, math.ceil(cores.middle / BUSY - _ROUNDING)]
    left_s = _left_s(case, base)
    if case.shared and wait is not None and left_s > 0:
        needed.append(math.ceil(wait.ms.middle / 1000 / left_s - _ROUNDING))
    return min(max(needed), case.users)


def spread(case: Case, wait: Wait | None, over: int) -> Wait | None:
    """A fan-out to a part of the users takes that part of the time. What goes to one client alone gains nothing."""
    if wait is None or not case.shared or over == 1:
        return wait
    return replace(wait, ms=wait.ms.times(1 / over), scaled=wait.scaled / over)


def in_time(case: Case, base: str, wait: Wait | None) -> bool:
    return wait is not None and wait.ms.middle / 1000 <= _left_s(case, base) + _ROUNDING


def _left_s(case: Case, base: str) -> float:
    """Of what may pass, what the network leaves."""
    return case.staleness_s - worst_trips(base) * case.rtt_s


def worst_trips(base: str) -> float:
    """Round trips that a notification may wait for. Who asks anew may be told only with the next answer."""
    return 1.5 if transports.TRANSPORTS[base].asks_again else 0.5
