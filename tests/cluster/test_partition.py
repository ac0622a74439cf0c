"""Hosts as network namespaces: the link between one server and the source is cut, and comes back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from members import client as client_program
from members.client import KINDS, Account
from members.fixtures import Ending
from members.nats import Nats
from members.server import Server
from members.waiting import LONGEST_S, heartbeats_go_on, until

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


def within(host: str) -> list[str]:
    return ["ip", "netns", "exec", host]


class Hosted(Server):
    """On a host of its own. It is asked from that host, as its clients are there."""

    def __init__(self, host: str, source: str) -> None:
        super().__init__(source, "--source-wait", "2s", within=within(host))
        self.host = host

    def ask(self, path: str, body: str | None = None, longest_s: float = LONGEST_S) -> tuple[int, str]:
        posted = ["--data-binary", body] if body is not None else []
        done = subprocess.run([*within(self.host), "curl", "-s", "-m", str(longest_s), "-w", "\n%{http_code}", *posted,
                               f"http://{self.admin}{path}"], capture_output=True, text=True, check=False)
        text, _, status = done.stdout.rpartition("\n")
        return int(status), text


class Remote(Account):
    """A client on a server's host."""

    def __init__(self, kind: str, server: Hosted) -> None:
        super().__init__(kind)
        self.process = subprocess.Popen([*within(server.host), sys.executable, client_program.__file__, kind,
                                         server.address], stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            message = json.loads(line)
            if "heartbeats" in message:
                self.heartbeats, self.lost = message["heartbeats"], message["lost"]
                self.is_connected = message["connected"]
            else:
                self.told.append(message)

    def end(self) -> None:
        self.process.kill()
        self.process.wait(LONGEST_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


def test_who_is_cut_off_from_the_source_gets_all_of_it_when_the_cable_is_back(
        hosts: None, ending: Ending, tmp_path: Path) -> None:
    nats = ending(Nats(tmp_path, within=within(SOURCE), host="0.0.0.0")).start()
    near, far = (ending(Hosted(host, nats.source.replace("127.0.0.1", f"10.77.{number}.1"))).start().ready()
                 for number, host in enumerate((NEAR, FAR), 1))
    clients = [ending(Remote(kind, far)) for kind in KINDS]
    until(lambda: all(client.is_connected for client in clients), "all are connected")
    wanted = [f"number {number}" for number in range(40)]
    near.publish(*wanted[:10])
    for client in clients:
        until(lambda one=client: one.payloads == wanted[:10], f"{client.kind} has what came before")
    ip("-n", SOURCE, "link", "set", FAR, "down")
    near.publish(*wanted[10:30])  # the other host goes on
    until(lambda: far.health() == 503, "who is cut off says that it is unwell")
    status, why = far.ask("/publish", "nobody takes it")
    assert status == 503 and len(why.strip().splitlines()) == 1
    heartbeats_go_on(clients)
    assert all(client.payloads == wanted[:10] and client.lost == 0 for client in clients)
    ip("-n", SOURCE, "link", "set", FAR, "up")
    until(lambda: far.health() == 200, "it is well again")
    near.publish(*wanted[30:])
    for client in clients:
        until(lambda one=client: len(one.told) >= 40, f"{client.kind} has all, not {len(client.told)}")
        assert client.payloads == wanted and client.numbers == list(range(1, 41))
