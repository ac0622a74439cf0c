"""Claim files, and the rules that turn intervals into a verdict and a sentence."""

import json
import re
from types import SimpleNamespace

import pytest
from pushbench.analysis import measures, told, verdicts
from pushbench.analysis.figures import Figures
from pushbench.analysis.measures import DEPENDS, FAILS, HOLDS, MISSING, SAME, UNCLEAR, verdict_of
from pushbench.analysis.verdicts import border_verdict, judge, judge_all, overall
from pushbench.errors import UsageError
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.setup.claims import Measure, hashes, load_aa, load_claims
from pushbench.stats.estimates import Estimate
from pushbench.store.records import load_run
from synthetic import Generator, make_run

WORKLOADS = ("sparse", "broadcast", "stream")


def measure(**more):
    return Measure(**{"title": "t", "workloads": ("broadcast",), "metric": "server_cpu_us_per_delivery",
                      "compare": "ratio", "subject": "sse", "against": ("websocket",), "expect": "less",
                      "smallest_difference": 0.1} | more)


def estimate(low, high, n=5):
    return Estimate(n, (low + high) / 2, low, high)


@pytest.mark.parametrize(("low", "high", "verdict"), [
    (0.5, 0.8, HOLDS), (0.95, 1.05, SAME), (0.91, 1.10, SAME), (1.2, 1.5, FAILS), (0.85, 0.95, UNCLEAR),
    (1.05, 1.15, UNCLEAR), (0.5, 1.5, UNCLEAR), (0.16, 80, UNCLEAR)])
def test_less_by_ratio(low, high, verdict):
    assert verdict_of(measure(), estimate(low, high)) == verdict


@pytest.mark.parametrize(("low", "high", "verdict"), [
    (2.1, 3.0, HOLDS), (1.9, 2.1, UNCLEAR), (1.2, 1.9, FAILS), (0.95, 1.05, SAME), (0.3, 0.6, FAILS)])
def test_more_by_a_threshold(low, high, verdict):
    assert verdict_of(measure(expect="more", threshold=2.0), estimate(low, high)) == verdict


@pytest.mark.parametrize(("low", "high", "verdict"), [(5, 20, HOLDS), (90, 110, UNCLEAR), (480, 990, FAILS)])
def test_value_against_a_threshold(low, high, verdict):
    assert verdict_of(measure(compare="value", against=(), threshold=100.0), estimate(low, high)) == verdict


@pytest.mark.parametrize(("low", "high", "verdict"),
                         [(-60, -59, HOLDS), (-0.5, 0.5, SAME), (2, 3, FAILS), (-2, 0, UNCLEAR)])
def test_less_by_difference(low, high, verdict):
    assert verdict_of(measure(compare="difference", smallest_difference=1.0), estimate(low, high)) == verdict


@pytest.mark.parametrize(("low", "high", "verdict"),
                         [(0.97, 1.03, SAME), (0.7, 0.8, FAILS), (1.3, 1.4, FAILS), (0.88, 1.0, UNCLEAR)])
def test_the_same_has_no_winner_to_either_side(low, high, verdict):
    assert verdict_of(measure(expect="same"), estimate(low, high)) == verdict


def test_no_verdict_without_an_interval():
    assert verdict_of(measure(), Estimate(2, 0.1)) == UNCLEAR


@pytest.mark.parametrize(("verdicts_", "expected"), [
    ([HOLDS] * 3, HOLDS), ([FAILS] * 3, FAILS), ([SAME] * 3, SAME), ([HOLDS, SAME, SAME], DEPENDS),
    ([HOLDS, FAILS, UNCLEAR], DEPENDS), ([HOLDS, HOLDS, UNCLEAR], UNCLEAR), ([HOLDS, HOLDS, MISSING], MISSING),
    ([UNCLEAR, MISSING], MISSING), ([MISSING] * 3, MISSING), ([], MISSING), ([HOLDS, DEPENDS], DEPENDS),
    ([DEPENDS, MISSING], DEPENDS)])
def test_one_verdict_from_all_workloads(verdicts_, expected):
    assert overall(measure(), verdicts_) == expected


@pytest.mark.parametrize(("verdicts_", "expected"), [
    ([SAME, SAME], SAME), ([SAME, FAILS], FAILS), ([UNCLEAR, FAILS], FAILS), ([SAME, UNCLEAR], UNCLEAR)])
