"""How a browser reads the lines of an event stream; and what a client that parses JSON makes of text."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from driver import Browser
from observing import Observing, Sheet
from pushbench import prose
from serving import LONGEST_S, Place, Visit

NOTE = """Each row is a stream of its own, sent as it stands and then ended. It is heard by onmessage, by a \
listener for events named news, or by nobody; event.data stands as a string of JSON."""
BESIDE = "beside it"
LISTEN = """(urls) => Promise.all(urls.map((url) => new Promise((tell) => {
  const heard = [], source = new EventSource(url);
  const take = (by) => ({ data, lastEventId }) => { heard.push({ by, data, kind: typeof data, id: lastEventId }); };
  source.onmessage = take("onmessage");
  source.addEventListener("news", take("a listener for news"));
  source.onerror = () => { source.close(); tell(heard); };
})))"""
STREAMS = {
    "data": "data: hello\n\n",
    "event and data": "event: news\ndata: hello\n\n",
    "event without data": "event: news\n\n",
    "data that is empty": "data:\n\n",
    "two lines of data": "data: one\ndata: two\n\n",
    "id and data": "id: 7\ndata: hello\n\n",
    "a comment": ": hello\n\n",
    "a comment inside an event": "data: one\n: hello\ndata: two\n\n",
    "a field that nobody knows": "kind: news\ndata: hello\n\n",
    "no space behind the colon": "data:hello\n\n",
    "two spaces behind the colon": "data:  hello\n\n",
    "lines that end in CR LF": "data: one\r\ndata: two\r\n\r\n",
    "lines that end in CR": "data: one\rdata: two\r\r",
    "a byte order mark first": "\ufeffdata: hello\n\n",
    "no empty line at the end": "data: hello\n",
    "JSON in data": 'data: {"n":1}\n\n',
}

# As articles show both ends: `res.write("data: " + text)`, and a client that takes what comes for JSON.
PAIR_NOTE = """The server sends three events. The client is that of many articles: source.onmessage = (event) => \
{ const data = JSON.parse(event.data); show(data.message); }. What is thrown ends up in the console, and the \
stream goes on."""
CLIENT = """(url) => new Promise((tell) => {
  const shown = [], source = new EventSource(url);
  const show = (message) => { shown.push(typeof message === "string" ? "shown" : "nothing to show"); };
  addEventListener("error", ({ error }) => { shown.push(`throws ${error.name}`); });
  source.onmessage = (event) => { const data = JSON.parse(event.data); show(data.message); };
  source.onerror = () => { source.close(); tell(shown); };
})"""
TEXT, JSON = "Server time: 12:00:01", '{"message":"Server time: 12:00:01"}'
PAIRS = {"text": (TEXT, TEXT, TEXT), "a number, which is JSON by chance": ("1201", "1202", "1203"),
         "JSON": (JSON, JSON, JSON), "text once, then JSON": (TEXT, JSON, JSON)}


WAITS = """(urls) => { window.sources = urls.map((url) => new EventSource(url)); }"""


def number(visit: Visit) -> int:
    return int(visit.path.partition("?")[2])


def sends(texts: Sequence[str]) -> Callable[[Visit], None]:
    """The text of the number that is asked for, and then the end."""
    def answer(visit: Visit) -> None:
        visit.stream()
        visit.chunk(texts[number(visit)])
        visit.chunk("")

    return answer


def ask(browser: Browser, texts: Sequence[str], script: str, *, at_once: bool) -> list[Any]:
    """What the page's script tells of each."""
    with closing(Place(sends(texts))) as place:
        tab = browser.open(f"{place.origin}/page")
        urls = [f"{place.origin}/stream?{row}" for row in range(len(texts))]
        told: list[Any] = tab.run(script, urls) if at_once else [tab.run(script, url) for url in urls]
        tab.do("close")
        return told


def row_of(sheet: Sheet, row: str, heard: list[dict[str, str]]) -> None:
    by = " and ".join(dict.fromkeys(event["by"] for event in heard)) or "nobody"
    sheet.saw(row, "is heard by", by, prose.plural(len(heard), "event") if len(heard) > 1 else "")
    if heard:
        kinds = ", ".join(sorted({event["kind"] for event in heard}))
        sheet.saw(row, "event.data", " and ".join(json.dumps(event["data"]) for event in heard), f"a {kinds}")
        if row in ("data", "id and data"):
            sheet.saw(row, BESIDE, f"lastEventId is {json.dumps(heard[-1]['id'])}")


def back_first(browser: Browser) -> bool:
    """Whether a stream that says `retry: 50` is asked for again before one that was begun with it and says nothing."""
    with closing(Place(sends(["data: hello\n\n", "retry: 50\n\n"]))) as place:
        tab = browser.open(f"{place.origin}/page")
        tab.run(WAITS, [f"{place.origin}/stream?{row}" for row in range(2)])
        end = time.monotonic() + LONGEST_S
        while len(place.visits) < 3:
            assert time.monotonic() < end, "none came back"
            time.sleep(0.02)
        tab.do("close")
        return number(place.visits[2]) == 1


def test_how_an_event_stream_is_read(chromium: Browser | None, observing: Observing) -> None:
    tools = {"Chromium": chromium.version if chromium else None}
    with observing.sheet("event-format", "What the lines of an event stream do", NOTE, tools, __file__) as sheet:
        assert chromium is not None
        for row, heard in zip(STREAMS, ask(chromium, list(STREAMS.values()), LISTEN, at_once=True)):
            row_of(sheet, row, heard)
        first = back_first(chromium)
        sheet.saw("retry", BESIDE, "sets the wait" if first else "nothing",
                  "with 50 ms it is asked for again before one without" if first else "one without was there before it")


def test_what_a_client_that_parses_json_makes_of_text(chromium: Browser | None, observing: Observing) -> None:
    tools = {"Chromium": chromium.version if chromium else None}
    title = "What a client that parses JSON makes of what is sent"
    with observing.sheet("json-pair", title, PAIR_NOTE, tools, __file__) as sheet:
        assert chromium is not None
        texts = ["".join(f"data: {data}\n\n" for data in datas) for datas in PAIRS.values()]
        for row, shown in zip(PAIRS, ask(chromium, texts, CLIENT, at_once=False)):
            for column, seen in zip(("first event", "second event", "third event"), shown, strict=True):
                sheet.saw(row, column, seen)
