"""How the report lies on a wide page, on a phone, on paper and without scripts: nothing is cut or in the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from driver import Browser, Tab

PAPER_PX, SHEET_PX = 718, 1047  # of A4 without a browser's margins of 1 cm, at 96 px an inch
MOST_SHEETS = 42  # without margins, and with the long table that the report of these tests has
RESTED = "for (let frame = 0; frame < 4; ++frame) await new Promise(requestAnimationFrame);"  # boxes see their width
UNFOLD = """document.querySelectorAll("main details:not([data-long])").forEach((each) => { each.open = true; });"""
CONTROLS = """() => [...document.querySelectorAll("button:not(.sort), input, select, textarea, [data-act]")].filter(
  (each) => each.checkVisibility() && !each.closest("[data-long]")).map((each) => each.outerHTML.slice(0, 80))"""
# Paper does not scroll: no box may hide what is wider than the page.
BEYOND = """() => [...document.body.querySelectorAll("*")].filter((each) => {
  const { width, left, right } = each.getBoundingClientRect();
  return width && !each.closest(".unseen") && !each.parentElement.closest("svg, .plot")
    && (right > document.documentElement.clientWidth + 1 || left < -1);
}).map((each) => each.outerHTML.slice(0, 100))"""
TALLEST = """(what) => Math.max(...[...document.querySelectorAll(what)].map(
  (each) => each.getBoundingClientRect().height))"""
# Down the middle of each third of the first part: the longest way with nothing on it.
HOLES = """() => {
  const around = document.querySelector(".first").getBoundingClientRect();
  const boxes = [...document.querySelectorAll(".first :is(.card, figure, .notes, .over, aside > p)")].map(
    (each) => each.getBoundingClientRect());
  return [1 / 6, 1 / 2, 5 / 6].map((share) => {
    const x = around.left + share * around.width;
    const met = boxes.filter((each) => each.left <= x && each.right >= x).sort((a, b) => a.top - b.top);
    const ends = [around.top, ...met.map((each) => each.bottom)];
    return Math.max(...[...met.map((each) => each.top), around.bottom].map((top, at) => top - ends[at]));
  });
}"""
FIRST_SCREEN = """(what) => [...document.querySelectorAll(what)].map((each) => each.getBoundingClientRect()).filter(
  (each) => each.top < innerHeight - 100).map(({ left, right }) => ({ left, right }))"""
# Once a table is scrolled: what of its captions and groups lies outside of its box, and which column lies half below
# the one that stays.
HIDDEN = f"""async () => {{
  {UNFOLD} {RESTED}
  const found = {{ scrolled: 0, words: [], cut: [] }};
  for (const box of document.querySelectorAll(".scroll.wide")) for (const to of [60, 90, 10000]) {{
    if (!box.clientWidth) continue; // folded away
    box.scrollLeft = to;
    {RESTED}
    const view = box.getBoundingClientRect(), range = document.createRange(); ++found.scrolled;
    for (const each of box.querySelectorAll("caption, th[scope=rowgroup]")) {{
      range.selectNodeContents(each);
      const {{ left, right }} = range.getBoundingClientRect();
      if (left < view.left - 1 || right > view.right + 1) found.words.push(each.textContent.trim().slice(0, 60));
    }}
    const [first, ...others] = [...box.querySelector("tr.columns")?.cells ?? []].map(
      (each) => each.getBoundingClientRect());
    if (others.some(({{ left, right }}) => left < first.right - 1.5 && right > first.right + 1.5))
      found.cut.push([box.textContent.trim().slice(0, 60), to, box.scrollLeft]);
  }}
  return found;
}}"""
# Figures of more than one line, in the tables of claims.
BROKEN = f"""async () => {{
  {UNFOLD} {RESTED}
  const cells = [...document.querySelectorAll("#claims table td:not(.text)")], range = document.createRange();
  return {{ seen: cells.length, broken: cells.filter((each) => {{
    range.selectNodeContents(each);
    return new Set([...range.getClientRects()].map(({{ top }}) => Math.round(top))).size > 1;
  }}).map((each) => each.textContent) }};
}}"""
# Backticks in words and in what is shown of an element that is pointed at or heard.
TICKS = """() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (words.nextNode()) {
    const { data, parentElement } = words.currentNode;
    if (!parentElement.closest("script, style, pre") && data.includes("`")) found.push(data.slice(0, 80));
  }
  const told = document.querySelectorAll("[title*='`'], [aria-label*='`']");
  for (const each of told) found.push(each.outerHTML.slice(0, 80));
  return found;
}"""


@pytest.fixture
def open_at(needed_chromium: Browser, report: Path) -> Iterator[Callable[..., Tab]]:
    opened: list[Tab] = []

    def start(**how: Any) -> Tab:
        opened.append(needed_chromium.open(report.as_uri(), **how))
        return opened[-1]

    yield start
    for tab in opened:
        assert tab.do("faults") == [] and tab.do("said") == []
        tab.do("close")


@pytest.fixture
def paper(open_at: Callable[..., Tab]) -> Tab:
    tab = open_at(width=PAPER_PX, height=SHEET_PX)
    tab.do("print")
    return tab


def test_nothing_leaves_the_paper_sideways(paper: Tab) -> None:
    assert paper.run("() => document.querySelectorAll('main details[open]').length") >= 10
    assert paper.run(BEYOND) == []


def test_no_control_and_no_word_of_one_is_printed(paper: Tab) -> None:
    assert paper.run(CONTROLS) == []
    words = paper.run("() => document.body.innerText")
    of_controls = ("Move the sliders", "Drag over", "Zoom", "Point at", "All hear the same", "opens its table")
    assert [each for each in of_controls if each in words.replace("\n", " ")] == []
    assert "Users connected" in words, "what a plan was asked for stays"


def test_a_card_and_a_drawing_have_room_on_one_sheet(paper: Tab) -> None:
    for what in (".card", "figure", "#plan-map", "main tr"):
        assert paper.run(TALLEST, what) < SHEET_PX, what


def test_it_goes_on_so_many_sheets(open_at: Callable[..., Tab], tmp_path: Path) -> None:
    printed = Path(open_at().do("paper", path=str(tmp_path / "report.pdf"))).read_bytes()
    assert 20 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= MOST_SHEETS


@pytest.mark.parametrize("width", [1200, 390, 360])
def test_what_a_case_is_made_of_is_read_without_scrolling(open_at: Callable[..., Tab], width: int) -> None:
    page = open_at(width=width, height=844)
    told = page.run("""() => {
      const first = document.querySelector(".case");
      for (const each of first.querySelectorAll("details:not([data-long])")) each.open = true;
      return { rows: [...first.querySelectorAll(".behind tr")].map((each) => each.offsetHeight),
               height: first.offsetHeight,
               beyond: [...first.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right
                 > first.getBoundingClientRect().right && !each.matches(".unseen")).length,
               made: first.querySelector(".made").innerText };
    }""")
    assert len(told["rows"]) >= 4 and max(told["rows"]) < 80 and told["height"] < 1400 and told["beyond"] == 0
    assert "SSE: " in told["made"] and "µs [" in told["made"]


@pytest.mark.parametrize("width", [1600, 1200, 1060])
def test_a_wide_page_has_no_hole_beside_the_claims(open_at: Callable[..., Tab], width: int) -> None:
    page = open_at(width=width, height=900)
    assert max(page.run(HOLES)) < 350
    cases, claims = page.run(FIRST_SCREEN, ".case"), page.run(FIRST_SCREEN, ".said")
    assert len(cases) >= 2 and len(claims) >= 2
    assert all(max(case["right"] for case in cases) <= claim["left"] for claim in claims)
    assert page.run("""() => [...document.querySelectorAll(".costs th, .costs td")].filter(
      (each) => each.scrollWidth > each.clientWidth + 1 && !each.querySelector(".unseen")).length""") == 0


def test_what_a_table_says_of_itself_stays_and_no_figure_lies_half_below_a_name(open_at: Callable[..., Tab]) -> None:
    found = open_at(width=390, height=844).run(HIDDEN)
    assert found["scrolled"] >= 60 and found["words"] == [] and found["cut"] == []


@pytest.mark.parametrize("width", [1200, 390])
def test_a_figure_of_a_claim_is_not_broken_into_lines(open_at: Callable[..., Tab], width: int) -> None:
    found = open_at(width=width, height=844).run(BROKEN)
    assert found["seen"] >= 100 and found["broken"] == []


def test_without_scripts_there_is_no_plan_to_move_and_how_to_have_one(open_at: Callable[..., Tab]) -> None:
    page = open_at(scripts=False)
    assert page.run(CONTROLS) == []
    assert not page.run("() => ['#plan-form', '.plan', '#plan-map', '#curves'].some("
                        "(each) => document.querySelector(each).checkVisibility())")
    words = page.run("() => document.body.innerText")
    assert "Move the sliders" not in words and "The sliders need JavaScript" in words and "make plan" in words


def test_the_number_of_an_entry_of_the_contents_stands_at_its_first_line(open_at: Callable[..., Tab]) -> None:
    places = open_at(width=390, height=844).run("""() => {
      document.querySelector(".tools details").open = true;
      return [...document.querySelectorAll(".tools li")].map((each) => {
        const mark = each.insertBefore(document.createElement("i"), each.firstChild);
        mark.textContent = "1"; // as the number is: on the line's base
        mark.style.cssText = "display: inline-block; width: 0"; // takes no room from the words
        const { top } = mark.getBoundingClientRect(), link = each.querySelector("a"), range = document.createRange();
        range.selectNodeContents(link);
        const lines = [...range.getClientRects()].map((line) => line.top);
        mark.remove();
        return { off: Math.abs(top - Math.min(...lines)), lines: new Set(lines).size };
      });
    }""")
    assert max(each["lines"] for each in places) >= 2 and all(each["off"] < 4 for each in places)


def test_what_is_code_looks_so_and_no_backtick_is_left(open_at: Callable[..., Tab]) -> None:
    page = open_at()
    assert page.run(TICKS) == []
    code = page.run("() => [...document.querySelectorAll('#claim-R13 h3 code')].map((each) => each.textContent)")
    assert code == ["event", "data", "data"]
