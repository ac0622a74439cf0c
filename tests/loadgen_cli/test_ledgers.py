"""What was lost stays lost, whatever comes again."""

import time

from peers import Connection, Measured, Peer, event

EXPECT = ("--connections", "1", "--expect", "20", "--duration", "2s", "--drain", "0s")


def measured(bytes_of_stream: bytes, folder):
    def serve(c: Connection) -> None:
        c.request()
        c.stream(bytes_of_stream)
        c.stay()

    with Peer(serve) as peer:
        return Measured(peer, folder, "sse", *EXPECT).result


def events(*seqs: int, begin_ns: int | None = None) -> bytes:
    """A notification that comes again carries the times that it had."""
    begin_ns = time.monotonic_ns() if begin_ns is None else begin_ns
    return b"".join(event(seq, begin_ns + seq) for seq in seqs)


def test_a_replay_of_old_ones_hides_no_loss(tmp_path):
    result = measured(events(*range(1, 11), *range(16, 21), *range(5, 11)), tmp_path)
    assert (result["delivered"], result["lost"], result["duplicated"]) == (15, 5, 6)
    assert result["valid"] is False


def test_what_comes_late_is_not_lost(tmp_path):
    result = measured(events(*range(1, 11), *range(16, 21), *range(11, 16)), tmp_path)
    assert (result["delivered"], result["lost"], result["reordered"]) == (20, 0, 5)


def test_a_hole_far_behind_is_not_filled_by_something_else(tmp_path):
    result = measured(events(1, *range(3, 21), *range(3, 21)), tmp_path)
    assert (result["delivered"], result["lost"], result["duplicated"]) == (19, 1, 18)


def test_a_sequence_that_begins_again_is_another_life(tmp_path):
    begin_ns = time.monotonic_ns()
    first, second = events(*range(1, 16), begin_ns=begin_ns), events(*range(1, 21), begin_ns=begin_ns + 1000)
    result = measured(first + second, tmp_path)
    assert (result["restarts"], result["delivered"], result["lost"], result["duplicated"]) == (1, 35, 0, 0)
    assert result["valid"] is False
    assert any(text.startswith("restarts: 1 times") for text in result["invalid_because"])
