"""How close to the limit: judged from plain values, written as the schema says, and shown in the report."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from pushbench.cli import bench
from pushbench.cli.main import main
from pushbench.machine import describe as machine
from pushbench.meter.speed import bare, record
from pushbench.meter.speed.conduct import choose, plan
from pushbench.meter.speed.parts import Part
from pushbench.meter.speed.programs import least_busy
from pushbench.meter.speed.record import Speed
from pushbench.meter.speed.rows import OK, SHORT, SHOWN, Target, judge
from pushbench.meter.speed.runs import Repetition, Runs, Series
from pushbench.meter.speed.targets import CONNECT, FAN_OUT, MEMORY, PARTS, SATURATED, SHORT_POLL, THREADS, rows_of
from pushbench.report import summary
from pushbench.report.findings import analyse
from pushbench.report.web import page as report
from pushbench.run.admin import parse_metrics
from pushbench.run.launch import Evidence
from synthetic import make_run

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "results" / "schema" / "speed.schema.json").read_text())


def series(*values):
    return Series("part/subject", values)


def runs_of(part, **subjects):
    """{'sse': {'figure': [of each repetition]}} as runs."""
    return [Repetition(part, subject, number + 1, {name: values[number] for name, values in figures.items()})
            for subject, figures in subjects.items() for number in range(len(next(iter(figures.values()))))]


def row_named(rows, name):
    (found,) = [row for row in rows if name in row.name]
    return found


# ---- one row

def test_a_figure_within_its_target_passes_by_its_median():
    row = judge("memory", "SSE", "KiB", series(0.9, 5.0, 0.8), [Target(most=1.0)])
    assert (row.verdict, row.figure, row.spread, row.spread_of) == (OK, 0.9, (0.8, 5.0), "figure")
    assert row.target == "≤ 1 KiB" and row.values == (0.9, 5.0, 0.8)


def test_a_figure_beyond_its_target_falls_short():
    assert judge("memory", "SSE", "KiB", series(1.1, 1.2, 0.9), [Target(most=1.0)]).verdict == SHORT
    assert judge("rate", "SSE", "M/s", series(2.9), [Target(least=3)]).verdict == SHORT
    assert judge("rate", "SSE", "M/s", series(3.0), [Target(least=3)]).verdict == OK


def test_a_ratio_is_the_median_of_the_ratios_of_each_repetition():
    # The machine changed its pace: the ratio of the medians would be 30 / 20.
    row = judge("cpu", "SSE", "µs", series(10, 30, 44), [Target(most=1.15, of="floor")], series(10, 20, 40))
    assert row.ratio == pytest.approx(1.1) and row.figure == 30
    assert row.spread == pytest.approx((1.0, 1.5)) and row.spread_of == "ratio"
    assert row.verdict == OK and row.target == "≤ 1.15 × floor" and row.base_values == (10, 20, 40)


@pytest.mark.parametrize(("ratio", "verdict"), [(0.94, SHORT), (0.95, OK), (1.05, OK), (1.06, SHORT)])
def test_a_band_is_kept_on_both_sides(ratio, verdict):
    row = judge("cpu", "WebSocket", "µs", series(ratio), [Target(least=0.95, most=1.05, of="SSE")], series(1.0))
    assert row.verdict == verdict and row.target == "0.95 to 1.05 × SSE"


@pytest.mark.parametrize(("asked", "floor", "verdict"), [
    (70_000, 100_000, OK), (50_000, 55_000, OK), (50_000, 60_000, SHORT), (70_000, None, OK), (50_000, None, SHORT)])
def test_of_two_targets_one_is_enough(asked, floor, verdict):
    row = judge("short poll", "wrk", "/s", series(asked), [Target(least=60_000), Target(least=0.9, of="floor")],
                series(floor))
    assert row.verdict == verdict and row.target == "≥ 60,000 /s or ≥ 0.9 × floor"


@pytest.mark.parametrize("values", [(), (None,), (0.5, None, 0.5)])
def test_a_missing_figure_never_passes(values):
    row = judge("memory", "SSE", "KiB", series(*values), [Target(most=1.0)])
    assert row.verdict == SHORT and row.note.startswith("no figure")


def test_a_missing_floor_never_passes():
    row = judge("cpu", "SSE", "µs", series(1.0, 1.0), [Target(most=1.15, of="floor")], series(1.0, None))
    assert row.verdict == SHORT and "no ratio in 1 of 2 repetitions" in row.note
    assert judge("cpu", "SSE", "µs", series(1.0), [Target(most=1.15, of="floor")], series()).verdict == SHORT


def test_what_means_nothing_never_passes():
    row = judge("threads", "SSE", "×", series(2.0), [Target(least=1.8)], unfit="the threads were 40% busy")
    assert row.verdict == SHORT and row.note.startswith("not measurable: the threads were 40% busy")


def test_without_a_target_a_figure_is_only_shown():
    row = judge("memory", "Beast's", "KiB", series(6.1))
    assert (row.verdict, row.target, row.short) == (SHOWN, "none", False)


# ---- the table

def test_the_fan_out_is_held_against_the_floor_of_its_repetition():
    runs = runs_of(FAN_OUT, floor={"server_cpu_us": [6, 8], "spread_ms": [2, 2]},
                   sse={"server_cpu_us": [6.6, 8.8], "spread_ms": [2.2, 2.6]},
                   websocket={"server_cpu_us": [6.6, 8.4], "spread_ms": [2.2, 2.2]})
    rows = rows_of(Runs(runs), (FAN_OUT,))
    cost, spread = [row for row in rows if row.name.startswith("SSE")]
    assert cost.ratio == pytest.approx(1.1) and cost.verdict == OK
    assert spread.ratio == pytest.approx(1.2) and spread.verdict == SHORT
    assert row_named(rows, "long poll").verdict == SHORT  # not run
    assert row_named(rows, "WebSocket against SSE").verdict == OK


@pytest.mark.parametrize(("busy", "cost", "verdict"), [(0.95, 0.52, OK), (0.5, None, SHORT)])
def test_two_threads_count_only_where_the_server_had_no_time_to_spare(busy, cost, verdict):
    runs = runs_of(THREADS, **{"sse 1": {"server_cpu_us": [0.5, 0.5], "busy": [1.0, 1.0]},
                               "sse 2": {"server_cpu_us": [0.52, cost], "busy": [1.0, busy]}})
    row = row_named(rows_of(Runs(runs), (THREADS,)), "SSE")
    assert row.figure == pytest.approx(2 * 0.5 / 0.52) and row.verdict == verdict
    assert ("not measurable" in row.note) is (verdict == SHORT)


@pytest.mark.parametrize(("floor_busy", "asked", "verdict"), [
    (0.95, 50_000, OK), (0.6, 50_000, SHORT), (None, 50_000, SHORT), (0.6, 70_000, OK)])
def test_a_ratio_to_the_floor_counts_only_where_the_floor_was_full(floor_busy, asked, verdict):
    runs = runs_of(SHORT_POLL, server={"requests_per_s": [asked], "busy": [0.7]},
                   floor={"requests_per_s": [52_000], "busy": [floor_busy]})
    (row,) = rows_of(Runs(runs), (SHORT_POLL,))
    assert row.verdict == verdict
    assert ("wrk was full" in row.note) is (floor_busy == 0.6)


def test_the_thread_that_slept_most_is_what_counts():
    assert least_busy({"1": 1.0, "2": 1.0}, {"1": 2.0, "2": 1.5}, 1.0) == pytest.approx(0.5)


def test_every_other_repetition_goes_backwards():
    part = Part("reader", 1, (("bare", nothing), ("ours", nothing)))
    orders = [[run.subject for run in part.run(None, repetition)] for repetition in (1, 2)]
    assert orders == [["bare", "ours"], ["ours", "bare"]]


def nothing(_tools, _evidence):
    return {}, ()


def test_a_part_alone_leaves_the_whole_table_as_it_is(tmp_path):
    whole = written(tmp_path, Speed(rows=()))
    assert written(tmp_path, Speed(rows=(), only=("threads",))) != whole and whole.is_file()


def written(folder, speed):
    return record.write(replace(speed, commit={"commit": None, "dirty": None}), folder)


def test_a_failed_run_says_why_and_a_disturbed_one_counts():
    runs = [Repetition(CONNECT, "sse", 1, {}, error="sse_server cannot be started"),
            Repetition(CONNECT, "websocket", 1, {"connections_per_s": 20_000.0}, remarks=("steal",))]
    sse, websocket = rows_of(Runs(runs), (CONNECT,))
    assert sse.verdict == SHORT and "sse_server cannot be started" in sse.note
    assert websocket.verdict == OK and "1 of 1 disturbed (steal)" in websocket.note


def test_repetitions_are_outermost_and_memory_is_measured_once():
    steps = plan(choose(()), 3)
    assert [step.part.name for step in steps[:len(PARTS)]] == list(PARTS)
    assert [step.repetition for step in steps] == sorted(step.repetition for step in steps)
    assert sum(step.part.name == MEMORY for step in steps) == 1
    assert sum(step.part.name == SHORT_POLL for step in steps) == 3


def test_metrics_are_read_without_their_labels():
    text = ('# HELP a b\n# TYPE a counter\npushbench_deliveries_total{transport="sse"} 12\n'
            "process_cpu_seconds_total 0.5\n")
    assert parse_metrics(text) == {"pushbench_deliveries_total": 12, "process_cpu_seconds_total": 0.5}


# ---- speed.json, and the report

def measured(**changes):
    runs = runs_of(SHORT_POLL, server={"requests_per_s": [50_000.0, 70_000.0]}, floor={"requests_per_s": [1e5, 1e5]})
    settings = {"started_utc": "2026-01-01T00:00:00+00:00", "wall_s": 3.0, "repetitions": 2,
                "repetitions_of": {SHORT_POLL: 2}, "commit": {"commit": "abc", "dirty": False},
                "machine": machine.describe_machine(), "cpus": {"server": "0", "loadgen": "1"}}
    return Speed(tuple(rows_of(Runs(runs), (SHORT_POLL, MEMORY))), tuple(runs), **settings | changes)


def test_it_is_written_as_its_schema_says_and_read_back(tmp_path):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    checker = jsonschema.Draft202012Validator(SCHEMA)
    written = json.loads(record.write(measured(), tmp_path).read_text())
    assert [error.message for error in checker.iter_errors(written)] == []
    found, remark = record.read(tmp_path)
    assert found.rows == measured().rows and remark == ""
    del written["rows"][0]["values"]
    assert list(checker.iter_errors(written | {"surprise": 1}))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rows": 3}', '{"rows": [{"group": "memory"}]}'])
def test_one_that_cannot_be_read_is_none_and_is_said(tmp_path, text):
    assert record.read(tmp_path) == (None, "")
    (tmp_path / record.FILE).write_text(text)
    found, remark = record.read(tmp_path)
    assert found is None and "cannot be read" in remark


@pytest.mark.parametrize(("changes", "context", "copied"), [
    ({}, {}, True), ({}, {"commit": "def"}, False), ({}, {"dirty": True}, False), ({}, {"machine": {}}, False),
    ({"only": ("memory",)}, {}, False), ({"commit": {"commit": None, "dirty": None}}, {"commit": None}, False)])
def test_a_run_takes_only_what_is_of_its_commit_and_machine(tmp_path, changes, context, copied):
    record.write(measured(**changes), tmp_path / record.FOLDER)
    run = {"commit": "abc", "dirty": False, "machine": machine.describe_machine()} | context
    (tmp_path / "run").mkdir()
    assert record.copy_into(tmp_path / "run", tmp_path, run) is copied
    assert (tmp_path / "run" / record.FILE).exists() is copied


def test_bench_copies_it_into_the_new_run(fake_bench, monkeypatch):
    monkeypatch.setattr(bench.machine, "describe_commit", lambda root: {"commit": "abc", "dirty": False})
    fake_bench.only_one_trial()
    record.write(measured(), fake_bench.results / record.FOLDER)
    fake_bench.run()
    (run,) = fake_bench.results.glob("*-quick-*")
    assert record.read(run)[0].rows == measured().rows


def test_the_report_shows_it_where_the_run_has_it_and_nothing_where_not(tmp_path):
    folder = make_run(tmp_path / "run", blocks=1, variants=("sse",), scenarios=("broadcast",))
    assert "How close to the limit" not in report.render(analyse(folder), charts=[])
    record.write(measured(), folder)
    analysis = analyse(folder)
    for text in (report.render(analysis, charts=[]), summary.markdown(analysis)):
        assert "How close to the limit" in text and "empty answers to wrk, 64 connections" in text
        assert "≥ 60,000 /s" in text and "not run" in text
    assert "| ok |" in summary.markdown(analysis) and "| SHORT |" in summary.markdown(analysis)


# ---- the command

def test_with_programs_that_measure_nothing_all_falls_short(fake_bench, capsys):
    fake_bench._install("reader.py", "floor_reader")
    assert main(["speed", "--build", str(fake_bench.bin), "--results", str(fake_bench.results), "--repetitions", "1",
                 "--only", CONNECT, "--only", MEMORY, "--only", FAN_OUT]) == 1
    printed = capsys.readouterr().out
    assert "[1/3] fan-out, repetition 1" in printed and "SHORT" in printed
    written = json.loads((fake_bench.results / record.FOLDER / record.PARTIAL_FILE).read_text())
    assert [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(written)] == []
    assert {row["verdict"] for row in written["rows"]} == {SHORT, SHOWN} and written["only"]
    assert all(run["commands"] for run in written["runs"])
    left = subprocess.run(["pgrep", "-f", str(fake_bench.bin)], capture_output=True, text=True, check=False)
    assert left.stdout == ""


def test_bad_usage_is_one_line(fake_bench, capsys):
    assert main(["speed", "--build", str(fake_bench.bin), "--only", "lunch"]) == 2
    assert capsys.readouterr().err.startswith('pushbench: unknown part "lunch": known are fan-out')
    assert main(["speed", "--build", str(fake_bench.bin)]) == 2
    assert "floor_reader not found there; run `make build` first" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["speed", "--repetitions", "0"])
    assert ended.value.code == 2


# ---- the programs

@pytest.fixture
def tools(built):
    from pushbench.machine.cores import choose_cores
    from pushbench.run.launch import Tools

    return Tools(built, choose_cores(), 1)


@pytest.mark.parametrize("transport", ["sse", "websocket"])
def test_the_bare_reader_connects(tools, transport):
    figures, _ = bare.connects(transport, 300)(tools, Evidence())
    assert figures["connections_per_s"] > 0 and figures["server_cpu_us"] > 0


@pytest.mark.parametrize("transport", ["floor", "sse", "websocket", "long-poll"])
def test_the_bare_reader_reads_all_that_is_published(tools, transport):
    figures, _ = bare.reads(transport)(tools, Evidence())  # raises where a delivery is missing
    assert figures["reader_cpu_us"] > 0


@pytest.mark.parametrize("threads", [1, 2])
def test_a_flood_into_sinks_keeps_every_thread_busy_or_gives_no_figure(tools, threads, monkeypatch):
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is but one core")
    monkeypatch.setattr(bare, "_FLOOD_WINDOW_S", 0.3)
    figures, _ = bare.drained("sse", threads)(tools, Evidence())
    assert figures["deliveries_per_s"] > 0 and (figures["server_cpu_us"] is None) is (figures["busy"] < SATURATED)


@pytest.mark.parametrize("arguments", [
    ["--speak", "morse", "--target", "127.0.0.1:1"], ["--speak", "sse", "--target", "here"], ["--speak", "sse"],
    ["--speak", "long-poll", "--target", "127.0.0.1:1", "--discard"]])
def test_the_bare_reader_refuses_bad_usage_by_one_line(tools, arguments):
    done = subprocess.run([tools.program("floor_reader"), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("floor_reader: ") and done.stderr.count("\n") == 1
