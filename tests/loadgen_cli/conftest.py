"""What the tests of the load generator as a program share."""

from collections.abc import Callable, Iterator

import pytest

from programs import Server


@pytest.fixture
def start_server() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(name: str, *options: str) -> Server:
        started.append(Server(name, *options))
        return started[-1]

    yield start
    for server in started:
        server.end()


@pytest.fixture
def sse_server(start_server: Callable[..., Server]) -> Server:
    return start_server("sse_server")
