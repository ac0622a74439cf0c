"""Where a verdict turns along what a scenario varies, from trials with round figures."""

import pytest
from pushbench.analysis import told
from pushbench.analysis.along import walks
from pushbench.analysis.figures import Figures, case_value
from pushbench.analysis.measures import DEPENDS, FAILS, HOLDS, SAME, UNCLEAR
from pushbench.analysis.verdicts import judge
from pushbench.analysis.others import others
from pushbench.errors import UsageError
from pushbench.report.charts import network
from pushbench.setup.claims import load_claims
from pushbench.setup.fields import case_text
from pushbench.store.records import load_run
from synthetic import Generator, write_context

# Median latencies in ms of a long poll and of SSE, by gap.
AT_40 = {"10ms": (40, 20), "40ms": (38, 20), "50ms": (20.2, 20), "100ms": (20.1, 20), "1s": (20.1, 20)}


def run_of(folder, workloads):
    maker = Generator(folder)
    write_context(folder, 4)
    for workload, gaps in workloads.items():
        for gap, medians in gaps.items():
            for variant, ms in zip(("long-poll", "sse"), medians):
                for block in range(1, 5):
                    result = maker.result(variant, 10, 100, topics=10)
                    spread = ms if isinstance(ms, (int, float)) else ms[block % 2]
                    result["latency_us"] = {"p50": 1000.0 * spread * maker.noise(0.001)}
                    maker.write(workload, variant, block, result, case=f"gap={gap}")
    return Figures(load_run(folder))


def n5():
    return next(claim for claim in load_claims() if claim.id == "N5")


def test_cases_stand_in_the_order_of_their_times(tmp_path):
    assert [case_value(case) for case in ("gap=50ms", "gap=1s", "payload=32", "")] == [0.05, 1.0, 32.0, None]
    assert run_of(tmp_path, {"gaps": AT_40}).cases("gaps") == [f"gap={gap}" for gap in AT_40]


def test_a_verdict_turns_between_two_cases(tmp_path):
    (walk,) = walks(n5().primary, run_of(tmp_path, {"gaps": AT_40}))
    assert [(a[0], a[1].verdict, b[0], b[1].verdict) for a, b in walk.turns] == [("gap=40ms", FAILS, "gap=50ms", SAME)]
    assert told.walk(walk) == ("Along gap in gaps: more, by over 10\u00a0% up to 40\u00a0ms; "
                               "no difference of 10\u00a0% or more from 50\u00a0ms on.")


def test_what_is_not_decided_makes_the_border_that_vague(tmp_path):
    gaps = AT_40 | {"50ms": ((20, 30), 20)}
    (walk,) = walks(n5().primary, run_of(tmp_path, {"gaps": gaps}))
    assert [(a[0], b[0]) for a, b in walk.turns] == [("gap=40ms", "gap=100ms")] and walk.undecided == ("gap=50ms",)
    assert told.walk(walk).endswith("from 100\u00a0ms on; not decided at 50\u00a0ms.")


def test_what_never_turns_says_so(tmp_path):
    (walk,) = walks(n5().primary, run_of(tmp_path, {"gaps": {"50ms": (20, 20), "100ms": (20, 20)}}))
    assert walk.turns == []
    assert told.walk(walk) == "Along gap in gaps: no difference of 10\u00a0% or more from 50\u00a0ms to 100\u00a0ms."


@pytest.mark.parametrize(("at_150", "verdict"), [
    ((75, 75), HOLDS), ((140, 75), DEPENDS), (((70, 90), 75), UNCLEAR)])
def test_n5_by_value(tmp_path, at_150, verdict):
    judgement = judge(n5(), run_of(tmp_path, {"gaps": AT_40, "gaps-150": {"100ms": at_150}}))
    assert judgement.verdict == verdict
    assert " in gaps" in judgement.finding and "Along gap in gaps: more, by over" in judgement.finding
    assert "gap in gaps-150" not in judgement.finding  # one case is no walk


def test_n5_does_not_hold_where_both_differ(tmp_path):
    judgement = judge(n5(), run_of(tmp_path, {"gaps": {"100ms": (40, 20)}, "gaps-150": {"100ms": (140, 75)}}))
    assert judgement.verdict == FAILS


def test_each_time_that_is_varied_has_a_chart(tmp_path):
    figures = run_of(tmp_path, {"gaps": AT_40, "mine": {"1s": (20, 20)}})
    drawn = network.by_time(figures)
    assert [drawing.name if drawing else None for drawing in drawn] == ["time-gaps", None]  # one point is no line
    assert network.varied(figures) == {"gaps": "gap", "mine": "gap"}


def test_a_table_says_its_case_in_words(tmp_path):
    tables = others(run_of(tmp_path, {"gaps": {"50ms": (20, 20)}}))
    assert [table.case.title for table in tables] == ["gaps, gap of 50\u00a0ms"]
    assert case_text("round_trip=0s") == "round trip of 0\u00a0s" and case_text("payload=32") == "payload=32"


def test_a_claim_walks_only_along_the_case_that_decides(tmp_path):
    (tmp_path / "R7.toml").write_text(
        'id="R7"\nclaim="c"\ncriterion="c"\nconditions=["x"]\n[primary]\ntitle="t"\nworkloads=["gaps"]\n'
        'metric="latency_p50_ms"\ncompare="ratio"\nsubject="long-poll"\nagainst=["sse"]\nexpect="same"\n'
        'smallest_difference=0.1\nalong="gap"\n')
    with pytest.raises(UsageError, match='along = "gap" needs the case of it that decides'):
        load_claims(tmp_path)
