"""Whatever lies in the folder of a run: a report comes out, says what is missing and why, and claims no more."""

import json
import re

import pytest
from pushbench.analysis.figures import Figures
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.store.records import load_run
from synthetic import Generator, make_run, write_context

CPU = ("broadcast", "", "sse", "server_cpu_us_per_delivery")


@pytest.fixture
def folder(tmp_path):
    return make_run(tmp_path / "run", blocks=3, variants=("sse", "websocket"), scenarios=("broadcast",))


def page_of(folder):
    """The page without its charts, which take seconds to draw."""
    return report.render(analyse(folder), charts=[])


def change(folder, pattern, change_trial):
    for path in sorted((folder / "trials").glob(pattern)):
        trial = json.loads(path.read_text())
        change_trial(trial)
        path.write_text(json.dumps(trial))


def test_a_truncated_file_is_left_out_and_named(folder):
    path = folder / "trials" / "broadcast__sse__default__b2__a1.json"
    path.write_text(path.read_text()[:500])
    assert "trials/broadcast__sse__default__b2__a1.json is no complete JSON (truncated?): left out." in page_of(folder)
    estimate = Figures(load_run(folder)).get(*CPU).estimate
    assert estimate.n == 2 and not estimate.has_interval


def test_a_foreign_file_is_left_out_and_named(folder):
    (folder / "trials" / "package.json").write_text('{"name": "left-pad", "schema_version": 2}')
    assert "trials/package.json names no scenario and variant (no trial of ours?): left out." in page_of(folder)
    assert Figures(load_run(folder)).get(*CPU).estimate.n == 3


def test_an_older_version_says_what_it_lacks(folder):
    def older(trial):
        trial["schema_version"] = trial["result"]["schema_version"] = 1
        trial["result"]["server"].pop("heap")
        trial["result"]["histogram"] = {"unit": "ns", "buckets": trial["result"].pop("histograms")["latency"]}

    change(folder, "*", older)
    page = page_of(folder)
    assert "and 5 more have schema version 1, of an older pushbench: without response times" in page
    assert Figures(load_run(folder)).get(*CPU).estimate.has_interval


def test_a_newer_version_is_read_as_far_as_it_fits(tmp_path):
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        maker.write("broadcast", "sse", block, {"schema_version": 99, "latency_us": 7,
                                                "server": {"cpu_us_per_delivery": "fast", "cpu_cores": 0.5}})
    page = page_of(tmp_path)
    assert "b1__a1.json and 2 more have schema version 99, known are 1, 2, 3 and 4: read as far as it fits." in page
    assert "context.json No such file or directory: machine and settings are unknown." in page
    assert [figure.key.metric for figure in Figures(load_run(tmp_path)).all()] == ["server_cpu_cores"]


def test_one_block_gives_no_interval_anywhere(tmp_path):
    analysis = analyse(make_run(tmp_path / "run", blocks=1, variants=("sse", "websocket", "sse-twin")))
    assert not any(figure.estimate.has_interval for figure in analysis.figures.all())
    assert {judgement.verdict for judgement in analysis.judgements} <= {"inconclusive", "not measured"}
    assert "1 block: figures are single points without intervals" in report.render(analysis, charts=[])


def test_a_transport_that_is_missing_altogether_is_named(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, variants=("sse", "long-poll"), scenarios=("broadcast",))
    page = page_of(folder)
    assert "WebSocket was not run" in page
    assert "Not run: sparse notifications" in page


def seeded(trial, seed):
    trial["result"]["seed"] = seed + trial["block"]


def test_two_runs_in_one_folder_are_told_apart_by_their_seeds(folder, tmp_path):
    seed = json.loads((folder / "context.json").read_text())["seed"]
    change(folder, "*", lambda trial: seeded(trial, seed))
    other = make_run(tmp_path / "other", blocks=5, variants=("sse", "websocket"), scenarios=("broadcast",), slower=3.0)
    change(other, "*", lambda trial: seeded(trial, seed + 1000))
    for path in (other / "trials").glob("*__b[45]__a1.json"):  # the others have the names of what is there
        (folder / "trials" / path.name).write_text(path.read_text())
    run = load_run(folder)
    assert len(run.trials) == 6
    assert ("trials/broadcast__sse__default__b4__a1.json and 3 more of 10 are of another run (another seed, or begun"
            " before this one): left out") in run.remarks
    assert Figures(run).get(*CPU).estimate.n == 3
    assert "3 more of 10 are of another run" in page_of(folder)


