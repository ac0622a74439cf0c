"""Clients that are not steady, against our servers: what is counted of them, and what is not."""

import json
from pathlib import Path

import jsonschema
import pytest
from programs import run_loadgen

_TRIAL = json.loads((Path(__file__).resolve().parents[2] / "results/schema/trial.schema.json").read_text())
SCHEMA = {"$schema": _TRIAL["$schema"], "$defs": _TRIAL["$defs"], "$ref": "#/$defs/result"}
SERVERS = {"sse": "sse_server", "websocket": "websocket_server", "long-poll": "polling_server",
           "short-poll": "polling_server"}


def measured(server, folder, transport, *options, duration="1500ms"):
    file = folder / "result.json"
    ended = run_loadgen("--transport", transport, "--target", server.target, "--admin", server.admin, "--connections",
                        "100", "--rate", "40", "--warmup", "0s", "--duration", duration, "--poll-interval", "100ms",
                        "--json", str(file), *options)
    assert ended.returncode == 0, ended.stderr
    result = json.loads(file.read_text())
    jsonschema.validate(result, SCHEMA)
    return result, ended.stdout


def usage(*options):
    ended = run_loadgen("--transport", "sse", "--no-publish", *options)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    return ended.stderr


@pytest.mark.parametrize("transport", SERVERS)
def test_who_comes_and_goes_loses_nothing_while_it_is_there(start_server, tmp_path, transport):
    result, _ = measured(start_server(SERVERS[transport]), tmp_path, transport, "--churn", "100")
    assert result["behaviour"]["churn"]["replaced"] > 50
    assert (result["lost"], result["duplicated"], result["connect"]["reconnects"]) == (0, 0, 0)
    assert result["delivered"] == result["expected"] > 3000
    assert not any(text.startswith(("deliveries", "silent", "early")) for text in result["invalid_because"])


@pytest.mark.parametrize("transport", SERVERS)
def test_who_is_cut_off_comes_back_without_a_loss(start_server, tmp_path, transport):
    result, text = measured(start_server(SERVERS[transport]), tmp_path, transport, "--cut", "300ms",
                            "--reconnect-after", "50ms", duration="2500ms")
    cut = result["behaviour"]["cut"]
    assert (cut["connections"], cut["not_back"], cut["back_us"]["count"]) == (100, 0, 100)
    assert cut["all_back_s"] > 0 and cut["peak_connects_per_s"] >= 10
    assert (result["lost"], result["duplicated"], result["connect"]["reconnects"]) == (0, 0, 0)
    assert result["delivered"] == result["expected"]
    assert "all back after" in text


def test_fixed_pauses_bring_all_back_in_one_step(start_server, tmp_path):
    result, _ = measured(start_server("websocket_server"), tmp_path, "websocket", "--cut", "300ms", "--reconnect",
                         "fixed", "--reconnect-after", "1s", duration="2500ms")
    cut = result["behaviour"]["cut"]
    assert cut["reconnect"] == "fixed" and cut["back_us"]["min"] >= 1_000_000
    # Jitter would spread the hundred over this second, some ten to each 0.1 s; a busy machine takes its time. After two
    # seconds without any connection the server would count as gone.
    assert cut["peak_connects_per_s"] >= 250


def test_who_does_not_resume_loses_what_it_missed_and_that_is_no_fault(start_server, tmp_path):
    result, _ = measured(start_server("websocket_server"), tmp_path, "websocket", "--cut", "300ms", "--no-resume",
                         "--reconnect", "fixed", "--reconnect-after", "500ms", "--drain", "100ms")
    assert result["lost"] > 100  # 0.5 s of 40/s for each
    (rule,) = [rule for rule in result["rules"] if rule["rule"] == "deliveries"]
    assert not rule["applies"]


@pytest.mark.parametrize("rate", ["0", "200"])
@pytest.mark.parametrize("transport", ["sse", "websocket"])
def test_slow_readers_are_not_counted_among_the_others(start_server, tmp_path, transport, rate):
    result, text = measured(start_server(SERVERS[transport]), tmp_path, transport, "--slow-readers", "10%",
                            "--slow-rate", rate)
    slow = result["behaviour"]["slow_readers"]
    assert 9 <= slow["clients"] <= 11
    assert result["expected"] == result["delivered"] == (100 - slow["clients"]) * result["published"]
    assert (slow["messages"] > 0) == (rate != "0")
    assert "slow readers" in text


def test_a_server_lets_go_of_who_vanished_and_how_late_is_measured(start_server, tmp_path):
    server = start_server("sse_server", "--heartbeat", "200ms", "--idle-timeout", "1s")
    result, text = measured(server, tmp_path, "sse", "--vanish", "0.1", duration="6s")
    vanished = result["behaviour"]["vanished"]
    assert (vanished["let_go"], vanished["still_held"]) == (vanished["clients"], 0)
    assert 0.5 < vanished["held_s_p50"] <= vanished["held_s_max"] <= vanished["looked_s"]
    assert result["expected"] == result["delivered"] == (100 - vanished["clients"]) * result["published"]
    assert "let go of" in text


def test_without_behaviours_there_is_nothing_to_tell(start_server, tmp_path):
    result, _ = measured(start_server("sse_server"), tmp_path, "sse", duration="300ms")
    assert result["behaviour"] is None


@pytest.mark.parametrize(("options", "said"), [
    (["--slow-readers", "0"], "--slow-readers: '0' is not a share of the clients such as 5% or 0.05"),
    (["--vanish", "150%"], "--vanish: '150%' is not a share"),
    (["--slow-rate", "5"], "--slow-rate: says how slow slow readers are; name their share with --slow-readers"),
    (["--cut-share", "5%"], "--cut-share: says whom to cut off; name the time with --cut"),
    (["--cut", "10s"], "--cut: lies behind the end of --duration"),
    (["--cut", "soon"], "--cut: 'soon' is not a time such as 2s"),
    (["--reconnect", "never"], "--reconnect: 'never' is not jitter or fixed"),
    (["--reconnect-after", "1h"], "--reconnect-after: is from 1ms to 5s"),
    (["--vanish", "5%", "--churn", "3"], "--vanish: counts the server's connections"),
    (["--slow-readers", "60%", "--vanish", "40%"], "--slow-readers: leaves no steady client"),
    (["--churn", "-1"], "--churn: '-1' is not a number from 0 to 100000"),
    (["--churn", "5", "--expect", "3"], "--expect: needs clients that are all steady")])
def test_what_cannot_be_is_said_in_one_line(options, said):
    assert said in usage(*options)
