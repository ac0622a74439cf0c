"""A percentile needs ten notifications beyond it: one that is late is late a thousand times over, and is one event."""

import threading
import time

from peers import Connection, Measured, Peer, event, now_ns

CLIENTS, NOTIFICATIONS = 30, 24


def test_one_late_notification_of_24_makes_no_p90(tmp_path):
    everybody = threading.Barrier(CLIENTS)
    due: dict[int, int] = {}
    lock = threading.Lock()

    def serve(c: Connection) -> None:
        c.request()
        c.stream()
        everybody.wait(10)
        for seq in range(1, NOTIFICATIONS + 1):
            with lock:
                due_ns = due.setdefault(seq, now_ns())
            time.sleep(0.2 if seq == 10 else 0.005)
            c.send(event(seq, due_ns))
        c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", str(CLIENTS), "--expect", str(NOTIFICATIONS),
                       "--duration", "10s")
    latency = one.result["latency_us"]
    assert one.result["delivered"] == CLIENTS * NOTIFICATIONS
    assert latency["count"] == CLIENTS * NOTIFICATIONS and latency["max"] >= 200_000
    assert latency["p50"] is not None
    assert latency["p90"] is None and latency["p99"] is None and latency["p999"] is None
