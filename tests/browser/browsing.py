"""The demo's page in a real browser: what is done there, and what it shows then."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from driver import HERE, BrowserError, Tab

ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("PUSHBENCH_BUILD", ROOT / "build"))
LONGEST_S = 40.0
_PANELS = (HERE / "panels.js").read_text(encoding="utf-8")


class Page:
    """`do()` takes a button's name to click, a key to press, a width, dark, or a file for a picture of it."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab

    def do(self, click: str = "", press: str = "", width: int = 0, dark: bool = False,
           shot: str = "") -> dict[str, Any]:
        """Does it, and tells what the page shows then."""
        if click:
            self._tab.do("click", selector=f"[data-do={click}]")
        if press:
            self._tab.do("press", key=press)
        if width:
            self._tab.do("size", width=width, height=900)
        if dark:
            self._tab.do("dark", dark=True)
        if shot:
            self._tab.do("shot", path=shot, whole=True)
        shown = self._shown()
        faults = self._tab.do("faults")
        assert not faults, faults
        return shown

    def wait_until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = time.monotonic() + LONGEST_S
        while True:
            shown = self.do()
            if holds(shown):
                return shown
            assert time.monotonic() < end, shown
            time.sleep(0.1)

    def _shown(self) -> dict[str, Any]:
        """A page that reloads itself has nothing to show for a moment."""
        end = time.monotonic() + LONGEST_S
        while True:
            try:
                shown: dict[str, Any] = self._tab.run(_PANELS)
                return shown
            except BrowserError as error:
                if "context was destroyed" not in str(error) and "because of a navigation" not in str(error):
                    raise
                assert time.monotonic() < end, error
                time.sleep(0.1)
