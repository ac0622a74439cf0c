"""What a status says is counted, waited for, followed or obeyed, and ends a trial only where it is final."""

import threading
import time

import pytest

from peers import SETTLED_S, STREAM, Connection, Measured, Peer, answer, event
from stream import stream_of

STREAMS = ("--connections", "3", "--duration", "500ms", "--drain", "0s")
hears = stream_of(event)


def refusing(first: bytes, times: int):
    """So many connections are answered with these bytes, all others are served."""

    def serve(c: Connection) -> None:
        if c.number > times:
            return hears(c)
        c.request()
        c.send(first)

    return serve


@pytest.mark.parametrize("status", ["503 Service Unavailable", "429 Too Many Requests", "500 Internal Server Error",
                                    "502 Bad Gateway", "504 Gateway Timeout"])
def test_one_that_is_put_off_comes_again(status, tmp_path):
    with Peer(refusing(answer(b"", status, "Connection: close"), 1)) as peer:
        one = Measured(peer, tmp_path, "sse", *STREAMS)
    assert one.exit_code == 0, one.stderr
    assert one.result["connect"]["failed"] == 0 and one.result["delivered"] > 0
    assert one.value("refused") == pytest.approx(1 / 3, abs=1e-6)


def test_retry_after_is_waited_for(tmp_path):
    times = []

    def serve(c: Connection) -> None:
        times.append(time.monotonic())
        if c.number > 1:
            return hears(c)
        c.request()
        c.send(answer(b"", "503 Service Unavailable", "Retry-After: 1", "Connection: close"))

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "1", "--duration", "300ms", "--drain", "0s")
    assert one.exit_code == 0, one.stderr
    assert times[1] - times[0] >= 1.0


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect",
                                    "308 Permanent Redirect"])
def test_a_redirect_is_followed(status, tmp_path):
    targets = []

    def serve(c: Connection) -> None:
        request = c.request()
        if request is None:
            return
        targets.append(request.target)
        if not request.target.startswith("/elsewhere"):
            return c.send(answer(b"", status, "Location: /elsewhere?x=1", "Connection: close"))
        c.stream(event(1), event(2))
        c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "1", "--expect", "2", "--duration", "5s")
    assert one.exit_code == 0, one.stderr
    assert targets[-1] == "/elsewhere?x=1"
    assert one.result["delivered"] == 2


def test_redirects_in_a_circle_end(tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(answer(b"", "302 Found", "Location: /again", "Connection: close"))

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", *STREAMS)
    assert one.exit_code == 1 and one.stderr.count("\n") == 1
    assert peer.connections <= 3 * 6


@pytest.mark.parametrize("status", ["204 No Content", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"])
def test_what_is_final_ends_the_trial_at_once_and_is_named(status, tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(answer(b"", status, "Connection: close"))

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", *STREAMS)
    assert one.exit_code == 1
    assert status.split(" ")[0] in one.stderr and one.stderr.count("\n") == 1
    assert peer.connections <= 3


@pytest.mark.parametrize("status", ["204 No Content", "404 Not Found", "410 Gone"])
def test_after_a_cut_what_is_final_is_not_asked_again(status, tmp_path):
    asked = threading.Event()

    def serve(c: Connection) -> None:
        c.request()
        if c.number == 1:
            return c.stream(b"retry: 5\n\n", event(1), event(2))
        c.send(answer(b"", status, "Connection: close"))
        asked.set()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "1", "--expect", "10", "--duration", "1500ms",
                       "--drain", "0s")
    assert asked.is_set()
    assert peer.connections == 2
    assert one.result["valid"] is False


@pytest.mark.parametrize("transport", ["sse", "websocket", "long-poll"])
def test_what_a_refusal_says_is_passed_on(transport, tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(answer(b"see --allow-host\nmore\n", "421 Misdirected Request", "Connection: close"))

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, transport, *STREAMS)
    assert one.exit_code == 1
    assert "421 Misdirected Request" in one.stderr and "it says 'see --allow-host'" in one.stderr
    assert "more" not in one.stderr and one.stderr.count("\n") == 1


def test_a_404_names_the_path_with_its_query(tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(answer(b"", "404 Not Found", "Connection: close"))

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", *STREAMS, "--topic", "news")
    assert "topic=news" in one.stderr


@pytest.mark.parametrize(("fields", "works"), [
    ("Content-Type: text/event-stream; charset=utf-8", True),
    ("content-type:text/event-stream", True),
    ("Content-Type: text/event-streamX", False),
    ("Content-Type: text/html", False),
    ("Content-Type: text/event-stream\r\nContent-Encoding: gzip", False),
    ("Content-Type: text/event-stream\r\nContent-Encoding: identity", True),
    ("Content-Type: text/event-stream\r\nTransfer-Encoding: gzip, chunked", False),
])
def test_what_an_event_stream_is(fields, works, tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(b"HTTP/1.1 200 OK\r\n" + fields.encode() + b"\r\n\r\n: hello\n\n")
        time.sleep(SETTLED_S)
        c.send(event(1) + event(2))
        c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "1", "--expect", "2", "--duration", "5s")
    assert (one.exit_code == 0) is works, one.stderr
    if not works:
        assert one.stderr.count("\n") == 1


def test_a_head_of_bare_line_feeds_is_read(tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(STREAM.replace(b"\r\n", b"\n") + b": hello\n\n")
        time.sleep(SETTLED_S)
        c.send(event(1) + event(2))
        c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "1", "--expect", "2", "--duration", "5s")
    assert one.exit_code == 0 and one.result["delivered"] == 2


def test_a_line_without_end_is_not_kept(tmp_path):
    def serve(c: Connection) -> None:
        c.request()
        c.send(STREAM + b"data: ")
        for _ in range(200):
            c.send(b"x" * 1024 * 1024)
        c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "1", "--duration", "1s", "--drain", "0s")
    assert one.exit_code == 1 or one.result["valid"] is False
    if one.result:
        assert one.result["loadgen"]["pss_bytes"] < 100 * 1024 * 1024
