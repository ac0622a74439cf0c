"""The report: what it must hold, from good runs and from poor ones."""

import csv
import json
import re

import pytest
from pushbench.meter.calibration.checks import Check
from pushbench.meter.calibration.record import Calibration
from pushbench.out import tidy
from pushbench.report import summary
from pushbench.report.charts.latency import curve
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.setup.claims import load_claims
from pushbench.store.records import load_run
from rich.console import Console
from synthetic import Generator, make_run, write_context


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = make_run(tmp_path_factory.mktemp("results") / "run-1", blocks=3)
    return report.build(folder).parent


def page_of(folder):
    """The page without its charts, which take seconds to draw."""
    return report.render(analyse(folder), charts=[])


def test_the_page_answers_first(built):
    page = (built / "report.html").read_text()
    order = ["which one, for my case?", "Sparse notifications", "<h2>Claims on trial", 'id="claim-R2"', 'id="claim-R9"',
             'id="claim-R1"', "<h2>Charts", "<h2>A second meter: wrk",
             "<h2>Method in brief", "<h2>What one machine", "<h2>Machine and settings", "<h2>Every trial"]
    places = [page.index(part) for part in order]
    assert places == sorted(places)


def test_the_page_is_one_small_file(built):
    page = (built / "report.html").read_text()
    assert len(page) < 2_000_000
    assert not re.search(r'(src|href)="(https?:)?//|@import|url\((?!#)|<script[^>]* src=', page)
    assert page.count("<script") == 2  # the data of the run, and what works with it
    assert page.count("<svg") >= 10


def test_ids_are_unique_in_the_page(built):
    ids = re.findall(r'\bid="([^"]+)"', (built / "report.html").read_text())
    assert len(ids) == len(set(ids))


def test_every_trial_is_listed_and_cells_name_theirs(built):
    page = (built / "report.html").read_text()
    for trial in (built / "trials").iterdir():
        assert f">{trial.name}</a>" in page
    assert "From trials/broadcast__sse__default__b{1,2,3}__a1.json" in page


def test_charts_come_as_svg_and_png(built):
    names = {path.name for path in (built / "charts").iterdir()}
    for chart in ("which-one", "latency-broadcast", "cpu-per-delivery", "memory-per-connection",
                  "bytes-per-delivery", "capacity",
                  "fan-out", "idle-cpu", "idle-memory", "crossover-cpu"):
        assert {f"{chart}.svg", f"{chart}.png"} <= names
    assert "<text" in (built / "charts" / "which-one.svg").read_text()  # text stays text


def test_summary_json_traces_every_cell(built):
    data = json.loads((built / "summary.json").read_text())
    assert data["schema_version"] == 2
    assert [claim["id"] for claim in data["claims"]] == [claim.id for claim in load_claims()]
    trials = {path.name for path in (built / "trials").iterdir()}
    for cell in data["cells"]:
        assert cell["n"] == 3 and cell["low"] <= cell["middle"] <= cell["high"]
        assert cell["trials"] and set(cell["trials"]) <= trials


def test_summary_markdown_has_tables_and_verdicts(built):
    text = (built / "summary.md").read_text()
    assert "| SSE |" in text and "| R3 ·" in text and "**does not hold**" in text
    assert not re.search(r"\{\{|\{%|None", text)
    # A blank line inside would end a table early.
    assert re.search(r"\|---\|(---:\|)+\n\| SSE", text)


def test_the_same_results_give_the_same_bytes(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, variants=("sse",), scenarios=("broadcast",))
    written = []
    for _ in range(2):
        report.build(folder)
        written.append({path.name: path.read_bytes()
                        for path in [*folder.glob("*.*"), *folder.glob("charts/*.svg")]})
    assert written[0] == written[1]


def test_the_terminal_table_fits_a_pipe(built):
    console = Console(record=True, width=300, file=open("/dev/null", "w"))
    summary.print_table(built, console)
    lines = console.export_text().splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 100
    assert any("WebSocket" in line and "±" in line for line in lines)


def test_one_block_gives_points_and_says_so(tmp_path):
    folder = make_run(tmp_path / "run", blocks=1)
    page = page_of(folder)
    assert "1 block: figures are single points without intervals" in page
    data = summary.to_json(analyse(folder))
    assert all(cell["low"] is None for cell in data["cells"])
    assert {claim["verdict"] for claim in data["claims"]} <= {"inconclusive", "not measured"}


def test_a_missing_transport_is_no_crash(tmp_path):
    page = report.build(make_run(tmp_path / "run", blocks=3, variants=("sse", "long-poll"),
                                 scenarios=("sparse",))).read_text()
    assert "was not run in" in page and "not measured" in page


def test_only_invalid_trials_still_make_a_report(tmp_path):
    write_context(tmp_path, 3)
    maker = Generator(tmp_path)
    for block in (1, 2, 3):
        result = maker.result("sse", 1000, 10)
        maker.write("broadcast", "sse", block, result, status="invalid", reasons=["load generator 93 % busy"])
    page = report.build(tmp_path).read_text()
    assert "No trial is valid" in page and "load generator 93 % busy" in page
    assert "No valid trial, no answer." in page


def test_a_cell_of_invalid_trials_says_why(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("broadcast",))
    for path in (folder / "trials").glob("broadcast__websocket__*"):
        trial = json.loads(path.read_text())
        path.write_text(json.dumps(trial | {"status": "invalid", "invalid_because": ["5 lost"]}))
    page = page_of(folder)
    assert 'title="3 trials invalid or failed: 5 lost"' in page
    assert '<small class="gap">3 trials invalid or failed</small>' in page


def test_hostile_text_is_escaped(tmp_path):
    Generator(tmp_path).write("broadcast", "<script>alert(1)<", 1, {"connections": 1}, reasons=["<b>"])
    page = page_of(tmp_path)
    assert "<script>alert" not in page and "<b>" not in page and "&lt;b&gt;" in page


