"""The one table of transports: which server and client, which options, and how each is called and drawn.

A new transport is one row here; a server of somebody else is one in foreign.py. A *variant* is a row's name, with a
poll interval behind it where a scenario runs several: 'short-poll@5s'.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pushbench import prose
from pushbench.setup.foreign import FOREIGN
from pushbench.setup.transport import Transport
from pushbench.units import parse_duration_s

_SSE = Transport("sse", "sse_server", client_name="sse", folder="sse", title="SSE", colour="#009E73", marker="o",
                 is_choice=True, brings="plain HTTP, and the browser reconnects and resumes by itself")
_WEBSOCKET = Transport("websocket", "websocket_server", client_name="websocket", folder="websocket", title="WebSocket",
                       colour="#0072B2", marker="s", is_choice=True,
                       brings="the client can send on it too, and binary data",
                       take_when="clients send often, or data is binary")
_LONG_POLL = Transport("long-poll", "polling_server", client_name="long-poll", folder="polling", title="Long poll",
                       colour="#CC79A7", marker="D", is_choice=True, asks_again=True,
                       brings="ordinary requests that pass every proxy",
                       take_when="something on the way lets only ordinary requests through")
_SHORT_POLL = Transport("short-poll", "polling_server", client_name="short-poll", folder="polling", polls=True,
                        title="Short poll", colour="#D55E00", marker="^", is_choice=True,
                        brings="ordinary requests, nothing kept open between them")
_OF_SHARED = ("nats-server", "libnats")
_FLOOR = Transport("floor", "floor_server", client="floor_loadgen", client_name="floor", title="Floor (bare TCP)",
                   colour="#8A8A8A", marker="x")


def _posted(of: Transport) -> Transport:
    """The same server, published to by a request a notification, as servers of other people are: beside those alone."""
    return replace(of, name=f"{of.name}-posted", title=f"{of.title} (pushbench)", is_choice=False, brings="",
                   client_options=("--publish", "http://{admin}/publish?topic={topic}", "--message", "marker",
                                   "--publish-body", "{marker}{payload}"))


def _from_push_server(of: Transport) -> Transport:
    """The same transport by the program that speaks all of them; it must cost what its own program costs."""
    return replace(of, name=f"push-{of.name}", server="push_server", title=f"{of.title} (push_server)",
                   is_choice=False, brings="", is_shown=False)


def _shared(of: Transport) -> Transport:
    """The same transport, and what it delivers comes from NATS JetStream, where other servers have it from as well."""
    return replace(of, name=f"{of.name}-shared", title=f"{of.title} (shared source)", is_choice=False, brings="",
                   server_options=("--source", "nats://{source}/BENCH", "--source-create"), needs=_OF_SHARED,
                   runtime="NATS JetStream")


def _short_poll_answered(status: str, **more: Any) -> Transport:
    """Polls whose server says in another way that it has nothing."""
    return replace(_SHORT_POLL, name=f"short-poll-{status}", title=f"Short poll, nothing is {status}", is_choice=False,
                   brings="", **more)


def _sending(of: Transport, name: str, title: str, *options: str) -> Transport:
    """Its clients do not only listen: what each of them sends comes back to it by its topic."""
    return replace(of, name=name, title=title, server_options=("--allow-publish",),
                   client_options=(*options, "--message", "marker", "--publish-body", "{marker}{payload}"),
                   is_choice=False, brings="")


# What publishes without any server of ours: how many a second the source takes by itself.
_HOSE = Transport("jetstream-numbered", "jetstream_hose", client="jetstream_hose", needs=_OF_SHARED,
                  server_options=("--nats", "nats://{source}", "--numbered"), runtime="NATS JetStream",
                  title="JetStream alone, numbers compared", colour="#AA4499", marker="*")
# One subscription for each web client, which is what most would write first.
_NAIVE = Transport("sse-naive", "naive_server", client_name="sse", needs=_OF_SHARED,
                   server_options=("--nats", "nats://{source}"), runtime="NATS JetStream",
                   title="SSE (a subscription for each client)", colour="#CC3311", marker="X")
_BY_POST = ("--publish", "http://{listening}/publish?topic={topic}", "--publish-connections", "{connections}")


def _hose(spoken: str, of: Transport) -> Transport:
    """A server that never pauses and speaks what a transport speaks."""
    return replace(of, name=f"hose-{spoken}", server="floor_hose", server_options=("--speak", spoken), floods=True,
                   is_choice=False, brings="")


# What the floor bounds, wherever it is drawn.
FLOOR_NOTE = ("The floor is a bare TCP server that writes each notification to each client at once and does nothing "
              "else. It bounds the cost of one write a notification and client. Who puts several into one write, or "
              "answers polls that find several, goes below it.")

# In the order of every table.
TRANSPORTS = {
    row.name: row
    for row in (
        _SSE,
        _WEBSOCKET,
        # Not a fifth transport: the same protocol by Beast's own stream, shown apart as the price of the library.
        replace(_WEBSOCKET, name="websocket-beast", server_options=("--framing", "beast"), title="WebSocket (Beast's)",
                colour="#56B4E9", marker="P", is_choice=False, brings="", runtime="Beast's stream"),
        _LONG_POLL,
        _SHORT_POLL,
        _FLOOR,
        # Not a fifth transport either: SSE under another name, between which the report must find no difference.
        replace(_SSE, name="sse-twin", title="SSE under another name", is_choice=False, brings="", is_shown=False),
        # Nor is this: short polls that find nothing, to be held against those that find something.
        replace(_SHORT_POLL, name="short-poll-empty", silent=True, title="Short poll, finds nothing", is_choice=False,
                brings="", is_shown=False),
        _short_poll_answered("200", target="http://{listening}/poll?topic={topic}&empty=200",
                             client_options=("--dialect", "pushbench")),
        _short_poll_answered("304", client_options=("--dialect", "pushbench-etag")),
        _sending(_WEBSOCKET, "websocket-sends", "WebSocket, sends on it", "--publish-by-clients"),
        _sending(_SSE, "sse-posts", "SSE, and POST", *_BY_POST),
        _sending(_SSE, "sse-posts-fresh", "SSE, and POST by a new connection each", *_BY_POST, "--publish-fresh"),
        *(_posted(of) for of in (_WEBSOCKET, _SSE)),
        *(_shared(of) for of in (_SSE, _WEBSOCKET, _LONG_POLL)),
        _NAIVE,
        replace(_HOSE, name="jetstream", title="JetStream alone", server_options=("--nats", "nats://{source}")),
        _HOSE,
        *FOREIGN,
        *(_from_push_server(of) for of in (_SSE, _WEBSOCKET, _LONG_POLL)),
        *(_hose(spoken, of) for spoken, of in (("sse", _SSE), ("websocket", _WEBSOCKET), ("long-poll", _LONG_POLL),
                                               ("short-poll", _SHORT_POLL), ("lines", _FLOOR))),
    )
}
_AGAINST = "-vs-"
# Short polls at other intervals than the first get orange: the same family, still told apart.
_SECOND_SHORT_POLL = "#E69F00"


def pair_name(a: str, b: str) -> str:
    """The variant of a duet: 'sse-vs-websocket'."""
    return f"{a}{_AGAINST}{b}"


def pair_of(variant: str) -> tuple[str, str] | None:
    """The two of a duet; None for a variant that is one transport."""
    a, against, b = variant.partition(_AGAINST)
    return (a, b) if against else None


def programs_of(names: set[str]) -> set[str]:
    """The executables of ours that these transports need."""
    rows = [TRANSPORTS[name] for name in names]
    return {row.server for row in rows if not row.is_foreign} | {row.client for row in rows}


def base_of(variant: str) -> str:
    """'short-poll@5s' → 'short-poll'."""
    return variant.split("@", 1)[0]


def transport_of(variant: str) -> Transport:
    """A variant's row. One of another pushbench is shown under its own name."""
    base = base_of(variant)
    return TRANSPORTS.get(base) or Transport(base, "", title=base, is_choice=True)


def sort_key(variant: str) -> tuple[int, float, str]:
    """Order of rows: as in TRANSPORTS, unknown ones last, short polls by interval."""
    names = list(TRANSPORTS)
    base = base_of((pair_of(variant) or (variant,))[0])
    return names.index(base) if base in TRANSPORTS else len(names), interval_s(variant), variant


def interval_s(variant: str) -> float:
    """Seconds behind the '@' of a variant; 0 without."""
    try:
        return parse_duration_s(variant.partition("@")[2])
    except ValueError:
        return 0.0


def name_of(variant: str, poll_interval_ms: float | None = None) -> str:
    """'Short poll, 1 s'. The interval comes from the variant's name or, if none is there, its trials."""
    if pair := pair_of(variant):
        return " / ".join(transport_of(each).title for each in pair)
    row = transport_of(variant)
    if row.name != "short-poll" and row.client_name != "short-poll":
        return row.title
    seconds = interval_s(variant) or (poll_interval_ms or 0) / 1000
    return f"{row.title}, {prose.number(seconds)} s" if seconds else row.title


def colour_of(variant: str) -> str:
    if base_of(variant) == "short-poll" and interval_s(variant) > 1:
        return _SECOND_SHORT_POLL
    return transport_of(variant).colour
