"""The page of many machines in a real browser: nothing is cut off, each control works, wide and on a phone."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from browsing import ROOT
from driver import Browser, Tab
from pushbench.share import page as community
from test_report_page import CONTRASTS, TOO_WIDE

PICTURES = os.environ.get("PUSHBENCH_SHOTS")  # a folder: pictures of the page are left there
STICKS_OUT = """() => [...document.body.querySelectorAll("*")].filter((each) => {
  const box = each.parentElement.closest(".scroll"), { width, right, left } = each.getBoundingClientRect();
  return !box && !each.closest(".unseen") && width && (right > document.documentElement.clientWidth + 1 || left < -1);
}).map((each) => each.outerHTML.slice(0, 100))"""
OVERFULL = """() => [...document.querySelectorAll(".forest td:not(.plot), .forest th[scope=row]")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent)"""
NAMES = """(table) => [...document.querySelectorAll(table + " tbody th")].map((each) => each.textContent)"""
SORTED = """(table) => [...document.querySelectorAll(table + " th[aria-sort]")].map((each) => each.ariaSort)"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Our own summaries, and as many made-up machines: one with the longest name, one without an interval."""
    folder = tmp_path_factory.mktemp("community")
    for path in sorted((ROOT / "results" / "community").glob("*.json")):
        (folder / path.name).write_bytes(path.read_bytes())
        made: dict[str, Any] = json.loads(path.read_text())
        for place, name in enumerate(("AAA Longest (TM) Processor Name Of 60 Letters @ 3.00GHz, 1of", "ZZZ")):
            other = copy.deepcopy(made)
            other["machine"] |= {"processor": name, "cores": 4 + place}
            for duet in other["duets"]:
                duet |= {"middle": duet["middle"] * (1.2 + place)} | {"low": None, "high": None}
            (folder / f"{path.stem}-{place}.json").write_text(json.dumps(other))
    (folder / "foreign.json").write_text("[]")
    assert community.community(folder, Console(file=(folder / "said").open("w"))) == 0
    return (folder / community.FILE).as_uri()


@pytest.fixture
def page(needed_chromium: Browser, address: str) -> Iterator[Tab]:
    tab = needed_chromium.open(address)
    yield tab
    assert tab.do("faults") == [] and tab.do("said") == []
    assert tab.do("requests") == [address.partition("#")[0]], "it is one file, and asks nobody"
    tab.do("close")


@pytest.mark.parametrize("width", [1200, 390, 360])
def test_nothing_is_cut_off(page: Tab, width: int) -> None:
    page.do("size", width=width, height=800)
    page.run("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    if PICTURES:
        page.do("shot", path=str(Path(PICTURES) / f"community-{width}.png"), whole=True)
    assert page.run(STICKS_OUT) == [] and page.run(TOO_WIDE) <= 0 and page.run(OVERFULL) == []
    assert page.run("() => document.querySelector('#machines .hint').hidden") is (width > 1000)


@pytest.mark.parametrize("dark", [False, True])
def test_words_can_be_read(page: Tab, dark: bool) -> None:
    page.do("dark", dark=dark)
    if PICTURES and dark:
        page.do("shot", path=str(Path(PICTURES) / "community-dark.png"))
    told: list[dict[str, Any]] = page.run(CONTRASTS)
    assert len(told) >= 2 and [each for each in told if each["is"] < 4.5] == []


@pytest.mark.parametrize("table", ["#machines table", "#duet-broadcast"])
def test_a_table_is_sorted_by_what_is_clicked_and_once_more_the_other_way(page: Tab, table: str) -> None:
    page.do("click", selector=f"{table} thead button")
    names = page.run(NAMES, table)
    assert names == sorted(names) and page.run(SORTED, table) == ["ascending"]
    page.do("click", selector=f"{table} thead button")
    assert page.run(NAMES, table) == sorted(names, reverse=True) and page.run(SORTED, table) == ["descending"]
    assert page.run("() => document.getElementById('said').textContent") == "sorted by machine, descending"


def test_what_is_missing_comes_last_both_ways(page: Tab) -> None:
    """A run of the profile full has no duet: its cell of the ratio is empty."""
    ratios = """() => [...document.querySelectorAll("#machines tbody tr")].map((each) => each.cells[2].textContent)"""
    for _ in range(2):
        page.do("click", selector="#machines th:nth-child(3) button")
        told = page.run(ratios)
        assert told[-1] == "–" and told[0] != "–"


def test_each_button_can_be_reached_and_pressed_by_key(page: Tab) -> None:
    page.run("() => document.querySelector('#duet-sparse [data-sort=\"1\"]').focus()")
    page.do("press", key="Enter")
    assert page.run(SORTED, "#duet-sparse") == ["ascending"]
    page.do("press", key="Tab")
    assert page.run("() => document.activeElement.dataset.sort") == "2"


def test_a_link_opens_a_claim_and_marks_a_machine(page: Tab) -> None:
    page.run("() => { location.hash = '#claim-R9'; }")
    assert page.run("""async () => {
      while (!document.getElementById("claim-R9").open) await new Promise(requestAnimationFrame);
      return true;
    }""")
    link = page.run("() => document.querySelector('#duet-broadcast tbody a').hash")
    page.do("click", selector="#duet-broadcast tbody a")
    assert page.run("(name) => document.querySelector(name).matches(':target')", link)


def test_each_dot_stands_on_its_whisker_and_within_its_panel(page: Tab) -> None:
    page.run("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    wrong = page.run("""() => [...document.querySelectorAll(".plot div")].filter((each) => {
      const place = (part) => each.querySelector(part)?.getBoundingClientRect(), box = each.getBoundingClientRect();
      const dot = place(".dot"), line = place(".whisker"), at = dot.left + dot.width / 2;
      return at < box.left - 1 || at > box.right + 1 || (line && (at < line.left - 1 || at > line.right + 1));
    }).length""")
    assert wrong == 0


def test_without_scripts_all_of_it_is_there(address: str) -> None:
    text = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    assert text.count("<script>") == 1 and text.count("left out</li>") == 1
    assert "foreign.json is no summary of pushbench: left out" in text
