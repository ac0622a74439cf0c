"""What ends with its test: a nats-server, servers that share it, their clients. For a conftest.py to take over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from members.client import Client
from members.nats import Nats
from members.server import Server
from members.waiting import until


class Ends(Protocol):
    def end(self) -> Any:
        """It may have ended already."""


One = TypeVar("One", bound=Ends)


class Ending(Protocol):
    def __call__(self, one: One, /) -> One:
        """Takes what shall end with the test, whatever becomes of it, and gives it back. The last one ends first."""


Join = Callable[..., Server]
Follow = Callable[..., Client]


@pytest.fixture
def ending() -> Iterator[Ending]:
    with ExitStack() as ends:
        def take(one: One) -> One:
            ends.callback(one.end)
            return one

        yield take


@pytest.fixture
def nats(ending: Ending, tmp_path: Path) -> Nats:
    return ending(Nats(tmp_path)).start()


@pytest.fixture
def join(ending: Ending, nats: Nats) -> Join:
    """Starts one more server on the source, and waits until it listens."""
    return lambda *options, **more: ending(Server(nats.source, *options, **more)).start().ready()


@pytest.fixture
def follow(ending: Ending) -> Follow:
    """Starts a client of one server, or of several in turn, and waits until it is connected."""
    def start(kind: str, *servers: Server, cursor: str = "", topic: str = "") -> Client:
        client = ending(Client(kind, [each.address for each in servers], cursor, topic)).start()
        until(lambda: client.is_connected, f"{kind} is connected")
        return client

    return start
