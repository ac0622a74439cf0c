"""When a run was measured: each sitting is recorded, a resume goes on with what is left, and the report says so."""

import json

import pytest

from pushbench.errors import UsageError
from pushbench.report.words import sittings as words
from pushbench.store.sittings import KILLED, Sitting, begin, from_times, pauses_s, sittings_in, sittings_of

FIRST = {"started_utc": "2026-01-01T10:00:00+00:00", "wall_s": 200.0}
SECOND = {"started_utc": "2026-01-01T10:03:25+00:00", "wall_s": 35.0}  # 5 s after the first has ended
LATER = {"started_utc": "2026-01-01T10:05:37+00:00", "wall_s": 10.0}  # 97 s after the second has ended
RECORDED = {"started_utc": "2026-01-01T10:00:00+00:00", "ended_utc": "2026-01-01T10:04:00+00:00", "budget_s": 600.0,
            "why_ended": "interrupted", "trials": 2}


def test_an_older_run_shows_its_sittings_by_the_times_of_its_trials():
    found = from_times([LATER, FIRST, SECOND, {"started_utc": "never", "wall_s": 1}, {"started_utc": None}])
    assert [(each.started_utc[11:19], each.ended_utc[11:19], each.trials) for each in found] == [
        ("10:00:00", "10:04:00", 2), ("10:05:37", "10:05:47", 1)]
    assert pauses_s(found) == [97.0]


def test_a_resume_has_what_is_left_of_the_budget():
    context = {"sittings": [RECORDED]}
    assert begin(context, [FIRST, SECOND], 600.0) == pytest.approx(360.0)
    assert [each["budget_s"] for each in context["sittings"]] == [600.0, 360.0]
    assert begin({"sittings": [RECORDED]}, [], 100.0) == 0.0
    assert begin({"sittings": [RECORDED]}, [], None) is None
    # What an older run has spent is in the times of its trials.
    assert begin({}, [FIRST, SECOND], 600.0) == pytest.approx(360.0)


def test_a_sitting_that_was_killed_ended_with_its_last_trial():
    context = {"sittings": [RECORDED | {"ended_utc": None, "why_ended": None, "trials": 0}]}
    (found,) = sittings_of(context, [FIRST, SECOND])
    assert (found.ended_utc, found.why_ended, found.trials) == ("2026-01-01T10:04:00+00:00", KILLED, 2)
    assert begin(context, [FIRST, SECOND], 600.0) == pytest.approx(360.0)
    assert context["sittings"][0]["why_ended"] == KILLED


@pytest.mark.parametrize("broken", [None, 3, [3], [{}], [{"started_utc": "yesterday"}]])
def test_what_cannot_be_read_is_no_sitting(broken):
    assert sittings_in({"sittings": broken}) == []


def test_what_is_wrong_in_a_sitting_does_not_cost_the_report():
    broken = RECORDED | {"ended_utc": 5, "budget_s": "600", "why_ended": ["x"], "trials": "many"}
    (found,) = sittings_in({"sittings": [broken]})
    assert found == Sitting(RECORDED["started_utc"]) and words.line([found, found]).startswith("Measured in 2 sittings")


def test_the_words_name_each_sitting_and_the_pause():
    one = Sitting("2026-01-01T10:00:00+00:00", "2026-01-01T10:09:30+00:00", 600.0, "done", 40)
    assert words.line([one]) == "Measured in one sitting: 2026-01-01 10:00:00 to 10:09:30 UTC."
    assert words.caution([one]) == "" and words.line([]) == ""
    two = [one, Sitting("2026-01-01T10:11:07+00:00", "2026-01-01T10:11:37+00:00", 30.0, "done", 5)]
    assert words.line(two) == ("Measured in 2 sittings: 2026-01-01 10:00:00 to 10:09:30 UTC (9 min 30 s, 40 trials, "
                               "done) and 2026-01-01 10:11:07 to 10:11:37 UTC (30 s, 5 trials, done).")
    assert "2 sittings with a pause of 1 min 37 s between them" in words.caution(two)


def test_a_run_records_its_sittings(fake_bench, monkeypatch):
    from pushbench.run import runner

    fake_bench.only_one_trial()
    run_trial = runner.run_trial

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run_trial", interrupted)
    fake_bench.write("profiles.toml", '[quick]\nscenarios = ["tiny"]\nbudget = "10m"\n')
    assert fake_bench.run() == 130
    monkeypatch.setattr(runner, "run_trial", run_trial)
    assert fake_bench.run(resume=str(fake_bench.run_dir)) == 0  # by its folder
    assert "are left of the 10 min 00 s" in fake_bench.printed
    recorded = json.loads((fake_bench.run_dir / "context.json").read_text())["sittings"]
    assert [(each["why_ended"], each["trials"]) for each in recorded] == [("interrupted", 0), ("done", 1)]
    assert recorded[0]["budget_s"] == 600.0 and 590.0 < recorded[1]["budget_s"] <= 600.0
    assert all(each["ended_utc"] for each in recorded)


@pytest.mark.parametrize(("asked", "named"), [
    ({"profile": "full"}, "made with profile quick, not full"), ({"seed": 8}, "made with seed 7, not 8"),
    ({"only": ("tiny",)}, "made with only nothing, not tiny"),
])
def test_a_resume_does_not_pass_over_what_it_was_asked_for(fake_bench, asked, named):
    fake_bench.only_one_trial()
    fake_bench.run()
    with pytest.raises(UsageError, match=named):
        fake_bench.run(resume=fake_bench.run_dir.name, **asked)
    assert fake_bench.run(resume=fake_bench.run_dir.name, profile=None, seed=None) == 0
