"""A browser, and the demo that it looks at. Both end with their test."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import reports
from browsing import BUILD, LONGEST_S, ROOT, Page
from driver import HERE, Browser, Each, Tab

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "needs Debian's chromium and nodejs, and npm ci --prefix tests/browser"
FIREFOX = ("firefox-esr", "firefox")


class Demo:
    """As a person starts it. `address` is that of its page."""

    def __init__(self, port: int = 0) -> None:
        if not (BUILD / "bin" / "push_server").exists():
            pytest.skip(f"needs {BUILD}/bin/push_server: make build")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pushbench", "demo", "--port", str(port), "--rate", "20", "--build", str(BUILD)],
            stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT / "scripts")})
        assert self._process.stdout is not None
        found = re.search(r"http://\S+", self._process.stdout.readline())
        assert found
        self.address = found[0]

    def kill_its_server(self) -> None:
        """The only program that it has started."""
        [child] = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        assert self._process.wait(LONGEST_S) == 0


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """Its address."""
    one = Demo()
    yield one.address
    one.end()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the reference run, as today's templates make it."""
    return reports.build(tmp_path_factory.mktemp("report"))


@pytest.fixture
def start_demo() -> Iterator[Callable[..., Demo]]:
    """One that a test may end, or whose server it may kill."""
    started: list[Demo] = []

    def start(port: int = 0) -> Demo:
        started.append(Demo(port))
        return started[-1]

    yield start
    for each in started:
        each.end()


def _found(names: Iterable[str], package: str) -> str | None:
    """Where it is, if it can be driven."""
    path = next((path for name in names if (path := shutil.which(name))), None)
    return path if shutil.which("node") and (HERE / "node_modules" / package).is_dir() else None


def _chromium() -> str | None:
    return _found(CHROMIUM, "playwright-core")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser | None]:
    """None where this machine has none: a sheet that needs it says so and is skipped."""
    path = _chromium()
    if path is None:
        yield None
        return
    browser = Browser(path)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def needed_chromium(chromium: Browser | None) -> Browser:
    """For what is no sheet: without it the test is skipped."""
    if chromium is None:
        pytest.skip(NO_CHROMIUM)
    return chromium


@pytest.fixture(scope="module")
def firefox() -> Iterator[Browser | None]:
    path = _found(FIREFOX, "puppeteer-core")
    if path is None:
        yield None
        return
    browser = Browser(path, "firefox.mjs")
    yield browser
    browser.close()


@pytest.fixture(scope="module", params=["Chromium", "Firefox"])
def each(request: pytest.FixtureRequest) -> Each:
    """What is tried in both."""
    return Each(request.param, request.getfixturevalue(request.param.lower()))


@pytest.fixture
def own_browser() -> Iterator[Browser]:
    """One that a test may break."""
    path = _chromium()
    if path is None:
        pytest.skip(NO_CHROMIUM)
    browser = Browser(path)
    yield browser
    browser.close()


@pytest.fixture
def open_page(needed_chromium: Browser) -> Iterator[Callable[[str], Page]]:
    opened: list[Tab] = []

    def start(address: str) -> Page:
        opened.append(needed_chromium.open(address))
        return Page(opened[-1])

    yield start
    for tab in opened:
        tab.do("close")
