"""The keys that a scenario may hold: how each is read, and what to say when it is wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pushbench.prose import NBSP
from pushbench.setup.behaviour import behaviour
from pushbench.setup.transports import TRANSPORTS, pair_name
from pushbench.units import compact_number, format_duration, parse_duration_s

KINDS = ("load", "idle", "capacity", "wrk", "flood", "scale", "duet", "intake")
TIMED = tuple(kind for kind in KINDS if kind not in ("scale", "duet"))  # those end when all has been delivered
ALONE = tuple(kind for kind in KINDS if kind != "duet")
ARRIVALS = ("constant", "poisson")
EACH_CLIENT = "per-client"  # topics: every client has a topic of its own
VARIED = ("connections", "payload", "rate", "gap", "round_trip", "heartbeat")  # what cases may vary
TIMES = ("gap", "round_trip", "heartbeat")  # those that are durations
NO_HEARTBEAT = "heartbeat=0s"


def whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        # bool is an int in Python; `blocks = true` is a mistake all the same.
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return read


def number(low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return float(value)

    return read


def duration(low_s: float, high_s: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        seconds = parse_duration_s(value)
        if not low_s <= seconds <= high_s:
            raise ValueError(f"must be from {low_s:g} s to {high_s:g} s")
        return seconds

    return read


def none_or(read_some: Callable[[Any], float]) -> Callable[[Any], float]:
    """A duration, or "0s" for none at all."""

    def read(value: Any) -> float:
        seconds = parse_duration_s(value)
        return read_some(value) if seconds else 0.0

    return read


def one_of(names: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in names:
            raise ValueError("must be one of " + ", ".join(names))
        return value

    return read


def text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value


def list_of(read_item: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value:
            raise ValueError("must be a list with at least one value")
        items = tuple(read_item(item) for item in value)
        if len(set(items)) != len(items):
            raise ValueError("must not hold the same value twice")
        return items

    return read


def transport(value: Any) -> str:
    if not isinstance(value, str) or value not in TRANSPORTS:
        raise ValueError(f"names an unknown transport \"{value}\"; known are " + ", ".join(TRANSPORTS))
    return value


def pair(value: Any) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("must be a list of pairs of transports, like [[\"sse\", \"websocket\"]]")
    a, b = transport(value[0]), transport(value[1])
    if a == b:
        raise ValueError(f"names {a} against itself; SSE against SSE is [\"sse\", \"sse-twin\"]")
    for name in (a, b):
        if not TRANSPORTS[name].rests:
            raise ValueError(f"names {name}, whose server never rests, so that no other can have its turn")
    return a, b


def pairs(value: Any) -> tuple[tuple[str, str], ...]:
    found: tuple[tuple[str, str], ...] = list_of(pair)(value)
    if twice := [each for each in found if each[::-1] in found]:
        raise ValueError(f"holds {pair_name(*twice[0])} both ways round; one is the other's inverse")
    return found


def topics(value: Any) -> int | str:
    if value == EACH_CLIENT:
        return EACH_CLIENT
    try:
        return whole(1, 100_000)(value)
    except ValueError as error:
        raise ValueError(f"{error}, or \"{EACH_CLIENT}\"") from None


def cases(value: Any) -> dict[str, tuple[Any, ...]]:
    """One table, one key, one list: a scenario varies one thing, or nobody can say what made the difference."""
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in VARIED:
        raise ValueError("must be a table with one key (" + ", ".join(VARIED) + ") and a list of values")
    key, values = next(iter(value.items()))
    return {key: list_of(FIELDS[key].read)(values)}


def case_name(key: str, value: Any) -> str:
    """'connections=500', 'gap=100ms'; of a time in seconds, or as it is written."""
    if key in TIMES:
        return f"{key}={format_duration(parse_duration_s(value) if isinstance(value, str) else value)}"
    return f"{key}={compact_number(value)}"


def case_text(case: str) -> str:
    """For people: 'gap of 100 ms'. Of what is no time, as it is."""
    key, _, value = case.partition("=")
    if case == NO_HEARTBEAT:
        return "no heartbeat"
    return f"{key.replace('_', ' ')} of {time_text(value)}" if key in TIMES else case


def time_text(value: str) -> str:
    """'100ms' as '100 ms'."""
    return re.sub(r"(\d)([a-z]+)$", rf"\1{NBSP}\2", value)


def only(value: Any) -> dict[str, tuple[Any, ...]]:
    """Of the cases, those that a variant runs: for a variant that is slow to run and that few cases tell enough of."""
    if not isinstance(value, dict) or not all(isinstance(cases, list) and cases for cases in value.values()):
        raise ValueError("must be a table of variants, each with a list of cases")
    return {variant: tuple(parse_duration_s(case) if isinstance(case, str) else case for case in cases)
            for variant, cases in value.items()}


def blocks_of(value: Any) -> dict[str, int]:
    """Fewer blocks for a variant whose trials take long and scatter little."""
    if not isinstance(value, dict):
        raise ValueError("must be a table of variants, each with a number of blocks")
    return {variant: FIELDS["blocks"].read(blocks) for variant, blocks in value.items()}


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def durations(value: Any) -> dict[str, float]:
    """Another window for a variant that has more, or less, to show in it than the rest."""
    if not isinstance(value, dict):
        raise ValueError("must be a table of variants, each with a duration")
    return {variant: FIELDS["duration"].read(text) for variant, text in value.items()}


def rate_starts(value: Any) -> dict[str, float]:
    """Where the search begins for a transport that is known to hold much less, or more, than the others."""
    if not isinstance(value, dict):
        raise ValueError("must be a table of transports, each with a rate")
    return {transport(name): FIELDS["rate_start"].read(rate) for name, rate in value.items()}


# What a duet takes from the workload that it is of, so that the two cannot drift apart.
OF_THE_WORKLOAD = ("connections", "rate", "rate_per_client", "topics", "arrival", "payload", "history")


@dataclass(frozen=True)
class Field:
    """One key. `kinds` says which kinds of scenario know it; a default of None means that it must be given."""

    read: Callable[[Any], Any]
    default: Any = None
    required: tuple[str, ...] = ()
    kinds: tuple[str, ...] = KINDS


FIELDS: dict[str, Field] = {
    "question": Field(text, required=KINDS),
    "kind": Field(one_of(KINDS), required=KINDS),
    "transports": Field(list_of(transport), required=ALONE, kinds=ALONE),
    "blocks": Field(whole(1, 1000), required=KINDS),
    "blocks_of": Field(blocks_of, default={}),
    "connections": Field(whole(0, 5_000_000), kinds=ALONE),  # 0: the publisher alone, of a load or an intake
    "as_many_as_fit": Field(flag, kinds=("scale",)),  # fewer where the machine does not hold them all
    "rate": Field(number(0.001, 1e6), required=("scale",), kinds=("load", "scale", "intake")),
    "notifications": Field(whole(1, 1000), required=("scale",), kinds=("scale",)),
    "rate_per_client": Field(number(1e-6, 1e4), kinds=("load",)),
    "gap": Field(duration(0.0001, 3600), kinds=("load",)),  # between two notifications of a client's own topic
    "round_trip": Field(duration(0, 10), default=0.0, kinds=("load",)),  # of a network, half of it each way
    "topics": Field(topics, default=1, kinds=("load", "intake")),
    "arrival": Field(one_of(ARRIVALS), default="constant", kinds=("load", "capacity")),
    "payload": Field(whole(1, 1 << 20), default=128, kinds=("load", "capacity", "scale", "intake")),
    "poll_intervals": Field(list_of(duration(0, 600)), default=(1.0,), kinds=TIMED),
    "warmup": Field(duration(0, 600), default=0.0, kinds=TIMED),
    "duration": Field(duration(0.1, 3600), required=TIMED, kinds=TIMED),
    "durations": Field(durations, default={}, kinds=("load", "idle")),
    "heartbeat": Field(none_or(duration(0.1, 3600)), default=15.0),
    "spread": Field(flag, default=False, kinds=("idle",)),
    "behaviour": Field(behaviour, default={}, kinds=("load", "idle")),
    # The server's own, where it is not given; "0s": never.
    "idle_timeout": Field(none_or(duration(0.1, 3600)), kinds=("load", "idle", "scale")),
    "history": Field(whole(1, 1 << 20), default=1024, kinds=ALONE),
    "cases": Field(cases, default={}, kinds=("load", "idle", "intake")),
    "only": Field(only, default={}, kinds=("load", "idle", "intake")),
    "slo_p99": Field(duration(0.001, 60), default=0.1, kinds=("capacity",)),
    "rate_start": Field(number(1, 1e6), required=("capacity",), kinds=("capacity",)),
    "rate_starts": Field(rate_starts, default={}, kinds=("capacity",)),
    "rate_max": Field(number(1, 1e6), required=("capacity",), kinds=("capacity",)),
    "rate_factor": Field(number(1.1, 100), default=4.0, kinds=("capacity",)),
    "precision": Field(number(1.01, 10), default=1.2, kinds=("capacity",)),
    "of": Field(text, required=("duet",), kinds=("duet",)),
    "pairs": Field(pairs, required=("duet",), kinds=("duet",)),
    "quads": Field(whole(1, 1000), default=4, kinds=("duet",)),
    "slice": Field(duration(0.01, 60), default=0.15, kinds=("duet",)),
    "lead_in": Field(duration(0.001, 60), default=0.05, kinds=("duet",)),
    "lead_in_rate": Field(number(0.001, 1e6), kinds=("duet",)),  # of the workload, where it is not given
    "settle": Field(duration(0.001, 10), default=0.01, kinds=("duet",)),
    "steps": Field(whole(1, 50), default=8, kinds=("capacity",)),
}
