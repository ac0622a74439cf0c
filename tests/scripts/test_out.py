"""A run for other programs: every line by value, and a dictionary that is what the code goes by."""

import csv
import math
import re
from pathlib import Path

import pytest
from pushbench.analysis.figures import Figures
from pushbench.cli.main import main
from pushbench.out import data_doc, hgrm, openmetrics, tidy
from pushbench.store.counted import COUNTED
from pushbench.store.dictionary import result_numbers
from pushbench.store.metrics import METRICS
from pushbench.store.records import load_run
from synthetic import Generator, make_run, write_context

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("out") / "run", blocks=3, scenarios=("broadcast", "idle", "duets"))


@pytest.fixture(scope="module")
def figures(folder):
    return Figures(load_run(folder))


def lines(folder, path):
    return list(csv.DictReader(tidy.write(load_run(folder), path).open()))


# ---- the tidy CSV

def test_each_trial_that_is_left_out_has_a_line_with_its_reason(tmp_path):
    maker = Generator(tmp_path)
    write_context(tmp_path, 1)
    cost = {"server": {"cpu_us_per_delivery": 10.0}}
    rule = {"rule": "lost", "value": 5, "limit": 0, "unit": "", "of": "", "applies": True, "judged": True,
            "broken": True, "effect": "wrong", "text": "lost: 5, of 100"}
    maker.write("broadcast", "sse", 1, cost, status="invalid", reasons=["lost: 5, of 100"], rules=[rule])
    maker.write("broadcast", "sse", 1, cost, attempt=2)
    maker.write("broadcast", "websocket", 1, cost)
    maker.write("broadcast", "websocket", 1, cost, attempt=2)
    maker.write("broadcast", "floor", 1, None, status="failed", error="sse_server: exit 1")
    found = {(line["variant"], line["attempt"]): line for line in lines(tmp_path, tmp_path / "t.csv")}
    assert len(found) == 5
    told = {key: (line["counts"], line["excluded_because"], line["broken_rules"]) for key, line in found.items()}
    assert told["sse", "1"] == ("no", "lost: 5, of 100", "lost")
    assert told["sse", "2"] == told["websocket", "2"] == ("yes", "", "")
    assert told["websocket", "1"] == ("no", tidy.ANOTHER_ATTEMPT, "")
    assert told["floor", "1"] == ("no", "sse_server: exit 1", "failed")
    assert (found["floor", "1"]["metric"], found["floor", "1"]["value"]) == ("", "")


def test_a_duet_tells_both_sides(folder, tmp_path):
    found = {(line["block"], line["metric"]): float(line["value"]) for line in lines(folder, tmp_path / "t.csv")
             if line["scenario"] == "duet-broadcast" and line["variant"] == "sse-vs-floor"}
    a, b, ratio = (found["1", name] for name in tidy.DUET)
    assert ratio == pytest.approx(a / b) and 0.9 < ratio < 1.4


# ---- HdrHistogram

def test_hgrm_by_value():
    text = hgrm.to_hgrm({1.0: 50, 2.0: 49, 10.0: 1})
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    assert rows[0] == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    assert [(float(row[0]), float(row[1]), int(row[2])) for row in rows[1:]] == [
        (1.0, 0.5, 50), (2.0, 0.99, 99), (10.0, 1.0, 100)]
    assert "#[Max     =       10.000, Total count    =          100]" in text
    assert f"#[Mean    =        1.580, StdDeviation   = {math.sqrt(0.5 + 1.96 + 1 - 1.58**2):12.3f}]" in text


def test_a_file_for_each_transport_with_the_trials_of_all_blocks(figures, tmp_path):
    written = hgrm.write(figures, tmp_path / "hgrm")
    assert {path.name for path in written} >= {"broadcast__sse__default.hgrm", "broadcast__floor__default.hgrm"}
    group = figures.group("broadcast", "", "sse")
    total = sum(count for trial in group.good.values() for _, count in trial.result["histograms"]["latency"])
    assert f"Total count    = {total:12d}]" in (tmp_path / "hgrm" / "broadcast__sse__default.hgrm").read_text()


# ---- OpenMetrics

SAMPLE = re.compile(r'([a-z_0-9]+)\{((?:[a-z_]+="(?:[^"\\]|\\["\\n])*",?)*)\} (\S+)')


def test_openmetrics_line_by_line(figures):
    text = openmetrics.to_text(figures)
    assert text.endswith("\n# EOF\n")
    family, families, samples = "", [], set()
    for line in text.splitlines()[:-1]:
        if line.startswith("# TYPE "):
            family = line.split()[2]
            families.append(family)
        elif line.startswith("#"):
            assert line.split()[2] == family
            if line.startswith("# UNIT "):
                assert family.endswith(f"_{line.split()[3]}")
        else:
            match = SAMPLE.fullmatch(line)
            assert match and match[1] in (family, f"{family}_info"), line
            assert math.isfinite(float(match[3])) and (match[1], match[2]) not in samples
            samples.add((match[1], match[2]))
    assert len(families) == len(set(families)) > 10


def test_openmetrics_by_value(figures):
    figure = figures.get("broadcast", "", "sse", "server_cpu_us_per_delivery")
    line = next(line for line in openmetrics.to_text(figures).splitlines() if line.startswith(
        'pushbench_run_server_cpu_per_delivery_seconds{scenario="broadcast",case="",variant="sse",of="low"}'))
    assert float(line.rpartition(" ")[2]) == pytest.approx(figure.estimate.low * 1e-6)


def test_each_metric_has_a_name_of_its_own():
    names = [openmetrics.name_of(metric) for metric in METRICS.values()]
    assert len(set(names)) == len(names) and all(re.fullmatch("[a-z_0-9]+", name) for name in names)


# ---- the command

def test_all_of_them_or_one(folder, tmp_path, capsys):
    assert main(["out", str(folder), "--to", str(tmp_path / "all")]) == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["hgrm", "metrics.txt", "trials.csv"]
    assert main(["out", str(folder), "--to", str(tmp_path / "one"), "--only", "openmetrics"]) == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["metrics.txt"]
    assert "openmetrics: " in capsys.readouterr().out


def test_a_run_without_a_valid_trial_says_so(tmp_path, capsys):
    maker = Generator(tmp_path / "run")
    write_context(tmp_path / "run", 1)
    maker.write("broadcast", "sse", 1, {}, status="invalid", reasons=["steal: 12 %"])
    assert main(["out", str(tmp_path / "run")]) == 0
    assert "hgrm: none: no valid trial holds a histogram" in capsys.readouterr().out


# ---- the data dictionary

def test_what_is_committed_is_what_the_schemas_and_tables_say():
    assert (ROOT / "docs" / "data.md").read_text(encoding="utf-8") == data_doc.text(), "run: pushbench readme"


def test_every_figure_column_and_number_is_told():
    told = set(re.findall(r"^\| `([^`]+)` \|", data_doc.text(), re.MULTILINE))
    assert {*METRICS, *COUNTED, *tidy.COLUMNS, *tidy.DUET} <= told
    # What a part of a result is called there: the path, or of parts with a table of their own the end of it.
    ends = {name.rpartition(".")[2] for name in told}
    assert [each.path for each in result_numbers() if each.path.rpartition(".")[2] not in ends] == []


def test_every_link_leads_somewhere():
    text = data_doc.text()
    anchors = {re.sub(r"[^\w -]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
               for line in text.splitlines() if line.startswith("#")}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) - anchors == set()
