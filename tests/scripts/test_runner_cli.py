"""The command line as a user meets it: exit codes, one clear line, and no process left behind."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pushbench.cli.commands import find_own_run, find_run
from pushbench.cli.main import main
from pushbench.errors import UsageError
from pushbench.run.processes import Process
from rich.console import Console

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def arguments(fake_bench, *more: str) -> list[str]:
    return ["bench", "--build", str(fake_bench.bin), "--results", str(fake_bench.results),
            "--scenarios", str(fake_bench.scenarios), *more]


def test_an_unknown_profile_names_the_known(fake_bench, capsys):
    assert main(arguments(fake_bench, "--profile", "huge")) == 2
    assert capsys.readouterr().err == 'pushbench: unknown profile "huge": known are quick\n'


def test_an_unknown_scenario_names_the_known(fake_bench, capsys):
    assert main(arguments(fake_bench, "--profile", "quick", "--only", "wide")) == 2
    said = capsys.readouterr().err
    assert 'unknown scenario "wide": there is no ' in said and said.endswith("wide.toml; known are tiny\n")


def test_the_file_of_the_profiles_is_no_scenario(fake_bench, capsys):
    assert main(arguments(fake_bench, "--profile", "quick", "--only", "profiles")) == 2
    assert 'unknown scenario "profiles"' in capsys.readouterr().err


def test_missing_programs(fake_bench, capsys):
    assert main(arguments(fake_bench, "--profile", "quick", "--build", str(fake_bench.folder / "none"))) == 2
    assert "run `make build` first" in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["0", "-1", "x", "99999999999"])
def test_a_bad_seed(fake_bench, capsys, seed):
    with pytest.raises(SystemExit) as ended:
        main(arguments(fake_bench, f"--seed={seed}"))
    assert ended.value.code == 2 and "must be a whole number from 1" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["report", "nope"], ["bench", "--resume", "nope"], ["compare", "nope", "nope"]])
def test_an_unknown_run(fake_bench, capsys, command):
    assert main([*command, "--results", str(fake_bench.results)]) == 2
    assert 'unknown run "nope"' in capsys.readouterr().err


def test_the_newest_run_is_found_and_reference_is_not_a_date(tmp_path):
    for name in ("20260101T000000Z-smoke-aaaaaa", "20260102T000000Z-smoke-bbbbbb", "reference"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "context.json").write_text("{}")
    assert find_run(tmp_path, None).name == "20260102T000000Z-smoke-bbbbbb"
    assert find_run(tmp_path, "reference").name == "reference"
    assert find_run(Path("elsewhere"), str(tmp_path / "reference")).name == "reference"
    with pytest.raises(UsageError, match="no run of your own in"):
        find_run(tmp_path / "reference", None)


@pytest.fixture
def tree(tmp_path):
    """A folder of results with runs of each kind, by name alone."""
    def made(*names):
        for name in names:
            (tmp_path / name / "trials").mkdir(parents=True)
            (tmp_path / name / "context.json").write_text("{}")
        return tmp_path
    return made


KEPT = ("reference", "reference-full", "reference-shared")


def test_without_a_run_of_ones_own_it_is_the_reference_and_that_is_said(tree):
    results, console = tree(*KEPT), Console(file=io.StringIO(), width=200)
    assert find_run(results, None, console).name == "reference"
    assert console.file.getvalue() == f"no run of your own yet: this is {results.name}/reference\n"
    with pytest.raises(UsageError, match="no run of your own in .*; `make bench` makes one"):
        find_own_run(results, None)


def test_a_run_of_ones_own_goes_before_those_that_came_along(tree):
    results, console = tree(*KEPT, "mine"), Console(file=io.StringIO())
    assert find_run(results, None, console).name == find_own_run(results, None).name == "mine"
    assert find_run(tree("20260101T000000Z-smoke-aaaaaa"), None, console).name == "20260101T000000Z-smoke-aaaaaa"
    assert "your own" not in console.file.getvalue()


def test_an_unknown_run_names_the_newest_of_ones_own_and_the_reference(tree):
    results = tree(*KEPT)
    with pytest.raises(UsageError, match="known are reference, reference-full, reference-shared$"):
        find_run(results, "nosuch")
    tree(*(f"2026010{day}T000000Z-smoke-aaaaaa" for day in range(1, 8)))
    with pytest.raises(UsageError) as error:
        find_run(results, "nosuch")
    named = str(error.value).partition("known are ")[2].split(", ")
    assert named[:2] == ["20260107T000000Z-smoke-aaaaaa", "20260106T000000Z-smoke-aaaaaa"]
    assert named[5] == "reference and 4 more"


@pytest.mark.parametrize("command", ["share", "reference"])
def test_what_goes_out_under_ones_name_is_ones_own(tree, capsys, command):
    assert main([command, "--results", str(tree(*KEPT))]) == 2
    assert "no run of your own in" in capsys.readouterr().err


@pytest.mark.skipif(not (SCRIPTS.parent / ".git").exists(), reason="no clone of git")
def test_what_is_written_into_a_kept_run_is_not_for_git():
    for name in ("reference/trials.csv", "reference-full/trials.csv", "reference/out/metrics.prom"):
        done = subprocess.run(["git", "check-ignore", "-q", f"results/{name}"], cwd=SCRIPTS.parent)
        assert done.returncode == 0, name
    for name in ("reference/report.html", "reference-full/summary.json"):
        assert subprocess.run(["git", "check-ignore", "-q", f"results/{name}"], cwd=SCRIPTS.parent).returncode == 1


def test_a_report_that_fails_does_not_lose_the_run(fake_bench, monkeypatch):
    fake_bench.only_one_trial()

    def broken(folder, console):
        raise RuntimeError("no fonts")

    monkeypatch.setattr("pushbench.cli.bench.report_of", broken)
    assert fake_bench.run() == 1
    assert "the report could not be written: RuntimeError: no fonts; try again with: make report RUN=" \
        in fake_bench.printed


def test_a_file_limit_leaves_out_what_cannot_be(fake_bench, monkeypatch):
    monkeypatch.setattr("pushbench.machine.describe.describe_limits", lambda: {"nofile_hard": 1024})
    fake_bench.write("tiny.toml", (fake_bench.scenarios / "tiny.toml").read_text().replace(
        "connections = 10", "cases = { connections = [10, 5000] }"))
    assert fake_bench.run() == 0
    assert len(fake_bench.trials()) == 4
    assert "4 trials left out: connections go up to 5,000" in fake_bench.printed


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_process_and_says_how_to_resume(fake_bench, sent):
    fake_bench.behave(loadgen="hangs")
    run = subprocess.Popen([sys.executable, "-m", "pushbench", *arguments(fake_bench, "--profile", "quick")],
                           env=os.environ | {"PYTHONPATH": str(SCRIPTS)}, stdout=subprocess.PIPE, text=True,
                           # Tests that a shell runs in the background inherit an ignored SIGINT.
                           preexec_fn=lambda: signal.signal(sent, signal.SIG_DFL))
    # In the calibration, where four clients wait for a stall and a fifth is waited for.
    wait_until(lambda: sum("loadgen" in command for command in commands_in(fake_bench.bin)) >= 5)
    run.send_signal(sent)
    printed, _ = run.communicate(timeout=20)
    assert run.returncode == 130
    assert f"make bench RESUME={fake_bench.run_dir.name}" in printed
    wait_until(lambda: commands_in(fake_bench.bin) == [])  # one that was just started ends with the runner


def test_children_end_with_a_runner_that_is_killed(fake_bench):
    fake_bench.behave(loadgen="hangs")
    run = subprocess.Popen([sys.executable, "-m", "pushbench", *arguments(fake_bench, "--profile", "quick")],
                           env=os.environ | {"PYTHONPATH": str(SCRIPTS)}, stdout=subprocess.DEVNULL)
    wait_until(lambda: any("loadgen" in command for command in commands_in(fake_bench.bin)))
    run.kill()
    run.wait(timeout=20)
    wait_until(lambda: commands_in(fake_bench.bin) == [])


def test_a_process_that_ignores_sigterm_is_killed(fake_bench):
    fake_bench.behave(server="deaf")
    with Process([str(fake_bench.bin / "sse_server")], "sse_server") as server:
        assert json.loads(json.dumps(server.read_json_line(10)))["pid"] == server.pid
        assert server.stop(patience_s=0.05) == -signal.SIGKILL


def commands_in(folder: Path) -> list[str]:
    """The command lines of all processes that run a program of this folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_text().replace("\0", " ")
        except OSError:
            continue
        if f" {folder}/" in command and "-m pushbench" not in command:
            found.append(command)
    return found


def wait_until(condition, timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "the awaited did not come"
        time.sleep(0.01)
