"""What a subscriber says, and what it makes of the bytes that come: no sockets, so that tests can feed it by value.

A hearing lives as long as a connection. What was cut in the midst of a notification is not counted: that comes again.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pushbench.soak.ledger import CursorLedger

_HOST = "Host: 127.0.0.1\r\n"
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

    wants_status = 200
    stands_when_asked = False

    def __init__(self, topic: str, ledger: CursorLedger) -> None:
        self.topic, self.ledger = topic, ledger
        self.stands = self.stands_when_asked  # else when the server has answered
        self._held = b""

    def hello(self) -> bytes:
        raise NotImplementedError

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

    def __init__(self, topic: str, ledger: CursorLedger) -> None:
        super().__init__(topic, ledger)
        self._text = b""

    def hello(self) -> bytes:
        return (f"GET /events?topic={self.topic}&after={self.ledger.cursor} HTTP/1.1\r\n{_HOST}"
                "Accept: text/event-stream\r\n\r\n").encode()

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
    wants_status = 101

    def hello(self) -> bytes:
        return (f"GET /ws?topic={self.topic}&after={self.ledger.cursor} HTTP/1.1\r\n{_HOST}Upgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n").encode()

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
    """Asks again as soon as it is answered; until there is news, there is no answer."""

    stands_when_asked = True

    def hello(self) -> bytes:
        return (f"GET /poll?topic={self.topic}&after={self.ledger.cursor}&wait=10s HTTP/1.1\r\n{_HOST}\r\n").encode()

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
            self._held = rest[size:]
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


HEARINGS: dict[str, type[Hearing]] = {
    "sse": SseHearing, "websocket": WebSocketHearing, "polling": LongPollHearing}
