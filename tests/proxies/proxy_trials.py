"""What is tried behind a proxy, the same for each transport: does a notification arrive at once, does a connection
live through silence, and how many connections does the proxy open to the server."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from proxying import LONGEST_S, Kind, Origin, origin, proxy
from through import HANDSHAKE, PATHS, Through

ARRIVES, IDLE = "arrives", "idle for longer than the timeout"
BEATING, LINKS = "idle, with heartbeats", "connections to the server"
OF_A_STREAM = (ARRIVES, IDLE, BEATING)
OF_ALL = {"SSE": OF_A_STREAM, "WebSocket": OF_A_STREAM, "Long poll": (*OF_A_STREAM, LINKS),
          "Short poll": (ARRIVES, LINKS)}
# A proxy's timeout of a minute is two seconds here, and the server's heartbeat is shortened by as much.
TIMEOUT_S, HEARTBEAT, SHORT_WAIT, LONG_WAIT = 2.0, "500ms", "800ms", "3s"
SOON_S = 3.0  # behind what did not come by then more is published
DELAYED_MS, ROUNDS = 100.0, 4
MORE, MORE_TEXT = 200, "x" * 1000
POLLS = 5
TIMED_AT_ONCE, WAITING_AT_ONCE = 3, 24
WAITING = (IDLE, BEATING)


@dataclass(frozen=True)
class Seen:
    seen: str
    detail: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Variant:
    """A transport behind a file of examples/proxy in which `replaced` stands otherwise; `hurried` too, where a timeout
    is waited for. `page`: a WebSocket's client is a page, which says its Origin."""

    row: str
    transport: str
    kind: Kind
    file: str
    replaced: Mapping[str, str] = field(default_factory=dict)
    hurried: Mapping[str, str] = field(default_factory=dict)
    page: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = OF_A_STREAM


@dataclass(frozen=True)
class Setting:
    variant: Variant
    server: Origin
    port: int

    def ask(self, query: str = "") -> Through:
        """The request is through, or was refused, when this returns."""
        variant = self.variant
        fields = dict(variant.fields)
        if variant.transport == "WebSocket":
            fields |= HANDSHAKE | ({"Origin": f"http://127.0.0.1:{self.port}"} if variant.page else {})
        before = self.server.counted("requests_total")
        client = Through(self.port, PATHS[variant.transport] + query, fields)
        self.server.wait_for_requests(before + 1)
        return client

    def cursor(self) -> str:
        """Of who comes without one: a poll that must not wait."""
        with self.ask() as client:
            assert client.wait(lambda told: bool(told.ended), LONGEST_S) and client.status == 204, client.status
            return client.headers["Cursor"]

    def poll(self, cursor: str, wait: str = "") -> int:
        """Its status."""
        with self.ask(f"?after={cursor}" + (f"&wait={wait}" if wait else "")) as client:
            assert client.wait(lambda told: bool(told.ended), LONGEST_S) and client.status is not None
            return client.status


@contextmanager
def setting(variant: Variant, folder: Path, heartbeat: str = "0", hurried: bool = False) -> Iterator[Setting]:
    replaced = {**variant.replaced, **(variant.hurried if hurried else {})}
    with origin("--heartbeat", heartbeat, "--idle-timeout", "0") as server:
        with proxy(variant.kind, folder, variant.file, server.address, replaced) as before:
            yield Setting(variant, server, before.port)


def arrives(variant: Variant, folder: Path) -> Seen:
    with setting(variant, folder) as here:
        if variant.transport == "Short poll":
            return _next_poll(here)
        if variant.transport == "Long poll":
            return _in_time([_polled(here) for _ in range(ROUNDS)])
        with here.ask() as client:
            if variant.transport == "WebSocket" and not _is_open(client):
                return Seen("never", f"the handshake is answered with {client.status}")
            if _published(here, client, "number 1;") is None:
                return _behind_others(here, client)
            return _in_time([_come(here, client, f"number {number};") for number in range(2, 2 + ROUNDS)])


def _in_time(took_ms: Sequence[float]) -> Seen:
    """Who holds back does so each time, which a machine that is busy with other things does not."""
    figures = {"p50_ms": round(median(took_ms), 1)}
    if min(took_ms) > DELAYED_MS:
        return Seen("delayed", f"each of {ROUNDS} waited for over {DELAYED_MS / 1000:g} s", figures)
    return Seen("at once", "", figures)


def _polled(here: Setting) -> float:
    with here.ask(f"?after={here.cursor()}&wait=25s") as client:
        return _come(here, client, "for a poll;")


def _published(here: Setting, client: Through, text: str) -> float | None:
    """How many milliseconds until the client has it, from before it is published; None where it does not come soon."""
    began = time.monotonic()
    here.server.publish(text)
    if not client.wait_for(text.encode(), SOON_S):
        return None
    assert client.status in (101, 200), client.status
    return round(1000 * (time.monotonic() - began), 1)


