"""What clients send: over which connections, and with how many bytes."""

from __future__ import annotations

from pushbench.store.metric import Metric
from pushbench.store.records import Trial


def _connections(trial: Trial) -> float | None:
    """That a client keeps at the same time. A publisher that opens one for each message keeps none."""
    clients, opened = trial.number("connections"), trial.number("connections_opened")
    sent, own = trial.number("publisher", "sent"), trial.number("publisher", "connections_opened")
    if not clients or opened is None or not sent or own is None:
        return None
    kept = trial.number("publisher", "connections") if own else 0.0
    fresh = own > sent
    return None if kept is None else (opened + (0.0 if fresh else kept)) / clients


def _bytes(trial: Trial) -> float | None:
    """There and back: what the clients sent and what came to them, over all of their connections."""
    told = [trial.number("wire", "bytes_in"), trial.number("wire", "bytes_out")]
    sent = [trial.number("publisher", "bytes_in"), trial.number("publisher", "bytes_out")]
    messages, window = trial.number("publisher", "taken"), trial.number("window_deliveries")
    if None in (*told, *sent) or not messages or not window:
        return None
    return sum(each for each in told if each) / window + sum(each for each in sent if each) / messages


UPSTREAM = (
    Metric("connections_to_send", "connections a client keeps, to be told and to send", "", _connections),
    Metric("bytes_per_message", "bytes per message, there and back", "B", _bytes),
)
