"""A whole run against fakes: what is kept, what is repeated, what a failure costs."""

import json
import os
from pathlib import Path

import pytest

from pushbench.errors import UsageError
from pushbench.store.folder import StorageError


def test_a_run_keeps_each_trial_and_its_context(fake_bench):
    assert fake_bench.run() == 0
    trials = fake_bench.trials()
    assert [(t["variant"], t["block"], t["status"]) for t in trials] == [
        ("sse", 1, "ok"), ("sse", 2, "ok"), ("websocket", 1, "ok"), ("websocket", 2, "ok")]
    assert sorted(t["order"] for t in trials) == [1, 2, 3, 4]
    assert trials[0]["result"]["connections"] == 10
    assert "--server-pid" in trials[0]["commands"]["loadgen"]
    context = json.loads((fake_bench.run_dir / "context.json").read_text())
    assert context["seed"] == 7 and context["profile"] == "quick" and context["blocks"] == 2
    assert context["scenarios"]["tiny"]["connections"] == 10
    assert context["machine"]["cores"] == os.cpu_count()


def test_file_names_say_what_they_hold(fake_bench):
    fake_bench.only_one_trial()
    fake_bench.run()
    names = sorted(path.name for path in (fake_bench.run_dir / "trials").iterdir())
    assert names[0] == "tiny__sse__default__b1__a1.json"


def test_a_log_has_one_line_a_trial(fake_bench):
    fake_bench.run()
    lines = [line for line in fake_bench.printed.splitlines() if line.startswith("[")]
    assert len(lines) == 4 and lines[0].startswith("[1/4] tiny ") and ": ok, " in lines[0]


def test_a_terminal_sees_what_runs_and_keeps_what_went_wrong(fake_bench):
    fake_bench.behave(loadgen=["ok", "ok", "ok", "fails"])
    assert fake_bench.run(terminal=True) == 1
    assert " left" in fake_bench.printed and "tiny " in fake_bench.printed
    assert "[4/4] tiny" in fake_bench.printed and "[1/4] tiny" not in fake_bench.printed


def test_a_void_trial_is_repeated_at_once_with_all_that_it_is_compared_with(fake_bench):
    fake_bench.behave(loadgen=["invalid", "ok", "ok", "invalid", "ok", "ok", "ok", "ok"])
    assert fake_bench.run() == 0
    first = sorted((t["attempt"], t["order"], t["status"]) for t in fake_bench.trials() if t["block"] == 1)
    assert first == [(1, 1, "invalid"), (1, 2, "ok"), (2, 1, "ok"), (2, 2, "invalid"), (3, 1, "ok"), (3, 2, "ok")]
    assert "a generator thread was 93 % busy" in fake_bench.printed
    lines = [line.split("]")[0] for line in fake_bench.printed.splitlines() if line.startswith("[")]
    assert lines == ["[1/4", "[2/4"] * 3 + ["[3/4", "[4/4"]


def test_each_trial_tells_how_quiet_the_machine_was_before_it(fake_bench):
    fake_bench.only_one_trial()
    fake_bench.run()
    before = fake_bench.trials()[0]["before"]
    assert before.keys() == {"quiet", "waited_s", "wakeup_us", "send_us"} and before["wakeup_us"] > 0


def test_invalid_trials_end_after_three_and_a_run_without_a_valid_one_says_why(fake_bench):
    fake_bench.only_one_trial()
    fake_bench.behave(loadgen="invalid")
    assert fake_bench.run() == 4
    assert len(fake_bench.trials()) == 3
    assert "0 trials ok, 1 invalid, 0 failed" in fake_bench.printed
    assert "no trial is valid, so nothing can be told; tiny sse: a generator thread was 93 % busy" in fake_bench.printed


def test_some_invalid_trials_do_not_fail_the_run(fake_bench):
    fake_bench.behave(loadgen=["ok", *["invalid"] * 20])
    assert fake_bench.run() == 0
    assert "no trial is valid" not in fake_bench.printed


