"""Duets from the scenario file to the trial's record, with made-up programs, and with the real ones."""

import json
import socket
import threading
from pathlib import Path

import jsonschema
import pytest
from pushbench.errors import UsageError
from pushbench.run.kinds.duet.turns import shape_of
from pushbench.setup.plan import estimate_s, make_plan
from pushbench.setup.scenario import load_profile

OURS = Path(__file__).resolve().parents[2] / "bench" / "scenarios"
SCHEMA = Path(__file__).resolve().parents[2] / "results" / "schema" / "trial.schema.json"
WORKLOAD = """
question = "the workload"
kind = "load"
transports = ["sse"]
blocks = 1
connections = 10
rate = 100
duration = "100ms"
"""
DUET = """
question = "which costs less?"
kind = "duet"
of = "work"
pairs = [["sse", "websocket"]]
blocks = 1
quads = 2
slice = "50ms"
lead_in = "10ms"
settle = "1ms"
"""
PROFILES = '[quick]\nscenarios = ["tiny"]\n'


def write(folder, duet=DUET, profiles=PROFILES, workload=WORKLOAD):
    (folder / "tiny.toml").write_text(duet)
    (folder / "work.toml").write_text(workload)
    (folder / "profiles.toml").write_text(profiles)


def load(folder, *args, **changes):
    write(folder, *args, **changes)
    return load_profile(folder, "quick").scenarios[0]


def test_a_duet_has_the_workload_that_it_is_of(tmp_path):
    scenario = load(tmp_path)
    (trial,) = make_plan((scenario,), 1)
    assert (trial.variant, trial.transport.name, trial.against.name) == ("sse-vs-websocket", "sse", "websocket")
    assert (trial.connections, trial.rate_per_s, trial.topics, trial.payload_bytes) == (10, 100, 1, 128)
    assert estimate_s(trial) == pytest.approx(0.2 + 0.01 + 4 * 0.05 + 5 * 0.06, abs=0.2)


def test_a_profile_that_changes_the_workload_changes_its_duets(tmp_path):
    profiles = '[quick]\nscenarios = ["tiny", "work"]\n[quick.override.work]\nconnections = 77\ntopics = "per-client"\n'
    (trial,) = make_plan((load(tmp_path, profiles=profiles),), 1)
    assert (trial.connections, trial.topics) == (77, 77)


def test_each_pair_has_its_own_blocks(tmp_path):
    text = DUET.replace('"websocket"]]', '"websocket"], ["sse", "floor"]]').replace("blocks = 1", "blocks = 4")
    plan = make_plan((load(tmp_path, text + 'blocks_of = { sse-vs-floor = 2 }\n'),), 1)
    assert sorted((trial.variant, trial.block) for trial in plan) == [
        ("sse-vs-floor", 2), ("sse-vs-floor", 4), *(("sse-vs-websocket", block) for block in (1, 2, 3, 4))]
    assert len({trial.group for trial in plan}) == 2  # a void one is repeated alone: it is a comparison in itself


@pytest.mark.parametrize(("old", "new", "said"), [
    ('"websocket"]', '"websockt"]', 'names an unknown transport "websockt"; known are sse'),
    ('"websocket"]', '"sse"]', 'names sse against itself; SSE against SSE is ["sse", "sse-twin"]'),
    ('"websocket"]', '"short-poll"]', "names short-poll, whose server never rests"),
    ('"websocket"]', '"hose-sse"]', "names hose-sse, whose server never rests"),
    ('["sse", "websocket"]', '"sse"', "must be a list of pairs of transports"),
    ('["sse", "websocket"]', '["sse"]', "must be a list of pairs of transports"),
    ('"websocket"]]', '"websocket"], ["websocket", "sse"]]', "holds sse-vs-websocket both ways round"),
    ('of = "work"', 'of = "wrk"', 'of = "wrk": is no other scenario in'),
    ('of = "work"', 'of = "tiny"', 'of = "tiny": is no other scenario in'),
    ('of = "work"', '', 'the key "of" is missing; a scenario of kind "duet" needs it'),
    ('quads = 2', 'quads = 0', "quads = 0: must be a whole number from 1 to 1000"),
    ('quads = 2', 'rate = 5', 'rate = 5.0: a scenario of kind "duet" has no such key'),
    ('quads = 2', 'blocks_of = { sse = 1 }', "blocks_of.sse = 1: must name a variant of this scenario"),
])
def test_a_mistake_is_one_line_that_names_file_key_and_value(tmp_path, old, new, said):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, DUET.replace(old, new))
    assert said in str(caught.value) and "tiny.toml" in str(caught.value) and "\n" not in str(caught.value)


def test_a_workload_must_be_one_load(tmp_path):
    with pytest.raises(UsageError, match="must be a scenario of kind \"load\" with clients and without cases"):
        load(tmp_path, workload=WORKLOAD.replace("connections = 10", "cases = { connections = [1, 2] }"))


def test_two_duets_of_each_other_end_in_one_line(tmp_path):
    with pytest.raises(UsageError, match='tiny.toml: of = "work": must be a scenario of kind "load"'):
        load(tmp_path, workload=DUET.replace("work", "tiny"))


@pytest.mark.parametrize(("topics", "shared_out"),
                         [("topics = 5", True), ("topics = 4", False), ("topics = 11", False)])
def test_a_duet_must_know_what_a_window_delivers(tmp_path, topics, shared_out):
    try:
        found = load(tmp_path, workload=f"{WORKLOAD}{topics}\n")
    except UsageError as error:
        assert not shared_out and "its 10 connections cannot be shared out evenly over" in str(error)
    else:
        assert shared_out and found.topics == 5


