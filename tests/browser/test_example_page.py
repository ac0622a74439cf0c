"""The smallest page of examples/clients in a real browser: by both streams it hears all, in order, and comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from browsing import LONGEST_S
from driver import Browser, Tab
from stage import TOPIC, Stage, stage

HEARD = "() => [...document.querySelectorAll('#heard li')].map((each) => JSON.parse(each.textContent))"
PAGE = "/examples/clients/page.html"


@pytest.fixture(scope="module")
def scene() -> Iterator[Stage]:
    with stage() as made:
        yield made


def wait_for(tab: Tab, what: list[str]) -> None:
    """All of these, in this order and each once, are what it heard last."""
    end = time.monotonic() + LONGEST_S
    while True:
        heard = [each.get("payload", "a gap") for each in tab.run(HEARD)]
        if heard[-len(what):] == what:
            assert all(heard.count(each) == 1 for each in what)
            return
        assert time.monotonic() < end, heard
        time.sleep(0.05)


@pytest.mark.parametrize("by", ["sse", "websocket"])
def test_the_page_hears_all_and_comes_back(by: str, scene: Stage, needed_chromium: Browser) -> None:
    site = scene.page.split("/tests/")[0]
    tab = needed_chromium.open(f"{site}{PAGE}?{urlencode({'url': scene.base, 'topic': TOPIC, 'by': by})}")
    tab.run("""async () => {
      while (document.getElementById("state").textContent !== "open") await new Promise(requestAnimationFrame);
    }""")
    wait_for(tab, scene.publish("before", 5))
    scene.close_network()
    missed = scene.publish("missed", 20)
    scene.open_network()
    wait_for(tab, missed)
    scene.restart()
    wait_for(tab, scene.publish("after the restart", 5))
    assert len([each for each in tab.run(HEARD) if "gap" in each]) == 1
    assert tab.do("faults") == []
    tab.do("close")
