"""The answer with every trial in, and what a claim needs of the time that is left: by value."""

import json
import math
import statistics

import pytest
from pushbench.analysis.crossover import crossover
from pushbench.analysis.everything import with_all
from pushbench.analysis.figures import Figures
from pushbench.analysis.needs import GIVEN_UP_AFTER, needs_in, needs_of
from pushbench.analysis.verdicts import judge
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.run.precision import SHARE_OF_BAND
from pushbench.setup.claims import load_aa, load_claims
from pushbench.store.records import load_run
from synthetic import Generator, make_run, write_context, write_duet


def claim(name):
    return next(each for each in load_claims() if each.id == name)


def trial(maker, variant, block, cpu, late, **more):
    result = maker.result(variant, 100, 100)
    result["server"] |= {"cpu_us_per_delivery": cpu, "wakeup_delay_p90_us": late}
    maker.write("broadcast", variant, block, result | {"topics": 1}, **more)


@pytest.fixture
def noisy(tmp_path):
    """SSE costs 0.7 of WebSocket; a cost goes with the square root of the delay. Half of SSE's trials were void."""
    write_context(tmp_path, 6, scenarios={"broadcast": {}, "duet-broadcast": {}})
    maker = Generator(tmp_path)
    for block in range(1, 7):
        for variant, cost in (("sse", 7.0), ("websocket", 10.0), ("floor", 6.0)):
            late = 100.0 * (1 + (block * len(variant)) % 4)
            void = {"status": "invalid", "reasons": ["swap: 1"]} if variant == "sse" and block % 2 else {}
            trial(maker, variant, block, cost * block * math.sqrt(late), late, **void)
    return tmp_path


def test_with_every_trial_in_the_truth_comes_out(noisy):
    (found,) = with_all(claim("R1"), Figures(load_run(noisy)))
    assert (found.workload, found.subject, found.against) == ("broadcast", "sse", "websocket")
    assert found.ratio.middle == pytest.approx(0.7) and found.lateness.middle == pytest.approx(0.5)
    assert (found.trials, found.void, found.ratio.n) == (12, 3, 6)


def test_without_the_delay_in_every_trial_it_is_left_out_of_the_model(noisy):
    path = next((noisy / "trials").glob("broadcast__floor__*"))
    record = json.loads(path.read_text())
    record["result"]["server"]["wakeup_delay_p90_us"] = None
    path.write_text(json.dumps(record))
    (found,) = with_all(claim("R1"), Figures(load_run(noisy)))
    assert found.lateness is None and 0.5 < found.ratio.middle < 1.0


def test_it_stands_beside_the_verdict(noisy):
    analysis = analyse(noisy)
    assert "With every trial in, void ones too" in report.render(analysis, charts=[])
    assert "12 trials, 3 of them void" in report.render(analysis, charts=[])


def r4_run(folder, spread=0.0, void=()):
    write_context(folder, 3)
    maker = Generator(folder)
    for block in (1, 2, 3):
        for variant in ("short-poll", "sse"):
            cost = 10.0 * math.exp(spread * (block - 2)) if variant == "sse" else 40.0
            more = {"status": "invalid", "reasons": ["swap: 1"]} if variant in void else {}
            trial(maker, variant, block, cost, 80.0, **more)
            if variant in void:
                trial(maker, variant, block, cost, 80.0, attempt=2, **more)
    return folder


def test_a_threshold_needs_less_than_a_band(tmp_path):
    """R4 asks for more than twice: a quarter of the way to a factor of 2, not of one to a factor of 1.1."""
    (need,) = needs_of([claim("R4")], Figures(load_run(r4_run(tmp_path, spread=0.1))))
    assert (need.scenario, need.variants) == ("broadcast", ("short-poll", "sse"))
    assert need.wanted == pytest.approx(SHARE_OF_BAND * math.log(2))
    assert need.half_width == pytest.approx(0.1 * 4.302653 / math.sqrt(3))


