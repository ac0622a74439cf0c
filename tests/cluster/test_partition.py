"""Hosts as network namespaces: the link between one server and the source is cut, and comes back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pushbench.run.processes import Process

from cluster_client import KINDS
from cluster_members import LONGEST_S, STREAM, nats_program, server_program, until

HERE = Path(__file__).parent
# A host's namespace, the ends of its cable to the source, and their addresses. Nothing of it is seen from outside.
SOURCE, NEAR, FAR = (f"pb{os.getpid() % 10000}{name}" for name in "snf")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def hosts() -> Iterator[None]:
    if os.geteuid() != 0 or shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None:
        pytest.skip("needs root and ip, to make network namespaces")
    try:
        ip("netns", "add", SOURCE)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"needs network namespaces: {error.stderr.decode().strip()}")
    try:
        ip("-n", SOURCE, "link", "set", "lo", "up")
        for number, host in enumerate((NEAR, FAR), 1):
            ip("netns", "add", host)
            ip("-n", host, "link", "set", "lo", "up")
            ip("-n", SOURCE, "link", "add", host, "type", "veth", "peer", "name", "cable", "netns", host)
            for where, end, address in ((SOURCE, host, 1), (host, "cable", 2)):
                ip("-n", where, "address", "add", f"10.77.{number}.{address}/24", "dev", end)
                ip("-n", where, "link", "set", end, "up")
        yield
    finally:
        for host in (SOURCE, NEAR, FAR):
            subprocess.run(["ip", "netns", "del", host], check=False, capture_output=True)


def within(host: str, *command: str) -> list[str]:
    return ["ip", "netns", "exec", host, *command]


class Server:
    """A push_server on a host of its own. It is asked from that host, as its clients are there."""

    def __init__(self, host: str, number: int) -> None:
        self.host = host
        self.process = Process(within(host, server_program(), "--listen", "127.0.0.1:8080", "--admin", "127.0.0.1:9080",
                                      "--source", f"nats://10.77.{number}.1:4222/{STREAM}", "--source-create",
                                      "--source-wait", "2s", "--heartbeat", "1s"), "push_server")
        self.process.read_json_line(LONGEST_S)

    def ask(self, path: str, body: str | None = None) -> tuple[int, str]:
        posted = ["--data-binary", body] if body is not None else []
        done = subprocess.run(within(self.host, "curl", "-s", "-w", "\n%{http_code}", *posted,
                                     f"http://127.0.0.1:9080{path}"), capture_output=True, text=True, check=False)
        text, _, status = done.stdout.rpartition("\n")
        return int(status), text


class Remote:
    """A client on a server's host."""

    def __init__(self, host: str, kind: str) -> None:
        self.kind = kind
        self.told: list[dict[str, Any]] = []
        self.status: dict[str, Any] = {"heartbeats": 0, "connected": False}
        self.process = subprocess.Popen(within(host, sys.executable, str(HERE / "cluster_client.py"), kind,
                                               "127.0.0.1:8080"), stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            message = json.loads(line)
            if "heartbeats" in message:
                self.status = message
            else:
                self.told.append(message)

    @property
    def payloads(self) -> list[str]:
        return [each.get("payload", "a gap") for each in self.told]

    def end(self) -> None:
        self.process.kill()
        self.process.wait(LONGEST_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def ending() -> Iterator[list[Callable[[], Any]]]:
    ends: list[Callable[[], Any]] = []
    yield ends
    for end in reversed(ends):
        end()


def test_who_is_cut_off_from_the_source_gets_all_of_it_when_the_cable_is_back(
        hosts: None, ending: list[Callable[[], Any]], tmp_path: Path) -> None:
    config = tmp_path / "nats.conf"
    config.write_text(json.dumps({"listen": "0.0.0.0:4222", "jetstream": {"store_dir": str(tmp_path / "store")}}))
    nats = Process(within(SOURCE, nats_program(), "-c", str(config)), "nats-server")
    ending.append(nats.stop)
    near, far = Server(NEAR, 1), Server(FAR, 2)
    ending += [near.process.stop, far.process.stop]
    clients = [Remote(FAR, kind) for kind in KINDS]
    ending += [client.end for client in clients]
    until(lambda: all(client.status["connected"] for client in clients), "all are connected")
    wanted = [f"number {number}" for number in range(40)]

    def publish(texts: list[str]) -> None:
        for text in texts:
            assert near.ask("/publish", text)[0] == 200

    publish(wanted[:10])
    for client in clients:
        until(lambda one=client: one.payloads == wanted[:10], f"{client.kind} has what came before")
    ip("-n", SOURCE, "link", "set", FAR, "down")
    publish(wanted[10:30])  # the other host goes on
    until(lambda: far.ask("/healthz")[0] == 503, "who is cut off says that it is unwell")
    status, why = far.ask("/publish", "nobody takes it")
    assert status == 503 and len(why.strip().splitlines()) == 1
    before = [client.status["heartbeats"] for client in clients]
    until(lambda: all(client.status["heartbeats"] > was for client, was in zip(clients, before, strict=True)),
          "heartbeats go on")
    assert all(client.payloads == wanted[:10] for client in clients)
    ip("-n", SOURCE, "link", "set", FAR, "up")
    until(lambda: far.ask("/healthz")[0] == 200, "it is well again")
    publish(wanted[30:])
    for client in clients:
        until(lambda one=client: len(one.told) >= 40, f"{client.kind} has all, not {len(client.told)}")
        assert client.payloads == wanted and [each["seq"] for each in client.told] == list(range(1, 41))
