"""What a client survives by the browser alone, and what the smallest correct client has to add."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from observing import Observing
from pushbench.soak.server import free_ports

from browsing import LONGEST_S, ROOT
from driver import Browser
from following import ALL, MISSED, Following
from stage import Stage, stage

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
NOTE = ("All clients of a row follow the same topic. Ten notifications are published while they are cut off, "
        "asleep or dead, and five afterwards; how many of the ten came is in brackets. \"Alone\" is the "
        "browser's own object, or the shortest loop of fetch(), with nothing around it; \"our client\" is a "
        "file of examples/demo/clients. The server has cursors and sends ids. A page that sleeps is frozen, "
        "as Chromium does with a tab that nobody looks at for long. Where a connection dies without a word, "
        "what is before the browser goes on acknowledging: what TCP finds out after minutes, and what a "
        "system tells its browser of a change of network, is not seen here.")


def nginx_version() -> str | None:
    if NGINX is None:
        return None
    told = subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=True).stderr
    found = re.search(r"nginx/([\d.]+)", told)
    return found[1] if found else None


@contextmanager
def nginx_that_says_502(folder: Path, server: tuple[str, int]) -> Iterator[str]:
    """The example without the lines by which it ends a connection where the server is away."""
    text = (ROOT / "examples" / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    (port,) = free_ports(1)
    for old, new in (("127.0.0.1:8080", "{}:{}".format(*server)), ("127.0.0.1:8088", f"127.0.0.1:{port}"),
                     ("error_page 502 504 = @away;", "")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    process = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")],
                               stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(LONGEST_S)


def restart(on: Stage, _: Following) -> list[str]:
    on.close_network()
    on.restart()
    missed = on.publish("missed", MISSED)
    on.open_network()
    return missed


def cut(on: Stage, _: Following) -> list[str]:
    on.close_network()
    missed = on.publish("missed", MISSED)
    on.open_network()
    return missed


def hush(on: Stage, _: Following) -> list[str]:
    on.hush_network()
    return on.publish("missed", MISSED)


def sleep(on: Stage, following: Following) -> list[str]:
    following.fall_asleep()
    missed = on.publish("missed", MISSED)
    assert not any(set(missed) & set(each["heard"]) for each in following.shown().values())
    following.wake()
    return missed


def answered_502(on: Stage, following: Following) -> list[str]:
    on.server.end(kill=False)
    following.until(lambda shown: all(
        each["over"] or name == "short poll alone" or each["away"] >= 2 for name, each in shown.items()))
    on.server.start()
    return on.publish("missed", MISSED)


ROWS = {"the server restarts": restart, "the network cuts all connections": cut,
        "connections die without a word": hush, "the page sleeps": sleep,
        "a proxy answers 502 while the server restarts": answered_502}


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as made:
        yield made


def test_what_a_client_survives(observing: Observing, chromium: Browser | None, on: Stage, tmp_path: Path) -> None:
    tools = {"Chromium": chromium and chromium.version, "nginx": nginx_version()}
    with observing.sheet("survival", "What a client survives", NOTE, tools, __file__) as sheet:
        assert chromium is not None
        for row, happen in ROWS.items():
            became = {}
            with nginx_that_says_502(tmp_path, on.server.address) as behind:
                base = behind if happen is answered_502 else on.base
                following = Following(chromium, on, base, sleepy=happen is sleep)
                for name, seen, detail in following.settled(happen(on, following)):
                    became[name] = seen
                    sheet.saw(row, name, seen, detail)
                following.close()
            # The trial itself has worked where somebody came through it.
            assert ALL in became.values(), (row, became)
