"""What the page is put together from: its scripts, its contents, its lists, and the data that its scripts read."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from pushbench.report.findings import analyse
from pushbench.report.web import bundle, contents, listing, page
from pushbench.report.web.curves import Curves
from pushbench.report.web.run_data import RunData, bases
from pushbench.report.words import wording
from pushbench.report.words.coded import coded, uncoded
from synthetic import make_run

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tests" / "browser" / "node_modules" / "uplot"
VENDORED = json.loads((bundle.VENDOR / "vendor.json").read_text(encoding="utf-8"))


def test_a_module_of_the_page_uses_only_those_before_it():
    assert {path.stem for path in bundle.BROWSER.glob("*.js")} == set(bundle.MODULES)
    for place, name in enumerate(bundle.MODULES):
        text = (bundle.BROWSER / f"{name}.js").read_text(encoding="utf-8")
        used = set(re.findall(r'require\("\./(\w+)\.js"\)', text)) - {"uPlot"}
        assert used <= set(bundle.MODULES[:place]), name
        assert '"use strict";' in text.splitlines() and len(text.splitlines()) <= 250, name


def test_the_scripts_ask_no_network():
    own = "".join((bundle.BROWSER / f"{name}.js").read_text(encoding="utf-8") for name in bundle.MODULES)
    for script, words in ((own, ("http", "import ")), (bundle.script(), ("fetch(", "XMLHttp", "import(", "</script"))):
        assert [word for word in words if word in script] == []


def test_what_is_taken_from_npm_is_what_its_record_says():
    for name, checksum in VENDORED["sha256"].items():
        assert hashlib.sha256((bundle.VENDOR / name).read_bytes()).hexdigest() == checksum, name
    assert f"(v{VENDORED['version']})" in (bundle.VENDOR / "uPlot.iife.min.js").read_text(encoding="utf-8")[:80]


def test_what_is_taken_from_npm_is_what_npm_has():
    if not PACKAGE.is_dir():
        pytest.skip("needs npm ci --prefix tests/browser")
    assert json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"] == VENDORED["version"]
    for name, source in VENDORED["from"].items():
        assert (PACKAGE / source).read_bytes() == (bundle.VENDOR / name).read_bytes(), name


def test_each_section_gets_an_id_and_a_line_of_the_contents():
    page = contents.with_contents(
        f'{contents.PLACE}<section>\n<h2>Method in brief &amp; more</h2></section>'
        '<section id="claims"><h2>Claims</h2></section><section><h2 id="trust">Can it?</h2></section>'
        '<section><h2>A test <span class="verdict holds">holds</span></h2></section>', ["R1", "R2"])
    assert re.findall(r'<a href="#([\w-]+)"', page) == [
        "method-in-brief-amp", "claims", "claim-R1", "claim-R2", "trust", "a-test"]
    assert '<section id="method-in-brief-amp">' in page and '<section><h2 id="trust">' in page


def test_backticks_make_code_of_words_and_none_of_markup():
    assert str(coded("an `id: 7` & <b>`data`</b>")) == (
        "an <code>id: 7</code> &amp; &lt;b&gt;<code>data</code>&lt;/b&gt;")
    assert uncoded("by `Origin`, it's") == "by Origin, it's" and str(coded("a lone ` stays")) == "a lone ` stays"


@pytest.fixture(scope="module")
def analysis(tmp_path_factory):
    return analyse(make_run(tmp_path_factory.mktemp("results") / "run", blocks=3,
                            scenarios=("sparse", "broadcast", "stream")))


@pytest.fixture(scope="module")
def reference():
    return analyse(ROOT / "results" / "reference")


def test_a_figure_is_numbered_once_and_has_its_blocks_and_its_ratio_to_each_other_transport(analysis):
    data = RunData(analysis)
    cells = {row.variant: row.cells["server_cpu_us_per_delivery"] for row in analysis.answers[0].rows}
    assert [data.number(cells[name].figure) for name in ("sse", "websocket", "sse")] == [0, 1, 0]
    sse, websocket = data.to_json()["figures"]
    assert list(sse["blocks"]) == [1, 2, 3] and sse["low"] <= sse["middle"] <= sse["high"]
    assert sse["against"]["sse"] == ["", "", "base"] and set(sse["against"]) == set(cells)
    ratio, interval, tells = websocket["against"]["sse"][:3]
    assert ratio.endswith(" ×") and tells in ("same", "more", "less", "open")


def test_the_ratio_to_a_chosen_base_is_in_the_words_of_the_ratio_to_the_best(analysis):
    data, expected = RunData(analysis), {}
    for answer in analysis.answers:
        for column in answer.case.columns:
            cells = {row.variant: row.cells[column.metric] for row in answer.rows if row.cells[column.metric].figure}
            best = next((variant for variant, cell in cells.items() if cell.standing == "base"), None)
            expected |= {data.number(cell.figure): (best, [wording.ratio(cell.ratio), wording.interval(cell.ratio)])
                         for cell in cells.values() if best and cell.ratio and cell.standing != "base"}
    figures = data.to_json()["figures"]
    assert len(expected) > 20
    for number, (best, words) in expected.items():
        assert figures[number]["against"][best][:2] == words


def test_a_base_is_offered_once_and_stands_for_all_tables_that_have_it(reference):
    """Broadcast has the interval of a poll in its settings, idle in the name of the variant: both are the same poll."""
    offered = bases(reference)
    names = [name for _, name in offered]
    assert len(set(names)) == len(names) == len(dict(offered)) and "Short poll, 1 s" in names
    data, seen = RunData(reference), {}
    for answer in reference.answers:
        rows = {row.name: row for row in answer.rows}
        polled, metric = rows["Short poll, 1 s"], next(each.metric for each in answer.case.columns if each.ratio)
        seen[polled.variant] = [data.number(row.cells[metric].figure) for row in (polled, rows["SSE"])]
    assert seen.keys() == {"short-poll", "short-poll@1s"}
    key, figures = dict((name, key) for key, name in offered)["Short poll, 1 s"], data.to_json()["figures"]
    for polled, sse in seen.values():
        assert figures[polled]["against"][key][2] == "base" and figures[sse]["against"][key][0].endswith(" ×")


def test_the_rule_of_the_shading_tells_all_of_it(reference):
    """A median of 0.21 ms beside 0.26 ms is 0.81 times it, and shaded: by the difference, which the rule must tell."""
    said = wording.no_difference(reference.answers).replace("\u00a0", " ")
    assert said.startswith("the whole interval of their ratio within 10 %, or of their difference within 0.05 ms (lat")
    assert "0.5 KiB (memory / conn)" in said and wording.no_difference([]).endswith("10\u00a0%")


def test_what_is_embedded_cannot_end_its_element(analysis):
    text = RunData(analysis).embedded()
    assert "<" not in text and json.loads(text)["transports"][0] == {"name": "sse", "title": "SSE", "colour": "#009E73"}


def test_curves_lie_on_one_grid_and_the_table_says_the_same(analysis):
    curves = Curves(analysis.figures)
    found, table = curves.to_json(), dict(curves.table())
    first = found["curves"][0]
    assert (first["scenario"], first["transport"], found["left_out"]) == ("broadcast", "sse", 0)
    assert all(a <= b for a, b in zip(first["ms"], first["ms"][1:]))
    ninety = table["broadcast"][0].ms[1]
    assert first["ms"][found["steps"]] == pytest.approx(ninety, rel=0.01)


def test_a_run_of_very_many_trials_lists_those_that_there_is_something_to_say_of(analysis, monkeypatch):
    assert listing.trials(analysis.run) == listing.TrialList(analysis.run.trials, "")
    monkeypatch.setattr(listing, "MOST_TRIALS", 10)
    found = listing.trials(analysis.run)
    assert found.trials == [trial for trial in analysis.run.trials if not trial.ok or trial.marks]
    assert "are too many for a page" in found.said and "make csv" in found.said
    assert not any("blocks" in figure for figure in RunData(analysis).to_json()["figures"])


def test_figures_are_listed_in_groups_with_their_trials_told_once(analysis):
    groups, left_out = listing.figures(analysis.figures, listing.MOST_FIGURES)
    assert not left_out and sum(len(group.figures) for group in groups) == len(analysis.figures.all())
    assert all(group.own_files(figure) == () for group in groups for figure in group.figures
               if figure.files == group.files)
    groups, left_out = listing.figures(analysis.figures, 5)
    assert sum(len(group.figures) for group in groups) == 5 and "more are in summary.json" in left_out


def test_a_page_that_would_be_too_large_leaves_figures_out_of_its_last_list_and_says_so(analysis, monkeypatch):
    whole = page.render(analysis, charts=())
    least = len(whole.encode()) - 200
    monkeypatch.setattr(page, "MOST_BYTES", least)
    smaller = page.render(analysis, charts=())
    assert len(smaller.encode()) <= least and "more are in summary.json" in smaller
    assert "more are in summary.json" not in whole
    monkeypatch.setattr(page, "MOST_BYTES", 1000)  # of which no page can be: all other parts stand
    assert 'id="every-trial"' in page.render(analysis, charts=())
