"""What a subscriber says to each server, and how the end of an answer is seen: bytes only.

The requests are those of the load generator. `Host` is a fixed word of the usual length, so that a port with fewer
digits changes no figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HOST = "127.0.0.1:12345"
TIME_DIGITS = 15  # nanoseconds since the machine started: 15 digits from 28 hours to 11 days
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)
_CURSOR = re.compile(rb'"cursor":"?([^",}]+)')
_TIMES = re.compile(rb'"(?:due|sent)_ns":(\d+)')


@dataclass(frozen=True)
class Stream:
    """Says hello once, and hears of every notification."""

    hello: bytes
    is_greeted: bool = True  # the server answers with the head of a response


@dataclass(frozen=True)
class Poll:
    """Asks anew for each notification; `parked` asks ahead, so the question waits at the server for its answer."""

    parked: bool

    def ask(self, cursor: str) -> bytes:
        wait = "&wait=25s" if self.parked else ""
        return f"GET /poll?topic=default&after={cursor}{wait} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


Speech = Stream | Poll

# By the name that a transport has on its client's command line.
SPEECHES: dict[str, Speech] = {
    "sse": Stream(f"GET /events?topic=default HTTP/1.1\r\nHost: {HOST}\r\nAccept: text/event-stream\r\n"
                  "Cache-Control: no-cache\r\n\r\n".encode()),
    "websocket": Stream(f"GET /ws?topic=default HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n".encode()),
    "long-poll": Poll(parked=True),
    "short-poll": Poll(parked=False),
    "floor": Stream(b"default\n", is_greeted=False),
}


def is_whole_answer(heard: bytes) -> bool:
    """One HTTP response, its body included; one without a length (204, 101, a stream) ends with its head."""
    head, end, body = heard.partition(b"\r\n\r\n")
    if not end:
        return False
    length = _LENGTH.search(head + b"\r\n")
    return len(body) >= (int(length[1]) if length else 0)


def has_notification(heard: bytes, sequence: int) -> bool:
    return b'"seq":%d,' % sequence in heard


def cursor_in(answer: bytes, before: str) -> str:
    """The cursor to ask with next; an answer without one (204) leaves it as it was."""
    found = _CURSOR.search(answer)
    return found[1].decode(errors="replace") if found else before


def times_short_bytes(heard: bytes) -> int:
    """How many bytes more this would have been, had its times the usual number of digits."""
    return sum(TIME_DIGITS - len(digits) for digits in _TIMES.findall(heard))
