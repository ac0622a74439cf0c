"""The page's own little server: its files, the time, and what the buttons do. It faces this machine only."""

from __future__ import annotations

import http.server
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Told = Callable[[], Any]


class Site(http.server.SimpleHTTPRequestHandler):
    """Of files below a folder, `answers` by path as JSON, and `actions` by POST."""

    def __init__(self, *given: Any, answers: Mapping[str, Told], actions: Mapping[str, Callable[[], None]],
                 **more: Any) -> None:
        self._answers, self._actions = answers, actions
        super().__init__(*given, **more)

    def do_GET(self) -> None:
        told = self._answers.get(urlsplit(self.path).path)
        if told is None:
            return super().do_GET()
        self._send(HTTPStatus.OK, json.dumps(told()).encode(), "application/json")

    def do_POST(self) -> None:
        action = self._actions.get(urlsplit(self.path).path)
        # Another site's page could send this as well; only our own says where it comes from, and that it is here.
        if action is None or self.headers.get("Origin") != f"http://{self.headers.get('Host')}":
            status = HTTPStatus.NOT_FOUND if action is None else HTTPStatus.FORBIDDEN
            return self._send(status, b"", "text/plain")
        action()
        self._send(HTTPStatus.OK, b"{}", "application/json")

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def _send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """One line a second for a page that is open says nothing to anybody."""


def now_ms() -> float:
    """Of the clock by which the servers stamp."""
    return time.clock_gettime(time.CLOCK_MONOTONIC) * 1000


def make_site(port: int, folder: Path, answers: Mapping[str, Told],
              actions: Mapping[str, Callable[[], None]]) -> http.server.ThreadingHTTPServer:
    site = http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(
        Site, directory=str(folder), answers=answers, actions=actions))
    site.daemon_threads = True
    return site
