"""Last-Event-ID is that of the last event that was dispatched, at its blank line (WHATWG HTML §9.2.6)."""

import pytest

from peers import STREAM, Connection, Measured, Peer, event

EXPECT = ("--connections", "1", "--expect", "10", "--duration", "5s", "--drain", "0s")


def resumed(first: bytes, folder):
    """What the second connection asks to go on from, after these bytes on the first; and what was measured."""
    asked = []

    def serve(c: Connection) -> None:
        request = c.request()
        if request is None:
            return
        asked.append(request.fields.get("last-event-id"))
        if c.number == 1:
            return c.stream(b"retry: 10\n\n" + first)
        after = int(asked[-1] or 0)
        c.send(STREAM + b"".join(event(seq) for seq in range(after + 1, 11)))
        c.stay()

    with Peer(serve) as peer:
        one = Measured(peer, folder, "sse", *EXPECT)
    assert asked[0] is None
    return asked[1], one


def six():
    """Made when they are sent: a notification of minutes ago would be too late to be measured."""
    return b"".join(event(seq) for seq in range(1, 7))


@pytest.mark.parametrize("cut", [len(event(7)) - 1, len(event(7)) - 2, len(b"id: 7\n"), len(b"id: 7\nda")])
def test_an_event_that_was_cut_before_its_blank_line_is_asked_for(cut, tmp_path):
    asked, one = resumed(six() + event(7)[:cut], tmp_path)
    assert asked == "6"
    assert (one.result["delivered"], one.result["lost"], one.result["duplicated"]) == (10, 0, 0)
    assert one.wrong() <= {"reconnects"}


def test_nothing_is_sent_where_no_id_was_seen(tmp_path):
    asked, _ = resumed(b": hello\n\n", tmp_path)
    assert asked is None


def test_an_id_alone_counts_at_its_blank_line(tmp_path):
    asked, one = resumed(six() + b"id: 8\n\n", tmp_path)
    assert asked == "8"
    assert one.result["lost"] == 2


def test_an_id_with_a_nul_is_none(tmp_path):
    asked, _ = resumed(six() + b"id: 8\0\n\n", tmp_path)
    assert asked == "6"
