"""Odd surroundings: terminals that cannot, disks that will not, two at once, and settings that are not ours."""

import errno
import fcntl
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from pushbench.cli import output
from pushbench.cli.commands import find_run, refuse_one_core
from pushbench.cli.main import main
from pushbench.errors import PushbenchError, TrialError
from pushbench.machine import lock
from pushbench.machine.cores import choose_cores
from pushbench.run import processes, wrk
from pushbench.run.processes import Process
from pushbench.store.folder import StorageError, write_text
from synthetic import make_run

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def pushbench(*arguments: str, **more):
    environment = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR")}
    environment |= {"PYTHONPATH": str(SCRIPTS)} | more.pop("env", {})
    return subprocess.run([sys.executable, "-m", "pushbench", *arguments], env=environment, timeout=120, **more)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "20260101T000000Z-quick-aaaaaa"
    make_run(folder, blocks=1, scenarios=("stream",))
    return folder


# ---- standard output

@pytest.mark.parametrize(("encoding", "expected"), [
    ("ascii", b"10 us x 2 - ... ?"), ("latin-1", b"10 \xb5s \xd7 2 - ... ?"),
])
def test_what_a_stream_cannot_encode_is_written_plainly(monkeypatch, encoding, expected):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    output.prepare()
    print("10 µs × 2 – … ☃", end="", flush=True)
    assert raw.getvalue() == expected


def test_a_report_is_printed_in_ascii(finished):
    done = pushbench("report", str(finished), env={"PYTHONIOENCODING": "ascii"}, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"") and b"report: " in done.stdout
    done.stdout.decode("ascii")


