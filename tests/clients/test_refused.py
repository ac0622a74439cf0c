"""What an EventSource does with an answer that is no stream: it gives up for good, as docs/servers.md says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servers import Life, Relay


@pytest.mark.parametrize("kind", ["eventsource", "undici"])
@pytest.mark.parametrize(("options", "cursor"), [(("--max-connections", "1"), ""), ((), "no-cursor-at-all")],
                         ids=["503", "400"])
def test_an_eventsource_gives_up_for_good(kind: str, options: tuple[str, ...], cursor: str, relay: Relay,
                                          live: Callable[..., Life], follow: Callable[..., Any],
                                          begin: Callable[..., Any]) -> None:
    life = live("push_server", *options)
    relay.open(life)
    inside = follow(kind)
    assert begin(kind, cursor).any() == {"lost": True, "for_good": True}
    life.publish("to who is inside")
    assert inside.next()["payload"] == "to who is inside"
