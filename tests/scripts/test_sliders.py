"""The sliders of the report compute what `make plan` does: both are given the same cases, and must say the same."""

import json
import shutil
import subprocess
from argparse import Namespace
from pathlib import Path

import pytest
from pushbench.analysis.figures import Figures
from pushbench.analysis.planning import proposal
from pushbench.cli.plan import VALUES, case_of
from pushbench.report.web import bundle, planner
from pushbench.report.words import choosing, planning
from pushbench.setup.cases import Case, load_cases
from pushbench.store.records import load_run
from synthetic import make_run

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"
CASES = [*load_cases(), *(Case("x", "X", users, every_s, shared, staleness_s, payload, rtt_s)
                          for users, every_s, shared, staleness_s, payload, rtt_s in (
    (20_000, 300, False, 5, 300, 0.08), (1_000_000, 300, False, 5, 300, 0.08), (500, 0.05, True, 0.1, 128, 0.04),
    (10, 86_400, False, 3600, 16, 0.0), (10_000_000, 0.05, True, 0.1, 16384, 0.15), (100, 1, True, 0.1, 1024, 0.15),
    (200_000, 10, True, 1, 128, 0.0), (10_000_000, 300, True, 0.1, 128, 0.04), (1000, 10, False, 0.2, 128, 0.15)))]
ASK = """
const {passedOver, plan} = require(process.argv[1]);
const {model, asked} = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(asked.map(ask => [plan(model, ask), passedOver(plan(model, ask))])));
"""


@pytest.fixture(scope="module")
def reference() -> Figures:
    return Figures(load_run(REFERENCE))


@pytest.fixture(scope="module")
def by_script(reference):
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        pytest.skip("node is not there to run the page's script")
    names = ("users", "every_s", "shared", "staleness_s", "payload_bytes", "rtt_s")
    asked = [{name: getattr(case, name) for name in names} for case in CASES]
    done = subprocess.run([node, "-e", ASK, str(bundle.BROWSER / "plan.js")], capture_output=True, text=True,
                          input=json.dumps({"model": planner.model(reference), "asked": asked}), check=True, timeout=60)
    return json.loads(done.stdout)


def ends(each):
    return None if each is None else (each.middle, each.low, each.high)


@pytest.mark.parametrize("place", range(len(CASES)), ids=lambda place: f"{place}-{CASES[place].id}")
def test_the_page_says_what_the_command_says(place, by_script, reference):
    found, (by_row, passed_over) = proposal(CASES[place], reference), by_script[place]
    assert passed_over == choosing.passed_over(found.outcome)
    for row, said in zip(found.rows, by_row, strict=True):
        assert said["name"] == row.choice.base
        for name, figure in (("cores", row.choice.cores), ("memory_gib", row.memory_gib),
                             ("mbit_per_s", row.mbit_per_s), ("gb_a_month", row.gb_a_month)):
            assert tuple(said[name][end] for end in ("middle", "low", "high")) == pytest.approx(ends(figure)), name
        assert said["late_s"] == pytest.approx(row.late_s)
        assert said["usual_s"] == (None if row.usual_s is None else pytest.approx(row.usual_s))
        assert (said["in_time"], said["processes"], said["standing"]) == (
            row.choice.in_time, row.choice.processes, row.choice.standing), row.choice.base
        assert said["beyond"] == pytest.approx({reach.quantity: reach.factor for reach in row.reaches})


COMMANDS = """
const {STEPS} = require(process.argv[1] + "/plan_steps.js"), {commandOf} = require(process.argv[1] + "/plan_words.js");
const most = Math.max(...Object.values(STEPS).map(steps => steps.length));
const asked = [...Array(most).keys()].map(at => Object.fromEntries([["shared", at % 2 === 1],
  ...Object.entries(STEPS).map(([name, steps]) => [name, steps[at % steps.length]])]));
process.stdout.write(JSON.stringify(asked.map(ask => [ask, commandOf(ask, "")])));
"""


def test_the_command_below_the_sliders_asks_for_the_same_plan():
    """At each step of each slider, as `make plan` reads it."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        pytest.skip("node is not there to run the page's script")
    done = subprocess.run([node, "-e", COMMANDS, str(bundle.BROWSER)], capture_output=True, text=True, check=True,
                          timeout=60)
    for ask, command in json.loads(done.stdout):
        said = dict(word.split("=") for word in command.removeprefix("make plan ").split())
        options = Namespace(**{name.lower(): said.get(name) for name in VALUES})
        assert said.keys() <= VALUES.keys() and case_of(options) == Case(
            "plan", "Your service", ask["users"], ask["every_s"], ask["shared"], ask["staleness_s"],
            ask["payload_bytes"], ask["rtt_s"]), command


def test_the_command_names_the_run_where_it_is_not_taken_by_itself(reference, tmp_path):
    assert planner.named(reference) == ""
    assert planner.named(Figures(load_run(make_run(tmp_path / "my-run", blocks=1)))) == "my-run"


def test_a_fan_out_that_is_late_from_one_process_is_spread_over_as_many_as_it_takes(reference):
    """200,000 users are told in 1.1 s and 1.8 s; no poll is chosen that costs 37 times the CPU of that."""
    found = proposal(Case("x", "X", 200_000, 10, True, 1), reference)
    by_base = {row.choice.base: row.choice for row in found.rows}
    assert {base: each.processes for base, each in by_base.items()} == {
        "sse": 2, "websocket": 2, "long-poll": 2, "short-poll": 6}
    assert all(each.in_time for each in by_base.values())
    assert {each.base for each in found.outcome.picks} == {"sse", "websocket"}
    said = planning.waits(found.rows[0]).replace("\u00a0", " ")
    assert said == "550 ms (p90) from 2 processes" and "too late" not in " ".join(planning.sentences(found))
    assert any("more than 0.8 of a core and each tells its users in time" in line for line in planning.sentences(found))


def test_no_sliders_without_intervals(tmp_path, reference):
    from pushbench.analysis.modelling import modelled

    few = Figures(load_run(make_run(tmp_path, blocks=1)))
    assert not planner.is_possible(modelled(few), few)
    assert planner.is_possible(modelled(reference), reference)