def test_no_winner_is_written_into_the_code(tmp_path):
    """Make SSE twice as dear, and the reading must turn to WebSocket."""
    analysis = analyse(make_run(tmp_path / "run", blocks=3, slower=2.0, scenarios=("broadcast",)))
    broadcast = next(r for a, r in zip(analysis.answers, analysis.readings) if a.case.scenario == "broadcast")
    assert broadcast.best == ("websocket",)
    assert re.search(r"SSE costs (1\.9|2)", broadcast.text)


def test_percentile_curve_adds_counts_and_stops_at_ten_beyond(tmp_path):
    maker = Generator(tmp_path)
    for block in (1, 2):
        buckets = [[value, 1] for value in range(1000, 101000, 1000)]
        maker.write("broadcast", "sse", block, {"histogram": {"unit": "us", "buckets": buckets}})
    places, values = curve(analyse(tmp_path).figures.group("broadcast", "", "sse"))
    assert places[0] == 1 and values[0] == 1.0
    assert places[-1] == pytest.approx(200 / 10)  # 200 samples in all
    assert values[-1] == 96.0


def test_a_percentile_that_one_block_cannot_give_comes_from_all_together(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("sparse", "broadcast", "stream"))
    for path in (folder / "trials").glob("sparse__*"):
        trial = json.loads(path.read_text())
        trial["result"]["latency_us"]["p99"] = None
        path.write_text(json.dumps(trial))
    analysis = analyse(folder)
    figure = analysis.figures.get("sparse", "", "sse", "latency_p99_ms")
    assert figure.estimate.has_interval and not figure.by_block and len(figure.files) == 3
    assert "of all blocks together" in page_of(folder)
    assert {j.claim.id: j.verdict for j in analysis.judgements}["R9"] == "holds"


def test_there_is_no_winner_for_want_of_trials(tmp_path):
    folder = make_run(tmp_path / "run", blocks=2, scenarios=("broadcast", "stream"))
    for path in (folder / "trials").glob("stream__sse__*"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"status": "invalid"}))
    analysis = analyse(folder)
    readings = {a.case.scenario: r for a, r in zip(analysis.answers, analysis.readings)}
    assert readings["stream"].lead == "No recommendation." and readings["stream"].best == ()
    assert "SSE has no valid figure here (SSE: 2 trials invalid or failed: no reason given)." in readings["stream"].rest
    assert "WebSocket 10." in readings["stream"].rest  # what is known of the others is still told
    assert "No recommendation for stream: a contender has no valid figure." in analysis.headline
    assert readings["broadcast"].lead == "SSE, going by 2 blocks only; WebSocket not told apart."


def test_wrk_stands_beside_our_meter(built):
    page = (built / "report.html").read_text()
    meter = page[page.index("<h2>A second meter"):page.index("<h2>Method")]
    assert "requests/s" in meter and "response time, p99" in meter and ">yes<" in meter


def test_the_page_says_how_close_in_time_those_ran_that_are_compared(tmp_path):
    said = []
    for name, order in (("new", ("broadcast", "broadcast", "stream", "stream")),
                        ("old", ("broadcast", "stream", "broadcast", "stream"))):
        maker = Generator(tmp_path / name)
        for place, scenario in enumerate(order):
            variant = ("sse", "websocket")[place % 2 if name == "new" else place // 2]
            maker.write(scenario, variant, 1, {"connections": 1})
        said.append(report.wording.order_line(analyse(tmp_path / name).run))
    assert said == ["In each block, the transports of a scenario run back to back in a random order",
                    "Transports take turns in a random order within each block"]


def check(passed):
    return Check("known delay", "SSE, 5 ms", "5 ms ± 0.25", "7.10 ms", passed, "Close what else runs.", "x.json")


@pytest.mark.parametrize(("passed", "answer"), [(True, "Yes: 1 check of the meter passed"),
                                                (False, "With care: 1 of 1 checks of the meter failed")])
def test_the_calibration_stands_at_the_head_of_everything(tmp_path, capsys, passed, answer):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("broadcast",))
    (folder / "calibration.json").write_text(json.dumps(Calibration((check(passed),)).to_json()))
    page = page_of(folder)
    head = page[:page.index('aria-label="the answer"')]
    assert answer in head and ("Close what else runs." in head) is not passed
    analysis = analyse(folder)
    assert answer in summary.markdown(analysis)
    assert summary.to_json(analysis)["calibration"]["passed"] is passed
    summary.print_table(folder, Console(width=200))
    assert answer in capsys.readouterr().out


def test_a_run_without_a_calibration_says_that_nobody_knows(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("broadcast",))
    assert "Unknown: the meter was not calibrated in this run." in page_of(folder)
    (folder / "calibration.json").write_text('{"checks": [')
    assert "Unknown: calibration.json cannot be read" in page_of(folder)


def test_the_tidy_table_has_a_line_for_each_figure_of_each_trial(tmp_path):
    folder = make_run(tmp_path / "run", blocks=3, scenarios=("broadcast",))
    lines = list(csv.DictReader(tidy.write(load_run(folder), tmp_path / "t.csv").open()))
    one = [line for line in lines if (line["variant"], line["block"], line["metric"]) == (
        "sse", "2", "server_cpu_us_per_delivery")]
    assert len(one) == 1 and one[0]["unit"] == "µs" and one[0]["status"] == "ok"
    trial = json.loads((folder / "trials" / one[0]["file"]).read_text())
    assert float(one[0]["value"]) == trial["result"]["server"]["cpu_us_per_delivery"]
    assert {line["file"] for line in lines} == {path.name for path in (folder / "trials").glob("*.json")}
