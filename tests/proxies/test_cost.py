"""What the proxy itself takes: CPU for a delivery, and memory for a connection as the slope between two crowds."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loading import load
from proxying import HAPROXY, NGINX, Kind, Proxy, origin, proxy, until

COLUMNS = {"SSE": "sse", "WebSocket": "websocket", "Long poll": "long-poll"}
FEW, MANY = 100, 1000
TIMES = ("--rate", "5", "--warmup", "300ms", "--duration", "1200ms")
KEPT = {"keepalive 64;": "keepalive 1000;"}  # a connection for each client that polls


@dataclass(frozen=True)
class Taken:
    """Of the processes of one program, in a window of the load generator's."""

    cpu_us: float
    pss_kib: float


@dataclass(frozen=True)
class Measured:
    before: Taken
    server: Taken


@dataclass(frozen=True)
class Row:
    name: str
    kind: Kind
    file: str
    columns: tuple[str, ...] = tuple(COLUMNS)
    replaced: Mapping[str, str] = field(default_factory=dict)


ROWS = (Row("nginx", NGINX, "nginx.conf"), Row("nginx, keepalive 1000", NGINX, "nginx.conf", ("Long poll",), KEPT),
        Row("HAProxy", HAPROXY, "haproxy.cfg"))


def measured(row: Row, column: str, clients: int, base: Path) -> Measured:
    folder = base / f"{ROWS.index(row)}-{COLUMNS[column]}-{clients}"
    with origin() as server, proxy(row.kind, folder, row.file, server.address, row.replaced) as before:
        pids = [server.process.pid, *_all_of(before)]
        told = load(COLUMNS[column], before, server, clients, folder,
                    [*TIMES, *(word for pid in pids for word in ("--server-pid", str(pid)))])
        by_pid = {each["pid"]: each for each in told["server"]["processes"]}
        assert set(pids) <= set(by_pid), f"the load generator tells of {sorted(by_pid)}, not of {pids}"

    def taken(some: list[int]) -> Taken:
        return Taken(sum(by_pid[pid]["cpu_s"] for pid in some) * 1e6 / told["window_deliveries"],
                     sum(by_pid[pid]["pss_bytes"] for pid in some) / 1024)
    return Measured(taken(pids[1:]), taken(pids[:1]))


def _all_of(before: Proxy) -> list[int]:
    """nginx listens before it has a worker."""
    wanted = 2 if before.process.name == NGINX.name else 1
    assert until(lambda: len(before.pids) >= wanted), f"{before.process.name} has no worker"
    return before.pids


def slope(few: Taken, many: Taken) -> float:
    return (many.pss_kib - few.pss_kib) / (MANY - FEW)


def test_what_a_proxy_takes(observing: Any, tmp_path: Path) -> None:
    note = (f"By nginx.conf and haproxy.cfg of examples/proxy, {MANY:,} clients that are all told the same 5 times a "
            f"second. CPU is that of all processes of the proxy, user and kernel. Memory is user memory (Pss) as the "
            f"slope from {FEW} to {MANY:,} clients under that load; what the kernel holds for the two sockets of each "
            "client is not in it. nginx.conf keeps 64 connections to the server for polls: beyond that each opens one. "
            "Load generator, proxy and server share the machine's cores.")
    with observing.sheet("proxy-cost", "What the proxy itself takes", note, NGINX.tools() | HAPROXY.tools(), __file__,
                         timed=True) as sheet:
        tried = [(row, column) for row in ROWS for column in row.columns]
        with ThreadPoolExecutor(len(tried)) as pool:  # of the few only memory counts
            few = list(pool.map(lambda each: measured(each[0], each[1], FEW, tmp_path), tried))
        for (row, column), little in zip(tried, few):
            _tell(sheet, row.name, column, little, measured(row, column, MANY, tmp_path))


def _tell(sheet: Any, row: str, column: str, few: Measured, many: Measured) -> None:
    own_kib, server_kib = slope(few.before, many.before), slope(few.server, many.server)
    sheet.saw(row, column, f"{many.before.cpu_us:.1f} µs a delivery, {own_kib:.1f} KiB a connection",
              f"beside the server's own {many.server.cpu_us:.1f} µs and {server_kib:.1f} KiB",
              cpu_us_per_delivery=round(many.before.cpu_us, 2), kib_per_connection=round(own_kib, 2),
              server_cpu_us_per_delivery=round(many.server.cpu_us, 2),
              server_kib_per_connection=round(server_kib, 2))
