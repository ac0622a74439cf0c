"""Whoever interrupts gets what was measured, and leaves no schedule running on the server."""

import json
import signal
import time

import pytest

from programs import Loadgen, run_loadgen

LOAD = ("--connections", "10", "--duration", "20s", "--rate", "50")
WARM = ("--warmup", "20s")
COLD = ("--warmup", "0s")
# How to make a phase last long enough to be met.
PHASES = {
    "connect": ("sse_server", "sse", (), (*LOAD, *WARM, "--connect-rate", "1")),
    "verify": ("sse_server", "sse", ("--fault-delay", "1s"), (*LOAD, *WARM)),
    "warm up": ("sse_server", "sse", (), (*LOAD, *WARM)),
    "lead in": ("polling_server", "short-poll", (),
                (*LOAD, *COLD, "--poll-interval", "2s")),
    "measure": ("websocket_server", "websocket", (), (*LOAD, *COLD)),
    "drain": ("sse_server", "sse", ("--fault-delay", "1500ms"),
              ("--connections", "10", *COLD, "--duration", "300ms", "--rate", "50")),
}
WAYS = {
    "once": [(signal.SIGINT, 0.0)],
    "at once": [(signal.SIGINT, 0.0), (signal.SIGINT, 0.0), (signal.SIGTERM, 0.05), (signal.SIGINT, 0.05)],
    "again": [(signal.SIGTERM, 0.0), (signal.SIGINT, 0.6)],
    "hangup": [(signal.SIGHUP, 0.0)],
}


def interrupt(loadgen: Loadgen, way: str) -> None:
    for number, after_s in WAYS[way]:
        time.sleep(after_s)  # how long somebody takes to press the key again
        if loadgen.process.poll() is None:
            loadgen.process.send_signal(number)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("phase", PHASES)
def test_an_interrupt_in_any_phase_leaves_a_result_and_no_schedule(phase, way, start_server, tmp_path):
    name, transport, server_options, options = PHASES[phase]
    server = start_server(name, *server_options)
    ours = ("--transport", transport, "--target", server.target, "--admin", server.admin)
    json_file = tmp_path / "result.json"
    loadgen = Loadgen(*ours, *options, "--json", str(json_file))
    loadgen.wait_for_phase(phase)
    interrupt(loadgen, way)
    exit_code, summary = loadgen.end()
    assert exit_code == 130
    assert "NOT VALID" in summary and "interrupted" in summary
    result = json.loads(json_file.read_text())
    assert result["interrupted"] is True and result["valid"] is False
    assert server.get("/schedule")["running"] is False
    # What comes next finds the server as it should be: no 409.
    after = run_loadgen(*ours, "--connections", "2", "--warmup", "0s", "--duration", "100ms", "--rate", "50",
                        "--poll-interval", "50ms")
    assert after.returncode == 0, after.stderr


def test_an_order_whose_trial_fails_is_ended(start_server):
    """Clients are refused in mid-trial: the schedule must not go on without anybody to listen."""
    server = start_server("sse_server")
    other = start_server("sse_server")
    done = run_loadgen("--transport", "sse", "--target", other.target, "--admin", server.admin, "--connections", "2",
                       "--rate", "50", "--duration", "10s")
    assert done.returncode == 1 and "got no probe notification" in done.stderr
    assert server.get("/schedule")["running"] is False


def test_a_schedule_of_others_is_left_alone(sse_server):
    ours = ("--transport", "sse", "--target", sse_server.target, "--admin", sse_server.admin,
            "--connections", "5", "--rate", "50")
    first = Loadgen(*ours, *WARM)
    first.wait_for_phase("warm up")
    second = run_loadgen(*ours, "--duration", "1s")
    assert second.returncode == 1 and "no other schedule" in second.stderr
    assert sse_server.get("/schedule")["running"] is True
    first.process.send_signal(signal.SIGINT)
    assert first.end()[0] == 130
