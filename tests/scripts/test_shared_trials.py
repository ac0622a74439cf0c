"""Trials on a source that several servers share: each kind that can run one runs it, and nothing of it stays behind."""

import subprocess

import pytest
from pushbench.machine.cores import choose_cores
from pushbench.machine.describe import raise_file_limit
from pushbench.run import foreign
from pushbench.run.launch import Tools
from pushbench.run.trial import run_trial
from pushbench.setup.plan import make_plan
from pushbench.setup.scenario import load_profile
from pushbench.store.schema import fault

LOAD = 'kind = "load"\nconnections = 6\nrate = 20\nwarmup = "200ms"\nduration = "500ms"\n'
INTAKE = 'kind = "intake"\nconnections = 0\nrate = 500\ntopics = 10\nwarmup = "200ms"\nduration = "500ms"\n'


@pytest.fixture
def trial(built, tmp_path, monkeypatch):
    """Runs the one of a scenario, in a folder for temporary files of its own."""
    def run(name, text):
        if lacking := foreign.why_not([name], built):
            pytest.skip(lacking[name])
        # A build from before there was a source would take the option for a mistake.
        tried = subprocess.run([built / "sse_server", "--source", "nats://127.0.0.1:1/X", "--version"],
                               capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            pytest.skip(tried.stderr.strip())
        scenarios, own = tmp_path / "scenarios", tmp_path / "own"
        scenarios.mkdir()
        own.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(own))
        raise_file_limit()
        (scenarios / "s.toml").write_text(f'question = "does it run?"\nblocks = 1\ntransports = ["{name}"]\n{text}')
        (scenarios / "profiles.toml").write_text('[p]\nscenarios = ["s"]\n')
        (planned,) = make_plan(load_profile(scenarios, "p").scenarios, 1)
        record = run_trial(planned, Tools(built, choose_cores(), 1), 1, 1, lambda text: None)
        assert list(own.iterdir()) == []
        assert record["error"] is None, record
        assert fault("trial", record | {"before": {"quiet": True, "waited_s": 0, "wakeup_us": 1, "send_us": 1}}) == ""
        return record

    return run


@pytest.mark.parametrize("name", ["sse-shared", "websocket-shared", "long-poll-shared", "sse-naive"])
def test_a_load_comes_to_all_and_what_the_source_took_is_told(trial, name):
    record = trial(name, LOAD)
    result = record["result"]
    assert result["delivered"] == result["expected"] > 0 and result["lost"] == 0
    assert record["source"]["cpu_s"] > 0 and record["source"]["anonymous_bytes"] > 0
    assert record["commands"]["source"][3] == "nats-server"


@pytest.mark.parametrize("name", ["sse", "sse-shared", "jetstream", "jetstream-numbered"])
def test_an_intake_counts_what_was_carried(trial, name):
    record = trial(name, INTAKE)
    assert record["result"] is None and record["status"] == "ok"
    assert record["intake"]["carried"] > 0 and record["intake"]["publisher_cpu_cores"] > 0
    assert ("source" in record) == (name != "sse")


def test_the_servers_of_a_crowd_have_one_schedule(trial):
    record = trial("sse-shared", 'kind = "scale"\nconnections = 40\nnotifications = 3\nrate = 2\nheartbeat = "10m"\n')
    assert record["result"]["delivered"] == record["result"]["expected"] == 120
    assert record["source"]["cpu_s"] > 0
