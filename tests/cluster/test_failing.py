"""What breaks in a cluster, and what clients see of it: nothing lost, nothing doubled, and no gap where none is."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster_client import KINDS, Client
from cluster_members import Member, Nats, until

Join = Callable[..., Member]
Follow = Callable[..., Client]


class Publisher:
    """Publishes numbered texts on several servers in turn, whatever becomes of them. Who was not answered by 200 may
    have been taken all the same."""

    def __init__(self, *members: Member) -> None:
        self._members, self._over = members, threading.Event()
        self.sent: list[str] = []
        self.taken: list[str] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            text = f"number {len(self.sent)}"
            self.sent.append(text)
            if self._members[len(self.sent) % len(self._members)].ask("POST", "/publish", text, 20.0)[0] == 200:
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


def test_servers_that_are_killed_one_after_another(nats: Nats, join: Join, follow: Follow) -> None:
    nats.start()
    members = [join() for _ in range(3)]
    clients = [follow(kind, *members[place:], *members[:place]) for place, kind in enumerate(KINDS)]
    publisher = Publisher(*members)
    for member in members:
        publisher.wait_for(30)
        member.kill()
        publisher.wait_for(30)
        member.start()
        publisher.wait_for(30)
    publisher.end()
    hold_to_account(publisher, clients)
    assert all(client.lost for client in clients)


def test_a_nats_server_that_is_killed_and_comes_back(nats: Nats, join: Join, follow: Follow) -> None:
    nats.start()
    members = [join("--source-wait", "2s") for _ in range(2)]
    clients = [follow(kind, member) for kind in KINDS for member in members]
    publisher = Publisher(*members)
    for _ in range(2):
        publisher.wait_for(50)
        nats.kill()
        for member in members:
            until(lambda one=member: one.health() == 503, "a server says that it is unwell")
            status, why = member.ask("GET", "/healthz")
            assert status == 503 and len(why.strip().splitlines()) == 1 and "NATS" in why.upper()
        before = [client.heartbeats for client in clients]
        until(lambda: all(client.heartbeats > was for client, was in zip(clients, before, strict=True)),
              "all clients have heartbeats")
        nats.start()
        for member in members:
            until(lambda one=member: one.health() == 200, "a server is well")
    publisher.wait_for(50)
    publisher.end()
    hold_to_account(publisher, clients)
    assert all(client.lost == 0 for client in clients), "heartbeats went on, so nobody had to come back"


def test_a_source_that_is_away_refuses_with_a_reason(nats: Nats, join: Join) -> None:
    nats.start()
    member = join("--source-wait", "1s")
    nats.kill()
    until(lambda: member.health() == 503, "it says that it is unwell")
    status, why = member.ask("POST", "/publish", "nobody takes it")
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


def fill(member: Member, most: int) -> tuple[int, tuple[int, str]]:
    """How many were taken until one was not, and what was said then."""
    taken = 0
    while (answer := member.ask("POST", "/publish", f"{taken} {'x' * 50_000}"))[0] == 200:
        taken += 1
        assert taken < most
    return taken, answer


def test_a_disk_that_is_full(small_disk: Path, follow: Follow) -> None:
    """JetStream does not know of it before it writes, and then turns itself off until it is started anew."""
    nats = Nats(small_disk, max_file_store=100_000_000).start()
    members = [Member(nats.source, "--source-wait", "1s").start() for _ in range(2)]
    try:
        clients = [follow(kind, members[1]) for kind in KINDS]
        taken, answer = fill(members[0], 70)
        assert answer[0] == 503 and len(answer[1].strip().splitlines()) == 1, answer
        until(lambda: all(member.health() == 503 for member in members), "all say that they are unwell")
        before = [client.heartbeats for client in clients]
        until(lambda: all(client.heartbeats > was for client, was in zip(clients, before, strict=True)),
              "heartbeats go on")
        nats.kill()
        subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
        nats.start()
        until(lambda: members[0].ask("POST", "/publish", "there is room again")[0] == 200, "it takes some again")
        for client in clients:
            until(lambda one=client: "there is room again" in one.payloads, f"{client.kind} has it")
            assert client.numbers == list(range(1, len(client.numbers) + 1)) and "a gap" not in client.payloads
            assert [text.split()[0] for text in client.payloads[:taken]] == [str(each) for each in range(taken)]
            assert client.lost == 0
    finally:
        for member in members:
            member.end()
        nats.end()


def test_a_jetstream_whose_store_is_full(nats: Nats, join: Join, follow: Follow) -> None:
    """What was taken stays, what is not taken is refused with a reason, and when there is room all goes on."""
    nats.more = {"max_file_store": 2_000_000}
    nats.start()
    members = [join("--source-wait", "1s") for _ in range(2)]
    clients = [follow(kind, members[1]) for kind in KINDS]
    taken, answer = fill(members[0], 50)
    assert answer[0] == 503 and len(answer[1].strip().splitlines()) == 1, answer
    before = [client.heartbeats for client in clients]
    until(lambda: all(client.heartbeats > was for client, was in zip(clients, before, strict=True)), "heartbeats go on")
    nats.kill()
    nats.more = {"max_file_store": 50_000_000}
    nats.start()
    until(lambda: members[0].ask("POST", "/publish", "there is room again")[0] == 200, "it takes some again")
    for client in clients:
        until(lambda one=client: "there is room again" in one.payloads, f"{client.kind} has it")
        assert client.numbers == list(range(1, len(client.numbers) + 1)) and "a gap" not in client.payloads
        assert [text.split()[0] for text in client.payloads[:taken]] == [str(number) for number in range(taken)]
