"""The kinds of scenario that are more than one measurement: the search for capacity, and wrk."""

import pytest
from pushbench.errors import NOTHING_JUDGED

CAPACITY = """
question = "how much?"
kind = "capacity"
transports = ["sse"]
blocks = 1
connections = 10
duration = "100ms"
rate_start = 100
rate_max = 100000
"""
WRK = """
question = "do two meters agree?"
kind = "wrk"
transports = ["short-poll"]
blocks = 1
connections = 64
poll_intervals = ["1ms"]
duration = "3s"
"""


def test_capacity_finds_the_rate_that_held(fake_bench):
    fake_bench.write("tiny.toml", CAPACITY)
    fake_bench.behave(capacity=1000)
    assert fake_bench.run() == 0
    (trial,) = fake_bench.trials()
    assert trial["status"] == "ok" and trial["limited_by"] == "server"
    assert 1000 / 1.2 <= trial["capacity_rate_per_s"] <= 1000
    assert trial["capacity_deliveries_per_s"] == trial["capacity_rate_per_s"] * 10
    assert [step["held"] for step in trial["steps"]][:3] == [True, True, False]
    assert trial["result"]["latency_us"]["p99"] == 2000.0


def test_capacity_begins_where_a_transport_is_known_to_stand(fake_bench):
    fake_bench.write("tiny.toml", CAPACITY + "steps = 2\nrate_starts = { sse = 7 }\n")
    assert fake_bench.run() == 0
    assert [step["rate_per_s"] for step in fake_bench.trials()[0]["steps"]] == [7, 28]


def test_capacity_says_when_the_generator_was_the_limit(fake_bench):
    fake_bench.write("tiny.toml", CAPACITY)
    fake_bench.behave(capacity=1000, busy=0.97, server_cores=0.6)
    fake_bench.run()
    (trial,) = fake_bench.trials()
    assert trial["limited_by"] == "generator"
    assert any(step["why"].startswith("generator-limited (a thread was 97% busy") for step in trial["steps"])


def test_capacity_that_a_neighbour_bounded_counts_and_is_marked(fake_bench):
    fake_bench.write("tiny.toml", CAPACITY + "steps = 3\n")
    fake_bench.behave(capacity=1000, disturbance=[("not_isolated", "slow", "not_isolated: the server waited")])
    assert fake_bench.run() == 0
    trial = fake_bench.trials()[0]
    assert trial["status"] == "ok" and trial["capacity_rate_per_s"] is not None
    assert trial["marked_because"][0].startswith("disturbed_step: the step that bounds it was disturbed: ")
    assert "the server waited" in trial["marked_because"][0]


def test_capacity_of_nothing_is_invalid(fake_bench):
    fake_bench.write("tiny.toml", CAPACITY + "steps = 2\n")
    fake_bench.behave(capacity=0)
    assert fake_bench.run() == NOTHING_JUDGED
    trial = fake_bench.trials()[0]
    assert trial["status"] == "invalid" and trial["result"] is None
    assert "no rate held" in trial["invalid_because"][0]


def test_wrk_stands_beside_the_load_generator(fake_bench):
    fake_bench.write("tiny.toml", WRK)
    assert fake_bench.run() == 0
    (trial,) = fake_bench.trials()
    assert trial["wrk"]["requests_per_s"] == pytest.approx(51200.1)
    assert trial["wrk"]["latency_us"]["p99"] == pytest.approx(2020)
    assert trial["loadgen"]["requests"] == 90_000 and trial["loadgen"]["requests_per_s"] == 30_000
    assert trial["loadgen"]["latency_us"] == {"p50": 2000.0, "mean": 2100.0}
    assert trial["commands"]["wrk"][:2] == ["taskset", "-c"]


def test_a_busy_generator_is_no_fault_beside_wrk(fake_bench):
    fake_bench.write("tiny.toml", WRK)
    fake_bench.behave(capacity=-1, disturbance=[("generator_busy", "wrong", "99 %")])
    fake_bench.run()
    (trial,) = fake_bench.trials()
    assert trial["status"] == "ok" and trial["result"]["valid"] is False
    (rule,) = [each for each in trial["rules"] if each["rule"] == "generator_busy"]
    assert rule["value"] == 2 and not rule["applies"] and not rule["broken"]


@pytest.mark.parametrize(("behaviour", "status"), [('cut = "50ms"', "ok"), ("churn = 5", "invalid")])
def test_a_busy_generator_is_no_fault_in_a_storm(fake_bench, behaviour, status):
    fake_bench.only_one_trial()
    tiny = (fake_bench.scenarios / "tiny.toml").read_text()
    fake_bench.write("tiny.toml", f"{tiny}behaviour = {{ {behaviour} }}\n")
    fake_bench.behave(capacity=-1, disturbance=[("generator_busy", "wrong", "99 %")])
    fake_bench.run()
    trial = fake_bench.trials()[0]
    (rule,) = [each for each in trial["rules"] if each["rule"] == "generator_busy"]
    assert trial["status"] == status and rule["broken"] == (status == "invalid")


def test_without_wrk_the_rest_still_runs(fake_bench, monkeypatch):
    monkeypatch.setattr("pushbench.cli.bench.find_wrk", lambda: None)
    fake_bench.write("second.toml", WRK)
    fake_bench.write("profiles.toml", '[quick]\nscenarios = ["tiny", "second"]\n')
    assert fake_bench.run() == 0
    assert len(fake_bench.trials()) == 4
    assert "wrk is not installed" in fake_bench.printed


@pytest.mark.parametrize("rule, effect", [("steal", "slow"), ("forced_switches", "slow"), ("clock", "wrong")])
def test_what_disturbs_the_machine_is_not_the_servers_limit(fake_bench, rule, effect):
    fake_bench.write("tiny.toml", CAPACITY + "steps = 3\n")
    fake_bench.behave(capacity=1000, disturbance=[(rule, effect, "it was")])
    fake_bench.run()
    trial = fake_bench.trials()[0]
    assert trial["status"] == ("ok" if effect == "slow" else "invalid")
    (why,) = trial["marked_because" if effect == "slow" else "invalid_because"]
    assert why.startswith("disturbed_step: the step that bounds it was disturbed: ")


def test_a_flood_finds_the_limit_of_the_load_generator(fake_bench):
    fake_bench.write("tiny.toml", """
question = "how much can the load generator take?"
kind = "flood"
transports = ["hose-sse", "hose-short-poll"]
blocks = 1
connections = 10
poll_intervals = ["10us"]
duration = "100ms"
""")
    assert fake_bench.run() == 0
    polls, stream = sorted(fake_bench.trials(), key=lambda trial: trial["variant"])
    assert polls["flood"] is True and polls["status"] == "ok"
    assert stream["commands"]["server"][-2:] == ["--speak", "sse"] and "--admin" not in stream["commands"]["server"]
    assert "--no-publish" in stream["commands"]["loadgen"] and "--rate" not in stream["commands"]["loadgen"]
    # Which is answered with nothing; and that is no fault.
    assert "--expect" in polls["commands"]["loadgen"] and "--expect" not in stream["commands"]["loadgen"]
