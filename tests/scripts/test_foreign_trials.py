"""Each server of somebody else that is installed runs a trial as any other does, and nothing of it stays behind."""

from pathlib import Path

import pytest
from pushbench.machine.cores import choose_cores
from pushbench.machine.describe import raise_file_limit
from pushbench.run import foreign
from pushbench.run.launch import Tools
from pushbench.run.trial import run_trial
from pushbench.setup.plan import make_plan
from pushbench.setup.scenario import load_profile
from pushbench.setup.transports import TRANSPORTS

ROOT = Path(__file__).resolve().parents[2]
ROWS = [row.name for row in TRANSPORTS.values() if row.is_foreign or row.name.endswith("-posted")]
SCENARIO = """
question = "does it run?"
kind = "{kind}"
transports = ["{name}"]
blocks = 1
connections = 6
warmup = "200ms"
duration = "400ms"
"""
TOPICS = 'rate_per_client = 5\ntopics = "per-client"\n'


def started(marker: str) -> list[str]:
    """Processes that have a text in their environment."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and marker.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return [each for each in found if "pytest" not in each]


@pytest.fixture
def trial(built, tmp_path, monkeypatch):
    """Runs one of the scenario that is given, in a folder for temporary files of its own."""
    def run(name, kind="load", more=TOPICS):
        if lacking := foreign.why_not([name]):
            pytest.skip(lacking[name])
        scenarios, own = tmp_path / "scenarios", tmp_path / "own"
        scenarios.mkdir()
        own.mkdir()
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("TMPDIR", str(own))
        monkeypatch.setattr("tempfile.tempdir", str(own))
        raise_file_limit()
        (scenarios / "s.toml").write_text(SCENARIO.format(kind=kind, name=name) + more)
        (scenarios / "profiles.toml").write_text('[p]\nscenarios = ["s"]\n')
        (planned,) = make_plan(load_profile(scenarios, "p").scenarios, 1)
        record = run_trial(planned, Tools(built, choose_cores(), 1), 1, 1, lambda text: None)
        assert started(str(own)) == [] and list(own.iterdir()) == []
        return record

    return run


@pytest.mark.parametrize("name", ROWS)
def test_a_server_delivers_each_client_its_own_topic(trial, name):
    record = trial(name)
    assert record["error"] is None, record
    result = record["result"]
    assert result["delivered"] == result["expected"] > 0 and result["lost"] == 0
    # Not its growth: that of six connections may be below what a shared page is worth, when another process begins or
    # ends that has the same one.
    assert result["server"]["pss_bytes"] > 0 and result["server"]["cpu_s"] > 0


@pytest.mark.parametrize("name", ["node-ws", "node-sse"])
def test_a_server_waits_with_nothing_to_say(trial, name):
    record = trial(name, "idle", "")
    assert record["error"] is None and record["result"]["connections"] == 6
    assert record["result"]["published"] == 0


def test_a_version_is_found_of_each_that_is_here():
    here = [name for name in ROWS if not foreign.why_not([name])]
    for each in foreign.described(here).values():
        assert all(each["versions"].values()), each["versions"]
        assert all(each["files"].values())
