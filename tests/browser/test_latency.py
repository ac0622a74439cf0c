"""How late a page in a browser hears, and how late the load generator does, of the same notifications."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from observing import Observing
from pushbench.report.charts.browser import BUSY_SHARE, TABLE
from pushbench.run.admin import start_schedule
from pushbench.stats.percentiles import allowed

from browsing import BUILD
from driver import Browser, Tab
from stage import Stage, stage

SCRIPT = "/tests/browser/latency.mjs"
TOPIC = "late"
SKIPPED = 3  # the first: a page's code is compiled with them
LONGEST_S = 90.0
CLOCKS_AGREE_MS = 0.5
MEASURED, BUSY = "measured", "measured on a busy machine"
PERCENTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
PAGE, NATIVE = "in a page", "by the load generator"
NOTE = ("From when a notification was due at the server to when the page's code, or the load generator, has "
        "read it, on one machine without a network. Both follow the same topic, a topic for each transport; "
        "arrivals are Poisson. A page is one of examples/demo/clients in a window of its own; its clock, "
        "performance.timeOrigin + performance.now(), is told in steps of 0.1 ms. A page's figures have the "
        "browser's work in them and its wait for a core, of which this machine has few. They differ from one "
        "observation to the next.")


@dataclass(frozen=True)
class Way:
    """A transport: its client in the page, and its name for the load generator."""

    title: str
    file: str
    name: str


WAYS = (Way("SSE", "eventsource.js", "sse"), Way("WebSocket", "websocket.js", "websocket"),
        Way("Long poll", "long-poll.js", "long-poll"), Way("Short poll, 1 s", "short-poll.js", "short-poll"))
# To each client, and how many of them count: the fewest that tell p50, and p90. Topics get theirs by chance, so more
# are published.
RATES = {"1 a second": (1, 20), "20 a second": (20, 120)}
SPARE = 1.35


def ahead_ms() -> float:
    """How far the wall clock is ahead of the one by which servers stamp."""
    return (time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)) / 1e6


@pytest.fixture
def on() -> Iterator[Stage]:
    with stage() as made:
        yield made


def follow(browser: Browser, on: Stage, ahead: float) -> list[Tab]:
    tabs = [browser.open(on.page) for _ in WAYS]
    for number, (tab, way) in enumerate(zip(tabs, WAYS, strict=True)):
        tab.run(f"async (told) => (window.own = await import('{SCRIPT}')).follow(...told)",
                [way.file, f"http://127.0.0.1:{on.server.listen}", f"{TOPIC}-{number}", ahead])
    wrong = tabs[0].run("([clock, ahead]) => own.clockIsWrongByMs(clock, ahead)", ["/clock", ahead])
    assert wrong < CLOCKS_AGREE_MS, f"the page's clock is wrong by {wrong:.2f} ms"
    return tabs


@contextmanager
def load_generators(on: Stage, count: int, folder: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """One a transport, which only listens."""
    begun = [subprocess.Popen(
        [str(BUILD / "bin" / "loadgen"), "--transport", way.name, "--target", f"127.0.0.1:{on.server.listen}",
         "--connections", "1", "--topic", f"{TOPIC}-{number}", "--no-publish", "--skip", str(SKIPPED),
         "--expect", str(count), "--duration", f"{LONGEST_S:.0f}s", "--json", str(folder / f"{way.name}.json")],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for number, way in enumerate(WAYS)]
    try:
        yield begun
    finally:
        for process in begun:
            process.kill()
            process.wait()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def busy_share() -> float:
    """Of all cores, over a second."""
    def ticks() -> tuple[int, int]:
        words = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:9]
        return sum(map(int, words)), int(words[3]) + int(words[4])  # all of them; idle, and waiting for a disk

    (all_before, idle_before), _, (all_after, idle_after) = ticks(), time.sleep(1), ticks()
    return 1 - (idle_after - idle_before) / max(all_after - all_before, 1)


def run(browser: Browser, on: Stage, rate_per_s: int, count: int,
        folder: Path) -> Iterator[tuple[str, str, Mapping[str, float]]]:
    """Where, by which transport, and the figures."""
    tabs = follow(browser, on, ahead_ms())
    with load_generators(on, count, folder) as native:
        until(lambda: on.server.connections() >= 2 * len(WAYS) and all(tab.run("() => own.isOpen()") for tab in tabs))
        busy = round(busy_share(), 2)
        start_schedule(f"127.0.0.1:{on.server.admin}", {
            "rate": rate_per_s * len(WAYS), "payload_bytes": 64, "arrival": "poisson", "seed": 1,
            "topics": len(WAYS), "topic": TOPIC, "count": round((count + SKIPPED) * len(WAYS) * SPARE)})
        until(lambda: all(len(tab.run("() => own.heard()")) >= count + SKIPPED for tab in tabs))
        for way, tab in zip(WAYS, tabs, strict=True):
            assert tab.do("faults") == []
            late_ms = tab.run("() => own.heard()")[SKIPPED:SKIPPED + count]
            yield PAGE, way.title, {"busy_share": busy, **figures(late_ms)}
            tab.do("close")
        for way, process in zip(WAYS, native, strict=True):
            assert process.wait(LONGEST_S) == 0, process.stderr and process.stderr.read()
            told = json.loads((folder / f"{way.name}.json").read_text(encoding="utf-8"))
            assert told["lost"] == 0, told["invalid_because"]  # by other rules it may be invalid on a busy machine
            late_us = told["latency_us"]
            yield NATIVE, way.title, {"busy_share": busy, "n": late_us["count"], **{
                f"{name}_ms": round(late_us[name] / 1000, 3) for name in PERCENTILES if late_us[name] is not None}}


def figures(late_ms: Sequence[float]) -> dict[str, float]:
    """None where too few lie beyond it, as the load generator does."""
    return {"n": len(late_ms), **{f"{name}_ms": round(float(np.percentile(late_ms, 100 * share)), 3)
                                  for name, share in PERCENTILES.items() if allowed(len(late_ms), share)}}


def test_how_late_a_page_hears(observing: Observing, chromium: Browser | None, on: Stage, tmp_path: Path) -> None:
    tools = {"Chromium": chromium and chromium.version}
    with observing.sheet(TABLE, "Latency in a browser, and beside it", NOTE, tools, __file__,
                         timed=True) as sheet:
        assert chromium is not None
        for rate, (rate_per_s, count) in RATES.items():
            on.restart()  # the load generator counts from the first of a fresh server
            for where, transport, found in run(chromium, on, rate_per_s, count, tmp_path):
                told = ", ".join(f"{name} {ms:.1f} ms" for name in PERCENTILES if (ms := found.get(f"{name}_ms")))
                seen = BUSY if found["busy_share"] > BUSY_SHARE else MEASURED
                sheet.saw(f"{rate}, {where}", transport, seen, told, **found)
