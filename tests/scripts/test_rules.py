"""What voids a trial and what only marks it: by the rules in its file, never by the words of a sentence."""

import json
from pathlib import Path

import pytest
from pushbench.run.kinds.one import one_measurement
from pushbench.store import rules
from pushbench.store.archive import trial_texts
from pushbench.store.records import load_run
from pushbench.store.rules import SLOW, WRONG, finding
from pushbench.store.schema import TRIAL_VERSION, fault

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"
KEPT = finding("generator_busy", 0.31, 0.8, "a thread was 31 % busy", unit="cores")
BUSY = finding("generator_busy", 0.9, 0.8, "a thread was 90 % busy", unit="cores")
LATE = finding("wakeup_delay", 300.0, 200.0, "p99 300 us", unit="us", of="server", effect=SLOW)
NONE_REFUSED = dict.fromkeys(("status_2xx", "status_3xx", "status_4xx", "status_5xx", "not_the_protocol", "redirects",
                              "repeated_polls"), 0)
UNKNOWN = finding("steal", None, 0.01, "", effect=SLOW)


@pytest.fixture(scope="module")
def sound():
    """A whole trial of ours as text, in the form of today."""
    name, text = next(each for each in trial_texts(REFERENCE) if each[0].startswith("broadcast__sse__"))
    trial = json.loads(text)
    trial |= {"schema_version": TRIAL_VERSION, "marked_because": [], "rules": [KEPT.to_json()], "status": "ok",
              "invalid_because": []}
    trial["result"] |= {"schema_version": TRIAL_VERSION, "marked_because": [], "poll_wait_ms": None, "valid": True,
                        "invalid_because": [], "thresholds": [], "tls": None, "publisher": None,
                        "refused": NONE_REFUSED}
    assert fault("trial", trial) == ""
    return json.dumps(trial)


def written(folder, text, **changes):
    """A run of this one trial, changed."""
    (folder / "trials").mkdir(parents=True, exist_ok=True)
    (folder / "trials" / "broadcast__sse__default__b1__a1.json").write_text(json.dumps(json.loads(text) | changes))
    return folder


def standing(findings, **record):
    record = {"status": "ok", "rules": [each.to_json() for each in findings]} | record
    return rules.standing(record, {"valid": True})


def test_a_rule_is_broken_above_its_limit_and_not_judged_without_a_value():
    assert (KEPT.judged, KEPT.broken, KEPT.text) == (True, False, "")
    assert (BUSY.judged, BUSY.broken, BUSY.text) == (True, True, "generator_busy: a thread was 90 % busy")
    assert (UNKNOWN.applies, UNKNOWN.judged, UNKNOWN.broken) == (True, False, False)
    assert not finding("order", 0.0, 0.0, "none came twice").broken


def test_what_is_wrong_voids_and_what_is_slow_marks():
    assert standing([KEPT, UNKNOWN]).status == "ok"
    slow = standing([KEPT, LATE])
    assert (slow.status, slow.reasons, slow.marks) == ("ok", (), ("wakeup_delay: p99 300 us",))
    void = standing([BUSY, LATE])
    assert (void.status, void.reasons, void.marks) == ("invalid", (BUSY.text,), (LATE.text,))
    assert standing([KEPT], status="failed", error="it died").reasons == ("it died",)


def test_a_rule_that_is_waived_keeps_its_value_and_breaks_nothing():
    (busy, late) = rules.waived([BUSY, LATE], ("generator_busy",))
    assert (busy.value, busy.applies, busy.judged, busy.broken, busy.text) == (0.9, False, False, False, "")
    assert late == LATE


def test_nothing_goes_by_the_words_of_a_text():
    lying = finding("order", 1.0, 0.0, "", effect=WRONG)
    lying = rules.read([lying.to_json() | {"text": "generator_busy: steal: wakeup_delay: it was only slow"}])
    assert rules.waived(lying, ("generator_busy", "steal", "wakeup_delay")) == lying
    assert standing(lying).status == "invalid"


