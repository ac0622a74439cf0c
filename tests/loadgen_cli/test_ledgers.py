"""What was lost stays lost, whatever comes again."""

from peers import Connection, Measured, Peer, event

EXPECT = ("--connections", "1", "--expect", "20", "--duration", "2s", "--drain", "0s")


def measured(bytes_of_stream: bytes, folder):
    def serve(c: Connection) -> None:
        c.request()
        c.stream(bytes_of_stream)
        c.stay()

    with Peer(serve) as peer:
        return Measured(peer, folder, "sse", *EXPECT).result


def events(*seqs: int) -> bytes:
    return b"".join(event(seq) for seq in seqs)


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
