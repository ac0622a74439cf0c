"""A server's admin port: what the load generator asks of it, for the runs that do without one."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pushbench.errors import TrialError
from pushbench.run.admin import read_metrics, start_schedule


@dataclass(frozen=True)
class Counters:
    """The server's own counters, all taken at one moment."""

    at_s: float
    cpu_s: float
    deliveries: float
    bytes_sent: float
    connections: float
    gaps: float


class Admin:
    def __init__(self, address: str) -> None:
        self._address = address

    def reading(self) -> Counters:
        values = read_metrics(self._address)
        try:
            return Counters(time.monotonic(), values["process_cpu_seconds_total"], *(
                values[f"pushbench_{name}"] for name in ("deliveries_total", "bytes_sent_total", "connections",
                                                         "gaps_total")))
        except KeyError as missing:
            raise TrialError(f"{self._address}/metrics has no {missing.args[0]}") from None

    def publish(self, rate: int, count: int, payload_bytes: int = 128) -> None:
        """Orders so many notifications; they run by themselves."""
        start_schedule(self._address, {"rate": rate, "payload_bytes": payload_bytes, "count": count, "topics": 1,
                                       "seed": 1, "arrival": "constant"})
