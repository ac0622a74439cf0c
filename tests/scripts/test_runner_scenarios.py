"""Scenario files: the ones of the project are sound, and every mistake is one clear line."""

from pathlib import Path

import pytest

from pushbench.errors import UsageError
from pushbench.machine.cores import Cores
from pushbench.run.launch import Tools, loadgen_command, settings_of
from pushbench.setup.behaviour import options_of
from pushbench.setup.plan import estimate_s, make_plan
from pushbench.setup.scenario import load_profile

OURS = Path(__file__).resolve().parents[2] / "bench" / "scenarios"
COMPARED = {"idle", "sparse", "broadcast", "stream", "payload"}
BESIDE = {"publisher", "heartbeat", "events", "saturation"}  # parts of a cost, and the load generator's own limit
FIVE = {"short-poll", "long-poll", "websocket", "sse", "floor"}
GOOD = """
question = "q"
kind = "load"
transports = ["sse"]
blocks = 1
connections = 10
rate = 5
duration = "1s"
"""


@pytest.mark.parametrize(("profile", "budget_s"), [("smoke", 100), ("default", 620), ("full", None)])
def test_our_profiles_run_everything_within_their_time(profile, budget_s):
    loaded = load_profile(OURS, profile)
    assert {each.name for each in loaded.scenarios} >= COMPARED | BESIDE
    plan = make_plan(loaded.scenarios, 1)
    assert budget_s is None or sum(estimate_s(trial) for trial in plan) <= budget_s
    searches = {"capacity"} & {each.name for each in loaded.scenarios}  # in ten minutes there is no time for it
    assert searches or profile == "default"
    for name in COMPARED | searches:
        assert FIVE <= {trial.variant.split("@")[0] for trial in plan if trial.scenario.name == name}
    for name in ("broadcast", "idle"):
        assert any(t.variant == "websocket-beast" for t in plan if t.scenario.name == name)


def test_default_has_the_blocks_that_intervals_need():
    blocks = {each.name: each.blocks for each in load_profile(OURS, "default").scenarios}
    assert min(blocks[name] for name in COMPARED) >= 3
    assert min(blocks[f"duet-{name}"] for name in ("sparse", "broadcast", "stream")) >= 4
    (idle,) = load_profile(OURS, "default", only=("idle",)).scenarios
    assert len(idle.cases["connections"]) >= 5 and max(idle.cases["connections"]) >= 4000


def test_polls_and_deliveries_are_compared_at_equal_rates_of_events():
    """As many polls a second as notifications, and those that find nothing ask as often."""
    plan = make_plan(load_profile(OURS, "default", only=("events",)).scenarios, 1)
    told = {trial.case: trial.rate_per_s for trial in plan if trial.variant == "sse"}
    for trial in plan:
        asked = trial.connections / trial.poll_interval_s if trial.transport.polls else told[trial.case]
        assert asked == told[trial.case]
        assert trial.rate_per_s == (0 if trial.variant == "short-poll-empty" else told[trial.case])
    assert min(told.values()) == 250 and max(told.values()) == 5000 and 500 in told.values()


def test_a_variant_may_have_a_window_of_its_own(tmp_path):
    (trial, other) = make_plan(load(tmp_path, GOOD.replace('["sse"]', '["sse", "websocket"]')
                                    + 'durations = { sse = "3s" }\n').scenarios, 1)
    assert {each.variant: each.duration_s for each in (trial, other)} == {"sse": 3.0, "websocket": 1.0}
    with pytest.raises(UsageError, match="durations.floor: must name a variant"):
        load(tmp_path, GOOD + 'durations = { floor = "3s" }\n')


def load(folder: Path, scenario: str = GOOD, profiles: str = '[p]\nscenarios = ["s"]\n', name: str = "p"):
    (folder / "s.toml").write_text(scenario)
    (folder / "profiles.toml").write_text(profiles)
    return load_profile(folder, name)


