"""Clients of other people's making that are cut off: what was published meanwhile comes, or they are told of a gap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servers import Life, Relay

KINDS = ("eventsource", "undici", "ws", "poll")
ON = [*((kind, "push_server") for kind in KINDS), ("eventsource", "sse_server"), ("undici", "sse_server"),
      ("ws", "websocket_server"), ("poll", "polling_server")]
Live = Callable[..., Life]
Follow = Callable[..., Any]


def texts(name: str, count: int) -> list[str]:
    return [f"{name} {number}" for number in range(1, count + 1)]


@pytest.mark.parametrize(("kind", "server"), ON)
def test_after_a_cut_all_that_was_published_meanwhile_comes(kind: str, server: str, relay: Relay, live: Live,
                                                            follow: Follow) -> None:
    life = live(server)
    relay.open(life)
    client = follow(kind)
    before, missed, later = texts("before", 20), texts("missed", 60), texts("later", 5)
    life.publish(*before)
    assert client.payloads(20) == before
    relay.cut()
    client.wait_for("lost")
    client.wait_for("lost")  # it has found nobody, and goes on asking
    life.publish(*missed)
    relay.open(life)
    assert client.payloads(60) == missed
    life.publish(*later)
    assert client.payloads(5) == later


@pytest.mark.parametrize("history", [1024, 20])
@pytest.mark.parametrize(("kind", "server"), ON)
def test_after_a_restart_a_gap_is_told_and_all_that_is_held_comes(kind: str, server: str, history: int, relay: Relay,
                                                                  live: Live, follow: Follow) -> None:
    """As many are published in the new life as in the old one and more: a bare number would go on behind them."""
    old = live(server)
    relay.open(old)
    client = follow(kind)
    old.publish(*texts("before", 20))
    client.payloads(20)
    cursor = client.cursor
    relay.cut()
    old.end()
    new = live(server, "--history", str(history))
    missed = texts("missed", 60)
    new.publish(*missed)
    relay.open(new)
    told = client.next()
    held = min(history, 60)
    gap = told["gap"]
    assert (gap["topic"], gap["after"], gap["first"]) == ("default", 20, 61 - held)
    epoch, _, number = gap["cursor"].partition("-")
    assert int(number) == 60 - held and epoch != cursor.partition("-")[0]
    assert told["cursor"] == gap["cursor"], "where to go on from, for who is cut off again right behind the notice"
    assert client.payloads(held) == missed[60 - held:]
    # Its cursor is now one of this life.
    relay.cut()
    client.wait_for("lost")
    new.publish("after the gap")
    relay.open(new)
    assert client.next()["payload"] == "after the gap"


@pytest.mark.parametrize(("first", "then"), [(a, b) for a in KINDS for b in KINDS if a != b])
def test_a_client_goes_on_by_another_transport(first: str, then: str, relay: Relay, live: Live, follow: Follow) -> None:
    life = live("push_server")
    relay.open(life)
    one = follow(first)
    life.publish(*texts("before", 20))
    one.payloads(20)
    one.end()
    missed = texts("missed", 60)
    life.publish(*missed)
    other = follow(then, one.cursor)
    assert other.payloads(60) == missed
    life.publish("and on")
    assert other.next()["payload"] == "and on"
