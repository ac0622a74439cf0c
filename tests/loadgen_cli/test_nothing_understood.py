"""A trial in which nothing was understood, or nothing came, is never valid, and says so."""

import time

import pytest

from peers import SETTLED_S, STREAM, Connection, Measured, Peer, event, frame, notification
from stream import stream_of

SHORT = ("--connections", "4", "--duration", "500ms", "--drain", "300ms")


def measured(serve, folder, transport="sse"):
    with Peer(serve) as peer:
        return Measured(peer, folder, transport, *SHORT)


def said(one, rule):
    assert one.result["valid"] is False
    assert rule in one.wrong()
    assert f"{rule}: " in one.done.stdout


def test_events_of_another_name(tmp_path):
    said(measured(stream_of(lambda seq: b"event: tick\n" + event(seq)), tmp_path), "no_notification")


def test_messages_that_are_none_of_ours(tmp_path):
    said(measured(stream_of(lambda seq: b"data: tick %d\n\n" % seq), tmp_path), "nothing_understood")


def test_nothing_but_heartbeats(tmp_path):
    said(measured(stream_of(lambda seq: b": still here\n\n"), tmp_path), "no_notification")


def test_nothing_at_all(tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(STREAM)
        c.stay()

    said(measured(serve, tmp_path), "no_notification")


def test_of_messages_that_are_only_counted_the_times_between_are_told(tmp_path):
    with Peer(stream_of(lambda seq: b"data: tick %d\n\n" % seq)) as peer:
        one = Measured(peer, tmp_path, "sse", *SHORT, "--message", "opaque")
    assert one.result["valid"] is True or not one.wrong()
    rows = {line.strip().split("  ")[0] for line in one.done.stdout.splitlines()}
    assert {"to first message", "between messages"} <= rows


def test_silence_that_was_asked_for(tmp_path):
    serve = stream_of(lambda seq: b": still here\n\n")
    with Peer(serve) as peer:
        assert Measured(peer, tmp_path, "sse", *SHORT, "--expect", "0").wrong() == set()


def test_notifications_where_none_were_to_come(tmp_path):
    with Peer(stream_of(event)) as peer:
        said(Measured(peer, tmp_path, "sse", *SHORT, "--expect", "0"), "not_silent")


def test_half_a_crowd_that_hears_nothing(tmp_path):
    hears = stream_of(event)

    def serve(c: Connection) -> None:
        if c.number % 2:
            return hears(c)
        c.request()
        c.send(STREAM)
        c.stay()

    one = measured(serve, tmp_path)
    said(one, "silent")
    assert one.value("silent") == 0.5


def test_a_server_that_breaks_the_protocol_on_each_connection(tmp_path):
    def serve(c: Connection) -> None:
        c.upgrade()
        time.sleep(SETTLED_S / 2)
        c.send(frame(notification(1)))
        c.send(frame(b"\xff"))  # text that is no UTF-8 (RFC 6455 §8.1)
        c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "websocket", "--connections", "4", "--duration", "2s", "--drain", "0s")
    assert one.result["valid"] is False and "protocol_errors" in one.wrong()


def test_a_server_that_breaks_the_protocol_at_once(tmp_path):
    def serve(c: Connection) -> None:
        c.upgrade()
        c.send(frame(b"\xff"))
        c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "websocket", *SHORT)
    assert one.exit_code == 1
    assert "UTF-8" in one.stderr and one.stderr.count("\n") == 1
    assert peer.connections <= 4  # to ask again would be answered the same


@pytest.mark.parametrize("transport", ["sse", "websocket", "long-poll", "short-poll"])
def test_a_server_that_speaks_something_else(transport, tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(b"SSH-2.0-OpenSSH_9.2\r\n")
        c.stay()

    one = measured(serve, tmp_path, transport)
    assert one.exit_code == 1
    assert "with something that is not HTTP/1.1; expected a" in one.stderr and one.stderr.count("\n") == 1


def test_a_stream_that_is_compressed_unasked(tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(STREAM[:-2] + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b")
        c.stay()

    one = measured(serve, tmp_path)
    assert one.exit_code == 1
    assert "gzip" in one.stderr and one.stderr.count("\n") == 1