def test_one_difference_is_one_too_many_for_the_a_a_test(verdicts_, expected):
    assert overall(measure(expect="same"), verdicts_) == expected


def test_a_reason_that_makes_no_difference_does_not_hold():
    assert overall(measure(no_difference=FAILS), [SAME, SAME]) == FAILS


@pytest.mark.parametrize(("border", "verdict"), [
    (estimate(0.9, 0.96), DEPENDS), (estimate(0.5, 1.1), UNCLEAR), (Estimate(2, 0.9), UNCLEAR)])
def test_a_border_is_a_verdict_once_it_is_known_where(border, verdict):
    assert border_verdict(border, widest=2.0) == verdict


@pytest.fixture
def duets(monkeypatch):
    """Duets by value: {(workload, against): (low, high)} of SSE over the other."""
    known = {}

    def find(figures, workload, a, b):
        found = known.get((workload, b)) if a == "sse" else known.get((workload, a))
        if found is None:
            return None
        low, high = found if a == "sse" else (1 / found[1], 1 / found[0])
        ratio = Estimate(5, (low * high) ** 0.5, low, high)
        return SimpleNamespace(ratio=ratio, files=(f"duet-{workload}__{a}-vs-{b}.json",),
                               by_block={1: low, 2: high, 3: ratio.middle})

    monkeypatch.setattr(measures, "duet", find)
    return known


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    return Figures(load_run(make_run(tmp_path_factory.mktemp("claims") / "run", blocks=3)))


def judged(figures, name):
    return judge(next(claim for claim in [*load_claims(), load_aa()] if claim.id == name), figures)


@pytest.mark.parametrize(("intervals", "verdict", "said"), [
    ([(0.98, 1.01)] * 3, SAME, "no difference of 10\u00a0% or more in each"),
    ([(0.70, 0.80)] * 3, HOLDS, "less, by over 10\u00a0% in each"),
    ([(1.20, 1.30)] * 3, FAILS, "more, by over 10\u00a0% in each"),
    ([(0.70, 0.80), (0.98, 1.01), (1.0, 1.02)], DEPENDS, "in sparse (less, by over 10\u00a0%)"),
    ([(0.80, 1.20), (0.98, 1.01), (1.0, 1.02)], UNCLEAR, "in sparse (open: "),
    ([None, (0.98, 1.01), (1.0, 1.02)], MISSING, "the scenario duet-sparse was not run"),
    ([None] * 3, MISSING, "not measured (the scenarios duet-sparse, duet-broadcast and duet-stream were not run)"),
])
def test_r1_by_value(duets, figures, intervals, verdict, said):
    duets.update({(name, "websocket"): found for name, found in zip(WORKLOADS, intervals) if found})
    judgement = judged(figures, "R1")
    assert judgement.verdict == verdict and said in judgement.finding
    assert judgement.finding.startswith("Server CPU per delivery, SSE / WebSocket: ")


def test_a_sentence_has_figure_interval_conditions_and_command(duets, figures):
    duets.update({(name, "websocket"): (0.99, 1.01) for name in WORKLOADS})
    sentence = judged(figures, "R1").sentence
    assert "[0.990–1.010]" in sentence and "one server core" in sentence
    assert "make bench ARGS='--only duet-sparse --only duet-broadcast --only duet-stream'" in sentence
    assert sentence.count("(") == sentence.count(")") and sentence.endswith(").")


def test_memory_is_told_and_never_decides(duets, figures):
    duets.update({(name, "websocket"): (0.99, 1.01) for name in WORKLOADS})
    judgement = judged(figures, "R1")
    assert {finding.measure.metric for finding in judgement.primary} == {"server_cpu_us_per_delivery"}
    assert any("memory" in finding.measure.title for finding in judgement.secondary)
    assert not any(finding.measure.metric == "user_kib_per_connection" for finding in judgement.secondary)


