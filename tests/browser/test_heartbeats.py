"""What the script of a page hears of each kind of heartbeat, and what the server hears back."""

from __future__ import annotations

import queue
import re
import select
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass

from clients.servers import Life
from driver import Browser, Tab
from observing import Observing, Sheet
from serving import LONGEST_S, PING, PONG, TEXT, Place, Visit

NOTE = """A silent stream sends three heartbeats of one kind, and then one thing that is heard. Whether the script \
heard anything before that is what is seen; whether the server then had a byte from the browser, and so \
knows more than that the kernel took what it sent, stands beside it. Ours are the heartbeats of \
push_server, of which its metrics say that they went out."""
BEATS = 3
ANSWER_S = 1.0  # that nothing comes back can only be waited for
SCRIPT, FETCH, SERVER = "page script hears it", "fetch() reads it", "the server is answered"
EVENT_SOURCE = """(base) => new Promise((tell) => {
  const source = new EventSource(base + "/events"), heard = [];
  const take = (by) => ({ data }) => {
    if (!data.includes("end")) { heard.push(by); return; }
    source.close();
    tell(heard);
  };
  source.onmessage = take("onmessage");
  source.addEventListener("heartbeat", take("a listener for its name"));
})"""
WEB_SOCKET = """(base) => new Promise((tell) => {
  const socket = window.socket = new WebSocket(base.replace("http", "ws") + "/ws"), heard = [];
  socket.onmessage = ({ data }) => { if (data.includes("end")) tell(heard); else heard.push("onmessage"); };
})"""
READS = """async (base) => {
  const reader = (await fetch(base + "/events")).body.getReader(), decoder = new TextDecoder();
  let text = "";
  while (!text.includes("end")) text += decoder.decode((await reader.read()).value, { stream: true });
  await reader.cancel();
  return text.split("\\n").filter((line) => line && !/^(retry|id):|^data:.*end/.test(line));
}"""


@dataclass(frozen=True)
class Beat:
    """`text`: as an event stream has it; `frame`: the opcode of a WebSocket's."""

    row: str
    text: str = ""
    frame: int | None = None


BEATS_TRIED = (
    Beat("SSE: a comment", ": beat\n\n"),
    Beat("SSE: an event with a name and data", "event: heartbeat\ndata: {}\n\n"),
    Beat("SSE: an event with a name alone", "event: heartbeat\n\n"),
    Beat("SSE: an event with empty data", "data:\n\n"),
    Beat("WebSocket: a ping frame", frame=PING),
    Beat("WebSocket: a message", frame=TEXT),
)


class Beating:
    """A server that sends one kind of heartbeat, and what came back for it."""

    def __init__(self, beat: Beat) -> None:
        self._beat = beat
        self.answers: queue.Queue[bytes] = queue.Queue()
        self.place = Place(self._answer)

    def _answer(self, visit: Visit) -> None:
        if visit.headers["Upgrade"]:
            visit.upgrade()
            for _ in range(BEATS):
                visit.frame(self._beat.frame or PING, b"beat")
            visit.frame(TEXT, b"end")
        else:
            visit.stream(Access_Control_Allow_Origin="*")
            visit.chunk(self._beat.text * BEATS)
            visit.chunk("data: end\n\n")
        readable = select.select([visit.connection], [], [], ANSWER_S)[0]
        self.answers.put(visit.connection.recv(1) if readable else b"")  # a stream that is closed has none
        visit.place.over.wait(LONGEST_S)


def yes(heard: list[str]) -> tuple[str, str]:
    return ("yes", f"by {', '.join(dict.fromkeys(heard))}") if heard else ("no", "")


def tell(sheet: Sheet, tab: Tab, beat: Beat) -> None:
    beating = Beating(beat)
    with closing(beating.place) as place:
        sheet.saw(beat.row, SCRIPT, *yes(tab.run(WEB_SOCKET if beat.frame else EVENT_SOURCE, place.origin)))
        came = beating.answers.get(timeout=LONGEST_S)
        sheet.saw(beat.row, SERVER, *yes(["a pong frame" if came[0] == 0x80 | PONG else "other bytes"] if came else []))
        if not beat.frame:
            sheet.saw(beat.row, FETCH, *yes(["lines of text"] * bool(tab.run(READS, place.origin))))


def sent(life: Life) -> int:
    with urllib.request.urlopen(f"http://{life.admin}/metrics", timeout=LONGEST_S) as answer:
        found = re.search(r"^pushbench_heartbeats_total\S* (\d+)", answer.read().decode(), re.MULTILINE)
    assert found
    return int(found[1])


def tell_ours(sheet: Sheet, tab: Tab, row: str, column: str, script: str) -> None:
    life = Life("push_server", "--heartbeat", "100ms", "--allow-origin", "*")
    try:
        heard = tab.begin("run", script=script, argument=f"http://127.0.0.1:{life.port}")
        end = time.monotonic() + LONGEST_S
        while sent(life) < BEATS:
            assert time.monotonic() < end, "no heartbeat"
            time.sleep(0.05)
        life.publish("end")
        found = heard.value()
        sheet.saw(row, column, *yes(["lines of text"] * bool(found) if script == READS else found))
    finally:
        life.end()


def test_what_hears_a_heartbeat(chromium: Browser | None, observing: Observing) -> None:
    tools = {"Chromium": chromium.version if chromium else None}
    with observing.sheet("heartbeats", "Who hears a heartbeat", NOTE, tools, __file__) as sheet:
        assert chromium is not None
        with closing(Place(lambda visit: visit.answer(404))) as front:
            tab = chromium.open(f"{front.origin}/page")
            for beat in BEATS_TRIED:
                tell(sheet, tab, beat)
            for script, column in ((EVENT_SOURCE, SCRIPT), (READS, FETCH)):
                tell_ours(sheet, tab, "ours by SSE, a comment", column, script)
            tell_ours(sheet, tab, "ours by WebSocket, a ping", SCRIPT, WEB_SOCKET)
            tab.do("close")
