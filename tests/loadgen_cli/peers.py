"""Small servers that do what a test says, a thread for each connection, and a load generator against them."""

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from programs import run_loadgen

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
LIMIT_S = 20.0
# What comes at once is from before counting began, and nothing tells a server when that is.
SETTLED_S = 0.6


def now_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def notification(seq: int, due_ns: int | None = None, payload: str = "x", topic: str = "default") -> bytes:
    due_ns = now_ns() if due_ns is None else due_ns
    return json.dumps({"seq": seq, "topic": topic, "due_ns": due_ns, "sent_ns": due_ns, "payload": payload},
                      separators=(",", ":")).encode()


def event(seq: int, due_ns: int | None = None) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (seq, notification(seq, due_ns))


def answer(body: bytes = b"", status: str = "200 OK", *fields: str) -> bytes:
    head = "".join(f"{field}\r\n" for field in fields)
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body


def poll_answer(seqs: list[int], *fields: str) -> bytes:
    cursor = seqs[-1] if seqs else 0
    listed = b",".join(notification(seq) for seq in seqs)
    return answer(b'{"cursor":"%d","notifications":[%s]}' % (cursor, listed), "200 OK",
                  "Content-Type: application/json", *fields)


def frame(payload: bytes, opcode: int = 1, first: int = 0x80) -> bytes:
    """An unmasked WebSocket frame, as servers send them (RFC 6455 §5.2)."""
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
    return bytes([first | opcode]) + length + payload


class Request:
    """A request's head: its first line, and its fields by their names in lower case."""

    def __init__(self, head: bytes) -> None:
        self.line, *fields = head.decode("latin-1").split("\r\n")
        self.fields = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]


class Connection:
    def __init__(self, end: socket.socket, number: int) -> None:
        self.end, self.number = end, number  # the first is 1
        self._unread = b""

    def request(self) -> Request | None:
        """The next one; None where there is none any more."""
        while b"\r\n\r\n" not in self._unread:
            piece = self.end.recv(65536)
            if not piece:
                return None
            self._unread += piece
        head, self._unread = self._unread.split(b"\r\n\r\n", 1)
        return Request(head)

    def send(self, data: bytes) -> None:
        self.end.sendall(data)

    def upgrade(self) -> None:
        """Takes a WebSocket handshake (RFC 6455 §4.2.2)."""
        request = self.request()
        assert request is not None
        key = request.fields["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())

    def stream(self, *pieces: bytes) -> None:
        """Answers a request for events, and sends the pieces once they count."""
        self.send(STREAM + b": hello\n\n")
        time.sleep(SETTLED_S)
        self.send(b"".join(pieces))

    def stay(self) -> None:
        """Until the client goes."""
        while self.end.recv(65536):
            pass


class Peer:
    """`serve` is called for each connection, which is closed when it returns."""

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.target = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                end, _ = self._listener.accept()
            except OSError:
                return
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.settimeout(LIMIT_S)
            self.connections += 1
            threading.Thread(target=self._one, args=(Connection(end, self.connections),), daemon=True).start()

    def _one(self, connection: Connection) -> None:
        try:
            self._serve(connection)
        except OSError:
            pass  # the client went
        finally:
            connection.end.close()


class Measured:
    """What a load generator said and wrote."""

    def __init__(self, peer: Peer, folder: Path, transport: str, *options: str) -> None:
        file = folder / "result.json"
        self.done = run_loadgen("--transport", transport, "--target", peer.target, "--no-publish", "--warmup", "0s",
                                "--json", str(file), *options)
        self.exit_code, self.stderr = self.done.returncode, self.done.stderr
        self.result: dict[str, Any] = json.loads(file.read_text()) if file.exists() and file.stat().st_size else {}

    @property
    def broken(self) -> set[str]:
        return {row["rule"] for row in self.result["rules"] if row["broken"]}

    def wrong(self) -> set[str]:
        """The broken rules that void it: a machine that was busy just then is no matter of these tests."""
        return {row["rule"] for row in self.result["rules"] if row["broken"] and row["effect"] == "wrong"}

    def value(self, rule: str) -> float | None:
        (row,) = [row for row in self.result["rules"] if row["rule"] == rule]
        return row["value"]
