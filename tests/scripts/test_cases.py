"""The first screen by value: what a case costs, who is chosen, and when nobody is."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pushbench.analysis import cases as choosing_cases
from pushbench.analysis import costs, library
from pushbench.analysis.cases import DEARER, EQUAL, LEAST, UNCLEAR, outcome, standing
from pushbench.analysis.exclusions import exclusions, with_all
from pushbench.analysis.figures import Figures
from pushbench.errors import UsageError
from pushbench.report.charts.choice import which_one
from pushbench.report.findings import analyse
from pushbench.report.first import Turned, to_json, with_them
from pushbench.report.web import page as report
from pushbench.report.words import choosing, libraries, summing
from pushbench.setup.cases import Case, load_cases, often
from pushbench.stats.estimates import Estimate
from pushbench.store.records import load_run
from synthetic import Generator, make_run, write_context

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"
DELIVERY = {"sse": 60.0, "websocket": 61.0, "long-poll": 80.0, "short-poll": 300.0}
CASE = Case("x", "X", users=1000, every_s=10, shared=False, staleness_s=5)
SHARED = Case("y", "Y", users=2000, every_s=0.5, shared=True, staleness_s=10)


def trial(connections: int, rate: float, topics: int = 1, **more: object) -> dict[str, object]:
    return more | {"schema_version": 2, "connections": connections, "rate_per_s": rate, "topics": topics,
                   "window_s": 10.0}


def hand_made(folder: Path, delivery: Mapping[str, float] = DELIVERY, blocks: int = 3,
              heartbeats: bool = True) -> Figures:
    """Figures that are round: 1 µs of idle with heartbeats, an empty poll of 100 µs at 100/s and 50 µs at 400/s."""
    maker = Generator(folder)
    write_context(folder, blocks)
    for block in range(1, blocks + 1):
        for variant, us in delivery.items():
            latency = {"p50": 200.0, "p99": 400.0}
            maker.write("sparse", variant, block, trial(
                1000, 100, 1000, latency_us=latency, requests=4000, window_deliveries=1000,
                server={"cpu_us_per_delivery": us}))
            maker.write("broadcast", variant, block, trial(
                1000, 20, latency_us=latency, requests=1000, window_deliveries=200_000,
                server={"cpu_us_per_delivery": us / 10}))
        for variant in ("sse", "websocket", "long-poll"):
            for count in (100, 400):
                maker.write("idle", variant, block, trial(count, 0, server=idle(count, 0.5)),
                            case=f"connections={count}")
        for count, us in ((100, 100.0), (400, 50.0)):
            maker.write("idle", "short-poll@1s", block, trial(count, 0, poll_interval_ms=1000, server=idle(count, us)),
                        case=f"connections={count}")
        for variant in ("sse", "websocket") if heartbeats else ():
            server = {"heartbeats": 1000, "cpu_us_per_idle_connection_s": 1.5}  # 15 µs each
            maker.write("heartbeat", variant, block, trial(1000, 0, published=0, server=server))
    return Figures(load_run(folder))


def idle(connections: int, us: float) -> dict[str, float]:
    return {"cpu_us_per_idle_connection_s": us, "pss_bytes_per_connection": 1024.0,
            "kernel_bytes_per_connection": 4096.0}


def by_name(found):
    return {each.base: each for each in found.choices}


def test_a_case_is_deliveries_and_waiting(tmp_path):
    each = by_name(outcome(CASE, hand_made(tmp_path)))["sse"]
    # 100 deliveries/s of 60 µs, 1,000 connections with a heartbeat of 15 µs in 15 s.
    assert each.cores.middle == pytest.approx((100 * 60 + 1000 * 1.0) / 1e6)
    assert each.memory_mb.middle == pytest.approx(1000 * 5 * 1024 / 1e6)
    assert each.wait.ms.middle == pytest.approx(0.4) and each.wait.percentile == "p99" and each.wait.scaled == 1
    assert all(name.startswith(("sparse", "idle", "heartbeat")) for name in each.files)


def test_a_long_poll_that_waits_is_asked_anew(tmp_path):
    each = by_name(outcome(CASE, hand_made(tmp_path)))["long-poll"]
    # 40 of them a second, below half of all that was measured: as at 50/s, where the line says 100 · √2 µs.
    assert each.cores.middle == pytest.approx((100 * 80 + 1000 * 100 * math.sqrt(2) / 25) / 1e6)


def test_polls_cost_what_they_cost_at_their_own_rate(tmp_path):
    each = by_name(outcome(CASE, hand_made(tmp_path)))["short-poll"]
    # 200 polls/s lie half way between 100 and 400 on a logarithmic scale. In sparse, 400 polls/s find 100/s at 300 µs:
    # four polls of 50 µs each, so a notification adds 100 µs.
    assert each.cores.middle == pytest.approx((200 * math.sqrt(100 * 50) + 100 * 100) / 1e6)
    assert each.interval_s == 5 and each.in_time and choosing.waits(each) == "≤\u00a05\u00a0s"


def test_the_same_within_ten_percent_is_named_together(tmp_path):
    found = outcome(CASE, hand_made(tmp_path))
    assert [(each.base, each.standing) for each in found.choices] == [
        ("sse", LEAST), ("websocket", EQUAL), ("long-poll", DEARER), ("short-poll", DEARER)]
    assert [each.base for each in found.picks] == ["sse", "websocket"] and found.decided
    advice = choosing.advise(found)
    assert (advice.take, advice.beside) == ("SSE", "or WebSocket: no practical difference")
    assert advice.why.replace("\u00a0", " ") == (
        "Long poll costs 2.0 × the CPU and Short poll 3.4 ×: 61 % of its polls come back empty.")


def test_the_words_turn_with_the_data(tmp_path):
    found = outcome(CASE, hand_made(tmp_path, DELIVERY | {"sse": 200.0}))
    assert [each.base for each in found.picks] == ["websocket"]
    assert choosing.advise(found).why.startswith("SSE costs 3.0\u00a0× the CPU")


def test_polling_is_chosen_where_each_poll_finds_many(tmp_path):
    found = outcome(SHARED, hand_made(tmp_path))
    # 200 polls/s. In broadcast a notification found costs 30 µs, less 1,000 / 200,000 of a poll of 100 µs.
    delivery = DELIVERY | {"short-poll": 5.2}
    cheap = outcome(SHARED, hand_made(tmp_path / "cheap", delivery))
    assert [each.base for each in found.picks] == ["sse", "websocket"]
    assert [each.base for each in cheap.picks] == ["short-poll"]
    assert choosing.advise(cheap).why.startswith("A poll finds 20 notifications on average, so SSE costs")


def test_a_fan_out_takes_as_much_longer_as_it_is_larger(tmp_path):
    found = by_name(outcome(SHARED, hand_made(tmp_path)))
    assert found["sse"].wait.ms.middle == pytest.approx(0.8) and found["sse"].wait.scaled == 2
    assert found["sse"].processes == 1
    late = Case("z", "Z", users=500_000, every_s=60, shared=True, staleness_s=0.15)
    of_two = by_name(outcome(late, hand_made(tmp_path / "late")))["sse"]
    assert (of_two.processes, of_two.in_time, of_two.standing) == (2, True, LEAST)
    assert of_two.wait.ms.middle == pytest.approx(100) and choosing.waits(of_two) == "100\u00a0ms from 2 processes"


def test_what_no_process_more_mends_is_too_late_and_is_not_why_a_poll_is_chosen(tmp_path):
    """0.4 ms for each of its own: on ten processes 200 users wait as long. A poll is in time, and finds little."""
    found = outcome(Case("z", "Z", users=200, every_s=60, shared=False, staleness_s=0.0003), hand_made(tmp_path))
    sse = by_name(found)["sse"]
    assert not sse.in_time and sse.standing == "" and [each.base for each in found.picks] == ["short-poll"]
    why = choosing.advise(found).why.replace("\u00a0", " ")
    assert "so " not in why and "SSE costs < 0.01 × the CPU and is too late" in why and choosing.passed_over(found)


def test_nothing_is_recommended_where_a_contender_is_missing(tmp_path):
    found = outcome(CASE, hand_made(tmp_path, {name: us for name, us in DELIVERY.items() if name != "websocket"}))
    assert found.picks == () and found.missing == ("WebSocket: not run in sparse",)
    advice = choosing.advise(found)
    assert (advice.take, advice.beside) == ("No choice", "WebSocket: not run in sparse")
    assert by_name(found)["sse"].cores is not None  # what was measured is shown all the same
    assert choosing.lead([found]) == "No choice: WebSocket: not run in sparse."


def test_a_contender_without_a_valid_trial_is_missing_too(tmp_path):
    hand_made(tmp_path)
    for path in (tmp_path / "trials").glob("sparse__sse__*"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"status": "invalid"}))
    figures = Figures(load_run(tmp_path))
    assert outcome(CASE, figures).missing == ("SSE: no valid trial of 3 in sparse",)
    assert outcome(CASE, Figures(with_all(figures.run))).picks[0].base == "sse"


def test_idle_without_heartbeats_is_no_ground_for_a_choice(tmp_path):
    found = outcome(CASE, hand_made(tmp_path, heartbeats=False))
    assert found.picks == () and "SSE: its heartbeats were not measured" in found.missing


def test_one_block_gives_a_choice_of_points_that_says_so(tmp_path):
    found = outcome(CASE, hand_made(tmp_path, blocks=1))
    assert not found.decided and [each.base for each in found.picks] == ["sse", "websocket"]
    assert choosing.advise(found).beside == "1 block only: this run does not tell them apart"


@pytest.mark.parametrize(("ratio", "stands"), [
    (Estimate(5, 1.02, 0.98, 1.06), EQUAL), (Estimate(5, 1.3, 1.2, 1.4), DEARER), (Estimate(5, 3.6, 0.2, 80), UNCLEAR),
    (Estimate(5, 1.05, 0.95, 1.2), UNCLEAR), (Estimate(5, 1.05, 1.02, 1.2), DEARER), (Estimate(1, 2.0), DEARER),
    (Estimate(1, 1.4), UNCLEAR)])
def test_a_wide_interval_is_no_tie(ratio, stands):
    assert standing(ratio) == stands


def test_errors_of_a_sum_add_as_squares():
    both = costs.total([(1.0, Estimate(3, 10, 7, 13)), (2.0, Estimate(3, 5, 3, 7))])
    assert (both.middle, both.low, both.high) == pytest.approx((20, 15, 25))
    assert costs.total([(1.0, Estimate(3, 1, -5, 7))]).low == 0  # nothing costs less than nothing


def test_a_ratio_of_a_case_is_paired_by_block(tmp_path):
    """Both move by half from block to block, together: the ratio does not."""
    figures = hand_made(tmp_path)
    for block, factor in ((1, 1.0), (2, 1.5), (3, 0.7)):
        for variant in ("sse", "websocket"):
            path = tmp_path / "trials" / f"sparse__{variant}__default__b{block}__a1.json"
            record = json.loads(path.read_text())
            record["result"]["server"]["cpu_us_per_delivery"] = factor * DELIVERY[variant]
            path.write_text(json.dumps(record))
    figures = Figures(load_run(tmp_path))
    found = by_name(outcome(CASE, figures))
    assert found["sse"].cores.high / found["sse"].cores.low > 2
    ratio = choosing_cases.compare(found["websocket"], found["sse"], figures).ratio
    assert ratio.middle == pytest.approx(1.01, abs=0.01) and ratio.high - ratio.low < 0.01


def test_what_was_left_out_is_told_by_transport_and_rule(tmp_path):
    maker = Generator(tmp_path)
    rules = [{"rule": "generator_busy", "broken": True, "effect": "wrong"},
             {"rule": "steal", "broken": True, "effect": "slow"}]
    maker.write("sparse", "sse", 1, {"connections": 1}, status="invalid", rules=rules)
    maker.write("sparse", "sse", 2, {"connections": 1})
    maker.write("sparse", "short-poll@5s", 1, None, status="failed")
    maker.write("sparse", "short-poll@1s", 1, {"connections": 1}, status="invalid")
    rows = {row.base: row for row in exclusions(load_run(tmp_path))}
    assert (rows["sse"].excluded, rows["sse"].trials, dict(rows["sse"].rules)) == (1, 2, {"generator_busy": 1})
    assert (rows["short-poll"].excluded, rows["short-poll"].trials) == (2, 2)
    assert [each.status for each in with_all(load_run(tmp_path)).trials].count("ok") == 3


def test_the_answer_with_all_trials_in_stands_in_the_same_sentence(tmp_path):
    hand_made(tmp_path)
    maker = Generator(tmp_path)
    for block in (4, 5, 6):  # left out, and they would make SSE the dearer one
        maker.write("sparse", "sse", block, trial(1000, 100, 1000, latency_us={"p99": 400.0},
                                                  server={"cpu_us_per_delivery": 6000.0}), status="invalid")
    first = analyse(tmp_path).first
    assert "3 of 57 trials are left out, and with all of them in the choice is the same in" in first.trust
    assert first.careful and first.trust.count(". ") == 0


def test_where_no_case_has_a_choice_none_is_called_the_same(tmp_path):
    """Trials are left out, and said to be; the build of the second run is one that nothing is chosen from."""
    Generator(tmp_path).write("others", "sse", 1, {"connections": 1}, status="invalid")
    (tmp_path / "debug").mkdir()
    hand_made(tmp_path / "debug")
    Generator(tmp_path / "debug").write("others", "sse", 1, {"connections": 1}, status="invalid")
    context = json.loads((tmp_path / "debug" / "context.json").read_text())
    (tmp_path / "debug" / "context.json").write_text(json.dumps(context | {"build_type": "Debug"}))
    write_context(tmp_path, 1)
    for folder in (tmp_path, tmp_path / "debug"):
        trust = analyse(folder).first.trust
        assert re.search(r"1 of \d+ trials? is left out", trust) and "the choice is" not in trust


@pytest.mark.parametrize(("turned", "chosen", "said"), [
    (Turned(), 6, "the choice is the same in all 6 cases"),
    (Turned(), 4, "the choice is the same in all 4 cases that have one"),
    (Turned(), 1, "the choice is the same in the 1 case that has one"),
    (Turned(open=("A chat",)), 4, "the choice is the same in 3 of 4 cases that have one and open in A chat")])
def test_only_a_choice_can_be_the_same(turned, chosen, said):
    assert with_them(turned, chosen, 6) == said


def test_the_library_is_a_finding_only_where_the_data_say_so(tmp_path):
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for variant, us in (("sse", 7.0), ("websocket", 7.1), ("websocket-beast", 14.2)):
            server = {"cpu_us_per_delivery": us * (1 + block / 500)}
            maker.write("broadcast", variant, block, trial(1000, 20, server=server))
    found = library.finding(Figures(load_run(tmp_path)))
    assert found.stands is True and found.compared[0].library.middle == pytest.approx(2, rel=1e-6)
    title, sentence = libraries.finding(found)
    assert title == "The library costs more than the protocol" and "WebSocket (Beast's), takes 2" in sentence
    for path in (tmp_path / "trials").glob("*__websocket-beast__*"):
        record = json.loads(path.read_text())
        record["result"]["server"]["cpu_us_per_delivery"] = 7.0
        path.write_text(json.dumps(record))
    assert libraries.finding(library.finding(Figures(load_run(tmp_path)))) is None


def test_the_library_has_a_figure_for_each_that_ran(tmp_path):
    """Memory by three libraries, of which the one that decides most is named with its own figure."""
    maker = Generator(tmp_path)
    kib = {"sse": 9.0, "websocket": 9.0, "websocket-beast": 13.5, "node-ws": 36.0}
    for block in (1, 2, 3):
        for count in (500, 1000, 2000, 4000, 8000):
            for variant, each in kib.items():
                server = {"pss_bytes_per_connection": 1024 * (each - 1) * (1 + block / 500),
                          "kernel_bytes_per_connection": 1024.0, "kernel": {"both_ends_bytes_per_connection": 2048.0}}
                maker.write("libraries", variant, block, trial(count, 0, server=server), case=f"connections={count}")
    found = library.finding(Figures(load_run(tmp_path)))
    assert {each.by: round(each.library.middle, 1) for each in found.compared} == {
        "websocket-beast": 1.5, "node-ws": 4.0}
    _, sentence = libraries.finding(found)
    assert "WebSocket (Beast's), takes 1.5" in sentence and "WebSocket (Node, ws), takes 4" in sentence


def test_the_words_for_how_often():
    assert [often(each) for each in (0.05, 1, 4, 60, 600, 3600)] == [
        "20 times a second", "once a second", "every 4\u00a0s", "once a minute", "every 10\u00a0min", "once an hour"]


def test_our_own_cases_are_read_and_told_in_the_readers_units():
    found = load_cases()
    assert 4 <= len(found) <= 6
    assert found[0].text == "10,000 users, each notified once a minute; 5\u00a0s late is fine"


@pytest.mark.parametrize(("change", "said"), [
    (("users = 10", "users = 0"), r'case 1 \(a\): users = 0: must be a whole number'),
    (("own_every", "own_rate"), 'unknown key "own_rate"'),
    (('staleness = "1s"', ""), 'the key "staleness" is missing'),
    (('own_every = "1m"', ""), 'give either "own_every" or "shared_every"'),
    (('"1m"', "60"), "own_every = 60: must be a duration with its unit"),
    (("[[case]]", "[case]"), r"must hold tables \[\[case\]\]"),
    (("[[case]]", "[[case"), "cases.toml: "),
])
def test_a_mistake_in_a_case_is_one_clear_line(tmp_path, change, said):
    path = tmp_path / "cases.toml"
    text = '[[case]]\nid = "a"\ntitle = "A"\nusers = 10\nown_every = "1m"\nstaleness = "1s"\n'
    path.write_text(text)
    assert load_cases(path)[0].deliveries_per_s == pytest.approx(1 / 6)
    path.write_text(text.replace(*change))
    with pytest.raises(UsageError, match=said) as error:
        load_cases(path)
    assert "\n" not in str(error.value)
    path.write_text(text + text)
    with pytest.raises(UsageError, match='id = "a" is there twice'):
        load_cases(path)


def test_the_first_screen_is_at_the_head_of_everything(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("sparse", "broadcast", "stream", "idle", "heartbeat"))
    analysis = analyse(folder)
    page = report.render(analysis, charts=[])
    head = page[:page.index('aria-label="the answer"')]
    for case, advice in analysis.first.cases:
        assert case.case.title in head and advice.take in head
    for judgement in analysis.judgements:
        assert f'href="#claim-{judgement.claim.id}"' in head and f'id="claim-{judgement.claim.id}"' in page
    data = to_json(analysis.first)
    assert [case["id"] for case in data["cases"]] == [case.id for case in load_cases()]
    trials = {path.name for path in (folder / "trials").iterdir()}
    for choice in (choice for case in data["cases"] for choice in case["choices"]):
        assert choice["trials"] and set(choice["trials"]) <= trials


def test_a_run_without_the_workloads_of_a_case_shows_none(tmp_path):
    analysis = analyse(make_run(tmp_path / "run", blocks=3, scenarios=("others",)))
    page = report.render(analysis, charts=[])
    assert "this run has no figures for a case" in page and "Of no case" not in page and 'class="card case"' not in page


def test_the_committed_run_of_an_older_pushbench_has_a_first_screen():
    analysis = analyse(REFERENCE)
    assert all(outcome.picks or outcome.missing for outcome, _ in analysis.first.cases)
    assert analysis.first.lead and "None" not in json.dumps(to_json(analysis.first)["cases"][0]["take"])


def test_a_duet_decides_where_there_is_one(tmp_path):
    """Trials a minute apart leave open whether SSE and WebSocket differ; both at once on one core tell."""
    hand_made(tmp_path)
    for block, factor in ((1, 0.7), (2, 1.4), (3, 1.0)):
        path = tmp_path / "trials" / f"sparse__sse__default__b{block}__a1.json"
        record = json.loads(path.read_text())
        record["result"]["server"]["cpu_us_per_delivery"] = factor * 60
        path.write_text(json.dumps(record))
    assert by_name(outcome(CASE, Figures(load_run(tmp_path))))["websocket"].standing == UNCLEAR
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        quads = [{"order": "ABBA", "a_us": [80.0, 82.0], "b_us": [81.0, 81.0 + block / 10]}]
        maker.write("duet-sparse", "sse-vs-websocket", block, {"connections": 1}, duet={
            "of": "sparse", "a": "sse", "b": "websocket", "quads": quads})
    found = by_name(outcome(CASE, Figures(load_run(tmp_path))))["websocket"]
    assert found.standing == EQUAL and found.compared.how == "duets in sparse"
    assert any(name.startswith("duet-sparse") for name in found.files)
    assert {row.name: row.trials for row in exclusions(load_run(tmp_path))}["duets, two at once"] == 3


def test_a_delivery_costs_what_it_costs_at_the_rate_of_the_case(tmp_path):
    """In events four times as many deliveries cost half as much each, so a quarter of sparse's 100/s cost twice."""
    hand_made(tmp_path)
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for clients, us in ((10, 80.0), (40, 40.0), (160, 20.0)):
            maker.write("events", "sse", block, trial(clients, 2.0 * clients, clients, server={
                "cpu_us_per_delivery": us}), case=f"connections={clients}")
    slow = Case("s", "S", users=1000, every_s=40, shared=False, staleness_s=5)
    each = by_name(outcome(slow, Figures(load_run(tmp_path))))["sse"]
    assert each.parts[0].unit.us.middle == pytest.approx(120)
    assert "× 2.00 for 25/s, by the scenario events" in each.parts[0].unit.source
    assert any(name.startswith("events") for name in each.files)


