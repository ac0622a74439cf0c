"""Clients on plain sockets: one request each, read as it comes by a thread of its own."""

from __future__ import annotations

import http.client
import threading
import zlib
from collections.abc import Callable, Mapping
from email.message import Message

HANDSHAKE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
             "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
PATHS = {"SSE": "/events", "WebSocket": "/ws", "Long poll": "/poll", "Short poll": "/poll"}
WHOLE, CUT = "ended whole", "cut off"


class Through:
    """`ended` says how, once it has. `status` is 0 where it ended without an answer."""

    def __init__(self, port: int, path: str, fields: Mapping[str, str] | None = None) -> None:
        self.status: int | None = None
        self.headers = Message()
        self.text = b""
        self.ended = ""
        self._changed = threading.Condition()
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._link.request("GET", path, headers=dict(fields or {}))
        self._sock = self._link.sock
        threading.Thread(target=self._read, daemon=True).start()

    def wait(self, holds: Callable[[Through], bool], longest_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: holds(self), longest_s)

    def wait_for(self, mark: bytes, longest_s: float) -> bool:
        return self.wait(lambda client: mark in client.text, longest_s)

    def close(self) -> None:
        try:
            self._sock.shutdown(2)
        except OSError:
            pass  # it is over already
        self.wait(lambda client: bool(client.ended), 5.0)
        self._link.close()

    def __enter__(self) -> Through:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        ended = WHOLE
        try:
            with self._link.getresponse() as answer:
                self._tell(status=answer.status, headers=answer.headers)
                unpacked = zlib.decompressobj(31) if answer.headers.get("Content-Encoding") == "gzip" else None
                # Of what follows a 101 http.client knows no length: it is read as the bytes that come.
                read = answer.fp.read1 if answer.status == 101 else answer.read1
                while data := read(65536):
                    self._tell(more=unpacked.decompress(data) if unpacked else data)
                if answer.status == 101 or (not answer.chunked and answer.length):
                    ended = CUT
        except (OSError, http.client.HTTPException, ValueError):
            ended = CUT
        self._tell(ended=ended)

    def _tell(self, status: int | None = None, headers: Message | None = None, more: bytes = b"",
              ended: str = "") -> None:
        with self._changed:
            self.status = status if status is not None else self.status
            self.headers = headers if headers is not None else self.headers
            self.text += more
            self.ended = ended or self.ended
            if self.ended and self.status is None:
                self.status = 0
            self._changed.notify_all()
