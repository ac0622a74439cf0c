"""Time that is left goes where an interval is widest, and nowhere else."""

import json

from pushbench.run.launch import Tools
from pushbench.run.precision import Need, most_wanting
from pushbench.run.runner import Runner
from pushbench.setup.plan import make_plan
from pushbench.setup.scenario import load_profile
from pushbench.store.folder import RunFolder

SSE, WEBSOCKET = ("sse",), ("websocket",)


def test_the_widest_against_what_it_needs_is_next():
    narrow, wide = Need("a", SSE, 0.02, 0.025), Need("b", SSE, 0.06, 0.025)
    loose = Need("c", SSE, 0.09, 0.1)
    assert most_wanting([narrow, wide, loose]) is wide
    assert most_wanting([narrow, loose]) is None
    assert most_wanting([narrow, wide], without=[wide]) is None


def test_a_border_comes_after_all_comparisons():
    border, comparison = Need("events", SSE, 9.0, 0.025, is_border=True), Need("a", SSE, 0.03, 0.025)
    assert most_wanting([border, comparison]) is comparison
    assert most_wanting([border, comparison], without=[comparison]) is border
    assert most_wanting([border]) is border


def test_what_is_not_known_at_all_lacks_the_most():
    unknown = Need("a", SSE, None, 0.025)
    assert most_wanting([Need("b", SSE, 9.0, 0.025), unknown]) is unknown


def runner(fake_bench, needs, budget_s=60.0):
    from pushbench.machine.cores import choose_cores
    from rich.console import Console

    folder = RunFolder(fake_bench.results / "run")
    folder.create()
    plan = make_plan(load_profile(fake_bench.scenarios, "quick").scenarios, 7)
    console = Console(file=(fake_bench.folder / "printed.txt").open("w"), width=200)
    return Runner(folder, plan, Tools(fake_bench.bin, choose_cores(), 7), budget_s, console, needs)


def blocks_run(fake_bench, variant):
    return sorted(json.loads(path.read_text())["block"]
                  for path in (fake_bench.results / "run" / "trials").glob(f"tiny__{variant}__*.json"))


def test_further_blocks_are_run_until_it_is_narrow_enough(fake_bench):
    widths = iter([0.08, 0.05, 0.02])
    assert runner(fake_bench, lambda: [Need("tiny", SSE, next(widths), 0.025)]).run().ok == 6
    assert blocks_run(fake_bench, "sse") == [1, 2, 3, 4] and blocks_run(fake_bench, "websocket") == [1, 2]


def test_no_further_block_without_time_for_it(fake_bench):
    runner(fake_bench, lambda: [Need("tiny", SSE, 0.08, 0.025)], budget_s=0.001).run()
    assert blocks_run(fake_bench, "sse") == [1, 2]


def test_a_need_that_nothing_planned_can_meet_ends_the_search(fake_bench):
    assert runner(fake_bench, lambda: [Need("elsewhere", WEBSOCKET, 0.08, 0.025)]).run().ok == 4


def test_without_time_a_run_is_short_of_blocks_beyond_the_third(fake_bench):
    path = fake_bench.scenarios / "tiny.toml"
    path.write_text(path.read_text().replace("blocks = 2", "blocks = 5"))
    runner(fake_bench, lambda: [], budget_s=0.001).run()
    assert blocks_run(fake_bench, "sse") == blocks_run(fake_bench, "websocket") == [1, 2, 3]


def test_needs_are_read_once_for_each_block_that_is_run(fake_bench):
    asked = []

    def needs():
        asked.append(1)
        return [Need("tiny", SSE, 0.08, 0.025), Need("tiny", WEBSOCKET, 0.08, 0.025), Need("else", SSE, 0.08, 0.025)]

    runner(fake_bench, needs, budget_s=0.001).run()
    assert len(asked) == 1