def test_a_profile_changes_a_scenario(tmp_path):
    profile = load(tmp_path, profiles='[p]\nscenarios = ["s"]\n[p.override.s]\nblocks = 4\nduration = "2s"\n')
    assert (profile.scenarios[0].blocks, profile.scenarios[0].duration, profile.scenarios[0].rate) == (4, 2.0, 5.0)


@pytest.mark.parametrize(("old", "new", "said"), [
    ('blocks = 1', 'blocks = 0', "s.toml: blocks = 0: must be a whole number from 1 to 1000"),
    ('blocks = 1', 'blocks = true', "s.toml: blocks = True: must be a whole number"),
    ('blocks = 1', 'bloks = 1', 's.toml: unknown key "bloks"; known are question, kind'),
    ('blocks = 1', '', 's.toml: the key "blocks" is missing'),
    ('rate = 5', 'rate = -5', "s.toml: rate = -5: must be a number from 0.001 to 1e+06"),
    ('rate = 5', 'rate = "fast"', 's.toml: rate = "fast": must be a number'),
    ('rate = 5', '', 's.toml: give one of "rate"'),
    ('rate = 5', 'rate = nan', "s.toml: rate = nan: must be a number"),
    ('duration = "1s"', 'duration = 1', 's.toml: duration = 1: must be a duration with its unit'),
    ('duration = "1s"', 'duration = "0s"', 's.toml: duration = "0s": must be from 0.1 s'),
    ('["sse"]', '["ssе"]', 's.toml: transports = [\'ssе\']: names an unknown transport "ssе"; known are sse'),
    ('["sse"]', '["sse", "sse"]', "must not hold the same value twice"),
    ('["sse"]', '[]', "must be a list with at least one value"),
    ('["sse"]', '[["sse"]]', "names an unknown transport"),
    ('"load"', '"laod"', 's.toml: kind = "laod": must be one of load, idle, capacity, wrk, flood'),
    ('"load"', '"idle"', 's.toml: rate = 5.0: a scenario of kind "idle" has no such key'),
    ('connections = 10', 'cases = { payload = [1], connections = [1] }', "must be a table with one key"),
    ('connections = 10', '', 'the key "connections" is missing'),
    ('rate = 5', 'rate = 5\nbehaviour = { chrun = 5 }', 's.toml: behaviour: has no key "chrun"; known are churn'),
    ('rate = 5', 'rate = 5\nbehaviour = { vanish = 5 }', "s.toml: behaviour: vanish must be a share of the clients"),
    ('rate = 5', 'rate = 5\nbehaviour = { cut = 5 }', "s.toml: behaviour: cut must be a duration with its unit"),
    ('rate = 5', 'rate = 5\nbehaviour = { resume = 1 }', "s.toml: behaviour: resume must be true or false"),
    ('rate = 5', 'rate = 5\nbehaviour = {}', "s.toml: behaviour: must be a table with one key at least of churn"),
    ('blocks = 1', 'blocks = = 1', "s.toml: is not valid TOML: Invalid value (at line 5"),
])
def test_a_mistake_is_one_line_that_names_file_key_and_value(tmp_path, old, new, said):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_behaviours_of_clients_are_options_of_the_load_generator(tmp_path):
    text = GOOD + 'idle_timeout = "2s"\n[behaviour]\nchurn = 50\nslow_readers = 0.05\ncut = "1.5s"\nresume = false\n'
    (trial,) = make_plan(load(tmp_path, text).scenarios, 1)
    assert options_of(trial.scenario.behaviour) == ["--churn", "50", "--slow-readers", "0.05", "--cut", "1500ms",
                                                    "--no-resume"]
    assert settings_of(trial)[-2:] == ["--idle-timeout", "2s"]


