"""Small HTTP servers that answer as a test says, also in ways that no good server would."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EVENTS = "text/event-stream"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10  # opcodes of RFC 6455 §5.2
HANDSHAKE = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 §1.3
LONGEST_S = 60.0


class Visit(BaseHTTPRequestHandler):
    """One request, and what is sent to whoever made it. It ends where the function that answers it does."""

    protocol_version = "HTTP/1.1"
    place: Place

    def do_GET(self) -> None:
        self.close_connection = True
        if self.path == "/page":
            self.answer(200, "text/html", "<!doctype html><title>A page</title>")
        elif self.path != "/favicon.ico":
            self.place.visits.append(self)
            self.place.answered(self)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            pass  # whoever came has left

    def head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def answer(self, status: int, kind: str = "text/plain", body: str = "", **headers: str) -> None:
        self.head(status, Content_Type=kind, Content_Length=str(len(body)), **headers)
        self.wfile.write(body.encode())

    def stream(self, **headers: str) -> None:
        """Begins one, in chunks: so its end and its being cut are not the same."""
        self.head(200, Content_Type=EVENTS, Transfer_Encoding="chunked", **headers)

    def chunk(self, text: str) -> None:
        """An empty one is the last."""
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def reset(self) -> None:
        """What comes of it when the visit ends is a RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def upgrade(self) -> None:
        """To a WebSocket, whoever asks."""
        key = hashlib.sha1((self.headers["Sec-WebSocket-Key"] + HANDSHAKE).encode()).digest()
        self.head(101, Upgrade="websocket", Connection="Upgrade",
                  Sec_WebSocket_Accept=base64.b64encode(key).decode())

    def frame(self, opcode: int, payload: bytes = b"") -> None:
        """Whole, and under 126 bytes."""
        self.wfile.write(bytes([0x80 | opcode, len(payload)]) + payload)

    def log_message(self, format: str, *args: object) -> None:
        """What is asked is in `visits`."""


class _Server(ThreadingHTTPServer):
    def shutdown_request(self, request: Any) -> None:
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER):
            self.close_request(request)  # without the FIN that would go before a RST
        else:
            super().shutdown_request(request)


class Place:
    """Where visits are answered, each in a thread. `/page` is an empty page. All ends with close()."""

    def __init__(self, answered: Callable[[Visit], None], port: int = 0) -> None:
        self.answered = answered
        self.visits: list[Visit] = []
        self.over = threading.Event()
        handler = type("VisitHere", (Visit,), {"place": self})
        self._server = _Server(("127.0.0.1", port), handler)
        self.port = int(self._server.server_address[1])
        self.origin = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Nobody gets in any more, and then whoever is in is sent away. May be called again."""
        if self.over.is_set():
            return
        self._server.shutdown()
        self._server.server_close()
        self.over.set()
        self._thread.join(LONGEST_S)
