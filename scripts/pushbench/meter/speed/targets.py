"""Which figures are judged, and what each has to keep. Pure: the runs in, the table out."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from pushbench.meter.speed.rows import Target, Goal, judge
from pushbench.meter.speed.runs import Runs, Series

FAN_OUT, FLOOD, FULL_FLOOD, SHORT_POLL = "fan-out", "flood", "full flood", "short poll"
MEMORY, READER, CONNECT, THREADS = "memory", "reader", "connect", "threads"
NAMES = {"sse": "SSE", "websocket": "WebSocket", "long-poll": "long poll", "floor": "lines",
         "websocket-beast": "WebSocket (Beast's)"}
STREAMS = ("sse", "websocket")
IDLE_COUNTS = (5000, 15000)
KIB = 1 / 1024
SATURATED = 0.85  # of the time of its threads: below, the server had time to spare and was not what is measured
_FLOOR = "floor"
_LOAD = "1,000 × 20/s"


def rows_of(runs: Runs, parts: tuple[str, ...]) -> list[Goal]:
    """The rows of these parts, in the order of the table."""
    return [row for part, rows in _ROWS.items() if part in parts for row in rows(runs)]


def _fan_out(runs: Runs) -> list[Goal]:
    cost = {name: runs.series(FAN_OUT, name, "server_cpu_us") for name in (*STREAMS, "long-poll", "floor")}
    group = "server CPU per delivery"
    rows = [judge(group, f"{NAMES[name]}, {_LOAD}", "µs", cost[name], [Target(most=most, of=_FLOOR)], cost["floor"])
            for name, most in (("sse", 1.15), ("websocket", 1.15), ("long-poll", 2.5))]
    rows.append(judge(group, f"WebSocket against SSE, {_LOAD}", "µs", cost["websocket"],
                      [Target(least=0.95, most=1.05, of="SSE")], cost["sse"]))
    spread = {name: runs.series(FAN_OUT, name, "spread_ms") for name in (*STREAMS, "floor")}
    return rows + [judge("first to last of 1,000", f"{NAMES[name]}, p50", "ms", spread[name],
                         [Target(most=1.15, of=_FLOOR)], spread["floor"]) for name in STREAMS]


def _flood(runs: Runs) -> list[Goal]:
    return [judge("flood, one server core", f"{NAMES[name]}, 1,000 × 1,000/s, server CPU per delivery", "µs",
                  runs.series(FLOOD, name, "server_cpu_us"), [Target(most=2.5)]) for name in STREAMS]


def _full_flood(runs: Runs) -> list[Goal]:
    return [judge("flood, one server core", f"{NAMES[name]}, 1,000 × 5,000/s, deliveries", "M/s",
                  runs.series(FULL_FLOOD, name, "deliveries_per_s", 1e-6), [Target(least=3)],
                  note=_sides(*(runs.series(FULL_FLOOD, name, f"{side}_busy") for side in ("server", "client"))))
            for name in STREAMS]


def _short_poll(runs: Runs) -> list[Goal]:
    """The floor is a limit only where its server was full: else wrk was, and either rate is that of wrk."""
    asked = {name: runs.series(SHORT_POLL, name, "requests_per_s") for name in ("server", "floor")}
    busy = {name: _middle(runs.series(SHORT_POLL, name, "busy")) for name in ("server", "floor")}
    group, name, bound = "short poll, keep-alive", "empty answers to wrk, 64 connections", Target(least=60_000)
    if (busy["floor"] or 0) >= SATURATED:
        return [judge(group, name, "/s", asked["server"], [bound, Target(least=0.9, of=_FLOOR)], asked["floor"])]
    note = "" if None in busy.values() else (
        f"the floor's server was only {busy['floor']:.0%} busy and ours {busy['server']:.0%}: wrk was full, so a ratio"
        " would say nothing")
    return [judge(group, name, "/s", asked["server"], [bound], note=note)]


def _memory(runs: Runs) -> list[Goal]:
    def row(side: str, name: str, count: int, most: float | None) -> Goal:
        series = runs.series(MEMORY, f"{name} {count}", f"{side}_bytes", KIB)
        return judge(f"{'server' if side == 'server' else 'load generator'}, memory per connection",
                     f"{NAMES[name]}, {count:,} idle", "KiB", series, [] if most is None else [Target(most=most)])

    servers = (("sse", 1.0), ("long-poll", 1.0), ("websocket", 1.15), ("websocket-beast", None))
    return [row(side, name, count, most)
            for side, names in (("server", servers), ("loadgen", (("sse", 1.0), ("websocket", 1.5))))
            for name, most in names for count in IDLE_COUNTS]


def _reader(runs: Runs) -> list[Goal]:
    def row(name: str, what: str = "", most: float = 1.1) -> Goal:
        return judge("load generator, CPU per delivery", f"{NAMES[name]}{what and ', ' + what}, {_LOAD}", "µs",
                     runs.series(READER, f"{name} {what}".strip(), "reader_cpu_us"),
                     [Target(most=most, of="bare reader")], runs.series(READER, f"{name} bare", "reader_cpu_us"))

    return [*(row(name) for name in STREAMS), *(row(name, "marker") for name in STREAMS),
            row("long-poll", most=1.2), row("floor", most=1.2)]


def _connect(runs: Runs) -> list[Goal]:
    def row(name: str, least: float) -> Goal:
        busy = [runs.series(CONNECT, name, f"{side}_busy") for side in ("server", "client")]
        cost_us = _middle(runs.series(CONNECT, name, "server_cpu_us"))
        each = "" if cost_us is None else f"{cost_us:.0f} µs of server CPU each; "
        return judge("connection set-up, one server core", f"{NAMES[name]}, {IDLE_COUNTS[-1]:,}", "/s",
                     runs.series(CONNECT, name, "connections_per_s"), [Target(least=least)], note=each + _sides(*busy))

    return [row("sse", 15_000), row("websocket", 12_000)]


def _sides(server: Series, client: Series) -> str:
    """Which of the two was full."""
    shares = [_middle(each) for each in (server, client)]
    return "" if None in shares else f"server {shares[0]:.0%} busy, client {shares[1]:.0%}"


def _threads(runs: Runs) -> list[Goal]:
    return [_scaled(runs, name) for name in STREAMS]


def _scaled(runs: Runs, name: str) -> Goal:
    one, two = (runs.series(THREADS, f"{name} {count}", "server_cpu_us") for count in (1, 2))
    slept = [f"with {count}, a thread of the server was busy for {busy:.0%} of the time, under {SATURATED:.0%}"
             for count in (1, 2)
             if (busy := _least(runs.series(THREADS, f"{name} {count}", "busy"))) is not None and busy < SATURATED]
    rates = [_middle(runs.series(THREADS, f"{name} {count}", "deliveries_per_s", 1e-6)) for count in (1, 2)]
    note = "2 × CPU per delivery of one thread / of two"
    if None not in rates:
        note += f"; {rates[0]:.2f} and {rates[1]:.2f} M deliveries/s, sinks on the same cores"
    speed_up = Series(two.source, tuple(None if ratio is None else 2 * ratio for ratio in one.over(two)),
                      (*one.trouble, *two.trouble))
    return judge("two server threads", f"{NAMES[name]}, flood into a sink", "× one thread", speed_up,
                 [Target(least=1.8)], note=note, unfit=" and ".join(slept))


def _least(series: Series) -> float | None:
    return min((value for value in series.values if value is not None), default=None)


def _middle(series: Series) -> float | None:
    present = [value for value in series.values if value is not None]
    return median(present) if present else None


_ROWS: dict[str, Callable[[Runs], list[Goal]]] = {
    FAN_OUT: _fan_out, FLOOD: _flood, FULL_FLOOD: _full_flood, SHORT_POLL: _short_poll, MEMORY: _memory,
    READER: _reader, CONNECT: _connect, THREADS: _threads}
PARTS = tuple(_ROWS)
