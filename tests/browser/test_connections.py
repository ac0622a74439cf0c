"""How many connections a browser opens to an origin, and what becomes of whoever comes when they are taken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from observing import Observing

from driver import Browser, Tab
from stage import Stage, stage

SCRIPT = "/tests/browser/connections.mjs"
NOTE = ("By HTTP/1.1, to one origin. Something waits where requests to the same server under another name, "
        "another origin to the browser, are answered meanwhile and it is not. Then one of the streams is "
        "closed, and it goes on. Two tabs of one window share what there is.")
# What is open, how many of it, and in how many tabs.
ROWS = {"5 EventSources": ("EventSource", 5, 1), "6 EventSources": ("EventSource", 6, 1),
        "6 EventSources in two tabs": ("EventSource", 6, 2), "30 WebSockets": ("WebSocket", 30, 1)}


@pytest.fixture
def on() -> Iterator[Stage]:
    with stage() as made:
        yield made


def open_streams(browser: Browser, on: Stage, here: str, row: tuple[str, int, int]) -> list[Tab]:
    kind, count, tabs = row
    first = browser.open(on.page)
    window = [first, *(first.open_beside(on.page) for _ in range(tabs - 1))]
    for tab in window:
        tab.run(f"async ([kind, base, count]) => (window.own = await import('{SCRIPT}')).open(kind, base, count)",
                [kind, here, count // tabs])
    return window


def test_six_streams_to_an_origin_leave_no_connection(observing: Observing, chromium: Browser | None,
                                                      on: Stage) -> None:
    tools = {"Chromium": chromium and chromium.version}
    with observing.sheet("connections", "Connections of a browser to one origin", NOTE, tools, __file__) as sheet:
        assert chromium is not None
        here, elsewhere = (f"http://{name}:{on.server.listen}" for name in ("127.0.0.1", "localhost"))
        for row, (kind, count, tabs) in ROWS.items():
            for column, more in (("one more of them", kind), ("a fetch beside them", "fetch")):
                # A window of its own each time: what waits goes on where one of the streams is closed.
                window = open_streams(chromium, on, here, (kind, count, tabs))
                served = window[-1].run("(told) => own.isServed(...told)", [more, here, elsewhere])
                sheet.saw(row, column, ("answered" if more == "fetch" else "opens") if served else "waits",
                          "" if served else "until one is closed")
                window[0].do("close")
                for tab in window:
                    assert tab.do("faults") == []
