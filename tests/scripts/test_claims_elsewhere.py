"""Claims whose two sides ran in other cases or scenarios, and claims that a run was never to measure."""

import json
from pathlib import Path

import pytest
from pushbench.analysis import told
from pushbench.analysis.figures import Figures
from pushbench.analysis.measures import FAILS, HOLDS, MISSING, findings
from pushbench.analysis.verdicts import judge
from pushbench.errors import UsageError
from pushbench.report import readme, summary
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.setup.claims import Measure, load_claims
from pushbench.store.records import load_run
from rich.console import Console
from synthetic import Generator, make_run, write_context

BYTES = {"title": "t", "workloads": ("bytes",), "case": "payload=21848", "metric": "bytes_per_delivery",
         "compare": "ratio", "subject": "sse", "against": ("websocket",), "against_case": "payload=16384",
         "expect": "more", "threshold": 1.25, "smallest_difference": 0.1}
PEAKS = {"title": "t", "workloads": ("herd",), "metric": "peak_connects_per_s", "compare": "ratio", "subject": "sse",
         "against": ("sse",), "against_workload": "herd-jitter", "expect": "more", "threshold": 2.0,
         "smallest_difference": 0.1}


@pytest.fixture
def figures(tmp_path):
    """Bytes of 4 : 3, and peaks of 9 : 3."""
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for variant, case, size in (("sse", "payload=21848", 400), ("sse", "payload=16384", 310),
                                    ("websocket", "payload=16384", 300)):
            maker.write("bytes", variant, block, {"wire": {"bytes_per_delivery": size}}, case=case)
        for scenario, peak in (("herd", 9000 + block), ("herd-jitter", 3000)):
            maker.write(scenario, "sse", block, {"behaviour": {"cut": {"peak_connects_per_s": peak}}},
                        case="connections=10000")
    return Figures(load_run(tmp_path))


def test_two_cases_of_one_scenario_are_compared(figures):
    (found,) = findings(Measure(**BYTES), figures)
    assert found.estimate.middle == pytest.approx(4 / 3) and found.verdict == HOLDS and len(found.files) == 6
    assert told.between(found, figures) == "SSE at payload=21848 / WebSocket at payload=16384"


def test_a_transport_is_compared_with_itself_in_another_scenario(figures):
    (found,) = findings(Measure(**PEAKS), figures)
    assert found.estimate.middle == pytest.approx(3, rel=0.01) and found.verdict == HOLDS
    assert told.between(found, figures) == "SSE / SSE in herd-jitter"


def test_a_case_that_a_claim_asks_for_is_told(figures):
    measure = Measure(**BYTES | {"case": "payload=16384", "against_case": None, "threshold": None})
    (found,) = findings(measure, figures)
    assert found.estimate.middle == pytest.approx(31 / 30)
    assert told.finding(load_claims()[0], found.verdict, [found], None, figures) == (
        "Bytes per delivery, SSE / WebSocket: 1.03 in bytes at payload=16384: no difference of 10\u00a0% or more.")


def test_the_side_that_is_missing_is_named(tmp_path):
    for block in (1, 2, 3):
        Generator(tmp_path).write("herd", "sse", block, {"behaviour": {"cut": {"peak_connects_per_s": 9000}}})
    (found,) = findings(Measure(**PEAKS), Figures(load_run(tmp_path)))
    assert found.verdict == MISSING
    said = told.finding(load_claims()[0], MISSING, [found], None, Figures(load_run(tmp_path)))
    assert "the scenario herd-jitter was not run" in said


PRIMARY = {"title": "t", "workloads": ["herd"], "metric": "peak_connects_per_s", "compare": "ratio", "subject": "sse",
           "against": ["sse"], "expect": "more", "smallest_difference": 0.1}


