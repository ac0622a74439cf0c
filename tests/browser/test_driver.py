"""Where a browser breaks in the middle of a test, that is told in a line and at once, and no process stays."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driver import LONGEST_S, Browser, BrowserError

FOR_EVER = "() => new Promise(() => {})"
AT_ONCE_S = 20.0  # far below what an order may take


def below(pid: int) -> Iterator[int]:
    """The children of a process, and theirs."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return
    for child in map(int, children):
        yield child
        yield from below(child)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def browser_of(driver: int) -> int:
    return next(below(driver))


def renderers_of(driver: int) -> list[int]:
    """The process of the page, and what stands by for the next."""
    return [pid for pid in below(driver) if b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.parametrize(("whose", "said"), [
    (browser_of, "browser has been closed"), (lambda driver: driver, "the browser has ended")])
def test_a_browser_that_is_killed_is_told_at_once_and_leaves_nothing(
        own_browser: Browser, whose: Callable[[int], int], said: str) -> None:
    tab = own_browser.open("about:blank")
    processes = [own_browser.pid, *below(own_browser.pid)]
    under_way = tab.begin("run", script=FOR_EVER)
    os.kill(whose(own_browser.pid), signal.SIGKILL)
    for order in (under_way, tab.begin("run", script="() => 1")):
        with pytest.raises(BrowserError, match=said) as told:
            order.value(AT_ONCE_S)
        assert "\n" not in str(told.value)
    own_browser.close()
    end = time.monotonic() + LONGEST_S
    while left := [pid for pid in processes if lives(pid)]:
        assert time.monotonic() < end, left
        time.sleep(0.05)


def test_a_page_that_crashes_is_told_at_once(own_browser: Browser) -> None:
    tab = own_browser.open("about:blank")
    assert tab.run("() => 1 + 1") == 2
    under_way = tab.begin("run", script=FOR_EVER)
    for pid in renderers_of(own_browser.pid):
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(BrowserError, match="Target crashed"):
        under_way.value(AT_ONCE_S)
    assert own_browser.open("about:blank").run("() => 2 + 2") == 4


def test_a_page_whose_server_is_down_is_told_in_a_line(own_browser: Browser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(BrowserError, match="ERR_CONNECTION_REFUSED") as told:
        own_browser.open(f"http://127.0.0.1:{port}/")
    assert "\n" not in str(told.value)
    assert own_browser.open("about:blank").run("() => 2 + 2") == 4
