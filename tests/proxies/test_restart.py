"""The server behind a proxy dies, is away, and comes back: what each client is told."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from proxy_trials import Seen, Variant
from proxying import HAPROXY, LONGEST_S, NGINX, origin, proxy, until
from through import HANDSHAKE, PATHS, Through

OPEN, AWAY, BACK = "what is open when the server dies", "asked while it is away", "asked when it is back"
FILES = (("nginx-stock.conf", NGINX, "a bare proxy_pass"), ("nginx.conf", NGINX, "nginx.conf"),
         ("haproxy-stock.cfg", HAPROXY, "HAProxy as it is"), ("haproxy.cfg", HAPROXY, "haproxy.cfg"))
GOOD = (101, 200, 204)


def variants() -> Iterator[Variant]:
    for transport in ("SSE", "WebSocket", "Long poll"):
        for file, kind, title in FILES:
            if (transport, file) != ("WebSocket", "nginx-stock.conf"):  # which lets none through at all
                yield Variant(f"{transport}, {title}", transport, kind, file)


def ask(variant: Variant, port: int) -> Through:
    fields = HANDSHAKE | {"Origin": f"http://127.0.0.1:{port}"} if variant.transport == "WebSocket" else {}
    # The cursor is a number of no server's life, so that each life lets it wait.
    query = "?after=0&wait=25s" if variant.transport == "Long poll" else ""
    return Through(port, PATHS[variant.transport] + query, fields)


def ended(client: Through) -> str:
    """In a word or two; an answer that is wrong is told by its status."""
    assert client.wait(lambda told: bool(told.ended), LONGEST_S), "it hangs"
    if client.status == 0:
        return "closed unanswered"
    return client.ended if client.status in GOOD else f"answered with {client.status}"


def lives(variant: Variant, host: str, folder: Path) -> dict[str, Seen]:
    """`host` is an address of its own: nobody takes a port there while the server is away."""
    with ExitStack() as stack:
        server = stack.enter_context(origin(listen=f"{host}:0"))
        before = stack.enter_context(proxy(variant.kind, folder, variant.file, server.address))
        with ask(variant, before.port) as client:
            server.wait_for_requests(1)
            os.kill(server.process.pid, signal.SIGKILL)
            found = {OPEN: Seen(ended(client))}
        assert server.process.wait(LONGEST_S) is not None  # until then it may still listen
        began = time.monotonic()
        with ask(variant, before.port) as client:
            found[AWAY] = Seen(ended(client), "", {"after_ms": round(1000 * (time.monotonic() - began), 1)})
        stack.enter_context(origin(listen=server.address))
        found[BACK] = _asked_again(variant, before.port)
    return found


def _asked_again(variant: Variant, port: int) -> Seen:
    """Whether the first request behind the restart is served, or how many were not."""
    refused = 0

    def served() -> bool:
        nonlocal refused
        client = Through(port, "/poll") if variant.transport == "Long poll" else ask(variant, port)
        with client:
            assert client.wait(lambda told: told.status is not None, LONGEST_S), "it hangs"
            refused += client.status not in GOOD
            return client.status in GOOD
    assert until(served), f"not served {LONGEST_S:g} s after the restart"
    return Seen("served later", f"{refused} before it were refused") if refused else Seen("served")


def test_what_clients_are_told_of_a_restart(observing: Any, tmp_path: Path) -> None:
    note = ("The server is killed, a client asks while it is away, and another life of it is started on the same port. "
            "A browser's EventSource gives up for good behind an answer such as 502 or 503, and comes back behind a "
            "connection that closes unanswered.")
    with observing.sheet("proxy-restart", "The server behind a proxy is restarted", note,
                         NGINX.tools() | HAPROXY.tools(), __file__) as sheet:
        rows = list(variants())
        with ThreadPoolExecutor(6) as pool:
            begun = [pool.submit(lives, variant, f"127.0.1.{number}", tmp_path / str(number))
                     for number, variant in enumerate(rows, start=1)]
        for variant, trial in zip(rows, begun):
            for column, cell in trial.result().items():
                sheet.saw(variant.row, column, cell.seen, cell.detail, **cell.figures)