def test_trials_that_the_machine_slowed_are_told_and_count(tmp_path):
    hand_made(tmp_path)
    rules = [{"rule": "wakeup_delay", "broken": True, "effect": "slow", "text": "wakeup_delay: late"}]
    for path in (tmp_path / "trials").glob("sparse__sse__*"):
        record = json.loads(path.read_text())
        path.write_text(json.dumps(record | {"rules": rules, "marked_because": ["wakeup_delay: late"]}))
    analysis = analyse(tmp_path)
    assert "none of 54 trials is left out; 3 are marked as slowed by the machine, and count." in analysis.first.trust
    assert {row.base: row.marked for row in analysis.first.excluded}["sse"] == 3


def test_nothing_is_chosen_from_a_build_that_nobody_would_use(tmp_path):
    hand_made(tmp_path)
    context = json.loads((tmp_path / "context.json").read_text())
    (tmp_path / "context.json").write_text(json.dumps(context | {"build_type": "Debug"}))
    found = analyse(tmp_path).first
    assert found.lead.startswith("No recommendation") and found.library is None
    assert all(not outcome.picks and advice.take == "No choice" for outcome, advice in found.cases)


def test_what_a_poll_finds_is_a_share_of_a_delivery_at_the_same_rate(tmp_path):
    """Empty polls of 10 µs; with one notification each they cost 25 µs, where a delivery by stream costs 30."""
    hand_made(tmp_path)
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        for clients in (10, 40):
            rate, case = 2.0 * clients, f"connections={clients}"
            maker.write("events", "sse", block, trial(clients, rate, clients, window_deliveries=10 * rate, server={
                "cpu_us_per_delivery": 30.0}), case=case)
            maker.write("events", "short-poll", block, trial(
                clients, rate, clients, requests=10 * rate, window_deliveries=10 * rate, poll_interval_ms=500,
                server={"cpu_us_per_delivery": 25.0}), case=case)
            maker.write("events", "short-poll-empty", block, trial(
                clients, 0, clients, poll_interval_ms=500, server={"cpu_us_per_idle_connection_s": 20.0}), case=case)
    each = by_name(outcome(CASE, Figures(load_run(tmp_path))))["short-poll"]
    # 200 polls/s of 10 µs, and half of sparse's 60 µs for each of 100 notifications/s.
    assert each.cores.middle == pytest.approx((200 * 10 + 100 * 30) / 1e6)


