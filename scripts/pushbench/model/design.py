"""Which terms a cost is a sum of, and which transports share a term.

Waking up costs less the more often it happens: a server that slept finds its caches cold, and one that finds several
events at once wakes but once. So what wakes a server goes with a power of the rate of events, and what it does then
goes with how much there is of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from pushbench.model.cells import PerSecond
from pushbench.setup import transports

REFERENCE_PER_S = 1000.0  # events a second at which waking up costs what its coefficient says
SMALL_BYTES = 128  # a payload up to that costs what its delivery costs
WAKE_NOTIFICATION, NOTIFICATION = "waking for a notification", "notification"
WAKE_REQUEST, REQUEST = "waking for a request", "request"
WAKE_HEARTBEAT, SENT, KIB = "waking for a heartbeat", "sent", "KiB"
AFTER_PAUSE = "sent after a pause"  # a client that was told nothing for long has left the caches too
TERMS = (WAKE_NOTIFICATION, NOTIFICATION, WAKE_REQUEST, REQUEST, WAKE_HEARTBEAT, SENT, KIB)
ALL, POLLS, STREAMS = "all", "polls", "streams"
Key = tuple[str, str]  # who shares it, and the term


@dataclass(frozen=True)
class Design:
    """`shared`: who has a term in common, all, those that poll, or those that stream. The rest is one's own."""

    name: str
    shared: Mapping[str, str] = field(default_factory=dict)
    bends: bool = True
    terms: tuple[str, ...] = TERMS

    def key(self, transport: str, term: str) -> Key:
        row, width = transports.transport_of(transport), self.shared.get(term)
        family = POLLS if row.polls or row.asks_again else STREAMS
        return (width if width in (ALL, family) else transport), term


# Streams do the same but for a frame of a few bytes, and a request is read alike whoever waits behind it.
_SHARED = {WAKE_NOTIFICATION: ALL, NOTIFICATION: ALL, WAKE_REQUEST: POLLS, REQUEST: POLLS, WAKE_HEARTBEAT: STREAMS,
           SENT: STREAMS, KIB: STREAMS, AFTER_PAUSE: ALL}
SHARED = Design("shared terms, waking bends", _SHARED)
# Which of them a run has by its own cells: the one that is the least off what it has not seen.
DESIGNS = (SHARED, Design("the same, and sending bends too", _SHARED, terms=(*TERMS, AFTER_PAUSE)),
           Design("each transport for itself, waking bends"),
           Design("shared terms, a straight line", _SHARED, bends=False))


def amounts(work: PerSecond, exponent: float, events_per_s: float) -> dict[str, float]:
    """How much of each term there is in a second: of waking, in events at the reference rate."""
    bend = math.exp(exponent * math.log(events_per_s / REFERENCE_PER_S)) if events_per_s > 0 else 1.0
    return {WAKE_NOTIFICATION: work.notifications * bend, NOTIFICATION: work.notifications,
            WAKE_REQUEST: work.requests * bend, REQUEST: work.requests, WAKE_HEARTBEAT: work.heartbeats * bend,
            SENT: work.deliveries + work.heartbeats, AFTER_PAUSE: work.deliveries * bend,
            KIB: work.deliveries * max(work.payload_bytes - SMALL_BYTES, 0.0) / 1024}


def wire_amounts(work: PerSecond) -> dict[str, float]:
    """The same of bytes: nothing bends there, and every byte of a payload counts."""
    return {"delivery": work.deliveries, KIB: work.deliveries * work.payload_bytes / 1024, REQUEST: work.apart,
            "heartbeat": work.heartbeats}
