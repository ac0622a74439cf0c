"""The parts of the runner that only compute: units, plan, cores, the search for capacity, wrk's output."""

import pytest

from pushbench.errors import TrialError
from pushbench.machine.cores import choose_cores, parse_cpu_list
from pushbench.run.kinds.rate_search import RateSearch, judge, slo_us
from pushbench.run.progress import Clock
from pushbench.run.rules import busier_host
from pushbench.run.wrk import parse_wrk
from pushbench.setup.plan import estimate_s, make_plan
from pushbench.store.rules import finding
from pushbench.setup.scenario import Scenario, load_scenario
from pushbench.units import format_duration, human_duration, parse_duration_s

TINY = """
question = "q"
kind = "load"
transports = ["short-poll", "sse"]
blocks = 3
rate_per_client = 0.1
topics = "per-client"
duration = "1s"
poll_intervals = ["1s", "5s"]
[cases]
connections = [100, 500]
"""


@pytest.fixture
def scenario(tmp_path):
    (tmp_path / "tiny.toml").write_text(TINY)
    return load_scenario(tmp_path, "tiny", {}, "nowhere")


@pytest.mark.parametrize(("text", "seconds"), [("100us", 1e-4), ("250ms", 0.25), ("2s", 2), ("1.5m", 90), ("1h", 3600)])
def test_durations(text, seconds):
    assert parse_duration_s(text) == pytest.approx(seconds)
    assert parse_duration_s(format_duration(seconds)) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["2", "", "-1s", "1 s", "s", 2, None, "1e3s"])
def test_durations_without_a_clear_unit_are_refused(text):
    with pytest.raises(ValueError, match="with its unit"):
        parse_duration_s(text)


def test_durations_for_people():
    assert [human_duration(s) for s in (4.2, 560, 7500)] == ["5 s", "9 min 20 s", "2 h 05 min"]


def test_a_plan_is_the_same_for_the_same_seed(scenario):
    keys = [trial.key for trial in make_plan((scenario,), 5)]
    assert keys == [trial.key for trial in make_plan((scenario,), 5)]
    assert keys != [trial.key for trial in make_plan((scenario,), 6)]
    assert len(set(keys)) == len(keys) == 3 * 3 * 2


def test_a_plan_goes_block_after_block_each_in_its_own_order(scenario):
    plan = make_plan((scenario,), 5)
    assert [trial.block for trial in plan] == [1] * 6 + [2] * 6 + [3] * 6
    orders = [[(t.variant, t.case) for t in plan if t.block == block] for block in (1, 2, 3)]
    assert sorted(orders[0]) == sorted(orders[1]) and orders[0] != orders[1]


def test_what_is_compared_runs_back_to_back(scenario):
    other = Scenario("other", scenario.values)
    for block in (1, 2, 3):
        groups = [(t.scenario.name, t.case) for t in make_plan((scenario, other), 5) if t.block == block]
        changes = sum(before != after for before, after in zip(groups, groups[1:]))
        assert changes == len(set(groups)) - 1
    first = [[(t.scenario.name, t.case) for t in make_plan((scenario, other), seed)][0] for seed in range(30)]
    assert len(set(first)) == 4  # both scenarios and both cases come first at some time
    within = [t.variant for seed in range(30) for t in make_plan((scenario,), seed)[:1]]
    assert len(set(within)) == 3


def test_a_variant_may_have_fewer_blocks_spread_over_the_run(scenario):
    fewer = Scenario("tiny", scenario.values | {"blocks": 10, "blocks_of": {"short-poll": 4, "short-poll@5s": 1}})
    blocks = {variant: sorted({t.block for t in make_plan((fewer,), 5) if t.variant == variant})
              for variant in ("sse", "short-poll@1s", "short-poll@5s")}
    assert blocks == {"sse": list(range(1, 11)), "short-poll@1s": [3, 5, 8, 10], "short-poll@5s": [10]}