def test_polling_depends_and_says_where_it_turns(duets, figures, monkeypatch):
    """Where each poll finds several it is the cheaper one: R2 and R4 say the same of it, from either side."""
    def border(*by_rate):
        borders = [SimpleNamespace(polls_per_s=rate, k=k) for rate, k in by_rate]
        return lambda figures: SimpleNamespace(ratio=borders[0].k, borders=borders, files=("t.json",))

    monkeypatch.setattr(verdicts, "crossover", border((500, estimate(0.90, 0.96)), (5000, estimate(0.70, 0.80))))
    duets.update({(name, "long-poll"): (0.5, 0.6) for name in WORKLOADS})
    for name in ("R2", "R4"):
        judgement = judged(figures, name)
        assert judgement.verdict == DEPENDS
        assert ("Short poll and SSE cost the same server CPU, heartbeats aside, where each poll finds this many "
                "notifications: 0.93 [0.900–0.960] at 500 polls a second and 0.75 [0.700–0.800] at 5,000 polls a "
                "second. With fewer Short poll costs more, with more it costs less.") in judgement.finding
    monkeypatch.setattr(verdicts, "crossover", border((500, estimate(0.4, 1.4))))
    assert judged(figures, "R2").verdict == UNCLEAR and "is open: about 0.9" in judged(figures, "R2").finding
    monkeypatch.setattr(verdicts, "crossover", lambda figures: None)
    assert judged(figures, "R2").verdict == MISSING


def test_the_a_a_test_by_value(duets, figures):
    duets.update({(name, "sse-twin"): (0.98, 1.03) for name in WORKLOADS})
    assert judged(figures, "A0").verdict == SAME
    duets["stream", "sse-twin"] = (1.2, 1.3)
    assert judged(figures, "A0").verdict == FAILS
    duets["stream", "sse-twin"] = (0.8, 1.3)
    assert judged(figures, "A0").verdict == UNCLEAR


def test_one_connection_is_no_reason_where_polls_hold_one_too(figures):
    judgement = judged(figures, "R3")
    assert judgement.verdict == FAILS and "no difference of 10" in judgement.finding


def test_what_cannot_fail_says_so(figures):
    judgement = judged(figures, "R9")
    assert judgement.verdict == HOLDS and "Under these conditions it could not fail: without a net" in judgement.finding
    beside = {each.subject: each for each in judgement.primary if not each.judged}
    assert beside["short-poll"].verdict == FAILS  # and does not decide
    assert "Short poll" not in judgement.finding


def test_every_verdict_names_its_trials(duets, figures):
    duets.update({(name, other): (0.9, 1.0) for name in WORKLOADS for other in ("websocket", "long-poll")})
    for judgement in judge_all(load_claims(), figures):
        assert all(finding.files for finding in judgement.primary if finding.estimate), judgement.claim.id
        counted = r"1 (comparison|observation)\b|(?!1 )\d+ (comparisons|observations)\b"
        assert re.match(counted, judgement.reason), judgement.reason


def test_a_transport_without_a_valid_trial_is_named_with_the_reason(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, variants=("sse",), scenarios=("sparse", "broadcast"))
    for path in (folder / "trials").glob("broadcast__sse__*"):
        spoilt = {"status": "invalid", "invalid_because": ["swap: 1"]}
        path.write_text(json.dumps(json.loads(path.read_text()) | spoilt))
    judgement = judged(Figures(load_run(folder)), "R9")
    assert judgement.verdict == MISSING
    assert "SSE: all of 3 trials invalid or failed (swap: 1) in broadcast; the scenario stream was not run" in (
        judgement.finding)


def test_what_is_open_says_how_many_blocks_would_tell():
    found = measures._judged(measure(), "broadcast", "sse", "websocket", estimate(0.85, 0.95),
                             {1: 0.85, 2: 0.9, 3: 0.95, 4: 0.88, 5: 0.92}, ())
    assert found.verdict == UNCLEAR and re.search(r"about \d+ more blocks would likely tell", found.why)
    assert found.more_blocks > 0


@pytest.mark.parametrize(("made", "interval", "said"), [
    (measure(), (0.7, 0.8), "less, by over 10\u00a0%"),
    (measure(expect="more", threshold=2.0), (2.5, 3), "more than 2 times as much"),
    (measure(expect="more", threshold=2.0), (1.3, 1.5), "more, but not 2 times as much"),
    (measure(expect="more", threshold=2.0), (0.2, 0.3), "less, by over 10\u00a0%"),
    (measure(expect="more", threshold=2.0), (1.05, 1.5), "not 2 times as much"),
    (measure(compare="difference", smallest_difference=1.0, metric="requests_per_client_minute"), (-60, -58),
     "less, by over 1"),
    (measure(compare="value", threshold=100.0, metric="latency_p99_ms"), (400, 500), "above 100 ms"),
])
def test_an_interval_in_words(made, interval, said):
    value = estimate(*interval)
    found = measures._judged(made, "broadcast", "sse", "websocket", value, {1: 1.0}, ())
    assert told.meaning(found) == said


