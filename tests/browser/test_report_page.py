"""The report in a real browser: all of it shows and works, on a wide page and on a phone, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from driver import Browser, Tab

# What leaves the page sideways. What lies in a box that scrolls may be wider than the page; the box may not.
STICKS_OUT = """() => [...document.body.querySelectorAll("*")].filter((each) => {
  const box = each.parentElement.closest(".scroll, figure"), { width, right, left } = each.getBoundingClientRect();
  return !box && !each.closest(".unseen") && width && (right > document.documentElement.clientWidth + 1 || left < -1);
}).map((each) => each.outerHTML.slice(0, 100))"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Of the first screen's small tables each cell is as wide as the page lets it be: a longer text would lie over the next.
OVERLAPS = """() => [...document.querySelectorAll(".costs th, .costs td")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && !each.querySelector(".unseen"))
  .map((each) => each.textContent)"""
CHARTS = """() => [...document.querySelectorAll("figure svg")].map((each) => {
  each.scrollIntoView({ block: "center" });
  const { width, height, top, left } = each.getBoundingClientRect(), page = document.documentElement;
  return { name: each.closest("figure").id, width, height, drawn: each.getBBox().width,
           seen: top < page.clientHeight && top + height > 0 && left >= 0 && left < page.clientWidth };
})"""
# The least contrast of WCAG 2 for words of this size is 4.5. Most words share few pairs of colours: each is told once.
CONTRASTS = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => rgb(colour).slice(0, 3).map((each) => each / 255).map(
    (each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const own = (each) => getComputedStyle(each).backgroundColor, clear = "rgba(0, 0, 0, 0)";
  const behind = (each) => each === document.body || own(each) !== clear ? own(each) : behind(each.parentElement);
  const words = "p, li, td, th, h1, h2, h3, small, summary, figcaption, .verdict, .badge";
  const pairs = new Map([...document.querySelectorAll(words)].map(
    (each) => [getComputedStyle(each).color + "|" + behind(each), each.textContent.slice(0, 60)]));
  return [...pairs].map(([pair, text]) => {
    const [a, b] = pair.split("|").map(light);
    return { pair, text, is: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
  });
}"""


@pytest.fixture
def page(needed_chromium: Browser, report: Path) -> Iterator[Tab]:
    tab = needed_chromium.open(report.as_uri())
    yield tab
    assert tab.do("faults") == [] and tab.do("said") == []
    assert tab.do("requests") == [report.as_uri()], "a report is one file, and asks nobody"
    tab.do("close")


def open_all(page: Tab) -> int:
    return int(page.run("() => [...document.querySelectorAll('details')].map((each) => each.open = true).length"))


@pytest.mark.parametrize("width", [1200, 390, 360])
def test_nothing_leaves_the_page_sideways(page: Tab, width: int) -> None:
    page.do("size", width=width, height=800)
    assert page.run(STICKS_OUT) == [] and page.run(TOO_WIDE) <= 0 and page.run(OVERLAPS) == []
    assert open_all(page) >= 10
    assert page.run(STICKS_OUT) == [] and page.run(TOO_WIDE) <= 0


@pytest.mark.parametrize(("table", "stays"), [("#seen-long", "th[scope=row]"), ("#evidence table", "caption span"),
                                              ("#evidence table", "th[scope=row]")])
def test_a_wide_table_scrolls_inside_and_keeps_in_view_what_it_is_about(page: Tab, table: str, stays: str) -> None:
    page.do("size", width=360, height=800)
    open_all(page)
    seen = page.run("""({ table, stays }) => {
      const found = document.querySelector(table), box = found.closest(".scroll");
      box.scrollLeft = 10000;
      const { left, right } = found.querySelector(stays).getBoundingClientRect();
      return { scrolled: box.scrollLeft, left, right, cell: found.querySelector("td").getBoundingClientRect().left };
    }""", {"table": table, "stays": stays})
    assert seen["scrolled"] >= 100 and seen["cell"] < seen["right"]
    assert 0 <= seen["left"] < seen["right"] <= 360


def test_a_link_to_what_was_observed_opens_it(page: Tab) -> None:
    page.run("() => { location.hash = '#seen-long'; }")
    assert page.run("""async () => {
      const table = document.getElementById("seen-long");
      while (!table.closest("details").open) await new Promise(requestAnimationFrame);
      return table.checkVisibility();
    }""")


@pytest.mark.parametrize("width", [1200, 360])
def test_each_chart_can_be_seen(page: Tab, width: int) -> None:
    page.do("size", width=width, height=800)
    charts: list[dict[str, Any]] = page.run(CHARTS)
    assert len(charts) >= 10
    for chart in charts:
        assert chart["width"] >= 300 and chart["height"] >= 100 and chart["drawn"] > 0 and chart["seen"], chart


@pytest.mark.parametrize("dark", [False, True])
def test_words_can_be_read_in_light_and_in_dark(page: Tab, dark: bool) -> None:
    page.do("dark", dark=dark)
    told: list[dict[str, Any]] = page.run(CONTRASTS)
    assert len(told) >= 5
    assert [each for each in told if each["is"] < 4.5] == []


def test_details_open_by_click_and_by_key(page: Tab) -> None:
    opened = "(selector) => document.querySelector(selector).open"
    page.do("click", selector=".case details > summary")
    assert page.run(opened, ".case details")
    page.run("() => document.querySelector('.claim details > summary').focus()")
    for is_open in (True, False):
        page.do("press", key="Enter")
        assert page.run(opened, ".claim details") is is_open


def test_sliders_move_the_plan(page: Tab) -> None:
    told = """() => ({ says: document.getElementById("plan-users").textContent,
                       rows: document.getElementById("plan-rows").textContent })"""
    page.run("""async () => {
      while (!document.getElementById("plan-rows").rows.length) await new Promise(requestAnimationFrame);
      document.getElementById("plan-in-users").focus();
    }""")
    before = page.run(told)
    page.do("press", key="ArrowRight")
    more = page.run(told)
    assert more["says"] != before["says"] and more["rows"] != before["rows"]
    page.do("press", key="ArrowLeft")
    assert page.run(told) == before
    page.do("click", selector=".sliders [name=shared]")
    assert page.run(told)["rows"] != before["rows"]


def test_each_link_within_the_page_has_an_end(page: Tab) -> None:
    ends = page.run("""() => [...document.querySelectorAll("a[href^='#']")].map(
      (each) => [each.hash, !!document.getElementById(each.hash.slice(1))])""")
    assert len(ends) >= 10 and [name for name, there in ends if not there] == []
    page.do("click", selector="header a[href='#trust']")
    assert page.run("() => document.getElementById('trust').getBoundingClientRect().top") < 900
