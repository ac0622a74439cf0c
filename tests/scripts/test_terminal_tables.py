"""Tables on a narrow terminal: no name and no figure is cut, and what must be read last stands last."""

import io
import re
from pathlib import Path

import pytest
from pushbench import tables
from pushbench.cli import commands
from pushbench.report import summary
from rich.console import Console
from rich.table import Table
from rich.text import Text
from synthetic import make_run

RESULTS = Path(__file__).resolve().parents[2] / "results"


def printed(table, width):
    console = Console(file=io.StringIO(), width=width)
    tables.show(table, console)
    return console.file.getvalue()


@pytest.fixture
def table():
    made = Table(box=None, padding=(0, 1))
    made.add_column("")
    for heading in ("server CPU per delivery\nµs", "latency p99\nms", "of ours"):
        made.add_column(heading, justify="right")
    made.add_row("WebSocket (shared source)", "7.3", Text("9.5", style="bold green"), "1.04 [0.981–1.109]")
    made.add_row("Long poll", "–", "", "–", style="dim")
    return made


def test_a_wide_terminal_has_one_line_a_row(table):
    lines = printed(table, 100).splitlines()
    assert re.search(r"WebSocket \(shared source\) +7\.3 +9\.5 +1\.04 \[0\.981–1\.109\]", lines[2]) and len(lines) == 4


def test_headings_are_wrapped_before_a_row_is(table):
    for column in table.columns:
        column.no_wrap = True
    lines = printed(table, 70).splitlines()
    assert any(re.search(r"WebSocket \(shared source\) +7\.3 +9\.5 +1\.04 \[0\.981–1\.109\]", line) for line in lines)
    assert "delivery" in printed(table, 70) and "…" not in printed(table, 70)


def test_what_rich_wraps_without_a_cut_is_left_to_it(table):
    text = printed(table, 60)
    assert "…" not in text
    assert all(word in text for word in ("WebSocket", "(shared", "source)", "delivery", "0.981–1.109"))


def test_a_narrow_one_has_the_row_below_its_name(table):
    assert [line.rstrip() for line in printed(table, 36).splitlines()] == [
        "WebSocket (shared source)", "  server CPU per delivery 7.3 µs;", "  latency p99 9.5 ms; of ours 1.04",
        "  [0.981–1.109]", "Long poll", "  –"]


def test_an_ellipsis_of_its_own_is_no_cut():
    made = Table(box=None)
    made.add_column("name…")
    made.add_row("all of it…")
    assert printed(made, 20).split() == ["name…", "all", "of", "it…"]


@pytest.mark.parametrize(("run", "width"), [("reference", 80), ("reference-shared", 80), ("reference-shared", 60)])
def test_no_report_cuts_a_word(run, width):
    console = Console(file=io.StringIO(), width=width)
    summary.print_table(RESULTS / run, console)
    text = console.file.getvalue().replace("ARGS='…'", "")
    assert "…" not in text and max(map(len, text.splitlines())) <= width
    if run == "reference-shared":
        assert "WebSocket (shared source)" in text and "latency median 3.8 ms" in " ".join(text.split())


def test_a_run_of_one_block_says_so_last(tmp_path):
    console = Console(file=io.StringIO(), width=100)
    run = make_run(tmp_path / "20260101T000000Z-smoke-aaaaaa", blocks=1, scenarios=("broadcast",))
    assert commands.report(tmp_path, None, console) == 0
    *_, path, last = console.file.getvalue().splitlines()
    assert path == f"report: {run / 'report.html'}"
    assert last.startswith("! 1 block: figures are single points without intervals")
    assert console.file.getvalue().count("single points without intervals") == 1


def test_the_end_of_a_run_says_it_last_too(fake_bench, monkeypatch):
    monkeypatch.setattr("pushbench.cli.bench.report_of", lambda folder, console: "1 block: single points")
    fake_bench.run()
    assert fake_bench.printed.splitlines()[-2:] == [
        next(line for line in fake_bench.printed.splitlines() if " trials ok, " in line), "! 1 block: single points"]
