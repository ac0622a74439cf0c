"""Figures that are divided by one another are of the same window, and what is published is what was there to hear."""

from peers import Measured, Peer, event
from stream import stream_of


def test_bytes_are_those_of_the_deliveries(tmp_path):
    size = len(event(100_000))
    clients = 20
    with Peer(stream_of(event, first=100_000)) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", str(clients), "--duration", "1s")
    deliveries = one.result["window_deliveries"]
    assert deliveries > 0
    # A piece of an event may be there at either end of the window, of each client.
    assert abs(one.result["wire"]["bytes_in"] - size * deliveries) <= 2 * size * clients


def test_with_a_busy_publisher_all_that_is_published_is_delivered_or_lost(tmp_path):
    with Peer(stream_of(event, gap_s=0.0001)) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "1", "--duration", "1s")
    result = one.result
    assert result["lost"] == 0
    assert result["published"] == result["expected"] == result["delivered"]
    assert one.wrong() == set()
