"""Times that cannot be, and clients that never stay, make a trial not valid."""

from peers import STREAM, Connection, Measured, Peer, event, now_ns
from stream import stream_of

HOUR_NS = 3_600_000_000_000


def test_stamps_of_another_boot(tmp_path):
    with Peer(stream_of(lambda seq: event(seq, now_ns() - HOUR_NS))) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "5", "--duration", "500ms")
    assert one.result["valid"] is False
    assert one.wrong() == {"overflow"}
    assert "overflow: " in one.done.stdout
    assert one.result["latency_us"]["overflow"] > 0 and one.result["latency_us"]["p50"] is None


def test_stamps_from_the_future(tmp_path):
    with Peer(stream_of(lambda seq: event(seq, now_ns() + HOUR_NS))) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "5", "--duration", "500ms")
    assert one.wrong() == {"negative_latency"}


def test_clients_that_are_cut_off_again_and_again(tmp_path):
    def serve(c: Connection) -> None:
        request = c.request()
        if request is None:
            return
        after = int(request.fields.get("last-event-id") or 0)
        twenty = b"".join(event(seq) for seq in range(after + 1, after + 21))
        if after:
            c.send(STREAM + twenty)
        else:
            c.stream(b"retry: 5\n\n", twenty)
        if after + 20 >= 100:
            c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, tmp_path, "sse", "--connections", "5", "--expect", "100", "--duration", "5s")
    assert one.result["delivered"] == 500 and one.result["lost"] == 0
    assert one.result["connect"]["reconnects"] == 20
    assert one.wrong() == {"reconnects"}
    assert one.value("reconnects") == 4.0
