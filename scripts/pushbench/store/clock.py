"""What no trial can have measured: time that runs backwards. Such a trial is in no figure, whatever it says itself."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import Any

TIMES = ("latency_us", "delivery_us", "publish_delay_us", "response_us")
_VALUE = itemgetter(0)
IN_ORDER = ("min", "p50", "p90", "p99", "p999", "max")


def clock_faults(trial: dict[str, Any], result: dict[str, Any]) -> list[str]:
    """One text for each kind of impossible time; empty for a sound trial."""
    found = [fault for name in TIMES for fault in _of_percentiles(name, result.get(name))]
    found += [f"a histogram has values below 0 ({name})" for name in _below_zero(result)]
    for name in ("window_s", "duration_s"):
        if _is_number(result.get(name)) and result[name] <= 0:
            found.append(f"{name} is {result[name]:g}")
    started = trial.get("started_utc")
    if started is not None and not _is_time(started):
        found.append(f"started_utc is no time: {started!r}"[:80])
    return found


def _of_percentiles(name: str, values: Any) -> list[str]:
    if not isinstance(values, dict):
        return []
    given = [(key, values[key]) for key in IN_ORDER if _is_number(values.get(key))]
    if any(value < 0 for _, value in given) or (_is_number(values.get("negative")) and values["negative"] > 0):
        return [f"{name} is below 0"]
    # A percentile is the upper end of its bucket and so may lie a little over the largest value.
    pairs = zip(given, given[1:], strict=False)
    return [f"{name} has {low} over {high}" for (low, before), (high, after) in pairs if before > after * 1.01][:1]


def _below_zero(result: dict[str, Any]) -> list[str]:
    held = result.get("histograms")
    histograms = dict(held) if isinstance(held, dict) else {}
    if isinstance(histograms.get("fanout"), dict):
        histograms |= {f"fanout {name}": buckets for name, buckets in histograms.pop("fanout").items()}
    if isinstance(result.get("histogram"), dict):  # of version 1
        histograms["latency"] = result["histogram"].get("buckets")
    return [name for name, buckets in histograms.items() if isinstance(buckets, list) and _holds_less_than_0(buckets)]


def _holds_less_than_0(buckets: list[Any]) -> bool:
    """A trial has thousands of buckets, and hardly ever one that is none."""
    try:
        return min(map(_VALUE, buckets), default=0) < 0
    except (TypeError, IndexError, KeyError):
        return any(isinstance(bucket, list) and bucket and _is_number(bucket[0]) and bucket[0] < 0
                   for bucket in buckets)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_time(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
