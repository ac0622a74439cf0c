"""Polling goes on by its table on whatever connection there is (RFC 9112 §9.3, §9.6)."""

import threading

import pytest

from peers import Connection, Measured, Peer, poll_answer

POLLS = ("--connections", "2", "--duration", "2s", "--poll-interval", "100ms", "--drain", "0s")


class Log:
    """What polls are told: one more each time, the same for all that ask for what comes after one number."""

    def __init__(self) -> None:
        self.asked = 0
        self._lock = threading.Lock()

    def next(self, target: str) -> list[int]:
        with self._lock:
            self.asked += 1
        after = int(target.partition("after=")[2].partition("&")[0] or 0)
        return [after + 1]


def assert_asked_by_the_table(log: Log, one: Measured) -> None:
    """Two clients, twenty turns each, a few before and behind. A turn that came while an answer was out is left out."""
    assert 30 <= log.asked + one.result["skipped_polls"] <= 70


def measured(serve, folder, *more):
    with Peer(serve) as peer:
        return Measured(peer, folder, "short-poll", *POLLS, *more), peer


def test_a_server_that_closes_after_each_answer(tmp_path):
    log = Log()

    def serve(c: Connection) -> None:
        if request := c.request():
            c.send(poll_answer(log.next(request.target), "Connection: close"))

    one, peer = measured(serve, tmp_path)
    assert one.exit_code == 0
    assert peer.connections >= log.asked
    assert_asked_by_the_table(log, one)
    assert one.result["connect"]["reconnects"] == 0
    assert not one.wrong() & {"silent", "reconnects", "connect_failures", "deliveries"}


def test_a_server_that_closes_without_saying_so(tmp_path):
    log = Log()

    def serve(c: Connection) -> None:
        if request := c.request():
            c.send(poll_answer(log.next(request.target)))

    one, _ = measured(serve, tmp_path)
    assert_asked_by_the_table(log, one)
    assert one.result["connect"]["reconnects"] == 0


@pytest.mark.parametrize("polls", [1, 5])
def test_a_connection_that_is_closed_once(polls, tmp_path):
    log = Log()

    def serve(c: Connection) -> None:
        kept = polls if c.number <= 2 else 1_000
        for _ in range(kept):
            if not (request := c.request()):
                return
            c.send(poll_answer(log.next(request.target)))

    one, peer = measured(serve, tmp_path)
    assert peer.connections == 4
    assert_asked_by_the_table(log, one)
    assert not one.wrong() & {"silent", "reconnects"}


def test_an_answer_that_never_came_is_asked_for_again(tmp_path):
    log = Log()

    def serve(c: Connection) -> None:
        while request := c.request():
            if log.asked == 10:
                log.next(request.target)
                return
            c.send(poll_answer(log.next(request.target)))

    one, peer = measured(serve, tmp_path)
    assert peer.connections == 3
    assert_asked_by_the_table(log, one)
    assert one.result["lost"] == 0


@pytest.mark.parametrize("transport", ["long-poll", "short-poll", "sse", "websocket"])
@pytest.mark.parametrize("reads", [False, True], ids=["at-once", "after-the-request"])
def test_a_server_that_only_takes_connections_is_a_failure(transport, reads, tmp_path):
    """By whatever transport, and also where the first poll is parked, so that who asks counts as subscribed."""

    def serve(c: Connection) -> None:
        if reads:
            c.request()

    with Peer(serve) as peer:
        scheme = "ws" if transport == "websocket" else "http"
        peer.target = f"{scheme}://{peer.target}/x"
        one = Measured(peer, tmp_path, transport, "--connections", "5", "--duration", "5s", "--drain", "0s")
    assert one.exit_code == 1
    assert one.stderr.count("\n") == 1 and peer.target.split("/")[2] in one.stderr, one.stderr
