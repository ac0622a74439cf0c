"""What somebody else wrote, or a disk did: one line says what is wrong, and nothing in it steers who reads it."""

import csv
import json
import os
import tarfile
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pushbench.cli.main import main
from pushbench.plain import in_one_line, parse_json, visible
from pushbench.store.folder import write_text
from pushbench.store.records import load_run, number_in
from synthetic import make_run

DEEP = "[" * 100_000
LIMIT = ["--fail-if", "bytes_per_delivery of sse in broadcast > 5B"]


@pytest.fixture
def run(tmp_path):
    return make_run(tmp_path / "results" / "run", blocks=3, variants=("sse", "websocket"), scenarios=("broadcast",))


def change(run, pattern, **changes):
    for path in sorted((run / "trials").glob(pattern)):
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def told(capsys, *arguments):
    """The exit code and the one line of a command that cannot do what it was asked for."""
    code = main([str(each) for each in arguments])
    error = capsys.readouterr().err
    assert error.count("\n") <= 1 and "Traceback" not in error
    return code, error


# ---- text

def test_text_of_others_cannot_steer_a_terminal_or_break_a_file():
    assert in_one_line("a\nb\tc\x1b[31m") == "a\\nb\\tc\ufffd[31m"
    assert visible("line\nline \ud800") == "line\nline \ufffd"
    assert parse_json('{"a\\u0000": ["\\b", "\\ud83d\\ude00", "\\ud83d", "two\\nlines"], "b": NaN}') == {
        "a\ufffd": ["\ufffd", "\U0001f600", "\ufffd", "two\nlines"], "b": None}


def test_json_without_an_end_of_its_depth_is_no_json():
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(DEEP)


def test_numbers_that_no_arithmetic_holds_are_none():
    assert parse_json(f'[{10**40}, -{10**400}, 1e999, -1e400, 12345678901234567890, 1e300, 0.{"1" * 40}]') == [
        None, None, None, None, 12345678901234567890, 1e300, 1 / 9]


@pytest.mark.parametrize("value", [10**39, 10**400, float("inf")])
@pytest.mark.parametrize("place", ["latency_us", "delivery_us"])
def test_a_time_of_hundreds_of_digits_costs_no_command(run, place, value, capsys):
    for path in (run / "trials").glob("*b1*"):
        trial = json.loads(path.read_text())
        trial["result"][place]["max"] = value
        path.write_text(json.dumps(trial).replace("Infinity", "1e999"))
    assert told(capsys, "csv", run) == (0, "")


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e308, 5e-324, float("inf"), float("nan"), True, "5"])
def test_what_no_figure_can_be_is_none(value):
    assert number_in({"a": value}, "a") is None


# ---- a run

@pytest.mark.parametrize("command", ["csv", "out", "gate"])
def test_surrogates_and_control_characters_of_a_run_cost_no_command(run, command, capsys, tmp_path):
    context = json.loads((run / "context.json").read_text())
    (run / "context.json").write_text(json.dumps(context | {"run_id": "a\n::error::\ud800\x01", "commit": "\udfff"}))
    change(run, "*__b2__*", status="invalid", invalid_because=["\ud800 \x1b[31m"])
    more = [*LIMIT, "--junit", tmp_path / "gate.xml"] if command == "gate" else []
    assert told(capsys, command, run, *more) == (0 if command != "gate" else 4, "")
    if command == "gate":
        suite = ElementTree.parse(tmp_path / "gate.xml").getroot()
        assert suite.find(".//property").get("value") == "a\\n::error::\ufffd\ufffd"


@pytest.mark.parametrize("name", ["../../elsewhere", "a\nb", "a\x00b", "\ud800"])
@pytest.mark.parametrize("key", ["scenario", "variant", "case"])
def test_a_name_that_no_file_could_have_is_of_no_trial_of_ours(run, key, name, capsys):
    change(run, "broadcast__sse__*b1*", **{key: name})
    assert len(load_run(run).trials) == 5
    assert main(["out", str(run)]) == 0
    (line,) = [each for each in capsys.readouterr().out.splitlines() if each.startswith("!")]
    assert line.endswith("which no scenario, variant or case is called: left out") and "b1__a1.json is of '" in line


