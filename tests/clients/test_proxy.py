"""The servers behind nginx, as examples/proxy/nginx.conf sets it up."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from servers import LONGEST_S, ROOT, Life, Relay

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
Live = Callable[..., Life]
Follow = Callable[..., Any]
HANDSHAKE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert isinstance(port, int)
        return port


def ask(port: int, path: str, *fields: str) -> socket.socket:
    end = socket.create_connection(("127.0.0.1", port), LONGEST_S)
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *fields)
    end.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return end


def read_until(end: socket.socket, mark: bytes, count: int = 1) -> bytes:
    got = b""
    while got.count(mark) < count:
        piece = end.recv(65536)
        assert piece, f"the connection ended behind {got!r}"
        got += piece
    return got


@pytest.fixture
def proxy(relay: Relay, tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Starts the example on a free port before the relay, and gives the port."""
    if NGINX is None:
        pytest.skip("needs nginx: apt install nginx-light")
    started: list[subprocess.Popen[bytes]] = []

    def start(read_timeout: str = "75s") -> int:
        port = free_port()
        text = (ROOT / "examples/proxy/nginx.conf").read_text(encoding="utf-8")
        for old, new in (("127.0.0.1:8080", relay.base.removeprefix("http://")),
                         ("127.0.0.1:8088", f"127.0.0.1:{port}"),
                         ("proxy_read_timeout 75s", f"proxy_read_timeout {read_timeout}")):
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
        started.append(subprocess.Popen([str(NGINX), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
                                        stderr=subprocess.DEVNULL))
        until = time.monotonic() + LONGEST_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), LONGEST_S).close()
                return port
            except OSError:
                assert started[-1].poll() is None and time.monotonic() < until
                time.sleep(0.02)

    yield start
    for process in started:
        process.terminate()
        process.wait(LONGEST_S)


@pytest.mark.parametrize("kind", ["eventsource", "undici", "ws", "poll"])
def test_a_client_gets_all_and_comes_back_after_a_restart(kind: str, relay: Relay, proxy: Callable[..., int],
                                                          live: Live, follow: Follow) -> None:
    old = live("push_server")
    relay.open(old)
    client = follow(kind, base=f"http://127.0.0.1:{proxy()}")
    before = [f"before {number}" for number in range(20)]
    old.publish(*before)
    assert client.payloads(20) == before
    relay.cut()
    old.end()
    client.wait_for("lost")
    client.wait_for("lost")  # it has found nobody behind nginx, and goes on asking
    new = live("push_server")
    missed = [f"missed {number}" for number in range(60)]
    new.publish(*missed)
    relay.open(new)
    assert client.next()["gap"]["first"] == 1
    assert client.payloads(60) == missed


def test_a_browsers_websocket_is_let_in_by_its_own_origin_alone(relay: Relay, proxy: Callable[..., int],
                                                                live: Live) -> None:
    relay.open(live("push_server"))
    port = proxy()
    for origin, status in ((f"http://127.0.0.1:{port}", b"101"), ("http://page.example", b"403"),
                           ("http://127.0.0.1", b"403")):
        with ask(port, "/ws", *HANDSHAKE, f"Origin: {origin}") as end:
            assert read_until(end, b"\r\n\r\n").split()[1] == status, origin


@pytest.mark.parametrize(("path", "fields", "heartbeat"), [("/events", (), b":\n\n"), ("/ws", HANDSHAKE, b"\x89\x00")])
def test_heartbeats_keep_a_silent_stream_open_for_longer_than_nginx_waits(
        path: str, fields: tuple[str, ...], heartbeat: bytes, relay: Relay, proxy: Callable[..., int],
        live: Live) -> None:
    life = live("push_server", "--heartbeat", "300ms", "--idle-timeout", "0")
    relay.open(life)
    with ask(proxy(read_timeout="1s"), path, *fields) as end:
        read_until(end, heartbeat, 8)
        life.publish("still here")
        read_until(end, b"still here")
