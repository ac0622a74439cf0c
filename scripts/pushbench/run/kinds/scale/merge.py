"""The results of several load generators become one, of the same shape: counts add up, histograms are merged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pushbench.run.rules import ON_ONE_CORE
from pushbench.stats.percentiles import percentile
from pushbench.store.rules import Finding, finding, findings_of, waived

Result = dict[str, Any]

SUMS = ("connections", "delivered", "duplicated", "reordered", "restarts", "gaps", "malformed", "early_ledger_ends",
        "connections_opened")
# The load generators count these from when they were connected, the warm-up and all waiting included. The window is
# another, so a rate of them would be wrong.
UNKNOWN = ("requests", "empty_polls", "skipped_polls", "series", "gap_us", "kernel_to_reader_us")
TIMES = {"latency": "latency_us", "delivery": "delivery_us", "publish_delay": "publish_delay_us",
         "response": "response_us"}
PERCENTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}


def merged(results: Sequence[Result], notifications: int) -> Result:
    """Without `server` and `loadgen`: what those cost is read from outside, of all processes at the same moment."""
    one = dict(results[0])
    one |= {name: sum(result[name] for result in results) for name in SUMS}
    one |= dict.fromkeys(UNKNOWN)
    one["threads"] = sum(result["threads"] for result in results)
    # Whoever heard nothing at all was to hear as much as all others.
    one["expected"] = notifications * one["connections"]
    one["lost"] = max(sum(result["lost"] for result in results), one["expected"] - one["delivered"])
    one["published"] = one["notifications"] = notifications
    one["heard"] = _heard([result["heard"] for result in results])
    one["drain"] = "complete" if one["lost"] == 0 else "timeout"
    one["interrupted"] = any(result["interrupted"] for result in results)
    one["connect"] = _connect([result["connect"] for result in results])
    one["refused"] = {name: sum(result["refused"][name] for result in results) for name in one["refused"]}
    one["tls"] = one["publisher"] = None  # our servers speak no TLS, and others publish
    one["wire"] = dict.fromkeys(one["wire"])  # likewise
    one["machine"] = _machine([result["machine"] for result in results])
    one["histograms"] = {"unit": "ns", "fanout": None} | {
        name: _buckets([result["histograms"][name] for result in results]) for name in TIMES}
    for name, key in TIMES.items():
        events = None if name == "response" else notifications
        one[key] = _times(one["histograms"][name], [result[key] for result in results], events)
    one["fanout_us"] = None  # each knows the places among its own clients only
    one["in_flight_mean"] = None
    return one


def findings(results: Sequence[Result], notifications: int) -> list[Finding]:
    """How all of them stand together: each process must have got all for each of its connections."""
    found = [_delivered(number, result, notifications) for number, result in enumerate(results, 1)]
    of_each = [waived(findings_of(result), (*ON_ONE_CORE, "deliveries")) for result in results]
    names = dict.fromkeys((each.rule, each.of) for one in of_each for each in one)
    for name in names:
        rows = [(number, each) for number, one in enumerate(of_each, 1) for each in one if (each.rule, each.of) == name]
        found += [replace(each, text=f"load generator {number}: {each.text}") for number, each in rows if each.broken]
        if not any(each.broken for _, each in rows):  # of those that keep it, the one nearest to its limit
            found.append(max((each for _, each in rows), key=lambda each: each.value or 0.0))
    return found


def _delivered(number: int, result: Result, notifications: int) -> Finding:
    due = notifications * result["connections"]
    apart = max(abs(due - result["delivered"]), abs(due - result["expected"]))
    lost = f"{due - result['delivered']:,} lost, " if result["delivered"] < due else ""
    return finding("deliveries", apart, 0.0, f"{lost}load generator {number} got {result['delivered']:,} of {due:,}"
                   f" notifications ({notifications} for each of {result['connections']:,} connections)",
                   unit="deliveries", of=f"load generator {number}")


def _connect(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Percentiles cannot be merged from percentiles: the slowest process bounds them. Nor do rates of processes that
    began one after the other add up.
    """
    def slowest(name: str) -> float | None:
        return max((part[name] for part in parts if part[name] is not None), default=None)

    return {"seconds": slowest("seconds"), "p50_us": slowest("p50_us"), "p99_us": slowest("p99_us"),
            "per_s": None, "first_message_us": None} | {
                name: sum(part[name] for part in parts) for name in ("failed", "failed_attempts", "reconnects")}


def _heard(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    examples = {name: next((part[name] for part in parts if part[name] is not None), None)
                for name in ("first_not_understood", "first_other")}
    counts = {name: sum(part[name] for part in parts) for name in ("not_understood", "other_messages")}
    return {"understood": any(part["understood"] for part in parts), **counts, **examples}


def _machine(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is the worst for one process is so for all."""
    def worst(name: str) -> float | None:
        values: list[float] = [part[name] for part in parts if part[name] is not None]
        return max(values, key=abs) if values else None

    clocks = {part["clocksource"] for part in parts}
    return {name: worst(name) for name in ("steal_share", "clock_drift_ppm", "swapped_in_pages")} | {
        "clocksource": clocks.pop() if len(clocks) == 1 else None}


def _buckets(parts: Sequence[list[list[int]] | None]) -> list[list[int]] | None:
    counts: Counter[int] = Counter()
    for part in parts:
        if part is None:
            return None
        for value, count in part:
            counts[value] += count
    return [[value, counts[value]] for value in sorted(counts)]


def _times(buckets: list[list[int]] | None, parts: Sequence[dict[str, Any] | None],
           events: int | None) -> dict[str, Any] | None:
    known = [part for part in parts if part is not None]
    if buckets is None or not known:
        return None
    samples = sum(part["count"] for part in known)
    filled = [part for part in known if part["count"]]
    return {name: percentile_us(buckets, share, events) for name, share in PERCENTILES.items()} | {
        "max": max((part["max"] for part in filled), default=None),
        "min": min((part["min"] for part in filled), default=None),
        "mean": round(sum(part["mean"] * part["count"] for part in filled) / samples, 6) if samples else None,
        "count": samples, "overflow": sum(part["overflow"] for part in known),
        "negative": sum(part["negative"] for part in known)}


def percentile_us(buckets: Sequence[Sequence[int]], share: float, events: int | None = None) -> float | None:
    """From buckets in ns; None with too few samples, or events that they are of, beyond it, as everywhere else."""
    found = percentile([{value: count for value, count in buckets}], share, events)
    return None if found is None else found.middle / 1e3
