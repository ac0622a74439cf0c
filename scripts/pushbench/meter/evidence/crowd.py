"""Subscribers and a publisher that take turns. Each waits until the server sleeps again before it goes on, so that
nothing that is counted depends on the time."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

from pushbench.errors import TrialError
from pushbench.meter.evidence import speech
from pushbench.meter.evidence.speech import Poll, Speech, Stream

WIRE = ("bytes_in", "bytes_out", "data_segments_in", "data_segments_out")  # of the clients
_PATIENCE_S = 20.0  # under callgrind a server is 50 times slower
_TCP_INFO_BYTES = 256
# Offsets in `struct tcp_info` of <linux/tcp.h>, which only ever grows at its end.
_BYTES_RECEIVED, _DATA_SEGMENTS, _BYTES_SENT = 128, 152, 200


class Sleeper:
    """A process that one waits for until it waits itself."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def naps(self) -> int:
        """How often it has gone to sleep so far."""
        return self._look()[1]

    def settle(self, naps_before: int) -> None:
        """Until it sleeps, and has been awake since `naps_before` were counted."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            state, naps = self._look()
            if state == "S" and naps > naps_before:
                return
            time.sleep(0.0001)
        raise TrialError(f"the server (process {self._pid}) did not come to rest within {_PATIENCE_S:g} s")

    def _look(self) -> tuple[str, int]:
        try:
            text = Path(f"/proc/{self._pid}/status").read_text(encoding="utf-8")
        except OSError:
            raise TrialError(f"the server (process {self._pid}) is gone") from None
        lines = dict(line.partition(":")[::2] for line in text.splitlines())
        return lines["State"].strip()[:1], int(lines["voluntary_ctxt_switches"])


class Conversation:
    """One TCP connection, whose server is asleep whenever a method begins and ends."""

    def __init__(self, address: str, server: Sleeper) -> None:
        self._server = server
        self._times_short_bytes = 0
        host, _, port = address.rpartition(":")
        before = server.naps()
        try:
            self._socket = socket.create_connection((host, int(port)), timeout=_PATIENCE_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise TrialError(f"{address} cannot be reached: {error.strerror or error}") from None
        server.settle(before)

    def say(self, what: bytes) -> None:
        """In one segment: two would sometimes wake the server once and sometimes twice."""
        before = self._server.naps()
        try:
            self._socket.sendall(what)
        except OSError as error:
            raise TrialError(f"a subscriber could not ask: {error.strerror or error}") from None
        self._server.settle(before)

    def hear(self, is_enough: Callable[[bytes], bool] = speech.is_whole_answer) -> bytes:
        heard = b""
        while not is_enough(heard):
            try:
                piece = self._socket.recv(1 << 16)
            except OSError as error:
                raise TrialError(f"a subscriber heard nothing more: {error.strerror or error}") from None
            if not piece:
                raise TrialError("the server closed the connection of a subscriber")
            heard += piece
        self._times_short_bytes += speech.times_short_bytes(heard)
        return heard

    def wire(self) -> dict[str, int]:
        """Payload of TCP and the segments that carried it. Segments without payload depend on the time."""
        info = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
        (received,), (sent,) = (struct.unpack_from("=Q", info, place) for place in (_BYTES_RECEIVED, _BYTES_SENT))
        segments_in, segments_out = struct.unpack_from("=II", info, _DATA_SEGMENTS)
        return dict(zip(WIRE, (received + self._times_short_bytes, sent, segments_in, segments_out), strict=True))

    def close(self) -> None:
        before = self._server.naps()
        self._socket.close()
        self._server.settle(before)


class Client(Conversation):
    """A subscriber of one transport, to what comes after `cursor`, which is the newest there is."""

    def __init__(self, address: str, server: Sleeper, spoken: Speech, cursor: str) -> None:
        super().__init__(address, server)
        self._spoken, self._cursor = spoken, cursor
        if isinstance(spoken, Stream):
            self.say(spoken.hello)
            if spoken.is_greeted:
                self.hear()

    def ask(self) -> None:
        assert isinstance(self._spoken, Poll)
        self.say(self._spoken.ask(self._cursor))

    def answer(self, sequence: int | None) -> None:
        """What a poll brought: the notification of that number, or nothing where None is expected."""
        answer = self.hear()
        if sequence is not None and not speech.has_notification(answer, sequence):
            raise TrialError(f"a poll was answered without notification {sequence}")
        self._cursor = speech.cursor_in(answer, self._cursor)

    def notified(self, sequence: int) -> None:
        self.hear(lambda heard: speech.has_notification(heard, sequence))


class Publisher(Conversation):
    def publish(self, payload: str) -> None:
        self.say(f"POST /publish HTTP/1.1\r\nHost: {speech.HOST}\r\nContent-Length: {len(payload)}\r\n\r\n"
                 f"{payload}".encode())
        if not self.hear().startswith(b"HTTP/1.1 200 "):
            raise TrialError("the admin port did not take a notification")
