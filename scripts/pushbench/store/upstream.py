"""What clients send: over which connections, and with how many bytes."""

from __future__ import annotations

from pushbench.store.metric import Metric, total
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
    told = total(trial, ("wire", "bytes_in"), ("wire", "bytes_out"))
    sent = total(trial, ("publisher", "bytes_in"), ("publisher", "bytes_out"))
    messages, window = trial.number("publisher", "taken"), trial.number("window_deliveries")
    return None if told is None or sent is None or not messages or not window else told / window + sent / messages


UPSTREAM = (
    Metric("connections_to_send", "connections a client keeps, to be told and to send", "", _connections),
    Metric("bytes_per_message", "bytes per message, there and back", "B", _bytes),
)
