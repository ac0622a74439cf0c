"""A load that several processes share is one load: what comes of it is what one process would have measured."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from programs import LIMIT_S, program, run_loadgen
from ranks import RunningRanks, at_once, keys, need_mpi, run_mpirun, run_ranks, said_by_us

LOAD = ("--connections", "20", "--rate", "100", "--warmup", "300ms", "--duration", "1s", "--series", "250ms")
LONG = ("--connections", "8", "--rate", "50", "--warmup", "0s", "--duration", "60s")
# What only one process can tell, or only several.
DIFFER = ("ranks",)


def aimed(server, transport="sse"):
    return "--transport", transport, "--target", server.target, "--admin", server.admin


def counts(result):
    return {key: result[key] for key in ("published", "expected", "delivered", "lost", "duplicated", "reordered",
                                         "gaps", "malformed", "early_ledger_ends", "connections", "topics")}


@pytest.mark.parametrize("ranks", [2, 4])
@pytest.mark.parametrize(("name", "transport", "more"), [
    ("sse_server", "sse", ()),
    ("websocket_server", "websocket", ("--topics", "3", "--threads", "2")),
    ("polling_server", "long-poll", ("--topics", "20")),
    ("polling_server", "short-poll", ("--poll-interval", "100ms")),
])
def test_several_measure_what_one_does(name, transport, more, ranks, start_server, tmp_path):
    server = start_server(name)
    ours = (*aimed(server, transport), "--server-pid", str(server.pid), *LOAD, *more)
    files = {n: tmp_path / f"{n}.json" for n in (1, ranks)}
    alone = run_loadgen(*ours, "--json", str(files[1]))
    assert alone.returncode == 0, alone.stderr
    shared = run_ranks(ranks, *ours, "--json", str(files[ranks]))
    assert shared.returncode == 0, shared.stderr
    one, several = (json.loads(files[n].read_text()) for n in (1, ranks))
    assert counts(several) == counts(one) and several["lost"] == 0 and several["delivered"] > 0
    assert several["notifications"] == one["notifications"]
    for part in (one, several):
        for key in DIFFER:
            part[key] = None
    assert keys(several) == keys(one)
    assert several["latency_us"]["count"] == several["delivered"]
    # What comes just at an end of the window may be in one of them only.
    assert abs(sum(several["series"]["delivered"]) - several["window_deliveries"]) <= 2 * several["connections"]
    assert several["server"]["pid"] == server.pid and several["server"]["cpu_s"] is not None


def test_each_rank_is_told(sse_server, tmp_path):
    file = tmp_path / "result.json"
    done = run_ranks(3, *aimed(sse_server), *LOAD, "--json", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("sse at ") == 1, "one of them speaks for all"
    result = json.loads(file.read_text())
    assert [(each["rank"], each["connections"]) for each in result["ranks"]] == [(0, 7), (1, 7), (2, 6)]
    assert sum(each["delivered"] for each in result["ranks"]) == result["delivered"]
    for each in result["ranks"]:
        assert each["host"] == os.uname().nodename and each["cpu_s"] > 0 and not each["lost"]
        assert each["clock"] == {"same_as_rank_0": True, "ahead_us": 0, "bound_us": 0, "times_count": True}
    fanout = result["fanout_us"]
    assert result["histograms"]["fanout"]["last"] and fanout["median"] == {"p50": None, "p99": None}


def test_one_rank_is_one_process(sse_server, tmp_path):
    file = tmp_path / "result.json"
    done = run_ranks(1, *aimed(sse_server), *LOAD, "--json", str(file))
    assert done.returncode == 0, done.stderr
    assert json.loads(file.read_text())["ranks"] is None


def test_a_rank_that_is_killed_ends_the_trial_with_what_there_is(sse_server, tmp_path):
    running = RunningRanks(tmp_path, 3, *aimed(sse_server), *LONG)
    victim = running.pid_of(1)
    wait_for_load(sse_server)
    os.kill(victim, signal.SIGKILL)
    exit_code, out, err = running.end()
    assert exit_code != 0
    assert [line for line in said_by_us(err) if line.startswith("loadgen: ended early: rank 1 (")], err
    assert out.startswith("NOT VALID")
    result = running.result()
    assert [each["lost"] for each in result["ranks"]] == [False, True, False]
    assert result["delivered"] > 0 and not result["valid"]
    assert any("rank 1 (" in why for why in result["invalid_because"])
    assert sse_server.get("/schedule")["running"] is False


def test_a_rank_that_is_stopped_keeps_nobody(sse_server, tmp_path):
    running = RunningRanks(tmp_path, 2, *aimed(sse_server), *LONG)
    victim = running.pid_of(1)
    wait_for_load(sse_server)
    os.kill(victim, signal.SIGSTOP)
    exit_code, _, err = running.end()
    assert exit_code != 0 and "rank 1 (" in "".join(said_by_us(err))
    assert running.result()["ranks"][1]["lost"] is True


def test_rank_zero_that_is_killed_leaves_nobody_behind(sse_server, tmp_path):
    running = RunningRanks(tmp_path, 2, *aimed(sse_server), *LONG)
    pids = [running.pid_of(0), running.pid_of(1)]
    wait_for_load(sse_server)
    os.kill(pids[0], signal.SIGKILL)
    assert running.end()[0] != 0
    until = time.monotonic() + LIMIT_S
    while any(runs(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.05)


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_ctrl_c_gives_what_was_measured(sse_server, tmp_path):
    running = RunningRanks(tmp_path, 2, *aimed(sse_server), *LONG)
    running.pid_of(1)
    wait_for_load(sse_server)
    running.process.send_signal(signal.SIGINT)
    exit_code, _, err = running.end()
    assert exit_code != 0
    result = running.result()
    assert result["interrupted"] is True and result["valid"] is False, err
    assert result["delivered"] > 0 and not any(each["lost"] for each in result["ranks"])
    assert sse_server.get("/schedule")["running"] is False


def wait_for_load(server):
    """Until something of the trial itself was published: the probe and some more."""
    while sum(server.get("/topics").values()) < 30:
        time.sleep(0.05)


@pytest.mark.parametrize("environment", [{"OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "4"},
                                         {"PMI_RANK": "0", "PMI_SIZE": "4"}])
def test_a_build_without_mpi_says_so(environment, tmp_path):
    program_alone = tmp_path / "loadgen"
    shutil.copy2(program("loadgen"), program_alone)
    done = subprocess.run([program_alone, "--no-publish"], env=os.environ | environment, capture_output=True, text=True,
                          timeout=30)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("loadgen: an MPI launcher started this as one of 4 ranks, and this build has no MPI;")


@pytest.mark.parametrize(("options", "why"), [
    (("--connections", "2"), "3 ranks for 2 --connections would leave some without a client"),
    (("--publish-by-clients",), "--publish-by-clients is for one process"),
    (("--connections", "x"), "--connections: 'x' is not a whole number"),
])
def test_wrong_usage_is_told_once(options, why, sse_server):
    ours = ("--transport", "websocket", "--target", sse_server.target,
            *(() if "--publish-by-clients" in options else ("--admin", sse_server.admin)))
    done = run_ranks(3, *ours, *options)
    assert done.returncode == 2
    told = said_by_us(done.stderr)
    assert len(told) == 1 and why in told[0], done.stderr


def test_ranks_with_other_options_do_not_fit(sse_server):
    ours = aimed(sse_server)
    done = run_mpirun(*at_once(1, *ours, "--connections", "4"), ":", *at_once(1, *ours, "--connections", "5"))
    assert done.returncode == 2
    assert "has other options than rank 0; start all ranks with the same" in "".join(said_by_us(done.stderr))


def test_a_failure_of_one_rank_is_told_with_its_name(sse_server):
    ours = (*aimed(sse_server), "--connections", "4", "--connect-rate", "1000")
    narrow = ("-n", "1", "sh", "-c", 'ulimit -n 60; exec "$@"', "sh", program("loadgen"))
    done = run_mpirun(*at_once(1, *ours), ":", *narrow, *ours)
    assert done.returncode == 1
    told = said_by_us(done.stderr)
    assert len(told) == 1 and "rank 1 (" in told[0] and "--connections 2 do not fit" in told[0], done.stderr


def test_a_clock_of_another_host_is_compared(sse_server, tmp_path):
    """A rank in a time namespace of its own, whose clock shows 1,000 s more."""
    need_mpi()
    apart = ("unshare", "--time", "--fork", "--monotonic", "1000")
    if subprocess.run([*apart, "true"], capture_output=True).returncode != 0:
        pytest.skip("no time namespace can be made here (needs root)")
    file = tmp_path / "result.json"
    ours = (*aimed(sse_server), *LOAD, "--json", str(file))
    done = run_mpirun(*at_once(1, *ours), ":", "-n", "1", *apart, program("loadgen"), *ours)
    assert done.returncode == 0, done.stderr
    result = json.loads(file.read_text())
    clock = result["ranks"][1]["clock"]
    assert clock["same_as_rank_0"] is False
    assert abs(clock["ahead_us"] - 1e9) < 1e6 and 0 < clock["bound_us"] < 1e6
    assert result["lost"] == 0 and result["delivered"] == result["expected"] > 0
    theirs = result["ranks"][1]["delivered"] if clock["times_count"] else 0
    assert result["latency_us"]["count"] == result["ranks"][0]["delivered"] + theirs
    assert result["latency_us"]["max"] < 60e6 and result["latency_us"]["negative"] == 0
