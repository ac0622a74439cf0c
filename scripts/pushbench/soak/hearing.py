"""What a subscriber says, and what it makes of the bytes that come: no sockets, so that tests can feed it by value.

A hearing lives as long as a connection. What was cut in the midst of a notification is not counted: that comes again.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pushbench.soak.ledger import CursorLedger

_EVENT = re.compile(rb'id: ([0-9a-z]+)-(\d+)\ndata: \{"seq":(\d+),[^\n]*\}')
_GAP_EVENT = re.compile(rb"id: [^\n]*\nevent: gap\ndata: ([^\n]*)")
_FRAME = re.compile(rb'\{"seq":(\d+),.*?"epoch":"([0-9a-z]+)"')
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)
_PONG = b"\x8a\x80\0\0\0\0"  # masked with zeros, empty: the server's pings are
_TEXT, _CLOSE, _PING = 1, 8, 9


class LinkEnded(Exception):
    """The connection is over: the server ended it, or answered what no subscriber should hear."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


class Goodbye(LinkEnded):
    """It was ended as a server may end it."""


class Hearing:
    """Bytes in; the ledger is told, and what comes back is to be sent."""

    path = ""
    fields: tuple[str, ...] = ()
    wants_status = 200

    def __init__(self, topic: str, ledger: CursorLedger) -> None:
        self.topic, self.ledger = topic, ledger
        self.stands = False  # the server has answered
        self._held = b""

    @classmethod
    def asks(cls, query: str = "") -> bytes:
        """The request for what such a hearing hears; also for those who ask for it and mean no good."""
        target = f"{cls.path}?{query}" if query else cls.path
        return "\r\n".join((f"GET {target} HTTP/1.1", "Host: 127.0.0.1", *cls.fields, "", "")).encode()

    def hello(self) -> bytes:
        return self.asks(f"topic={self.topic}&after={self.ledger.cursor}")

    def feed(self, data: bytes) -> bytes:
        self._held += data
        if not self.stands:
            head, end, rest = self._held.partition(b"\r\n\r\n")
            if not end:
                return b""
            _must_be(self.wants_status, head)
            self.stands, self._held = True, rest
        return self._take()

    def _take(self) -> bytes:
        raise NotImplementedError

    def _told(self, gap: dict[str, Any]) -> None:
        self.ledger.told(int(gap["after"]), int(gap["first"]), str(gap["cursor"]))


class SseHearing(Hearing):
    """Chunks of events; a chunk may be cut anywhere, an event too."""

    path, fields = "/events", ("Accept: text/event-stream",)

    def __init__(self, topic: str, ledger: CursorLedger) -> None:
        super().__init__(topic, ledger)
        self._text = b""

    def _take(self) -> bytes:
        while True:
            size_text, end, rest = self._held.partition(b"\r\n")
            if not end:
                break
            size = int(size_text, 16)
            if size == 0:
                raise Goodbye("the stream ended")
            if len(rest) < size + 2:
                break
            self._text += rest[:size]
            self._held = rest[size + 2:]
        *events, self._text = self._text.split(b"\n\n")
        for event in events:
            self._event(event)
        return b""

    def _event(self, event: bytes) -> None:
        if found := _EVENT.fullmatch(event):
            if found[2] != found[3]:
                raise LinkEnded(f"an event whose id and notification differ: {event[:80]!r}")
            self.ledger.got(found[1].decode(), int(found[2]))
        elif found := _GAP_EVENT.fullmatch(event):
            self._told(json.loads(found[1])["gap"])
        elif not event.startswith((b":", b"retry: ")):
            raise LinkEnded(f"no event: {event[:80]!r}")


class WebSocketHearing(Hearing):
    path = "/ws"
    fields = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==")
    wants_status = 101

    def _take(self) -> bytes:
        held, at, reply = self._held, 0, b""
        while len(held) >= at + 2:
            length, begin = held[at + 1], at + 2
            if length >= 126:
                bytes_of_length = 2 if length == 126 else 8
                begin += bytes_of_length
                length = int.from_bytes(held[at + 2:begin], "big")
            if len(held) < begin + length:
                break
            reply += self._frame(held[at] & 15, held[begin:begin + length])
            at = begin + length
        self._held = held[at:]
        return reply

    def _frame(self, opcode: int, payload: bytes) -> bytes:
        if opcode == _CLOSE:
            raise Goodbye("the stream ended")
        if opcode == _PING:
            return _PONG
        if opcode != _TEXT:
            raise LinkEnded(f"a frame of opcode {opcode}")
        if payload.startswith(b'{"gap"'):
            self._told(json.loads(payload)["gap"])
        elif found := _FRAME.match(payload):
            self.ledger.got(found[2].decode(), int(found[1]))
        else:
            raise LinkEnded(f"no notification: {payload[:80]!r}")
        return b""


class LongPollHearing(Hearing):
    """Asks again as soon as it is answered. The first is answered at once, all others when there is news."""

    path = "/poll"

    def hello(self) -> bytes:
        wait = "&wait=10s" if self.stands else ""
        return self.asks(f"topic={self.topic}&after={self.ledger.cursor}{wait}")

    def feed(self, data: bytes) -> bytes:
        self._held += data
        return self._take()

    def _take(self) -> bytes:
        reply = b""
        while True:
            head, end, rest = self._held.partition(b"\r\n\r\n")
            if not end:
                return reply
            length = _LENGTH.search(head + b"\r\n")
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return reply
            if not head.startswith(b"HTTP/1.1 204"):
                _must_be(self.wants_status, head)
                self._answer(json.loads(rest[:size]))
            if b"\r\nConnection: close" in head:
                raise Goodbye("the server said goodbye")
            self.stands, self._held = True, rest[size:]
            reply += self.hello()

    def _answer(self, answer: dict[str, Any]) -> None:
        for gap in answer.get("gaps", ()):
            self._told(gap)
        epoch = str(answer["cursor"]).partition("-")[0]
        for notification in answer["notifications"]:
            self.ledger.got(epoch, int(notification["seq"]))


def _must_be(status: int, head: bytes) -> None:
    if not head.startswith(b"HTTP/1.1 %d" % status):
        code = head[9:12].decode(errors="replace")
        raise LinkEnded(f"answered with {head[:60]!r}", int(code) if code.isdigit() else 0)


# By the names that the load generator has for them.
HEARINGS: dict[str, type[Hearing]] = {
    "sse": SseHearing, "websocket": WebSocketHearing, "long-poll": LongPollHearing}
