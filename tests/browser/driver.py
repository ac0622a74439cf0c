"""A browser driven by a process of its own, and what may be asked of its pages."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LONGEST_S = 60.0


class BrowserError(Exception):
    """What was asked failed, in the browser's words."""


class Order:
    """Something that the browser is at."""

    def __init__(self) -> None:
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()

    def answer(self, told: dict[str, Any]) -> None:
        self._answers.put(told)

    def value(self, longest_s: float = LONGEST_S) -> Any:
        try:
            told = self._answers.get(timeout=longest_s)
        except queue.Empty:
            raise BrowserError(f"no answer in {longest_s:.0f} s") from None
        if "error" in told:
            raise BrowserError(told["error"])
        return told["value"]


class Browser:
    """Ends with its process, and that with close()."""

    def __init__(self, executable: str, driver: str = "driver.mjs") -> None:
        self._process = subprocess.Popen(["node", str(HERE / driver), executable], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self._ids = itertools.count()
        self._orders: dict[int, Order] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.version = str(self.tell("version").value())

    @property
    def pid(self) -> int:
        """Of the process that drives it, whose child the browser is."""
        return self._process.pid

    def tell(self, order: str, **what: Any) -> Order:
        assert self._process.stdin is not None
        number, under_way = next(self._ids), Order()
        self._orders[number] = under_way
        try:
            self._process.stdin.write(json.dumps({"id": number, "order": order, **what}) + "\n")
            self._process.stdin.flush()
        except OSError:
            under_way.answer({"error": "the browser has ended"})
        return under_way

    def open(self, url: str, **size: int) -> "Tab":
        """One with `sleepy=True` can be sent to sleep; all of those share their connections."""
        return Tab(self, int(self.tell("open", url=url, **size).value()))

    def close(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended already
            self._process.stdin.close()
        try:
            self._process.wait(LONGEST_S)
        finally:
            self._process.kill()
            self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            self._orders.pop(told["id"]).answer(told)
        for under_way in self._orders.copy().values():
            under_way.answer({"error": "the browser has ended"})


@dataclass(frozen=True)
class Each:
    """One of several browsers that the same is tried in; `browser` is None where this machine has none."""

    name: str
    browser: Browser | None

    @property
    def tools(self) -> dict[str, str | None]:
        return {self.name: self.browser.version if self.browser else None}

    def table(self, name: str) -> str:
        """Chromium's have the name alone."""
        return name if self.name == "Chromium" else f"{name}-{self.name.lower()}"


class Tab:
    """A page in a context of its own: with its own connections, cookies and network."""

    def __init__(self, browser: Browser, number: int) -> None:
        self._browser = browser
        self._number = number

    def begin(self, order: str, **what: Any) -> Order:
        return self._browser.tell(order, page=self._number, **what)

    def do(self, order: str, **what: Any) -> Any:
        """One of those in driver.mjs: click, hover, select, press, size, dark, print, paper, shot, offline, sleep,
        faults, said, requests, close."""
        return self.begin(order, **what).value()

    def open_beside(self, url: str) -> Tab:
        """Another tab of the same window: connections, cookies and network are shared."""
        return Tab(self._browser, int(self._browser.tell("open", url=url, beside=self._number).value()))

    def run(self, script: str, argument: Any = None) -> Any:
        """A function's source, "async (argument) => ...", run in the page; what it gives, as JSON."""
        return self.do("run", script=script, argument=argument)