@pytest.mark.parametrize("poor", [{"heartbeats": False}, {"blocks": 1}, {"delivery": {"sse": 60.0}}])
def test_a_poor_run_has_a_report_with_all_that_it_can_tell(tmp_path, poor):
    hand_made(tmp_path, **poor)
    page = report.build(tmp_path).read_text()
    assert 'class="card case"' in page and "server CPU" in page
    assert (tmp_path / "charts" / "which-one.svg").is_file()


def test_a_hollow_mark_says_why_it_is_hollow(tmp_path):
    """Of a short run, in which no wait was measured, nobody is later than a case allows."""
    found = outcome(CASE, hand_made(tmp_path))
    assert "Hollow" not in which_one([found]).caption
    sse, *rest = found.choices
    for each, said in ((replace(sse, in_time=False), "Hollow: later than the case allows. "),
                       (replace(sse, in_time=False, wait=None), "Hollow: its wait was not measured. ")):
        assert said in which_one([replace(found, choices=(each, *rest))]).caption


def test_the_lead_of_a_run_that_tells_nothing_names_who_may_be_it_in_every_case(tmp_path):
    figures = hand_made(tmp_path, DELIVERY | {"short-poll": 5.2}, blocks=1)
    lead = choosing.lead([outcome(CASE, figures), outcome(CASE, figures)])
    assert lead == "SSE or WebSocket: which is the cheapest, this run does not tell in any of 2 cases."