def test_a_scenario_runs_by_its_name_without_being_in_a_profile(fake_bench):
    fake_bench.only_one_trial()
    fake_bench.write("mine.toml", (fake_bench.scenarios / "tiny.toml").read_text())
    assert fake_bench.run(only=("mine",)) == 0
    assert {trial["scenario"] for trial in fake_bench.trials()} == {"mine"}
    assert fake_bench.run(resume=fake_bench.run_dir.name) == 0


def test_a_spent_budget_repeats_nothing(fake_bench):
    fake_bench.only_one_trial()
    fake_bench.write("profiles.toml", '[quick]\nscenarios = ["tiny"]\nbudget = "1ms"\n')
    fake_bench.behave(loadgen="invalid")
    fake_bench.run()
    assert len(fake_bench.trials()) == 1


@pytest.mark.parametrize(("behaviour", "error"), [
    ({"server": "dies", "loadgen": "hangs"}, "died in mid-trial: signal SIGKILL: out of memory"),
    ({"server": "dies at start"}, "ended before it printed its addresses: exit code 1: cannot listen"),
    ({"server": "rubbish"}, 'printed "hello, I am a server" instead of its addresses'),
    ({"server": "ends badly"}, "did not end properly on SIGTERM: exit code 3"),
    ({"loadgen": "fails"}, "loadgen left no result: exit code 1: loadgen: 127.0.0.1:1: connection refused"),
    ({"loadgen": "rubbish"}, "loadgen wrote a result that is not JSON"),
])
def test_a_failed_trial_is_kept_and_the_run_goes_on(fake_bench, monkeypatch, behaviour, error):
    monkeypatch.setattr("pushbench.run.launch._AFTER_SERVER_DEATH_S", 0.05)
    fake_bench.write("tiny.toml", (fake_bench.scenarios / "tiny.toml").read_text().replace("blocks = 2", "blocks = 1"))
    fake_bench.behave(**behaviour)
    assert fake_bench.run() == 1
    trials = fake_bench.trials()
    assert [t["status"] for t in trials] == ["failed"] * 2
    assert error in trials[0]["error"] and "\n" not in trials[0]["error"]
    assert trials[0]["result"] is None


def test_what_hangs_is_stopped(fake_bench, monkeypatch):
    fake_bench.only_one_trial()
    monkeypatch.setattr("pushbench.run.launch.longest_wait_s", lambda trial: 0.2)
    fake_bench.behave(loadgen="hangs")
    assert fake_bench.run() == 1
    assert "did not end within 0 s and was stopped" in fake_bench.trials()[0]["error"]


def test_a_silent_server_is_given_up(fake_bench, monkeypatch):
    fake_bench.only_one_trial()
    monkeypatch.setattr("pushbench.run.launch._SERVER_START_S", 0.1)
    fake_bench.behave(server="silent")
    assert fake_bench.run() == 1
    assert "printed no address within 0.1 s" in fake_bench.trials()[0]["error"]


def test_ctrl_c_keeps_what_is_done_and_resume_completes_it(fake_bench, monkeypatch):
    from pushbench.run import runner

    run_trial, count = runner.run_trial, iter(range(10))

    def third_is_interrupted(*arguments):
        if next(count) == 2:
            raise KeyboardInterrupt
        return run_trial(*arguments)

    monkeypatch.setattr(runner, "run_trial", third_is_interrupted)
    assert fake_bench.run() == 130
    before = {path.name: path.stat().st_mtime_ns for path in (fake_bench.run_dir / "trials").iterdir()}
    run_id = fake_bench.run_dir.name
    assert len(before) == 2 and f"make bench RESUME={run_id}" in fake_bench.printed

    assert fake_bench.run(resume=run_id, seed=None) == 0
    after = {path.name: path.stat().st_mtime_ns for path in (fake_bench.run_dir / "trials").iterdir()}
    assert len(after) == 4 and before.items() <= after.items()
    assert "2 trials of 4" in fake_bench.printed


