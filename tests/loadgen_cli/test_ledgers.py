"""What was lost stays lost, whatever comes again."""

import threading
import time

from peers import LIMIT_S, STREAM, Connection, Measured, Peer, event

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


def test_who_lags_is_waited_for_while_others_run_ahead(tmp_path):
    """Others publish on: those who are ahead soon have more than all were to get, and nobody is lost by it."""
    last, ahead = 400, threading.Event()

    def serve(c: Connection) -> None:
        c.request()
        c.send(STREAM + b": hello\n\n" + event(1))
        if c.number == 1:
            for seq in range(2, last + 1):
                c.send(event(seq))
                time.sleep(0.002)
            ahead.set()
        else:
            ahead.wait(LIMIT_S)
            c.send(b"".join(event(seq) for seq in range(2, last + 1)))
        c.stay()

    with Peer(serve) as peer:
        result = Measured(peer, tmp_path, "sse", "--connections", "2", "--duration", "300ms").result
    assert (result["lost"], result["early_ledger_ends"]) == (0, 0)
