"""What a reader does with the report: each control, on a wide page and on a phone, by pointer and by key."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browsing import LONGEST_S
from driver import Browser, Tab

SAID = "() => document.getElementById('announced').textContent"
CARD = "() => { const card = document.getElementById('figure-card'); return card.hidden ? '' : card.innerText; }"
DRAWN = "() => document.querySelector('#curves canvas') !== null"
PLANNED = "() => document.querySelector('#plan-map svg') !== null"
SEEN = "(selector) => document.querySelector(selector).checkVisibility()"
# Of the first table of the answer: what stands in the column of CPU, in the order of its rows.
CPU = """() => [...document.querySelectorAll("table.answer tbody:first-of-type tr:has(td)")].map((row) => ({
  name: row.cells[0].textContent.trim(), cpu: Number(row.cells[3].querySelector("b").textContent),
  times: row.cells[3].querySelector(".times")?.textContent ?? "", least: row.cells[3].matches(".least") }))"""
SORT_BY_CPU = "table.answer tbody:first-of-type tr.columns th:nth-of-type(4) button"
# What is under the middle of each control is the control: nothing lies over it, and it is large enough to be hit.
COVERED = """() => [...document.querySelectorAll("main button:not(.sort), .tools summary, .tools select, main input")]
  .filter((each) => each.checkVisibility()).map((each) => {
    each.scrollIntoView({ block: "center" });
    const { left, top, width, height } = each.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    const is_hit = hit && (each.contains(hit) || hit.closest("label")?.contains(each) || hit.contains(each));
    return { what: each.outerHTML.slice(0, 80), is_hit, height, right: left + width };
  }).filter((each) => !each.is_hit || each.height < 16 || each.right > document.documentElement.clientWidth + 1)"""
# A name for whatever the keyboard stops at.
NAMELESS = """() => [...document.querySelectorAll("button, select, input, summary, [tabindex='0']:not(td)")].filter(
  (each) => each.checkVisibility() && !(each.ariaLabel || each.textContent.trim()
    || each.labels?.[0]?.textContent.trim())).map((each) => each.outerHTML.slice(0, 80))"""


@pytest.fixture
def open_at(needed_chromium: Browser, report: Path) -> Iterator[Callable[..., Tab]]:
    opened: list[Tab] = []

    def start(hash_: str = "", **how: Any) -> Tab:
        opened.append(needed_chromium.open(report.as_uri() + hash_, **how))
        return opened[-1]

    yield start
    for tab in opened:
        assert tab.do("faults") == [] and tab.do("said") == []
        tab.do("close")


@pytest.fixture(scope="module", params=[1200, 390])
def page(request: pytest.FixtureRequest, needed_chromium: Browser, report: Path) -> Iterator[Tab]:
    """One for all tests of a width: each leaves it as it was."""
    tab = needed_chromium.open(report.as_uri(), width=request.param, height=844)
    yield tab
    assert tab.do("faults") == [] and tab.do("said") == []
    assert tab.do("requests") == [report.as_uri()]
    tab.do("close")


def until(page: Tab, script: str, argument: Any = None) -> Any:
    """What a script gives, once that is something."""
    end = time.monotonic() + LONGEST_S
    while not (found := page.run(script, argument)):
        assert time.monotonic() < end, script
        time.sleep(0.05)
    return found


def test_each_control_can_be_hit_and_has_a_name(page: Tab) -> None:
    page.run("() => document.querySelectorAll('#curves details').forEach((each) => each.open = true)")
    page.run("() => document.getElementById('latency').scrollIntoView()")
    until(page, DRAWN)
    assert page.run(COVERED) == [] and page.run(NAMELESS) == []


def test_the_base_of_the_ratios_is_chosen(page: Tab) -> None:
    was = page.run(CPU)
    page.do("select", selector="#base", value="websocket")
    assert "ratio to WebSocket" in page.run(SAID)
    now = {row["name"]: row for row in page.run(CPU)}
    assert now["WebSocket"]["least"] and now["WebSocket"]["times"] == ""
    assert now["Long poll"]["times"].endswith("×") and now["Long poll"]["times"] != {
        row["name"]: row["times"] for row in was}["Long poll"]
    page.do("select", selector="#base", value="")
    assert page.run(CPU) == was


def test_no_two_bases_have_one_name_and_one_serves_all_tables(page: Tab) -> None:
    names = page.run("() => [...document.querySelectorAll('#base option')].map((each) => each.textContent)")
    assert len(set(names)) == len(names) and "Short poll, 1 s" in names
    value = page.run("""() => [...document.querySelectorAll("#base option")].find(
      (each) => each.textContent === "Short poll, 1 s").value""")
    page.do("select", selector="#base", value=value)
    without = page.run("""() => [...document.querySelectorAll("table.answer tbody")].filter(
      (each) => [...each.rows].some((row) => row.cells[0].textContent.trim() === "Short poll, 1 s")
        && ![...each.querySelectorAll(".times")].some((times) => times.textContent)).length""")
    page.do("select", selector="#base", value="")
    assert without == 0


def test_a_table_is_sorted_both_ways_and_as_it_was(page: Tab) -> None:
    was = page.run(CPU)
    page.run("() => document.querySelector('table.answer').scrollIntoView()")
    until(page, "(selector) => document.querySelector(selector) !== null", SORT_BY_CPU)
    by_cpu = sorted(row["cpu"] for row in was)
    for expected, direction in ((by_cpu, "upwards"), (by_cpu[::-1], "downwards")):
        page.do("click", selector=SORT_BY_CPU)
        assert [row["cpu"] for row in page.run(CPU)] == expected and direction in page.run(SAID)
    page.run("(selector) => document.querySelector(selector).focus()", SORT_BY_CPU)
    page.do("press", key="Enter")
    assert page.run(CPU) == was
    told = "(selector) => document.querySelector(selector).closest('th').getAttribute('aria-sort')"
    assert page.run(told, SORT_BY_CPU) == "none"


def test_a_transport_is_hidden_everywhere_and_comes_back(page: Tab) -> None:
    rows = """() => [...document.querySelectorAll("[data-transport=long-poll]")].filter(
      (each) => each.checkVisibility()).length"""
    was = page.run(rows)
    page.do("click", selector=".tools details:nth-of-type(2) summary")
    page.do("click", selector="#shown-form [value=long-poll]")
    assert was > 5 and page.run(rows) == 0 and page.run(SAID) == "5 of 6 transports are shown"
    assert page.run("() => document.getElementById('shown-count').textContent") == ": 5 of 6"
    page.do("click", selector="#shown-form [type=reset]")
    until(page, f"() => ({rows})() === {was}")
    page.do("press", key="Escape")
    assert not page.run("() => document.querySelector('.tools details[open]')")


def test_a_figure_tells_what_stands_behind_it(page: Tab) -> None:
    page.do("click", selector="table.answer tbody:first-of-type tr:nth-of-type(3) td:nth-of-type(3)")
    told = page.run(CARD)
    assert "server CPU per delivery" in told and "Blocks: 1:" in told and "From trials/" in told
    box = page.run("() => document.getElementById('figure-card').getBoundingClientRect().toJSON()")
    width = page.run("() => document.documentElement.clientWidth")
    assert box["left"] >= 0 and box["right"] <= width and box["top"] >= 0
    page.do("press", key="Escape")
    assert page.run(CARD) == ""


def test_figures_are_reached_by_the_keyboard(page: Tab) -> None:
    page.run("() => document.querySelector('table.answer td[tabindex=\"0\"]').focus()")
    first = page.run(CARD)
    page.do("press", key="ArrowRight")
    second = page.run(CARD)
    page.do("press", key="ArrowDown")
    third = page.run(CARD)
    assert first and second and third and len({first, second, third}) == 3
    assert page.run("() => document.querySelectorAll('table.answer td[tabindex=\"0\"]').length") == 1
    assert page.run("() => document.activeElement.getAttribute('aria-describedby')") == "figure-card"


def test_a_figure_is_pointed_at(page: Tab) -> None:
    page.do("hover", selector="table.answer tbody:first-of-type tr:nth-of-type(4) td:nth-of-type(1)")
    assert "latency median" in page.run(CARD)
    page.do("hover", selector="h1")
    assert page.run(CARD) == ""


def test_curves_are_laid_over_each_other_zoomed_and_read_off(page: Tab) -> None:
    page.run("() => document.getElementById('latency').scrollIntoView()")
    until(page, DRAWN)
    few = page.run("() => document.querySelectorAll('#curves .legend li').length")
    for name in ("broadcast", "sparse", "stream"):
        if not page.run(f"() => document.querySelector('#curves [value={name}]').checked"):
            page.do("click", selector=f"#curves [value={name}]")
    assert page.run("() => document.querySelectorAll('#curves .legend li').length") > 2 * few
    page.do("click", selector="[data-act=in]")
    zoomed = page.run(SAID)
    page.do("click", selector="[data-act=all]")
    assert zoomed.startswith("The chart shows") and page.run(SAID) != zoomed
    page.run("() => document.querySelector('#curves .plot').focus()")
    page.do("press", key="ArrowLeft")
    assert "SSE (sparse)" in page.run(SAID)
    for key in ("+", "0"):
        page.do("press", key=key)
    assert page.run("() => document.querySelector('#curves .plot').clientWidth <= document.documentElement.clientWidth")


def choose_workloads(page: Tab, *names: str) -> None:
    """These of the first three, and no other."""
    for name in ("broadcast", "sparse", "stream"):
        if page.run(f"() => document.querySelector('#curves [value={name}]').checked") != (name in names):
            page.do("click", selector=f"#curves [value={name}]")


def test_from_99_percent_on_shows_that_and_other_curves_keep_it(page: Tab) -> None:
    page.run("() => document.getElementById('latency').scrollIntoView()")
    until(page, DRAWN)
    choose_workloads(page, "sparse")
    page.do("click", selector="[data-act=tail]")
    shown = page.run(SAID).removesuffix("\u00a0")
    assert shown.startswith("The chart shows 99 % to 99.")
    choose_workloads(page, "broadcast", "sparse", "stream")
    page.do("click", selector="[data-act=right]")  # nothing lies further right: it is said again what is shown
    assert page.run(SAID).removesuffix("\u00a0") == shown
    page.run("() => document.querySelector('#curves .plot').focus()")
    page.do("press", key="0")
    assert page.run(SAID).startswith("The chart shows 0 % to ")
    choose_workloads(page, "broadcast")  # reaches to 90 %
    assert page.run("() => document.querySelector('[data-act=tail]').disabled")
    choose_workloads(page, "sparse")
    assert not page.run("() => document.querySelector('[data-act=tail]').disabled")


def test_the_floors_of_three_workloads_have_three_lines(page: Tab) -> None:
    page.run("() => document.getElementById('latency').scrollIntoView()")
    until(page, DRAWN)
    choose_workloads(page, "broadcast", "sparse", "stream")
    floors = page.run("""() => [...document.querySelectorAll("#curves .legend li")].filter(
      (each) => each.textContent.includes("Floor")).map((each) => ({
        dash: each.querySelector("line").getAttribute("stroke-dasharray"), text: each.textContent }))""")
    assert len({each["dash"] for each in floors}) == len(floors) == 3
    assert sorted(each["text"].partition("(bare TCP) (")[2].partition(")")[0] for each in floors) == [
        "broadcast", "sparse", "stream"]
    choose_workloads(page, "sparse")


def test_the_command_of_a_plan_follows_the_sliders(page: Tab) -> None:
    until(page, PLANNED)
    command = "() => document.getElementById('plan-command').textContent"
    was = page.run(command)
    assert was == "make plan USERS=20000 EVERY=5min STALENESS=5s RTT=40ms PAYLOAD=300"
    page.run("() => document.getElementById('plan-in-users').focus()")
    page.do("press", key="Home")
    page.do("click", selector="#plan-form [name=shared]")
    assert page.run(command) == was.replace("USERS=20000", "USERS=10") + " SHARED=1"
    figures = page.run("() => [...document.querySelectorAll('#plan-rows td')].map((each) => each.innerText)")
    assert not [each for each in figures if "0.0000" in each.replace("< 0.0001", "")]
    page.do("click", selector="#plan-form [name=shared]")
    page.run("() => document.getElementById('plan-in-users').focus()")
    for _ in range(10):
        page.do("press", key="ArrowRight")
    assert page.run(command) == was


def test_the_map_and_the_sliders_are_one(page: Tab) -> None:
    until(page, PLANNED)
    page.run("() => document.getElementById('plan').scrollIntoView()")
    before = page.run("() => document.getElementById('plan-staleness_s').textContent")
    page.do("click", selector="#plan-map", x=0.9, y=0.1)
    after = page.run("() => document.getElementById('plan-staleness_s').textContent")
    assert after != before and "staleness_s=" in page.run("() => location.hash")
    label = page.run("() => document.getElementById('plan-map').getAttribute('aria-label')")
    assert "Yours: every" in label and "places" in label
    assert page.run("() => document.querySelectorAll('#plan-map .here').length") == 1


def test_a_link_opens_a_claim_that_is_folded(open_at: Callable[..., Tab]) -> None:
    for link in ("#claim-R4", "#R4"):  # the latter as earlier reports had it
        page = open_at(link)
        assert page.run(SEEN, "#claim-R4 details table")
        assert page.run("() => document.activeElement.id") == "claim-R4"
        assert 0 <= page.run("() => document.getElementById('claim-R4').getBoundingClientRect().top") < 200


def test_a_fan_out_that_one_process_tells_too_late_is_planned_with_two(open_at: Callable[..., Tab]) -> None:
    """200,000 users who may hear it a second late: no poll is called the least that costs 37 times as much."""
    page = open_at("#plan:users=200000,every_s=10,staleness_s=1,rtt_s=0,payload_bytes=128,shared")
    until(page, PLANNED)
    assert "SSE and WebSocket" in page.run("() => document.getElementById('plan-verdict').textContent")
    row = page.run("() => document.querySelector('#plan-rows tr[data-transport=\"sse\"]').textContent")
    assert "from 2 processes" in row and "too late" not in row
    assert "from 2 processes" in page.run("() => document.getElementById('plan-under').textContent")


def test_a_link_keeps_a_plan(open_at: Callable[..., Tab]) -> None:
    page = open_at("#plan:users=500,every_s=0.05,staleness_s=0.1,rtt_s=0.04,payload_bytes=128,shared")
    until(page, PLANNED)
    told = page.run("""() => ["users", "every_s", "staleness_s", "rtt_s", "payload_bytes"].map(
      (name) => document.getElementById("plan-" + name).textContent)""")
    assert told == ["500", "every 50 ms", "100 ms", "40 ms", "128 B"]
    assert page.run("() => document.getElementById('plan-form').elements.shared.checked")


def test_the_contents_lead_to_each_section(page: Tab) -> None:
    page.do("click", selector=".tools details:nth-of-type(1) summary")
    assert page.run("() => document.querySelectorAll('.tools .sheet li').length") >= 12
    page.do("click", selector=".tools .sheet a[href='#plan']")
    until(page, "() => Math.abs(document.getElementById('plan').getBoundingClientRect().top) < 200")
    assert not page.run("() => document.querySelector('.tools details[open]')")


def test_what_scrolls_says_so_and_can_be_reached(open_at: Callable[..., Tab]) -> None:
    page = open_at(width=390, height=844)
    page.run("() => document.querySelector('#evidence').scrollIntoView()")
    until(page, "() => document.querySelector('#evidence .scroll.wide') !== null")
    told = page.run("""() => [...document.querySelectorAll(".wide")].map((each) => ({ tab: each.tabIndex,
      name: each.getAttribute("aria-label"), hint: each.previousElementSibling.checkVisibility() }))""")
    assert told and all(each["tab"] == 0 and "scrolls sideways" in each["name"] and each["hint"] for each in told)
    page.do("size", width=1600, height=844)
    until(page, "() => document.querySelector('#evidence .scroll.wide') === null")


def test_paper_has_no_folds_and_no_controls(open_at: Callable[..., Tab]) -> None:
    page = open_at()
    page.do("print")
    assert page.run("() => document.querySelectorAll('main details:not([open]):not([data-long])').length") == 0
    assert not page.run(SEEN, ".tools") and page.run(DRAWN)


def test_without_scripts_all_words_are_there_and_no_control_that_does_nothing(open_at: Callable[..., Tab]) -> None:
    page = open_at(scripts=False)
    assert not page.run(SEEN, "#base") and not page.run(SEEN, "#curves") and page.run(SEEN, ".tools summary")
    assert page.run("() => document.querySelector('#latency table').rows.length") > 10
    assert "From trials/" in page.run("() => document.querySelector('table.answer td.figure').title")


def test_it_works_in_firefox_too(firefox: Browser | None, report: Path) -> None:
    if firefox is None:
        pytest.skip("needs Debian's firefox-esr, and npm ci --prefix tests/browser")
    page = firefox.open(report.as_uri() + "#claim-R4")
    until(page, PLANNED)
    page.run("() => document.getElementById('latency').scrollIntoView()")
    until(page, DRAWN)
    page.run("() => document.querySelector('table.answer').scrollIntoView()")
    until(page, "(selector) => document.querySelector(selector) !== null", SORT_BY_CPU)
    page.run("""(sort) => {
      const base = document.getElementById("base");
      base.value = "websocket";
      base.dispatchEvent(new Event("change"));
      document.querySelector(sort).click();
      document.querySelector("table.answer td[tabindex='0']").focus();
    }""", SORT_BY_CPU)
    rows = page.run(CPU)
    assert [row["cpu"] for row in rows] == sorted(row["cpu"] for row in rows)
    assert {row["name"]: row["times"] for row in rows}["WebSocket"] == "" and page.run(CARD)
    assert page.run("() => document.querySelector('#claim-R4 details').open")
    page.do("close")