def test_a_case_carries_its_settings(scenario):
    plan = {(t.variant, t.case): t for t in make_plan((scenario,), 1)}
    trial = plan["short-poll@5s", "connections=500"]
    assert (trial.connections, trial.topics, trial.rate_per_s, trial.poll_interval_s) == (500, 500, 50, 5)
    assert plan["sse", "connections=100"].poll_interval_s is None


@pytest.mark.parametrize(("allowed", "twins", "server", "loadgen"), [
    ({0}, {}, (0,), (0,)),
    ({0, 1}, {}, (0,), (1,)),
    ({0, 1}, {0: {0, 1}}, (0,), (1,)),
    ({0, 1, 2, 3}, {0: {0, 1}}, (0,), (2, 3)),
    ({0, 1, 2, 3}, {}, (0,), (1, 2)),
    (set(range(16)), {0: {0, 8}}, (0,), (1, 2, 3)),
    ({4, 5}, {}, (4,), (5,)),
])
def test_server_and_loadgen_get_cores_of_their_own(allowed, twins, server, loadgen):
    cores = choose_cores(allowed, twins)
    assert (cores.server, cores.loadgen) == (server, loadgen)
    assert bool(cores.note) == (len(allowed) == 1 or twins == {0: {0, 1}} and len(allowed) == 2)


def test_cpu_lists_of_the_kernel():
    assert parse_cpu_list("0-2,8\n") == {0, 1, 2, 8}


def search_for(limit: float, **changes) -> tuple[RateSearch, list[float]]:
    search = RateSearch(**({"start": 100, "highest": 1e5, "factor": 4, "precision": 1.2, "steps": 20} | changes))
    tried = []
    while (rate := search.next_rate()) is not None:
        tried.append(rate)
        search.record(rate, rate <= limit)
    return search, tried


@pytest.mark.parametrize("limit", [3, 60, 100, 1000, 7777, 60000])
def test_the_search_ends_close_below_the_limit(limit):
    search, tried = search_for(limit)
    assert search.best is not None and search.best <= limit < search.best * 1.3
    assert len(tried) == len(set(tried)) < 12


def test_the_search_stops_at_the_highest_rate_at_its_steps_and_at_nothing():
    assert search_for(1e9, highest=500)[1] == [100, 400, 500]
    assert len(search_for(7777, steps=3)[1]) == 3
    search, tried = search_for(0)
    assert search.best is None and min(tried) >= 1


def broke(rule, effect):
    return finding(rule, 2.0, 1.0, f"{rule} was broken", effect=effect).to_json()


def outcome(**changes):
    good = {"expected": 1000, "lost": 0, "drain": "complete", "latency_us": {"p99": 50_000.0}, "rules": [],
            "server": {"cpu_cores": 0.7}, "loadgen": {"busiest_thread_cores": 0.5}}
    return good | changes


def test_short_polling_is_judged_without_its_own_interval():
    late = outcome(latency_us={"p99": 1_050_000.0})
    assert judge(late, slo_us(0.1, 1.0)).held
    assert not judge(late, slo_us(0.1, None)).held


@pytest.mark.parametrize(("changes", "why"), [
    ({"latency_us": {"p99": 160_000.0}}, "p99 160 ms is over 100 ms"),
    ({"lost": 7}, "7 lost of 1,000"),
    ({"drain": "timeout"}, "still missing"),
    ({"latency_us": {"p99": None}}, "too few deliveries"),
    ({"rules": [broke("publish_count", "wrong")]}, "publish_count"),
    ({"rules": [broke("negative_latency", "wrong")]}, "negative_latency"),
    ({"rules": None, "valid": False, "invalid_because": ["of an older loadgen"]}, "of an older loadgen"),
])
def test_a_step_that_does_not_hold_says_why(changes, why):
    verdict = judge(outcome(**changes), 100_000)
    assert not verdict.held and why in verdict.why and not verdict.generator_limited