@pytest.mark.parametrize("command", ["csv", "out", "gate"])
def test_a_trial_that_cannot_be_read_is_told_by_whatever_writes_figures(run, command, capsys):
    (run / "trials" / "broadcast__sse__default__b2__a1.json").write_text("{")
    main([command, str(run), *(LIMIT if command == "gate" else [])])
    assert "! trials/broadcast__sse__default__b2__a1.json is no complete JSON" in capsys.readouterr().out


def test_a_pipe_in_place_of_a_trial_is_not_waited_for(run):
    path = run / "trials" / "broadcast__sse__default__b2__a1.json"
    path.unlink()
    os.mkfifo(path)
    found = load_run(run)
    assert len(found.trials) == 5 and found.remarks == (f"trials/{path.name} is no file: left out",)


def test_an_archive_of_two_runs_says_which_trials_it_holds_twice(run):
    with tarfile.open(run / "trials.tar.xz", "w:xz") as archive:
        for folder in ("trials", "/other/../trials"):
            for path in sorted((run / "trials").glob("*")):
                member = tarfile.TarInfo(f"{folder}/{path.name}")
                member.size = path.stat().st_size
                archive.addfile(member, BytesIO(path.read_bytes()))
    for path in (run / "trials").glob("*"):
        path.unlink()
    found = load_run(run)
    assert len(found.trials) == 6 and found.remarks == (
        "trials.tar.xz holds broadcast__sse__default__b1__a1.json twice, and 5 more: of each the second is: left out",)


def test_a_run_without_its_context_is_still_a_run(run, capsys):
    (run / "context.json").unlink()
    assert told(capsys, "csv", "--results", run.parent, "run") == (0, "")
    code, line = told(capsys, "share", "--results", run.parent, "run")
    assert code == 2 and line.endswith("context.json: cannot be read: No such file or directory; is that a run?\n")


def test_a_folder_in_place_of_the_context_is_none_of_the_known_runs(run, capsys):
    (run / "context.json").unlink()
    (run / "context.json").mkdir()
    code, line = told(capsys, "csv", "--results", run.parent, "nothing")
    assert code == 2 and line.endswith(": there is none yet\n")


def test_a_context_that_is_nested_without_end_is_a_line(run, capsys):
    (run / "context.json").write_text(DEEP)
    code, line = told(capsys, "share", run)
    assert code == 2 and line.endswith("context.json: is not JSON: it is nested too deeply\n")


# ---- a name of a file

@pytest.mark.parametrize("name", ["we[red]ird \"ü'", "[red]", "two\nlines", ":bug:"])
def test_any_name_of_a_folder_is_shown_as_it_is(run, name, capsys):
    folder = run.rename(run.with_name(name))
    assert main(["out", str(folder)]) == 0
    assert f"csv: {folder}/out/trials.csv" in capsys.readouterr().out
    code, line = told(capsys, "csv", folder / "missing\n")
    assert code == 2 and "missing\\n" in line


def test_a_device_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_text(pipe, "told\n")
    assert os.read(reader, 9) == b"told\n" and pipe.is_fifo()
    os.close(reader)


# ---- what is asked for

@pytest.mark.parametrize("text", [f"x = {'[' * 50_000}", f"x = {'9' * 5_000}"], ids=["deep", "digits"])
def test_toml_that_no_reader_takes_is_one_line(tmp_path, run, text, capsys):
    path = tmp_path / "t.toml"
    path.write_text(text)
    code, line = told(capsys, "gate", run, "--thresholds", path)
    assert code == 2 and f"{path}: is not valid TOML: " in line


def test_a_threshold_of_two_lines_is_told_in_one(run, capsys):
    code, line = told(capsys, "gate", run, "--fail-if", "lost_share of sse\nin broadcast > 0")
    assert code == 2 and "'lost_share of sse\\nin broadcast > 0' is not FIGURE" in line


