"""What a run will not be able to judge is told before its first trial, and the examples of a gate are none of that."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pushbench.analysis import too_few
from pushbench.analysis.figures import Figures
from pushbench.cli.gate import GateOptions, left_s
from pushbench.cli.main import main
from pushbench.errors import UsageError
from pushbench.gate import threshold
from pushbench.gate.foreseen import Foreseen
from pushbench.gate.judge import NOT_JUDGED, judge
from pushbench.gate.threshold import parse
from pushbench.setup.plan import make_plan
from pushbench.setup.scenario import load_profile
from pushbench.store.records import load_run

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "bench" / "scenarios"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def reference():
    return Figures(load_run(ROOT / "results" / "reference"))


def examples():
    """Each threshold that a document, the help or a message has in quotes as something to copy."""
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS] + [threshold.FORM]
    found = [text for each in texts for text in re.findall(r"--fail-if '([^'<…]+)'|fail_if = \"([^\"]+)\"", each)]
    found += [(text, "") for text in re.findall(r"such as '([^']+)'", threshold.FORM)]
    return sorted({left or right for left, right in found})


def test_there_are_examples():
    assert len(examples()) >= 5 and "latency_p99 of sse in sparse > 50ms" in examples()


@pytest.mark.parametrize("text", examples())
def test_each_example_is_judged_by_the_reference_run(text, reference):
    verdicts = [row.verdict for row in judge(parse(text), reference)]
    assert set(verdicts) != {NOT_JUDGED}
    assert NOT_JUDGED not in verdicts or not parse(text).scenario  # one of all scenarios means some with a single block


def test_the_example_of_the_help_is_one_of_them(capsys):
    for command in ("bench", "gate"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        said = " ".join(capsys.readouterr().out.split())
        assert re.findall(r"such as '([^']+)'", said) == ["latency_p99 of sse in sparse > 50ms"]


@pytest.mark.parametrize(("events", "said"), [
    (175, "175 notifications are too few for p99, which takes 1,000; p90 is the highest"),
    (36, "36 notifications are too few for p99, which takes 1,000; the median is the highest"),
    (12, "12 notifications are too few for p99, which takes 1,000; even the median takes 20"),
    (1000, "")])
def test_why_there_is_no_percentile(events, said):
    assert too_few.why("latency_p99_ms", events) == said


def test_the_gate_says_afterwards_why(reference):
    (row,) = judge(parse("latency_p99 of sse in broadcast > 50ms"), reference)
    assert row.verdict == NOT_JUDGED
    assert re.fullmatch(r"SSE: \d+ notifications are too few for p99, which takes 1,000; p90 is the highest", row.why)
    (row,) = judge(parse("latency_p99 of sse/websocket in sparse > 1.1"), reference)
    assert row.why.startswith("a ratio has its percentiles in each block: 600 notifications are too few for p99")


# ---- before a run

def foreseen(profile, *only, **changed):
    loaded = load_profile(SCENARIOS, profile, only, changed)
    plan = make_plan(loaded.scenarios, 1)
    return Foreseen(plan, left_s(loaded, plan, changed))


@pytest.mark.parametrize(("profile", "only", "text", "said"), [
    ("smoke", ("broadcast",), "latency_p99 of sse in broadcast > 1us", "in broadcast 12 notifications are too few"),
    ("default", (), "latency_p99 of sse in broadcast > 1us", "in broadcast 105 notifications are too few for p99"),
    ("default", (), "latency_p99 of sse/websocket in sparse > 1.1", "a ratio has its percentiles in each block"),
    ("default", (), "latency_p50 of sse in idle > 1us", "no notification is delivered"),
    ("default", (), "latency_p50 of sse in payload at payload=32 > 1us", ""),
    ("default", (), "latency_p99 of sse > 1us", ""),
    ("default", (), "latency_p90 of sse in broadcast > 1us", ""),
    ("default", (), "server_cpu_per_delivery of sse/floor in broadcast > 1.5", ""),
    ("full", (), "latency_p99 of sse in broadcast > 1us", "")])
def test_by_the_plan(profile, only, text, said):
    why, is_certain = foreseen(profile, *only).why_not(parse(text))
    assert said in why and bool(why) == bool(said) == is_certain


def test_what_the_time_that_is_left_may_give_is_not_certain():
    why, is_certain = foreseen("default").why_not(parse("latency_p90 of sse in payload at payload=32 > 1ms"))
    assert "36 notifications are too few for p90" in why and not is_certain


def test_a_longer_window_is_enough():
    assert foreseen("default", "broadcast", duration="12s").why_not(parse("latency_p99 of sse in broadcast > 1us")) == (
        "", False)


def test_too_few_blocks_are_certain_without_time_for_more():
    smoke, text = foreseen("smoke"), parse("bytes_per_delivery of sse in broadcast > 260B")
    assert replace(smoke, left_s=0.0).why_not(text) == ("1 block of broadcast, an interval needs 3", True)
    assert replace(smoke, left_s=600.0).why_not(text) == ("1 block of broadcast, an interval needs 3", False)
    # What happened in one block did happen, and fails the gate.
    assert replace(smoke, left_s=0.0).why_not(parse("lost_share of sse in broadcast > 0")) == ("", False)


def test_a_duet_may_judge_what_its_workload_has_too_few_blocks_for():
    both = foreseen("default", "broadcast", "duet-broadcast")
    short = replace(both, left_s=0.0, plan=[trial for trial in both.plan if trial.against or trial.block == 1])
    assert short.why_not(parse("server_cpu_per_delivery of sse/websocket in broadcast > 1.2")) == ("", False)
    assert short.why_not(parse("bytes_per_delivery of sse/websocket in broadcast > 1.2"))[1]


def gated(text):
    return GateOptions(named=(parse(text),))


@pytest.mark.parametrize("text", ["latency_p99 of sse in tiny > 1us", "delivered of sse in tiny < 1"])
def test_no_trial_runs_for_what_cannot_be_judged(fake_bench, text):
    with pytest.raises(UsageError, match="too few for p99|2 blocks of tiny, an interval needs 3"):
        fake_bench.run(gate=gated(text))
    assert list(fake_bench.results.glob("*/trials/*")) == []


def test_one_in_a_file_is_told_and_the_run_goes_on(fake_bench):
    found = parse("latency_p99 of sse in tiny > 1us")
    assert fake_bench.run(gate=GateOptions(from_file=(found,))) == 4
    assert "! not judged: latency_p99 of sse in tiny > 1us: in tiny 2 notifications are too few" in fake_bench.printed
    assert len(fake_bench.trials()) == 4
