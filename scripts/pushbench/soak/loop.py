"""One thread that serves thousands of sockets: who is ready is called, and actions come round in their turn."""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

Handler = Callable[[int], None]
_LONGEST_NAP_S = 0.02
_BIND_ADDRESS_NO_PORT = 24  # <linux/in.h>: the port is chosen at connect(), so one is free for each destination
_ABORT = struct.pack("ii", 1, 0)


@dataclass
class _Turn:
    action: Callable[[], None]
    every_s: float
    due_s: float = 0.0


class Loop:
    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._handlers: dict[int, Handler] = {}
        self._turns: list[_Turn] = []

    def watch(self, fd: int, events: int, handler: Handler) -> None:
        if fd in self._handlers:
            self._epoll.modify(fd, events)
        else:
            self._epoll.register(fd, events)
        self._handlers[fd] = handler

    def forget(self, fd: int) -> None:
        if self._handlers.pop(fd, None) is not None:
            with suppress(OSError):
                self._epoll.unregister(fd)

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """Not more often, and not caught up on: a loop that is late has enough to do."""
        self._turns.append(_Turn(action, seconds))

    def run_until(self, done: Callable[[], bool], limit_s: float) -> bool:
        """Whether it was done before the time was up."""
        deadline = time.monotonic() + limit_s
        while not done():
            if time.monotonic() >= deadline:
                return False
            self._once()
        return True

    def run(self, seconds: float) -> None:
        self.run_until(lambda: False, seconds)

    def _once(self) -> None:
        for fd, events in self._epoll.poll(_LONGEST_NAP_S, 512):
            if handler := self._handlers.get(fd):  # another may have closed it meanwhile
                handler(events)
        now = time.monotonic()
        for turn in self._turns:
            if now >= turn.due_s:
                turn.due_s = now + turn.every_s
                turn.action()


def connecting(address: tuple[str, int], source: str = "", receive_bytes: int = 0) -> socket.socket:
    """A socket that is about to be connected. `source` spreads those who are many over several addresses."""
    link = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    if receive_bytes:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    if source:
        link.setsockopt(socket.SOL_IP, _BIND_ADDRESS_NO_PORT, 1)
        link.bind((source, 0))
    link.connect_ex(address)
    return link


def abort(link: socket.socket) -> None:
    """Closes by a reset, as a machine does that has lost its state: nothing lingers, not on this side either."""
    with suppress(OSError):
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    link.close()