def test_a_group_that_an_interrupt_cut_is_run_again_whole(fake_bench, monkeypatch):
    """Its two would else stand as far apart as the sittings do."""
    from pushbench.run import runner

    run_trial, count = runner.run_trial, iter(range(10))

    def second_is_interrupted(*arguments):
        if next(count) == 1:
            raise KeyboardInterrupt
        return run_trial(*arguments)

    monkeypatch.setattr(runner, "run_trial", second_is_interrupted)
    assert fake_bench.run() == 130
    (first,) = fake_bench.trials()
    assert fake_bench.run(resume=fake_bench.run_dir.name) == 0
    found = {(trial["block"], trial["attempt"], trial["variant"]) for trial in fake_bench.trials()}
    assert found == {(1, 1, first["variant"]), (1, 2, "sse"), (1, 2, "websocket"), (2, 1, "sse"), (2, 1, "websocket")}


def test_resume_tries_failed_trials_again(fake_bench):
    fake_bench.only_one_trial()
    fake_bench.behave(loadgen="fails")
    assert fake_bench.run() == 1
    fake_bench.behave()
    assert fake_bench.run(resume=fake_bench.run_dir.name) == 0
    assert [t["status"] for t in fake_bench.trials()] == ["failed", "ok"]


def test_resume_refuses_another_scenario(fake_bench):
    fake_bench.only_one_trial()
    fake_bench.run()
    path = fake_bench.scenarios / "tiny.toml"
    path.write_text(path.read_text().replace("rate = 5", "rate = 6"))
    with pytest.raises(UsageError, match="tiny changed in .* since it began"):
        fake_bench.run(resume=fake_bench.run_dir.name)


@pytest.mark.parametrize(("key", "value"), [
    ("limits", None), ("machine", 5), ("scenarios", []), ("cpus", {}), ("seed", "7"), ("only", 3), ("limits", {}),
    ("cpus", {"server": "x", "loadgen": "1"}), ("profile", ["quick"])])
def test_a_run_whose_context_is_broken_cannot_be_resumed_in_one_line(fake_bench, key, value):
    fake_bench.only_one_trial()
    fake_bench.run()
    path = fake_bench.run_dir / "context.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(UsageError, match="context.json: cannot be resumed: ") as caught:
        fake_bench.run(resume=fake_bench.run_dir.name, seed=None, profile=None)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("broken", ["claims.load_claims", "claims.load_aa", "load_cases"])
def test_a_mistake_in_a_claim_or_a_case_is_told_before_the_run(fake_bench, monkeypatch, broken):
    def mistaken():
        raise UsageError("R7.toml: is not valid TOML")

    monkeypatch.setattr(f"pushbench.cli.commands.{broken}", mistaken)
    with pytest.raises(UsageError, match="R7.toml"):
        fake_bench.run()
    assert not any(path.is_dir() for path in fake_bench.results.iterdir())


def test_an_unknown_run_names_the_known(fake_bench):
    fake_bench.only_one_trial()
    fake_bench.run()
    with pytest.raises(UsageError, match=f"unknown run \"nope\" in .*known are {fake_bench.run_dir.name}"):
        fake_bench.run(resume="nope")


def test_missing_programs_say_make_build(fake_bench):
    fake_bench.only_one_trial()
    (fake_bench.bin / "sse_server").unlink()
    with pytest.raises(UsageError, match="sse_server not found there; run `make build` first"):
        fake_bench.run()
    assert list(fake_bench.results.glob("*/")) == []


def test_results_that_cannot_be_made_are_one_line(fake_bench):
    fake_bench.results.rmdir()
    fake_bench.results.write_text("a file where the folder should be")
    with pytest.raises(UsageError, match="results cannot be written there"):
        fake_bench.run()


def test_a_full_disk_stops_the_run_and_keeps_the_finished(fake_bench, monkeypatch):
    replace, count = os.replace, iter(range(10))

    def full_after_two(source, target):
        if Path(target).parent.name == "trials" and next(count) >= 2:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr("pushbench.store.folder.os.replace", full_after_two)
    with pytest.raises(StorageError, match="cannot be written: No space left on device"):
        fake_bench.run()
    assert len(fake_bench.trials()) == 2
    assert "2 finished trials of 4 are kept" in fake_bench.printed