def test_a_heartbeat_may_be_what_is_varied_and_none_is_one_of_them(tmp_path):
    text = GOOD.replace('"load"', '"idle"').replace("rate = 5\n", "") + (
        'spread = true\nidle_timeout = "0s"\ncases = { heartbeat = ["500ms", "0s"] }\nbehaviour = { vanish = 0.1 }\n')
    first, none = sorted(make_plan(load(tmp_path, text).scenarios, 1), key=lambda trial: -trial.heartbeat_s)
    assert (first.case, first.spread_s, none.case, none.spread_s) == ("heartbeat=500ms", 0.5, "heartbeat=0s", 0.0)
    assert settings_of(first)[2:] == ["--heartbeat", "500ms", "--idle-timeout", "0s"]
    assert settings_of(none)[2:4] == ["--heartbeat", "0s"]
    with pytest.raises(UsageError, match='heartbeat = "50ms": must be from 0.1 s'):
        load(tmp_path, GOOD + 'heartbeat = "50ms"\n')


def test_the_course_of_a_storm_is_told_in_short_slices(tmp_path):
    tools = Tools(bin_dir=Path("bin"), cores=Cores(server=(0,), loadgen=(1,), note=""), seed=1)
    for behaviour, sliced in (('cut = "500ms"', True), ("churn = 5", False)):
        (trial,) = make_plan(load(tmp_path, f"{GOOD}behaviour = {{ {behaviour} }}\n").scenarios, 1)
        command = loadgen_command(trial, tools, {"listening": "a:1", "admin": "a:2"}, 7, 5.0, Path("r.json"))
        assert (command[-2:] == ["--series", "100ms"]) == sliced


@pytest.mark.parametrize(("profiles", "name", "said"), [
    ('[p]\nscenarios = ["s"]\n[q]\nscenarios = ["s"]', "r", 'unknown profile "r": known are p, q'),
    ('[p]\nscenarios = ["t"]', "p", "t.toml: cannot be read: No such file or directory"),
    ('[p]\nscenarios = "s"', "p", "must be a list of scenario names"),
    ('[p]\nscenario = ["s"]', "p", '[p]: unknown key "scenario"'),
    ('[p]\nscenarios = ["s"]\nbudget = 5', "p", "budget = 5: must be a duration"),
    ('[p]\nscenarios = ["s"]\n[p.override.t]\nblocks = 1', "p", 'unknown scenario "t"'),
    ('[p]\nscenarios = ["s"]\n[p.override.s]\nblocks = -1', "p", "[p.override.s]: blocks = -1: must be a whole"),
    ('[p]\nscenarios = ["s"]\n[p.override.s]\nkind = "idle"', "p", "a profile cannot change it"),
    ('[p]\nscenarios = ["s"]\n[p.override]\ns = 5', "p", "[p.override.s]: must be a table of keys"),
    ('[p]\nscenarios = ["s", "s"]', "p", '[p]: scenarios: "s" is there twice'),
    ('p = 1', "p", "a profile is a table"),
])
def test_a_mistake_in_a_profile_is_one_line(tmp_path, profiles, name, said):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, profiles=profiles, name=name)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("added", "said"), [
    ('only = { sse = [7] }', "only.sse = [7]: must name a variant of this scenario and cases out of [1, 2]"),
    ('only = { websocket = [1] }', "only.websocket = [1]: must name a variant"),
    ('only = { sse = 1 }', "must be a table of variants, each with a list"),
])
def test_a_choice_of_cases_must_be_of_the_scenario(tmp_path, added, said):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, GOOD.replace("connections = 10", f"cases = {{ connections = [1, 2] }}\n{added}"))
    assert said in str(caught.value)


@pytest.mark.parametrize(("added", "said"), [
    ("{ sse = 2 }", "blocks_of.sse = 2: must name a variant of this scenario and be no more than its blocks, 1"),
    ("{ websocket = 1 }", "s.toml: blocks_of.websocket = 1: must name a variant of this scenario"),
    ("{ sse = 0 }", "must be a whole number from 1 to 1000"), ("3", "must be a table of variants, each with a number"),
])
def test_fewer_blocks_are_for_a_variant_of_the_scenario(tmp_path, added, said):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, f"{GOOD}blocks_of = {added}\n")
    assert said in str(caught.value)


def test_a_file_that_is_no_text_is_one_line(tmp_path):
    load(tmp_path)
    (tmp_path / "s.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="s.toml: is not UTF-8 text"):
        load_profile(tmp_path, "p")
