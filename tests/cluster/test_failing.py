"""What breaks in a cluster, and what clients see of it: nothing lost, nothing doubled, and no gap where none is."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from members.client import KINDS, Client
from members.fixtures import Ending, Follow, Join
from members.nats import Nats
from members.server import Server
from members.waiting import heartbeats_go_on, until


class Publisher:
    """Publishes numbered texts on several servers in turn, whatever becomes of them. Who was not answered by 200 may
    have been taken all the same."""

    def __init__(self, *servers: Server) -> None:
        self._servers, self._over = servers, threading.Event()
        self.sent: list[str] = []
        self.taken: list[str] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            text = f"number {len(self.sent)}"
            self.sent.append(text)
            if self._servers[len(self.sent) % len(self._servers)].ask("/publish", text, 20.0)[0] == 200:
                self.taken.append(text)
            time.sleep(0.002)

    def wait_for(self, more: int) -> None:
        wanted = len(self.taken) + more
        until(lambda: len(self.taken) >= wanted, f"{wanted} are published, not {len(self.taken)}")

    def end(self) -> None:
        self._over.set()
        self._thread.join(30)


def hold_to_account(publisher: Publisher, clients: list[Client]) -> None:
    """All that was taken came to each client, once and in order; all of them have the same."""
    last = publisher.taken[-1]
    for client in clients:
        until(lambda one=client: last in one.payloads, f"{client.kind} has {last}")
    for client in clients:
        assert "a gap" not in client.payloads
        assert client.numbers == list(range(client.numbers[0], client.numbers[0] + len(client.numbers))), client.kind
        assert len(set(client.payloads)) == len(client.payloads)
        assert set(publisher.taken) <= set(client.payloads) <= set(publisher.sent)
    shortest = min(len(client.payloads) for client in clients)
    assert len({tuple(client.payloads[:shortest]) for client in clients}) == 1


def test_servers_that_are_killed_one_after_another(join: Join, follow: Follow) -> None:
    servers = [join() for _ in range(3)]
    clients = [follow(kind, *servers[place:], *servers[:place]) for place, kind in enumerate(KINDS)]
    publisher = Publisher(*servers)
    for server in servers:
        publisher.wait_for(30)
        server.kill()
        publisher.wait_for(30)
        server.start().ready()
        publisher.wait_for(30)
    publisher.end()
    hold_to_account(publisher, clients)
    assert all(client.lost for client in clients)


def test_a_nats_server_that_is_killed_and_comes_back(nats: Nats, join: Join, follow: Follow) -> None:
    servers = [join("--source-wait", "2s") for _ in range(2)]
    clients = [follow(kind, server) for kind in KINDS for server in servers]
    publisher = Publisher(*servers)
    for _ in range(2):
        publisher.wait_for(50)
        nats.kill()
        for server in servers:
            until(lambda one=server: one.health() == 503, "a server says that it is unwell")
            status, why = server.ask("/healthz")
            assert status == 503 and len(why.strip().splitlines()) == 1 and "NATS" in why.upper()
        heartbeats_go_on(clients)
        nats.start()
        for server in servers:
            until(lambda one=server: one.health() == 200, "a server is well")
    publisher.wait_for(50)
    publisher.end()
    hold_to_account(publisher, clients)
    assert all(client.lost == 0 for client in clients), "heartbeats went on, so nobody had to come back"


def test_a_source_that_is_away_refuses_with_a_reason(nats: Nats, join: Join) -> None:
    server = join("--source-wait", "1s")
    nats.kill()
    until(lambda: server.health() == 503, "it says that it is unwell")
    status, why = server.ask("/publish", "nobody takes it")
    assert status == 503 and len(why.strip().splitlines()) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Three megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True,
                             text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"needs root, to make a small disk: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(server: Server, most: int) -> tuple[int, tuple[int, str]]:
    """How many were taken until one was not, and what was said then."""
    taken = 0
    while (answer := server.ask("/publish", f"{taken} {'x' * 50_000}"))[0] == 200:
        taken += 1
        assert taken < most
    return taken, answer


def takes_some_again(server: Server, clients: list[Client], taken: int) -> None:
    """And all that it took before has come to each client, once and in order."""
    until(lambda: server.ask("/publish", "there is room again")[0] == 200, "it takes some again")
    for client in clients:
        until(lambda one=client: "there is room again" in one.payloads, f"{client.kind} has it")
        assert client.numbers == list(range(1, len(client.numbers) + 1)) and "a gap" not in client.payloads
        assert [text.split()[0] for text in client.payloads[:taken]] == [str(number) for number in range(taken)]


def test_a_disk_that_is_full(small_disk: Path, ending: Ending, follow: Follow) -> None:
    """JetStream does not know of it before it writes, and then turns itself off until it is started anew."""
    nats = ending(Nats(small_disk, {"max_file_store": 100_000_000})).start()
    servers = [ending(Server(nats.source, "--source-wait", "1s")).start().ready() for _ in range(2)]
    clients = [follow(kind, servers[1]) for kind in KINDS]
    taken, answer = fill(servers[0], 70)
    assert answer[0] == 503 and len(answer[1].strip().splitlines()) == 1, answer
    until(lambda: all(server.health() == 503 for server in servers), "all say that they are unwell")
    heartbeats_go_on(clients)
    nats.kill()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    nats.start()
    takes_some_again(servers[0], clients, taken)
    assert all(client.lost == 0 for client in clients)


def start_anew(nats: Nats, room: int) -> None:
    nats.kill()
    nats.limits = {"max_file_store": room}
    nats.start()


def test_a_jetstream_whose_store_is_full(nats: Nats, join: Join, follow: Follow) -> None:
    """What was taken stays, what is not taken is refused with a reason, and when there is room all goes on."""
    start_anew(nats, 2_000_000)
    servers = [join("--source-wait", "1s") for _ in range(2)]
    clients = [follow(kind, servers[1]) for kind in KINDS]
    taken, answer = fill(servers[0], 50)
    assert answer[0] == 503 and len(answer[1].strip().splitlines()) == 1, answer
    heartbeats_go_on(clients)
    start_anew(nats, 50_000_000)
    takes_some_again(servers[0], clients, taken)
