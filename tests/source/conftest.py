"""What ends with its test: a NATS server and ours on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nats_server import Nats, NatsServer
from sharing import Server, run


@pytest.fixture(scope="session", autouse=True)
def built_with_nats() -> None:
    _, said = run("--source", "nats://127.0.0.1:1/S", "--fault-drop", "8")
    if "libnats-dev" in said:
        pytest.skip("needs a build with libnats-dev")


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path / "store").start()
    yield server
    server.kill()


@pytest.fixture
def client(nats: NatsServer) -> Iterator[Nats]:
    connection = nats.client()
    yield connection
    connection.close()


@pytest.fixture
def serve(nats: NatsServer) -> Iterator[Callable[..., Server]]:
    """Starts a server on the stream NEWS; it need not be ready yet."""
    servers: list[Server] = []

    def start(*options: str, program: str = "push_server") -> Server:
        servers.append(Server("--source", nats.url("NEWS"), "--source-create", *options, program=program))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()
