"""What browsers and proxies were seen to do: the record by value, and a claim that rests on it."""

import json
from pathlib import Path

import jsonschema
import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.measures import DEPENDS, FAILS, HOLDS, MISSING
from pushbench.analysis.verdicts import judge
from pushbench.report import readme
from pushbench.report.web import page
from pushbench.setup.claims import load_claims
from pushbench.store.observed import FILE, Observed, SeenCell, SeenTable, copy_into, difference, read, write
from pushbench.store.records import load_run
from synthetic import make_run

ROOT = Path(__file__).resolve().parents[2]
CLAIM = """
id = "R7"
claim = "It says yes and yes."
criterion = "Both are seen."
conditions = ["one browser"]
"""
OBSERVED = """
[[observed]]
title = "the {row}"
table = "matrix"
row = "{row}"
column = "fetch"
says = ["yes", "also yes"]
"""


def table(first, second, version="1.0", timed=False):
    cells = (SeenCell("first", "fetch", first, "in 3 of 3", {"p50_ms": 1.5}), SeenCell("second", "fetch", second))
    return SeenTable("matrix", "What it says", "On one page.", {"Browser": version}, "tests/a.py", cells, timed)


def test_the_record_is_read_as_it_was_written(tmp_path):
    found = Observed((table("yes", "no"),), {"other": "this machine has no nginx"})
    write(found, tmp_path / FILE)
    assert read(tmp_path / FILE) == found
    schema = json.loads((ROOT / "results" / "schema" / "observed.schema.json").read_text())
    jsonschema.validate(json.loads((tmp_path / FILE).read_text()), schema)
    (tmp_path / "run").mkdir()
    copy_into(tmp_path / "run", tmp_path)
    assert read(tmp_path / "run" / FILE) == found
    for text in ("", "[]", '{"tables": [{"id": "x"}]}', '{"tables": {}, "not_observed": 3}'):
        (tmp_path / FILE).write_text(text)
        assert read(tmp_path / FILE) is None


def test_a_table_takes_the_place_of_the_one_before_and_outlives_a_machine_that_cannot_look():
    found = Observed().without("matrix", "no browser")
    assert found.not_observed == {"matrix": "no browser"}
    found = found.with_table(table("yes", "no")).with_table(table("yes", "yes"))
    assert [each.cell("second", "fetch").seen for each in found.tables] == ["yes"] and found.not_observed == {}
    assert found.without("matrix", "no browser") == found


def test_what_is_seen_otherwise_is_one_line():
    now = table("yes", "no")
    assert difference(now, now, now.cells[1]) == ""
    assert difference(table("yes", "yes"), now, now.cells[1]) == (
        "matrix: second, fetch: seen is 'no' (), recorded is 'yes' ()")
    assert difference(table("yes", "yes"), table("yes", "no", timed=True), now.cells[1]) == ""
    assert "is not recorded: run make observe" in difference(None, now, now.cells[0])


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("observed") / "run", blocks=3, scenarios=("sparse",))


def judged(ran, tmp_path, record, more=""):
    (ran / FILE).unlink(missing_ok=True)
    if record is not None:
        write(record, ran / FILE)
    (tmp_path / "R7.toml").write_text(CLAIM + OBSERVED.format(row="first") + OBSERVED.format(row="second") + more)
    (claim,) = load_claims(tmp_path)
    return judge(claim, Figures(load_run(ran)))


@pytest.mark.parametrize(("first", "second", "verdict"), [
    ("yes", "also yes", HOLDS), ("no", "never", FAILS), ("yes", "no", DEPENDS)])
def test_a_claim_is_judged_by_what_was_seen(ran, tmp_path, first, second, verdict):
    found = judged(ran, tmp_path, Observed((table(first, second),)))
    assert found.verdict == verdict and found.in_plan
    assert found.finding == f"The first: {first} (in 3 of 3); the second: {second}. Seen in Browser 1.0."
    assert found.claim.command == "make observe" and found.reason.startswith("2 observations")


def test_what_does_not_decide_is_told_beside_it(ran, tmp_path):
    more = OBSERVED.format(row="third") + "decides = false"
    found = judged(ran, tmp_path, Observed((table("yes", "yes"),)), more)
    assert found.verdict == HOLDS and [each.verdict for each in found.seen] == [HOLDS, HOLDS, MISSING]


@pytest.mark.parametrize(("record", "why"), [
    (Observed(), "it was not observed"), (Observed((), {"matrix": "this machine has no nginx"}), "no nginx"),
    (Observed((SeenTable("matrix", "t", "n", {"B": "1"}, "s", (SeenCell("first", "fetch", "yes"),)),)),
     "this was not observed")])
def test_what_was_not_observed_says_why(ran, tmp_path, record, why):
    found = judged(ran, tmp_path, record)
    assert found.verdict == MISSING and found.in_plan and why in found.finding and not found.is_partial


def test_a_verdict_of_a_part_says_that_it_is_one(ran, tmp_path):
    found = judged(ran, tmp_path, Observed((table("yes", "no"),)), OBSERVED.format(row="third"))
    assert found.verdict == DEPENDS and found.is_partial
    assert not judged(ran, tmp_path, Observed((table("yes", "no"),))).is_partial


def test_a_run_without_the_record_was_never_to_judge_it(ran, tmp_path):
    assert judged(ran, tmp_path, None).is_aside


def test_the_page_shows_what_was_seen(ran, tmp_path):
    judged(ran, tmp_path, Observed((table("yes", "no"),), {"other": "no <nginx>"}))
    text = page.build(ran).read_text()
    assert 'id="seen-matrix"' in text and "in 3 of 3" in text and "no &lt;nginx&gt;" in text
    assert readme.answer(ran)


def test_the_committed_record_is_as_its_schema_says():
    schema = json.loads((ROOT / "results" / "schema" / "observed.schema.json").read_text())
    jsonschema.validate(json.loads((ROOT / "results" / FILE).read_text()), schema)
