"""One of the two servers of a duet, with its load generator, which only listens."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushbench.errors import TrialError
from pushbench.machine.cpu_clock import cpu_ns, wants_cpu
from pushbench.run.kinds.duet.admin_link import AdminLink
from pushbench.run.launch import (
    Evidence, Tools, client_command, read_addresses, read_result, server_command, settings_of, start, start_client,
    wait_until)
from pushbench.run.processes import Process, first_to_exit
from pushbench.setup.plan import Planned
from pushbench.setup.transport import Transport
from pushbench.units import format_duration

_LISTEN_S = 3600.0  # a load generator listens until it is asked to end; this bounds it if nobody asks
_CONNECTED_S = 30.0  # beyond what connecting takes
_LOOK_S = 0.02
_PROBES = 3  # a long poll that was not yet there when the first came needs a second
_PROBE_S = 1.0
REST_LOOK_S = 0.004
REST_LOOKS = 3
_STILL_NS = 50_000  # a server that takes no more than this between two looks is through
_RESTLESS_S = 1.0  # how late the last delivery may come before the window counts as not delivered
_END_S = 20.0  # a load generator reads the memory of all sockets before it ends


@dataclass(frozen=True)
class HandedOver:
    """Deliveries handed to the kernel; where each answer is followed by a request, how many requests are parked."""

    deliveries: int
    parked: int | None

    def after(self, deliveries: int) -> HandedOver:
        return HandedOver(self.deliveries + deliveries, self.parked)

    def is_as(self, expected: HandedOver, slack: int) -> bool:
        """`slack`: polls that may just be on their way."""
        if self.parked is None or expected.parked is None:
            return self.deliveries == expected.deliveries
        return self.deliveries == expected.deliveries and abs(self.parked - expected.parked) <= slack


@dataclass
class Side:
    """`name` is "a" or "b"; `expected` is what its server must have done by now."""

    name: str
    transport: Transport
    server: Process
    client: Process
    link: AdminLink
    json_file: Path
    expected: HandedOver = HandedOver(0, None)

    def cpu_ns(self) -> int:
        return cpu_ns(self.server.pid)

    def is_busy(self) -> bool:
        """The load generator's work counts too: who has not yet read has not yet asked again."""
        return wants_cpu(self.server.pid) or wants_cpu(self.client.pid)

    def metric(self, name: str) -> float:
        metrics = self.link.metrics()
        if name not in metrics:
            raise TrialError(f"{self.server.name} has no metric {name}")
        return metrics[name]

    def done(self) -> HandedOver:
        metrics = self.link.metrics()
        try:
            # An answer is one write, with as many notifications as there are by then.
            parked = metrics["pushbench_requests_total"] - metrics["pushbench_writes_total"]
            deliveries = int(metrics["pushbench_deliveries_total"])
            return HandedOver(deliveries, int(parked) if self.transport.asks_again else None)
        except KeyError as missing:
            raise TrialError(f"{self.server.name} has no metric {missing.args[0]}") from None


def start_side(name: str, transport: Transport, trial: Planned, tools: Tools, evidence: Evidence, folder: Path,
               ends: ExitStack, source: str = "") -> Side:
    """Both programs run once this returns; `ends` ends them, the load generator first."""
    command = server_command(transport, tools.for_side(name), settings_of(trial), source=source)
    server = ends.enter_context(start(command, transport, evidence, f"server_{name}"))
    addresses = read_addresses(server, evidence)
    link = ends.enter_context(AdminLink(str(addresses.get("admin"))))
    json_file = folder / f"{name}.json"
    command = listener_command(transport, trial, tools, addresses, json_file)
    client = ends.enter_context(start_client(command, transport, evidence, f"loadgen_{name}"))
    return Side(name, transport, server, client, link, json_file)


def listener_command(transport: Transport, trial: Planned, tools: Tools, addresses: dict[str, Any],
                     json_file: Path) -> list[str]:
    """Without the server's process number: it would send a thread to the server's core that wakes each millisecond.

    It looks for more for 30 us before it sleeps, as it does alone. With `--awake 0s` each write has to wake it, which
    the server pays for: 12 % more in broadcast, 6 % in stream, 4 % in sparse, by duets of the two. The other load
    generator on its core does not suffer from it: whoever hears nothing sleeps.
    """
    # A long poll that comes back with nothing is what a heartbeat is to a stream: a cost of its own, and not here.
    parked = ["--poll-wait", format_duration(trial.scenario.heartbeat)] if transport.asks_again else []
    return [*client_command(transport, tools, addresses, None, json_file), "--no-publish", *parked,
            "--connections", str(trial.connections), "--topics", str(trial.topics), "--warmup", "0s",
            "--duration", format_duration(_LISTEN_S), "--seed", str((tools.seed + trial.block) % 2**31)]


def verify(side: Side, trial: Planned, wait: Callable[[float], None]) -> None:
    """All are connected, and a notification of each topic reaches each of them."""
    limit_s = _CONNECTED_S + trial.connections / 1000
    if not wait_until(lambda: side.metric("pushbench_connections") >= trial.connections, limit_s, wait, _LOOK_S):
        raise TrialError(f"{side.transport.name}: not all of {trial.connections:,} clients were connected within"
                         f" {limit_s:.0f} s")
    order = {"rate": max(1000, 4 * trial.topics), "payload_bytes": trial.payload_bytes, "topics": trial.topics,
             "count": trial.topics}
    for _ in range(_PROBES):
        wait_until_at_rest(side, wait)
        before = side.done().deliveries
        side.link.order(order)
        if wait_until(lambda: side.done().deliveries - before >= trial.connections, _PROBE_S, wait, _LOOK_S):
            wait_until_at_rest(side, wait)
            side.expected = HandedOver(side.done().deliveries, trial.connections if side.transport.asks_again else None)
            return
    raise TrialError(f"{side.transport.name}: {trial.connections - side.done().deliveries + before:,} of"
                     f" {trial.connections:,} clients got no probe notification")


def wait_until_at_rest(side: Side, wait: Callable[[float], None], looks: int = REST_LOOKS) -> None:
    """Until several looks in a row find it with nothing to do and its CPU clock where it was, or for a second.

    A long poll that was answered comes again, and that is a part of its delivery's cost.
    """
    still, last_ns, end = 0, side.cpu_ns(), time.monotonic() + _RESTLESS_S
    while still < looks and time.monotonic() < end:
        wait(REST_LOOK_S)
        now_ns = side.cpu_ns()
        still = 0 if now_ns - last_ns > _STILL_NS or side.is_busy() else still + 1
        last_ns = now_ns


def end_client(side: Side, evidence: Evidence) -> dict[str, Any]:
    """What the load generator wrote. It was asked to end before: its listening has no end of its own."""
    side.client.ask_to_end()
    ended = first_to_exit([side.client], _END_S)
    evidence.hear(side.client)
    if ended is None:
        raise TrialError(f"{side.client.name} did not end within {_END_S:.0f} s and was stopped")
    return read_result(side.json_file, side.client, side.client.wait(0) or 0, asked_to_end=True)
