"""Streams that end as a test says, and a page that hears them: does it come back by itself?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from driver import Browser
from serving import CLOSE, LONGEST_S, TEXT, Place, Visit

RETRY_MS = 100
EVENT_SOURCE, WEB_SOCKET = "EventSource", "WebSocket"
CLOSED = {EVENT_SOURCE: 2, WEB_SOCKET: 3}  # as readyState
LISTENS = """({ base, columns }) => {
  window.listening = columns.map((column, number) => {
    const url = `${base}/stream?${number}`, one = { heard: 0, errors: [] };
    one.source = column === "EventSource" ? new EventSource(url) : new WebSocket(url.replace("http", "ws"));
    one.source.onmessage = () => { ++one.heard; };
    one.source.onclose = ({ code }) => { one.errors.push(`code ${code}`); };
    if (column === "EventSource") one.source.onerror = () => { one.errors.push("of an error"); };
    return one;
  });
}"""
SHOWN = "() => window.listening.map(({ source, heard, errors }) => ({ state: source.readyState, heard, errors }))"
CLOSES = "(number) => window.listening[number].source.close()"
HERE, AWAY, LATE, ABROAD = "here", "away", "late", "abroad"  # where the server is, seen from the page
Step = Callable[[Visit], None]
Shown = dict[str, Any]


def ends(visit: Visit) -> None:
    if visit.headers["Upgrade"]:
        visit.frame(CLOSE, (1000).to_bytes(2, "big"))
    else:
        visit.chunk("")


def is_cut(visit: Visit) -> None:
    """By a FIN, and no word before it."""


def is_reset(visit: Visit) -> None:
    visit.reset()


def waits(visit: Visit) -> None:
    visit.place.over.wait(LONGEST_S)


def heeds(visit: Visit) -> None:
    """Waits for the page's end of it: a WebSocket is closed when both have said so."""
    if visit.headers["Upgrade"]:
        visit.rfile.read(1)
        ends(visit)
    else:
        waits(visit)


def says(status: int, kind: str = "text/plain", **headers: str) -> Step:
    return lambda visit: visit.answer(status, kind, **headers)


def moves(status: int) -> Step:
    return lambda visit: visit.answer(status, Location=visit.path.replace("stream", "moved"))


def stream(visit: Visit, **headers: str) -> None:
    """Begins one, with one event or message."""
    if visit.headers["Upgrade"]:
        visit.upgrade()
        visit.frame(TEXT, b"hello")
    else:
        visit.stream(**headers)
        visit.chunk(f"retry: {RETRY_MS}\nid: 7\ndata: hello\n\n")


@dataclass(frozen=True)
class Ending:
    """A stream that ends by `end`, or an `answer` in its place: to a WebSocket's handshake, and to an EventSource when
    it comes back from a first end. `led_to`: requests that this answer leads to by itself.

    `server`: AWAY, it leaves, and is there again when the page has noticed; LATE, it is not there when the page begins;
    ABROAD, it is of another origin, and lets the page in but by that answer.
    """

    row: str
    end: Step = ends
    answer: Step | None = None
    led_to: int = 0
    columns: tuple[str, ...] = (EVENT_SOURCE, WEB_SOCKET)
    server: str = HERE
    page_closes: bool = False


class Trial:
    """One stream, one ending."""

    def __init__(self, ending: Ending, column: str) -> None:
        self.ending, self.column = ending, column
        self.visits: list[Visit] = []
        # Which visit gets the answer, if any does.
        self.answered = 0 if ending.answer is None else 2 if column == EVENT_SOURCE else 1
        # Whatever comes behind this visit has come back.
        self.last = 0 if ending.server == LATE else max(self.answered, 1) + ending.led_to

    def hears_first(self) -> bool:
        return self.ending.server != LATE and self.answered != 1

    def is_closed(self, shown: Shown) -> bool:
        return bool(shown["state"] == CLOSED[self.column])

    def is_settled(self, shown: Shown) -> bool:
        return len(self.visits) > self.last or self.is_closed(shown)

    def answer(self, visit: Visit, go: threading.Event) -> None:
        self.visits.append(visit)
        number = len(self.visits)
        if number == self.answered and self.ending.answer is not None:
            self.ending.answer(visit)
            return
        stream(visit, **({"Access-Control-Allow-Origin": "*"} if self.ending.server == ABROAD else {}))
        if number > self.last:
            waits(visit)
            return
        go.wait(LONGEST_S)
        # Where the way back is what is answered, what leads there ends as it should.
        (ends if self.answered else self.ending.end)(visit)


class Scene:
    """One page with several streams, to a server that all are alike to. Ends with close().

    No more than six of them may live by HTTP at once: a browser opens no more connections to an origin.
    """

    def __init__(self, browser: Browser, trials: Sequence[Trial]) -> None:
        self.trials = trials
        self._server = trials[0].ending.server
        self._go = threading.Event()
        self._place = Place(self._answer)
        self._front = Place(waits)
        self._tab = browser.open(f"{(self._front if self._server == ABROAD else self._place).origin}/page")

    def conduct(self) -> None:
        """Lets all end, and waits until each has come back or has given up."""
        if self._server == LATE:
            self._place.close()
        self._tab.run(LISTENS, {"base": self._place.origin, "columns": [trial.column for trial in self.trials]})
        self._wait(lambda trial, shown: shown["heard"] > 0 or not trial.hears_first())
        self._go.set()
        for number, trial in enumerate(self.trials):
            if trial.ending.page_closes:
                self._tab.run(CLOSES, number)
        if self._server in (AWAY, LATE):
            self._place.close()
            refused = 1 if self._server == LATE else 3  # without a `retry:` so far the next try is seconds away
            self._wait(lambda trial, shown: len(shown["errors"]) >= refused or trial.is_closed(shown))
            self._place = Place(self._answer, self._place.port)
        self._wait(Trial.is_settled)

    def shown(self) -> list[Shown]:
        shown: list[Shown] = self._tab.run(SHOWN)
        return shown

    def close(self) -> None:
        self._go.set()
        self._tab.do("close")
        self._place.close()
        self._front.close()

    def _answer(self, visit: Visit) -> None:
        self.trials[int(visit.path.partition("?")[2])].answer(visit, self._go)

    def _wait(self, holds: Callable[[Trial, Shown], bool]) -> None:
        """Until it holds of each."""
        end = time.monotonic() + LONGEST_S
        while left := [(trial.ending.row, trial.column, shown) for trial, shown in zip(self.trials, self.shown())
                       if not holds(trial, shown)]:
            assert time.monotonic() < end, left
            time.sleep(0.05)