def test_a_folder_for_the_test_report_is_told_before_anything_is_judged(run, tmp_path, capsys):
    code = main(["gate", str(run), *LIMIT, "--junit", str(tmp_path)])
    said = capsys.readouterr()
    assert code == 2 and not said.out and f"{tmp_path}: is a folder; name the file to write" in said.err


def test_a_page_of_the_job_that_cannot_be_written_costs_no_verdict(run, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "page.md"))
    assert main(["gate", str(run), *LIMIT]) == 3
    assert "page.md: cannot be written: No such file or directory" in capsys.readouterr().out


def test_a_million_clients_keep_all_their_digits(run, capsys):
    for path in (run / "trials").glob("*"):
        trial = json.loads(path.read_text())
        trial["result"]["connections"] = 1_234_567
        path.write_text(json.dumps(trial))
    assert told(capsys, "csv", run) == (0, "")
    with (run / "trials.csv").open() as file:
        assert {row["connections"] for row in csv.DictReader(file)} == {"1234567"}


@pytest.mark.parametrize("option", ["--to", "--results"])
def test_an_empty_path_is_no_folder(run, option, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main(["out", str(run), option, ""])
    assert f"argument {option}: is empty; name a file or a folder" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["out", "share", "shell"])
def test_a_file_where_a_folder_is_needed_is_told(run, command, tmp_path, capsys, monkeypatch):
    (tmp_path / "file").write_text("")
    if command == "share":
        monkeypatch.setattr("pushbench.share.document.of_run", lambda folder: SHARED)
        monkeypatch.setattr("pushbench.share.conduct.fault", lambda kind, made: "")
    if command == "shell":
        monkeypatch.setattr("pushbench.shell.conduct.check_programs", lambda *_: None)
        monkeypatch.setattr("pushbench.shell.conduct.manual.PROGRAMS", ())
    yes = {"out": [run], "share": [run, "--yes"], "shell": []}[command]
    code, line = told(capsys, command, *yes, "--to", tmp_path / "file")
    assert code == 1 and ": cannot be written: " in line


SHARED = {"machine": {"processor": "P"}, "run": {"profile": "own", "day": None}, "claims": []}


def test_one_against_itself_is_no_threshold(run, capsys):
    code, line = told(capsys, "gate", run, "--fail-if", "bytes_per_delivery of sse/sse in broadcast > 2")
    assert code == 2 and "holds sse against itself, which is 1 whatever it does" in line


@pytest.mark.parametrize("summary", [{"claims": [], "cells": [{}]}, {"claims": [], "duets": [5]}, {"claims": [1]},
                                     {"claims": [], "trials": {"ok": "many"}, "duets": []},
                                     {"claims": [], "calibration": {"checks": [1]}}, {"claims": [{"primary": 1}]}])
def test_a_summary_that_is_otherwise_is_one_line(run, summary, capsys):
    (run / "summary.json").write_text(json.dumps(summary))
    code, line = told(capsys, "share", run)
    assert code == 2 and ("is not of this pushbench; rebuild it" in line or "played no duet" in line)


def test_markdown_of_a_strange_name_stays_a_table(run, capsys, monkeypatch, tmp_path):
    context = json.loads((run / "context.json").read_text())
    (run / "context.json").write_text(json.dumps(context | {"run_id": "a`</details><b>|\nb"}))
    change(run, "*b1*", status="invalid", invalid_because=["<script>|"])
    page = tmp_path / "page.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    main(["gate", str(run), *LIMIT])
    assert "Run `a'</details><b>\\|\\nb`." in page.read_text()
    capsys.readouterr()
    main(["compare", str(run), str(run), "--markdown"])
    assert "`a'</details><b>\\|\\nb` → `a'" in capsys.readouterr().out


def test_a_name_that_would_end_a_cell_is_of_no_trial_of_ours(run):
    change(run, "*b1*", case="a|b`c")
    assert len(load_run(run).trials) == 4


def test_help_into_a_full_disk_is_one_line(monkeypatch, capsys):
    def full(text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stdout.write", full)
    code, line = told(capsys, "gate", "--help")
    assert (code, line) == (1, "pushbench: No space left on device\n")