def test_a_file_from_before_there_were_rules_says_itself_what_became_of_it():
    old = {"status": "invalid", "invalid_because": ["steal: 4 % of the window"]}
    assert rules.standing(old, {"valid": False}).reasons == ("steal: 4 % of the window",)
    called = rules.standing({"status": "ok", "scenario": "sparse"}, {"valid": False, "invalid_because": ["3 lost"]})
    assert (called.status, called.reasons) == ("invalid", ("3 lost",))
    assert rules.standing({"status": "ok", "flood": True}, {"valid": False}).status == "ok"
    assert [each.effect for each in rules.findings_of({"valid": False})] == [WRONG]
    assert rules.findings_of({"valid": True}) == []


def test_a_broken_rule_counts_even_where_half_of_it_is_missing():
    (found,) = rules.read([{"rule": "order", "broken": True, "value": "many"}, "nonsense"])
    assert found.broken and found.effect == WRONG and found.value is None


def test_a_trial_tells_its_rules_and_its_marks(tmp_path, sound):
    (trial,) = load_run(written(tmp_path, sound, rules=[KEPT.to_json(), LATE.to_json()])).trials
    assert trial.ok and trial.marks == (LATE.text,) and trial.rules == (KEPT, LATE)
    (trial,) = load_run(written(tmp_path, sound, rules=[BUSY.to_json()])).trials
    assert trial.status == "invalid" and trial.reasons == (BUSY.text,)


@pytest.mark.parametrize("changes, said", [
    ({"block": 0}, "block: 0 is less than the minimum of 1"),
    ({"rules": [{"rule": "order", "broken": "no"}]}, "rules/0"),
    ({"surprise": 1}, "'surprise' was unexpected"),
    ({"result": {"lost": -1}}, "result"),
    ({"result": {"histograms": {"latency": [[5, 1], [7, "many"]]}}}, "result/histograms/latency is no list of a value"),
    ({"result": {"histograms": {"latency": [[5, 1], [7]]}}}, "result/histograms/latency is no list of a value")])
def test_a_trial_that_is_not_as_the_schema_says_is_left_out_with_a_remark(tmp_path, sound, changes, said):
    trial = json.loads(sound)
    result = trial["result"] | changes.get("result", {})
    written(tmp_path, json.dumps(trial | changes | {"result": result}))
    (tmp_path / "trials" / "broadcast__sse__default__b2__a1.json").write_text(sound)
    run = load_run(tmp_path)
    (remark,) = [each for each in run.remarks if "results/schema" in each]
    assert [trial.file for trial in run.trials] == ["broadcast__sse__default__b2__a1.json"]
    assert remark.startswith("trials/broadcast__sse__default__b1__a1.json is not as results/schema says (")
    assert said in remark and remark.endswith("): left out")


def test_what_an_older_load_generator_wrote_is_read_as_far_as_it_fits(tmp_path, sound):
    trial = json.loads(sound)
    trial["result"] = {"schema_version": 2, "latency_us": {"p50": 7.0}}
    (read,) = load_run(written(tmp_path, json.dumps(trial))).trials
    assert read.number("latency_us", "p50") == 7.0


def test_what_only_the_runner_can_tell_stands_among_the_rules(monkeypatch):
    from contextlib import nullcontext
    from types import SimpleNamespace

    from pushbench.run.kinds import one

    heard = {"valid": True, "rules": [KEPT.to_json()], "server": {"wakeup_delay_p90_us": 900.0}, "loadgen": {}}
    for name, found in {"start_server": lambda *_: nullcontext(), "read_addresses": lambda *_: {},
                        "run_loadgen": lambda *_: heard, "end_server": lambda *_, **__: None}.items():
        monkeypatch.setattr(one, name, found)
    tools = SimpleNamespace(wakeup_p90_us={"server": 75.0, "loadgen": 75.0}, cores=SimpleNamespace(server=(0,)))
    trial = SimpleNamespace(transport=SimpleNamespace(is_foreign=False), transports=(), round_trip_s=0.0)
    result = one_measurement(trial, tools, 1.0, None)
    busier = rules.findings_of(result)[1:]
    assert [each.of for each in busier] == ["server", "loadgen"]
    assert [(each.judged, each.broken) for each in busier] == [(True, True), (False, False)]
    assert result["valid"] and result["marked_because"] == [busier[0].text]
