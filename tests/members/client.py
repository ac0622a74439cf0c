"""A client by the standard library, that goes on at another server with its cursor: by SSE, WebSocket or long polls.

As a program it prints what it is told, one JSON line each: python3 client.py sse HOST:PORT [CURSOR]
So it runs on hosts that have nothing else of ours, and needs nothing else.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

KINDS = ("sse", "websocket", "long-poll")
SILENCE_S = 20.0  # a server under test breaks its silence each second: who says nothing for so long is gone
PAUSE_S = 0.05
Told = Callable[[dict[str, Any]], None]


class Account:
    """What became of one client, wherever it runs."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.told: list[dict[str, Any]] = []  # notifications and gaps, in the order in which they came
        self.heartbeats = 0
        self.lost = 0  # connections
        self.is_connected = False

    @property
    def payloads(self) -> list[str]:
        return [each.get("payload", "a gap") for each in self.told]

    @property
    def numbers(self) -> list[int]:
        return [each["seq"] for each in self.told if "seq" in each]


class Client(Account):
    """`addresses` are tried in turn, the next one each time that a server is lost."""

    def __init__(self, kind: str, addresses: Sequence[str], cursor: str = "", topic: str = "",
                 tell: Told | None = None) -> None:
        super().__init__(kind)
        self.addresses, self.cursor, self.topic = list(addresses), cursor, topic
        self._tell, self._over = tell, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Client:
        self._thread.start()
        return self

    def end(self) -> None:
        self._over.set()

    def _run(self) -> None:
        follow = {"sse": self._sse, "websocket": self._websocket, "long-poll": self._long_poll}[self.kind]
        turn = 0
        while not self._over.is_set():
            try:
                follow(self.addresses[turn % len(self.addresses)])
            except (OSError, http.client.HTTPException, ValueError):
                pass  # cut, refused, or nobody there
            self.is_connected = False
            self.lost += 1
            turn += 1
            time.sleep(PAUSE_S)

    def _path(self, path: str, **query: str) -> str:
        given = {name: value for name, value in {"topic": self.topic, **query}.items() if value}
        return path + ("?" + "&".join(f"{name}={value}" for name, value in given.items()) if given else "")

    def _heard(self, cursor: str, message: dict[str, Any]) -> None:
        self.cursor = cursor
        self.told.append(message)
        if self._tell is not None:
            self._tell({**message, "cursor": cursor})

    def _sse(self, address: str) -> None:
        link = http.client.HTTPConnection(address, timeout=SILENCE_S)
        link.request("GET", self._path("/events"), headers={"Last-Event-ID": self.cursor} if self.cursor else {})
        with link.getresponse() as stream:
            if stream.status != 200:
                raise ValueError(stream.status)
            self.is_connected = True
            cursor, data = self.cursor, ""
            while not self._over.is_set() and (line := stream.readline()):
                name, _, value = line.decode().rstrip("\r\n").partition(": ")
                if name == "id":
                    cursor = value
                elif name == "data":
                    data = value
                elif name.startswith(":"):
                    self.heartbeats += 1
                elif not name and data:
                    self._heard(cursor, json.loads(data))
                    data = ""

    def _long_poll(self, address: str) -> None:
        link = http.client.HTTPConnection(address, timeout=SILENCE_S)
        if not self.cursor:
            self.cursor = _asked(link, self._path("/poll"))[1] or ""
        self.is_connected = True
        while not self._over.is_set():
            body, _ = _asked(link, self._path("/poll", after=self.cursor, wait="1s"))
            if body is None:
                self.heartbeats += 1
                continue
            for gap in body.get("gaps", ()):
                self._heard(gap["cursor"], {"gap": gap})
            for notification in body["notifications"]:
                self._heard(body["cursor"], notification)

    def _websocket(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), SILENCE_S) as link:
            self.is_connected = _shakes_hands(link, address, self._path("/ws", after=self.cursor))
            for opcode, payload in _frames(link):
                if self._over.is_set() or opcode == 8:
                    return
                if opcode == 9:
                    self.heartbeats += 1
                    link.sendall(_masked(10, payload))
                elif opcode == 1:
                    message = json.loads(payload)
                    gap = message.get("gap")
                    self._heard(gap["cursor"] if gap else f"{message['epoch']}-{message['seq']}", message)


def _asked(link: http.client.HTTPConnection, path: str) -> tuple[dict[str, Any] | None, str | None]:
    """The answer's body, none of an empty one, and its cursor."""
    link.request("GET", path)
    answer = link.getresponse()
    body = answer.read()
    if answer.status not in (200, 204):
        raise ValueError(answer.status)
    return (json.loads(body) if answer.status == 200 else None), answer.getheader("Cursor")


def _shakes_hands(link: socket.socket, address: str, path: str) -> bool:
    key = base64.b64encode(os.urandom(16)).decode()
    link.sendall((f"GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        if not (byte := link.recv(1)):
            raise ConnectionError("ended in the handshake")
        head += byte
    if not head.startswith(b"HTTP/1.1 101 "):
        raise ValueError(head.partition(b"\r\n")[0])
    return True


def _frames(link: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Those of a server: whole messages, and nothing masked."""
    while True:
        first, length = _exactly(link, 2)
        if length >= 126:
            length = int.from_bytes(_exactly(link, 2 if length == 126 else 8), "big")
        yield first & 15, _exactly(link, length)


def _exactly(link: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        if not (piece := link.recv(count - len(got))):
            raise ConnectionError("ended within a frame")
        got += piece
    return got


def _masked(opcode: int, payload: bytes) -> bytes:
    """A short frame of a client; by a mask of zeros the payload stays as it is."""
    return struct.pack("!BB4s", 128 | opcode, 128 | len(payload), b"\0\0\0\0") + payload


def main() -> None:
    kind, address, cursor = (*sys.argv[1:], "")[:3]

    def tell(told: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(told) + "\n")  # in one piece: two threads tell
        sys.stdout.flush()

    client = Client(kind, [address], cursor, tell=tell).start()
    while True:
        time.sleep(0.2)
        tell({"heartbeats": client.heartbeats, "connected": client.is_connected, "lost": client.lost})


if __name__ == "__main__":
    main()
