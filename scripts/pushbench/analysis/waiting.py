"""What a waiting connection costs: almost all of it is what keeps it alive, a heartbeat or the return of a long poll.

These come seconds apart, so a window that holds enough of them would take minutes. The scenario heartbeat compresses
time instead: a twentieth of the connections, each told twenty times as often, is as many events a second, and it is the
rate of events that their cost goes with.
"""

from __future__ import annotations

from collections.abc import Sequence

from pushbench import prose
from pushbench.model import work
from pushbench.setup import transports
from pushbench.store.metrics import signs_of_life
from pushbench.store.records import Trial

IDLE, BEATING = "idle", "heartbeat"
BYTES = "bytes_per_connection_minute"
PER_BEAT, PER_SECOND = "server_cpu_us_per_heartbeat", "server_cpu_us_per_idle_connection_s"
HEARTBEAT_S, LONGER_S = work.HEARTBEAT_S, work.LONGER_S
BESIDE = "every=25s"  # the case of figures with one sign of life in LONGER_S, whatever the transport


def usual_s(variant: str) -> float:
    """How often a transport gives a sign of life by default."""
    return LONGER_S if transports.transport_of(variant).asks_again else HEARTBEAT_S


def connections(every_s: float, trials: Sequence[Trial]) -> float | None:
    """How many have as many signs of life a second. To two digits: a window holds a few more or less."""
    rates = [beats / seconds for trial in trials
             if (beats := signs_of_life(trial)) and (seconds := trial.number("window_s"))]
    return float(f"{sum(rates) / len(rates) * every_s:.2g}") if rates else None


def bytes_per_minute(trial: Trial, every_s: float) -> float | None:
    """On the wire for one connection, both directions, with a sign of life this often."""
    beats, parts = signs_of_life(trial), [trial.number("wire", way) for way in ("bytes_in", "bytes_out")]
    return None if not beats or None in parts else sum(part or 0.0 for part in parts) / beats * 60 / every_s


def note(every_s: float, trials: Sequence[Trial]) -> str:
    """How it was measured."""
    kept, count = f"with a sign of life each {prose.number(every_s)} s", connections(every_s, trials)
    if count is None:
        return kept
    return (f"{kept}, by a schedule compressed in time: as many events a second as {prose.number(count)} connections "
            "have")
