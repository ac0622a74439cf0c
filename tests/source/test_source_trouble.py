"""The source is away, comes back, or is another one: what servers do, and what their clients see."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from pushbench.errors import TrialError

from members.client import KINDS
from members.fixtures import Ending, Follow, Join
from members.nats import Nats
from members.nats_client import NatsClient
from members.server import Server, run
from members.waiting import came, heartbeats_go_on, until


def test_nats_server_may_start_later(ending: Ending, tmp_path: Path) -> None:
    nats = ending(Nats(tmp_path))
    server = ending(Server(nats.source)).start()
    until(lambda: any("waiting for it" in line for line in server.said), "it says so")
    with pytest.raises(TrialError, match="printed no address"):
        server.ready(0)
    nats.start()
    assert server.ready().publish("1") == 1
    until(lambda: server.said[-1].endswith("is there"), "and that it has come")
    assert server.ask("/healthz") == (200, "ok\n")


def test_sigterm_ends_one_that_waits(ending: Ending, tmp_path: Path) -> None:
    server = ending(Server(Nats(tmp_path).source)).start()
    until(lambda: len(server.said) > 0, "it waits")
    assert server.end() == 0


def test_while_nats_server_is_away_nothing_is_lost_and_nothing_comes_twice(join: Join, follow: Follow,
                                                                           nats: Nats) -> None:
    here, there = join(), join()
    followers = [follow(kind, server) for kind in KINDS for server in (here, there)]
    numbers: list[int] = []

    def publish(server: Server, name: str) -> None:
        for count in range(200):
            numbers.append(server.publish(f"{name} {count}"))

    threads = [threading.Thread(target=publish, args=(server, name)) for server, name in ((here, "h"), (there, "t"))]
    for thread in threads:
        thread.start()
    for _ in range(3):
        so_far = len(numbers)
        until(lambda so_far=so_far: len(numbers) >= min(so_far + 30, 400), "some are published")
        nats.kill()
        until(lambda: here.health() == 503, "it is not well")
        heartbeats_go_on(followers)
        nats.start()
        until(lambda: here.health() == 200, "it is well again")
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 401))
    for follower in followers:
        told = came(follower, 400)
        assert [number for number, _ in told] == list(range(1, 401)), follower.kind
        assert len({payload for _, payload in told}) == 400, "nothing comes twice"


def test_a_source_that_stays_away_refuses_in_one_line(join: Join, nats: Nats) -> None:
    server = join("--source-wait", "300ms")
    server.publish("1")
    nats.kill()
    status, line = server.ask("/publish", "2")
    assert (status, line.count("\n")) == (503, 1)
    assert "the source" in line
    until(lambda: server.health() == 503, "and is not well")
    assert "source nats 'NEWS'" in server.ask("/healthz")[1]
    assert server.metric("connected") == 0
    assert server.metric("refused_total") >= 1
    nats.start()
    until(lambda: server.health() == 200, "until it is back")
    assert server.end() == 0


def test_one_that_hangs_is_noticed_and_goes_on(join: Join, follow: Follow, nats: Nats) -> None:
    server = join()
    follower = follow("sse", server)
    server.publish("1")
    nats.halt()
    until(lambda: server.health() == 503, "it is noticed")
    nats.resume()
    until(lambda: server.health() == 200, "it goes on")
    assert server.publish("2") == 2
    assert came(follower, 2) == [(1, "1"), (2, "2")]
    assert server.metric("sessions_total") == 2


def test_what_the_stream_lost_meanwhile_is_a_gap(join: Join, follow: Follow, nats: Nats) -> None:
    server = join("--history", "4")
    follower = follow("sse", server)
    server.publish("1")
    came(follower, 1)
    server.halt()
    other = join("--history", "4")
    for number in range(2, 12):
        other.publish(str(number))
    nats.kill()  # what it had sent to the one that stands still is gone with it
    nats.start()
    until(lambda: other.health() == 200, "it is back")
    server.resume()
    told = came(follower, 5)
    assert told[0] == (1, "1")
    numbers = [number for number, _ in told if number != "gap"]
    assert numbers[-1] == 11 and numbers == sorted(set(numbers))
    assert ("gap", 8) in told or numbers == list(range(1, 12)), told


def test_a_stream_made_anew_ends_the_server(join: Join, nats_client: NatsClient) -> None:
    server = join()
    server.publish("1")
    nats_client.api("STREAM.DELETE.NEWS")
    until(lambda: server.health() == 503, "it is missed")
    nats_client.make_stream("NEWS")
    assert server.process.wait(20) == 1
    until(lambda: any("made anew" in line for line in server.said), "it says why")


def test_a_stream_that_takes_no_more_refuses_and_the_server_says_so(join: Join, follow: Follow,
                                                                    nats_client: NatsClient) -> None:
    nats_client.make_stream("NEWS", max_msgs=3, discard="new")
    server = join()
    follower = follow("sse", server)
    for number in (1, 2, 3):
        server.publish(str(number))
    status, line = server.ask("/publish", "4")
    assert status == 503
    assert "maximum messages exceeded" in line
    assert server.health() == 503
    nats_client.api("STREAM.PURGE.NEWS")
    assert server.publish("5") == 4
    # What was published may come back before it is said that it was stored.
    until(lambda: server.health() == 200, "it is well again")
    assert came(follower, 4) == [(1, "1"), (2, "2"), (3, "3"), (4, "5")]


def test_what_a_user_may_not_do_is_said(ending: Ending, tmp_path: Path) -> None:
    user = {"user": "me", "password": "secret", "permissions": {"publish": {"deny": "NEWS.forbidden"}}}
    nats = ending(Nats(tmp_path, authorization={"users": [user]})).start()
    token = tmp_path / "token"
    token.write_text("me:secret", encoding="utf-8")
    token.chmod(0o600)
    server = ending(Server(nats.source, "--source-wait", "500ms", "--source-token-file", str(token))).start().ready()
    assert server.publish("1") == 1
    assert server.ask("/publish?topic=forbidden", "x")[0] == 503
    status, why = server.ask("/healthz")
    assert status == 503
    assert "NEWS.forbidden" in why and why.count("\n") == 1
    assert server.publish("2") == 2
    assert sum("NEWS.forbidden" in line for line in server.said) == 1, "once, however often it was tried"


def one_line(said: str) -> str:
    assert said.count("\n") == 1, said
    return said


BAD_STREAMS = {
    "the retention": ({"retention": "interest"}, "expected 'limits'"),
    "two subjects": ({"subjects": ["NEWS.*", "OLD.*"]}, "2 subjects"),
    "a subject without topics": ({"subjects": ["NEWS"]}, "the subject 'NEWS'"),
    "a subject that takes what is asked": ({"subjects": ["pushbench.>"]}, "what is asked of servers"),
}


@pytest.mark.parametrize("name", BAD_STREAMS)
def test_a_stream_that_will_not_do_is_one_line(name: str, nats: Nats, nats_client: NatsClient) -> None:
    config, told = BAD_STREAMS[name]
    nats_client.make_stream("NEWS", **config)
    code, said = run("--source", nats.source)
    assert code == 1
    assert told in one_line(said)


def test_a_stream_that_is_not_there_is_one_line(nats: Nats) -> None:
    code, said = run("--source", nats.source)
    assert code == 1
    assert "--source-create" in one_line(said)


def test_a_server_without_jetstream_is_one_line(ending: Ending, tmp_path: Path) -> None:
    nats = ending(Nats(tmp_path, jetstream=False)).start()
    code, said = run("--source", nats.source)
    assert code == 1
    assert "nats-server -js" in one_line(said)


def test_wrong_credentials_are_one_line_and_right_ones_are_read_from_a_file(ending: Ending, tmp_path: Path) -> None:
    nats = ending(Nats(tmp_path, authorization={"user": "me", "password": "secret"})).start()
    token = tmp_path / "token"
    for text, told in (("me:wrong", "uthorization"), ("word", "uthorization")):
        token.write_text(text, encoding="utf-8")
        token.chmod(0o600)
        code, said = run("--source", nats.source, "--source-token-file", str(token))
        assert code == 1
        assert told in one_line(said) and "wrong" not in said.replace(told, "")
    code, said = run("--source", nats.source)
    assert (code, said.count("\n")) == (1, 1)
    token.write_text("me:secret\n", encoding="utf-8")
    server = ending(Server(nats.source, "--source-token-file", str(token))).start().ready()
    assert server.publish("1") == 1
    server.kill()
    token.chmod(0o644)
    assert "chmod 600" in one_line(run("--source", nats.source, "--source-token-file", str(token))[1])


def test_a_file_of_credentials_that_is_none_is_one_line(nats: Nats, tmp_path: Path) -> None:
    bad = tmp_path / "bad.creds"
    bad.write_text("nothing\n", encoding="utf-8")
    for path in (bad, tmp_path / "missing"):
        code, said = run("--source", nats.source, "--source-creds", str(path))
        assert code == 1
        assert str(path) in one_line(said)


@pytest.mark.parametrize(("options", "told"), [
    (["--source", "4222"], "expected nats://HOST:PORT/STREAM"),
    (["--source", "nats://me:secret@127.0.0.1:4222/NEWS"], "--source-token-file"),
    (["--source", "nats://127.0.0.1:4222/a.b"], "letters, digits"),
    (["--source", "nats://127.0.0.1:4222/NEWS", "--fault-drop", "8"], "one of the two"),
    (["--source-create"], "--source"),
])
def test_bad_usage_is_one_line(options: list[str], told: str) -> None:
    code, said = run(*options)
    assert code == 2
    assert told in one_line(said)
    assert "secret" not in said.replace("has a secret", "")


def test_json_of_metrics_names_the_source(join: Join) -> None:
    server = join()
    server.publish("1")
    until(lambda: server.metric("stream_sequence") == 1, "it has come")
    assert server.metric("connected") == 1
    assert server.metric("lag") == 0
    assert json.loads(server.ask("/topics")[1]) == {"default": 1}
