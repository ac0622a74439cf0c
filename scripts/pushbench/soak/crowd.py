"""All subscribers: they connect, keep their ledgers, are cut, and come back with their cursors."""

from __future__ import annotations

import random
import select
import socket
import time
from collections import Counter, deque

from pushbench.soak.hearing import HEARINGS, Goodbye, Hearing, LinkEnded
from pushbench.soak.ledger import Accounts, CursorLedger
from pushbench.soak.loop import Loop, abort, connecting

_MOST_CONNECTING = 512  # far below any backlog
_BACK_AFTER_S = 0.3
_PIECE_BYTES = 1 << 16


class Subscriber:
    __slots__ = ("crowd", "topic", "reads", "ledger", "link", "hearing")

    def __init__(self, crowd: "Audience", topic: str, reads: type[Hearing]) -> None:
        self.crowd, self.topic, self.reads = crowd, topic, reads
        self.ledger = CursorLedger(crowd.accounts)
        self.link: socket.socket | None = None
        self.hearing: Hearing | None = None

    @property
    def stands(self) -> bool:
        return self.hearing is not None and self.hearing.stands

    def connect(self) -> None:
        self.link, self.hearing = connecting(self.crowd.address), None
        self.crowd.loop.watch(self.link.fileno(), select.EPOLLOUT, self._connected)

    def cut(self) -> None:
        """Whatever is on its way is gone."""
        if self.link is not None:
            self.crowd.loop.forget(self.link.fileno())
            abort(self.link)
        self.link = self.hearing = None

    def _connected(self, _: int) -> None:
        assert self.link is not None
        self.crowd.connecting -= 1
        self.hearing = self.reads(self.topic, self.ledger)
        if self.link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or not self._send(self.hearing.hello()):
            return self._over()
        self.crowd.loop.watch(self.link.fileno(), select.EPOLLIN, self._readable)

    def _readable(self, _: int) -> None:
        assert self.link is not None and self.hearing is not None
        try:
            data = self.link.recv(_PIECE_BYTES)
            reply = self.hearing.feed(data) if data else b""
        except BlockingIOError:
            return
        except (Goodbye, OSError):
            return self._over()
        except (LinkEnded, ValueError, KeyError) as wrong:
            return self._over(wrong)
        if not data or (reply and not self._send(reply)):
            self._over()

    def _send(self, data: bytes) -> bool:
        """So few bytes fit, or the connection is of no use."""
        assert self.link is not None
        try:
            return self.link.send(data) == len(data)
        except OSError:
            return False

    def _over(self, wrong: Exception | None = None) -> None:
        self.cut()
        self.crowd.left(self, wrong)


class Audience:
    def __init__(self, loop: Loop, address: tuple[str, int], clients: int, topics: list[str], transports: list[str],
                 seed: int) -> None:
        self.loop, self.address = loop, address
        self.accounts = Accounts()
        self.random = random.Random(seed)
        self.links_lost = 0  # that the crowd did not cut itself
        self.refused = Counter[int]()  # answers other than the wanted, by status
        self.wrong: list[str] = []  # what nobody may say, the first few
        self.connecting = 0
        self._later: deque[tuple[float, Subscriber]] = deque()
        self.subscribers = [
            Subscriber(self, topics[i // len(transports) % len(topics)], HEARINGS[transports[i % len(transports)]])
            for i in range(clients)]
        self._later.extend((0.0, each) for each in self.subscribers)

    def come(self) -> None:
        """A turn of the loop's: those whose time it is connect, a bounded number at once."""
        now = time.monotonic()
        while self._later and self._later[0][0] <= now and self.connecting < _MOST_CONNECTING:
            self.connecting += 1
            self._later.popleft()[1].connect()

    def cut(self) -> int:
        """All who stand are cut at once, in random order, and come back."""
        cut = [each for each in self.subscribers if each.stands]
        self.random.shuffle(cut)
        for each in cut:
            each.cut()
            self._later.append((0.0, each))
        return len(cut)

    def left(self, subscriber: Subscriber, wrong: Exception | None) -> None:
        self.links_lost += 1
        if isinstance(wrong, LinkEnded) and wrong.status:
            self.refused[wrong.status] += 1
        elif wrong is not None and len(self.wrong) < 5:
            self.wrong.append(str(wrong))
        self._later.append((time.monotonic() + _BACK_AFTER_S, subscriber))

    @property
    def standing(self) -> int:
        return sum(each.stands for each in self.subscribers)

    def all_stand(self) -> bool:
        return all(each.stands for each in self.subscribers)

    def behind(self, heads: dict[str, int]) -> int:
        """How many have not yet what was published last."""
        return sum(each.ledger.sequence != heads.get(each.topic, 0) for each in self.subscribers)
