"""The figures in README.md are those of the committed reference run, to the letter."""

import json
from pathlib import Path

import pytest

from pushbench.analysis.verdicts import Judgement
from pushbench.cli import commands
from pushbench.errors import PushbenchError
from pushbench.report import planned, readme
from pushbench.report.first import card
from pushbench.setup.claims import load_claims

ROOT = Path(__file__).resolve().parents[2]
CHOICE = {"transport": "sse", "name": "SSE", "cpu_cores": {"middle": 0.018}, "cpu": "1.8 %", "memory": "42 MB",
          "wait": "0.35 ms", "gap": ""}
FIRST = {
    "lead": "Use SSE: it costs the least. Take it.", "trust": "Yes.", "library": None,
    "cases": [{"title": "A", "text": "10 users", "picks": ["sse"], "choices": [
        CHOICE, CHOICE | {"transport": "short-poll", "name": "Short poll, 5 s", "cpu_cores": None, "gap": "not run"}]}],
    "claims": [{"id": "R1", "claim": "SSE is light.", "verdict": "depends", "finding": "It turns at 1.",
                "condition": "loopback", "command": "make bench", "note": ""}],
}


def test_readme_holds_the_answer_of_the_reference_run() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    of_all = readme.answer(ROOT / "results" / "reference", commands.longer_runs(ROOT / "results"))
    assert readme.BEGIN + of_all + readme.END in text


def test_the_plans_are_those_of_the_reference_run() -> None:
    text = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    run_dir = ROOT / "results" / "reference"
    assert planned.BEGIN + planned.plans(run_dir) + planned.END in text
    assert planned.MODEL_BEGIN + planned.model(run_dir) + planned.MODEL_END in text


def test_every_cell_of_the_answer_has_a_figure() -> None:
    assert "| –" not in readme.answer(ROOT / "results" / "reference")


def test_the_map_stands_beside_the_first_chart(tmp_path: Path) -> None:
    maps = [{"of": "server CPU", "chart": "crossover-cpu", "sentence": "By server CPU, it turns at 3.",
             "measured": [{"least": "sse"}, {"least": "short-poll"}]}]
    one_side = [maps[0] | {"measured": [{"least": "sse"}, {"least": "websocket"}]}]
    run_dir, full = tmp_path / "reference", tmp_path / "full"
    for folder, found in ((run_dir, maps), (full, one_side)):
        folder.mkdir()
        (folder / "summary.json").write_text(json.dumps({"first": FIRST, "maps": found}))
    lines = readme.answer(run_dir, [full]).splitlines()
    place = lines.index("![What each choice costs](results/reference/charts/which-one.svg)")
    assert lines[place + 2:place + 5] == [
        "By server CPU, it turns at 3.", "", "![Who costs the least](results/reference/charts/crossover-cpu.svg)"]


def test_a_wait_names_its_percentile_and_the_interval_of_a_poll_has_none(tmp_path: Path) -> None:
    poll = CHOICE | {"transport": "short-poll", "name": "Short poll, 5 s", "wait": "≤ 5 s", "wait_percentile": ""}
    case = FIRST["cases"][0] | {"choices": [CHOICE | {"wait_percentile": "p90"}, poll]}
    (tmp_path / "summary.json").write_text(json.dumps({"first": FIRST | {"cases": [case]}}))
    text = readme.answer(tmp_path)
    assert "42 MB · p90 0.35 ms |" in text and "42 MB · ≤ 5 s |" in text


def test_a_verdict_has_all_of_its_conditions() -> None:
    """N3's 3.9 : 1 is of requests with short headers: a browser's are longer, which its second condition says."""
    claim, = (each for each in load_claims() if each.id == "N3")
    found = Judgement(claim, "holds", (), (), None, "It holds.")
    assert len(claim.conditions) > 1
    for condition in claim.conditions:
        assert condition in card(found).condition and condition in found.sentence


def test_a_readme_without_the_marks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# nothing", encoding="utf-8")
    with pytest.raises(PushbenchError, match="answer:begin"):
        readme.write(tmp_path / "README.md", ROOT / "results" / "reference")


