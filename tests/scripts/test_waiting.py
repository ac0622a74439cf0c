"""What a waiting connection costs: all that keeps it alive is in it, and a window that missed it tells nothing."""

from pathlib import Path

import pytest
from pushbench.analysis.figures import Figures
from pushbench.machine.cores import Cores
from pushbench.run.launch import Tools, loadgen_command, settings_of
from pushbench.setup.plan import estimate_s, make_plan
from pushbench.setup.scenario import load_profile
from pushbench.store.records import load_run
from synthetic import Generator

OURS = Path(__file__).resolve().parents[2] / "bench" / "scenarios"
PER_SECOND = "server_cpu_us_per_idle_connection_s"


def waiting(connections, us, seconds=0.4, **more):
    server = {"cpu_us_per_idle_connection_s": us, "heartbeats": more.pop("heartbeats", 0)}
    return {"connections": connections, "window_s": seconds, "requests": 0, "published": 0, "server": server} | more


def compressed(events, cpu_us, **more):
    """60 connections for 900 ms, without a probe: the load generator tells CPU in all."""
    server = {"cpu_us_per_idle_connection_s": None, "cpu_s": cpu_us / 1e6, "heartbeats": more.pop("heartbeats", events)}
    return {"connections": 60, "window_s": 0.9, "requests": 0, "published": 0, "server": server} | more


def test_a_window_without_a_heartbeat_tells_nothing_and_the_compressed_one_does(tmp_path):
    """120 heartbeats for 2,160 µs: 18 µs each, 1.2 µs a second at one in 15 s."""
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for count in (1000, 5000):
            case = f"connections={count}"
            maker.write("idle", "sse", block, waiting(count, 0.08, transport="sse"), case=case)
            maker.write("idle", "floor", block, waiting(count, 0.05, transport="floor"), case=case)
            polled = waiting(count, 48.0, poll_interval_ms=1000, requests=count * 0.4, transport="short-poll")
            maker.write("idle", "short-poll@1s", block, polled, case=case)
        maker.write("heartbeat", "sse", block, compressed(120, 2160.0))
        maker.write("heartbeat", "long-poll", block, compressed(120, 9000.0, heartbeats=0, requests=120))
    figures = Figures(load_run(tmp_path))
    assert figures.get("idle", "connections=1000", "sse", PER_SECOND) is None
    sse = figures.get("idle", figures.main_case("idle"), "sse", PER_SECOND)
    assert sse.estimate.middle == pytest.approx(1.2) and sse.by_block == pytest.approx({1: 1.2, 2: 1.2, 3: 1.2})
    assert "as many events a second as 2,000 connections have" in sse.note
    assert sse.files == tuple(f"heartbeat__sse__default__b{block}__a1.json" for block in (1, 2, 3))
    assert figures.get("idle", "every=25s", "sse", PER_SECOND).estimate.middle == pytest.approx(18 / 25)
    long_poll = figures.get("idle", figures.main_case("idle"), "long-poll", PER_SECOND)
    assert long_poll.estimate.middle == pytest.approx(75 / 25) and "each 25 s" in long_poll.note
    assert figures.get("idle", "connections=5000", "short-poll@1s", PER_SECOND).estimate.middle == pytest.approx(48.0)
    assert figures.get("idle", "connections=5000", "floor", PER_SECOND).estimate.middle == pytest.approx(0.05)


@pytest.mark.parametrize(("beats", "told"), [(0, False), (2000, True), (1200, True), (100_000, False)])
def test_a_window_that_holds_the_heartbeats_tells_what_they_cost(tmp_path, beats, told):
    """1,000 connections for 30 s have 2,000 at one in 15 s; fifty times as many are a schedule compressed in time."""
    Generator(tmp_path).write("idle", "sse", 1, waiting(1000, 0.7, 30.0, heartbeats=beats), case="connections=1000")
    figure = Figures(load_run(tmp_path)).get("idle", "connections=1000", "sse", PER_SECOND)
    assert (figure is not None) == told


def test_a_cost_of_waiting_has_an_interval_above_nothing(tmp_path):
    for block, cpu_us in enumerate((600.0, 2400.0, 9600.0), start=1):
        Generator(tmp_path).write("idle", "sse", block, waiting(1000, 0.1), case="connections=1000")
        Generator(tmp_path).write("heartbeat", "sse", block, compressed(120, cpu_us))
    estimate = Figures(load_run(tmp_path)).get("idle", "connections=1000", "sse", PER_SECOND).estimate
    assert estimate.middle == pytest.approx(20 / 15) and 0 < estimate.low < estimate.high


def test_clients_come_spread_over_the_time_between_two_heartbeats():
    """133 signs of life a second, as many as of 2,000 connections in 15 s, and none brought together by a probe."""
    plan = make_plan(load_profile(OURS, "default", only=("heartbeat",)).scenarios, 1)
    tools = Tools(bin_dir=Path("bin"), cores=Cores(server=(0,), loadgen=(1,), note=""), seed=1)
    for trial in plan:
        command = loadgen_command(trial, tools, {"listening": "a:1", "admin": "a:2"}, 7, 0.0, Path("r.json"))
        given = dict(zip(command, command[1:], strict=False))
        apart_s = trial.scenario.heartbeat
        assert trial.connections / apart_s == pytest.approx(2000 / 15, rel=0.01)
        assert (trial.duration_s / apart_s).is_integer() and "--heartbeat" in settings_of(trial)
        if trial.transport.asks_again:
            assert given["--poll-wait"] == "450ms" and "--no-publish" not in command and trial.spread_s == 0
        else:
            assert given["--connect-rate"] == "133" and "--no-publish" in command and "--rate" not in command
            assert estimate_s(trial) > apart_s + trial.duration_s


def test_bytes_of_waiting_are_those_of_its_heartbeats(tmp_path):
    """A window without a heartbeat holds no bytes, and 0 would be no figure: 3 bytes each, four times a minute."""
    for block in (1, 2, 3):
        wire = {"bytes_in": 0, "bytes_out": 0}
        Generator(tmp_path).write("idle", "sse", block, waiting(1000, 0.1, wire=wire), case="connections=1000")
        wire = {"bytes_in": 360, "bytes_out": 0}
        Generator(tmp_path).write("heartbeat", "sse", block, compressed(120, 2160.0, wire=wire))
    figures = Figures(load_run(tmp_path))
    told = figures.get("idle", "connections=1000", "sse", "bytes_per_connection_minute")
    assert told.estimate.middle == pytest.approx(12.0) and told.files[0].startswith("heartbeat")
    for path in (tmp_path / "trials").glob("heartbeat*"):
        path.unlink()
    alone = Figures(load_run(tmp_path))
    assert alone.get("idle", "connections=1000", "sse", "bytes_per_connection_minute") is None
