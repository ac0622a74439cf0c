"""What can be read off one trial: each metric's name, unit, and where its number is found."""

from __future__ import annotations

from pushbench.stats import percentiles
from pushbench.store.behaved import BEHAVED
from pushbench.store.metric import Metric, Reader, at, total
from pushbench.store.records import Trial
from pushbench.store.rules import SATURATION
from pushbench.store.sourced import SOURCED
from pushbench.store.upstream import UPSTREAM
from pushbench.store.wire import ON_THE_WIRE

KIB = 1 / 1024


def _seconds(trial: Trial) -> float | None:
    """The window as it really was, else as it was asked for."""
    return trial.number("window_s") or trial.number("duration_s")


def _per_client_minute(count: str) -> Reader:
    """A count of the measuring phase, per client and minute."""

    def read(trial: Trial) -> float | None:
        events = trial.number(count)
        clients, seconds = trial.number("connections"), _seconds(trial)
        if events is None or not clients or not seconds:
            return None
        return events / clients / seconds * 60

    return read


def _connections_per_client(trial: Trial) -> float | None:
    opened, clients = trial.number("connections_opened"), trial.number("connections")
    return opened / clients if opened is not None and clients else None


def _requests_per_client_minute(trial: Trial) -> float | None:
    given = trial.number("requests_per_client_minute")
    return given if given is not None else _per_client_minute("requests")(trial)


def _empty_share(trial: Trial) -> float | None:
    requests, empty = trial.number("requests"), trial.number("empty_polls")
    return empty / requests if requests and empty is not None else None


def _wire_per_connection_minute(trial: Trial) -> float | None:
    """Both directions: the headers of empty polls count too. Nothing in a window that holds no sign of life: all that
    a stream sends while it waits is its heartbeats."""
    if trial.result.get("transport") != "floor" and not trial.number("published") and signs_of_life(trial) == 0:
        return None
    whole = total(trial, ("wire", "bytes_in"), ("wire", "bytes_out"))
    clients, seconds = trial.number("connections"), _seconds(trial)
    return None if whole is None or not clients or not seconds else whole / clients / seconds * 60


def _lost_share(trial: Trial) -> float | None:
    lost, expected = trial.number("lost"), trial.number("expected")
    return lost / expected if lost is not None and expected else None


def _capacity(trial: Trial) -> float | None:
    raw = trial.raw.get("capacity_deliveries_per_s")
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return float(raw)
    return trial.number("capacity_deliveries_per_s")


# What ended a search, where it was not the server.
NO_LIMIT = {"search": "at least this: the highest rate that was tried was carried",
            "generator": "at least this: the load generator was the limit"}


def _no_limit(trial: Trial) -> str:
    return NO_LIMIT.get(str(trial.raw.get("limited_by")), "")


BOTH_ENDS = "of both ends: this run did not tell them apart"


def _both_ends(trial: Trial) -> str:
    """Schema 1 knew only one figure for the kernel's memory, that of both ends of a connection."""
    return "" if trial.number("server", "kernel", "both_ends_bytes_per_connection") is not None else BOTH_ENDS


def _kernel(end: str, *kinds: str) -> Reader:
    """Of one end, the sum of its kinds."""

    def read(trial: Trial) -> float | None:
        whole = total(trial, *(("server", "kernel", end, f"{kind}_bytes_per_connection") for kind in kinds))
        return None if whole is None else whole * KIB

    return read


def _resident(side: str) -> Reader:
    """User memory. Where some of it lies in swap, which no set size counts, there is no figure, and not a low one."""

    def read(trial: Trial) -> float | None:
        resident = trial.number(side, "pss_bytes_per_connection")
        return None if resident is None or trial.number(side, "swapped_bytes") else resident * KIB

    return read


def _memory(trial: Trial) -> float | None:
    """User space and the kernel's share of the server's end: what whoever runs a server pays for."""
    user, kernel = _resident("server")(trial), trial.number("server", "kernel_bytes_per_connection")
    return None if user is None or kernel is None else user + kernel * KIB


