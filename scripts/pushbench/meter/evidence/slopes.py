"""From totals of whole lives to one delivery: what more subscribers add to what more notifications add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CLIENTS = (5, 15)
NOTIFICATIONS = (10, 25)
_DIGITS = 3

Counts = Mapping[str, float]


@dataclass(frozen=True)
class Corner:
    """One server's life: so many subscribers, so many notifications that count."""

    clients: int
    notifications: int


CORNERS = tuple(Corner(clients, notifications) for clients in CLIENTS for notifications in NOTIFICATIONS)


def per_delivery(totals: Mapping[Corner, Counts]) -> dict[str, float]:
    """Start, end and connecting fall out between the counts of notifications, publishing between those of subscribers.

    What does not grow is left out, so that the system calls of a delivery are those it makes.
    """
    names = sorted({name for counts in totals.values() for name in counts})
    found = {name: _slope(name, totals) for name in names}
    return {name: whole_where_it_is(value) for name, value in found.items() if round(value, _DIGITS)}


def _slope(name: str, totals: Mapping[Corner, Counts]) -> float:
    (few, many), (short, long) = CLIENTS, NOTIFICATIONS

    def grown(clients: int) -> float:
        return totals[Corner(clients, long)].get(name, 0) - totals[Corner(clients, short)].get(name, 0)

    return (grown(many) - grown(few)) / ((many - few) * (long - short))


def whole_where_it_is(value: float) -> float:
    rounded = round(value, _DIGITS)
    return int(rounded) if rounded == int(rounded) else rounded
