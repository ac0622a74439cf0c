"""Clients of all transports in two tabs, and what becomes of each when something happens to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from driver import Browser, Tab
from stage import TOPIC, Stage

STOCK = "/tests/browser/stock.mjs"
LONGEST_S = 30.0
# Long enough for what Chromium does by itself: while an answer is awaited, it holds back whoever asks for the same
# address, for 20 s.
SETTLES_S = 24.0
MISSED, LATER = 10, 5
ALL, LOSS, STOPS = "all received", "goes on, with loss", "stops"
Shown = dict[str, dict[str, Any]]


class Following:
    """Four clients with nothing around them in one tab, our four in another: each tab has its own six connections."""

    def __init__(self, browser: Browser, stage: Stage, base: str, sleepy: bool = False) -> None:
        self._stage = stage
        self.tabs = [browser.open(stage.page, sleepy=sleepy) for _ in range(2)]
        for tab, follow in zip(self.tabs, ("followAlone", "followByOurs"), strict=True):
            tab.run(f"async ([base, topic]) => (window.stock = await import('{STOCK}')).{follow}(base, topic)",
                    [base, TOPIC])
        self._wait_for_all()

    def shown(self) -> Shown:
        return {name: each for tab in self.tabs for name, each in _ask(tab, "look").items()}

    def until(self, holds: Callable[[Shown], bool]) -> Shown:
        end = time.monotonic() + LONGEST_S
        while not holds(shown := self.shown()):
            assert time.monotonic() < end, shown
            time.sleep(0.1)
        return shown

    def fall_asleep(self) -> None:
        """A page that sleeps still answers whoever drives it."""
        for tab in self.tabs:
            tab.do("sleep", asleep=True)
        end = time.monotonic() + LONGEST_S
        while not all(_ask(tab, "hasFrozen") for tab in self.tabs):
            assert time.monotonic() < end
            time.sleep(0.02)

    def wake(self) -> None:
        for tab in self.tabs:
            tab.do("sleep", asleep=False)

    def settled(self, missed: Iterable[str]) -> list[tuple[str, str, str]]:
        """Publishes some more, and says of each client what came of that, and of what it had missed."""
        later = self._stage.publish("later", LATER)
        end = time.monotonic() + SETTLES_S
        while not _all(shown := self.shown(), lambda each: each["over"] or later[-1] in each["heard"]):
            if time.monotonic() > end:
                break
            time.sleep(0.1)
        return [(name, *_became(each, list(missed), later)) for name, each in shown.items()]

    def close(self) -> None:
        for tab in self.tabs:
            tab.do("close")

    def _wait_for_all(self) -> None:
        """A client that is not subscribed yet misses what is published: so it is published until each has heard."""
        end = time.monotonic() + LONGEST_S
        while not _all(shown := self.shown(), lambda each: bool(each["heard"])):
            assert time.monotonic() < end, shown
            self._stage.publish("first", 1)
            time.sleep(0.1)
        (last,) = self._stage.publish("last before", 1)
        self.until(lambda shown: _all(shown, lambda each: last in each["heard"]))


def _all(shown: Shown, holds: Callable[[dict[str, Any]], bool]) -> bool:
    return all(holds(each) for each in shown.values())


def _ask(tab: Tab, what: str) -> Any:
    return tab.run(f"() => window.stock.{what}()")


def _became(shown: dict[str, Any], missed: list[str], later: list[str]) -> tuple[str, str]:
    heard = shown["heard"]
    twice = sum(heard.count(text) > 1 for text in missed + later)
    detail = f"{sum(text in heard for text in missed)} of {len(missed)}" + (", some twice" if twice else "")
    if not set(later) & set(heard):
        return STOPS, f"{detail}; {'it ends' if shown['over'] else 'nobody tells it'}"
    return (ALL if set(missed + later) <= set(heard) else LOSS), detail
