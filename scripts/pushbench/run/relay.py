"""A network between load generator and server: bench/wan/wan_relay, started, ended, and held to what it promised."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pushbench.errors import TrialError
from pushbench.machine.cores import cpu_list
from pushbench.run.launch import Evidence, Tools, as_repeated, read_addresses
from pushbench.run.processes import Process
from pushbench.run.rules import BESIDE_RELAY, RELAY_LATE_US, relay_late
from pushbench.store.records import number_in
from pushbench.store.rules import Finding, waived
from pushbench.units import format_duration

RELAY = "wan_relay"
_PATIENCE_S = 2.0


def command(round_trip_s: float, tools: Tools, listening: str) -> list[str]:
    """Half of it each way, on the core of the load generator: nothing of it is to be the server's."""
    one_way = format_duration(round_trip_s / 2)
    return [tools.program(RELAY), "--listen", "127.0.0.1:0", "--to", listening, "--delay-up", one_way,
            "--delay-down", one_way, "--late-after", f"{RELAY_LATE_US:.0f}us", "--cpus", cpu_list(tools.cores.loadgen)]


def start(round_trip_s: float, tools: Tools, addresses: dict[str, Any], evidence: Evidence) -> Process:
    words = command(round_trip_s, tools, addresses["listening"])
    evidence.commands["relay"] = as_repeated(words)
    return Process(words, RELAY)


@contextmanager
def between(round_trip_s: float, tools: Tools, addresses: dict[str, Any],
            evidence: Evidence) -> Iterator[dict[str, Any]]:
    """The addresses with that of the relay, where there is a round trip. It ends with the block, whatever happens."""
    if not round_trip_s:
        yield addresses
        return
    with start(round_trip_s, tools, addresses, evidence) as relay:
        yield addresses | {"relay": read_addresses(relay, evidence)["listening"]}
        evidence.relay = {"round_trip_ms": round_trip_s * 1000} | ended(relay, evidence)


def ended(relay: Process, evidence: Evidence) -> dict[str, Any]:
    """Ends it; what it then says of itself."""
    if relay.stop(_PATIENCE_S) != 0:
        evidence.hear(relay)
        raise TrialError(f"{relay.name} did not end well: {relay.how_it_ended()}")
    try:
        told = json.loads(relay.output())
    except ValueError:
        told = None
    if number_in(told, "slices", "start_ns") is None or number_in(told, "slices", "step_ns") is None:
        raise TrialError(f"{relay.name} did not say at its end how late it was")
    return dict(told)


def judged(findings: Sequence[Finding], result: Mapping[str, Any], evidence: Evidence) -> list[Finding]:
    """What a trial was held against, with the relay's own share in it. Of the relay's slices the window is kept."""
    assert evidence.relay is not None
    window = in_window(evidence.relay.pop("slices"), result)
    evidence.relay["window"] = window
    return [*waived(findings, BESIDE_RELAY, "loadgen"), relay_late(window["pieces"], window["late"])]


def in_window(slices: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """The sum over those slices that lie within the load generator's window as a whole."""
    began_ns, window_s = number_in(result, "window_began_ns"), number_in(result, "window_s")
    inside = [] if began_ns is None or window_s is None else [
        place for place in range(len(slices["pieces"]))
        if (start_ns := slices["start_ns"] + place * slices["step_ns"]) >= began_ns
        and start_ns + slices["step_ns"] <= began_ns + window_s * 1e9]
    return {"pieces": sum(slices["pieces"][place] for place in inside),
            "late": sum(slices["late"][place] for place in inside),
            "max_us": max((slices["max_us"][place] for place in inside), default=0.0)}
