"""What the runner itself holds a trial against, and which rules a kind of trial is not held against."""

from collections.abc import Mapping
from typing import Any

from pushbench.run.wrk import complaint
from pushbench.store.records import number_in
from pushbench.store.rules import SLOW, Finding, finding

# Who is driven to a limit on purpose is busy, late, and wakes late; what is delivered and what servers pay is the same.
AT_THE_LIMIT = ("generator_busy", "wakeup_delay", "publish_rate", "littles_law")
# Something else than the programs had its share of a trial, or of the clock that it was measured by.
DISTURBANCES = ("not_isolated", "forced_switches", "steal", "swap", "clock", "busier_host")
# wrk and the load generator both ask as fast as they are answered: that one is busy is what is compared.
BESIDE_WRK = ("generator_busy",)
# Several load generators share a core by design, and so wait for one another, and each is busy while a notification
# comes to all. It is in the latencies, and docs/method.md says so.
ON_ONE_CORE = ("generator_busy", "not_isolated", "forced_switches", "wakeup_delay", "littles_law")

# Who reconnects thousands of clients at once is as busy as the server that takes them. Until all are back is the time
# of both ends, and docs/method.md says so.
IN_A_STORM = ("generator_busy",)
# A relay shares the load generator's core on purpose. What it is itself late by is judged.
BESIDE_RELAY = ("not_isolated", "forced_switches")
# A nats-server shares the server's core on purpose: what it takes of it is told beside.
BESIDE_SOURCE = ("not_isolated", "forced_switches")
RELAY_LATE_US, RELAY_LATE_SHARE = 500.0, 0.01

# Of 230 trials that nothing disturbed none showed over 1.35 times as much as the calibration; a slowed host, up to 2.
BUSIER = 1.5
BUSIER_LEAST_US = 50.0  # a bare machine wakes within a few µs, and twice a few is no disturbance
STEAL_SHARE, FEWEST_STEAL_TICKS = 0.01, 3  # as in loadgen/trial/rules_machine.cpp


def busier_host(checked_p90_us: Mapping[str, float], result: Mapping[str, Any]) -> list[Finding]:
    """Whether timers woke much later than when the meter was checked: then the host is another than it was.

    A neighbour on the same physical core takes neither steal nor a switch, and makes all that runs there slower.
    """
    names = {"server": "server", "loadgen": "load generator"}
    return [_busier(side, names.get(side, side), checked, number_in(result, side, "wakeup_delay_p90_us"))
            for side, checked in checked_p90_us.items()]


def _busier(side: str, name: str, checked: float, seen: float | None) -> Finding:
    return finding("busier_host", seen, max(BUSIER * checked, BUSIER_LEAST_US),
                   f"timers on the {name}'s cores woke {seen or 0:.0f} us late at p90, {checked:.0f} us when the meter"
                   " was checked; close what else runs, or use a quieter host", unit="us", of=side, effect=SLOW)


def wrk_errors(figures: Mapping[str, Any]) -> Finding:
    return finding("wrk_errors", float(figures["socket_errors"] + figures["bad_status"]), 0.0,
                   complaint(figures), unit="answers")


def relay_late(pieces: int, late: int) -> Finding:
    """What a relay is late by is in the latency, and is no network's: at p99 no more than 0.5 ms."""
    share = late / pieces if pieces else None
    return finding("relay_late", share, RELAY_LATE_SHARE,
                   f"the relay between load generator and server passed {share or 0:.1%} on over {RELAY_LATE_US:.0f} us"
                   f" late, over {RELAY_LATE_SHARE:.0%}; close what else runs, or use fewer connections or"
                   " notifications",
                   unit="of the pieces")


def no_rate_held(best: float | None, lowest_why: str) -> Finding:
    return finding("no_rate_held", 0.0 if best else 1.0, 0.0, f"no rate held; the lowest tried: {lowest_why}")


def steal(share: float, ticks: int, core: int) -> Finding:
    """Two ticks may be the rounding of next to nothing."""
    seen = share if ticks >= FEWEST_STEAL_TICKS else 0.0
    return finding("steal", seen, STEAL_SHARE, f"the hypervisor took {seen:.1%} of core {core}, over 1 %; measure"
                   " when its host is less busy, or on a machine of your own", unit="of a core", effect=SLOW)
