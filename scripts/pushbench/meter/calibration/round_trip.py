"""A network of a known round trip must read back as that: bench/wan/wan_relay, by what streams and polls make of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from pushbench.meter.calibration import checks
from pushbench.meter.calibration.checks import Check
from pushbench.meter.calibration.probe import Probe
from pushbench.store.records import number_in

ROUND_TRIP_S = 0.04
RATE_PER_S = 200  # a long poll that takes a round trip then finds several each time, and is answered at once
SECONDS = 0.6
# Transport, clients, poll interval: enough answers for a median, and none asked for before the last has come.
ASKED = (("sse", 2, "20ms"), ("short-poll", 20, "100ms"), ("long-poll", 6, "20ms"))
# Without a network a long poll waits for the next notification: there is nothing to hold it against.
BESIDE = ("sse", "short-poll")

Start = Callable[[str, str, int, str, float], Probe]


def round_trips(start: Start, names: dict[str, str], file: Callable[[str], str]) -> list[Check]:
    """All at once, with and without: what the machine does meanwhile is in both."""
    with ExitStack() as ends:
        probes: dict[tuple[str, bool], Probe] = {}
        for name, clients, interval in ASKED:
            for through in (True, False) if name in BESIDE else (True,):
                called = f"round-trip{'' if through else '-none'}-{name}"
                probe = start(called, name, clients, interval, ROUND_TRIP_S if through else 0.0)
                probes[name, through] = probe
                ends.callback(probe.close)
        seen = {key: _median_us(key[0], probe.finish()) for key, probe in probes.items()}
    return [_check(name, names[name], seen, file) for name, _, _ in ASKED]


def _median_us(name: str, result: dict[str, Any]) -> float | None:
    """Of a stream from sent to received, which goes one way; of a poll from asked to answered."""
    return number_in(result, "delivery_us" if name == "sse" else "response_us", "p50")


def _check(name: str, title: str, seen: dict[tuple[str, bool], float | None], file: Callable[[str], str]) -> Check:
    ways, what = (0.5, "a notification") if name == "sse" else (1.0, "an answer")
    return checks.round_trip(f"{title}, {what} over {ROUND_TRIP_S * 1000:.0f} ms", ways * ROUND_TRIP_S * 1000,
                             seen[name, True], seen.get((name, False), 0.0), file(f"round-trip-{name}"))