@pytest.mark.parametrize("profile", ["smoke", "default", "full"])
def test_our_duets_are_of_the_three_workloads(profile):
    loaded = load_profile(OURS, profile).scenarios
    shared = {"shared-source"} if profile == "full" else set()
    assert {each.of for each in loaded if each.kind == "duet"} == {"sparse", "broadcast", "stream"} | shared
    if profile != "smoke":
        plan = make_plan(loaded, 1)
        blocks = {workload: sum((t.scenario.name, t.variant) == (f"duet-{workload}", "sse-vs-websocket") for t in plan)
                  for workload in ("sparse", "broadcast", "stream")}
        assert min(blocks.values()) >= 4


@pytest.mark.parametrize("workload", ["stream", "broadcast"])
def test_a_connection_is_no_fresh_one_when_a_window_counts(workload):
    """A fresh one acknowledges 16 segments at once, which costs the server."""
    (found,) = load_profile(OURS, "default", only=(f"duet-{workload}",)).scenarios
    assert shape_of(make_plan((found,), 1)[0]).lead_in >= 16


def duet_of(fake_bench, text=DUET, *, heard=None, **admin):
    write(fake_bench.scenarios, text)
    costs = {"sse_server": 200, "websocket_server": 400}
    fake_bench.behave(admin={"connections": 10, "cpu_us": costs} | admin, heard=heard or {})
    code = fake_bench.run()
    return code, fake_bench.trials()[0]  # an invalid one is repeated


def test_a_duet_finds_which_costs_less(fake_bench):
    code, trial = duet_of(fake_bench)
    assert code == 0 and trial["status"] == "ok" and trial["result"] is None
    told = trial["duet"]
    assert (told["a"], told["b"], told["of"]) == ("sse", "websocket", "work")
    assert (len(told["quads"]), told["quads_left_out"]) == (2, 0)
    assert told["notifications"] == 2 and told["deliveries"] == 20
    for quad in told["quads"]:
        assert sum(quad["a_us"]) / sum(quad["b_us"]) == pytest.approx(0.5, abs=0.15)
    assert set(trial["results"]) == {"a", "b"} and trial["results"]["a"]["delivered"] == 1000
    assert set(trial["commands"]) == {"server_a", "server_b", "loadgen_a", "loadgen_b"}
    listener = trial["commands"]["loadgen_a"]
    assert "--no-publish" in listener and "--server-pid" not in listener


def test_the_same_seed_plays_the_same_order(fake_bench):
    _, first = duet_of(fake_bench, DUET.replace("quads = 2", "quads = 6"))
    for path in (fake_bench.run_dir / "trials").iterdir():
        path.unlink()
    fake_bench.run(resume=fake_bench.run_dir.name)
    (again,) = fake_bench.trials()
    orders = [quad["order"] for quad in first["duet"]["quads"]]
    assert orders == [quad["order"] for quad in again["duet"]["quads"]] and set(orders) <= {"ABBA", "BAAB"}


def test_what_a_client_lost_makes_the_duet_invalid(fake_bench):
    _, trial = duet_of(fake_bench, heard={"rules": None, "lost": 2})
    assert trial["status"] == "invalid" and trial["invalid_because"][0].startswith("lost: a: 2 lost")


def test_an_order_that_is_refused_fails_the_duet(fake_bench):
    code, trial = duet_of(fake_bench, status=400)
    assert code == 1 and trial["status"] == "failed" and "answered POST /schedule with 400" in trial["error"]


@pytest.mark.parametrize(("behaviour", "said"), [
    ({"server": "dies at start"}, "ended before it printed its addresses"),
    ({"loadgen": "fails"}, "ended in mid-trial: exit code 1: loadgen: 127.0.0.1:1: connection refused"),
    ({}, "the admin port 127.0.0.1:2 cannot be reached")])
def test_a_program_that_ends_fails_the_duet_and_is_named(fake_bench, behaviour, said):
    write(fake_bench.scenarios)
    admin = {"admin": {"connections": 10, "cpu_us": {}}} if "loadgen" in behaviour else {}
    fake_bench.behave(**behaviour, **admin)
    assert fake_bench.run() == 1
    (trial,) = fake_bench.trials()
    assert trial["status"] == "failed" and said in trial["error"]


def test_a_link_that_the_server_gave_up_is_made_anew():
    from pushbench.run.kinds.duet.admin_link import AdminLink

    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            server.accept()[0].close()
            again, _ = server.accept()
            with again:
                again.recv(4096)
                again.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\npushbench_x 7\n")

        thread = threading.Thread(target=serve)
        thread.start()
        with AdminLink(f"127.0.0.1:{server.getsockname()[1]}") as link:
            assert link.metrics() == {"pushbench_x": 7}
        thread.join()


@pytest.mark.parametrize("topics", ["1", '"per-client"'])
def test_the_real_programs_play_every_pair(built, tmp_path, topics):
    from pushbench.machine.cores import choose_cores
    from pushbench.run.launch import Tools
    from pushbench.run.trial import run_trial

    pairs = '[["sse", "websocket"], ["long-poll", "floor"], ["websocket-beast", "sse-twin"]]'
    scenario = load(tmp_path, DUET.replace('[["sse", "websocket"]]', pairs), workload=f"{WORKLOAD}topics = {topics}\n")
    tools = Tools(built, choose_cores(), seed=7)
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for trial in make_plan((scenario,), 7):
        record = json.loads(json.dumps(run_trial(trial, tools, 1, 1, lambda text: None)))
        assert [error.message for error in checker.iter_errors(record)] == []
        # A busy machine may deliver later than a window ends, and nothing is lost all the same.
        assert record["status"] != "failed" and all(each["lost"] == 0 for each in record["results"].values()), record
        assert len(record["duet"]["quads"]) + record["duet"]["quads_left_out"] == 2
