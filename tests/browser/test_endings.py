"""What ends a stream for good in a real browser, and what it comes back from by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

from driver import Browser, Each
from ending import ABROAD, AWAY, EVENT_SOURCE, LATE, RETRY_MS, WEB_SOCKET, Ending, Scene, Shown, Trial
from ending import ends, heeds, is_cut, is_reset, moves, says, stream, waits
from observing import Observing

NOTE = """Each stream sends one event, with an id: and with retry: 100, and ends in its own way. Where an \
answer is named, an EventSource got it when it came back from a first end, and a WebSocket to its \
handshake. It ends for good where readyState says closed and no request came in fifteen times that \
wait. No script of the page does anything about it. After a redirect it is told which address is asked \
once more."""
NO_MORE_S = 15 * RETRY_MS / 1000
AT_ONCE = 8  # streams of a page
ONLY_EVENTS, ONLY_MESSAGES = (EVENT_SOURCE,), (WEB_SOCKET,)
ENDINGS = (
    Ending("the response ends", ends, columns=ONLY_EVENTS),
    Ending("a close frame", ends, columns=ONLY_MESSAGES),
    Ending("the connection is closed without a word", is_cut),
    Ending("the connection is reset", is_reset),
    Ending("the server is away for a while", waits, server=AWAY),
    Ending("the server comes later than the page", waits, server=LATE),
    Ending("204", answer=says(204)),
    Ending("200 and text/html", answer=says(200, "text/html")),
    Ending("301 to where there is a stream", answer=moves(301), led_to=1, columns=ONLY_EVENTS),
    Ending("307 to where there is a stream", answer=moves(307), led_to=1, columns=ONLY_EVENTS),
    Ending("307 to where there is a WebSocket", answer=moves(307), columns=ONLY_MESSAGES),
    Ending("400", answer=says(400)),
    Ending("404", answer=says(404)),
    Ending("500", answer=says(500)),
    Ending("502", answer=says(502, "text/html")),
    Ending("503 and Retry-After: 1", answer=says(503, Retry_After="1")),
    Ending("no header any more for a page of another origin", answer=stream, server=ABROAD, columns=ONLY_EVENTS),
    Ending("the page calls close()", heeds, page_closes=True),
)


def told(trial: Trial, shown: Shown) -> tuple[str, str]:
    """What is seen in the end, and its detail."""
    if len(trial.visits) == trial.last:
        assert trial.is_closed(shown), (trial.ending.row, shown)
        return "ends for good", f"the page is told {shown['errors'][0] if shown['errors'] else 'nothing'}"
    back = trial.visits[trial.last]
    last = back.headers["Last-Event-ID"]
    where = " to the new address" if "moved" in back.path else " to the first address" if trial.ending.led_to else ""
    return f"reconnects{where}", f"with{'' if last else 'out'} Last-Event-ID"


def scenes(browser: Browser) -> Iterator[Scene]:
    """All streams, those together that see the server alike, a few to a page."""
    trials = [Trial(ending, column) for ending in ENDINGS for column in ending.columns]
    for server in dict.fromkeys(trial.ending.server for trial in trials):
        alike = [trial for trial in trials if trial.ending.server == server]
        for first in range(0, len(alike), AT_ONCE):
            yield Scene(browser, alike[first:first + AT_ONCE])


def test_what_ends_a_stream_for_good(each: Each, observing: Observing) -> None:
    title = f"What ends a stream, and what it comes back from: {each.name}"
    with observing.sheet(each.table("endings"), title, NOTE, each.tools, __file__) as sheet:
        assert each.browser is not None
        seen: dict[tuple[str, str], tuple[str, str]] = {}
        with ExitStack() as over:
            opened = [over.enter_context(closing(scene)) for scene in scenes(each.browser)]
            for scene in opened:
                scene.conduct()
            time.sleep(NO_MORE_S)  # that nothing comes can only be waited for
            for scene in opened:
                for trial, shown in zip(scene.trials, scene.shown()):
                    seen[trial.ending.row, trial.column] = told(trial, shown)
        for ending in ENDINGS:
            for column in ending.columns:
                sheet.saw(ending.row, column, *seen[ending.row, column])
