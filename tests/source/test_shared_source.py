"""Several servers on one stream of NATS: what is published on any of them reaches the clients of all."""

from __future__ import annotations

import json
import socket
import threading
import urllib.request

import pytest

from members.client import KINDS
from members.fixtures import Follow, Join
from members.nats import Nats
from members.nats_client import NatsClient
from members.server import Server
from members.waiting import came, until


def life(server: Server) -> str:
    with urllib.request.urlopen(f"http://{server.address}/poll?empty=200", None, 10) as answer:
        epoch: str = json.loads(answer.read())["cursor"].partition("-")[0]
        return epoch


def test_what_is_published_on_one_reaches_every_transport_of_the_other_under_one_cursor(join: Join,
                                                                                        follow: Follow) -> None:
    here, there = join(), join()
    followers = [follow(kind, server) for kind in KINDS for server in (here, there)]
    assert [here.publish(f"p {number}") for number in (1, 2, 3)] == [1, 2, 3]
    assert there.publish("p 4") == 4
    for follower in followers:
        assert came(follower, 4) == [(number, f"p {number}") for number in (1, 2, 3, 4)]
    assert len({follower.cursor for follower in followers}) == 1, "one life, and one number"


@pytest.mark.parametrize("program", ["sse_server", "websocket_server", "polling_server"])
def test_each_server_has_it(program: str, join: Join, follow: Follow) -> None:
    server, other = join(program=program), join()
    follower = follow({"sse_server": "sse", "websocket_server": "websocket"}.get(program, "long-poll"), server)
    other.publish("hello")
    assert came(follower, 1) == [(1, "hello")]


@pytest.mark.parametrize("kind", KINDS)
def test_who_starts_late_replays_and_a_cursor_moves_there(kind: str, join: Join, follow: Follow) -> None:
    first = join()
    follower = follow(kind, first)
    for number in range(1, 31):
        first.publish(str(number))
    came(follower, 30)
    follower.end()
    first.kill()
    late = join()
    late.publish("31")
    assert late.ask("/topics")[1] == '{"default":31}'
    moved = follow(kind, late, cursor=follower.cursor.replace("-30", "-20"))
    assert came(moved, 11) == [(number, str(number)) for number in range(21, 32)], "no gap, and nothing twice"


def test_two_who_publish_to_one_topic_at_once_give_each_number_once(join: Join, follow: Follow,
                                                                    nats_client: NatsClient) -> None:
    servers = [join(), join(), join()]
    numbers: list[int] = []

    def publish(server: Server, name: str) -> None:
        for count in range(50):
            numbers.append(server.publish(f"{name} {count}"))

    threads = [threading.Thread(target=publish, args=(server, str(place)))
               for place, server in enumerate(servers) for _ in range(2)]
    follower = follow("sse", servers[0])
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 301))
    assert [number for number, _ in came(follower, 300)] == list(range(1, 301))
    assert [message["Pushbench-Seq"] for message in nats_client.messages("NEWS")] == [str(n) for n in range(1, 301)]
    assert sum(server.metric("conflicts_total") for server in servers) > 0, "they did meet"


@pytest.mark.parametrize("topic", ["a.b", "*", "50%25", "%C3%BC", "a%20b"])
def test_a_topic_may_have_any_name(topic: str, join: Join, follow: Follow) -> None:
    here, there = join(), join()
    follower = follow("sse", there, topic=topic)
    here.publish("x", topic=topic)
    assert came(follower, 1) == [(1, "x")]


def test_a_nats_client_publishes_by_asking(join: Join, follow: Follow, nats_client: NatsClient) -> None:
    servers = [join(), join()]
    follower = follow("sse", servers[1])
    assert nats_client.ask("pushbench.NEWS.publish.default", "from NATS") == {"seq": 1}
    assert nats_client.ask("pushbench.NEWS.publish.default", "once more") == {"seq": 2}
    assert "bad topic" in nats_client.ask("pushbench.NEWS.publish.%41", "x")["error"]
    assert came(follower, 2) == [(1, "from NATS"), (2, "once more")]


def test_what_no_server_has_numbered_is_passed_over_and_counted(join: Join, follow: Follow,
                                                                nats_client: NatsClient) -> None:
    server = join()
    follower = follow("sse", server)
    server.publish("one")
    nats_client.publish("NEWS.default", "raw")
    nats_client.publish("NEWS.default", "a lie", {"Pushbench-Seq": "99"})
    nats_client.publish("NEWS.default", "once more", {"Pushbench-Seq": "1"})
    nats_client.publish("NEWS.%41", "no name", {"Pushbench-Seq": "1"})
    until(lambda: server.metric("ignored_total") == 4, "four are counted")
    assert server.publish("two") == 2
    assert came(follower, 2) == [(1, "one"), (2, "two")]
    until(lambda: any("passed over" in line for line in server.said), "it says so")


def test_a_server_without_a_topic_any_more_gives_no_number_twice(join: Join, nats_client: NatsClient) -> None:
    first = join()
    for number in range(5):
        first.publish(str(number))
    nats_client.api("STREAM.PURGE.NEWS")
    assert first.publish("here it is known") == 6
    nats_client.api("STREAM.PURGE.NEWS")
    second = join()
    assert second.publish("there it is not") == 7, "behind all that the stream ever held"
    until(lambda: first.ask("/topics")[1] == '{"default":7}', "both know")


def test_clients_come_and_go_while_a_publication_is_on_its_way(join: Join, follow: Follow, nats: Nats) -> None:
    """The client of POST /publish leaves before the source has answered."""
    server = join()
    server.publish("1")
    nats.kill()
    host, _, port = server.admin.rpartition(":")
    for _ in range(3):
        with socket.create_connection((host, int(port))) as leaving:
            leaving.sendall(f"POST /publish HTTP/1.1\r\nHost: {server.admin}\r\nContent-Length: 1\r\n\r\nx".encode())
            until(lambda: server.metric("waiting") > 0, "it waits")
    until(lambda: server.metric("waiting") == 3, "the three wait")
    nats.start()
    follower = follow("sse", server, cursor="1")
    assert came(follower, 3) == [(2, "x"), (3, "x"), (4, "x")]
    assert server.publish("5") == 5


def test_a_limit_of_the_stream_shows_as_a_gap_where_history_is_lost(join: Join, follow: Follow) -> None:
    first = join("--history", "10")
    for number in range(1, 31):
        first.publish(str(number))
    late = join("--history", "10")
    for server in (first, late):
        follower = follow("sse", server, cursor=f"{life(server)}-5")
        assert came(follower, 11) == [("gap", 21), *((number, str(number)) for number in range(21, 31))]
