"""What each check wants, and its judgement. Pure: results of the programs in, checks out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import geometric_mean
from typing import Any

from pushbench import prose
from pushbench.stats import estimates as stats
from pushbench.store import rules
from pushbench.store.histograms import of_deliveries_us
from pushbench.store.records import number_in

WRK_AGREES_WITHIN = 0.10
DELAY_SHARE, DELAY_LEAST_MS = 0.05, 0.2
STALL_S = 1.0
STALL_MAX_S, STALL_P99_S = 0.9, 0.4
CLEAN_MAX_S = 0.5
ROUND_TRIP_WITHIN_MS = 0.5
WAKEUP_US = 200.0

QUIET = ("Close what else runs, and give the server and the load generator cores of their own. Where that does not"
         " help, the host is busy: take a quieter one, or one with more cores.")
# Why a row that says "as wrk ± 10 %" passes with a figure further away: by the figure alone, chance would fail some.
SECOND_METER = "second meter"
REACHES = (f"Where a ratio to wrk has an interval, the check passes as long as that reaches ± "
           f"{WRK_AGREES_WITHIN * 100:.0f} %: it fails where the two are shown to be further apart.")
DEFECT = "This does not depend on the machine: the programs disagree. Please report it with results/."


@dataclass(frozen=True)
class Check:
    """One line of the table. `group` is the question, `name` which of its cases; `advice` is for when it fails."""

    group: str
    name: str
    expected: str
    seen: str
    passed: bool
    advice: str
    file: str = ""  # of the results folder: where the figures come from

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def _ms(value: float | None) -> str:
    return "nothing" if value is None else f"{prose.number(value)} ms"


def floor(result: dict[str, Any], file: str) -> Check:
    """The bare fan-out must deliver everything: no transport is measured on a machine where that fails."""
    server = number_in(result, "server", "cpu_us_per_delivery")
    reader = number_in(result, "loadgen", "reader_cpu_us_per_delivery")
    wrong = rules.texts(rules.findings_of(result), rules.WRONG)
    whole = number_in(result, "delivered") == number_in(result, "expected") and number_in(result, "delivered")
    return Check("floor", "bare TCP fan-out", "all delivered, trial valid",
                 f"{prose.number(server)} µs of server CPU and {prose.number(reader)} µs of reader CPU per delivery"
                 + "".join(f"; {why}" for why in wrong[:1]), bool(whole) and not wrong, QUIET, file)


def delay(name: str, result: dict[str, Any], held_ms: float, interval_ms: float, file: str) -> Check:
    """p50 of sent → received is the time that the server held each notification.

    A short poll finds it half an interval later on average: that is what its client chose, so it is taken off.
    """
    p50_us = number_in(result, "delivery_us", "p50")
    seen = None if p50_us is None else p50_us / 1000 - interval_ms / 2
    allowed = max(DELAY_SHARE * held_ms, DELAY_LEAST_MS)
    less = f", half its interval of {prose.number(interval_ms)} ms taken off" if interval_ms else ""
    return Check("known delay", f"{name}, {prose.number(held_ms)} ms",
                 f"{prose.number(held_ms)} ms ± {prose.number(allowed)} at p50", _ms(seen) + less,
                 seen is not None and abs(seen - held_ms) <= allowed and _complete(result), QUIET, file)


def round_trip(what: str, expected_ms: float, with_us: float | None, without_us: float | None, file: str) -> Check:
    """What a network of a known round trip adds at p50. `without_us`: what the same takes without one."""
    seen_ms = None if with_us is None or without_us is None else (with_us - without_us) / 1000
    less = f", {_ms(without_us / 1000)} without it" if without_us else ""
    return Check("round trip", what, f"{prose.number(expected_ms)} ms ± {ROUND_TRIP_WITHIN_MS} later at p50",
                 f"{_ms(seen_ms)} later" + less if seen_ms is not None else "nothing",
                 seen_ms is not None and abs(seen_ms - expected_ms) <= ROUND_TRIP_WITHIN_MS, QUIET, file)


def _complete(result: dict[str, Any]) -> bool:
    return number_in(result, "delivered") == number_in(result, "expected")


def stall(name: str, result: dict[str, Any], file: str) -> Check:
    """A server that stood still for a second: whoever was due then waited, sent or not."""
    longest, p99, hidden = number_in(result, "latency_us", "max"), _p99(result, "latency"), _p99(result, "delivery")
    seen = [None if each is None else each / 1e6 for each in (longest, p99)]
    from_sent = f"; from sent to received p99 would be {_ms(hidden / 1000)}" if hidden is not None else ""
    return Check("stall", f"{name}, server stopped for {STALL_S:g} s", f"max ≥ {STALL_MAX_S} s, p99 ≥ {STALL_P99_S} s",
                 f"max {prose.number(seen[0])} s, p99 {prose.number(seen[1])} s{from_sent}",
                 seen[0] is not None and seen[0] >= STALL_MAX_S and seen[1] is not None and seen[1] >= STALL_P99_S,
                 DEFECT, file)


def _p99(result: dict[str, Any], times: str) -> float | None:
    """Of the deliveries, where notifications are too few: the one stall is all there is to see."""
    p99 = number_in(result, f"{times}_us", "p99")
    return of_deliveries_us(result, 0.99, times) if p99 is None else p99


def clean(results: Iterable[dict[str, Any]], file: str) -> Check:
    """No stall where there was none."""
    longest = [number_in(result, "latency_us", "max") for result in results]
    most = None if None in longest or not longest else max(each for each in longest if each is not None) / 1e6
    return Check("stall", "no server stopped", f"max < {CLEAN_MAX_S} s", f"max {prose.number(most)} s",
                 most is not None and most < CLEAN_MAX_S, QUIET, file)


def faults(name: str, result: dict[str, Any], known: dict[str, int], file: str) -> list[Check]:
    """What the server dropped, doubled and swapped on purpose, against what the ledgers of all clients say."""
    counted = (("lost", "dropped"), ("duplicated", "sent twice"), ("reordered", "swapped with its successor"))
    clients = int(number_in(result, "connections") or 0)
    return [
        Check("known faults", f"{name}, {known[key]} of {known['published']:,} {word}",
              f"{known[key] * clients:,} {key}", f"{_count(result, key)} {key}",
              number_in(result, key) == known[key] * clients and known[key] > 0, DEFECT, file)
        for key, word in counted]


def _count(result: dict[str, Any], key: str) -> str:
    value = number_in(result, key)
    return "none counted" if value is None else f"{value:,.0f}"


def wrk(what: str, unit: str, ours: Sequence[float | None], theirs: Sequence[float | None], file: str,
        at_least: bool = False) -> Check:
    """Two programs that share no code see the same server: geometric means of all that each saw.

    Apart they are where the mean is, and where pairs allow an interval, where the whole of that is: on a host whose
    wake-ups take 20 µs in one second and 40 in the next, two pairs of one connection differ by a third by chance.
    `at_least`: where wrk's own core is full, it may see fewer than there are, but we may not.
    """
    mine, others = _mean(ours), _mean(theirs)
    found = stats.mean([one / two for one, two in zip(ours, theirs, strict=True) if one and two]) if mine and others \
        else None
    low, high = (found.low or found.middle, found.high or found.middle) if found else (0.0, 0.0)
    apart = "no ratio" if found is None else _percent(found.middle)
    if found and found.has_interval:
        apart += f" [{_percent(low)} to {_percent(high)}]"
    pairs = f", mean of {len(ours)}" if len(ours) > 1 else ""
    sign = "at least wrk −" if at_least else "as wrk ±"
    return Check(SECOND_METER, what, f"{sign} {WRK_AGREES_WITHIN * 100:.0f} %",
                 f"{prose.number(mine)} {unit}, wrk {prose.number(others)}: {apart}{pairs}",
                 found is not None and high >= 1 - WRK_AGREES_WITHIN
                 and (at_least or low <= 1 + WRK_AGREES_WITHIN), QUIET, file)


def _percent(ratio: float) -> str:
    return f"{(ratio - 1) * 100:+.1f} %".replace("-", "−")


def _mean(values: Sequence[float | None]) -> float | None:
    numbers = [value for value in values if value]
    return geometric_mean(numbers) if numbers and len(numbers) == len(values) else None


def wrk_missing(why: str) -> Check:
    return Check(SECOND_METER, "wrk", "as wrk ± 10 %", why, False,
                 "Install wrk (scripts/setup does), and calibrate again.")


def wakeup(name: str, cores: str, p99_us: float | None, file: str) -> Check:
    return Check("wake-up delay", f"{name}, core {cores}", f"p99 ≤ {WAKEUP_US:.0f} µs",
                 "not measured" if p99_us is None else f"p99 {prose.number(p99_us)} µs",
                 p99_us is not None and p99_us <= WAKEUP_US, QUIET, file)


def broken(group: str, name: str, error: str) -> Check:
    """The check could not be made at all."""
    return Check(group, name, "a result", error, False, "See the message; nothing was measured.")