def test_the_claims_of_the_project_are_well_formed():
    claims = load_claims()
    assert all(claim.file == f"{claim.id}.toml" and re.fullmatch(r"[RN]\d+", claim.id) for claim in claims)
    ids = [claim.id for claim in claims]
    assert {"R1", "R2", "R3", "R4", "R9", "R10", "N2", "N3", "N7", "N12", "N14"} <= set(ids)
    assert [each[0] for each in ids] == sorted((each[0] for each in ids), reverse=True)  # those of the article first
    assert all(claim.deciding or claim.observed for claim in claims) and load_aa().primary.expect == "same"


PRIMARY = {"title": "t", "workloads": ["sparse"], "metric": "latency_p99_ms", "compare": "ratio", "subject": "sse",
           "against": ["websocket"], "expect": "less", "smallest_difference": 0.1}


HEAD = 'id="R7"\nclaim="c"\ncriterion="c"\nconditions=["x"]'
OBSERVED = "[[observed]]\ntitle='t'\ntable='x'\nrow='r'\ncolumn='c'\nsays=['yes']\n"


def toml(primary=None, head=HEAD):
    table = PRIMARY | (primary or {})
    given = [f"{key} = {json.dumps(value)}" for key, value in table.items() if value is not None]
    return "\n".join([head, "[primary]", *given])


