"""A server's admin port: what the load generator asks of it, for the runs that do without one."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from pushbench.admin import parse_metrics
from pushbench.errors import TrialError

_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Reading:
    """The server's own counters, all taken at one moment."""

    at_s: float
    cpu_s: float
    deliveries: float
    bytes_sent: float
    connections: float
    gaps: float


class Admin:
    def __init__(self, address: str) -> None:
        self._url = f"http://{address}"
        # No proxy from the environment: the server is on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def reading(self) -> Reading:
        values = parse_metrics(self._ask("/metrics"))
        try:
            return Reading(time.monotonic(), values["process_cpu_seconds_total"], *(
                values[f"pushbench_{name}"] for name in ("deliveries_total", "bytes_sent_total", "connections",
                                                         "gaps_total")))
        except KeyError as missing:
            raise TrialError(f"{self._url}/metrics has no {missing.args[0]}") from None

    def publish(self, rate: int, count: int, payload_bytes: int = 128) -> None:
        """Orders so many notifications; they run by themselves."""
        self._ask("/schedule", {"rate": rate, "payload_bytes": payload_bytes, "count": count, "topics": 1, "seed": 1,
                                "arrival": "constant"})

    def wait_published(self, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while json.loads(self._ask("/schedule")).get("running"):
            if time.monotonic() > deadline:
                raise TrialError(f"{self._url}: the schedule did not end within {timeout_s:g} s")
            time.sleep(0.05)

    def _ask(self, path: str, body: dict[str, object] | None = None) -> str:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, {"Content-Type": "application/json"})
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as answer:
                return str(answer.read().decode())
        except (OSError, ValueError, urllib.error.URLError) as error:
            raise TrialError(f"the admin port answered {path} with an error: {error}") from None
