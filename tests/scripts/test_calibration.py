"""The judgement of each check against plain values, and a calibration that goes wrong in every way."""

import json

import pytest
from rich.console import Console

from pushbench.errors import TrialError
from pushbench.meter.calibration import checks, conduct, record
from pushbench.meter.calibration.checks import Check
from pushbench.store.rules import SLOW, finding


def read_back(p50_ms):
    return {"delivery_us": {"p50": p50_ms * 1000}, "expected": 100, "delivered": 100}


@pytest.mark.parametrize(("held", "seen", "passed"), [
    (5, 5.0, True), (5, 5.24, True), (5, 5.26, False), (5, 4.7, False),
    (50, 52.4, True), (50, 52.6, False), (1, 1.19, True), (1, 1.21, False)])
def test_a_known_delay_is_read_back_within_five_percent_or_200_microseconds(held, seen, passed):
    assert checks.delay("SSE", read_back(seen), held, 0, "f").passed is passed


def test_half_its_interval_is_taken_off_what_a_short_poll_reads():
    check = checks.delay("short poll", read_back(15.1), 5, 20, "f")
    assert check.passed and check.seen == "5.10 ms, half its interval of 20 ms taken off"


def test_a_delay_read_back_from_half_of_the_deliveries_is_none():
    assert not checks.delay("SSE", read_back(5.0) | {"delivered": 50}, 5, 0, "f").passed


def test_a_trial_without_a_median_has_read_nothing_back():
    check = checks.delay("SSE", {"delivery_us": {"p50": None}}, 5, 0, "f")
    assert not check.passed and check.seen == "nothing"


@pytest.mark.parametrize(("longest_s", "p99_s", "passed"), [(1.0, 0.9, True), (0.89, 0.8, False), (1.0, 0.39, False)])
def test_a_stall_shows_in_the_longest_and_in_p99(longest_s, p99_s, passed):
    result = {"latency_us": {"max": longest_s * 1e6, "p99": p99_s * 1e6}, "delivery_us": {"p99": 900.0}}
    check = checks.stall("SSE", result, "f")
    assert check.passed is passed
    assert "from sent to received p99 would be 0.900 ms" in check.seen


def test_a_clean_run_must_not_show_a_stall():
    calm, stalled = {"latency_us": {"max": 2000.0}}, {"latency_us": {"max": 700_000.0}}
    assert checks.clean([calm, calm], "f").passed
    assert not checks.clean([calm, stalled], "f").passed
    assert not checks.clean([], "f").passed


def test_known_faults_are_counted_exactly_or_not_at_all():
    known = {"published": 4000, "lost": 4, "duplicated": 4, "reordered": 4}
    result = {"connections": 10, "lost": 40, "duplicated": 40, "reordered": 39}
    assert [check.passed for check in checks.faults("SSE", result, known, "f")] == [True, True, False]
    # Nothing known is nothing proven.
    nothing = {"published": 0, "lost": 0, "duplicated": 0, "reordered": 0}
    assert not any(check.passed for check in checks.faults("SSE", {"connections": 10, "lost": 0}, nothing, "f"))


@pytest.mark.parametrize(("ours", "theirs", "passed"), [(109, 100, True), (89, 100, False), (None, 100, False),
                                                        (100, None, False), (100, 0, False)])
def test_wrk_agrees_within_ten_percent(ours, theirs, passed):
    assert checks.wrk("requests/s", "/s", [ours], [theirs], "f").passed is passed


@pytest.mark.parametrize(("ours", "passed"), [(130, True), (91, True), (89, False), (None, False)])
def test_where_wrk_is_full_it_may_see_fewer_but_we_may_not(ours, passed):
    check = checks.wrk("requests/s", "/s", [ours], [100], "f", at_least=True)
    assert check.passed is passed and check.expected == "at least wrk − 10 %"


def test_what_was_measured_twice_is_judged_by_all_of_it():
    check = checks.wrk("requests/s", "/s", [70, 110], [100, 90], "f")
    assert check.passed and check.seen == "87.7 /s, wrk 94.9: −7.5 %, mean of 2"
    assert not checks.wrk("requests/s", "/s", [70, 100], [100, 90], "f").passed


