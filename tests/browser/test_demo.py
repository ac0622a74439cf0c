"""The demo in a real browser: four transports hear the same, and come back from whatever its buttons do."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from browsing import ROOT, Page

NAMES = ["Server-Sent Events", "WebSocket", "Long poll", "Short poll, 1 s"]
CLIENTS = ROOT / "examples" / "demo" / "clients"
Open = Callable[[str], Page]


def all_have(figure: str, least: int) -> Callable[[dict[str, Any]], bool]:
    return lambda shown: (len(shown["panels"]) == len(NAMES)
                          and all(int(panel[figure]) >= least for panel in shown["panels"]))


def nothing_wrong(shown: dict[str, Any]) -> bool:
    return all(panel["missed"] == "0" and panel["doubled"] == "0" for panel in shown["panels"])


def test_all_four_hear_the_same_beside_the_code_that_hears_it(demo: str, open_page: Open) -> None:
    page = open_page(demo)
    shown = page.wait_until(all_have("received", 30))
    assert [panel["name"] for panel in shown["panels"]] == NAMES
    assert shown["server"] == "The server is up." and nothing_wrong(shown)
    assert {panel["code"] for panel in shown["panels"]} == {path.read_text() for path in CLIENTS.iterdir()}
    assert all(panel["points"] >= 20 and panel["state"] == "connected" for panel in shown["panels"])
    burst = page.do(click="burst")
    least = max(int(panel["received"]) for panel in burst["panels"]) + 100
    assert nothing_wrong(page.wait_until(all_have("received", least)))


def test_all_come_back_from_a_cut_and_have_missed_nothing(demo: str, open_page: Open) -> None:
    page = open_page(demo)
    page.wait_until(all_have("received", 5))
    page.do(click="cut")

    def streams_are_back(shown: dict[str, Any]) -> bool:
        # A poll that is cut off on a kept connection the browser asks once more by itself, and no script is told.
        return all(int(panel["reconnects"]) >= 1 and panel["state"] == "connected" for panel in shown["panels"][:2])

    shown = page.wait_until(streams_are_back)
    least = max(int(panel["received"]) for panel in shown["panels"]) + 10
    assert nothing_wrong(page.wait_until(all_have("received", least)))


def test_a_restart_is_told_to_each_and_said_on_the_page(demo: str, open_page: Open) -> None:
    page = open_page(demo)
    page.wait_until(all_have("received", 5))
    page.do(click="restart")
    shown = page.wait_until(lambda told: told["server"] == "The server is up." and all_have("gaps", 1)(told))
    least = max(int(panel["received"]) for panel in shown["panels"]) + 10
    assert nothing_wrong(page.wait_until(all_have("received", least)))


def test_a_page_that_is_opened_while_the_server_is_down_says_so_and_comes_to_life(
        start_demo: Callable[..., Any], open_page: Open) -> None:
    demo = start_demo()
    demo.kill_its_server()
    page = open_page(demo.address)
    page.wait_until(lambda told: told["server"].startswith("The server is down.")
                    and all(panel["state"] == "cut off; trying again" for panel in told["panels"]))
    page.do(click="restart")
    shown = page.wait_until(lambda told: told["server"] == "The server is up." and all_have("received", 10)(told))
    assert nothing_wrong(shown) and all(panel["state"] == "connected" for panel in shown["panels"])


def test_a_page_outlives_the_demo(start_demo: Callable[..., Any], open_page: Open) -> None:
    first = start_demo()
    page = open_page(first.address)
    page.wait_until(all_have("received", 5))
    first.end()
    page.wait_until(lambda told: told["server"].startswith("The demo has ended."))
    page.do(click="cut")  # nobody is there to do it, and no error comes of it
    start_demo(urlsplit(first.address).port)
    assert nothing_wrong(page.wait_until(lambda told: told["server"] == "The server is up."
                                         and all_have("received", 5)(told)))


def test_it_fits_a_phone_and_goes_by_keyboard(demo: str, open_page: Open, tmp_path: Path) -> None:
    page = open_page(demo)
    page.wait_until(all_have("received", 5))
    assert page.do(width=390)["overflow"] <= 0
    assert [page.do(press="Tab")["focus"] for _ in range(5)] == ["cut", "slow", "burst", "restart", "clear"]
    page.do(press="Enter")
    page.do(press="Tab")  # to what shows the code of the first
    assert page.do()["open"] == 0 and page.do(press="Enter")["open"] == 1
    assert page.do(width=390)["overflow"] <= 0
    assert page.do(press="Enter")["open"] == 0
    page.do(width=390, shot=str(tmp_path / "light.png"))
    page.do(width=390, dark=True, shot=str(tmp_path / "dark.png"))
    assert (tmp_path / "dark.png").read_bytes() != (tmp_path / "light.png").read_bytes()


def test_who_sends_from_another_site_presses_no_button(demo: str) -> None:
    for origin, status in (("http://elsewhere.example", 403), (None, 403), (demo.rstrip("/"), 200)):
        link = http.client.HTTPConnection(urlsplit(demo).netloc, timeout=10)
        link.request("POST", "/do/slow", headers={"Origin": origin} if origin else {})
        assert link.getresponse().status == status
        link.close()
    link = http.client.HTTPConnection(urlsplit(demo).netloc, timeout=10)
    link.request("POST", "/do/slow", headers={"Origin": demo.rstrip("/")})  # as it was
    assert link.getresponse().status == 200
    link.close()
