"""The A/A test: the same transport under two names. Whoever finds a winner there finds one anywhere."""

import json

import numpy as np
import pytest
from pushbench.analysis import verdicts
from pushbench.analysis.figures import Figures
from pushbench.report import summary
from pushbench.report.compare import compare
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.setup.claims import load_aa, load_claims
from pushbench.store.records import load_run
from synthetic import ALL_SCENARIOS, Generator, make_run, write_context

RUNS = 250
# As in a reference run on a shared machine: blocks differ by 8 %, and two trials of one block by 5 % on top.
COMMON, OWN = 0.08, 0.05 / np.sqrt(2)


def aa_run(folder, seed, blocks, twin_costs=1.0):
    """A run of SSE and its twin; both draw from one distribution. Trials hold what the A/A test reads, and no more."""
    maker, rng = Generator(folder, seed), np.random.default_rng(seed)
    write_context(folder, blocks)
    for block in range(1, blocks + 1):
        common = np.exp(COMMON * rng.normal())
        for variant in rng.permutation(["sse", "sse-twin"]):
            cpu, wait = 10 * common * np.exp(OWN * rng.normal(size=2))
            cpu *= twin_costs if variant == "sse-twin" else 1
            maker.write("broadcast", str(variant), block, {
                "schema_version": 2, "connections": 1000, "server": {"cpu_us_per_delivery": cpu},
                "latency_us": {"p50": wait * 600}, "wire": {"bytes_per_delivery": 226.0 + rng.integers(0, 2)}})
    return analyse(folder)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("aa")
    return [aa_run(folder / str(seed), seed, blocks=8) for seed in range(RUNS)]


def found_by(analysis):
    """What trials apart say of the twin; the duets that decide are simulated in test_simulation."""
    return [finding.verdict for finding in analysis.aa.secondary if finding.workload == "broadcast"]


def test_the_twin_never_wins(many):
    assert not any("The A/A test found" in caution for analysis in many for caution in analysis.cautions)
    assert all(verdicts.FAILS not in found_by(analysis) for analysis in many)
    assert sum(found_by(analysis) == [verdicts.SAME] * 3 for analysis in many) > RUNS * 0.8


def test_without_the_band_it_would_win_as_often_as_an_interval_misses(many):
    """Of 500 intervals of the ratio, 5 % lie beside 1. This is what the band of 10 % is for."""
    found = [finding.estimate for analysis in many for finding in analysis.aa.secondary[:2]]
    missed = np.mean([not estimate.low <= 1 <= estimate.high for estimate in found])
    assert 0.025 <= missed <= 0.075, missed


def test_few_blocks_make_no_winner_either(tmp_path):
    for seed in range(100):
        assert verdicts.FAILS not in found_by(aa_run(tmp_path / str(seed), seed, blocks=3))


@pytest.mark.parametrize("costs", [0.6, 1.6])
def test_a_winner_is_a_caution_at_the_head(tmp_path, costs):
    analysis = aa_run(tmp_path / "run", 1, blocks=8, twin_costs=costs)
    assert found_by(analysis)[0] == verdicts.FAILS
    assert analysis.cautions[0].startswith("The A/A test found a difference between a transport and itself (CPU per")
    assert "SSE under another name / SSE = " in analysis.cautions[0]
    assert "size mean nothing in this run" in report.render(analysis, charts=[])


def test_the_twin_is_no_choice_and_no_claim(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, variants=("sse", "websocket", "sse-twin"), scenarios=("broadcast",))
    report.build(folder)
    analysis = analyse(folder)
    assert {row.variant for answer in analysis.answers for row in answer.rows} == {"sse", "websocket"}
    assert all("sse-twin" not in (finding.subject, finding.against)
               for judgement in analysis.judgements for finding in (*judgement.primary, *judgement.secondary))
    assert not any("another name" in path.read_text() for path in (folder / "charts").glob("*.svg"))
    assert "A0" not in [claim.id for claim in load_claims()] and load_aa().id == "A0"
    figures = Figures(load_run(folder))
    assert not any("another name" in change.row for change in compare(figures, figures, 10.0))
    data = json.loads((folder / "summary.json").read_text())
    ran = [finding for finding in data["aa"]["secondary"] if finding["workload"] == "broadcast"]
    assert {finding["verdict"] for finding in ran} == {verdicts.SAME}
    assert "sse-twin" not in json.dumps(data["claims"])


def test_without_the_twin_there_is_no_such_test(tmp_path):
    analysis = analyse(make_run(tmp_path / "run", blocks=3, variants=("sse",), scenarios=ALL_SCENARIOS[:2]))
    assert analysis.aa is None and summary.to_json(analysis)["aa"] is None


def test_a_twin_without_a_valid_trial_is_not_measured(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, variants=("sse", "sse-twin"), scenarios=("broadcast",))
    for path in (folder / "trials").glob("*sse-twin*"):
        spoilt = {"status": "invalid", "invalid_because": ["swap: 1"]}
        path.write_text(json.dumps(json.loads(path.read_text()) | spoilt))
    aa = analyse(folder).aa
    assert aa.verdict == verdicts.MISSING and "swap: 1" in aa.secondary[0].why
