"""Why there is no percentile: how many notifications there were, how many it takes, and what they are enough for."""

from __future__ import annotations

from collections.abc import Iterable

from pushbench.stats import percentiles
from pushbench.store.metrics import METRICS, SHARES, notifications
from pushbench.store.records import Trial


def why(metric: str, events: float) -> str:
    """'105 notifications are too few for p99, which takes 1,000; p90 is the highest'. Empty where they are enough."""
    if metric not in SHARES or percentiles.allowed(events, SHARES[metric]):
        return ""
    enough = [_name(key) for key, share in SHARES.items() if percentiles.allowed(events, share)]
    highest = f"{enough[-1]} is the highest" if enough else f"even the median takes {percentiles.needed(0.5)}"
    return (f"{events:,.0f} notifications are too few for {_name(metric)}, which takes"
            f" {percentiles.needed(SHARES[metric]):,}; {highest}")


def why_of(metric: str, trials: Iterable[Trial]) -> str:
    """Of all trials together. Empty where one of them does not tell how many it had, or none had any."""
    events = [notifications(trial) for trial in trials]
    known = sum(count for count in events if count)
    return why(metric, known) if known and None not in events else ""


def _name(metric: str) -> str:
    return METRICS[metric].title.removeprefix("latency ").replace("median", "the median")