# What keeps a waiting connection alive comes about this often, in seconds. A window with more of it is of a schedule
# that is compressed in time, and one with less has missed it: neither says what waiting costs.
OFTENEST_S, SELDOMEST_S = 10.0, 60.0


def signs_of_life(trial: Trial) -> float | None:
    """Heartbeats of a stream, or returns of a long poll; None of clients that ask on an interval of their own."""
    if trial.number("poll_interval_ms") is not None:
        return None
    return trial.number("server", "heartbeats") or trial.number("requests") or 0.0


def _cpu_us_per_heartbeat(trial: Trial) -> float | None:
    """Only where nothing else happens: all CPU is that of heartbeats then, at most, and one came to each client."""
    beats, published = signs_of_life(trial), trial.number("published")
    each, clients = trial.number("server", "cpu_us_per_idle_connection_s"), trial.number("connections")
    seconds, spent_s = _seconds(trial), trial.number("server", "cpu_s")
    if not beats or published or not clients or not seconds or beats < clients:
        return None
    if each is not None:
        return each * clients * seconds / beats
    return spent_s * 1e6 / beats if spent_s is not None else None


def _idle_cpu(trial: Trial) -> float | None:
    """Not of a stream or long poll whose window holds none of what keeps it alive, for that is all that it costs."""
    each, beats = trial.number("server", "cpu_us_per_idle_connection_s"), signs_of_life(trial)
    clients, seconds = trial.number("connections"), _seconds(trial)
    if each is None or beats is None or trial.result.get("transport") == "floor":
        return each
    apart_s = clients * seconds / beats if beats and clients and seconds else 0.0
    return each if OFTENEST_S <= apart_s <= SELDOMEST_S else None


def _headroom(trial: Trial) -> float | None:
    given, busiest = trial.number("loadgen", "headroom"), trial.number("loadgen", "busiest_thread_cores")
    return given if given is not None or busiest is None else max(0.0, 1 - busiest)


def _taken_per_s(trial: Trial) -> float | None:
    """What the load generator took in while its busiest thread was busy: the window has idle time at its beginning.

    A poll that is answered at once is a request.
    """
    if trial.scenario != SATURATION:
        return None
    count = trial.number("window_deliveries") or trial.number("requests")
    seconds, busiest = _seconds(trial), trial.number("loadgen", "busiest_thread_cores")
    return count / seconds / busiest if count and seconds and busiest else None


# Which share of deliveries a latency metric is about.
SHARES = {"latency_p50_ms": 0.5, "latency_p90_ms": 0.9, "latency_p99_ms": 0.99, "latency_p999_ms": 0.999}


def notifications(trial: Trial) -> float | None:
    """How many independent events the latencies of a trial are of.

    Where each client has a topic of its own a delivery is a notification; where many share a topic, all deliveries of
    one notification are late together. None where the trial does not tell.
    """
    published, timed = trial.number("published"), trial.number("latency_us", "count")
    if published is None:
        return None
    return published if timed is None else min(published, timed)


def _latency(percentile: str) -> Metric:
    names = {"p50": "median", "p90": "p90", "p99": "p99", "p999": "p99.9"}
    key = f"latency_{percentile}_ms"

    def read(trial: Trial) -> float | None:
        """Of a trial that published too few for this percentile: nothing, though its file may hold a figure."""
        events = notifications(trial)
        if events is not None and not percentiles.allowed(events, SHARES[key]):
            return None
        value = trial.number("latency_us", percentile)
        return None if value is None else value * 1e-3

    return Metric(key, f"latency {names[percentile]}", "ms", read, compared=percentile in ("p50", "p99"),
                  resolution=0.05)


def _fanout(position: str, percentile: str) -> Metric:
    return Metric(f"fanout_{position}_{percentile}_ms", f"{position} recipient, {percentile}", "ms",
                  at("fanout_us", position, percentile, scale=1e-3))


