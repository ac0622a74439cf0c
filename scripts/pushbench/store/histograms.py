"""The latency histogram of a trial, as it stands in its file."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

from pushbench.stats.percentiles import percentile
from pushbench.store.records import Trial

TO_MS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1.0}


def buckets_ms(trial: Trial) -> dict[float, int]:
    """The trial's latency histogram; empty when it is missing or not as expected."""
    unit, buckets = _histogram(trial.result)
    scale = TO_MS.get(unit)
    if scale is None or not isinstance(buckets, list):
        return {}
    if _are_pairs_of_numbers(buckets):
        return {value * scale: int(count) for value, count in buckets if value > 0 and count >= 1}
    found: dict[float, int] = {}
    for bucket in buckets:
        pair = bucket if isinstance(bucket, list) and len(bucket) == 2 else [None]
        if all(isinstance(part, (int, float)) and math.isfinite(part) for part in pair):
            found[pair[0] * scale] = found.get(pair[0] * scale, 0) + int(pair[1])
    return {value: count for value, count in found.items() if value > 0 and count > 0}


def _are_pairs_of_numbers(buckets: list[Any]) -> bool:
    """As our load generator writes them, each value once. There are thousands, and this looks at all at once."""
    if set(map(type, buckets)) != {list} or set(map(len, buckets)) != {2}:
        return False
    kinds = set(map(type, chain.from_iterable(buckets)))
    return kinds == {int} and len({value for value, _ in buckets}) == len(buckets)


def of_deliveries_us(result: dict[str, Any], share: float, times: str = "latency") -> float | None:
    """What a share of all deliveries did not exceed, in µs; None with fewer than ten of them beyond.

    A bound that is kept or broken is about what came. The result's own percentiles say more, what another run would
    see as well, and so they take ten notifications beyond.
    """
    found = percentile([{value: count for value, count in ((result.get("histograms") or {}).get(times) or [])}], share)
    return None if found is None else found.middle / 1e3


def _histogram(result: dict[str, Any]) -> tuple[str, Any]:
    """Unit and buckets: of version 2 under `histograms`, of version 1 under `histogram`."""
    for name, key in (("histograms", "latency"), ("histogram", "buckets")):
        held = result.get(name)
        if isinstance(held, dict) and held.get(key) is not None:
            return str(held.get("unit", "us")), held[key]
    return "", None
