"""Which one, for my case: what counts as a tie, what × is held against, and when nobody can be recommended."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pushbench.analysis import ratios
from pushbench.analysis.answer import answers
from pushbench.analysis.asked import question
from pushbench.analysis.figures import Figure, Figures, Key
from pushbench.analysis.others import others
from pushbench.report import summary
from pushbench.report.charts import bars
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.report.words import wording
from pushbench.report.words.reading import headline, read
from pushbench.stats import estimates as stats
from pushbench.store.records import load_run
from rich.console import Console
from synthetic import Generator, make_run, write_context, write_duet

ROOT = Path(__file__).resolve().parents[2]
CPU = "server_cpu_us_per_delivery"


def figure(values, metric=CPU, variant="sse"):
    by_block = dict(enumerate(values, start=1))
    return Figure(Key("broadcast", "", variant, metric), "µs", stats.mean(values), by_block, ("x.json",))


def standing(values, base, metric=CPU):
    one, other = figure(values, metric, "websocket"), figure(base, metric)
    return ratios.standing(one, other, ratios.between(one, other))


@pytest.mark.parametrize(("values", "base", "said"), [
    ((10.1, 10.2, 10.1, 10.2), (10.0, 10.1, 10.0, 10.1), ratios.SAME),
    ((12.0, 12.0, 12.0), (10.0, 10.0, 10.0), ratios.MORE),  # 1.20, exactly
    ((8.0, 8.1, 8.0), (10.0, 10.0, 10.0), ratios.LESS),
    ((2.0, 36.0, 660.0), (10.0, 10.0, 10.0), ratios.OPEN),  # 3.6 times, give or take a lot: no tie
    ((9.0, 10.0, 11.9), (10.0, 10.0, 10.0), ratios.OPEN),  # as good in the middle, but nobody knows
    ((10.0, 10.0), (10.0, 10.0), ratios.OPEN),  # two blocks have no interval
])
def test_a_tie_needs_its_whole_interval_inside_the_band(values, base, said):
    assert standing(values, base) == said


def test_what_differs_by_less_than_matters_is_a_tie_whatever_its_ratio():
    idle = "server_cpu_us_per_idle_connection_s"  # of which 0.05 µs is the smallest step that can matter
    assert standing((0.030, 0.032, 0.031), (0.010, 0.011, 0.010), idle) == ratios.SAME
    assert standing((0.130, 0.132, 0.131), (0.010, 0.011, 0.010), idle) == ratios.MORE


def test_a_ratio_is_of_the_blocks_that_both_have():
    one, other = figure((20.0, 20.0, 20.0)), figure((10.0, 10.0, 10.0, 1000.0), variant="websocket")
    assert ratios.between(one, other).middle == pytest.approx(2.0)


def write(folder, costs, *, blocks=3, scenario="broadcast", p99_us=5_000.0, context=None):
    """Trials with the given CPU per delivery; one without a cost is invalid."""
    write_context(folder, blocks, **(context or {}))
    maker = Generator(folder)
    for variant, cost in costs.items():
        for block in range(1, blocks + 1):
            late = {"p50": 500_000.0, "p99": 990_000.0} if variant == "short-poll" else {"p50": 900.0, "p99": p99_us}
            each = cost[block - 1] if isinstance(cost, tuple) else cost
            result = {"schema_version": 2, "connections": 1000, "rate_per_s": 10, "payload_bytes": 128, "topics": 1,
                      "published": 20_000, "latency_us": late, "server": {"cpu_us_per_delivery": each}}
            good = {} if cost is not None else {"status": "invalid", "reasons": ["5 lost"]}
            maker.write(scenario, variant, block, result, **good)
    return folder


def one(folder):
    (found,) = answers(Figures(load_run(folder)))
    return found


def test_times_is_held_against_the_best_that_delivers_at_once(tmp_path):
    found = one(write(tmp_path, {"short-poll": 3.0, "sse": 6.9, "long-poll": 13.8, "floor": 7.0}))
    cells = {row.variant: row.cells[CPU] for row in found.rows}
    assert cells["sse"].standing == ratios.BASE and cells["sse"].least
    assert cells["long-poll"].ratio.middle == pytest.approx(2.0)
    assert cells["short-poll"].ratio.middle == pytest.approx(3.0 / 6.9) and not cells["short-poll"].least
    assert cells["short-poll"].floor_ratio.middle == pytest.approx(3.0 / 7.0)
    assert cells["floor"].ratio is None
    said = read(found)
    assert said.best == ("sse",) and "costs less CPU: 0.435\u00a0×" in said.rest


def test_the_best_is_found_by_the_blocks_that_are_shared(tmp_path):
    """WebSocket has the lesser mean, since it lacks the slow block; in each block that both have, SSE is the lesser."""
    folder = write(tmp_path, {"sse": (9.0, 9.0, 9.0, 40.0), "websocket": (10.0, 10.0, 10.0, 44.0)}, blocks=4)
    (folder / "trials" / "broadcast__websocket__default__b4__a1.json").unlink()
    assert read(one(folder)).best == ("sse",)


def test_where_nobody_delivers_at_once_all_compete(tmp_path):
    found = one(write(tmp_path, {"short-poll": 3.0, "sse": 6.0}, p99_us=800_000.0))
    assert read(found).best == ("short-poll",) and "nothing delivered within 100\u00a0ms" in read(found).rest


def test_who_is_not_told_apart_is_no_tie_and_no_loser(tmp_path):
    found = one(write(tmp_path, {"sse": (10.0, 10.0, 10.0), "websocket": (9.0, 10.5, 13.0)}))
    said = read(found)
    assert said.best == ("sse",) and said.open == ("websocket",) and said.lead == "SSE; WebSocket not told apart."
    assert "WebSocket is not told apart" in said.rest
    assert headline([found], [said], {"sse": "SSE", "websocket": "WebSocket"}) == (
        "SSE: among the best in the one workload measured. WebSocket is not told apart from the best in broadcast.")


def test_a_tie_that_is_shown_is_told_with_what_each_brings(tmp_path):
    found = one(write(tmp_path, {"sse": (10.0, 10.1, 10.0), "websocket": (10.2, 10.2, 10.1)}))
    assert read(found).best == ("sse", "websocket")
    assert "Their cost makes no practical difference, so choose by the rest: SSE is plain HTTP" in headline(
        [found], [read(found)], {"sse": "SSE", "websocket": "WebSocket"})


@pytest.mark.parametrize("gone", [{"sse"}, {"sse", "websocket"}])
def test_nobody_wins_because_the_others_are_void(tmp_path, gone):
    costs = {"sse": 7.0, "websocket": 7.1, "long-poll": 13.0, "floor": 6.0}
    said = read(one(write(tmp_path, {name: None if name in gone else cost for name, cost in costs.items()})))
    assert said.best == () and said.lead == "No recommendation."
    assert "SSE: 3 trials invalid or failed: 5 lost" in said.rest and "Long poll 13 µs" in said.rest


def test_a_contender_that_was_planned_and_left_no_trial_is_missed(tmp_path):
    planned = {"scenarios": {"broadcast": {"transports": ["sse", "websocket", "short-poll", "floor"]}}}
    found = one(write(tmp_path, {"sse": 7.0, "short-poll": 3.0}, context=planned))
    assert [row.variant for row in found.missing] == ["websocket"]
    assert "WebSocket has no valid figure here (WebSocket: not run)." in read(found).rest
    analysis = analyse(tmp_path)
    assert analysis.headline == "No recommendation for broadcast: a contender has no valid figure."


def test_several_intervals_of_one_poller_are_one_contender(tmp_path):
    costs = {"sse": 7.0, "short-poll@1s": 3.0, "short-poll@5s": None}
    planned = {"scenarios": {"broadcast": {"transports": ["sse", "short-poll"]}}}
    assert one(write(tmp_path, costs, context=planned)).missing == []


@pytest.mark.parametrize("scenarios", [None, [], {"broadcast": None}, {"broadcast": {"transports": [1, "sse"]}}])
def test_a_context_that_says_nothing_of_plans_plans_nothing(tmp_path, scenarios):
    assert one(write(tmp_path, {"sse": 7.0}, context={"scenarios": scenarios})).missing == []


def test_the_words_and_the_claims_rest_on_the_same_ratio(tmp_path):
    """Trials apart say 1.5 times; as a duet the two cost the same. The duet judges the claim, and so the tie."""
    folder = write(tmp_path, {"sse": (10.0, 10.0, 10.0), "websocket": (14.0, 15.0, 16.0)})
    maker = Generator(folder, seed=2)
    for block in (1, 2, 3):
        quads = [{"order": "ABBA", "a_us": [10.0 * maker.noise(0.005)] * 2, "b_us": [10.0] * 2}]
        write_duet(maker, "broadcast", "sse", "websocket", block, quads)
    found = one(folder)
    cell = {row.variant: row.cells[CPU] for row in found.rows}["websocket"]
    assert cell.ratio.middle == pytest.approx(1.0, abs=0.02) and cell.standing == ratios.SAME
    assert len(cell.duet.files) == 3
    assert "as a duet (trials/duet-broadcast__sse-vs-websocket__default__b{1,2,3}" in wording.cell_title(cell)
    assert read(found).best == ("sse", "websocket")


def test_duets_alone_are_shown(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("duets",))
    console = Console(record=True, width=100, file=open("/dev/null", "w"))
    summary.print_table(folder, console)
    for text in (console.export_text(), summary.markdown(analyse(folder))):
        assert "SSE / WebSocket" in text and "stream" in text and "No valid trial" not in text


@pytest.mark.parametrize(("costs_us", "verdict", "tied"), [
    ((10.0, 10.1, 9.9), "no practical difference", True), ((8.0, 10.0, 13.0), "inconclusive", False)])
def test_a_tie_never_stands_beside_a_verdict_that_is_open(tmp_path, costs_us, verdict, tied):
    """The trials apart say that the two are equal to 1 %, whatever the duets do."""
    for scenario in ("sparse", "broadcast", "stream"):
        folder = write(tmp_path, {"sse": (10.0, 10.1, 10.0), "websocket": (10.1, 10.0, 10.1)}, scenario=scenario)
        for block, cost_us in enumerate(costs_us, start=1):
            quads = [{"order": "ABBA", "a_us": [cost_us] * 2, "b_us": [10.0] * 2}] * 4
            write_duet(Generator(folder), scenario, "sse", "websocket", block, quads)
    analysis = analyse(folder)
    assert next(each.verdict for each in analysis.judgements if each.claim.id == "R1") == verdict
    assert ("makes no practical difference" in analysis.headline) is tied
    assert ("WebSocket is not told apart from the best" in analysis.headline
            or "SSE is not told apart from the best" in analysis.headline) is not tied


def test_who_is_only_not_told_apart_somewhere_is_no_case_for_another(tmp_path):
    write(tmp_path, {"sse": (9.0, 10.5, 13.0), "websocket": (10.0, 10.0, 10.0)}, scenario="stream")
    write(tmp_path, {"sse": 10.0, "websocket": 15.0})
    said = analyse(tmp_path).headline
    assert said.startswith("SSE: among the best, or not told apart from them, in both workloads measured.")


def test_nothing_has_no_ratio_and_is_no_best(tmp_path):
    """Memory of a few connections may come out as nothing: '< 3' is neither the least nor so many times anything."""
    sse, other = (ratios.between(figure(values), figure((1.0, 1.0, 1.0), variant="websocket"))
                  for values in ((1.0, 1.1, 1.2), (-0.1, 0.2, 3.0)))
    assert sse.has_interval and other is None
    assert ratios.is_something(stats.Estimate(3, 1.0, 0.5, 2.0))
    assert not ratios.is_something(stats.Estimate(3, 1.0, -0.5, 2.5))


def test_a_rate_that_each_trial_found_is_no_condition(tmp_path):
    write_context(tmp_path, 2)
    for block, rate in ((1, 1000), (2, 1414)):
        Generator(tmp_path).write("capacity", "sse", block, {"connections": 1000, "rate_per_s": rate, "server": {}},
                                  capacity_deliveries_per_s=rate * 1000)
    (table,) = others(Figures(load_run(tmp_path)))
    assert table.conditions == "1,000 connections · 2 blocks"


def test_a_search_that_met_no_limit_tells_a_bound_and_no_best(tmp_path):
    """Both carried the highest rate that was tried, as of a short run: neither is the best, and both may carry more."""
    write_context(tmp_path, 1)
    for variant, ended in (("sse", "search"), ("websocket", "search"), ("long-poll", "server")):
        Generator(tmp_path).write("capacity", variant, 1, {"connections": 100, "server": {}}, limited_by=ended,
                                  capacity_deliveries_per_s=20_000 if ended == "server" else 40_000)
    (table,) = others(Figures(load_run(tmp_path)))
    cells = {row.variant: row.cells["capacity_deliveries_per_s"] for row in table.rows}
    assert [wording.shown(cells[each].figure).replace("\u00a0", " ") for each in ("sse", "long-poll")] == [
        "≥ 40,000", "20,000"]
    assert not any(cell.least or cell.ratio for cell in cells.values())
    assert "the highest rate that was tried was carried" in cells["sse"].figure.note
    drawn = bars.capacity(Figures(load_run(tmp_path)))
    assert "WebSocket and SSE: the highest rate that was tried was carried" in drawn.caption or (
        "SSE and WebSocket: the highest rate that was tried was carried" in drawn.caption)
    for text in (report.build(tmp_path).read_text(), (tmp_path / "summary.md").read_text()):
        assert "≥\u00a040,000" in text and "**≥" not in text


def test_the_facts_of_a_machine_have_names_of_their_own():
    said = dict(wording.machine({"blocks": 7, "dirty": False, "machine": {"memory_bytes": 2**34, "smt": False}}))
    assert said == {"memory": "16.0 GiB", "two threads a core (SMT)": "no", "blocks planned": "7",
                    "changes that are not committed": "no"}
    keys = json.loads((ROOT / "results" / "schema" / "context.schema.json").read_text())["properties"].keys()
    assert not [name for name, _ in wording.machine({key: 1 for key in keys} | {"machine": None}) if "_" in name]


@pytest.mark.parametrize(("planned", "said"), [(2, "3 blocks, of 2 planned"), (3, "3 blocks"), (None, "3 blocks")])
def test_blocks_that_were_done_are_no_blocks_that_were_planned(tmp_path, planned, said):
    run = load_run(make_run(tmp_path / "run", blocks=3, variants=("sse",), scenarios=("broadcast",)))
    assert wording.blocks_done(replace(run, context=run.context | {"blocks": planned})) == said


def test_a_question_has_the_number_of_clients_that_ran(tmp_path):
    asked = {"connections": 200, "question": "What does it cost to tell {connections} clients the same?"}
    Generator(tmp_path).write("mine", "sse", 1, {"connections": 200})
    write_context(tmp_path, 1, scenarios={"mine": asked | {"kind": "load"}, "old": {"question": "To a thousand?"}})
    figures = Figures(load_run(tmp_path))
    assert question("mine", figures) == "What does it cost to tell 200 clients the same?"
    assert (question("old", figures), question("none", figures)) == ("To a thousand?", "")


def test_a_latency_says_how_many_of_its_trials_were_slowed(tmp_path):
    write(tmp_path, {"sse": 7.0, "websocket": 7.1})
    path = tmp_path / "trials" / "broadcast__sse__default__b2__a1.json"
    rules = [{"rule": "wakeup_delay", "broken": True, "effect": "slow", "text": "wakeup_delay: late"}]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"rules": rules}))
    cells = {row.variant: row.cells for row in one(tmp_path).rows}
    assert cells["sse"]["latency_p99_ms"].slowed == "1 of 3 slowed" and not cells["sse"][CPU].slowed
    assert not cells["websocket"]["latency_p99_ms"].slowed
