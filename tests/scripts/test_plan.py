"""`plan`: what a service would cost, from the same place as the first screen; and each bad value in one line."""

from pathlib import Path

import pytest
from pushbench.analysis import modelling
from pushbench.analysis.cases import outcome
from pushbench.analysis.figures import Figures
from pushbench.analysis.modelling import modelled
from pushbench.analysis.planning import GIB, proposal
from pushbench.cli.main import main
from pushbench.report.words import planning
from pushbench.setup.cases import Case, load_cases
from pushbench.store.records import load_run
from synthetic import ALL_SCENARIOS, NEWER, make_run

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"
CASE = Case("plan", "Your service", 20_000, 300, False, 5, 300, 0.08)
ASKED = ["--users", "20000", "--every", "5min", "--staleness", "5s"]


@pytest.fixture(scope="module")
def reference() -> Figures:
    return Figures(load_run(REFERENCE))


def by_base(found):
    return {row.choice.base: row for row in found.rows}


def test_the_first_screen_and_the_plan_are_one(reference):
    """They cannot contradict each other: both are the model's."""
    assert modelled(reference).stands
    for case in load_cases():
        plan = proposal(case, reference)
        assert [row.choice for row in plan.rows] == list(outcome(case, reference).choices)
        for row in plan.rows:
            assert row.choice.cores == modelling.cores(case, row.choice.base, modelled(reference))


def test_the_parts_of_a_figure_add_up_to_it(reference):
    for case in (*load_cases(), CASE):
        for each in outcome(case, reference).choices:
            assert sum(part.per_s * part.unit.us.middle for part in each.parts) / 1e6 == pytest.approx(
                each.cores.middle), (case.id, each.base)


def test_the_reference_has_a_model_that_was_checked(reference):
    model = modelled(reference)
    assert {score.transport for score in model.scores} == set(model.models) == {
        "sse", "websocket", "long-poll", "short-poll"}
    assert all(score.errors and score.median <= score.p90 for score in model.scores)
    for name, one in model.models.items():
        assert one.off == max(score.p90 for score in model.scores if score.transport == name)
        assert all(value >= 0 for value in one.us.values())


def test_a_round_trip_is_in_the_wait(reference):
    near, far = (by_base(proposal(case, reference)) for case in (Case(*CASE_AT_ONCE, rtt_s=0.0), CASE))
    assert far["sse"].late_s - near["sse"].late_s == pytest.approx(0.04)
    assert far["short-poll"].choice.interval_s == pytest.approx(4.96) and far["short-poll"].late_s == pytest.approx(5)
    assert far["short-poll"].usual_s == pytest.approx(2.52)
    assert far["sse"].memory_gib.middle == pytest.approx(far["sse"].choice.memory_mb.middle * 1e6 / GIB)
    assert far["sse"].gb_a_month.middle == pytest.approx(far["sse"].mbit_per_s.middle / 8 * 86.4 * 30)


CASE_AT_ONCE = ("plan", "Your service", 20_000, 300, False, 5, 300)


def test_who_is_too_late_is_not_chosen(reference):
    found = proposal(Case("x", "X", 1000, 10, False, 0.2, 128, 0.15), reference)
    assert not by_base(found)["long-poll"].choice.in_time  # a round trip and a half is 225 ms
    assert by_base(found)["sse"].choice.in_time
    assert "long-poll" not in [each.base for each in found.outcome.picks]
    assert "too late" in planning.waits(by_base(found)["long-poll"])


def test_what_lies_beyond_the_run_is_told(reference):
    text = " ".join(planning.sentences(proposal(Case("x", "X", 1_000_000, 300, False, 5), reference)))
    assert "Extrapolated beyond the most that was measured: connections 200\u00a0×" in text
    assert "Servers of one thread were measured" in text
    small = planning.sentences(proposal(Case("x", "X", 1000, 10, False, 5), reference))
    assert "All of it lies within what was measured." in small


def test_a_run_with_too_few_cells_plans_nothing(tmp_path, capsys):
    make_run(tmp_path / "small", blocks=3, scenarios=("sparse",))
    figures = Figures(load_run(tmp_path / "small"))
    assert proposal(CASE, figures) is None and set(modelled(figures).gaps) == {
        "sse", "websocket", "long-poll", "short-poll"}
    assert main(["plan", *ASKED, "--run", str(tmp_path / "small")]) == 4
    assert "SSE has 1 cell of 1 scenario, and a model needs 6 of 4" in capsys.readouterr().out


def test_a_whole_made_up_run_has_a_model(tmp_path):
    figures = Figures(load_run(make_run(tmp_path, blocks=3, scenarios=(*ALL_SCENARIOS, *NEWER))))
    assert modelled(figures).stands, modelled(figures).gaps
    assert len(proposal(CASE, figures).rows) == 4


def test_the_command_says_what_it_was_asked_and_what_to_take(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["plan", *ASKED, "--rtt", "80ms", "--payload", "300"]) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert said.startswith("20,000 users, each notified every 5 min, 300 bytes; 5 s late is fine, round trip 80 ms")
    for part in ("SSE", "WebSocket", "Long poll", "Short poll", "The cost model of reference: median error"):
        assert part in said


def test_one_user_is_a_plan_too_and_no_figure_is_cut_in_half(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["plan", "--users=1", "--every=24h", "--staleness=5s", "--payload=1"]) == 0
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert said.startswith("1 user, each notified once a day, 1 byte; 5 s late is fine")
    assert "…" not in said and "< 0.0001" in said and "0.00000" not in said


@pytest.mark.parametrize(("changes", "line"), [
    ({"--users": "1e6"}, 'USERS = "1e6": must be a whole number from 1 to 100000000'),
    ({"--users": "0"}, 'USERS = "0": must be a whole number from 1 to 100000000'),
    ({"--every": "5"}, 'EVERY = "5": must be a duration with its unit'),
    ({"--every": "9000h"}, 'EVERY = "9000h": must be from 0.001 s to 604800 s'),
    ({"--staleness": "soon"}, 'STALENESS = "soon": must be a duration with its unit'),
    ({"--staleness": ""}, "STALENESS is missing: how late a notification may be"),
    ({"--rtt": "1h"}, 'RTT = "1h": must be from 0 s to 10 s'),
    ({"--staleness": "20ms", "--rtt": "80ms"}, "STALENESS = 20ms: must be half of RTT = 80ms and 10ms at least"),
    ({"--payload": "2MB"}, 'PAYLOAD = "2MB": must be a whole number from 1 to 1048576'),
    ({"--shared": "maybe"}, 'SHARED = "maybe": must be 1 where all users hear the same'),
    ({"--run": "nowhere"}, 'unknown run "nowhere"'),
])
def test_a_bad_value_is_one_line(changes, line, capsys):
    given = dict(zip(ASKED[::2], ASKED[1::2], strict=True)) | changes
    assert main(["plan", *(f"{name}={value}" for name, value in given.items())]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"pushbench: {line}") and said.count("\n") == 1