def test_a_trial_that_began_before_its_run_is_not_of_it(folder):
    context = json.loads((folder / "context.json").read_text()) | {"started_utc": "2026-01-01T00:00:00+00:00"}
    (folder / "context.json").write_text(json.dumps(context))
    change(folder, "*sse*b1*", lambda trial: trial.update(started_utc="2025-12-31T23:00:00Z"))
    assert load_run(folder).remarks == ("trials/broadcast__sse__default__b1__a1.json of 6 is of another run (another"
                                        " seed, or begun before this one): left out",)


def test_a_context_of_another_run_is_told_and_costs_no_trial(folder):
    change(folder, "*", lambda trial: seeded(trial, 5_000_000))
    run = load_run(folder)
    assert len(run.trials) == 6 and "context.json is of another run than all trials" in run.remarks[0]


@pytest.mark.parametrize("wall_s", [float("nan"), float("inf"), 1e300, -5.0])
def test_a_length_that_is_none_and_a_machine_that_is_none_do_not_cost_the_report(folder, wall_s):
    change(folder, "*", lambda trial: trial.update(wall_s=wall_s))
    context = json.loads((folder / "context.json").read_text())
    (folder / "context.json").write_text(json.dumps(context | {"machine": -5.5}))
    assert "Claims on trial" in page_of(folder) and analyse(folder).sittings == []


def test_only_invalid_trials_give_a_page_a_summary_and_no_figure(folder):
    change(folder, "*", lambda trial: trial.update(status="invalid", invalid_because=["steal: 12 % of the window"]))
    page = report.build(folder).read_text()
    assert "No trial is valid" in page and "steal: 12 % of the window" in page
    drawn = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)  # what scripts could draw stands in them
    assert "No valid trial, no answer." in page and "<svg" not in drawn
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["cells"] == [] and summary["trials"] == {"ok": 0, "invalid": 6, "failed": 0}
    assert (folder / "charts").is_dir() and (folder / "summary.md").stat().st_size > 0


BACKWARDS = {
    "clock: latency_us is below 0": lambda trial: trial["result"]["latency_us"].update(min=-3.0),
    "clock: delivery_us is below 0": lambda trial: trial["result"]["delivery_us"].update(negative=2),
    "clock: a histogram has values below 0 (delivery)":
        lambda trial: trial["result"]["histograms"]["delivery"].insert(0, [-5000, 1]),
    "clock: latency_us has p90 over p99": lambda trial: trial["result"]["latency_us"].update(p90=9e9),
    "clock: window_s is 0": lambda trial: trial["result"].update(window_s=0),
    "clock: window_s is -1": lambda trial: trial["result"].update(window_s=-1.0),
    "clock: started_utc is no time: 'yesterday'": lambda trial: trial.update(started_utc="yesterday"),
    "clock: started_utc is no time: 5": lambda trial: trial.update(started_utc=5),
}


@pytest.mark.parametrize("reason", BACKWARDS)
def test_a_clock_that_goes_backwards_makes_the_trial_invalid(folder, reason):
    change(folder, "broadcast__sse__default__b2*", BACKWARDS[reason])
    run = load_run(folder)
    (bad,) = [trial for trial in run.trials if not trial.ok]
    assert (bad.status, bad.reasons) == ("invalid", (reason,))
    estimate = Figures(run).get(*CPU).estimate
    assert estimate.n == 2 and not estimate.has_interval
    assert reason.replace("'", "&#39;") in page_of(folder)


def test_a_sound_trial_has_no_fault_of_the_clock(tmp_path):
    """A percentile is the upper end of its bucket and so may lie a little over the largest value."""
    write_context(tmp_path, 1)
    maker = Generator(tmp_path)
    result = maker.result("sse", 100, 10)
    result["latency_us"] |= {"min": 100.0, "p999": 1000.0, "max": 999.9, "p99": 900.0, "p90": 800.0, "p50": 500.0}
    maker.write("broadcast", "sse", 1, result)
    assert load_run(tmp_path).trials[0].ok


def test_a_run_without_calibration_has_a_report(folder):
    assert not (folder / "calibration").exists() and not (folder / "calibration.json").exists()
    assert "Claims on trial" in page_of(folder)
