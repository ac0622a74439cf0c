"""Each transport behind HAProxy: with the timeouts of Debian's own file, and with one directive more at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proxy_trials import ARRIVES, IDLE, LINKS, OF_A_STREAM, OF_ALL, TIMEOUT_S, Variant, try_all
from proxying import HAPROXY
from through import PATHS

CLIENT, SERVER, BACKEND = "timeout client 50000", "timeout server 50000", "default_backend push"
SHORT = f"{TIMEOUT_S:g}s"
LONG = "8s"
TIMES = ("Times are shortened: HAProxy's 50 s of `timeout client` and `timeout server` are 2 s, and heartbeats come "
         "every 0.5 s in place of 15 s. A long poll has no heartbeats: it waits for 0.8 s in place of 25 s.")
PACKED = f"{BACKEND}\n    compression algo gzip\n    compression type text/event-stream application/json"


def variant(row: str, transport: str, columns: Sequence[str] = (*OF_A_STREAM, LINKS), client: str = SHORT,
            server: str = SHORT, more: str = "", frontend: str = BACKEND, **fields: str) -> Variant:
    """`more` stands behind the timeouts."""
    hurried = {CLIENT: f"timeout client {client}\n    {more}", SERVER: f"timeout server {server}"}
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    shown = tuple(each for each in columns if each != LINKS or transport.endswith("poll"))
    return Variant(row, transport, HAPROXY, "haproxy-stock.cfg", {BACKEND: frontend}, hurried, True, named, shown)


def whole(transport: str) -> Variant:
    hurried = {"timeout client 50s": f"timeout client {SHORT}", "timeout server 75s": f"timeout server {SHORT}"}
    return Variant(f"{transport}, all of haproxy.cfg", transport, HAPROXY, "haproxy.cfg", hurried=hurried,
                   columns=OF_ALL[transport])


def directives() -> Sequence[Variant]:
    waits = f"{BACKEND}\n    option http-buffer-request"
    found: list[Variant] = []
    for name in ("SSE", "WebSocket", "Long poll"):
        found += [variant(f"{name}, timeout tunnel", name, (IDLE,), more=f"timeout tunnel {LONG}"),
                  variant(f"{name}, timeout server", name, (IDLE,), server=LONG),
                  variant(f"{name}, timeout client", name, (IDLE,), client=LONG),
                  variant(f"{name}, timeout server and timeout client", name, (IDLE,), server=LONG, client=LONG),
                  variant(f"{name}, option http-buffer-request", name, (ARRIVES,), frontend=waits),
                  variant(f"{name}, compression", name, (ARRIVES,), frontend=PACKED, Accept_Encoding="gzip")]
    quick = f"{BACKEND}\n    option http-no-delay"
    found += [variant(f"{name}, option http-no-delay", name, (ARRIVES,), frontend=quick) for name in PATHS]
    return [*found, *(whole(name) for name in PATHS)]


def test_each_transport_behind_stock_timeouts(observing: Any, tmp_path: Path) -> None:
    with observing.sheet("haproxy-stock", "Behind HAProxy with the timeouts of Debian's file", TIMES, HAPROXY.tools(),
                         __file__) as sheet:
        try_all([variant(name, name) for name in PATHS], tmp_path, sheet)


def test_one_directive_at_a_time(observing: Any, tmp_path: Path) -> None:
    with observing.sheet("haproxy-directives", "Behind HAProxy, one directive more at a time", "Each is added to the "
                         "file with stock timeouts. " + TIMES, HAPROXY.tools(), __file__) as sheet:
        try_all(directives(), tmp_path, sheet)