def test_the_first_screen_in_markdown(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text(json.dumps({"first": FIRST}))
    lines = readme.answer(tmp_path).splitlines()
    assert lines[0] == "**Use SSE: it costs the least.** Take it."
    assert "| case | SSE | Short poll |" in lines
    assert "| **A**: 10 users | **1.8 %** · 42 MB · 0.35 ms | – (not run) |" in lines
    assert "- SSE is light. **Depends**: It turns at 1. (loopback)" in lines
    fold = lines.index("<details>")
    assert lines.index("| SSE is light. | depends |") < fold < lines.index("</details>"), "seen at a glance"


def test_what_only_the_full_run_could_judge_stands_apart(tmp_path: Path) -> None:
    for name, verdicts in (("run", {"R1": "depends", "N7": "not measured", "N4": "inconclusive"}),
                           ("reference-full", {"R1": "holds", "N7": "holds", "N2": "not measured"}),
                           ("reference-long", {"N7": "depends", "N4": "holds"})):
        claims = [FIRST["claims"][0] | {"id": each, "claim": f"{each} says.", "verdict": verdict}
                  for each, verdict in verdicts.items()]
        (tmp_path / name).mkdir()
        (tmp_path / name / "summary.json").write_text(json.dumps({"first": FIRST | {"claims": claims}}))
    alone = readme.answer(tmp_path / "run")
    assert "R1 says. **Depends**" in alone and "N7" not in alone and "N4 says. **Inconclusive**" in alone
    both = readme.answer(tmp_path / "run", [tmp_path / "reference-full"])
    first, full = both.split("results/reference-full/", 1)
    assert "R1 says. **Depends**" in first and "- N7" not in first
    assert "- N7 says. **Holds**" in full and "R1" not in full and "N2" not in full
    assert "N4 says. **Inconclusive**" in first
    all_three = readme.answer(tmp_path / "run", [tmp_path / "reference-full", tmp_path / "reference-long"])
    assert all_three.count("- N7 says") == 1 and all_three.count("- N4 says") == 1
    assert "- N4 says. **Holds**" in all_three.split("results/reference-long/", 1)[1]


def test_a_run_that_measured_all_that_a_claim_rests_on_tells_of_it(tmp_path: Path) -> None:
    for name, partial in (("run", True), ("reference-full", False)):
        (tmp_path / name).mkdir()
        claims = [FIRST["claims"][0] | {"finding": name, "partial": partial}]
        (tmp_path / name / "summary.json").write_text(json.dumps({"first": FIRST | {"claims": claims}}))
    told = readme.answer(tmp_path / "run", [tmp_path / "reference-full"])
    assert told.count("- SSE is light") == 1 and "**Depends**: reference-full" in told


def test_a_longer_run_of_another_machine_says_so(tmp_path: Path) -> None:
    for name, claim, cpu in (("run", "R1", "A"), ("reference-same", "N1", "A"), ("reference-other", "N2", "B 9000")):
        (tmp_path / name).mkdir()
        claims = [FIRST["claims"][0] | {"id": claim}]
        (tmp_path / name / "summary.json").write_text(json.dumps({"first": FIRST | {"claims": claims}}))
        (tmp_path / name / "context.json").write_text(json.dumps({"machine": {"cpu_model": cpu}}))
    told = readme.answer(tmp_path / "run", [tmp_path / "reference-same", tmp_path / "reference-other"])
    assert told.count("on another machine") == 1 and "profile `full` on another machine (B 9000), with" in told


def test_of_longer_runs_the_newest_comes_first(tmp_path: Path) -> None:
    for name, started in (("reference-a", "2026-01-01"), ("reference-b", "2026-03-01"), ("reference-c", "2026-02-01")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "context.json").write_text(json.dumps({"started_utc": f"{started}T00:00:00+00:00"}))
    assert [folder.name for folder in commands.longer_runs(tmp_path)] == ["reference-b", "reference-c", "reference-a"]


def test_a_cost_stands_with_its_interval(tmp_path: Path) -> None:
    told = CHOICE | {"cpu_cores": {"n": 5, "middle": 0.018, "low": 0.016, "high": 0.0204}}
    case = FIRST["cases"][0] | {"choices": [told]}
    (tmp_path / "summary.json").write_text(json.dumps({"first": FIRST | {"cases": [case]}}))
    assert "**1.8 %** [1.6–2.0 %] · 42 MB" in readme.answer(tmp_path)


def test_a_summary_of_an_older_pushbench_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("{}")
    with pytest.raises(PushbenchError, match="make report RUN="):
        readme.answer(tmp_path)
