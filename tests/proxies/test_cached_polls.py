"""Polls behind a cache: how many of the clients' requests reach the server, and what that costs in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from loading import load
from observing import ROOT
from proxying import NGINX, Origin, origin, proxy
from pushbench import prose
from pushbench.run import admin
from pushbench.store import observed

TABLE = "cached-polls"
CLIENTS = (10, 100, 1000)
AT_A_TIME = 8
FEW = 3.0  # requests at the server for a notification: one that waits for it, and what a cache forgets meanwhile
SKIPPED = 2  # notifications in which clients still come
TIMES = ("--rate", "1", "--warmup", "0s", "--duration", "5s")
UNLOCKED = {"proxy_cache_lock on;": "proxy_cache_lock off;"}


@dataclass(frozen=True)
class Polled:
    row: str
    transport: str
    file: str = "nginx-cache.conf"
    replaced: Mapping[str, str] = field(default_factory=dict)


ROWS = (Polled("Long poll", "long-poll"),
        Polled("Long poll, without proxy_cache_lock", "long-poll", replaced=UNLOCKED),
        Polled("Long poll, without a cache", "long-poll", "nginx.conf"), Polled("Short poll, 1 s", "short-poll"))


class Counter:
    """How many requests the server had heard when all had asked again behind a notification, before the next one."""

    def __init__(self, server: Origin) -> None:
        self.heard: dict[int, int] = {}
        self._server = server
        self._enough = threading.Event()

    def _look(self) -> None:
        while not self._enough.wait(0.05):
            metrics = admin.read_metrics(self._server.admin)
            self.heard[int(metrics["pushbench_notifications_total"])] = int(metrics["pushbench_requests_total"])

    @contextmanager
    def looking(self) -> Iterator[Counter]:
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield self
        finally:
            self._enough.set()
            thread.join()

    def per_notification(self) -> float:
        first, last = SKIPPED, max(self.heard) - 1  # behind the last one the clients leave
        assert last - first >= 3 and {first, last} <= set(self.heard), f"too few were seen: {sorted(self.heard)}"
        return (self.heard[last] - self.heard[first]) / (last - first)


def counted(polled: Polled, clients: int, folder: Path) -> tuple[float, dict[str, Any]]:
    """Requests at the server for a notification, and what the load generator has to say."""
    with origin() as server, proxy(NGINX, folder, polled.file, server.address, polled.replaced) as before:
        counter = Counter(server)
        with counter.looking():
            told = load(polled.transport, before, server, clients, folder, TIMES)
        return counter.per_notification(), told


def seen(per_notification: float, clients: int) -> str:
    if per_notification <= FEW:
        return "collapsed"
    return "each reaches it" if per_notification >= clients / 2 else "in part"


def test_who_reaches_the_server(observing: Any, tmp_path: Path) -> None:
    note = ("Requests that reach the server for one notification, of which there is one a second. Without "
            "proxy_cache_lock nothing is kept yet while all wait. With it nginx looks every 0.5 s whether the answer "
            "is there, which is what it costs in latency. A short poll's empty answer is kept for 1 s.")
    with observing.sheet(TABLE, "Polls behind a cache of nginx", note, NGINX.tools(), __file__,
                         timed=True) as sheet:
        tried = [(polled, clients) for clients in CLIENTS for polled in ROWS]
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            begun = [pool.submit(counted, polled, clients, tmp_path / f"{ROWS.index(polled)}-{clients}")
                     for polled, clients in tried]
            found = [each.result() for each in begun]
        _tell(sheet, tried, found)


def _tell(sheet: Any, tried: Sequence[tuple[Polled, int]], found: Sequence[tuple[float, dict[str, Any]]]) -> None:
    for (polled, clients), (reached, told) in sorted(zip(tried, found), key=lambda each: ROWS.index(each[0][0])):
        mean, longest = (told["latency_us"][name] / 1000 for name in ("mean", "max"))
        figures = {"lost": told["lost"], "requests_per_notification": round(reached, 2),
                   "mean_ms": round(mean, 1), "max_ms": round(longest, 1)}
        sheet.saw(polled.row, f"{clients:,} clients", seen(reached, clients), detail_of(figures), **figures)


def detail_of(figures: Mapping[str, float]) -> str:
    """From the figures as they are kept, so that a record and its words cannot disagree."""
    lost = f"; {figures['lost']:,.0f} lost" if figures["lost"] else ""
    return (f"{prose.plural(figures['requests_per_notification'], 'request')} for a notification; "
            f"{figures['mean_ms']:,.1f} ms until it is there, at most {figures['max_ms']:,.1f} ms{lost}")


def test_each_figure_of_the_words_has_its_unit() -> None:
    figures = {"lost": 0, "requests_per_notification": 1.0, "mean_ms": 1647.9, "max_ms": 2980.5}
    said = "1 request for a notification; 1,647.9 ms until it is there, at most 2,980.5 ms"
    assert detail_of(figures) == said
    assert detail_of({**figures, "requests_per_notification": 1000.0, "lost": 1200}) == (
        said.replace("1 request ", "1,000 requests ") + "; 1,200 lost")


@pytest.mark.parametrize("record", sorted((ROOT / "results").glob(f"**/{observed.FILE}")),
                         ids=lambda path: path.parent.name)
def test_what_is_kept_says_its_own_figures(record: Path) -> None:
    kept = observed.read(record)
    table = kept.table(TABLE) if kept else None
    assert table and table.cells
    assert [cell.detail for cell in table.cells] == [detail_of(cell.figures) for cell in table.cells]
