"""What ends with its test: a nats-server, push_servers that share it, their clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster_client import Client
from cluster_members import Member, Nats, until


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Nats]:
    one = Nats(tmp_path)
    yield one
    one.end()


@pytest.fixture
def join(nats: Nats) -> Iterator[Callable[..., Member]]:
    """Starts one more server on the source."""
    members: list[Member] = []

    def start(*options: str) -> Member:
        members.append(Member(nats.source, *options))
        return members[-1].start()

    yield start
    for member in members:
        member.end()


@pytest.fixture
def follow() -> Iterator[Callable[..., Client]]:
    """Starts a client and waits until it is connected."""
    started: list[Client] = []

    def start(kind: str, *members: Member, cursor: str = "") -> Client:
        client = Client(kind, [each.address for each in members], cursor)
        started.append(client)
        client.start()
        until(lambda: client.is_connected, f"{kind} is connected")
        return client

    yield start
    for client in started:
        client.stop()
