"""An admin port over one connection that stays open: of what an order costs the server, most is a new connection."""

from __future__ import annotations

import http.client
import json
import socket
import time
from typing import Any

from pushbench.errors import TrialError, one_line
from pushbench.run.admin import parse_metrics

_ANSWER_S = 10.0
_STILL_RUNNING = 409


class _GivenUp(TrialError):
    """The server closed the connection in place of an answer."""


class AdminLink:
    """Each request is one write, so that the server wakes once for it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket = self._connected()

    def _connected(self) -> socket.socket:
        host, _, port = self._address.rpartition(":")
        try:
            made = socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_S)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, ValueError) as error:
            raise TrialError(f"the admin port {self._address} cannot be reached: {one_line(str(error), 80)}") from None
        return made

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> AdminLink:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def order(self, schedule: dict[str, Any]) -> int | None:
        """Starts a schedule; the time (CLOCK_MONOTONIC, ns) just before the server was asked.

        None where an earlier one still runs.
        """
        began_ns = time.monotonic_ns()
        status, body = self._ask("POST", "/schedule", json.dumps(schedule))
        if status == _STILL_RUNNING:
            return None
        if status != 202:
            raise TrialError(f"the admin port {self._address} answered POST /schedule with {status}"
                             f" '{one_line(body, 80)}'")
        return began_ns

    def metrics(self) -> dict[str, float]:
        status, body = self._ask("GET", "/metrics")
        if status != 200:
            raise TrialError(f"the admin port {self._address} answered GET /metrics with {status}")
        return parse_metrics(body)

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """By a new connection where the server gave up the old one: on a machine that is busy with much else, all
        clients of the other side may take longer to come than a server waits for a request. An order that it had
        taken all the same would be seen: more would be delivered than was asked for."""
        try:
            return self._ask_once(method, path, body)
        except _GivenUp:
            self.close()
            self._socket = self._connected()
            return self._ask_once(method, path, body)

    def _ask_once(self, method: str, path: str, body: str) -> tuple[int, str]:
        head = (f"{method} {path} HTTP/1.1\r\nHost: {self._address}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        try:
            self._socket.sendall((head + body).encode())
            answer = http.client.HTTPResponse(self._socket, method=method)
            try:
                answer.begin()
                return answer.status, answer.read().decode(errors="replace")
            finally:
                answer.close()
        except (OSError, http.client.HTTPException) as error:
            gone = isinstance(error, (http.client.RemoteDisconnected, ConnectionError))
            raise (_GivenUp if gone else TrialError)(
                f"the admin port {self._address} did not answer {method} {path}:"
                f" {one_line(str(error) or type(error).__name__, 80)}") from None
