"""What a threshold may name: each figure of a report, and each number that the load generator writes."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache

from pushbench.store.dictionary import result_numbers, without_units
from pushbench.store.metric import Metric, at
from pushbench.store.metrics import METRICS

MOST_NEAR = 5
_ONE_PART_RIGHT = 0.3  # "p99" of a name is nearer than one that is only spelt alike


@cache
def metrics() -> dict[str, Metric]:
    """By every name that is understood. A figure of the report goes before a number of the same name."""
    found = {name: metric for metric in METRICS.values() for name in (metric.key, without_units(metric.key))}
    for number in result_numbers():
        metric = Metric(number.path, number.about, number.unit, at(*number.path.split(".")))
        for name in (number.path, number.short_name):
            found.setdefault(name, metric)
    return found


def find(name: str) -> Metric | None:
    """`latency.p99` is `latency_p99`, and `p99.9` is `p999`: both tools understand what the other one writes."""
    return metrics().get(_plain(name)) or metrics().get(name)


def _plain(name: str) -> str:
    return name.replace("p99.9", "p999").replace(".", "_")


def names_unit(name: str, metric: Metric) -> bool:
    """Whether the name that was written says its unit: 'latency_p99_ms'."""
    return metric.key in (name, _plain(name)) and without_units(metric.key) != metric.key


def near_figures(name: str) -> list[str]:
    shortest = {_plain(without_units(metric.key)): without_units(metric.key) for metric in reversed(metrics().values())}
    return [shortest[each] for each in nearest(_plain(without_units(name)), shortest)]


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The few that are spelt most alike, the nearest first."""
    last = name.rpartition("_")[2]

    def likeness(other: str) -> float:
        alike = SequenceMatcher(None, name, other).ratio()
        return alike + (_ONE_PART_RIGHT if last and last in other else 0.0)

    return sorted(known, key=likeness, reverse=True)[:MOST_NEAR]