def test_the_lead_is_who_may_be_it_in_most_cases_not_who_is_decided_in_one(tmp_path):
    """A short poll that is the cheapest in one case, and dear in two that are open between the streams."""
    still_open = outcome(CASE, hand_made(tmp_path / "a", blocks=1))
    decided = outcome(CASE, hand_made(tmp_path / "b"))
    poll = by_name(decided)["short-poll"]
    decided = replace(decided, picks=(poll,))
    lead = choosing.lead([decided, still_open, still_open])
    assert lead.startswith("Use SSE: none is shown to cost less in 2 of 3 cases. Short poll for")
    twice = choosing.lead([decided, decided, still_open])
    assert twice.startswith("Use Short poll: it costs the least in 2 of 3 cases")


def test_each_side_of_an_interval_is_added_for_itself():
    """Over logarithms an interval reaches further up than down: its lower end must not fall to nothing in a sum."""
    both = costs.total([(1.0, Estimate(3, 128, 49, 336)), (1.0, Estimate(3, 10, 10, 10))])
    assert (both.low, both.high) == pytest.approx((59, 346))
    apart = choosing_cases.apart(Estimate(3, 128, 49, 336), Estimate(3, 10, 10, 10))
    assert (apart.low, apart.high) == pytest.approx((4.9, 33.6))
    assert standing(choosing_cases.apart(Estimate(3, 10, 9, 11), Estimate(3, 1, 0, 30))) == UNCLEAR


