"""Each transport behind nginx: with a bare proxy_pass, and with one directive more at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proxy_trials import ARRIVES, IDLE, LINKS, OF_ALL, TIMEOUT_S, Variant, try_all
from proxying import NGINX
from through import PATHS

PASS, UPSTREAM = "proxy_pass http://push;", "upstream push {"
TIMES = ("Times are shortened: nginx's 60 s of proxy_read_timeout are 2 s, and heartbeats come every 0.5 s in place of "
         "15 s. A long poll has no heartbeats: it waits for 0.8 s in place of 25 s.")
IGNORED = "proxy_ignore_headers X-Accel-Buffering;"
UPGRADE = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
VERSION, NO_CLOSE, KEEP = "proxy_http_version 1.1;", 'proxy_set_header Connection "";', "keepalive 64;"
GZIP = "gzip on; gzip_types text/event-stream;"
LONGER = "proxy_read_timeout 8s;"


def variant(row: str, transport: str, *lines: str, **more: Any) -> Variant:
    """`lines` stand beside the bare proxy_pass, but for `keepalive`, which stands in `upstream`."""
    inside = " ".join([PASS, *(line for line in lines if line != KEEP)])
    times = "" if LONGER in lines else f" proxy_read_timeout {TIMEOUT_S:g}s;"
    replaced = {PASS: inside} | ({UPSTREAM: f"{UPSTREAM} {KEEP}"} if KEEP in lines else {})
    return Variant(row, transport, NGINX, "nginx-stock.conf", replaced, {PASS: inside + times}, **more)


def whole(transport: str) -> Variant:
    return Variant(f"{transport}, all of nginx.conf", transport, NGINX, "nginx.conf",
                   hurried={"proxy_read_timeout 75s": f"proxy_read_timeout {TIMEOUT_S:g}s"}, columns=OF_ALL[transport])


def sse() -> Sequence[Variant]:
    packed = {"fields": {"Accept-Encoding": "gzip"}, "columns": (ARRIVES,)}
    return (variant("SSE, the server not saying X-Accel-Buffering: no", "SSE", IGNORED),
            variant("SSE, not saying it, with proxy_buffering off", "SSE", IGNORED, "proxy_buffering off;"),
            variant("SSE, proxy_buffering off", "SSE", "proxy_buffering off;", columns=(ARRIVES,)),
            variant("SSE, gzip on", "SSE", GZIP, **packed),
            variant("SSE, not saying it, with gzip on and proxy_buffering off", "SSE", IGNORED, GZIP,
                    "proxy_buffering off;", **packed),
            variant("SSE, proxy_http_version 1.1", "SSE", VERSION),
            variant('SSE, proxy_set_header Connection ""', "SSE", NO_CLOSE, columns=(ARRIVES,)),
            variant("SSE, proxy_read_timeout above the silence", "SSE", LONGER, columns=(IDLE,)),
            whole("SSE"))


def websocket() -> Sequence[Variant]:
    host = "proxy_set_header Host"
    return (variant("WebSocket, proxy_http_version 1.1", "WebSocket", VERSION, columns=(ARRIVES,)),
            variant("WebSocket, Upgrade and Connection", "WebSocket", UPGRADE, columns=(ARRIVES,)),
            variant("WebSocket, all three", "WebSocket", VERSION, UPGRADE, columns=(ARRIVES,)),
            variant("WebSocket, all three, from a program without Origin", "WebSocket", VERSION, UPGRADE, page=False),
            variant("WebSocket, all three, and Host $host", "WebSocket", VERSION, UPGRADE, f"{host} $host;",
                    columns=(ARRIVES,)),
            variant("WebSocket, all three, and Host $http_host", "WebSocket", VERSION, UPGRADE, f"{host} $http_host;"),
            variant("WebSocket, these, and proxy_read_timeout above the silence", "WebSocket", VERSION, UPGRADE,
                    f"{host} $http_host;", LONGER, columns=(IDLE,)),
            whole("WebSocket"))


def polls() -> Sequence[Variant]:
    return (variant("Long poll, proxy_read_timeout above its wait", "Long poll", LONGER, columns=(IDLE,)),
            *(each for name in ("Long poll", "Short poll") for each in (
                variant(f"{name}, nothing added", name, columns=(LINKS,)),
                variant(f"{name}, keepalive in upstream", name, KEEP, columns=(LINKS,)),
                variant(f'{name}, keepalive, proxy_http_version 1.1 and Connection ""', name, KEEP, VERSION, NO_CLOSE,
                        columns=(LINKS,)),
                whole(name))))


def test_each_transport_behind_a_bare_proxy_pass(observing: Any, tmp_path: Path) -> None:
    with observing.sheet("nginx-stock", "Behind nginx with a bare proxy_pass", "A browser's WebSocket says its Origin. "
                         "Our SSE says X-Accel-Buffering: no. " + TIMES, NGINX.tools(), __file__) as sheet:
        try_all([variant(name, name) for name in PATHS], tmp_path, sheet)


def test_one_directive_at_a_time(observing: Any, tmp_path: Path) -> None:
    with observing.sheet("nginx-directives", "Behind nginx, one directive more at a time", "Each is added to the bare "
                         "proxy_pass. " + TIMES, NGINX.tools(), __file__) as sheet:
        try_all([*sse(), *websocket(), *polls()], tmp_path, sheet)
