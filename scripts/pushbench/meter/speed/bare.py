"""What the servers are measured by without the load generator: floor_reader, and wrk."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from pushbench.errors import TrialError
from pushbench.machine.cores import Cores, cpu_list
from pushbench.meter.speed import programs
from pushbench.meter.speed.admin import Counters
from pushbench.meter.speed.targets import SATURATED
from pushbench.run.launch import Evidence, Tools, as_repeated
from pushbench.run.processes import Process
from pushbench.run.wrk import complaint, find_wrk, run_wrk, wrk_command

Figures = Mapping[str, float | None]
Measure = Callable[[Tools, Evidence], tuple[Figures, tuple[str, ...]]]

_CLIENTS = 1000
_RATE = 20  # without a pause: a connection that is silent for 200 ms has its next 16 segments acknowledged by the
# sender, on loopback, and the reader would pay for none of them; so does a fresh one. Hence the lead as well.
LEAD_S, WINDOW_S, _TAIL_S = 1.2, 1.0, 0.3
_FLOOD_RATE = 20_000  # for each client: more than any server can send
_FLOOD_STARTS_S, _FLOOD_WINDOW_S = 0.3, 1.5


def wrk_asks(transport: str) -> Measure:
    def measure(tools: Tools, evidence: Evidence) -> tuple[Figures, tuple[str, ...]]:
        if (found := find_wrk()) is None:
            raise TrialError("wrk is not installed; scripts/setup installs it")
        with programs.running(transport, tools, evidence) as server:
            command = wrk_command(found["path"], cpu_list(tools.cores.loadgen[:1]), 64, 1,
                                  f"http://{server.addresses['listening']}/poll?topic=default&after=0")
            evidence.commands["wrk"] = as_repeated(command)
            before = programs.wanted_s(server.process)
            seen = run_wrk(command, 1, evidence)
            busy = programs.least_busy(before, programs.wanted_s(server.process), seen["seconds"])
        if wrong := complaint(seen):
            raise TrialError(wrong)
        return {"requests_per_s": seen["requests_per_s"], "busy": busy}, ()

    return measure


def reads(transport: str) -> Measure:
    """CPU of the bare reader per delivery, under the load generator's schedule."""
    speak = "lines" if transport == "floor" else transport

    def measure(tools: Tools, evidence: Evidence) -> tuple[Figures, tuple[str, ...]]:
        options = ["--connections", str(_CLIENTS), "--warmup", str(LEAD_S), "--seconds", str(WINDOW_S)]
        with programs.running(transport, tools, evidence) as server, \
                programs.reader(speak, server, tools, evidence, options) as (process, _):
            before = server.admin.reading()
            server.admin.publish(_RATE, round(_RATE * (LEAD_S + WINDOW_S + _TAIL_S)))
            said = _last_line(process)
            after = server.admin.reading()
        return {"reader_cpu_us": said["cpu_s"] * 1e6 / in_window(said, before, after)}, ()

    return measure


def in_window(said: Mapping[str, float], before: Counters, after: Counters) -> float:
    """How many deliveries the reader read, which knows only bytes: by what the server sent for each."""
    sent = after.deliveries - before.deliveries
    if sent <= 0 or said["lost"]:
        raise TrialError(f"{sent:,.0f} were sent to the bare reader, and it lost {said['lost']:,.0f} connections")
    delivered = said["bytes"] / ((after.bytes_sent - before.bytes_sent) / sent)
    # A window may begin or end within one notification's deliveries, no more.
    expected = _RATE * WINDOW_S * _CLIENTS
    if abs(delivered - expected) > 1.01 * _CLIENTS:
        raise TrialError(f"the bare reader read {delivered:,.0f} deliveries in its window, of {expected:,.0f}")
    return delivered


def _last_line(process: Process) -> dict[str, float]:
    if process.wait(20) != 0:
        raise TrialError(f"floor_reader failed: {process.how_it_ended()}")
    try:
        line = json.loads(process.output())
        return {name: float(line[name]) for name in ("cpu_s", "lost", "bytes")}
    except (ValueError, KeyError, TypeError):
        raise TrialError("floor_reader did not print its figures as one JSON line") from None


def connects(transport: str, connections: int) -> Measure:
    """As fast as the server answers, with up to 256 on their way at a time."""

    def measure(tools: Tools, evidence: Evidence) -> tuple[Figures, tuple[str, ...]]:
        with programs.running(transport, tools, evidence) as server:
            before = server.admin.reading()
            options = ["--connections", str(connections), "--seconds", "60"]
            with programs.reader(transport, server, tools, evidence, options) as (_, said):
                cpu_s = server.admin.reading().cpu_s - before.cpu_s
        try:
            seconds, client_cpu_s = float(said["connect_s"]), float(said["connect_cpu_s"])
        except (KeyError, TypeError, ValueError):
            raise TrialError("floor_reader did not say how long connecting took") from None
        return {"connections_per_s": connections / seconds, "server_cpu_us": cpu_s * 1e6 / connections,
                "server_busy": cpu_s / seconds, "client_busy": client_cpu_s / seconds}, ()

    return measure


def drained(transport: str, threads: int) -> Measure:
    """Server CPU per delivery when it has more to send than it can, into sinks that only drain.

    On a machine with two cores, two threads have to share theirs with the sinks. So each core of the server has a sink,
    which drains the clients of the thread there, and one thread shares its core as well.
    """

    def measure(tools: Tools, evidence: Evidence) -> tuple[Figures, tuple[str, ...]]:
        cores = server_cores(tools.cores, threads)
        shared = tools.cores.loadgen[0] in server_cores(tools.cores, 2)
        sinks = cores if shared else tools.cores.loadgen[:1]
        flooded = replace(tools, cores=Cores(cores, sinks, ""))
        with programs.running(transport, flooded, evidence, ["--history", "65536"], threads) as server, \
                programs.reader(transport, server, flooded, evidence,
                                ["--connections", str(_CLIENTS), "--seconds", "60", "--discard"], len(sinks)):
            return _flooded(server), ()

    return measure


def _flooded(server: programs.Server) -> Figures:
    """Over a window in which no thread of the server slept for long; else there is no figure."""
    server.admin.publish(_FLOOD_RATE, 10 * _FLOOD_RATE)
    time.sleep(_FLOOD_STARTS_S)
    before, began_s, began = server.admin.reading(), programs.wanted_s(server.process), time.monotonic()
    time.sleep(_FLOOD_WINDOW_S)
    ended_s, ended, after = programs.wanted_s(server.process), time.monotonic(), server.admin.reading()
    delivered = after.deliveries - before.deliveries
    if delivered <= 0:
        raise TrialError("nothing was delivered in the window")
    if after.connections != _CLIENTS or after.gaps:
        raise TrialError(f"{after.connections:,.0f} of {_CLIENTS:,} clients were left, {after.gaps:,.0f} had gaps")
    busy = programs.least_busy(began_s, ended_s, ended - began)
    cost_us = (after.cpu_s - before.cpu_s) * 1e6 / delivered
    return {"server_cpu_us": cost_us if busy >= SATURATED else None, "busy": busy,
            "deliveries_per_s": delivered / (after.at_s - before.at_s)}


def server_cores(cores: Cores, count: int) -> tuple[int, ...]:
    """The server's core and others; the sink's core is the last that is taken."""
    sink = cores.loadgen[0]
    others = [core for core in sorted(os.sched_getaffinity(0)) if core not in (*cores.server, sink)]
    return (*cores.server, *others, sink)[:count]
