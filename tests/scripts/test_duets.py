"""From slices to ratios, by value: hand-made duets whose answer is known."""

import json
import math

import pytest
from pushbench.analysis.duets import duet, duets
from pushbench.analysis.figures import Figures
from pushbench.report import summary
from pushbench.report.findings import analyse
from pushbench.report.web.page import build
from pushbench.store.records import load_run
from synthetic import DUETS, Generator, make_run, write_context, write_duet


def quad(a_us, b_us, order="ABBA"):
    return {"order": order, "a_us": list(a_us), "b_us": list(b_us), "a_resting_us": 0.0, "b_resting_us": 0.0}


def test_a_readers_own_duets_of_a_workload_are_told_apart_from_ours(maker, tmp_path):
    for block in (1, 2, 3):
        write_duet(maker, "broadcast", "sse", "websocket", block, [quad([8, 8], [10, 10])])
        own = write_duet(maker, "broadcast", "sse", "websocket", 9, [quad([20, 20], [10, 10])])
        mine = json.loads(own.read_text()) | {"scenario": "mine", "block": block}
        (own.parent / f"mine__sse-vs-websocket__default__b{block}__a1.json").write_text(json.dumps(mine))
        own.unlink()
    found = duets(load_run(tmp_path))
    assert [(each.title, each.ratio.middle) for each in found] == [
        ("broadcast", pytest.approx(0.8)), ("mine", pytest.approx(2.0))]
    assert duet(load_run(tmp_path), "broadcast", "sse", "websocket").ratio.middle == pytest.approx(0.8)
    assert summary.markdown(analyse(tmp_path)).count("| mine | SSE / WebSocket |") == 1


@pytest.fixture
def maker(tmp_path):
    write_context(tmp_path, 3)
    return Generator(tmp_path)


def test_a_ratio_is_the_mean_over_blocks_of_the_quads_of_each(maker, tmp_path):
    # Within a quad the machine may become twice as slow: both sides share it, and the ratio stays.
    write_duet(maker, "broadcast", "sse", "websocket", 1, [quad([8, 16], [10, 20]), quad([8, 8], [10, 10])])
    write_duet(maker, "broadcast", "sse", "websocket", 2, [quad([9, 9], [10, 10])])
    write_duet(maker, "broadcast", "sse", "websocket", 3, [quad([10, 10], [10, 10])], left_out=2)
    found = duet(load_run(tmp_path), "broadcast", "sse", "websocket")
    assert found.by_block == pytest.approx({1: 0.8, 2: 0.9, 3: 1.0})
    assert found.ratio.middle == pytest.approx(math.exp((math.log(0.8) + math.log(0.9)) / 3))
    logs = [math.log(value) for value in (0.8, 0.9, 1.0)]
    middle = sum(logs) / 3
    spread = math.sqrt(sum((each - middle) ** 2 for each in logs) / 2)
    assert found.ratio.high == pytest.approx(math.exp(middle + 4.302653 * spread / math.sqrt(3)))  # t, two degrees
    assert (found.ratio.n, found.quads, found.quads_left_out) == (3, 4, 2)
    assert found.b_us.middle == pytest.approx((math.sqrt(math.sqrt(10 * 20) * 10) * 10 * 10) ** (1 / 3))
    assert found.files[0] == "duet-broadcast__sse-vs-websocket__default__b1__a1.json"


def test_the_other_order_is_the_inverse(maker, tmp_path):
    for block, cost in enumerate((8.0, 9.0, 8.5), 1):
        write_duet(maker, "stream", "sse", "websocket", block, [quad([cost, cost], [10, 10])])
    run = load_run(tmp_path)
    one, other = duet(run, "stream", "sse", "websocket"), duet(run, "stream", "websocket", "sse")
    assert other.ratio.middle == pytest.approx(1 / one.ratio.middle)
    assert (other.ratio.low, other.ratio.high) == pytest.approx((1 / one.ratio.high, 1 / one.ratio.low))
    assert (other.a_us, other.b_us) == (one.b_us, one.a_us) and other.files == one.files


