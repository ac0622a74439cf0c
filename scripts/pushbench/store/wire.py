"""Bytes as a network carries them: with the headers of TCP and IP, and with what only acknowledges."""

from __future__ import annotations

from pushbench.store.metric import Metric, at, total
from pushbench.store.records import Trial

# IPv4 and TCP without options take 20 bytes each, TCP's timestamps 12, which Linux puts into each segment. What
# Ethernet or Wi-Fi put around that is not in it. Segments are those of loopback, which carry up to 64 KiB: on Ethernet,
# with 1,448 bytes in each, a notification of 16 KiB takes 12, which adds 3 %.
HEADER_BYTES = 20 + 20 + 12


def _with_headers(trial: Trial) -> float | None:
    """Of both directions, in the window. None where the kernel did not count segments."""
    payload = total(trial, ("wire", "bytes_in"), ("wire", "bytes_out"))
    segments = total(trial, ("wire", "segments_in"), ("wire", "segments_out"))
    return None if payload is None or segments is None else payload + HEADER_BYTES * segments


def _per_delivery(trial: Trial) -> float | None:
    whole, deliveries = _with_headers(trial), trial.number("window_deliveries")
    return whole / deliveries if whole is not None and deliveries else None


def _overhead(trial: Trial) -> float | None:
    """All but the notifications themselves. Who is not steady is told something, too, and it is not known how much."""
    whole, deliveries = _with_headers(trial), trial.number("window_deliveries")
    told = trial.number("wire", "message_bytes")
    if whole is None or told is None or not deliveries or trial.result.get("behaviour"):
        return None
    return (whole - told) / deliveries


ON_THE_WIRE = (
    Metric("bytes_per_delivery", "bytes per delivery", "B", at("wire", "bytes_per_delivery"), compared=True),
    Metric("wire_bytes_per_delivery_with_headers", "bytes per delivery with TCP/IP headers and acknowledgements", "B",
           _per_delivery),
    Metric("overhead_bytes_per_delivery", "bytes per delivery beside the notification, with TCP/IP headers", "B",
           _overhead),
)
