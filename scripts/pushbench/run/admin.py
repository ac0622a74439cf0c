"""A server's admin port: starts its schedule, reads its metrics."""

import http.client
import json
from typing import Any

from pushbench.errors import TrialError, one_line

_ANSWER_S = 30.0  # a server in the midst of a fan-out to thousands answers when it is through


def start_schedule(address: str, order: dict[str, Any]) -> None:
    status, body = _ask(address, "POST", "/schedule", json.dumps(order))
    if status != 202:
        raise TrialError(f"the admin port {address} answered POST /schedule with {status} '{one_line(body, 80)}'")


def publish(address: str, topic: str, text: str) -> None:
    status, body = _ask(address, "POST", f"/publish?topic={topic}", text)
    if status != 200:
        raise TrialError(f"the admin port {address} answered POST /publish with {status} '{one_line(body, 80)}'")


def read_metrics(address: str) -> dict[str, float]:
    status, body = _ask(address, "GET", "/metrics")
    if status != 200:
        raise TrialError(f"the admin port {address} answered GET /metrics with {status}")
    return parse_metrics(body)


def parse_metrics(text: str) -> dict[str, float]:
    """Name to value; what differs by labels alone is added up."""
    found: dict[str, float] = {}
    for line in text.splitlines():
        name, _, value = line.rpartition(" ")
        if line.startswith("#") or not name:
            continue
        name = name.partition("{")[0]
        try:
            found[name] = found.get(name, 0.0) + float(value)
        except ValueError:
            continue
    return found


def _ask(address: str, method: str, path: str, body: str | None = None) -> tuple[int, str]:
    link = http.client.HTTPConnection(address, timeout=_ANSWER_S)
    try:
        link.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = link.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        why = one_line(str(error), 80)
        raise TrialError(f"the admin port {address} did not answer {method} {path}: {why}") from None
    finally:
        link.close()
