"""Is the machine quiet right now? A short probe before each trial: a disturbance is waited for, and no trial lost.

Two things are read on the cores of either side. How late a timer wakes shows who else wants these cores; it is what
the load generator reads during a trial, too, where it went along with the cost of a delivery (correlation 0.8 over 60
trials beside builds). What a send over loopback costs shows a neighbour that no scheduler tells of: one on the same
physical core takes caches and clock, and no time.

Nothing is known of a machine beforehand, so the probe is held against the best that this run has seen.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TICKS = 20  # of a millisecond each
SENDS = 200
WORSE = 1.4  # the best of this run, times this: beyond it the machine is not quiet
AGAIN_S = 0.25  # between two looks


@dataclass(frozen=True)
class Delays:
    """The worst of the cores. Microseconds."""

    wakeup_us: float
    send_us: float

    def to_json(self) -> dict[str, float]:
        return {"wakeup_us": round(self.wakeup_us, 2), "send_us": round(self.send_us, 3)}


@dataclass
class Quiet:
    """Waits for a quiet moment, at most `longest_s` before one trial and `left_s` in all: a machine that never
    gets quiet still comes to its figures, and they are marked."""

    cores: tuple[int, ...]
    left_s: float
    longest_s: float = 2.0
    look: Callable[[tuple[int, ...]], Delays] | None = None
    sleep: Callable[[float], None] = time.sleep
    _best: list[Delays] = field(default_factory=list)

    def wait(self) -> dict[str, Any]:
        """What was read last, how long was waited for it, and whether that was quiet: part of a trial's record."""
        waited_s = 0.0
        while True:
            reading = (self.look or probe)(self.cores)
            self._best.append(reading)
            quiet = self.is_quiet(reading)
            if quiet or waited_s + AGAIN_S > min(self.longest_s, self.left_s):
                self.left_s -= waited_s
                return {"quiet": quiet, "waited_s": round(waited_s, 2), **reading.to_json()}
            self.sleep(AGAIN_S)
            waited_s += AGAIN_S

    def is_quiet(self, reading: Delays) -> bool:
        return (reading.wakeup_us <= WORSE * self._usual([each.wakeup_us for each in self._best])
                and reading.send_us <= WORSE * self._usual([each.send_us for each in self._best]))

    @staticmethod
    def _usual(seen: list[float]) -> float:
        """The lowest tenth of what was seen: the very best may be luck."""
        return sorted(seen)[len(seen) // 10]


def probe(cores: tuple[int, ...]) -> Delays:
    """One look at each core, in turn, from a thread that is bound to it. Takes about 25 ms a core."""
    found: list[tuple[float, float]] = []

    def on(core: int) -> None:
        os.sched_setaffinity(0, {core})  # of the calling thread alone
        found.append((_wakeup_us(), _send_us()))

    for core in dict.fromkeys(cores):
        thread = threading.Thread(target=on, args=(core,))
        thread.start()
        thread.join()
    if not found:  # a core that went away; the trial itself will say so
        return Delays(0.0, 0.0)
    return Delays(max(each for each, _ in found), max(each for _, each in found))


def _wakeup_us() -> float:
    """How late a timer wakes, at p90. An absolute schedule: a late wake-up does not make the next one later."""
    late = []
    due = time.monotonic_ns() + 1_000_000
    for _ in range(TICKS):
        time.sleep(max(0, due - time.monotonic_ns()) / 1e9)
        late.append(time.monotonic_ns() - due)
        due += 1_000_000
    return sorted(late)[TICKS * 9 // 10] / 1000


def _send_us() -> float:
    """The median cost of one send over a loopback connection: what the cost of a delivery mostly is."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as near:
        far, _ = listener.accept()
        with far:
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            took = []
            for _ in range(SENDS):
                began = time.perf_counter_ns()
                near.send(b"x" * 200)
                took.append(time.perf_counter_ns() - began)
                far.recv(65536)
    return sorted(took)[SENDS // 2] / 1000
