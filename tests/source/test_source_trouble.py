"""The source is away, comes back, or is another one: what servers do, and what their clients see."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from nats_server import Nats, NatsServer
from sharing import Follower, Server, run, until

Serve = Callable[..., Server]


def test_nats_server_may_start_later(tmp_path: Path) -> None:
    nats = NatsServer(tmp_path / "store")
    server = Server("--source", nats.url("NEWS"), "--source-create")
    try:
        until(lambda: any("waiting for it" in line for line in server.said), "it says so")
        assert not server.is_ready()
        nats.start()
        assert server.ready().publish("1") == 1
        until(lambda: server.said[-1].endswith("is there"), "and that it has come")
        assert server.ask("/healthz") == (200, "ok\n")
    finally:
        server.kill()
        nats.kill()


def test_sigterm_ends_one_that_waits(tmp_path: Path) -> None:
    server = Server("--source", NatsServer(tmp_path).url("NEWS"))
    until(lambda: len(server.said) > 0, "it waits")
    assert server.end() == 0


def test_while_nats_server_is_away_nothing_is_lost_and_nothing_comes_twice(serve: Serve, nats: NatsServer,
                                                                           client: Nats) -> None:
    here, there = serve("--heartbeat", "200ms").ready(), serve("--heartbeat", "200ms").ready()
    followers = [Follower(kind, server) for kind in ("sse", "websocket", "poll") for server in (here, there)]
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
        until(lambda: here.ask("/healthz")[0] == 503, "it is not well")
        heartbeats = followers[0].heartbeats
        until(lambda heartbeats=heartbeats: followers[0].heartbeats > heartbeats, "heartbeats go on")
        nats.start()
        until(lambda: here.ask("/healthz")[0] == 200, "it is well again")
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 401))
    for follower in followers:
        came = follower.wait(400)
        assert [number for number, _ in came] == list(range(1, 401)), follower.kind
        assert len({payload for _, payload in came}) == 400, "nothing comes twice"


def test_a_source_that_stays_away_refuses_in_one_line(serve: Serve, nats: NatsServer) -> None:
    server = serve("--source-wait", "300ms").ready()
    server.publish("1")
    nats.kill()
    status, line = server.ask("/publish", "2")
    assert (status, line.count("\n")) == (503, 1)
    assert "the source" in line
    until(lambda: server.ask("/healthz")[0] == 503, "and is not well")
    assert "source nats 'NEWS'" in server.ask("/healthz")[1]
    assert server.metric("connected") == 0
    assert server.metric("refused_total") >= 1
    nats.start()
    until(lambda: server.ask("/healthz")[0] == 200, "until it is back")
    assert server.end() == 0


def test_one_that_hangs_is_noticed_and_goes_on(serve: Serve, nats: NatsServer) -> None:
    server = serve().ready()
    follower = Follower("sse", server)
    server.publish("1")
    assert nats.process is not None
    nats.process.send_signal(signal.SIGSTOP)
    until(lambda: server.ask("/healthz")[0] == 503, "it is noticed")
    nats.process.send_signal(signal.SIGCONT)
    until(lambda: server.ask("/healthz")[0] == 200, "it goes on")
    assert server.publish("2") == 2
    assert follower.wait(2) == [(1, "1"), (2, "2")]
    assert server.metric("sessions_total") == 2


def test_what_the_stream_lost_meanwhile_is_a_gap(serve: Serve, nats: NatsServer) -> None:
    server = serve("--history", "4").ready()
    follower = Follower("sse", server)
    server.publish("1")
    follower.wait(1)
    server.process.send_signal(signal.SIGSTOP)
    other = serve("--history", "4").ready()
    for number in range(2, 12):
        other.publish(str(number))
    nats.kill()  # what it had sent to the one that stands still is gone with it
    nats.start()
    until(lambda: other.ask("/healthz")[0] == 200, "it is back")
    server.process.send_signal(signal.SIGCONT)
    came = follower.wait(5)
    assert came[0] == (1, "1")
    numbers = [number for number, _ in came if number != "gap"]
    assert numbers[-1] == 11 and numbers == sorted(set(numbers))
    assert ("gap", 8) in came or numbers == list(range(1, 12)), came


def test_a_stream_made_anew_ends_the_server(serve: Serve, client: Nats) -> None:
    server = serve().ready()
    server.publish("1")
    client.api("STREAM.DELETE.NEWS")
    until(lambda: server.ask("/healthz")[0] == 503, "it is missed")
    client.make_stream("NEWS")
    assert server.process.wait(20) == 1
    until(lambda: any("made anew" in line for line in server.said), "it says why")


def test_a_stream_that_takes_no_more_refuses_and_the_server_says_so(serve: Serve, client: Nats) -> None:
    client.make_stream("NEWS", max_msgs=3, discard="new")
    server = serve().ready()
    follower = Follower("sse", server)
    for number in (1, 2, 3):
        server.publish(str(number))
    status, line = server.ask("/publish", "4")
    assert status == 503
    assert "maximum messages exceeded" in line
    assert server.ask("/healthz")[0] == 503
    client.api("STREAM.PURGE.NEWS")
    assert server.publish("5") == 4
    # What was published may come back before it is said that it was stored.
    until(lambda: server.ask("/healthz")[0] == 200, "it is well again")
    assert follower.wait(4) == [(1, "1"), (2, "2"), (3, "3"), (4, "5")]


def test_what_a_user_may_not_do_is_said(tmp_path: Path) -> None:
    config = tmp_path / "users.conf"
    nats = NatsServer(tmp_path / "store")
    config.write_text(f"""
        listen: 127.0.0.1:{nats.port}
        jetstream: {{store_dir: "{tmp_path / "store"}"}}
        authorization: {{users: [{{user: me, password: secret, permissions: {{publish: {{deny: "NEWS.forbidden"}}}}}}]}}
        """, encoding="utf-8")
    token = tmp_path / "token"
    token.write_text("me:secret", encoding="utf-8")
    token.chmod(0o600)
    nats.plain(config)
    server = Server("--source", nats.url("NEWS"), "--source-create", "--source-wait", "500ms",
                    "--source-token-file", str(token)).ready()
    try:
        assert server.publish("1") == 1
        assert server.ask("/publish?topic=forbidden", "x")[0] == 503
        status, why = server.ask("/healthz")
        assert status == 503
        assert "NEWS.forbidden" in why and why.count("\n") == 1
        assert server.publish("2") == 2
        assert sum("NEWS.forbidden" in line for line in server.said) == 1, "once, however often it was tried"
    finally:
        server.kill()
        nats.kill()


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
def test_a_stream_that_will_not_do_is_one_line(name: str, nats: NatsServer, client: Nats) -> None:
    config, told = BAD_STREAMS[name]
    client.make_stream("NEWS", **config)
    code, said = run("--source", nats.url("NEWS"))
    assert code == 1
    assert told in one_line(said)


def test_a_stream_that_is_not_there_is_one_line(nats: NatsServer) -> None:
    code, said = run("--source", nats.url("NEWS"))
    assert code == 1
    assert "--source-create" in one_line(said)


def test_a_server_without_jetstream_is_one_line(tmp_path: Path) -> None:
    config = tmp_path / "plain.conf"
    nats = NatsServer(tmp_path)
    config.write_text(f"listen: 127.0.0.1:{nats.port}\n", encoding="utf-8")
    nats.plain(config)
    try:
        code, said = run("--source", nats.url("NEWS"))
        assert code == 1
        assert "nats-server -js" in one_line(said)
    finally:
        nats.kill()


def test_wrong_credentials_are_one_line_and_right_ones_are_read_from_a_file(tmp_path: Path) -> None:
    nats = NatsServer(tmp_path / "store", "--user", "me", "--pass", "secret").start()
    try:
        token = tmp_path / "token"
        for text, told in (("me:wrong", "uthorization"), ("word", "uthorization")):
            token.write_text(text, encoding="utf-8")
            token.chmod(0o600)
            code, said = run("--source", nats.url("NEWS"), "--source-token-file", str(token))
            assert code == 1
            assert told in one_line(said) and "wrong" not in said.replace(told, "")
        code, said = run("--source", nats.url("NEWS"))
        assert (code, said.count("\n")) == (1, 1)
        token.write_text("me:secret\n", encoding="utf-8")
        server = Server("--source", nats.url("NEWS"), "--source-create", "--source-token-file", str(token)).ready()
        assert server.publish("1") == 1
        server.kill()
        token.chmod(0o644)
        assert "chmod 600" in one_line(run("--source", nats.url("NEWS"), "--source-token-file", str(token))[1])
    finally:
        nats.kill()


def test_a_file_of_credentials_that_is_none_is_one_line(nats: NatsServer, tmp_path: Path) -> None:
    bad = tmp_path / "bad.creds"
    bad.write_text("nothing\n", encoding="utf-8")
    for path in (bad, tmp_path / "missing"):
        code, said = run("--source", nats.url("NEWS"), "--source-creds", str(path))
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


def test_json_of_metrics_names_the_source(serve: Serve) -> None:
    server = serve().ready()
    server.publish("1")
    until(lambda: server.metric("stream_sequence") == 1, "it has come")
    assert server.metric("connected") == 1
    assert server.metric("lag") == 0
    assert json.loads(server.ask("/topics")[1]) == {"default": 1}
