"""The example clients as a reader would start them: in order, from where they were, nothing twice."""

from __future__ import annotations

import itertools
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from needing import need
from servers import LONGEST_S, ROOT, Life, Relay

FOLDER = ROOT / "examples" / "clients"
PACKAGES = ROOT / "examples" / "node_modules"
DEBIANS_PYTHON = "/usr/bin/python3"
CLIENTS = {"sse.py": sys.executable, "websocket.py": DEBIANS_PYTHON, "sse.mjs": "node", "websocket.mjs": "node",
           "sse.sh": "bash"}
# A proxy of this machine is none of the way from a client to 127.0.0.1.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


class Example:
    """A client in a process of its own, and the lines that it printed."""

    def __init__(self, name: str, *arguments: str) -> None:
        self._process = subprocess.Popen([CLIENTS[name], str(FOLDER / name), *arguments], stdout=subprocess.PIPE,
                                         text=True, env=ENVIRONMENT, start_new_session=True)
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def next(self, longest_s: float = LONGEST_S) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._lines.get(timeout=longest_s))
        return told

    def payloads(self, count: int) -> list[str]:
        return [self.next().get("payload", "a gap") for _ in range(count)]

    def end(self) -> None:
        """It and what it has started, such as curl: they are a group of their own."""
        os.killpg(self._process.pid, 9)
        self._process.wait(LONGEST_S)


@pytest.fixture(params=CLIENTS)
def start(request: pytest.FixtureRequest, relay: Relay) -> Iterator[Callable[[], Example]]:
    """One of the clients, which asks the relay."""
    name = request.param
    _skip_without(name)
    started: list[Example] = []

    def begin() -> Example:
        started.append(Example(name, relay.base, "news"))
        return started[-1]

    yield begin
    for each in started:
        each.end()


def _skip_without(name: str) -> None:
    if name.endswith(".mjs"):
        need("node")
        if not (PACKAGES / "eventsource").is_dir() or not (PACKAGES / "ws").is_dir():
            pytest.skip("needs npm ci --prefix examples")
    if name.endswith(".sh") and shutil.which("curl") is None:
        pytest.skip("needs curl")
    if name == "websocket.py" and subprocess.run([DEBIANS_PYTHON, "-c", "import websockets"], check=False,
                                                 capture_output=True).returncode:
        pytest.skip("needs Debian's python3-websockets")


def publish(life: Life, name: str, count: int) -> list[str]:
    texts = [f"{name} {number}, “{'x' * number}”" for number in range(count)]
    for text in texts:
        with urllib.request.urlopen(f"http://{life.admin}/publish?topic=news", text.encode(), LONGEST_S) as answer:
            assert answer.status == 200
    return texts


def wait_until_it_listens(life: Life, client: Example) -> int:
    """A client says nothing of having come, so it is told something until it repeats it. How often, is returned."""
    end = time.monotonic() + LONGEST_S
    for told in itertools.count(1):
        publish(life, "knock", 1)
        with suppress(queue.Empty):
            first = client.next(longest_s=0.1)["seq"]
            break
        assert time.monotonic() < end, "it hears nothing"
    assert [client.next()["seq"] for _ in range(told - first)] == list(range(first + 1, told + 1))
    return told


def test_what_was_published_during_a_cut_comes_in_order_and_once(start: Callable[[], Example], relay: Relay,
                                                                 live: Callable[..., Life]) -> None:
    life = live("push_server")
    relay.open(life)
    client = start()
    wait_until_it_listens(life, client)
    before = publish(life, "before", 20)
    assert client.payloads(20) == before
    for round in ("one", "two"):
        relay.cut()
        missed = publish(life, f"missed {round}", 40)
        relay.open(life)
        assert client.payloads(40) == missed
    later = publish(life, "later", 5)
    assert client.payloads(5) == later


def test_a_restart_is_told_as_a_gap_and_then_all_that_is_held(start: Callable[[], Example], relay: Relay,
                                                              live: Callable[..., Life]) -> None:
    old = live("push_server")
    relay.open(old)
    client = start()
    told = wait_until_it_listens(old, client)
    before = publish(old, "before", 20)
    assert client.payloads(20) == before
    relay.cut()
    old.end()
    new = live("push_server", "--history", "10")
    missed = publish(new, "missed", 30)
    relay.open(new)
    gap = client.next()["gap"]
    assert (gap["topic"], gap["after"], gap["first"]) == ("news", told + 20, 21)
    assert client.payloads(10) == missed[20:]
    relay.cut()
    later = publish(new, "later", 5)
    relay.open(new)
    assert client.payloads(5) == later