@pytest.mark.parametrize(("longest_ms", "held"), [(90, True), (160, False)])
def test_a_step_of_few_notifications_is_judged_by_its_deliveries(longest_ms, held):
    buckets = [[1_000_000, 900], [longest_ms * 1_000_000, 100]]
    few = outcome(latency_us={"p99": None}, histograms={"unit": "ns", "latency": buckets})
    assert judge(few, 100_000.0).held is held


def test_a_busy_generator_is_blamed_only_for_what_did_not_hold():
    busy = {"loadgen": {"busiest_thread_cores": 0.95},
            "rules": [broke("generator_busy", "wrong"), broke("publish_rate", "wrong"), broke("wakeup_delay", "slow")]}
    assert judge(outcome(**busy), 100_000).held
    failed = judge(outcome(**busy, lost=1), 100_000)
    assert failed.generator_limited and failed.why.startswith("generator-limited")
    both = judge(outcome(**busy, lost=1, server={"cpu_cores": 1.0}), 100_000)
    assert not both.generator_limited and "so was the server" in both.why


def test_a_neighbour_on_the_cores_disturbs_only_what_did_not_hold():
    neighbour = {"rules": [broke("not_isolated", "slow")]}
    assert judge(outcome(**neighbour), 100_000).held
    broken = judge(outcome(**neighbour, lost=1), 100_000)
    assert not broken.held and broken.disturbed == "slow" and "not_isolated was broken" in broken.why


def test_wrk_errors_are_read():
    text = """
    Latency   812.00us    1.02ms  20.11ms   95.31%
     50%  600.00us
     99%    1.02s
  100 requests in 2.00m, 2.00KB read
  Socket errors: connect 1, read 2, write 0, timeout 4
  Non-2xx or 3xx responses: 9
Requests/sec:    0.83
"""
    figures = parse_wrk(text)
    assert figures["socket_errors"] == 7 and figures["bad_status"] == 9 and figures["bytes_read"] == 2048
    assert figures["latency_us"] == {"p50": 600.0, "p99": 1.02e6, "mean": 812.0, "max": 20110.0}
    with pytest.raises(TrialError, match="no result that can be read"):
        parse_wrk("unable to connect to 127.0.0.1:1 Connection refused")


def test_time_left_learns_from_what_trials_took(scenario):
    plan = make_plan((scenario,), 1)
    first, other = plan[0], plan[1]
    clock = Clock()
    assert clock.expected_s(other) == pytest.approx(estimate_s(other))
    clock.finished(first, actual_s=20 + 2 * estimate_s(first))
    assert clock.expected_s(other) == pytest.approx(2 * estimate_s(other))
    again = next(trial for trial in plan[6:] if trial.series == first.series)
    assert clock.expected_s(again) == 20 + 2 * estimate_s(first)


@pytest.mark.parametrize(("checked", "seen", "sides"), [
    ({"server": 75.0, "loadgen": 75.0}, (100.0, 90.0), []),
    ({"server": 75.0, "loadgen": 75.0}, (100.0, 131.0), ["loadgen"]),
    ({"server": 75.0, "loadgen": 75.0}, (160.0, 131.0), ["server", "loadgen"]),
    ({"server": 4.0, "loadgen": 4.0}, (40.0, 9.0), []),
    ({}, (900.0, 900.0), []),
    ({"server": 75.0}, (None, 900.0), [])])
def test_a_host_that_is_busier_than_at_the_calibration_marks_a_trial(checked, seen, sides):
    result = {"server": {"wakeup_delay_p90_us": seen[0]}, "loadgen": {"wakeup_delay_p90_us": seen[1]}}
    findings = busier_host(checked, result)
    assert [each.of for each in findings if each.broken] == sides
    assert [each.judged for each in findings] == [seen[list(result).index(side)] is not None for side in checked]
    assert {(each.rule, each.effect) for each in findings} <= {("busier_host", "slow")}
