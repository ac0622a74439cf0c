"""Claim files, and the rules that turn an interval into a verdict."""

import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.verdicts import FAILS, HOLDS, MISSING, SAME, UNCLEAR, judge_all, overall, verdict_of
from pushbench.errors import PushbenchError
from pushbench.setup.claims import Measure, load_claims
from pushbench.stats.estimates import Estimate
from pushbench.store.records import load_run
from synthetic import make_run


def measure(**more):
    return Measure(**{"title": "t", "scenario": "broadcast", "metric": "server_cpu_us_per_delivery",
                      "compare": "ratio",
                      "subject": "sse", "against": ("websocket",), "expect": "less",
                      "smallest_difference": 0.1} | more)


def estimate(low, high, n=5):
    return Estimate(n, (low + high) / 2, low, high)


@pytest.mark.parametrize(("low", "high", "verdict"), [
    (0.5, 0.8, HOLDS), (0.95, 1.05, SAME), (1.2, 1.5, FAILS), (0.85, 0.95, UNCLEAR), (1.05, 1.15, UNCLEAR),
    (0.5, 1.5, UNCLEAR),
])
def test_less_by_ratio(low, high, verdict):
    assert verdict_of(measure(), estimate(low, high)) == verdict


@pytest.mark.parametrize(("low", "high", "verdict"), [
    (2.1, 3.0, HOLDS), (1.9, 2.1, UNCLEAR), (1.2, 1.9, FAILS), (0.95, 1.05, SAME), (0.3, 0.6, FAILS),
])
def test_more_by_a_threshold(low, high, verdict):
    assert verdict_of(measure(expect="more", threshold=2.0), estimate(low, high)) == verdict


@pytest.mark.parametrize(("low", "high", "verdict"), [(5, 20, HOLDS), (90, 110, UNCLEAR), (480, 990, FAILS)])
def test_value_against_a_threshold(low, high, verdict):
    assert verdict_of(measure(compare="value", against=(), threshold=100.0), estimate(low, high)) == verdict


@pytest.mark.parametrize(("low", "high", "verdict"),
                         [(-60, -59, HOLDS), (-0.5, 0.5, SAME), (2, 3, FAILS), (-2, 0, UNCLEAR)])
def test_less_by_difference(low, high, verdict):
    assert verdict_of(measure(compare="difference", smallest_difference=1.0), estimate(low, high)) == verdict


def test_no_verdict_without_an_interval():
    assert verdict_of(measure(), Estimate(2, 0.1)) == UNCLEAR


@pytest.mark.parametrize(("rule", "verdicts", "expected"), [
    ("blanket", [HOLDS, SAME], HOLDS), ("blanket", [SAME, SAME], SAME), ("blanket", [HOLDS, FAILS], FAILS),
    ("blanket", [HOLDS, UNCLEAR], UNCLEAR), ("blanket", [HOLDS, MISSING], HOLDS),
    ("blanket", [MISSING], MISSING),
    ("all", [HOLDS, HOLDS], HOLDS), ("all", [HOLDS, SAME], FAILS), ("all", [HOLDS, UNCLEAR], UNCLEAR),
    ("all", [], MISSING),
])
def test_overall(rule, verdicts, expected):
    assert overall(rule, verdicts) == expected


def test_the_claims_of_the_project_are_well_formed():
    claims = load_claims()
    assert [claim.id for claim in claims] == ["R1", "R2", "R3", "R4", "R9"]
    assert all(claim.conditions and claim.criterion for claim in claims)


def test_verdicts_follow_the_figures(tmp_path):
    figures = Figures(load_run(make_run(tmp_path / "run", blocks=3)))
    judged = {j.claim.id: j for j in judge_all(load_claims(), figures)}
    assert judged["R2"].verdict == HOLDS
    assert judged["R3"].verdict == FAILS  # keep-alive polling holds one connection as well
    assert judged["R4"].verdict == HOLDS
    assert judged["R9"].verdict == HOLDS
    beside = [f for f in judged["R9"].findings if not f.counts]
    assert {f.subject: f.verdict for f in beside}["short-poll"] == FAILS
    assert all(f.files for f in judged["R1"].findings)


def test_slower_sse_turns_the_verdict(tmp_path):
    figures = Figures(load_run(make_run(tmp_path / "run", blocks=3, slower=1.5, scenarios=("broadcast",))))
    assert {j.claim.id: j.verdict for j in judge_all(load_claims(), figures)}["R1"] == FAILS


def test_a_transport_that_was_not_run_is_named(tmp_path):
    figures = Figures(load_run(make_run(tmp_path / "run", blocks=3, variants=("sse", "long-poll"))))
    judgement = next(j for j in judge_all(load_claims(), figures) if j.claim.id == "R1")
    assert judgement.verdict == MISSING
    assert "WebSocket was not run in 'broadcast'" in judgement.findings[0].why


@pytest.mark.parametrize(("text", "said"), [
    ("id = 3 =", "R7.toml"), ('id = "R7"', "'claim' is missing"),
    ('id="R7"\nclaim="c"\ncriterion="c"\nrule="often"\nmeasure=[]', "rule 'often' is unknown"),
])
def test_a_broken_claim_file_is_one_clear_line(tmp_path, text, said):
    (tmp_path / "R7.toml").write_text(text)
    with pytest.raises(PushbenchError, match=said.replace("(", r"\(")):
        load_claims(tmp_path)
