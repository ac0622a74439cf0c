"""Keys of scenarios that `make bench` changes: read, refused, recorded, told, and never judged by."""

import json

import pytest
from pushbench.cli.main import main
from pushbench.errors import UsageError
from pushbench.report.findings import analyse
from pushbench.setup.changes import CHANGEABLE, read_change, why_not_judged
from pushbench.setup.scenario import load_profile
from pushbench.analysis.measures import MISSING
from synthetic import make_run, write_context
from test_runner_scenarios import OURS

ASKED = {"connections": 200, "rate": 5, "payload": 64}


def test_the_documented_change_is_of_that_scenario_alone():
    (scenario,) = load_profile(OURS, "default", ("broadcast",), ASKED).scenarios
    assert {key: scenario.values[key] for key in ASKED} == ASKED
    assert scenario.values["duration"] == load_profile(OURS, "default", ("broadcast",)).scenarios[0].duration


def test_a_duet_is_changed_like_its_workload():
    (duet,) = load_profile(OURS, "default", ("duet-stream",), {"rate": 50}).scenarios
    assert duet.rate == 50


@pytest.mark.parametrize(("key", "text", "value"), [
    ("connections", "200", 200), ("rate", "0.5", 0.5), ("payload", "64", 64), ("duration", "2s", "2s")])
def test_a_value_is_read_as_a_file_would_hold_it(key, text, value):
    assert read_change(key, text) == value and key in CHANGEABLE


@pytest.mark.parametrize(("key", "text", "said"), [
    ("connections", "-1", "a whole number from 0 to 5000000"), ("connections", "many", "a whole number"),
    ("rate", "fast", "must be a number"), ("payload", "0", "a whole number from 1"), ("duration", "5", "must be")])
def test_a_wrong_value_is_one_line_and_exit_code_2(capsys, key, text, said):
    with pytest.raises(SystemExit) as ended:
        main(["bench", "--only", "broadcast", f"--{key}={text}"])
    assert ended.value.code == 2
    assert f"argument --{key}: {text}: " in (line := capsys.readouterr().err.splitlines()[-1]) and said in line


@pytest.mark.parametrize(("only", "changes", "said"), [
    ((), {"rate": 5}, r"--rate 5: which scenario\? Name it with --only"),
    (("idle",), {"connections": 9}, "--connections 9: idle runs several and compares them: 250, 500"),
    (("idle",), {"rate": 9}, '--rate 9: idle, of kind "idle", has no such key'),
    (("sparse",), {"rate": 9}, r"--rate 9: sparse, .* has no such key \(it has rate_per_client\)"),
    (("duet-stream",), {"duration": "9s"}, '--duration 9s: duet-stream, of kind "duet", has no such key'),
    (("broadcast", "idle"), {"payload": 64}, "idle"),
    (("capacity",), {"connections": 0}, "capacity with --connections 0: connections = 0: only a scenario of kind"),
])
def test_a_change_that_no_scenario_has_is_refused(only, changes, said):
    with pytest.raises(UsageError, match=said):
        load_profile(OURS, "default", only, changes)


def test_a_changed_run_records_it_and_goes_on_with_it(fake_bench):
    fake_bench.only_one_trial()
    assert fake_bench.run(only=("tiny",), changes={"connections": 7, "rate": 9}) == 0
    (trial,) = fake_bench.trials()
    command = trial["commands"]["loadgen"]
    assert command[command.index("--connections") + 1] == "7" and command[command.index("--rate") + 1] == "9"
    context = json.loads((fake_bench.run_dir / "context.json").read_text())
    assert context["changed"] == {"connections": 7, "rate": 9} and context["scenarios"]["tiny"]["connections"] == 7
    run_id = fake_bench.run_dir.name
    assert fake_bench.run(resume=run_id, seed=None) == 0
    with pytest.raises(UsageError, match="made with changed --connections 7 --rate 9, not --connections 8"):
        fake_bench.run(resume=run_id, seed=None, changes={"connections": 8})


def test_nothing_is_judged_from_a_changed_workload(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("sparse", "broadcast", "stream"))
    assert {each.verdict for each in analyse(folder).judgements} != {MISSING}
    write_context(folder, 3, changed={"rate": 5})
    changed = analyse(folder)
    assert {each.verdict for each in changed.judgements} == {MISSING}
    assert any("changed by --rate 5" in each for each in changed.cautions)


def test_a_run_as_its_files_say_is_judged():
    assert why_not_judged({}) == why_not_judged({"changed": {}}) == ""
