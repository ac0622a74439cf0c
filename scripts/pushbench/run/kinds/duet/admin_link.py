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


class AdminLink:
    """Each request is one write, so that the server wakes once for it."""

    def __init__(self, address: str) -> None:
        self._address = address
        host, _, port = address.rpartition(":")
        try:
            self._socket = socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, ValueError) as error:
            raise TrialError(f"the admin port {address} cannot be reached: {one_line(str(error), 80)}") from None

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
            raise TrialError(f"the admin port {self._address} did not answer {method} {path}:"
                             f" {one_line(str(error) or type(error).__name__, 80)}") from None
