"""One server under one tool: so many subscribers, so many notifications, one at a time; and what was counted."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pushbench.errors import TrialError
from pushbench.meter.evidence.crowd import WIRE, Client, Publisher, Sleeper
from pushbench.meter.evidence.speech import SPEECHES, Poll
from pushbench.meter.evidence.tools import Tool, read_file
from pushbench.run.admin import read_metrics
from pushbench.run.launch import Evidence, Tools, read_addresses, server_command, start
from pushbench.setup.transport import Transport

WARM_UP = 10  # notifications before those that count, so that all numbers counted have two digits
PAYLOAD = "x" * 128
_ENDS_S = 20.0
# No timer of the server may run out meanwhile.
_OPTIONS = ("--heartbeat", "1h", "--idle-timeout", "1h")


@dataclass(frozen=True)
class Subject:
    """A transport, and what happens once a client and round: a delivery, or a poll that finds nothing."""

    transport: Transport
    event: str = "delivery"


@dataclass(frozen=True)
class Totals:
    """Of a server's whole life: what the tool counted, and what went over the wire."""

    counts: Mapping[str, float]
    wire: Mapping[str, float]


class Session:
    """A running server, one who publishes, and the subscribers so far."""

    def __init__(self, subject: Subject, addresses: Mapping[str, Any]) -> None:
        self._finds, self._spoken = subject.event == "delivery", SPEECHES[subject.transport.client_name]
        self._addresses = addresses
        self._server = Sleeper(int(addresses["pid"]))
        self._server.settle(0)
        self._publisher = Publisher(str(addresses["admin"]), self._server)
        self._sequence = 0
        self._clients: list[Client] = []

    def connect(self, clients: int) -> None:
        self._clients += [Client(str(self._addresses["listening"]), self._server, self._spoken, str(self._sequence))
                          for _ in range(clients)]

    def rounds(self, count: int) -> None:
        """In each of them every subscriber gets one notification, or asks once and finds nothing."""
        for _ in range(count):
            if isinstance(self._spoken, Poll):
                self._polled(self._spoken.parked)
            else:
                sequence = self._publish()
                for client in self._clients:
                    client.notified(sequence)

    def _polled(self, parked: bool) -> None:
        if parked:
            for client in self._clients:
                client.ask()
        sequence = self._publish() if self._finds else None
        for client in self._clients:
            if not parked:
                client.ask()
            client.answer(sequence)

    def _publish(self) -> int:
        self._sequence += 1
        self._publisher.publish(PAYLOAD)
        return self._sequence

    def heap_bytes(self) -> float | None:
        return read_metrics(str(self._addresses["admin"])).get("pushbench_heap_used_bytes")

    def wire(self) -> Mapping[str, int]:
        each = [client.wire() for client in self._clients]
        return {name: sum(wire[name] for wire in each) for name in WIRE}

    def close(self) -> None:
        for line in [*self._clients, self._publisher]:
            line.close()


@contextmanager
def served(subject: Subject, tools: Tools, prefix: Sequence[str] = ()) -> Iterator[Session]:
    """A fresh server. One that does not end well has counted wrongly, even when its figures look right."""
    evidence = Evidence()
    command = [*prefix, *server_command(subject.transport, tools, _OPTIONS)]
    with start(command, subject.transport, evidence) as process:
        addresses = read_addresses(process, evidence)
        session = Session(subject, addresses)
        yield session
        session.close()
        # The server itself, not the tool before it, which would not pass the signal on.
        os.kill(int(addresses["pid"]), signal.SIGTERM)
        if (code := process.wait(_ENDS_S)) != 0:
            raise TrialError(f"{process.name} did not end well" + (f": {process.how_it_ended()}" if code else ""))


def totals(subject: Subject, tools: Tools, tool: Tool | None, clients: int, notifications: int) -> Totals:
    with tempfile.TemporaryDirectory(prefix="pushbench-") as folder:
        file = Path(folder) / "counts"
        with served(subject, tools, tool.prefix(str(file)) if tool else ()) as session:
            session.connect(clients)
            session.rounds(WARM_UP + notifications)
            wire = session.wire()
        return Totals(read_file(tool, file) if tool else {}, wire)
