"""Two runs of the same program must not be told apart: over all figures together in one of twenty pairs at most."""

from pathlib import Path

import numpy as np
import pytest
from pushbench.analysis.comparison import EQUAL, UNKNOWN, WORSE, compare
from pushbench.analysis.figures import Figures
from pushbench.store.records import Run, Trial

# CPU per delivery in µs and median latency in µs of a broadcast.
COSTS = {"sse": (10.2, 6200), "websocket": (10.4, 6300), "long-poll": (24.0, 9100), "short-poll": (34.0, 498_000),
         "floor": (9.0, 5600)}
SCENARIOS = ("sparse", "broadcast", "stream")
RUNS, EACH = 60, 4  # runs, and how many others each is held against


def run(rng, blocks, machine, slower=1.0):
    """`machine` is how much a whole run is slowed, all of it by as much; a block drifts, and a process has its own."""
    trials = []
    for block in range(1, blocks + 1):
        for scenario in SCENARIOS:
            shared = machine * np.exp(0.08 * rng.normal())
            for variant, (cpu, latency) in COSTS.items():
                cost = cpu * shared * np.exp(0.02 * rng.standard_t(5)) * (slower if variant == "sse" else 1.0)
                waited = latency * shared * np.exp(0.03 * rng.standard_t(5))
                result = {"published": 5000, "latency_us": {"count": 5000, "p50": waited, "p99": waited * 3 * np.exp(
                    0.1 * rng.normal())}, "server": {"cpu_us_per_delivery": cost},
                    "wire": {"bytes_per_delivery": 250.0 + 0.01 * rng.normal()}}
                trials.append(Trial(f"{scenario}__{variant}__default__b{block}__a1.json", scenario, variant, "", block,
                                    1, len(trials), "ok", (), result, {}))
    return Figures(Run(Path("simulated"), {}, tuple(trials)))


@pytest.mark.parametrize(("blocks", "apart"), [(3, 0.0), (5, 0.0), (5, 0.3)])
def test_false_alarms_over_all_figures_together(blocks, apart):
    """`apart`: how far the machine's speed scatters from run to run. Then the floor itself changes, and is judged by
    nobody."""
    rng = np.random.default_rng(15)
    runs = [run(rng, blocks, np.exp(apart * rng.normal())) for _ in range(RUNS)]
    pairs = [(old, new) for place, old in enumerate(runs) for new in runs[place + 1:place + 1 + EACH]]
    found = [compare(old, new, 0.0) for old, new in pairs]
    assert len(found) > 200 and {len(changes) for changes in found} == {len(SCENARIOS) * len(COSTS) * 4}
    alarms = sum(any(change.verdict not in (EQUAL, UNKNOWN) for change in changes if change.is_judged or not apart)
                 for changes in found)
    assert alarms / len(found) <= 0.05


def test_a_slower_program_is_found_on_a_machine_that_is_slower_too():
    rng = np.random.default_rng(15)
    changes = compare(run(rng, 5, 1.0), run(rng, 5, 1.15, slower=1.5), 10.0)
    worse = [change.row for change in changes if change.verdict == WORSE]
    assert worse == [f"{scenario} · SSE" for scenario in ("broadcast", "sparse", "stream")]
