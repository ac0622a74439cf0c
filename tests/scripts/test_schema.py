"""What the programs write is what results/schema/ says, field by field."""

import json
from pathlib import Path

import jsonschema
import pytest
from pushbench.store.archive import trial_texts
from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {name: json.loads((ROOT / "results" / "schema" / f"{name}.schema.json").read_text())
           for name in ("trial", "calibration", "context", "speed")}

SCENARIO = """
question = "does it write what it says?"
kind = "load"
transports = ["short-poll", "long-poll", "websocket", "sse", "floor"]
blocks = 1
connections = 5
rate = 50
poll_intervals = ["20ms"]
duration = "200ms"
"""
PUBLISHER = """
question = "and with nobody there?"
kind = "load"
transports = ["sse"]
blocks = 1
connections = 0
rate = 50
duration = "200ms"
"""


def problems(kind, document):
    checker = jsonschema.Draft202012Validator(SCHEMAS[kind], format_checker=jsonschema.FormatChecker())
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in checker.iter_errors(document)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_the_reference_run_is_as_the_schemas_say():
    reference = ROOT / "results" / "reference"
    assert problems("context", json.loads((reference / "context.json").read_text())) == []
    assert problems("calibration", json.loads((reference / "calibration.json").read_text())) == []
    trials = dict(trial_texts(reference))
    assert len(trials) > 200
    for name, text in trials.items():
        assert (name, problems("trial", json.loads(text))) == (name, [])


def test_a_field_that_is_missing_or_unknown_is_noticed():
    texts = dict(trial_texts(ROOT / "results" / "reference", ("broadcast",)))
    trial = json.loads(next(text for name, text in texts.items() if name.startswith("broadcast__sse__")))
    del trial["result"]["lost"]
    trial["result"]["surprise"] = 1
    assert len(problems("trial", trial)) > 0


def test_the_programs_write_what_the_schemas_say(built, tmp_path, monkeypatch):
    from pushbench.cli.bench import BenchOptions, bench
    from pushbench.meter.calibration.record import Calibration

    monkeypatch.setattr("pushbench.cli.bench.report_of", lambda folder, console: None)
    monkeypatch.setattr("pushbench.cli.bench.calibrate", lambda tools, folder, say: Calibration(()))
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "tiny.toml").write_text(SCENARIO)
    (scenarios / "nobody.toml").write_text(PUBLISHER)
    (scenarios / "profiles.toml").write_text('[quick]\nscenarios = ["tiny", "nobody"]\n')
    bench(BenchOptions(root=ROOT, bin_dir=built, results=tmp_path / "results", scenarios=scenarios, profile="quick"),
          Console(file=(tmp_path / "printed.txt").open("w")))
    (context,) = (tmp_path / "results").glob("*/context.json")
    assert problems("context", json.loads(context.read_text())) == []
    # A busy machine may make a trial invalid, and its file is as the schema says all the same.
    trials = {path.name: json.loads(path.read_text()) for path in context.parent.glob("trials/*.json")}
    assert {name.split("__")[1] for name in trials} == {"short-poll", "long-poll", "websocket", "sse", "floor"}
    for name, trial in trials.items():
        assert (name, problems("trial", trial)) == (name, [])
        assert trial["status"] != "failed" and trial["result"]["lost"] == 0