def test_the_lead_tells_a_transport_by_all_cases_and_not_by_the_decided_ones(tmp_path):
    """No difference where it is decided, and open in the other case: that is no 'no practical difference'."""
    decided = outcome(CASE, hand_made(tmp_path / "a"))
    still_open = outcome(CASE, hand_made(tmp_path / "b", blocks=1))
    assert decided.decided and not still_open.decided
    lead = choosing.lead([decided, still_open]).replace("\u00a0", " ")
    assert "it costs 1.0 × the CPU, not told apart from the least in 1 of 2 cases." in lead
    assert "no practical difference in cost" in choosing.lead([decided, decided])


def test_what_a_poll_finds_explains_nothing_where_a_stream_stands_first(tmp_path):
    """Open between SSE and short poll: the others are told against SSE, whose figures stand in the line."""
    found = outcome(SHARED, hand_made(tmp_path, DELIVERY | {"long-poll": 120.0, "short-poll": 50.0}))
    sse = replace(by_name(found)["sse"], standing=UNCLEAR)
    rest = tuple(by_name(found)[base] for base in ("long-poll", "short-poll"))
    found = replace(found, choices=(sse, *rest), picks=(sse, rest[1]))
    said = choosing.advise(found).why.replace("\u00a0", " ")
    assert said.startswith("Long poll costs ") and "so " not in said
    assert said.endswith("With Short poll users see them up to 10 s late.")
    assert choosing.take_line(found).partition(": ")[2].startswith("SSE ")


