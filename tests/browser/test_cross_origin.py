"""A page of one origin asks a server of another, by each transport: what does the server have to say for it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from clients.servers import Life
from driver import Each, Tab
from observing import Observing, Sheet
from serving import TEXT, Place, Visit

NOTE = """A page asks a server on another port, and so of another origin, for one notification. An EventSource and a \
fetch() are let through or not by the browser, which reads Access-Control-Allow-Origin of the answer. To a WebSocket \
that header means nothing: the browser says the page's Origin in the handshake, and whether that is looked at is the \
server's affair. Ours is push_server with what --allow-origin says, by which it does both; the others send the \
header and look at nothing. A cookie of that host was set: both ports are of one site, so it is sent where the page \
wants it, and always by WebSocket."""
EVENT_SOURCE = """({ base, credentials }) => new Promise((tell) => {
  const source = new EventSource(base + "/events?after=0", { withCredentials: credentials });
  source.onmessage = () => { source.close(); tell({ delivered: true }); };
  source.onerror = ({ message = "of an error, and no reason" }) => source.readyState === EventSource.CLOSED
      && tell({ delivered: false, told: `the page is told ${message}` });
})"""
FETCH = """async ({ base, credentials }) => {
  try {
    const answer = await fetch(base + "/events?after=0", { credentials: credentials ? "include" : "same-origin" });
    const reader = answer.body.getReader(), decoder = new TextDecoder();
    for (let text = ""; !text.includes("data:");) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the stream has ended");
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
    return { delivered: true };
  } catch (error) {
    return { delivered: false, told: `the page is told ${error}` };
  }
}"""
WEB_SOCKET = """({ base }) => new Promise((tell) => {
  const socket = new WebSocket(base.replace("http", "ws") + "/ws?after=0");
  socket.onmessage = () => { socket.close(); tell({ delivered: true }); };
  socket.onclose = ({ code }) => tell({ delivered: false, told: `the page is told code ${code}` });
})"""
# As of a page that is shown in another one and is trusted with nothing: its origin is `null`.
SANDBOXED = """({ script, argument }) => new Promise((tell) => {
  addEventListener("message", ({ data }) => tell(data), { once: true });
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts";
  const call = `(${script})(${JSON.stringify(argument)})`;
  frame.srcdoc = `<script>${call}.then((told) => parent.postMessage(told, "*"))</script>`;
  document.body.append(frame);
})"""
COLUMNS = {"EventSource": EVENT_SOURCE, "fetch": FETCH, "WebSocket": WEB_SOCKET}


PAGE = "the page's"
ELSEWHERE = "http://elsewhere.example"


@dataclass(frozen=True)
class Case:
    """`says`: the origin that the server lets in, with PAGE for the page's own; None: it says nothing."""

    row: str
    says: str | None
    ours: bool = False
    credentials: bool = False
    sandboxed: bool = False


CASES = (
    Case("no header", None),
    Case("any origin (*)", "*"),
    Case("the page's origin", PAGE),
    Case("any origin (*), asked with credentials", "*", credentials=True),
    Case("the page's origin, asked with credentials", PAGE, credentials=True),
    Case("any origin (*), from a sandboxed frame", "*", sandboxed=True),
    Case("null, from a sandboxed frame", "null", sandboxed=True),
    Case("ours: no origin", None, ours=True),
    Case("ours: another origin", ELSEWHERE, ours=True),
    Case("ours: the page's origin", PAGE, ours=True),
    Case("ours: any origin (*)", "*", ours=True),
    Case("ours: any origin (*), asked with credentials", "*", ours=True, credentials=True),
    Case("ours: the page's origin, asked with credentials", PAGE, ours=True, credentials=True),
    Case("ours: the page's origin, from a sandboxed frame", PAGE, ours=True, sandboxed=True),
)


def answers(allowed: str | None) -> Callable[[Visit], None]:
    """One notification by whatever is asked for, and then nothing until all ends."""
    says = {"Access-Control-Allow-Origin": allowed} if allowed else {}
    if allowed not in (None, "*"):
        says["Access-Control-Allow-Credentials"] = "true"

    def answer(visit: Visit) -> None:
        if visit.headers["Upgrade"]:
            visit.upgrade()
            visit.frame(TEXT, b"hello")
        else:
            visit.stream(**says)
            visit.chunk("data: hello\n\n")
        visit.place.over.wait()

    return answer


@contextmanager
def server(case: Case, page: str) -> Iterator[tuple[str, Place | None]]:
    """Its address, and the server itself where it is not ours."""
    allowed = page if case.says == PAGE else case.says
    with ExitStack() as ends:
        if not case.ours:
            place = ends.enter_context(closing(Place(answers(allowed))))
            yield place.origin, place
            return
        life = Life("push_server", *(["--allow-origin", allowed] if allowed else []))
        ends.callback(life.end)
        life.publish("hello")
        yield f"http://127.0.0.1:{life.port}", None


def ask(tab: Tab, script: str, case: Case, base: str) -> tuple[str, str]:
    """What is seen, and what the page is told where it gets nothing."""
    argument = {"base": base, "credentials": case.credentials}
    told = (tab.run(SANDBOXED, {"script": script, "argument": argument}) if case.sandboxed
            else tab.run(script, argument))
    return ("delivered", "") if told["delivered"] else ("refused", told["told"])


def brought(visit: Visit) -> str:
    """What the server could have looked at."""
    origin = {None: "no Origin", "null": "Origin: null"}.get(visit.headers["Origin"], "the page's Origin")
    return f"the request brought {origin} and {'a' if visit.headers['Cookie'] else 'no'} cookie"


def try_all(sheet: Sheet, tab: Tab, case: Case, base: str, place: Place | None) -> None:
    for column, script in COLUMNS.items():
        seen, told = ask(tab, script, case, base)
        came = brought(place.visits[-1]) if place else ""
        sheet.saw(case.row, column, seen, "; ".join(filter(None, (told, came))))


def test_what_lets_a_page_of_another_origin_in(each: Each, observing: Observing) -> None:
    title = f"What another origin must say: {each.name}"
    with observing.sheet(each.table("cross-origin"), title, NOTE, each.tools, __file__) as sheet:
        assert each.browser is not None
        with closing(Place(answers(None))) as page:
            tab = each.browser.open(f"{page.origin}/page")
            tab.run("() => { document.cookie = 'who=somebody'; }")
            try_all(sheet, tab, Case("of the page's own origin", None), page.origin, page)
            for case in CASES:
                with server(case, page.origin) as (base, place):
                    try_all(sheet, tab, case, base, place)
            tab.do("close")