def test_one_or_two_blocks_give_no_interval_whatever_their_quads(maker, tmp_path):
    for block in (1, 2):
        write_duet(maker, "sparse", "sse", "floor", block, [quad([11, 11], [10, 10])] * 50)
    found = duet(load_run(tmp_path), "sparse", "sse", "floor")
    assert found.ratio.middle == pytest.approx(1.1) and not found.ratio.has_interval


def test_an_invalid_trial_gives_nothing_and_the_first_good_attempt_counts(maker, tmp_path):
    write_duet(maker, "sparse", "sse", "floor", 1, [quad([30, 30], [10, 10])], status="invalid", reasons=["a: 3 lost"])
    write_duet(maker, "sparse", "sse", "floor", 1, [quad([12, 12], [10, 10])], attempt=2)
    write_duet(maker, "sparse", "sse", "floor", 1, [quad([11, 11], [10, 10])], attempt=3)
    write_duet(maker, "sparse", "websocket", "floor", 1, [quad([1, 1], [1, 1])], status="invalid", reasons=["lost"])
    run = load_run(tmp_path)
    assert duet(run, "sparse", "sse", "floor").by_block == pytest.approx({1: 1.2})
    assert duet(run, "sparse", "websocket", "floor") is None
    assert duet(run, "sparse", "sse", "websocket") is None and duet(run, "stream", "sse", "floor") is None


@pytest.mark.parametrize("broken", [
    [], "none", None, [None], [{"order": "ABBA"}], [quad([0, 8], [10, 10])], [quad([], [])],
    [quad([float("nan"), 8], [10, 10])], [quad(["8", 8], [10, 10])], [quad([8, 8], [-1, 10])]])
def test_slices_without_a_cost_give_no_ratio(maker, tmp_path, broken):
    path = write_duet(maker, "sparse", "sse", "floor", 1, [])
    trial = json.loads(path.read_text())
    trial["duet"]["quads"] = broken
    path.write_text(json.dumps(trial))
    assert duet(load_run(tmp_path), "sparse", "sse", "floor") is None


def test_a_duet_is_no_figure_of_a_transport(tmp_path):
    run = load_run(make_run(tmp_path / "run", blocks=3, scenarios=("broadcast", "duets")))
    figures = Figures(run)
    assert run.count("ok") == len(run.trials)
    assert not any(figure.key.scenario.startswith("duet") for figure in figures.all())
    assert "sse-vs-websocket" in figures.variants("duet-stream")
    assert figures.name("sse-vs-websocket", "duet-stream") == "SSE / WebSocket"
    assert len(duets(figures)) == 3 * len(DUETS)


def test_beside_a_duet_stands_the_ratio_of_the_two_alone(tmp_path):
    run = make_run(tmp_path / "run", blocks=5, slower=1.5, scenarios=("broadcast", "duets"))
    found = duet(Figures(load_run(run)), "broadcast", "sse", "long-poll")
    assert found.ratio.middle == pytest.approx(1.5 * 10.2 / 24, rel=0.05)
    assert found.alone.middle == pytest.approx(1.5 * 10.2 / 24, rel=0.1)
    assert duet(Figures(load_run(run)), "stream", "sse", "long-poll").alone is None  # not run alone


def test_duets_are_on_the_page_and_in_the_summary(tmp_path):
    run = make_run(tmp_path / "run", blocks=3, scenarios=("broadcast", "duets"))
    page = build(run).read_text()
    assert "Side by side: duets" in page and "SSE / SSE under another name" in page
    told = json.loads((run / "summary.json").read_text())["duets"]
    one = next(each for each in told if (each["workload"], each["b"]) == ("stream", "long-poll"))
    assert one["ratio"]["low"] < 10.2 / 24 < one["ratio"]["high"] and one["ratio"]["n"] == 3
    assert len(one["trials"]) == 3 and one["quads"] == 12
    assert summary.to_json(analyse(run))["duets"] == told
