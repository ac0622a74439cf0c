"""Peers that mean no good. Each kind has a turn in the loop: it keeps up its number, and counts how they ended."""

from __future__ import annotations

import random
import select
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from pushbench.soak.hearing import HEARINGS, WebSocketHearing
from pushbench.soak.loop import Loop, abort, connecting

_PIECE_BYTES = 1 << 14
_MOST_NEW = 200  # in one turn
_UPGRADE = WebSocketHearing.asks()
_HALF = b"GET /events?topic=bulk HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


@dataclass
class Peer:
    link: socket.socket
    since_s: float = field(default_factory=time.monotonic)
    heard: bytes = b""

    @property
    def status(self) -> int:
        """That it was told so far; 0: none."""
        code = self.heard[9:12]
        return int(code) if code.isdigit() else 0


class Peers:
    """Connections that are aborted when they have heard enough. `ended` counts them by the status they were told,
    0 where the server closed without one."""

    source = "127.0.0.2"
    receive_bytes = 0

    def __init__(self, loop: Loop, address: tuple[str, int], wanted: int) -> None:
        self.loop, self.address, self.wanted = loop, address, wanted
        self.peers: dict[int, Peer] = {}
        self.made = 0
        self.longest_s = 0.0  # that one was there
        self.ended = Counter[int]()

    def turn(self) -> None:
        for _ in range(min(_MOST_NEW, self.wanted - len(self.peers))):
            self.add()

    def add(self) -> None:
        link = connecting(self.address, self.source, self.receive_bytes)
        self.made += 1
        self.peers[link.fileno()] = Peer(link)
        self.loop.watch(link.fileno(), select.EPOLLOUT, partial(self._connected, link.fileno()))

    def _connected(self, fd: int, events: int) -> None:
        if events & (select.EPOLLERR | select.EPOLLHUP):  # between two lives of the server
            return self.drop(fd)
        self.peers[fd].since_s = time.monotonic()
        self.loop.watch(fd, self.listens_to(), partial(self._ready, fd))
        self.say(fd, self.greeting())

    def listens_to(self) -> int:
        return select.EPOLLIN

    def greeting(self) -> bytes:
        raise NotImplementedError

    def is_enough(self, peer: Peer) -> bool:
        return b"\r\n\r\n" in peer.heard

    def say(self, fd: int, what: bytes) -> None:
        try:
            self.peers[fd].link.send(what)
        except OSError:
            self.over(fd)

    def _ready(self, fd: int, events: int) -> None:
        peer = self.peers[fd]
        try:
            piece = peer.link.recv(_PIECE_BYTES) if events & select.EPOLLIN else b""
        except OSError:
            piece = b""
        peer.heard = (peer.heard + piece)[:_PIECE_BYTES]
        if not piece or self.is_enough(peer):
            self.over(fd)

    def over(self, fd: int) -> None:
        peer = self.peers[fd]
        self.ended[peer.status] += 1
        self.longest_s = max(self.longest_s, time.monotonic() - peer.since_s)
        self.drop(fd)

    def drop(self, fd: int) -> None:
        self.loop.forget(fd)
        abort(self.peers.pop(fd).link)

    def drop_all(self) -> None:
        """The server ends: what would become of them is not its doing."""
        for fd in list(self.peers):
            self.drop(fd)

    @property
    def oldest_s(self) -> float:
        return max((time.monotonic() - peer.since_s for peer in self.peers.values()), default=0.0)


class SlowHeaders(Peers):
    """A request that comes a byte now and then and never ends."""

    source = "127.0.0.3"

    def greeting(self) -> bytes:
        return _HALF

    def drip(self) -> None:
        for fd in list(self.peers):
            if self.peers[fd].since_s < time.monotonic() - 0.5:
                self.say(fd, b"x")


class Subscribing(Peers):
    """They ask for a topic as any client does, by one of the transports that the server has."""

    def __init__(self, loop: Loop, address: tuple[str, int], wanted: int, transport: str, topic: str) -> None:
        super().__init__(loop, address, wanted)
        self._greeting = HEARINGS[transport].asks(f"topic={topic}")

    def greeting(self) -> bytes:
        return self._greeting


class Stalled(Subscribing):
    """Subscribes to what is much, and never reads."""

    source = "127.0.0.4"
    receive_bytes = 4096

    def __init__(self, loop: Loop, address: tuple[str, int], wanted: int, transport: str, topic: str) -> None:
        super().__init__(loop, address, wanted, transport, topic)
        if transport == "long-poll":  # many sent ahead: the answer to one would fit into the kernel's buffers
            self._greeting = HEARINGS[transport].asks(f"topic={topic}&wait=10s") * 100

    def listens_to(self) -> int:
        return select.EPOLLRDHUP


class Flood(Subscribing):
    """Many at once, over what the server will serve; they stay until they are sent away."""

    source = "127.0.0.5"

    def is_enough(self, peer: Peer) -> bool:
        return False

    def answered(self) -> Counter[int]:
        """By status, also those that were served and are still there."""
        return self.ended + Counter(peer.status for peer in self.peers.values() if peer.status)


class Malformed(Peers):
    """What no client would say, made up anew each time."""

    source = "127.0.0.6"

    def __init__(self, loop: Loop, address: tuple[str, int], wanted: int, seed: int) -> None:
        super().__init__(loop, address, wanted)
        self._inputs = garbage(random.Random(seed))

    def greeting(self) -> bytes:
        return next(self._inputs)

    def is_enough(self, peer: Peer) -> bool:
        """A WebSocket's first answer is to the upgrade, which was right."""
        return b"\r\n\r\n" in peer.heard and not peer.heard.startswith(b"HTTP/1.1 101")


def garbage(random_: random.Random) -> Iterator[bytes]:
    while True:
        noise = random_.randbytes(random_.randint(1, 2000))
        yield noise
        yield b"GET /poll HTTP/1.1\r\n" + noise[:200] + b"\r\n\r\n"
        yield _HALF[:random_.randint(1, len(_HALF) - 1)]
        yield b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        yield (b"POST /poll HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n"
               b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        yield _UPGRADE + noise
        yield _UPGRADE + b"\x81\x05hello"  # not masked
        yield _UPGRADE + b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0"  # of 2^64 bytes
        yield _UPGRADE + b"\x89\xfe\x02\0\0\0\0\0" + bytes(512)  # a ping that is too long