def test_long_polls_of_many_users_come_back_as_cheaply_as_so_many_empty_polls(tmp_path):
    """100 µs each at 100 a second, as empty polls cost: so 50 µs at the 400 a second of 10,000 users, in 25 s."""
    hand_made(tmp_path)
    for block in (1, 2, 3):
        server = {"cpu_us_per_idle_connection_s": 10.0}
        Generator(tmp_path).write("heartbeat", "long-poll", block, trial(1000, 0, published=0, requests=1000,
                                                                         server=server))
    figures = Figures(load_run(tmp_path))
    assert costs.idle("long-poll", 2500, figures).us.middle == pytest.approx(100 / 25)
    unit = costs.idle("long-poll", 10_000, figures)
    assert unit.us.middle == pytest.approx(50 / 25) and "× 0.50 for those of 10,000 users" in unit.source
    assert costs.idle("sse", 10_000, figures).us.middle == pytest.approx(1.0)


def test_the_least_is_who_a_duet_shows_to_be_it(tmp_path):
    """Alone WebSocket seems to cost 55 µs and SSE 60; side by side SSE costs 0.8 of it: not 'not told apart'."""
    hand_made(tmp_path, DELIVERY | {"websocket": 55.0})
    for block in (1, 2, 3):
        quads = [{"order": "ABBA", "a_us": [80.0, 80.0], "b_us": [100.0, 100.0 + block / 10]}]
        Generator(tmp_path).write("duet-sparse", "sse-vs-websocket", block, {"connections": 1}, duet={
            "of": "sparse", "a": "sse", "b": "websocket", "quads": quads})
    found = outcome(CASE, Figures(load_run(tmp_path)))
    each = by_name(found)
    assert each["sse"].standing == LEAST and [pick.base for pick in found.picks] == ["sse"] and found.decided
    # 100/s of 60 / 0.8 µs and 1,000 heartbeats of 1 µs, over 100/s of 60 µs and as many heartbeats.
    assert each["websocket"].standing == DEARER and each["websocket"].times == pytest.approx(8.5 / 7.0, rel=0.01)


def test_what_adds_nothing_to_a_cost_has_no_figure():
    """Of who is told 20 times a second a heartbeat is due once in 10^120 years."""
    figures = Figures(load_run(REFERENCE))
    told = {each.base: summing.made_of(each) for each in outcome(
        Case("x", "X", 500, 0.05, True, 0.1), figures).choices}
    assert told["sse"].endswith("; a second of waiting: ≈ 0") and told["sse"].startswith("10,000/s × ")
    assert not any("0.0000" in text or "0 µs" in text for text in told.values())
    assert " µs" in told["short-poll"].partition("; ")[2]  # what is little of a cost, and still a figure
