"""Several servers on one stream of NATS: what is published on any of them reaches the clients of all."""

from __future__ import annotations

import json
import socket
import threading
import urllib.request
from collections.abc import Callable

import pytest

from nats_server import Nats, NatsServer
from sharing import Follower, Server, until

Serve = Callable[..., Server]
KINDS = ("sse", "websocket", "poll")


def life(server: Server) -> str:
    with urllib.request.urlopen(f"http://{server.listening}/poll?empty=200", None, 10) as answer:
        epoch: str = json.loads(answer.read())["cursor"].partition("-")[0]
        return epoch


def test_what_is_published_on_one_reaches_every_transport_of_the_other_under_one_cursor(serve: Serve) -> None:
    here, there = serve().ready(), serve().ready()
    followers = [Follower(kind, server) for kind in KINDS for server in (here, there)]
    assert [here.publish(f"p {number}") for number in (1, 2, 3)] == [1, 2, 3]
    assert there.publish("p 4") == 4
    for follower in followers:
        assert follower.wait(4) == [(number, f"p {number}") for number in (1, 2, 3, 4)]
    assert len({follower.cursor for follower in followers}) == 1, "one life, and one number"


@pytest.mark.parametrize("program", ["sse_server", "websocket_server", "polling_server"])
def test_each_server_has_it(program: str, serve: Serve) -> None:
    server, other = serve(program=program).ready(), serve().ready()
    follower = Follower({"sse_server": "sse", "websocket_server": "websocket"}.get(program, "poll"), server)
    other.publish("hello")
    assert follower.wait(1) == [(1, "hello")]


@pytest.mark.parametrize("kind", KINDS)
def test_who_starts_late_replays_and_a_cursor_moves_there(kind: str, serve: Serve) -> None:
    first = serve().ready()
    follower = Follower(kind, first)
    for number in range(1, 31):
        first.publish(str(number))
    follower.wait(30)
    first.kill()
    late = serve().ready()
    late.publish("31")
    assert late.ask("/topics")[1] == '{"default":31}'
    moved = Follower(kind, late, follower.cursor.replace("-30", "-20"))
    assert moved.wait(11) == [(number, str(number)) for number in range(21, 32)], "no gap, and nothing twice"


def test_two_who_publish_to_one_topic_at_once_give_each_number_once(serve: Serve, client: Nats) -> None:
    servers = [serve().ready(), serve().ready(), serve().ready()]
    numbers: list[int] = []

    def publish(server: Server, name: str) -> None:
        for count in range(50):
            numbers.append(server.publish(f"{name} {count}"))

    threads = [threading.Thread(target=publish, args=(server, str(place)))
               for place, server in enumerate(servers) for _ in range(2)]
    follower = Follower("sse", servers[0])
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 301))
    assert [number for number, _ in follower.wait(300)] == list(range(1, 301))
    assert [message["Pushbench-Seq"] for message in client.messages("NEWS")] == [str(n) for n in range(1, 301)]
    assert sum(server.metric("conflicts_total") for server in servers) > 0, "they did meet"


@pytest.mark.parametrize("topic", ["a.b", "*", "50%25", "%C3%BC", "a%20b"])
def test_a_topic_may_have_any_name(topic: str, serve: Serve) -> None:
    here, there = serve().ready(), serve().ready()
    follower = Follower("sse", there, topic=topic)
    here.publish("x", topic)
    assert follower.wait(1) == [(1, "x")]


def test_a_nats_client_publishes_by_asking(serve: Serve, client: Nats) -> None:
    servers = [serve().ready(), serve().ready()]
    follower = Follower("sse", servers[1])
    assert client.ask("pushbench.NEWS.publish.default", "from NATS") == {"seq": 1}
    assert client.ask("pushbench.NEWS.publish.default", "once more") == {"seq": 2}
    assert "bad topic" in client.ask("pushbench.NEWS.publish.%41", "x")["error"]
    assert follower.wait(2) == [(1, "from NATS"), (2, "once more")]


def test_what_no_server_has_numbered_is_passed_over_and_counted(serve: Serve, client: Nats) -> None:
    server = serve().ready()
    follower = Follower("sse", server)
    server.publish("one")
    client.publish("NEWS.default", "raw")
    client.publish("NEWS.default", "a lie", {"Pushbench-Seq": "99"})
    client.publish("NEWS.default", "once more", {"Pushbench-Seq": "1"})
    client.publish("NEWS.%41", "no name", {"Pushbench-Seq": "1"})
    until(lambda: server.metric("ignored_total") == 4, "four are counted")
    assert server.publish("two") == 2
    assert follower.wait(2) == [(1, "one"), (2, "two")]
    until(lambda: any("passed over" in line for line in server.said), "it says so")


def test_a_server_without_a_topic_any_more_gives_no_number_twice(serve: Serve, client: Nats) -> None:
    first = serve().ready()
    for number in range(5):
        first.publish(str(number))
    client.api("STREAM.PURGE.NEWS")
    assert first.publish("here it is known") == 6
    client.api("STREAM.PURGE.NEWS")
    second = serve().ready()
    assert second.publish("there it is not") == 7, "behind all that the stream ever held"
    until(lambda: first.ask("/topics")[1] == '{"default":7}', "both know")


def test_clients_come_and_go_while_a_publication_is_on_its_way(serve: Serve, nats: NatsServer) -> None:
    """The client of POST /publish leaves before the source has answered."""
    server = serve().ready()
    server.publish("1")
    nats.kill()
    host, _, port = server.admin.rpartition(":")
    for _ in range(3):
        with socket.create_connection((host, int(port))) as leaving:
            leaving.sendall(f"POST /publish HTTP/1.1\r\nHost: {server.admin}\r\nContent-Length: 1\r\n\r\nx".encode())
            until(lambda: server.metric("waiting") > 0, "it waits")
    until(lambda: server.metric("waiting") == 3, "the three wait")
    nats.start()
    follower = Follower("sse", server, "1")
    assert follower.wait(3) == [(2, "x"), (3, "x"), (4, "x")]
    assert server.publish("5") == 5


def test_a_limit_of_the_stream_shows_as_a_gap_where_history_is_lost(serve: Serve) -> None:
    first = serve("--history", "10").ready()
    for number in range(1, 31):
        first.publish(str(number))
    late = serve("--history", "10").ready()
    for server in (first, late):
        told = Follower("sse", server, f"{life(server)}-5").wait(11)
        assert told == [("gap", 21), *((number, str(number)) for number in range(21, 31))]
