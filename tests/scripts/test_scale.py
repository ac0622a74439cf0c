"""Very many connections: how many processes, what counts as lost, how results become one."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from pushbench.errors import TrialError, UsageError
from pushbench.run import admin
from pushbench.run.kinds.scale import conduct, costs, merge, shares
from pushbench.run.kinds.scale.costs import CpuTime, Memory
from pushbench.run.kinds.scale.crowd import Crowd
from pushbench.run.kinds.scale.outcome import Snapshot, outcome
from pushbench.run.launch import Evidence
from pushbench.setup.plan import Planned
from pushbench.setup.scenario import Scenario
from pushbench.setup.transports import TRANSPORTS
from pushbench.store.metrics import METRICS
from pushbench.store.records import Trial
from pushbench.store.rules import SLOW, WRONG, broken, finding, texts
from test_schema import problems

SCALE = """
question = "how many?"
kind = "scale"
transports = ["sse"]
blocks = 1
connections = 60
notifications = 3
rate = 10
heartbeat = "10m"
"""


@pytest.mark.parametrize("connections, limit, servers, clients", [
    (100_000, 20_000, 6, 6), (100_000, 1 << 20, 1, 1), (19_800, 20_000, 1, 1), (19_801, 20_000, 2, 2),
    (39_600, 20_000, 3, 2)])  # two servers would have no room for chance
def test_processes_follow_from_connections_and_the_file_limit(connections, limit, servers, clients):
    assert shares.servers_for(connections, limit) == servers
    shared = shares.clients_for(connections, limit)
    assert len(shared) == clients and sum(shared) == connections and max(shared) - min(shared) <= 1
    assert max(shared) + shares.FILES_BESIDE <= limit


@pytest.mark.parametrize("limit", [20_000, 1024, 200, 10])
def test_what_no_number_of_processes_holds_is_said_with_its_numbers(limit):
    many = 2_000_000
    assert shares.servers_for(many, limit) is None
    assert shares.why_not(many, shares.Machine(limit)).startswith("2,000,000 connections do not fit into 64 processes")


@pytest.mark.parametrize("machine, said", [
    (shares.Machine(20_000, files_free=150_000), "200,000 files, and the system has 150,000 left"),
    (shares.Machine(20_000, memory_free_bytes=1 << 30), "take about 1.5 GiB of memory, and 1.0 GiB are available"),
    (shares.Machine(20_000, ports=500), "more than the 62,500 for which there are ports"),
    (shares.Machine(20_000, 1 << 20, 4 << 30), None)])
def test_the_whole_machine_bounds_the_connections(machine, said):
    why = shares.why_not(100_000, machine)
    assert why is None if said is None else said in why


@pytest.mark.parametrize("connections, ports, addresses", [(100_000, 28_232, 50), (1_000_000, 28_232, 213),
                                                           (1_000_000, 1000, 250)])
def test_clients_come_from_as_many_addresses_as_leave_most_of_the_ports_free(connections, ports, addresses):
    assert shares.addresses_for(connections, ports) == addresses


@pytest.mark.parametrize("machine, bound", [
    (shares.Machine(1024), "files of a process"), (shares.Machine(20_000, ports=100), "ports"),
    (shares.Machine(20_000, files_free=500_000), "files of the system"),
    (shares.Machine(20_000, memory_free_bytes=2 << 30), "memory")])
def test_as_many_as_fit_are_bounded_by_one_limit_and_do_fit(machine, bound):
    found = shares.bounds(machine)
    assert min(found, key=found.get) == bound
    assert 0 < shares.most(machine) <= found[bound] < shares.most(machine) + shares.ROUND
    assert shares.why_not(shares.most(machine), machine) is None
    assert shares.why_not(found[bound] + found[bound] // 10, machine) is not None


@pytest.mark.parametrize("limit", [100, 200, 201, 1024, 20_000])
def test_the_most_that_files_allow_fit_into_the_servers_and_a_few_more_do_not(limit):
    most = shares.bounds(shares.Machine(limit))["files of a process"]
    assert most == 0 or shares.servers_for(most, limit) is not None
    assert shares.servers_for(most + shares.MOST_PROCESSES, limit) is None


def test_waits_grow_with_the_clients_and_nobody_leaves_before_the_costs_are_read():
    for connections in (100, 100_000, 1_000_000):
        plan = conduct.Plan(replace(planned(), connections=connections), 1, (connections,))
        assert plan.first_linger_s > plan.late_s + conduct._REST_S and plan.linger_s > plan.first_linger_s
        assert plan.listening_s > 2 * (plan.connecting_s + plan.late_s)
    assert (plan.late_s, plan.linger_s) == (30.0, 48.0)


def planned():
    values = {"notifications": 2, "history": 64, "heartbeat": 600.0}
    return Planned(Scenario("s", values), TRANSPORTS["sse"], "sse", "", 1, 1, 0.05, 128, 1, None, heartbeat_s=600.0)


def result(connections=2, delivered=None, notifications=5, **changes):
    delivered = notifications * connections if delivered is None else delivered
    times = {"p50": None, "p90": None, "p99": None, "p999": None, "max": 3.0, "min": 1.0, "mean": 2.0,
             "count": delivered, "overflow": 0, "negative": 0}
    buckets = [[1000, delivered - 1], [3000, 1]]
    kernel = {"slab_bytes_per_connection": 300.0, "socket_buffer_bytes_per_connection": 0.0}
    return {
        "connections": connections, "expected": notifications * connections, "delivered": delivered,
        "lost": notifications * connections - delivered, "threads": 1, "interrupted": False, "rules": [],
        "requests": 4, "response_us": None, "latency_us": times, "delivery_us": times,
        "publish_delay_us": times,
        "connect": {"seconds": 1.0, "failed": 0, "failed_attempts": 1, "reconnects": 0, "per_s": 2.0, "p50_us": 9.0,
                    "p99_us": None},
        "refused": {"status_4xx": 0, "status_5xx": 2},
        "wire": dict.fromkeys(("bytes_in", "bytes_out", "segments_in", "segments_out"), 7),
        "machine": {"steal_share": 0.001, "clocksource": "tsc", "clock_drift_ppm": -2.0, "swapped_in_pages": 0},
        "histograms": {"latency": buckets, "delivery": buckets, "publish_delay": buckets, "response": None},
        "server": {"kernel_bytes_per_connection": 300.0, "kernel": {
            "server_end": kernel, "client_end": kernel, "both_ends_bytes_per_connection": 600.0}},
        "loadgen": {"pss_before_bytes": 100},
        "heard": {"understood": True, "not_understood": 0, "first_not_understood": None, "other_messages": 1,
                  "first_other": "event: tick"},
    } | {name: 0 for name in merge.SUMS if name not in ("connections", "delivered", "requests")} | changes


def rule(name, value, effect=WRONG):
    return finding(name, value, 0.5, f"{value} is too much", effect=effect).to_json()


def test_counts_add_up_and_histograms_are_merged():
    one = merge.merged([result(), result(3, requests=6)], 5)
    assert (one["connections"], one["expected"], one["delivered"], one["lost"]) == (5, 25, 25, 0)
    assert one["requests"] is None and one["wire"]["bytes_in"] is None  # of another window than the costs
    assert one["refused"] == {"status_4xx": 0, "status_5xx": 4} and one["tls"] is None
    assert one["threads"] == 2 and one["drain"] == "complete"
    assert one["histograms"]["latency"] == [[1000, 23], [3000, 2]]
    assert one["latency_us"]["count"] == 25 and one["latency_us"]["mean"] == 2.0
    assert one["latency_us"]["p50"] is None  # of five notifications, however many deliveries
    assert one["heard"]["other_messages"] == 2 and one["heard"]["first_other"] == "event: tick"
    assert one["connect"]["per_s"] is None and one["machine"]["clock_drift_ppm"] == -2.0
    assert one["response_us"] is None and one["fanout_us"] is None


def test_a_percentile_is_of_all_samples_together():
    assert merge.percentile_us([[1000, 980], [5000, 20]], 0.99) == 5.0
    assert merge.percentile_us([[1000, 990], [5000, 10]], 0.99) == 1.0
    assert merge.percentile_us([], 0.5) is None


def test_who_heard_nothing_counts_as_lost():
    deaf = result(delivered=0, expected=0, lost=0)  # without --expect it could not know that there was anything
    one = merge.merged([result(), deaf], 5)
    assert one["expected"] == 20 and one["lost"] == 10 and one["drain"] == "timeout"
    assert texts(merge.findings([result(), deaf], 5), WRONG) == [
        "deliveries: 10 lost, load generator 2 got 0 of 10 notifications (5 for each of 2 connections)"]


def test_more_than_was_published_is_no_good_trial_either():
    (why,) = texts(merge.findings([result(delivered=12, expected=12)], 5), WRONG)
    assert why.startswith("deliveries: load generator 1 got 12")


def test_sharing_a_core_is_no_fault_but_all_else_is():
    shared = [rule("generator_busy", 0.99), rule("not_isolated", 3.0, SLOW), rule("wakeup_delay", 9.0, SLOW)]
    found = merge.findings([result(rules=shared)], 5)
    assert broken(found) == [] and [each.value for each in found] == [0, 0.99, 3.0, 9.0]
    others = [result(rules=[*shared, rule("order", value), rule("steal", value, SLOW)]) for value in (0.0, 1.0)]
    found = merge.findings(others, 5)
    assert texts(found, WRONG) == ["load generator 2: order: 1.0 is too much"]
    assert texts(found, SLOW) == ["load generator 2: steal: 1.0 is too much"]


def reading(at_s, cpu_s, pss, deliveries, connections=4):
    metrics = {"pushbench_connections": connections / 2, "pushbench_deliveries_total": deliveries / 2,
               "pushbench_notifications_total": deliveries / 4, "pushbench_heartbeats_total": 0.0,
               "pushbench_writes_total": deliveries / 2, "pushbench_heap_used_bytes": pss / 4,
               "pushbench_heap_free_bytes": 8.0}
    cpu = CpuTime(cpu_s, cpu_s / 4, cpu_s * 3 / 4)
    return Snapshot(at_s, cpu, cpu, Memory(pss, 0), Memory(pss, 0), [metrics, metrics])


def test_costs_are_over_all_processes_and_leave_the_warm_up_out():
    before, begin, end = reading(0, 0.0, 1000, 0, 0), reading(10, 1.0, 3000, 4), reading(12, 1.002, 3000, 24)
    record = outcome(5, [result(), result()], before, begin, end)
    server = record["result"]["server"]
    assert broken(record["rules"]) == [] and record["result"]["valid"] and record["result"]["window_deliveries"] == 20
    assert server["cpu_us_per_delivery"] == pytest.approx(100) and server["user_us_per_delivery"] == pytest.approx(25)
    assert server["cpu_us_per_notification"] == pytest.approx(400)
    assert server["pss_bytes_per_connection"] == 500 and server["heap"]["used_bytes_per_connection"] == 250
    # The first load generator saw the sockets of all, and divided by its own two.
    assert server["kernel_bytes_per_connection"] == 150 and server["kernel"]["both_ends_bytes_per_connection"] == 300
    assert record["result"]["loadgen"]["pss_bytes_per_connection"] == 3000 / 4
    assert record["scale"]["connections_by_server"] == [2, 2] and record["scale"]["load_generators"] == 2


def test_a_connection_that_left_before_the_costs_were_read_makes_the_trial_invalid():
    before, begin, end = reading(0, 0.0, 1000, 0, 0), reading(10, 1.0, 3000, 4), reading(12, 1.1, 3000, 24, 2)
    assert texts(outcome(5, [result(), result()], before, begin, end)["rules"], WRONG) == [
        "not_connected: 2 of 4 were connected after the deliveries"]


def loaded(begin, end, **more):
    return outcome(5, [result(), result()], reading(0, 0.0, 1000, 0, 0), begin, end, **more)


def test_what_went_wrong_on_the_way_and_what_was_miscounted_makes_the_trial_invalid():
    begin, end = reading(10, 1.0, 3000, 4), reading(12, 1.1, 3000, 22)
    restless = finding("restless", 0.5, 0.02, "they were")
    assert texts(loaded(begin, end, on_the_way=[restless])["rules"], WRONG) == [
        "restless: they were", "deliveries: the servers counted 18 between the readings, and 20 were due"]
    end = reading(12, 1.1, 3000, 24)
    end.metrics[0]["pushbench_heartbeats_total"] = 3.0  # the same for both servers
    assert texts(loaded(begin, end)["rules"], WRONG)[0].startswith("heartbeats: 6 were sent")


@pytest.mark.parametrize("ticks, share", [(2, 0.0), (4, 0.02)])
def test_steal_of_any_core_is_judged_over_the_window(ticks, share):
    begin, end = reading(10, 1.0, 3000, 4), reading(12, 1.1, 3000, 24)
    record = loaded(replace(begin, steal={0: 5, 1: 5}), replace(end, steal={0: 5 + ticks, 1: 6}))
    assert record["result"]["machine"]["steal_share"] == pytest.approx(share)
    assert record["result"]["valid"] and [each.rule for each in broken(record["rules"])] == ["steal"] * bool(share)
    assert [why[:32] for why in record["result"]["marked_because"]] == (
        ["steal: the hypervisor took 2.0% "] if share else [])


def test_memory_that_grew_less_than_the_heap_is_no_memory():
    begin, end = reading(10, 1.0, 3000, 4), reading(12, 1.1, 3000, 24)
    for metrics in end.metrics:
        metrics["pushbench_heap_used_bytes"] = 64 << 20
    assert texts(loaded(begin, end)["rules"], WRONG)[0].startswith("memory: the servers' private memory grew by 2,000")


def test_no_metric_divides_counts_of_one_window_by_another():
    raw = loaded(reading(10, 1.0, 3000, 4), reading(12, 1.1, 3000, 24))
    trial = Trial("", "scale", "sse", "", 1, 1, 1, "ok", (), raw["result"], raw)
    for name in ("requests_per_client_minute", "empty_poll_share", "bytes_per_connection_minute", "loadgen_headroom"):
        assert METRICS[name].read(trial) is None, name


def test_a_line_that_the_kernel_does_not_have_is_no_zero():
    with pytest.raises(TrialError, match="no line Pss_Anon"):
        costs._bytes("Pss: 5 kB\n", "Pss_Anon")
    with pytest.raises(TrialError, match="/proc/stat"):
        costs.steal_ticks([1], "cpu0 1 2 3 4 5 6 7 8\n")
    assert costs.steal_ticks([0], "cpu0 1 2 3 4 5 6 7 8\n") == {0: 8}


def test_metrics_are_read_as_prometheus_writes_them():
    text = '# HELP a b\na 1\nb{topic="x y"} 2\nb{topic="z"} 3\nnan_is no\n'
    assert admin.parse_metrics(text) == {"a": 1.0, "b": 5.0}


@pytest.mark.parametrize("wrong, said", [
    ('transports = ["floor"]', "transports = floor: cannot be run as several servers on one port"),
    ('transports = ["short-poll"]', "short-poll: cannot be run as several servers"),
    ('duration = "1s"\ntransports = ["sse"]', "duration = 1.0: a scenario of kind \"scale\" has no such key")])
def test_what_cannot_be_run_at_scale_is_refused(fake_bench, wrong, said):
    fake_bench.write("tiny.toml", SCALE.replace('transports = ["sse"]', wrong))
    with pytest.raises(UsageError, match="tiny.toml") as refused:
        fake_bench.run()
    assert said in str(refused.value)


def test_one_process_s_files_are_no_bound_at_scale_but_the_machine_is(fake_bench, monkeypatch):
    fake_bench.write("tiny.toml", SCALE.replace("60", "200_000"))
    small = shares.Machine(20_000, memory_free_bytes=1 << 30)
    monkeypatch.setattr("pushbench.run.kinds.scale.shares.this_machine", lambda: small)
    with pytest.raises(UsageError, match="no trial fits this machine"):
        fake_bench.run()
    assert "1 trial left out: 200,000 connections take about 3.1 GiB" in fake_bench.printed


def test_as_many_as_fit_are_run_where_a_scenario_asks_for_that(fake_bench, monkeypatch):
    fake_bench.write("tiny.toml", SCALE.replace("60", "200_000") + "as_many_as_fit = true\n")
    small = shares.Machine(20_000, memory_free_bytes=1 << 20)  # 64 connections: none, of whole ten thousands
    monkeypatch.setattr("pushbench.run.kinds.scale.shares.this_machine", lambda: small)
    with pytest.raises(UsageError, match="no trial fits this machine"):
        fake_bench.run()
    monkeypatch.setattr("pushbench.run.kinds.scale.shares.ROUND", 32)
    fake_bench.run()
    assert "1 trial with 64 connections, as many as fit: 200,000 connections take about 3.1 GiB" in fake_bench.printed
    assert fake_bench.trials()[0]["status"] == "failed"  # the fake has no admin port


class Asked:
    """A server that is asked to end, as a crowd has them."""

    name = "server"

    def __init__(self) -> None:
        self.asked = 0
        self.patience_s = 0.0

    def ask_to_end(self) -> None:
        self.asked += 1

    def stop(self, patience_s: float) -> int:
        self.patience_s = patience_s
        return 0


def test_servers_are_asked_to_end_once_they_have_seen_that_their_clients_left(monkeypatch):
    left = [3.0, 2.0, 0.0]
    crowd, server = Crowd(Evidence()), Asked()
    monkeypatch.setattr("pushbench.run.kinds.scale.crowd.time.sleep", lambda seconds: None)
    monkeypatch.setattr(crowd, "metrics", lambda: [{"pushbench_connections": left.pop(0)}])
    crowd.servers.append(server)
    crowd.end_servers(30.0)
    assert left == [] and server.asked == 1 and server.patience_s == 30.0


def test_the_machine_as_a_whole_is_read_before_and_at_the_end():
    seen = costs.machine_use()
    assert seen.keys() == {"memory_free_bytes", "files", "sockets"}
    assert all(value is None or value > 0 for name, value in seen.items() if name != "sockets")
    before, begin, end = reading(0, 0.0, 1000, 0, 0), reading(10, 1.0, 3000, 4), reading(12, 1.002, 3000, 24)
    assert "machine" not in outcome(5, [result(), result()], before, begin, end)["scale"]
    record = outcome(5, [result(), result()], replace(before, machine={"files": 1}), begin,
                     replace(end, machine={"files": 9}))
    assert record["scale"]["machine"] == {"before": {"files": 1}, "end": {"files": 9}}


def test_a_server_without_an_admin_port_fails_the_trial_and_leaves_nobody_behind(fake_bench):
    fake_bench.write("tiny.toml", SCALE)
    fake_bench.run()
    (trial,) = fake_bench.trials()
    assert trial["status"] == "failed" and "admin port 127.0.0.1:2 did not answer GET /metrics" in trial["error"]
    assert "--reuse-port" in trial["commands"]["server"]
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, os.R_OK)]
    assert not [command for command in commands if str(fake_bench.bin).encode() in command]


@pytest.fixture
def run_tiny(built, tmp_path, monkeypatch):
    """Runs SCALE, over several small processes."""
    from pushbench.machine.cores import choose_cores
    from pushbench.run.launch import Tools
    from pushbench.setup.plan import make_plan
    from pushbench.setup.scenario import load_profile
    from pushbench.run.trial import run_trial

    monkeypatch.setattr(shares, "file_limit", lambda: shares.FILES_BESIDE + 40)
    for name, seconds in {"_LATE_S": 2.0, "_REST_S": 2.0, "_SPARE_S": 2.0, "_FIRST_LINGER_BEYOND_S": 4.0,
                          "_LINGER_BEYOND_S": 5.0}.items():
        monkeypatch.setattr(conduct, name, seconds)

    def run(text):
        (tmp_path / "tiny.toml").write_text(text)
        (tmp_path / "profiles.toml").write_text('[quick]\nscenarios = ["tiny"]\n')
        (planned,) = make_plan(load_profile(tmp_path, "quick").scenarios, 1)
        tools = Tools(built, choose_cores(), 1)
        return json.loads(json.dumps(run_trial(planned, tools, 1, 1, lambda text: None)))

    return run


def test_the_programs_reach_everyone_over_several_processes(run_tiny):
    trial = run_tiny(SCALE)
    assert problems("trial", trial) == [] and trial["error"] is None
    assert trial["result"]["delivered"] == 180 and trial["result"]["lost"] == 0
    assert trial["scale"]["load_generators"] == 2 and sum(trial["scale"]["connections_by_server"]) == 60
    assert trial["scale"]["asked"] == 60 and trial["scale"]["bounds"]["ports"] > 60
    assert trial["scale"]["machine"]["end"]["files"] > 0
    assert trial["result"]["server"]["cpu_us_per_delivery"] > 0
    # Of the waits those count that bound the window of the costs.
    assert [each["of"] for each in trial["rules"] if each["rule"] == "restless"] == [
        "after the warm-up", "after the last delivery"]


def test_what_servers_lose_makes_the_trial_invalid_with_the_count(run_tiny, monkeypatch):
    plain = conduct.server_command
    monkeypatch.setattr(conduct, "server_command", lambda transport, tools, options, **more: plain(
        transport, tools, [*options, "--fault-drop", "8"], **more))
    trial = run_tiny(SCALE.replace("notifications = 3", "notifications = 9"))
    assert problems("trial", trial) == [] and trial["error"] is None and trial["status"] == "invalid"
    lost = trial["result"]["lost"]
    assert lost > 0 and lost % 60 == 0 and trial["result"]["delivered"] == 540 - lost
    assert f"deliveries: {lost // 2} lost, load generator 1 got" in " ".join(trial["invalid_because"])