def test_with_more_pairs_they_are_apart_where_the_whole_interval_is():
    by_chance = checks.wrk("requests/s", "/s", [140, 90, 150, 100], [100, 100, 100, 100], "f")
    assert by_chance.passed and by_chance.seen == "117 /s, wrk 100: +17.3 % [−21.2 % to +74.5 %], mean of 4"
    assert not checks.wrk("requests/s", "/s", [140, 139, 141, 140], [100, 100, 100, 100], "f").passed
    assert not checks.wrk("requests/s", "/s", [80, 81, 79, 80], [100, 100, 100, 100], "f", at_least=True).passed


def test_a_late_wake_up_and_a_missing_one_both_fail():
    assert checks.wakeup("server", "0", 80.0, "f").passed
    assert not checks.wakeup("server", "0", 250.0, "f").passed
    assert not checks.wakeup("server", "0", None, "f").passed


def test_the_floor_must_deliver_all_in_a_valid_trial():
    good = {"valid": True, "expected": 100, "delivered": 100, "server": {"cpu_us_per_delivery": 7.0},
            "loadgen": {"reader_cpu_us_per_delivery": 5.0}}
    assert checks.floor(good, "f").passed
    assert not checks.floor(good | {"delivered": 99}, "f").passed
    because = checks.floor(good | {"valid": False, "invalid_because": ["order: 4 twice"]}, "f")
    assert not because.passed and because.seen.endswith("; order: 4 twice")
    slow = finding("steal", 0.04, 0.01, "4 %", effect=SLOW).to_json()
    assert checks.floor(good | {"rules": [slow]}, "f").passed  # slower than it is, and nothing else


def check(name, passed, advice="close other programs"):
    return Check("wake-up delay", name, "p99 ≤ 200 µs", "p99 300 µs", passed, advice)


def test_a_calibration_answers_and_says_what_to_do(tmp_path, capsys):
    done = record.Calibration((check("server", True), check("load generator", False), check("both", False)))
    assert not done.passed
    assert done.answer == "With care: 2 of 3 checks of the meter failed (wake-up delay)."
    assert done.advice == ["close other programs"]
    record.show(done, Console(width=200, no_color=True))
    printed = capsys.readouterr().out
    assert "FAILED wake-up delay: load generator" in printed and "! close other programs" in printed


def test_why_a_figure_further_away_passes_stands_beside_the_table(capsys):
    """Four pairs around 0.81 that reach 1.2 pass by their interval, which the rows do not say."""
    by_chance = checks.wrk("latency", "us", [60, 120, 70, 85], [100, 100, 100, 100], "f")
    assert by_chance.passed and "−19.1 %" in by_chance.seen and " [" in by_chance.seen
    done = record.Calibration((by_chance,), "2026-01-01T00:00:00+00:00", 3.5)
    record.show(done, Console(width=300, no_color=True))
    assert checks.REACHES in capsys.readouterr().out and done.rule == checks.REACHES
    assert record.Calibration((checks.wrk("latency", "us", [99], [100], "f"),), "", 1.0).rule == ""


def test_it_is_read_as_it_was_written(tmp_path):
    done = record.Calibration((check("server", True),), "2026-01-01T00:00:00+00:00", 3.5)
    (tmp_path / record.FILE).write_text(json.dumps(done.to_json()))
    assert record.read(tmp_path) == (done, "")
    assert done.passed and done.answer.startswith("Yes: 1 check of the meter passed")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"checks": [{"group": "floor"}]}', '{"checks": 3}'])
def test_a_calibration_that_cannot_be_read_is_unknown_and_never_good(tmp_path, text):
    assert record.read(tmp_path)[0] is None and "not calibrated" in record.read(tmp_path)[1]
    (tmp_path / record.FILE).write_text(text)
    found, remark = record.read(tmp_path)
    assert found is None and "cannot be read" in remark


class BrokenProbe:
    def __init__(self, *arguments):
        raise TrialError("sse_server cannot be started: no such file")


def test_a_check_that_cannot_be_made_has_failed_and_the_others_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(conduct, "Probe", BrokenProbe)
    monkeypatch.setattr(conduct, "find_wrk", lambda: None)
    from pushbench.machine.cores import Cores
    from pushbench.run.launch import Tools

    done = conduct.calibrate(Tools(tmp_path, Cores((0,), (1,), ""), 1), tmp_path, lambda text: None)
    groups = done.by_group
    assert {"floor", "known delay", "stall", "known faults", "second meter"} <= set(groups)
    assert not done.passed and len(done.failures) == len(done.checks)
    assert record.read(tmp_path)[0].checks == done.checks
