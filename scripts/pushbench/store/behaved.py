"""What becomes of clients that are not steady, and what they cost: they are cut off, or vanish, or read slowly."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pushbench.store.metric import Metric, Reader, at
from pushbench.store.records import Trial

KIB = 1 / 1024
NEXT_TO_NONE = 0.001  # of the clients, or of what each was told: less is none


def _share(part: tuple[str, ...], whole: tuple[str, ...]) -> Reader:
    def read(trial: Trial) -> float | None:
        some, every = trial.number(*part), trial.number(*whole)
        return some / every if some is not None and every else None

    return read


def _per_cut(count: str) -> Reader:
    return _share((count,), ("behaviour", "cut", "connections"))


def _back_share(trial: Trial) -> float | None:
    away = _share(("behaviour", "cut", "not_back"), ("behaviour", "cut", "connections"))(trial)
    return None if away is None else 1 - away


def _storm_us_per_client(trial: Trial) -> float | None:
    """All that it took from the cut until all were back: accepts, handshakes, and what they had missed."""
    cut_s, back_s = trial.number("behaviour", "cut", "after_s"), trial.number("behaviour", "cut", "all_back_s")
    clients, step_s = trial.number("behaviour", "cut", "connections"), trial.number("series", "step_s")
    cores = _series(trial, "server_cpu_cores")
    if cut_s is None or back_s is None or not clients or not step_s or cores is None:
        return None
    # Slices that only touch the storm are of it.
    first, end = (round(time_s / step_s, 6) for time_s in (cut_s, cut_s + back_s))  # 0.3 / 0.1 is a little below 3
    storm = cores[math.floor(first):math.ceil(end)]
    return math.fsum(storm) * step_s * 1e6 / clients if math.ceil(end) <= len(cores) else None


def _series(trial: Trial, name: str) -> Sequence[float] | None:
    """None where a slice has no figure."""
    series = trial.result.get("series")
    values = series.get(name) if isinstance(series, dict) else None
    return values if isinstance(values, list) and all(isinstance(each, (int, float)) for each in values) else None


def _held_s(trial: Trial) -> float | None:
    """Where half and more were held to the end, it is at least as long as one looked."""
    still, let_go = (trial.number("behaviour", "vanished", key) for key in ("still_held", "let_go"))
    if still is None or let_go is None:
        return None
    return trial.number("behaviour", "vanished", "looked_s" if still >= let_go else "held_s_p50")


def _buffers_of_slow(trial: Trial) -> float | None:
    """All that the kernel holds for the clients of a server is held for those that do not read it."""
    each = trial.number("server", "kernel", "server_end", "socket_buffer_bytes_per_connection")
    clients, slow = trial.number("connections"), trial.number("behaviour", "slow_readers", "clients")
    return each * clients * KIB / slow if each is not None and clients and slow else None


def _memory_beside_slow(trial: Trial) -> float | None:
    """Of all clients together: a mean of those that read and those that do not would be nobody's."""
    user = trial.number("server", "pss_bytes_per_connection")
    kernel = trial.number("server", "kernel_bytes_per_connection")
    clients, slow = trial.number("connections"), trial.number("behaviour", "slow_readers", "clients")
    if user is None or kernel is None or not clients or not slow or trial.number("server", "swapped_bytes"):
        return None
    return (user + kernel) * clients * KIB**2


BEHAVED = (
    Metric("back_all_s", "until all were back that were cut off", "s", at("behaviour", "cut", "all_back_s")),
    Metric("back_p50_s", "until half were back that were cut off", "s",
           at("behaviour", "cut", "back_us", "p50", scale=1e-6)),
    Metric("back_share", "share of the clients cut off that came back", "", _back_share, lower_is_better=False,
           additive=True, resolution=NEXT_TO_NONE),
    Metric("peak_connects_per_s", "connects in the fullest 0.1 s after a cut", "1/s",
           at("behaviour", "cut", "peak_connects_per_s")),
    Metric("storm_cpu_us_per_client", "server CPU until all were back, for each client cut off", "µs",
           _storm_us_per_client),
    Metric("lost_per_cut_client", "notifications lost by each client cut off", "", _per_cut("lost"), additive=True,
           resolution=NEXT_TO_NONE),
    Metric("repeated_per_cut_client", "notifications repeated to each client cut off", "", _per_cut("duplicated"),
           additive=True, resolution=NEXT_TO_NONE),
    Metric("held_s", "how long half of the vanished clients were held at least", "s", _held_s),
    Metric("still_held_share", "share of the vanished clients that were held to the end", "",
           _share(("behaviour", "vanished", "still_held"), ("behaviour", "vanished", "clients")), additive=True,
           resolution=NEXT_TO_NONE),
    Metric("memory_beside_slow_mib", "server memory of all clients, user and kernel", "MiB", _memory_beside_slow),
    Metric("buffers_kib_per_slow_reader", "kernel buffers per client that does not read", "KiB", _buffers_of_slow),
)
