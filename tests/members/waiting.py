"""What tests wait for: a condition, and never a time that passes."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

from members.client import Account

LONGEST_S = 60.0
STEP_S = 0.02


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end, f"after {LONGEST_S:g} s still not: {what}"
        time.sleep(STEP_S)


def heartbeats_go_on(clients: Sequence[Account]) -> None:
    """Each of them hears one more."""
    before = [client.heartbeats for client in clients]
    until(lambda: all(client.heartbeats > was for client, was in zip(clients, before, strict=True)), "heartbeats go on")


def came(client: Account, count: int) -> list[tuple[Any, Any]]:
    """All that a client was told, once it is so much: (number, payload), or of a gap ("gap", the first number behind).

    It must not have been cut off: it would have come back by its cursor, and nobody would see that it was.
    """
    until(lambda: len(client.told) >= count, f"{client.kind} has {count}, not {len(client.told)}")
    assert client.lost == 0, f"{client.kind} was cut off"
    return [("gap", each["gap"]["first"]) if "gap" in each else (each["seq"], each["payload"]) for each in client.told]


def free_port() -> int:
    """For a program that is told its port before it starts."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])
