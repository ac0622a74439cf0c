"""What a case asks of a server in a second, by transport."""

from __future__ import annotations

import math

from pushbench.model.cells import PerSecond
from pushbench.setup import transports
from pushbench.setup.cases import Case

HEARTBEAT_S = 15.0  # of silence: the servers' default, and near what proxies need
_MOST_EXPONENT = 700.0  # beyond that a number has no place for it
LONGER_S = 25.0  # how long a long poll is parked by default, and some streams wait


def work(case: Case, transport: str) -> PerSecond:
    """Notifications are taken to come at random: so a silence is as long as chance has it."""
    row, told = transports.TRANSPORTS[transport], case.deliveries_per_s
    each_per_s = 1 / case.every_s
    asked = apart = kept_alive = 0.0
    if row.polls:
        asked = apart = case.users / case.poll_interval_s
    elif row.asks_again:
        apart = _silences(case, LONGER_S)
        asked = apart + (each_per_s if case.shared else told)
    else:
        kept_alive = _silences(case, HEARTBEAT_S)
    return PerSecond(each_per_s if case.shared else told, told, asked, kept_alive, float(case.payload_bytes),
                     float(case.users), apart)


def _silences(case: Case, seconds: float) -> float:
    """How many clients a second have heard nothing for so long. Of one that is told often hardly any."""
    each_per_s = 1 / case.every_s
    return case.users * each_per_s / math.expm1(min(seconds * each_per_s, _MOST_EXPONENT))
