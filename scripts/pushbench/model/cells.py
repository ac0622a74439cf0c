"""What a model is made from: a cell for each workload and transport, with what its server did in a second."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pushbench.setup import transports
from pushbench.setup.transport import Transport
from pushbench.store.records import Trial

# Steady clients, below capacity, straight to the server: what else runs costs what its clients or its ways do to it.
OF = ("sparse", "broadcast", "stream", "events", "payload", "heartbeat", "idle", "growth", "crossover")
FEWEST_EVENTS = 100  # in all blocks: of fewer a cell would tell chance
HEADERS_BYTES = 52  # of a segment: 20 of IPv4, 20 of TCP, 12 of its time stamps


@dataclass(frozen=True)
class PerSecond:
    """What a server has to do in a second."""

    notifications: float = 0.0
    deliveries: float = 0.0
    requests: float = 0.0  # polls, empty ones too; of a long poll see per_second()
    heartbeats: float = 0.0
    payload_bytes: float = 0.0  # of a notification
    connections: float = 0.0
    apart: float = 0.0  # of the requests, those that are no part of a delivery

    @property
    def events(self) -> float:
        """What the server wakes up for, each on its own: what comes together is one, so a fan-out counts once."""
        return self.notifications + self.requests + self.heartbeats


@dataclass(frozen=True)
class MeasuredCell:
    """Means over blocks."""

    scenario: str
    case: str
    transport: str
    work: PerSecond
    cpu_us_per_s: float
    wire_bytes_per_s: float | None  # both directions, with the headers of TCP and IP
    blocks: int
    scatter: float | None  # standard deviation of the logarithm between blocks; None of one block
    files: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        return self.scenario, self.case


def known_as(variant: str) -> str | None:
    """The transport that one can choose and that a variant is, under whatever name it ran; None of others."""
    row = transports.transport_of(variant)
    same = [each.name for each in transports.TRANSPORTS.values() if each.is_choice and _alike(each, row)]
    return same[0] if same else None


def _alike(a: Transport, b: Transport) -> bool:
    return not b.is_foreign and (a.server, a.client, a.client_name, a.server_options) == (
        b.server, b.client, b.client_name, b.server_options)


def cells(groups: Iterable[tuple[str, str, str, Sequence[Trial]]], of: Sequence[str] = OF) -> list[MeasuredCell]:
    """From scenario, case, variant and their good trials. What tells no CPU or did nothing gives no cell."""
    found = [_cell(scenario, case, transport, trials) for scenario, case, variant, trials in groups
             if scenario in of and (transport := known_as(variant)) is not None]
    return [each for each in found if each is not None]


def _cell(scenario: str, case: str, transport: str, trials: Sequence[Trial]) -> MeasuredCell | None:
    read = [(work, cpu, _wire(trial)) for trial in trials
            if (work := per_second(trial, transport)) and (cpu := _cpu(trial))]
    if not read:
        return None
    works, costs = [work for work, _, _ in read], [cpu for _, cpu, _ in read]
    if sum(_happened(trial) for trial in trials) < FEWEST_EVENTS:
        return None
    wires = [wire for _, _, wire in read if wire is not None]
    logs = [math.log(cost) for cost in costs]
    middle = math.fsum(logs) / len(logs)
    scatter = math.sqrt(math.fsum((each - middle) ** 2 for each in logs) / (len(logs) - 1)) if len(logs) > 1 else None
    return MeasuredCell(scenario, case, transport, _mean(works), math.exp(middle),
                        math.fsum(wires) / len(wires) if wires else None, len(read), scatter,
                        tuple(trial.file for trial in trials))


def _happened(trial: Trial) -> float:
    """Events in a window, a delivery and its request as one."""
    return (trial.number("server", "heartbeats") or 0.0) + max(
        trial.number("window_deliveries") or 0.0, trial.number("requests") or 0.0, _published_alone(trial))


def _mean(works: Sequence[PerSecond]) -> PerSecond:
    names = PerSecond.__dataclass_fields__
    return PerSecond(**{name: math.fsum(getattr(work, name) for work in works) / len(works) for name in names})


def per_second(trial: Trial, transport: str) -> PerSecond | None:
    """None where a trial does not say enough.

    Who asks anew after each answer wakes the server by it: once where something came back empty, and once for each
    notification. After a fan-out these requests come together, and the rest of them is a part of what a delivery costs.
    """
    seconds, clients = trial.number("window_s"), trial.number("connections")
    if not seconds or seconds < 0 or clients is None:
        return None
    told, topics = trial.number("window_deliveries") or 0.0, trial.number("topics") or 1.0
    published = told / (clients / topics) if clients else _published_alone(trial)
    apart = asked = trial.number("requests") or 0.0
    if transports.TRANSPORTS[transport].asks_again:
        apart, asked = max(asked - told, 0.0), max(asked - told, 0.0) + published
    return PerSecond(published / seconds, told / seconds, asked / seconds,
                     (trial.number("server", "heartbeats") or 0.0) / seconds,
                     trial.number("payload_bytes") or 0.0, clients, apart / seconds)


def _published_alone(trial: Trial) -> float:
    """Nobody listens: the window is known by what its CPU was divided by."""
    spent_s, each_us = trial.number("server", "cpu_s"), trial.number("server", "cpu_us_per_notification")
    return spent_s * 1e6 / each_us if spent_s and each_us else 0.0


def _cpu(trial: Trial) -> float | None:
    spent_s, seconds = trial.number("server", "cpu_s"), trial.number("window_s")
    return spent_s * 1e6 / seconds if spent_s and seconds and min(spent_s, seconds) > 0 else None


def _wire(trial: Trial) -> float | None:
    seconds = trial.number("window_s")
    parts = [trial.number("wire", name) for name in ("bytes_in", "bytes_out", "segments_in", "segments_out")]
    if None in parts or not seconds:
        return None
    sent_in, sent_out, *segments = [part or 0.0 for part in parts]
    return (sent_in + sent_out + HEADERS_BYTES * sum(segments)) / seconds