@pytest.mark.parametrize(("text", "said"), [
    ("id = 3 =", "R7.toml: is not valid TOML"),
    ('id = "R7"', 'R7.toml: the key "claim" is missing'),
    (toml(head='id="R7"\nclaim="c"\ncriterion="c"\nconditions="x"'), 'conditions = "x": must be a list'),
    (toml(head='id="R7"\nclaim="c"\ncriterion="c"\nconditions=["x"]\nrule="all"'), 'unknown key "rule"; known are id,'),
    (toml({"metric": "speed"}), '[primary]: metric = "speed": is an unknown metric; known are latency_p50_ms'),
    (toml({"workloads": ["spars"]}), '[primary]: unknown scenario "spars"; known are broadcast,'),
    (toml({"workloads": "sparse"}), '[primary]: workloads = "sparse": must be a list'),
    (toml({"subject": "shortpoll"}), '[primary]: subject = "shortpoll": names an unknown transport; known are sse,'),
    (toml({"subject": "short-poll@often"}), "names an unknown transport"),
    (toml({"against": "sse"}), '[primary]: against = "sse": must be a list'),
    (toml({"against": ["sse"]}), "against: names the subject itself"),
    (toml({"against": None}), 'compare = "ratio" needs against'),
    (toml({"smallest_difference": None}), "needs a smallest_difference"),
    (toml({"smallest_difference": "10 %"}), 'smallest_difference = "10 %": must be a number'),
    (toml({"compare": "value"}), 'compare = "value" needs a threshold'),
    (toml({"design": "duet"}), 'metric = "latency_p99_ms": design = "duet" measures server_cpu_us_per_delivery only'),
    (toml({"expects": "less"}), '[primary]: unknown key "expects"'),
    (toml() + "\n[primary.border]\nbetween=['sse']\nscenarios=['idle']\nwidest=2", "between must name two transports"),
    (toml() + "\n[primary.border]\nbetween=['sse','short-poll']\nscenarios=['idling']\nwidest=2",
     'unknown scenario "idling"'),
    (toml({"against": ["websocket-beast"]}), "sparse.toml does not run websocket-beast; it runs short-poll,"),
    (toml({"subject": "short-poll@7s", "workloads": ["idle"]}),
     "idle.toml does not run short-poll@7s: it polls at 1s, 5s"),
    (toml({"workloads": ["idle"], "case": "connections=251"}),
     'case = "connections=251": idle.toml has no such case; known are fit, connections='),
    (toml({"design": "duet", "metric": "server_cpu_us_per_delivery", "subject": "long-poll"}),
     "duet-sparse.toml does not play long-poll against websocket; it plays sse-vs-websocket, sse-vs-long-poll"),
    (toml() + "\n[primary.border]\nbetween=['long-poll','sse']\nscenarios=['events']\nwidest=2",
     "[primary] border: events.toml does not run long-poll"),
    (toml() + "\n[secondary]\ntitle = 't'", "secondary: must be tables, each headed [[also]], [[secondary]] or"),
    (toml({"design": "counted", "metric": "code_lines"}),
     'workloads: "sparse": code is counted on the sides servers, loadgen'),
    (toml({"design": "counted"}), 'metric = "latency_p99_ms": design = "counted" compares code_lines, code_branches'),
    (toml({"metric": "code_lines"}), 'metric = "code_lines": design = "counted" compares'),
    (toml({"design": "counted", "metric": "code_lines", "workloads": ["servers"], "subject": "floor"}),
     "floor has no folder of its own whose code is counted"),
    (toml() + "\n[[also]]\ntitle = 't'", '[[also]] 1: the key "workloads" is missing'),
    (toml() + "\n[[secondary]]\ntitle = 't'", '[[secondary]] 1: the key "workloads" is missing'),
    (HEAD, "nothing decides: it needs [primary], or an [[observed]] that decides"),
    (HEAD + "\n" + OBSERVED + "decides = false", "nothing decides"),
    (HEAD + "\n" + OBSERVED + "decides = 1", "[[observed]] 1: decides = 1: must be true or false"),
    (HEAD + "\n" + OBSERVED.replace("says", "said"), '[[observed]] 1: unknown key "said"; known are title, table,'),
    (HEAD + "\n" + OBSERVED + toml(head="[[also]]").replace("[primary]", ""), "decides beside a [primary]"),
])
def test_a_mistake_in_a_claim_is_one_clear_line(tmp_path, text, said):
    (tmp_path / "R7.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load_claims(tmp_path)
    assert said in str(caught.value) and "R7.toml" in str(caught.value) and "\n" not in str(caught.value)


def test_an_id_twice_names_both_files(tmp_path):
    for name in ("R7.toml", "R8.toml"):
        (tmp_path / name).write_text(toml())
    with pytest.raises(UsageError, match=r'R8.toml: id = "R7": R7.toml has the same id'):
        load_claims(tmp_path)


def test_a_claim_of_after_the_run_is_marked(tmp_path):
    folder = make_run(tmp_path / "run", blocks=1, variants=("sse",), scenarios=("broadcast",))
    context = json.loads((folder / "context.json").read_text())
    assert context["claims"] == hashes() and not any(j.note for j in analyse(folder).judgements)
    context["claims"] |= {"R3.toml": "0" * 64}
    del context["claims"]["R9.toml"]
    (folder / "context.json").write_text(json.dumps(context))
    analysis = analyse(folder)
    notes = {judgement.claim.id: judgement.note for judgement in analysis.judgements}
    assert (notes["R3"], notes["R2"], notes["R9"]) == (verdicts.CHANGED, "", verdicts.AFTERWARDS)
    assert verdicts.CHANGED in report.render(analysis, charts=[])


def test_an_older_run_that_recorded_no_claims_says_so_once(tmp_path):
    folder = make_run(tmp_path / "run", blocks=1, variants=("sse",), scenarios=("broadcast",))
    context = json.loads((folder / "context.json").read_text())
    del context["claims"]
    (folder / "context.json").write_text(json.dumps(context))
    assert sum("were written before this run" in caution for caution in analyse(folder).cautions) == 1


def test_a_percentile_that_stands_in_for_another_says_so(tmp_path):
    """120 notifications have a p90 and no p99: told under the head of p99, the figure would be a wrong one."""
    for block in (1, 2, 3):
        for workload, published in (("sparse", 20_000), ("broadcast", 120)):
            Generator(tmp_path).write(workload, "sse", block, {
                "connections": 1000, "published": published, "latency_us": {"p90": 2000.0, "p99": 4000.0}})
    (claim,) = [each for each in load_claims() if each.id == "R9"]
    said = judge(claim, Figures(load_run(tmp_path))).finding
    assert said.startswith("Latency, SSE: 4 ms (p99) in sparse and 2 ms (p90) in broadcast: below 100 ms in each")
