"""A page in a real browser, driven by a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("PUSHBENCH_BUILD", ROOT / "build"))
LONGEST_S = 40.0


class Page:
    """One page in a browser of its own process."""

    def __init__(self, address: str, browser: str) -> None:
        self._process = subprocess.Popen(["node", str(HERE / "page.mjs"), address, browser], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)

    def do(self, **what: Any) -> dict[str, Any]:
        """Does it, and tells what the page shows then."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the browser has ended"
        shown: dict[str, Any] = json.loads(line)
        assert not shown["faults"], shown["faults"]
        return shown

    def wait_until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = time.monotonic() + LONGEST_S
        while True:
            shown = self.do()
            if holds(shown):
                return shown
            assert time.monotonic() < end, shown
            time.sleep(0.1)

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(LONGEST_S)
        finally:
            self._process.kill()
