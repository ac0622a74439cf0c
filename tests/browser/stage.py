"""A server that dies and lives again, the network before it, and the site whose pages look at it through a browser."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pushbench.demo.network import Network
from pushbench.demo.site import make_site, now_ms
from pushbench.run.admin import publish
from pushbench.soak.server import MortalServer

from browsing import BUILD, LONGEST_S, ROOT

TOPIC = "stage"


class Stage:
    """`page` is an empty page, of an origin that the server lets in; `base` leads to the server through the network."""

    def __init__(self, server: MortalServer, page: str, loop: asyncio.AbstractEventLoop) -> None:
        self.server, self.page = server, page
        self._loop, self._network = loop, Network(server.address)
        self._port = 0
        self._numbers = itertools.count(1)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def open_network(self) -> None:
        """On the same port each time."""
        self._port = asyncio.run_coroutine_threadsafe(self._network.start(self._port), self._loop).result(LONGEST_S)

    def close_network(self) -> None:
        """Resets all connections, and lets nobody in."""
        asyncio.run_coroutine_threadsafe(self._network.stop(), self._loop).result(LONGEST_S)

    def hush_network(self) -> None:
        """What is open now is dead, and nobody is told."""
        self._on_loop(self._network.hush)

    def publish(self, what: str, count: int) -> list[str]:
        """Each by a connection of its own: the server closes one that is silent for long. No two are alike."""
        texts = [f"{what} {next(self._numbers)}" for _ in range(count)]
        for text in texts:
            publish(f"127.0.0.1:{self.server.admin}", TOPIC, text)
        return texts

    def restart(self) -> None:
        self.server.end(kill=False)
        self.server.start()

    def _on_loop(self, act: Callable[[], Any]) -> None:
        async def do() -> None:
            act()

        asyncio.run_coroutine_threadsafe(do(), self._loop).result(LONGEST_S)


@contextmanager
def stage() -> Iterator[Stage]:
    """All of it ends with the block. The server's own port is `server.listen`."""
    program = BUILD / "bin" / "push_server"
    if not program.exists():
        pytest.skip(f"needs {program}: make build")
    loop = asyncio.new_event_loop()
    site = make_site(0, ROOT, {"/clock": lambda: {"now_ms": now_ms()}}, {})
    port = site.server_address[1]
    threads = [threading.Thread(target=act, daemon=True) for act in (loop.run_forever, site.serve_forever)]
    server = MortalServer(program, ["--allow-origin", f"http://127.0.0.1:{port}", "--log-level", "error"])
    for thread in threads:
        thread.start()
    made = Stage(server, f"http://127.0.0.1:{port}/tests/browser/empty.html", loop)
    try:
        server.start()
        made.open_network()
        yield made
        assert not server.failures, server.failures
    finally:
        made.close_network()
        server.close()
        site.shutdown()
        site.server_close()
        loop.call_soon_threadsafe(loop.stop)
        threads[0].join(LONGEST_S)
