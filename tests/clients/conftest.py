"""What ends with its test: servers, the relay before them, clients in Node."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from needing import need
from servers import LONGEST_S, Life, Relay

HERE = Path(__file__).parent


class Client:
    """A client in a process of its own, and what it has told."""

    def __init__(self, kind: str, base: str, cursor: str = "") -> None:
        self.process = subprocess.Popen(["node", str(HERE / "client.mjs"), kind, base, cursor],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.cursor = cursor
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._told.put(json.loads(line))

    def next(self) -> dict[str, Any]:
        """What it tells next, but for the connections that it had and lost."""
        while True:
            told = self.any()
            if "lost" in told:
                assert not told.get("for_good"), "an EventSource that has given up"
            elif "open" not in told:
                self.cursor = told["cursor"]
                return told

    def any(self) -> dict[str, Any]:
        try:
            return self._told.get(timeout=LONGEST_S)
        except queue.Empty:
            self.end()
            assert self.process.stderr is not None
            pytest.fail(f"the client told nothing more: {self.process.stderr.read()}")

    def wait_for(self, what: str) -> None:
        while what not in self.any():
            pass

    def payloads(self, count: int) -> list[str]:
        return [self.next().get("payload", "a gap") for _ in range(count)]

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LONGEST_S)


@pytest.fixture
def begin(relay: Relay) -> Iterator[Callable[..., Client]]:
    """Starts a client, whatever becomes of it."""
    started: list[Client] = []

    def start(kind: str, cursor: str = "", base: str = "") -> Client:
        need(kind)
        started.append(Client(kind, base or relay.base, cursor))
        return started[-1]

    yield start
    for client in started:
        client.end()


@pytest.fixture
def follow(begin: Callable[..., Client]) -> Callable[..., Client]:
    """Starts a client and waits until it is subscribed."""

    def start(kind: str, cursor: str = "", base: str = "") -> Client:
        client = begin(kind, cursor, base)
        client.wait_for("open")
        return client

    return start


@pytest.fixture
def relay() -> Iterator[Relay]:
    one = Relay()
    yield one
    one.close()


@pytest.fixture
def live() -> Iterator[Callable[..., Life]]:
    lives: list[Life] = []

    def start(name: str, *options: str) -> Life:
        lives.append(Life(name, *options))
        return lives[-1]

    yield start
    for life in lives:
        life.end()