METRICS = {metric.key: metric for metric in (
    *(_latency(percentile) for percentile in ("p50", "p90", "p99", "p999")),
    *(_fanout(position, percentile) for position in ("first", "median", "last", "spread")
      for percentile in ("p50", "p99")),
    Metric("server_cpu_us_per_delivery", "server CPU per delivery", "µs",
           at("server", "cpu_us_per_delivery"), compared=True),
    Metric("server_user_us_per_delivery", "server CPU per delivery, user", "µs",
           at("server", "user_us_per_delivery")),
    Metric("server_system_us_per_delivery", "server CPU per delivery, system", "µs",
           at("server", "system_us_per_delivery")),
    Metric("server_cpu_us_per_notification", "server CPU per notification", "µs",
           at("server", "cpu_us_per_notification")),
    Metric("server_cpu_us_per_heartbeat", "server CPU per heartbeat, or return of a long poll", "µs",
           _cpu_us_per_heartbeat),
    Metric("server_cpu_us_per_idle_connection_s", "server CPU per idle connection and second", "µs",
           _idle_cpu, compared=True, resolution=0.05),
    Metric("server_cpu_cores", "server CPU", "cores", at("server", "cpu_cores")),
    Metric("loadgen_cpu_us_per_delivery", "load generator's CPU per delivery", "µs",
           at("loadgen", "cpu_us_per_delivery")),
    Metric("memory_kib_per_connection", "memory per connection, user and kernel", "KiB", _memory, compared=True,
           resolution=0.5, caveat=_both_ends),
    Metric("user_kib_per_connection", "user memory per connection", "KiB",
           _resident("server"), resolution=0.1),
    Metric("heap_used_kib_per_connection", "heap in use per connection", "KiB",
           at("server", "heap", "used_bytes_per_connection", scale=KIB), resolution=0.1),
    Metric("heap_retained_kib_per_connection", "free heap kept by the allocator, per connection", "KiB",
           at("server", "heap", "retained_bytes_per_connection", scale=KIB)),
    Metric("kernel_kib_per_connection", "kernel memory per connection, server end", "KiB",
           at("server", "kernel_bytes_per_connection", scale=KIB), resolution=0.5, caveat=_both_ends),
    Metric("kernel_objects_kib_per_connection", "kernel objects per connection, server end", "KiB",
           _kernel("server_end", "slab")),
    Metric("kernel_buffers_kib_per_connection", "kernel buffers per connection, server end", "KiB",
           _kernel("server_end", "socket_buffer")),
    Metric("kernel_client_kib_per_connection", "kernel memory per connection, client end", "KiB",
           _kernel("client_end", "slab", "socket_buffer")),
    Metric("loadgen_kib_per_connection", "load generator's memory per connection", "KiB",
           _resident("loadgen")),
    Metric("loadgen_headroom", "what the busiest thread of the load generator had left", "cores", _headroom,
           lower_is_better=False, additive=True),
    Metric("loadgen_busiest_thread_cores", "busiest thread of the load generator", "cores",
           at("loadgen", "busiest_thread_cores"), additive=True),
    Metric("taken_per_s", "taken by the load generator", "1/s", _taken_per_s, lower_is_better=False),
    *ON_THE_WIRE,
    Metric("bytes_per_connection_minute", "bytes per connection and minute", "B",
           _wire_per_connection_minute),
    Metric("deliveries_per_write", "deliveries per write", "", at("server", "deliveries_per_write"),
           lower_is_better=False),
    Metric("requests_per_client_minute", "requests per client and minute", "", _requests_per_client_minute),
    Metric("connections_per_client", "connections opened per client", "", _connections_per_client),
    Metric("empty_poll_share", "share of empty polls", "", _empty_share),
    *BEHAVED,
    *UPSTREAM,
    *SOURCED,
    Metric("lost_share", "share of deliveries lost", "", _lost_share),
    Metric("capacity_deliveries_per_s", "capacity", "deliveries/s", _capacity, lower_is_better=False,
           compared=True, in_steps=True, at_least=_no_limit),
)}