def test_a_full_output_is_said_once_and_does_not_end_the_command(finished):
    (finished / "trials.csv").unlink(missing_ok=True)
    with open("/dev/full", "wb") as full:
        done = pushbench("csv", str(finished), stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == ("pushbench: standard output cannot be written: No space left on device;"
                           " going on without it\n")
    assert (finished / "trials.csv").exists()


def test_a_closed_output_and_one_that_nobody_reads_are_no_errors(finished):
    closed = pushbench("csv", str(finished), preexec_fn=lambda: os.close(1), stderr=subprocess.PIPE)
    assert (closed.returncode, closed.stderr) == (0, b"")
    read, write = os.pipe()
    os.close(read)
    unread = pushbench("csv", str(finished), stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (unread.returncode, unread.stderr) == (0, b"")


class Stream(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.isatty = lambda: terminal


@pytest.mark.parametrize(("terminal", "variables", "moves", "colours"), [
    (True, {"TERM": "xterm"}, True, True), (True, {"TERM": "dumb"}, False, False),
    (False, {"TERM": "xterm"}, False, False),
    (False, {"TERM": "xterm", "FORCE_COLOR": "1"}, False, True),
    (False, {"TERM": "xterm", "FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
])
def test_only_a_real_terminal_gets_a_display_that_moves(monkeypatch, terminal, variables, moves, colours):
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Stream(terminal))
    console = output.console()
    assert console.is_terminal is moves
    console.print("text", style="red")
    assert ("\x1b[31m" in sys.stdout.getvalue()) is colours


def test_with_forced_colours_a_log_still_has_one_line_a_trial(fake_bench, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", Stream(False))
    from pushbench.run.progress import Progress

    with Progress(output.console(), 2) as progress:
        progress.begin(1, "one", 1.0)
        progress.end(1, "one", "ok", 0.5, "")
    assert "[1/2] one: ok, 0.5 s" in sys.stdout.getvalue()


# ---- one at a time

def test_two_at_once_are_refused_and_the_other_is_named(tmp_path, monkeypatch, fake_bench):
    with lock.measuring(tmp_path / "elsewhere"):
        with pytest.raises(PushbenchError, match=rf"^process {os.getpid()} \(.+\) measures on this machine already"):
            fake_bench.run()
        assert main(["calibrate", "--results", str(fake_bench.results), "--build", str(fake_bench.bin)]) == 1
    fake_bench.only_one_trial()
    assert fake_bench.run() == 0


def test_the_same_results_are_not_written_by_two(tmp_path, monkeypatch):
    with lock.measuring(tmp_path):
        monkeypatch.setattr(lock, "of_machine", lambda: tmp_path / "another machine")
        with pytest.raises(PushbenchError, match=rf"process {os.getpid()} \(.+\) writes into {tmp_path} already"):
            with lock.measuring(tmp_path):
                pass


def test_a_lock_ends_with_its_process(tmp_path):
    path = lock.of_machine()
    code = (f"import fcntl, os, time; file = open({str(path)!r}, 'w'); fcntl.flock(file, fcntl.LOCK_EX);"
            "print(os.getpid(), file=file, flush=True); print(flush=True); time.sleep(600)")
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    other.stdout.readline()
    with pytest.raises(PushbenchError, match=rf"process {other.pid} \(python\S* -c import fcntl, .*…\) measures"):
        with lock.measuring(tmp_path):
            pass
    other.kill()
    other.wait()
    with lock.measuring(tmp_path):
        assert path.read_text().strip() == str(os.getpid())


def test_who_measures_is_told_by_its_command_and_not_by_its_places(tmp_path):
    """What Python runs, without the folders of this machine, and no more than fits a line."""
    (tmp_path / "pushbench.py").write_text("import sys\nprint(flush=True)\nsys.stdin.read()\n")
    words = ["bench", "--profile", "smoke", "--build", str(tmp_path / "build"), "\x1b[2J", "x" * 200]
    other = subprocess.Popen([sys.executable, "-m", "pushbench", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             env=os.environ | {"PYTHONPATH": str(tmp_path)})
    other.stdout.readline()
    lock.of_machine().write_text(f"{other.pid}\n")
    try:
        with lock.of_machine().open() as file:
            said = lock._holder(file.fileno())
    finally:
        other.communicate()
    assert said.startswith(f"process {other.pid} (pushbench bench --profile smoke --build build ?[2J xxx")
    assert said.endswith("x…)") and len(said) < 110


def test_a_command_line_that_cannot_be_read_is_left_out(monkeypatch):
    monkeypatch.setattr(Path, "read_bytes", lambda path: (_ for _ in ()).throw(PermissionError()))
    assert lock._essence(os.getpid()) == ""


def test_what_cannot_be_locked_locks_nobody_out(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "of_machine", lambda: tmp_path / "no" / "such" / "folder")
    monkeypatch.setattr(fcntl, "flock", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOLCK, "no locks")))
    with lock.measuring(tmp_path):
        pass


# ---- disks and folders

def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_that_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("pushbench.store.folder.os.replace", full)
    with pytest.raises(StorageError, match="x.json: cannot be written: No space left on device"):
        write_text(tmp_path / "x.json", "{}")
    assert list(tmp_path.iterdir()) == []


def test_calibrate_without_a_place_for_its_files_is_one_line(fake_bench, capsys):
    (fake_bench.results / "calibration").write_text("a file where the folder should be")
    assert main(["calibrate", "--results", str(fake_bench.results), "--build", str(fake_bench.bin)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("pushbench: ") and "calibration: cannot be written: " in said and said.count("\n") == 1


def test_a_run_that_cannot_keep_its_calibration_says_how_to_go_on(fake_bench, monkeypatch):
    def cannot(tools, folder, say):
        raise StorageError(f"{folder}/calibration.json: cannot be written: No space left on device")

    monkeypatch.setattr("pushbench.cli.bench.calibrate", cannot)
    with pytest.raises(StorageError):
        fake_bench.run()
    assert f"go on with: make bench RESUME={fake_bench.run_dir.name}" in fake_bench.printed


def test_a_csv_that_cannot_be_written_is_one_line(finished, capsys):
    (finished / "trials.csv").unlink(missing_ok=True)
    (finished / "trials.csv").mkdir()
    try:
        assert main(["csv", str(finished)]) == 1
    finally:
        (finished / "trials.csv").rmdir()
    assert capsys.readouterr().err == f"pushbench: {finished}/trials.csv: cannot be written: Is a directory\n"


@pytest.mark.parametrize("command", ["report", "csv", "compare"])
def test_an_unreadable_run_is_one_line(tmp_path, capsys, command, monkeypatch):
    run = tmp_path / "20260101T000000Z-quick-aaaaaa"
    run.mkdir()
    (run / "context.json").write_text("{}")

    def denied(self, *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "is_file", denied)
    monkeypatch.setattr(Path, "read_text", denied)
    runs = [run.name] * (2 if command == "compare" else 1)
    assert main([command, *runs, "--results", str(tmp_path)]) in (1, 2)
    said = capsys.readouterr().err
    assert said.startswith("pushbench: ") and said.count("\n") == 1


def test_the_report_is_of_the_newest_run_that_has_a_trial(tmp_path):
    for name, trials in (("20260101T000000Z-quick-aaaaaa", 1), ("20260102T000000Z-quick-bbbbbb", 0)):
        (tmp_path / name / "trials").mkdir(parents=True)
        (tmp_path / name / "context.json").write_text("{}")
        for number in range(trials):
            (tmp_path / name / "trials" / f"x__a{number}.json").write_text("{}")
    console = Console(file=io.StringIO(), width=200)
    assert find_run(tmp_path, None, console).name == "20260101T000000Z-quick-aaaaaa"
    assert "20260102T000000Z-quick-bbbbbb is newer but has no trial" in console.file.getvalue()


# ---- programs

def fake_wrk(folder: Path, script: str) -> str:
    path = folder / "wrk"
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(("script", "why"), [
    ("#!/bin/sh\nsleep 600 & wait\n", "-v did not end within 0 s"), ("#!/bin/sh\necho hello\n", "is no wrk: hello"),
    ("#!/bin/sh\nexit 0\n", "is no wrk: it prints no version"), ("#!/no/such/shell\n", "cannot be started"),
])
def test_a_wrk_that_hangs_or_is_broken_is_none(tmp_path, monkeypatch, script, why):
    fake_wrk(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(wrk, "_VERSION_S", 0.3)
    assert wrk.find_wrk() is None and why in wrk.why_no_wrk()


def test_what_a_killed_script_started_is_killed_with_it(tmp_path):
    with Process(["sh", "-c", "trap '' TERM; sleep 600 & echo $!; wait; wait"], "sh") as process:
        child = int(process._child.stdout.readline())
        process.stop(patience_s=0.1)
    wait_until(lambda: not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2])


def test_what_a_program_says_is_read_while_it_goes_on_saying():
    """It writes where its file stands: a reader who moves that makes it write over what it has said."""
    with Process(["sh", "-c", "for each in $(seq 20000); do echo $each >&2; done"], "sh") as process:
        while process.wait(0) is None:
            process.stderr_text()
        assert process.stderr_text().split() == [str(each) for each in range(1, 20001)]


def test_a_python_without_pidfd_open_waits_all_the_same(monkeypatch):
    monkeypatch.setattr(processes, "_has_pidfd", lambda: False)
    with Process(["sh", "-c", "exit 3"], "sh") as ends, Process(["sleep", "600"], "sleep") as stays:
        assert processes.first_to_exit([stays, ends], 20) is ends
        assert ends.wait(20) == 3 and stays.wait(0.01) is None
    with pytest.raises(TrialError, match="cannot be started"):
        Process(["/no/such/program"], "nothing")


def wait_until(condition, timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "the awaited did not come"
        time.sleep(0.01)


# ---- the machine

def test_one_core_is_refused_before_the_run(fake_bench, monkeypatch):
    with pytest.raises(PushbenchError, match="one core only"):
        refuse_one_core(choose_cores({3}, {}))
    refuse_one_core(choose_cores({0, 1}, {}))
    monkeypatch.setattr("pushbench.cli.bench.choose_cores", lambda: choose_cores({0}, {}))
    with pytest.raises(PushbenchError, match="two cores are needed"):
        fake_bench.run()
    assert list(fake_bench.results.glob("*/")) == []


def test_a_users_matplotlib_settings_change_nothing(tmp_path):
    code = ("import pushbench.report.charts as charts, matplotlib, os, json;"
            "print(json.dumps([matplotlib.rcParams['font.size'], matplotlib.get_backend().lower(), os.getcwd(),"
            " os.environ.get('MPLBACKEND'), os.environ.get('MATPLOTLIBRC')]))")
    for text in (b"font.size: 55\nlines.linestyle: --\n", b"font.size: \xff\xfe\n: nonsense\n"):
        (tmp_path / "matplotlibrc").write_bytes(text)
        environment = os.environ | {"PYTHONPATH": str(SCRIPTS), "MPLBACKEND": "nonsense",
                                    "MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}
        done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True,
                              text=True, timeout=60)
        assert done.stderr == ""
        assert json.loads(done.stdout) == [10.0, "agg", str(tmp_path), "nonsense", str(tmp_path / "matplotlibrc")]