def _come(here: Setting, client: Through, text: str) -> float:
    took = _published(here, client, text)
    assert took is not None, f"'{text}' has not come within {SOON_S:g} s"
    return took


def _next_poll(here: Setting) -> Seen:
    cursor = here.cursor()
    here.server.publish("the first")
    with here.ask(f"?after={cursor}") as client:
        come = client.wait_for(b"the first", SOON_S)
    return Seen("at once", "with the next poll") if come else Seen("never", "not with the next poll")


def _is_open(client: Through) -> bool:
    assert client.wait(lambda told: told.status is not None, LONGEST_S), "the handshake is not answered"
    return client.status == 101


def _behind_others(here: Setting, client: Through) -> Seen:
    for number in range(1, MORE + 1):
        here.server.publish(MORE_TEXT)
        if client.wait_for(b"number 1;", 0.01):
            return Seen("late", "only when others behind it have filled a buffer", {"others_1_kb": number})
    return Seen("never", f"not behind {MORE} others of 1 KB")


def idle(variant: Variant, folder: Path, beating: bool = False) -> Seen:
    with setting(variant, folder, HEARTBEAT if beating else "0", hurried=True) as here:
        if variant.transport == "Long poll":
            return _idle_polls(here, beating)
        if variant.transport == "Short poll":
            return _idle_between_polls(here)
        with here.ask() as client:
            if variant.transport == "WebSocket" and not _is_open(client):
                return Seen("never opened", f"the handshake is answered with {client.status}")
            if client.wait(lambda told: bool(told.ended), 2 * TIMEOUT_S):
                how = "to the client as if the answer were complete" if client.ended == "ended whole" else ""
                return Seen("cut", how)
            here.server.publish("still here")
            come = client.wait_for(b"still here", SOON_S)
            return Seen("kept", "" if come else "though what is sent on it comes late")


def _idle_polls(here: Setting, beating: bool) -> Seen:
    """A poll has no heartbeats: it waits for less than the timeout, in their place."""
    cursor = here.cursor()
    statuses = [here.poll(cursor, SHORT_WAIT if beating else LONG_WAIT) for _ in range(4 if beating else 1)]
    what = "each waits for less than the timeout" if beating else "one that waits for longer than the timeout"
    wrong = next((status for status in statuses if status != 204), None)
    if wrong is None:
        return Seen("kept", what)
    return Seen("cut", f"{what} is {f'answered with {wrong}' if wrong else 'closed unanswered'}")


def _idle_between_polls(here: Setting) -> Seen:
    """Nothing waits, so nothing can time out: which is tried all the same."""
    cursor = here.cursor()
    with here.ask(f"?after={cursor}") as client:
        client.wait(lambda told: bool(told.ended), LONGEST_S)
        client.wait_for(b"never sent", 1.5 * TIMEOUT_S)
    status = here.poll(cursor)
    return Seen("kept", "no poll waits") if status == 204 else Seen("cut", f"answered with {status}")


def links(variant: Variant, folder: Path) -> Seen:
    """The client itself keeps its connection to the proxy, as browsers do."""
    with setting(variant, folder) as here:
        cursor = here.cursor()
        client = http.client.HTTPConnection("127.0.0.1", here.port, timeout=LONGEST_S)
        before = here.server.counted("connections_accepted_total")
        for _ in range(POLLS):
            client.request("GET", f"/poll?after={cursor}")
            with client.getresponse() as answer:
                assert answer.status == 204 and not answer.will_close
        opened = here.server.counted("connections_accepted_total") - before
        client.close()
        return Seen("one for each poll" if opened >= POLLS else "kept for the next",
                    f"{opened} opened for {POLLS} polls")


TRIALS: dict[str, Callable[[Variant, Path], Seen]] = {
    ARRIVES: arrives, IDLE: idle, BEATING: lambda variant, folder: idle(variant, folder, True), LINKS: links}


def try_all(variants: Sequence[Variant], folder: Path, sheet: Any) -> None:
    """Few at a time of what is timed, many of what waits. Told in the order of the rows."""
    tried = [(variant, column, folder / f"{number}-{place}")
             for number, variant in enumerate(variants) for place, column in enumerate(variant.columns)]
    found: dict[Path, Seen] = {}
    for waiting, at_once in ((False, TIMED_AT_ONCE), (True, WAITING_AT_ONCE)):
        with ThreadPoolExecutor(at_once) as pool:
            begun = {where: pool.submit(TRIALS[column], variant, where)
                     for variant, column, where in tried if (column in WAITING) == waiting}
            found |= {where: each.result() for where, each in begun.items()}
    for variant, column, where in tried:
        what = found[where]
        sheet.saw(variant.row, column, what.seen, what.detail, **what.figures)