def test_what_was_not_run_needs_nothing(tmp_path):
    assert needs_of([claim("R1"), claim("R9")], Figures(load_run(r4_run(tmp_path)))) == []
    assert needs_in(tmp_path, [claim("R1")]) == [] and len(needs_in(tmp_path, [claim("R4")])) == 1


def test_what_was_void_again_and_again_gets_no_more_time(tmp_path):
    folder = r4_run(tmp_path, void=("short-poll",))
    assert len(list((folder / "trials").glob("*short-poll*"))) == GIVEN_UP_AFTER
    assert needs_of([claim("R4")], Figures(load_run(folder))) == []


def test_duets_need_what_their_band_asks_by_the_scatter_of_all_pairs(tmp_path):
    """One pair's three blocks are equal by luck: by its own scatter it would need no more, by that of all it does."""
    write_context(tmp_path, 3)
    maker = Generator(tmp_path)
    for block, cost in enumerate((9.0, 10.0, 11.0), 1):
        for other, ours in (("websocket", cost), ("sse-twin", 10.0)):
            quad = {"order": "ABBA", "a_us": [ours, ours], "b_us": [10.0, 10.0]}
            write_duet(maker, "broadcast", "sse", other, block, [quad])
    needs = {need.variants: need for need in needs_of([claim("R1"), load_aa()], Figures(load_run(tmp_path)))}
    assert set(needs) == {("sse-vs-websocket",), ("sse-vs-sse-twin",)}
    logs = [math.log(cost / 10) for cost in (9.0, 10.0, 11.0)]
    scatter = math.sqrt((statistics.variance(logs) + 0.0) / 2)
    for need in needs.values():
        assert need.scenario == "duet-broadcast" and need.wanted == pytest.approx(SHARE_OF_BAND * math.log(1.1))
        assert need.half_width == pytest.approx(4.302653 / math.sqrt(3) * scatter)


def test_a_duet_that_was_void_says_why(tmp_path):
    write_context(tmp_path, 1)
    maker = Generator(tmp_path)
    write_duet(maker, "sparse", "sse", "websocket", 1, [], status="invalid", reasons=["lost: 3"])
    judgement = judge(claim("R1"), Figures(load_run(tmp_path)))
    assert "SSE beside WebSocket: all of 1 trial invalid or failed (lost: 3) in sparse" in judgement.finding
    assert "the scenarios duet-broadcast and duet-stream were not run" in judgement.finding
    beside = judge(claim("R2"), Figures(load_run(tmp_path))).secondary
    assert "SSE beside Long poll was not run" in [finding.why for finding in beside if finding.workload == "sparse"]


def test_a_border_needs_a_share_of_what_still_tells_where(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("events",))
    figures = Figures(load_run(folder))
    (need,) = needs_of([claim("R2"), claim("R4")], figures)
    k = crossover(figures).ratio
    assert need.scenario == "events" and {"sse", "short-poll-empty"} <= set(need.variants)
    assert (need.half_width, need.wanted) == (pytest.approx(math.log(k.high / k.low) / 2),
                                              pytest.approx(SHARE_OF_BAND * math.log(2)))
    assert needs_in(folder, [claim("R2")]) == [need]


def test_a_void_trial_stands_beside_those_that_it_was_run_with(tmp_path):
    """All of block 1 was repeated. In its first attempt, which counts nowhere else, SSE cost 14/16 of WebSocket."""
    write_context(tmp_path, 3)
    maker = Generator(tmp_path)
    for block, attempt, factor in ((1, 1, 1.6), (1, 2, 1.0), (2, 1, 1.0), (3, 1, 1.0)):
        for variant, cost in (("sse", 14.0 if factor > 1 else 7.0), ("websocket", 10.0 * factor)):
            void = {"status": "invalid", "reasons": ["lost: 1"]} if cost == 14.0 else {}
            trial(maker, variant, block, cost, 80.0, attempt=attempt, **void)
    (found,) = with_all(claim("R1"), Figures(load_run(tmp_path)))
    assert (found.trials, found.void, found.ratio.n) == (8, 1, 4)
    assert found.ratio.middle == pytest.approx((0.7**3 * 14 / 16) ** (1 / 4))