@pytest.mark.parametrize(("changes", "said"), [
    ({}, "against: names the subject itself"),
    ({"against_workload": "herds"}, 'unknown scenario "herds"'),
    ({"against_workload": "sparse", "against_case": "payload=3"}, 'case = "payload=3": sparse.toml has no such case'),
    ({"against_case": "connections=7"}, 'case = "connections=7": herd.toml has no such case; known are fit, connect'),
    ({"against_workload": "slow-readers", "against": ["long-poll"]}, "slow-readers.toml does not run long-poll"),
    ({"compare": "value", "threshold": 1, "against": None, "against_case": "fit"},
     'against_case: compare = "value" holds one transport against a threshold'),
    ({"workloads": ["sparse"], "design": "duet", "metric": "server_cpu_us_per_delivery", "against": ["websocket"],
      "against_workload": "stream"}, 'against_workload: design = "duet" runs both at once, in one workload'),
])
def test_a_mistake_about_the_other_side_is_one_line(tmp_path, changes, said):
    table = {key: value for key, value in (PRIMARY | changes).items() if value is not None}
    lines = ['id="R7"', 'claim="c"', 'criterion="c"', 'conditions=["x"]', "[primary]",
             *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    (tmp_path / "R7.toml").write_text("\n".join(lines))
    with pytest.raises(UsageError) as caught:
        load_claims(tmp_path)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_case_is_told_with_its_unit(tmp_path):
    """'heartbeat=500ms' is what the plan calls it, so a claim may ask for it by that name."""
    table = PRIMARY | {"workloads": ["vanished-heartbeats"], "metric": "held_s", "case": "heartbeat=500ms",
                       "against": ["websocket"]}
    lines = ['id="R7"', 'claim="c"', 'criterion="c"', 'conditions=["x"]', "[primary]",
             *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    (tmp_path / "R7.toml").write_text("\n".join(lines))
    assert load_claims(tmp_path)[0].primary.case == "heartbeat=500ms"


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    """A run of broadcast, which was to run sparse as well and has no valid trial of it."""
    folder = make_run(tmp_path_factory.mktemp("part") / "run", blocks=3, variants=("sse", "websocket"),
                      scenarios=("sparse", "broadcast"))
    for path in (folder / "trials").glob("sparse__*"):
        spoilt = {"status": "invalid", "invalid_because": ["swap: 1"]}
        path.write_text(json.dumps(json.loads(path.read_text()) | spoilt))
    write_context(folder, 3, scenarios={"sparse": {}, "broadcast": {}})
    return folder


def test_what_a_run_was_never_to_measure_is_one_list(part):
    analysis = analyse(part)
    aside = [each.claim.id for each in analysis.aside]
    assert {"N7", "N12"} <= set(aside) and {"R2", "R9"} <= {each.claim.id for each in analysis.on_trial}
    assert len(aside) + len(analysis.on_trial) == len(analysis.judgements)
    console = Console(record=True, width=100, file=open("/dev/null", "w"))
    summary.print_table(part, console)
    printed = " ".join(console.export_text().split())
    assert "Not measured in this run; measure with make bench ARGS='…': " in printed and "N7 --only herd;" in printed
    assert "EventSource reconnects by itself" not in printed and "swap: 1" in printed
    page, markdown = report.render(analysis, charts=[]), summary.markdown(analysis)
    for text in (page, markdown):
        assert text.count("EventSource reconnects by itself.") <= 2 and "--only herd" in text
        assert "the scenario herd was not run" not in text
    assert 'id="claim-N7"' in page and 'href="#claim-N7"' in page and "Not measured in this run" in page
    assert "N7" not in [card.id for card in analysis.first.cards]
    assert "N7" in [claim["id"] for claim in summary.to_json(analysis)["claims"]]


def test_what_was_to_be_measured_and_was_not_is_told_at_length(part):
    (judgement,) = [each for each in analyse(part).on_trial if each.claim.id == "R9"]
    assert judgement.verdict == MISSING and "swap: 1" in judgement.finding


def test_a_plan_without_any_trial_of_it_is_no_list(tmp_path):
    """A scenario that was planned and left no trial, as of a run that was stopped, is missing in it."""
    folder = make_run(tmp_path / "run", blocks=1, variants=("sse",), scenarios=("broadcast",))
    (claim,) = [each for each in load_claims() if each.id == "N7"]
    for scenarios, aside in (({"broadcast": {}}, True), ({"broadcast": {}, "herd": {}}, False)):
        write_context(folder, 1, scenarios=scenarios)
        assert judge(claim, Figures(load_run(folder))).is_aside == aside


def test_readme_lists_only_what_has_a_verdict(tmp_path):
    told_first = {"lead": "Use SSE: x.", "trust": "Yes.", "cases": [], "library": None, "claims": [
        {"id": verdict, "claim": f"Claim {verdict}.", "verdict": verdict, "finding": "f", "condition": "c", "note": ""}
        for verdict in (HOLDS, FAILS, MISSING)]}
    (tmp_path / "summary.json").write_text(json.dumps({"first": told_first}))
    answer = readme.answer(Path(tmp_path))
    assert "Claim holds." in answer and "Claim does not hold." in answer and "Claim not measured." not in answer
